"""The one list of readers, detectors and statement kinds: explicit tuples, no registration anywhere."""

from __future__ import annotations

from veedor.accord.statements import WITH_MISSION
from veedor.air.detectors import DETECTORS as AIR_DETECTORS
from veedor.engine.detector import Detector
from veedor.formats import READERS as WIRE_READERS
from veedor.formats.reader import Reader
from veedor.mission.state.fold import AnyKind
from veedor.money.detectors import DETECTORS as MONEY_DETECTORS
from veedor.money.detectors import WITH_HOLDERS

READERS: tuple[Reader, ...] = WIRE_READERS
AIR: tuple[Detector, ...] = AIR_DETECTORS
MONEY: tuple[Detector, ...] = MONEY_DETECTORS
MONEY_ON_FILES: tuple[Detector, ...] = WITH_HOLDERS
DETECTORS: tuple[Detector, ...] = (*AIR, *MONEY)
KINDS: tuple[AnyKind, ...] = WITH_MISSION
