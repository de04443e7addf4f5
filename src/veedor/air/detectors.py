"""Every detector of the room, in one tuple: whoever only wants a part of the room does not load them all."""

from __future__ import annotations

from veedor.air.flying.broadcasts import Broadcasts
from veedor.air.flying.coverage import Coverage
from veedor.air.flying.gaps import Gaps
from veedor.air.flying.ghosts import Ghosts
from veedor.air.flying.leg_cells import LegCells
from veedor.air.flying.legs import Legs
from veedor.air.landing.landings import Landings
from veedor.air.landing.strip_findings import StripFindings
from veedor.air.landing.strips import Strips
from veedor.air.patterns.find import Patterns
from veedor.air.patterns.judge import PatternFindings
from veedor.air.routes.corridor_findings import CorridorFindings
from veedor.air.routes.corridors import Corridors
from veedor.air.routes.route_findings import RouteFindings
from veedor.air.routes.unexplained import LegScores, Unexplained
from veedor.air.sensing.bias_samples import BiasSamples
from veedor.air.sensing.biases import Biases
from veedor.air.sensing.blankings import Blankings
from veedor.air.sensing.plots import SensorPlots
from veedor.air.sensing.sensor_state import SensorState
from veedor.air.sensing.site_suspects import SiteSuspects
from veedor.air.sensing.thinned import Thinned
from veedor.air.sensing.turns import SensorTurns
from veedor.air.terrain.horizons import Horizons
from veedor.air.terrain.leg_grounds import LegGrounds
from veedor.air.tracking.associate import Associate
from veedor.air.tracking.join import Join
from veedor.air.tracking.tracks import Tracks
from veedor.engine.detector import Detector

DETECTORS: tuple[Detector, ...] = (
    SensorPlots(), SensorTurns(), SensorState(), Blankings(), Thinned(), BiasSamples(), Biases(), SiteSuspects(),
    Associate(), Join(), Tracks(), Legs(), LegCells(), Broadcasts(), Ghosts(), Horizons(), LegGrounds(), Coverage(),
    Gaps(), Patterns(), PatternFindings(), Landings(), Strips(), StripFindings(),
    LegScores(), Unexplained(), Corridors(), CorridorFindings(), RouteFindings(),
)  # fmt: skip

__all__ = ["DETECTORS"]
