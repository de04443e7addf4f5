"""Routes of several legs as findings: what one aircraft flew from stop to stop, gathered from its legs.

A leg to a strip or a stop to refuel, and the next one on: each is a finding of its own, and together they say where a
load went. The legs' own verdicts stand in their findings; this one says how they hang together. Pieces of one flight,
lost and found again in the air, count as one leg.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pyarrow as pa

from veedor.air.announcements import plain
from veedor.air.arrow import array, ints
from veedor.air.evidence import EXPERT
from veedor.air.routes.chains import Chain, candidates, chains
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
    version: int = 3
    agrees_with: tuple[str, ...] = ("corridors",)
    writes: Table = FINDINGS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(LEGS, Broadcast()), Read(LEG_SCORES, Broadcast()), Read(STRIPS, Broadcast(), ("legs", "records")))

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: RouteRules) -> pa.Table:
        scores = tables["leg_scores"]
        if not pa.compute.any(scores["unexplained"]).as_py():
            return FINDINGS.empty()
        flown = candidates(tables["legs"], scores)
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
    flights, stops, seams = _parts(chain, route)
    marked = dict(zip(chain.legs, unexplained, strict=True))
    out = sum(any(marked[k] for k in flight) for flight in chain.flights)
    strongest = max(weight[leg["leg"]] for leg, marks in zip(route, unexplained, strict=True) if marks)
    loose = sum(_by_place(*each) for each in stops)
    terms = [
        Term("air.route.term.strongest", strongest, EXPERT, {"unexplained": out, "legs": flights}),
        Term("air.route.term.further", min(rules.further_most, rules.further * (out - 1)), EXPERT,
             {"further": out - 1}),
        Term("air.route.term.joined", rules.by_place if loose else 0, EXPERT,
             {"joins": len(stops), "at_strip": chain.at_strip, "by_address": chain.by_address,
              "by_track": chain.by_track}),
    ]  # fmt: skip
    innocent = _innocent(route, loose, sum(_by_place(*each) for each in seams), (flights - out, flights), rules)
    if sum(t.milli_log10 or 0 for t in terms) + sum(i.milli_log10 for i in innocent) < rules.threshold_milli_log10:
        return None
    first, last = route[0], route[-1]
    gained = _gained(route)
    told = [
        *(Reason("air.route.reason.stop", {
            "time_us": one["end"], "wait_us": other["start"] - one["end"],
            "lat_e7": one["end_lat_e7"], "lon_e7": one["end_lon_e7"],
        }) for one, other in stops[: rules.stops_shown]),
        *(Reason("air.route.reason.aloft", {
            "start_us": one["end"], "end_us": other["start"], "away_mm": _between(one, other),
            "start_lat_e7": one["end_lat_e7"], "start_lon_e7": one["end_lon_e7"],
            "end_lat_e7": other["start_lat_e7"], "end_lon_e7": other["start_lon_e7"],
        }) for one, other in seams[: rules.stops_shown]),
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
                "legs": flights, "unexplained": out, "start_us": first["start"], "end_us": last["end"],
                "length_mm": sum(leg["length_mm"] for leg in route),
                "start_lat_e7": first["start_lat_e7"], "start_lon_e7": first["start_lon_e7"],
                "end_lat_e7": last["end_lat_e7"], "end_lon_e7": last["end_lon_e7"],
            }),
            *told,
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


def _parts(chain: Chain, route: Sequence[_Leg]) -> tuple[int, list[tuple[_Leg, _Leg]], list[tuple[_Leg, _Leg]]]:
    """How many flights there are; the legs before and after each stop, and before and after each gap in the air."""
    pairs = list(enumerate(pairwise(route), 1))
    stops, seams = ([pair for at, pair in pairs if (at in chain.aloft) == aloft] for aloft in (False, True))
    return len(chain.flights), stops, seams


def _by_place(one: _Leg, other: _Leg) -> bool:
    """Whether neither an address nor a track joins two legs."""
    return one["track"] != other["track"] and (one["address"] is None or one["address"] != other["address"])


def _between(one: _Leg, other: _Leg) -> int:
    return int(distance_mm(one["end_lat_e7"], one["end_lon_e7"], other["start_lat_e7"], other["start_lon_e7"]))


def _gained(route: Sequence[_Leg]) -> int:
    ends = [route[0]["start_lat_e7"], route[0]["start_lon_e7"], route[-1]["end_lat_e7"], route[-1]["end_lon_e7"]]
    return int(distance_mm(*ends))


def _innocent(
    route: Sequence[_Leg], loose: int, aloft: int, openly_of: tuple[int, int], rules: RouteRules
) -> list[Innocent]:
    def test(key: str, supports: bool | None, values: Values, effect: int) -> Innocent:
        if supports is None:
            return Innocent(f"air.route.{key}", "cannot_tell", values, 0)
        return Innocent(
            f"air.route.{key}", "supports" if supports else "contradicts", values, effect if supports else 0
        )

    gained = _gained(route)
    home, openly, flights = gained <= rules.near_mm, *openly_of
    return [
        # Silent aircraft say nothing of who they are: two that use one strip look like one that goes on.
        test("several_aircraft", None if loose or aloft else False, {"loose": loose, "aloft": aloft}, 0),
        test("openly", 2 * openly >= flights, {"openly": openly, "legs": flights}, rules.openly),
        test("round", None if home and (loose or aloft) else home, {"gained_mm": gained}, rules.round),
    ]
