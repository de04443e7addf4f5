"""Air: plots to tracks, legs, coverage, gaps and strips; every detector of the room in one tuple."""

from __future__ import annotations

from veedor.air.associate import Associate
from veedor.air.coverage import Coverage
from veedor.air.gaps import Gaps
from veedor.air.join import Join
from veedor.air.legs import Legs
from veedor.air.sensor_state import SensorState
from veedor.air.strips import Strips
from veedor.air.tracks import Tracks
from veedor.engine.detector import Detector

DETECTORS: tuple[Detector, ...] = (
    SensorState(), Associate(), Join(), Tracks(), Legs(), Coverage(), Gaps(), Strips(),
)  # fmt: skip

__all__ = ["DETECTORS"]
