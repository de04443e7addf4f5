"""Landings: legs that end in a landing, or begin with a take-off, away from or hidden beside listed aerodromes.

Each end of a leg is a hypothesis with a region: where the flight would have touched the ground if its descent went on.
Nearness to a listed aerodrome weighs, and never filters. Ends of other flights at the same place are counted over days.
These are the single events; what they add up to is `strips`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from veedor.air.announcements import Announcements
from veedor.air.evidence import Sensors
from veedor.air.flying.coverage import Seen
from veedor.air.flying.ghosted import Ghosted
from veedor.air.flying.navigation import Navigation
from veedor.air.landing.continuations import Continuations
from veedor.air.landing.leg_ends import ends
from veedor.air.landing.meeting import with_meetings
from veedor.air.landing.outlook import Outlook
from veedor.air.landing.places import Places
from veedor.air.landing.rules import LandingRules
from veedor.air.landing.strip_score import Context, judge
from veedor.air.terrain.leg_grounds import Below
from veedor.air.tracking.targets import SITE_NEEDED
from veedor.engine.detector import Broadcast, Owner, Read
from veedor.engine.findings import findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.registers.aerodromes import listed
from veedor.tables import (
    BROADCASTS,
    COVERAGE,
    FINDINGS,
    FLIGHT_PLANS,
    GHOSTS,
    LEG_GROUNDS,
    LEGS,
    MOVEMENTS,
    OUTAGES,
    SENSOR_STATE,
    SENSORS,
    Table,
)


@dataclass(frozen=True)
class Landings:
    """Detector: LEGS and what explains their ends, all whole -> FINDINGS of single ends."""

    parameters: LandingRules = field(default_factory=LandingRules)
    name: str = "landings"
    version: int = 11
    writes: Table = FINDINGS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (
            Read(LEGS, Broadcast()),
            Read(LEG_GROUNDS, Broadcast()),
            Read(COVERAGE, Broadcast()),
            Read(GHOSTS, Broadcast()),
            Read(BROADCASTS, Broadcast()),
            Read(SENSOR_STATE, Broadcast()),
            Read(SENSORS, Broadcast(), (*SITE_NEEDED, "range_max_mm")),
            Read(FLIGHT_PLANS, Broadcast()),
            Read(MOVEMENTS, Broadcast()),
            Read(OUTAGES, Broadcast()),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: LandingRules) -> pa.Table:
        aerodromes = listed(parameters.own_aerodromes)
        below = Below.load(tables["leg_grounds"])
        found = ends(tables["legs"], tables["sensors"], aerodromes, parameters, below)
        if not len(found):
            return FINDINGS.empty()
        found = with_meetings(found, aerodromes, parameters)
        sensors = Sensors.load(tables["sensor_state"])
        outlook = Outlook.of(found, sensors.span_us, parameters)
        context = Context(
            Seen.load(tables["coverage"]),
            sensors,
            Places.of(found, parameters.slow_mm_s),
            Continuations.of(tables["legs"], parameters),
            Ghosted.load(tables["ghosts"]),
            Navigation.load(tables["broadcasts"]),
            Announcements.load(tables["flight_plans"], tables["movements"], tables["outages"], aerodromes),
            outlook,
            below.terrain,
            parameters,
        )
        numbers = outlook.worth_a_look(found, parameters).tolist()
        judged = (judge(number, found.at(number, aerodromes, parameters), context) for number in numbers)
        kept = [finding for finding in judged if finding is not None]
        return findings_table(kept, self.name, self.version, parameters_digest(parameters))
