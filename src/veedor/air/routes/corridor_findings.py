"""Corridors as findings: how far chance is from explaining one, and what else could."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from veedor.air.announcements import plain
from veedor.air.arrow import array
from veedor.air.evidence import EXPERT, graded
from veedor.air.routes.flows import ONE
from veedor.air.routes.outline import middle
from veedor.air.scales import DAY_US, Grades
from veedor.engine.detector import Broadcast, Owner, Read
from veedor.engine.findings import (
    EVIDENCE_SHOWN,
    Evidence,
    Finding,
    Innocent,
    Place,
    Reason,
    Term,
    Values,
    findings_table,
)  # fmt: skip
from veedor.geodesy import distance_mm
from veedor.kernel.exactmath import log, log10
from veedor.kernel.parameters import parameters_digest
from veedor.kernel.sphere import to_int
from veedor.tables import CORRIDORS, FINDINGS, LEGS, Table

SHUFFLED = "measured: shuffles of this run"


_ENDS = ("start_lat_e7", "start_lon_e7", "end_lat_e7", "end_lon_e7")


@dataclass(frozen=True)
class CorridorFindingRules:
    """Corridors to findings; weights are expert settings but for the term that was measured."""

    threshold_milli_log10: int = 1_000
    days: Grades = ((3, 0), (5, 200), (10, 400))
    more_days: int = 500
    legal_times: int = 10
    legal: int = -800
    period_us: int = 7 * DAY_US
    one_period: int = -500
    alone_permille: int = 800
    alone: int = -300
    false_permille: int = 50


@dataclass(frozen=True)
class CorridorFindings:
    """Detector: CORRIDORS and LEGS, whole -> FINDINGS of kind corridor."""

    parameters: CorridorFindingRules = field(default_factory=CorridorFindingRules)
    name: str = "corridor_findings"
    version: int = 4
    agrees_with: tuple[str, ...] = ("corridors",)
    writes: Table = FINDINGS

    @property
    def reads(self) -> tuple[Read, ...]:
        columns = ("leg", "start", "end", "first_deposit", "first_row", *_ENDS)
        return (Read(CORRIDORS, Broadcast()), Read(LEGS, Broadcast(), columns))

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: CorridorFindingRules) -> pa.Table:
        rows = plain(tables["corridors"].sort_by([(name, "ascending") for name in CORRIDORS.order]))
        every = {leg for row in rows for legs in (row["legs"], *row["routes"]) for leg in legs}
        legs = tables["legs"].filter(pa.compute.is_in(tables["legs"]["leg"], array(sorted(every), None)))
        known = {row["leg"]: row for row in plain(legs)}
        cells = {cell for row in rows for cell in row["cells"]}
        judged = [_judge(row, known, len(cells), parameters) for row in rows]
        kept = [finding for finding in judged if finding is not None]
        return findings_table(kept, self.name, self.version, parameters_digest(parameters))


def _judge(
    row: Mapping[str, Any], legs: Mapping[int, Mapping[str, Any]], cells: int, rules: CorridorFindingRules
) -> Finding | None:
    days = len({legs[leg]["start"] // DAY_US for leg in row["legs"]})
    terms = [
        Term("air.corridor.term.significance", bound(row["chance_e15"], ONE), SHUFFLED,
             {"one_in": ONE // row["chance_e15"], "tested": row["tested"]}),
        Term("air.corridor.term.days", graded(days, rules.days, rules.more_days), EXPERT, {"days": days}),
    ]  # fmt: skip
    innocent = _innocent(row, cells, rules)
    if sum(t.milli_log10 or 0 for t in terms) + sum(i.milli_log10 for i in innocent) < rules.threshold_milli_log10:
        return None
    centre = middle(row["cells"][len(row["cells"]) // 2])
    reach = distance_mm(centre[0], centre[1], row["polygon_lat_e7"], row["polygon_lon_e7"])
    number = len(row["legs"])
    own = set(row["legs"])
    further = [leg for route in row["routes"] for leg in route if leg not in own]
    ends = {name: row[name] for name in ("start_lat_e7", "start_lon_e7", "end_lat_e7", "end_lon_e7", "onward")}
    return Finding(
        kind="corridor",
        subject=f"corridor:{row['corridor']}",
        start_us=row["first"],
        end_us=row["last"],
        place=Place(*centre, int(reach.max())),
        simulated=row["simulated"],
        terms=terms,
        reasons=[
            Reason("air.corridor.reason.route", {"legs": number, "days": days, "cells": len(row["cells"]),
                                                 "direction_e7": row["direction_e7"], "first_us": row["first"],
                                                 "last_us": row["last"]}),
            Reason("air.corridor.reason.volume", {"most": max(row["weeks"]), "first_half": row["first_half"],
                                                  "second_half": row["second_half"], "others": row["others"]}),
            Reason("air.corridor.reason.ends", ends),
            *_routes(row, legs),
            Reason("air.corridor.reason.outline",
                   {"outline": outline_text(row), "corners": len(row["polygon_lat_e7"]),
                    "between": len(row["between"])}),
        ],
        evidence=[
            *(_evidence(legs[name], "air.role.leg_of_corridor") for name in row["legs"]),
            *(_evidence(legs[name], "air.role.leg_of_route") for name in further),
        ],
        innocent=innocent,
        searched=[
            Reason("air.searched.shuffles", {"tested": row["tested"], "false_permille": rules.false_permille}),
            Reason("air.searched.shown", {"shown": min(number, EVIDENCE_SHOWN), "legs": number}),
        ],
    )  # fmt: skip


def _evidence(leg: Mapping[str, Any], role: str) -> Evidence:
    return Evidence(leg["first_deposit"], leg["first_row"], leg["first_row"], role)


def _routes(row: Mapping[str, Any], legs: Mapping[int, Mapping[str, Any]]) -> list[Reason]:
    """How its flights go on, and the longest route that one of them is part of, with its legs."""
    if not row["routes"]:
        return []
    longest = max(row["routes"], key=len)  # the first of equals: they stand in order of time
    first, last = legs[longest[0]], legs[longest[-1]]
    joins = sum(len(route) - 1 for route in row["routes"])
    return [
        Reason("air.corridor.reason.routes", {"routes": len(row["routes"]), "joins": joins,
                                              "at_strip": row["joined_at_strip"],
                                              "by_address": row["joined_by_address"]}),
        Reason("air.corridor.reason.longest", {
            "legs": len(longest), "start_us": first["start"], "end_us": last["end"],
            "names": " ".join(f"{leg & (2**64 - 1):016x}" for leg in longest),
            "start_lat_e7": first["start_lat_e7"], "start_lon_e7": first["start_lon_e7"],
            "end_lat_e7": last["end_lat_e7"], "end_lon_e7": last["end_lon_e7"],
        }),
    ]  # fmt: skip


def outline_text(row: Mapping[str, Any]) -> str:
    """Corners of the polygon, `latitude,longitude` in 1e-7 degree, spaced, anticlockwise: who may see reasons may see
    it, and nobody else."""
    return " ".join(f"{lat},{lon}" for lat, lon in zip(row["polygon_lat_e7"], row["polygon_lon_e7"], strict=True))


def bound(numerator: int, denominator: int) -> int:
    """What a p-value is worth at most as a likelihood ratio, thousandths of log10: 1 / (-e p ln p) for p < 1/e (Sellke,
    Bayarri and Berger, The American Statistician 55, 2001), else nothing."""
    p = numerator / denominator
    if p * 2.718281828459045 >= 1.0:
        return 0
    return to_int(-log10(-2.718281828459045 * p * log(p)) * 1000.0)


def _innocent(row: Mapping[str, Any], cells: int, rules: CorridorFindingRules) -> list[Innocent]:
    number = len(row["legs"])
    span = row["last"] - row["first"]
    share = len(row["cells"]) * 1000 // max(1, cells)

    def test(key: str, supports: bool | None, values: Values, effect: int) -> Innocent:
        if supports is None:
            return Innocent(f"air.corridor.{key}", "cannot_tell", values, 0)
        return Innocent(
            f"air.corridor.{key}", "supports" if supports else "contradicts", values, effect if supports else 0
        )

    legal = row["others"] >= rules.legal_times * number
    few = len(row["weeks"]) <= 1  # a record of one week cannot tell a route from an operation
    return [
        test("legal_route", legal, {"others": row["others"], "legs": number}, rules.legal),
        test("one_period", None if few else span <= rules.period_us, {"legs": number, "span_us": span},
             rules.one_period),
        test("blind_strip", None if cells == len(row["cells"]) else share >= rules.alone_permille,
             {"permille": share}, rules.alone),
    ]  # fmt: skip
