"""Routes of several legs as findings: what one aircraft flew from stop to stop, gathered from its legs.

A leg to a strip or a stop to refuel, and the next one on: each is a finding of its own, and together they say where a
load went. The legs' own verdicts stand in their findings; this one says how they hang together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.air.announcements import plain
from veedor.air.arrow import array, ints
from veedor.air.evidence import EXPERT
from veedor.air.routes.chains import Chain, Flown, chains
from veedor.air.routes.rules import RouteRules
from veedor.engine.detector import Broadcast, Owner, Read
from veedor.engine.findings import Evidence, Finding, Innocent, Place, Reason, Term, Values, findings_table
from veedor.geodesy import distance_mm
from veedor.kernel.parameters import parameters_digest
from veedor.tables import FINDINGS, LEG_SCORES, LEGS, STRIPS, Table
from veedor.tables.plots import SIMULATED

_Leg = Mapping[str, Any]


@dataclass(frozen=True)
class RouteFindings:
    """Detector: LEGS, LEG_SCORES, STRIPS, all whole -> FINDINGS of kind route."""

    parameters: RouteRules = field(default_factory=RouteRules)
    name: str = "route_findings"
    version: int = 1
    agrees_with: tuple[str, ...] = ("corridors",)
    writes: Table = FINDINGS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(LEGS, Broadcast()), Read(LEG_SCORES, Broadcast()), Read(STRIPS, Broadcast(), ("legs", "records")))

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: RouteRules) -> pa.Table:
        scores = tables["leg_scores"].sort_by([("leg", "ascending")])
        marked = np.asarray(scores["unexplained"].to_numpy(zero_copy_only=False), np.bool_)
        if not marked.any():
            return FINDINGS.empty()
        flown = Flown.of(tables["legs"], ints(scores["leg"], 0), marked)
        found = chains(flown, tables["strips"], parameters)
        named = sorted({int(flown.leg[k]) for each in found for k in each.legs})
        kept = tables["legs"].filter(pa.compute.is_in(tables["legs"]["leg"], array(named, None)))
        legs = {row["leg"]: row for row in plain(kept)}
        weight = dict(zip(ints(scores["leg"], 0).tolist(), ints(scores["score_milli_log10"], 0).tolist(), strict=True))
        judged = []
        for each in found:
            route = [legs[int(flown.leg[k])] for k in each.legs]
            out = [bool(flown.unexplained[k]) for k in each.legs]
            judged.append(_judge(each, route, out, weight, parameters))
        findings = [finding for finding in judged if finding is not None]
        return findings_table(findings, self.name, self.version, parameters_digest(parameters))


def _judge(
    chain: Chain, route: Sequence[_Leg], unexplained: list[bool], weight: Mapping[int, int], rules: RouteRules
) -> Finding | None:
    out = sum(unexplained)
    strongest = max(weight[leg["leg"]] for leg, marked in zip(route, unexplained, strict=True) if marked)
    loose = _loose(route)
    terms = [
        Term("air.route.term.strongest", strongest, EXPERT, {"unexplained": out, "legs": len(route)}),
        Term("air.route.term.further", min(rules.further_most, rules.further * (out - 1)), EXPERT,
             {"further": out - 1}),
        Term("air.route.term.joined", rules.by_place if loose else 0, EXPERT,
             {"joins": len(route) - 1, "at_strip": chain.at_strip, "by_address": chain.by_address,
              "by_track": chain.by_track}),
    ]  # fmt: skip
    innocent = _innocent(route, loose, len(route) - out, rules)
    if sum(t.milli_log10 or 0 for t in terms) + sum(i.milli_log10 for i in innocent) < rules.threshold_milli_log10:
        return None
    first, last = route[0], route[-1]
    gained = _gained(route)
    stops = [
        Reason("air.route.reason.stop", {
            "time_us": one["end"], "wait_us": other["start"] - one["end"],
            "lat_e7": one["end_lat_e7"], "lon_e7": one["end_lon_e7"],
        })
        for one, other in pairwise(route)
    ]  # fmt: skip
    return Finding(
        kind="route",
        subject=f"track:{first['track']}",
        start_us=first["start"],
        end_us=last["end"],
        place=Place(route[len(route) // 2]["start_lat_e7"], route[len(route) // 2]["start_lon_e7"],
                    max(1_000_000, gained // 2)),
        simulated=any(leg["flags"] & SIMULATED for leg in route),
        terms=terms,
        reasons=[
            Reason("air.route.reason.legs", {
                "legs": len(route), "unexplained": out, "start_us": first["start"], "end_us": last["end"],
                "length_mm": sum(leg["length_mm"] for leg in route),
                "start_lat_e7": first["start_lat_e7"], "start_lon_e7": first["start_lon_e7"],
                "end_lat_e7": last["end_lat_e7"], "end_lon_e7": last["end_lon_e7"],
            }),
            *stops[: rules.stops_shown],
        ],
        evidence=[
            *(Evidence(leg["first_deposit"], leg["first_row"], leg["first_row"], "air.role.first_of_leg")
              for leg in route),
            Evidence(last["last_deposit"], last["last_row"], last["last_row"], "air.role.last_of_leg"),
        ],
        innocent=innocent,
        searched=[Reason("air.searched.onward", {"within_mm": rules.onward_mm, "wait_us": rules.onward_us,
                                                  "loose_us": rules.loose_us})],
    )  # fmt: skip


def _loose(route: Sequence[_Leg]) -> list[tuple[_Leg, _Leg]]:
    """Pairs of legs that neither an address nor a track joins."""
    return [
        (one, other)
        for one, other in pairwise(route)
        if one["track"] != other["track"] and (one["address"] is None or one["address"] != other["address"])
    ]


def _gained(route: Sequence[_Leg]) -> int:
    ends = [route[0]["start_lat_e7"], route[0]["start_lon_e7"], route[-1]["end_lat_e7"], route[-1]["end_lon_e7"]]
    return int(distance_mm(*ends))


def _innocent(route: Sequence[_Leg], loose: list[tuple[_Leg, _Leg]], openly: int, rules: RouteRules) -> list[Innocent]:
    def test(key: str, supports: bool | None, values: Values, effect: int) -> Innocent:
        if supports is None:
            return Innocent(f"air.route.{key}", "cannot_tell", values, 0)
        return Innocent(
            f"air.route.{key}", "supports" if supports else "contradicts", values, effect if supports else 0
        )

    gained = _gained(route)
    home = gained <= rules.near_mm
    return [
        # Silent aircraft say nothing of who they are: two that use one strip look like one that goes on.
        test("several_aircraft", None if loose else False, {"loose": len(loose)}, 0),
        test("openly", 2 * openly >= len(route), {"openly": openly, "legs": len(route)}, rules.openly),
        test("round", None if home and loose else home, {"gained_mm": gained}, rules.round),
    ]
