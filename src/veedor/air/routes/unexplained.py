"""Unexplained legs: one score a leg from named terms and innocent explanations, findings of those that reach far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pyarrow as pa

from veedor.air.arrow import array, ints
from veedor.air.routes.explained_flights import FLIGHTS
from veedor.air.routes.explained_radar import RADAR
from veedor.air.routes.explaining import judged
from veedor.air.routes.facts import Facts
from veedor.air.routes.gather import facts_of
from veedor.air.routes.pieces import Row, Whole, long_enough
from veedor.air.routes.rules import UnexplainedRules
from veedor.air.routes.terms import terms_of
from veedor.air.terrain.ground import searched
from veedor.engine.detector import Broadcast, Owner, Read
from veedor.engine.findings import Evidence, Finding, Innocent, Place, Reason, Term, findings_table
from veedor.kernel.parameters import parameters_digest
from veedor.tables import (
    BROADCASTS,
    FINDINGS,
    FLIGHT_PLANS,
    GHOSTS,
    LEG_CELLS,
    LEG_GROUNDS,
    LEG_SCORES,
    LEGS,
    MOVEMENTS,
    OUTAGES,
    PATTERNS,
    SENSOR_STATE,
    SENSORS,
    STRIPS,
    Table,
)  # fmt: skip
from veedor.tables.plots import SIMULATED

EXPLANATIONS = (*FLIGHTS, *RADAR)

READS = (
    Read(LEGS, Broadcast()),
    Read(LEG_CELLS, Broadcast(), ("leg", "cell", "start", "end", "modes")),
    Read(LEG_GROUNDS, Broadcast()),
    Read(GHOSTS, Broadcast()),
    Read(BROADCASTS, Broadcast()),
    Read(PATTERNS, Broadcast(), ("leg", "kind")),
    Read(SENSOR_STATE, Broadcast(), ("sensor", "hour", "plots")),
    Read(FLIGHT_PLANS, Broadcast()),
    Read(MOVEMENTS, Broadcast()),
    Read(OUTAGES, Broadcast()),
    Read(STRIPS, Broadcast()),
    Read(SENSORS, Broadcast(), ("sensor", "lat_e7", "lon_e7", "antenna_altitude_mm", "deposit", "row")),
)


@dataclass(frozen=True)
class Judged:
    """One leg's verdict."""

    facts: Facts
    terms: list[Term]
    innocent: list[Innocent]
    needs: list[Reason]

    @property
    def score(self) -> int:
        return sum(term.milli_log10 or 0 for term in self.terms) + sum(test.milli_log10 for test in self.innocent)


def judge(tables: Mapping[str, pa.Table], legs: pa.Table, rules: UnexplainedRules) -> Iterator[Judged]:
    """The verdict on each of `legs`, in their order."""
    for facts in facts_of(tables, legs, rules):
        innocent, needs = judged(EXPLANATIONS, facts, rules)
        yield Judged(facts, terms_of(facts, rules), innocent, needs)


@dataclass(frozen=True)
class LegScores:
    """Detector: LEGS and what explains them, all whole -> LEG_SCORES."""

    parameters: UnexplainedRules = field(default_factory=UnexplainedRules)
    name: str = "leg_scores"
    version: int = 9
    writes: Table = LEG_SCORES
    reads: tuple[Read, ...] = READS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: UnexplainedRules) -> pa.Table:
        legs = long_enough(tables["legs"], parameters)
        if not legs.num_rows:
            return LEG_SCORES.empty()
        whole = Whole.of(tables, parameters)
        # Two numbers are kept of each verdict: the facts of all legs at once were 180 MB for 16,000 of them.
        verdicts = [
            (one.score, sum(term.milli_log10 is not None for term in one.terms))
            for one in judge(whole.tables, whole.legs, parameters)
        ]
        flights, flight = ints(whole.legs["leg"], 0), whole.flight_of(ints(legs["leg"], 0))
        order = np.argsort(flights)
        score, assessed = np.array(verdicts, np.int64)[order[np.searchsorted(flights[order], flight)]].T
        columns = {
            "leg": legs["leg"],
            "track": legs["track"],
            "flight": array(flight),
            "start": legs["start"],
            "score_milli_log10": array(score),
            "assessed": array(assessed),
            "unexplained": array(score >= parameters.threshold_milli_log10),
        }
        return LEG_SCORES.cast(pa.table(columns)).sort_by([(name, "ascending") for name in LEG_SCORES.order])


@dataclass(frozen=True)
class Unexplained:
    """Detector: LEGS and what explains them, all whole -> FINDINGS of kind unexplained_leg."""

    parameters: UnexplainedRules = field(default_factory=UnexplainedRules)
    name: str = "unexplained"
    version: int = 9
    agrees_with: tuple[str, ...] = ("leg_scores",)
    writes: Table = FINDINGS
    reads: tuple[Read, ...] = READS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: UnexplainedRules) -> pa.Table:
        whole = Whole.of(tables, parameters)
        found = [
            _finding(one, whole.pieces.get(one.facts.leg["leg"], [one.facts.leg]))
            for one in judge(whole.tables, whole.legs, parameters)
            if one.score >= parameters.threshold_milli_log10
        ]
        return findings_table(found, self.name, self.version, parameters_digest(parameters))


def _finding(one: Judged, pieces: Sequence[Row]) -> Finding:
    leg, facts = one.facts.leg, one.facts
    reasons = [
        Reason("air.unexplained.reason.flew", {"start_us": leg["start"], "end_us": leg["end"],
                                               "length_mm": leg["length_mm"], "speed_mm_s": facts.mean_mm_s}),
    ]  # fmt: skip
    if len(pieces) > 1:
        lost = {"pieces": len(pieces), "lost_us": max(b["start"] - a["end"] for a, b in pairwise(pieces))}
        reasons.append(Reason("air.unexplained.reason.pieces", lost))
    strongest = sorted(one.terms, key=lambda term: (-(term.milli_log10 or 0), term.name))
    reasons += [Reason(term.name, term.values) for term in strongest if (term.milli_log10 or 0) > 0][:3]
    middle_lat = (leg["start_lat_e7"] + leg["end_lat_e7"]) // 2
    turn = (leg["end_lon_e7"] - leg["start_lon_e7"] + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
    middle_lon = (leg["start_lon_e7"] + turn // 2 + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
    return Finding(
        kind="unexplained_leg",
        subject=f"track:{leg['track']}",
        start_us=leg["start"],
        end_us=leg["end"],
        place=Place(middle_lat, middle_lon, max(1_000_000, facts.gained_mm // 2)),
        simulated=bool(leg["flags"] & SIMULATED),
        terms=one.terms,
        reasons=reasons,
        evidence=[
            Evidence(piece[f"{end}_deposit"], piece[f"{end}_row"], piece[f"{end}_row"], f"air.role.{end}_of_leg")
            for piece in pieces
            for end in ("first", "last")
        ],
        innocent=one.innocent,
        searched=[
            Reason(f"air.searched.plans_{'complete' if facts.plans_complete else 'incomplete'}"),
            searched(facts.terrain, facts.spread_mm is not None),
            *one.needs,
        ],
    )
