"""The one list of readers, detectors and statement kinds: explicit tuples, no registration anywhere."""

from __future__ import annotations

from veedor import air, formats, money
from veedor.engine.detector import Detector
from veedor.formats.reader import Reader
from veedor.mission.fold import AnyKind
from veedor.mission.kinds import KINDS as MISSION_KINDS

READERS: tuple[Reader, ...] = formats.READERS
AIR: tuple[Detector, ...] = air.DETECTORS
MONEY: tuple[Detector, ...] = money.DETECTORS
DETECTORS: tuple[Detector, ...] = (*AIR, *MONEY)
KINDS: tuple[AnyKind, ...] = MISSION_KINDS
