"""Options that the commands of `veedor accord` share."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

AccordName = Annotated[
    str | None, Parameter(name="--accord", help="Id of the accord. Default: the only one in this copy.")
]
Speaker = Annotated[
    str | None, Parameter(help="Who speaks, in a simulated mission. Default: the party of mission.toml.")
]
