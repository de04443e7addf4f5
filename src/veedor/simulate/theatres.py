"""The theatres that there are, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from veedor.simulate.roraima import RORAIMA
from veedor.simulate.theatre import APURE, Theatre

Scenario = Literal["apure", "roraima"]
THEATRES: Mapping[Scenario, Theatre] = {"apure": APURE, "roraima": RORAIMA}
