"""Options and arguments that many commands have, each with its one help text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from veedor.words import Language

MissionFolder = Annotated[Path, Parameter(help="The mission folder.")]
InLanguage = Annotated[Language, Parameter(help="Language of the text.")]
AsJson = Annotated[bool, Parameter(help="One JSON object a line instead of text.")]
KeysPassphrase = Annotated[
    Path | None,
    Parameter(
        help="File with the passphrase of the keys. Default: VEEDOR_PASSPHRASE_FILE, or asked for at a terminal."
    ),
]
SpeakersPassphrase = Annotated[
    Path | None,
    Parameter(
        help="File with the passphrase of the keys, or of the one key given. "
        "Default: VEEDOR_PASSPHRASE_FILE, or asked for at a terminal."
    ),
]
DeviceKey = Annotated[
    Path | None,
    Parameter(help="A key file that `veedor keys delegate` made: it signs in place of the party's statement key."),
]
Proposer = Annotated[
    str | None,
    Parameter(help="Who proposes and signs last, in a simulated mission. Default: the party of mission.toml."),
]
