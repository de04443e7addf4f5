"""Opening a mission with every kind of statement that this program knows."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from veedor.accord.statements import WITH_MISSION
from veedor.mission.copy.append import Mission
from veedor.mission.copy.append import open_mission as _open
from veedor.mission.copy.means import Means


def open_mission(
    path: Path, means: Means, party: str | None = None, *, joining: bool = False, device_key: Path | None = None
) -> AbstractContextManager[Mission]:
    """The mission in `path`, as `veedor.mission.copy.append.open_mission` opens it."""
    return _open(path, means, party, WITH_MISSION, joining=joining, device_key=device_key)
