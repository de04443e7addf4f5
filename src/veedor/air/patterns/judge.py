"""Patterns as findings: what a pattern is worth as more than a flight from here to there, and what explains it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.announcements import Announcements, plain
from veedor.air.arrow import array, ints
from veedor.air.evidence import EXPERT, graded
from veedor.air.flying.company import Company
from veedor.air.patterns.innocent import Scene, innocent_tests
from veedor.air.patterns.rules import PatternFindingRules
from veedor.air.sun import elevation_e7
from veedor.engine.detector import Broadcast, Owner, Read
from veedor.engine.findings import Evidence, Finding, Place, Reason, Term, findings_table
from veedor.geodesy import distance_mm
from veedor.kernel.parameters import parameters_digest
from veedor.registers.aerodromes import Aerodromes, listed
from veedor.tables import FINDINGS, FLIGHT_PLANS, LEG_CELLS, LEGS, MOVEMENTS, OUTAGES, PATTERNS, Table
from veedor.tables.plots import SIMULATED

SIMULATION = "measured: simulated flights (simulate/flying/manoeuvres.py) against expert setting"


@dataclass(frozen=True)
class PatternFindings:
    """Detector: PATTERNS, LEGS, LEG_CELLS, all whole -> FINDINGS of kinds orbit, racetrack, search_lines, drop."""

    parameters: PatternFindingRules = field(default_factory=PatternFindingRules)
    name: str = "pattern_findings"
    version: int = 3
    writes: Table = FINDINGS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (
            Read(PATTERNS, Broadcast()),
            Read(LEGS, Broadcast()),
            Read(LEG_CELLS, Broadcast(), ("leg", "cell", "start", "end")),
            Read(FLIGHT_PLANS, Broadcast()),
            Read(MOVEMENTS, Broadcast()),
            Read(OUTAGES, Broadcast()),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: PatternFindingRules) -> pa.Table:
        found = tables["patterns"]
        if not found.num_rows:
            return FINDINGS.empty()
        judged = [_judge(scene, parameters) for scene in scenes(found, tables, parameters)]
        kept = [finding for finding in judged if finding is not None]
        return findings_table(kept, self.name, self.version, parameters_digest(parameters))


def scenes(found: pa.Table, tables: Mapping[str, pa.Table], rules: PatternFindingRules) -> list[Scene]:
    """Each pattern with what is around it, in the order of PATTERNS."""
    ordered = found.sort_by([(name, "ascending") for name in PATTERNS.order])
    rows = plain(ordered)
    ids = np.unique(ints(ordered["leg"], 0))
    legs = {row["leg"]: row for row in plain(tables["legs"].filter(pc.is_in(tables["legs"]["leg"], array(ids))))}
    company = Company.load(tables["leg_cells"])
    visits = company.of(ids)
    pairs = [company.beside(visits.get(row["leg"], np.empty(0, np.int64)), row["start"], row["end"]) for row in rows]
    others = np.unique(np.array([other for _, other, shared in pairs if shared], np.int64))
    answers = {
        row["leg"]: row["answers"]
        for row in tables["legs"]
        .filter(pc.is_in(tables["legs"]["leg"], array(others)))
        .select(["leg", "answers"])
        .to_pylist()
    }
    aerodromes = listed(rules.own_aerodromes)
    said = Announcements.load(tables["flight_plans"], tables["movements"], tables["outages"], aerodromes)
    return [
        _scene(row, legs[row["leg"]], pair, answers, rows, aerodromes, said, rules)
        for row, pair in zip(rows, pairs, strict=True)
    ]


def _scene(
    row: Mapping[str, Any], leg: Mapping[str, Any], pair: tuple[int, int, int], answers: Mapping[int, int],
    rows: Sequence[Mapping[str, Any]], aerodromes: Aerodromes, said: Announcements, rules: PatternFindingRules,
) -> Scene:  # fmt: skip
    lat = [row["lat_e7"], leg["start_lat_e7"], leg["end_lat_e7"]]
    lon = [row["lon_e7"], leg["start_lon_e7"], leg["end_lon_e7"]]
    numbers, away = aerodromes.nearest(lat, lon)
    ground = aerodromes.ground_mm(row["lat_e7"], row["lon_e7"], rules.ground_mm)
    passes = [
        other
        for other in rows
        if other["kind"] == "drop"
        and other["leg"] == row["leg"]
        and int(distance_mm(row["lat_e7"], row["lon_e7"], other["lat_e7"], other["lon_e7"])) <= rules.fire_mm
    ]
    cells, other_leg, shared = pair
    return Scene(
        row,
        leg,
        aerodromes.table["ident"][int(numbers[0])].as_py(),
        int(away[0]),
        int(ground[0]),
        (int(away[1]), int(away[2])),
        len(passes),
        cells,
        shared,
        shared > 0 and answers.get(other_leg, 0) == 0,
        int(distance_mm(lat[1], lon[1], lat[2], lon[2])),
        elevation_e7((row["start"] + row["end"]) // 2, row["lat_e7"], row["lon_e7"]),
        said.plan_of(leg, rules),
        said.reserved_at((row["start"] + row["end"]) // 2, row["lat_e7"], row["lon_e7"], rules),
        bool(said.unnamed or said.reserved),
    )


def _judge(scene: Scene, rules: PatternFindingRules) -> Finding | None:
    one = scene.pattern
    terms = _terms(scene, rules)
    innocent = innocent_tests(scene, rules)
    score = sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in innocent)
    if score < rules.threshold_milli_log10:
        return None
    kind = one["kind"]
    values = {"times": one["times"], "start_us": one["start"], "end_us": one["end"], "radius_mm": one["radius_mm"]}
    reasons = [Reason(f"air.pattern.reason.{kind}", values | {"path_mm": one["path_mm"]})]
    if scene.silent:
        reasons.append(Reason("air.pattern.reason.silent", {"plots": one["plots"]}))
    return Finding(
        kind=kind,
        subject=f"track:{one['track']}",
        start_us=one["start"],
        end_us=one["end"],
        place=Place(one["lat_e7"], one["lon_e7"], max(1_000_000, one["radius_mm"])),
        simulated=bool(one["flags"] & SIMULATED),
        terms=terms,
        reasons=reasons,
        evidence=[
            Evidence(one["first_deposit"], one["first_row"], one["first_row"], "air.role.first_of_pattern"),
            Evidence(one["last_deposit"], one["last_row"], one["last_row"], "air.role.last_of_pattern"),
        ],
        innocent=innocent,
        searched=[
            Reason("air.searched.aerodromes", {"within_mm": scene.aerodrome_mm}),
            Reason("air.searched.company", {"cells": scene.cells}),
            Reason("air.searched.plans_aside"),
        ],
    )


def _terms(scene: Scene, rules: PatternFindingRules) -> list[Term]:
    one = scene.pattern
    kind = one["kind"]
    times = one["apart"] if kind == "search_lines" else one["times"]
    height = None
    if kind == "drop" and one["lowest_mm"] is not None:
        height = 0 if one["lowest_mm"] - scene.ground_mm <= rules.low_mm else rules.high_drop
    identity = rules.identity[0] if scene.silent else (rules.identity[1] if scene.named else 0)
    low = one["lowest_mm"]
    return [
        Term("air.pattern.term.found", dict(rules.found)[kind], SIMULATION, {"kind": kind}),
        Term("air.pattern.term.times", graded(times, rules.times, rules.times_more) if kind != "drop" else 0, EXPERT,
             {"times": times}),
        Term("air.pattern.term.height", height, EXPERT, {} if low is None else {"height_mm": low - scene.ground_mm}),
        Term("air.pattern.term.away", graded(scene.aerodrome_mm, rules.away_mm, rules.away_far), EXPERT,
             {"aerodrome": scene.aerodrome, "distance_mm": scene.aerodrome_mm}),
        Term("air.pattern.term.identity", identity, EXPERT, {"answers": one["answers"], "plots": one["plots"]}),
        Term("air.pattern.term.night", rules.night if scene.sun_e7 < rules.night_elevation_e7 else 0, EXPERT,
             {"elevation_e7": scene.sun_e7}),
    ]  # fmt: skip
