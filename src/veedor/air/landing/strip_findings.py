"""Findings of kind `strip`: inferred strips that listed aerodromes in open use do not explain, with reasons and tests.

A strip is scored as a whole, from what its flights have in common. Its single landings and take-offs have findings of
their own (landings.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from veedor.air.arrow import array, texts
from veedor.air.evidence import EXPERT, OF_RECORD, STRIP_LIST, graded
from veedor.air.flying.coverage import Seen
from veedor.air.landing.announced_uses import LEG_ASKED, AnnouncedUses
from veedor.air.landing.customs import Customs
from veedor.air.landing.rules import SiteRules
from veedor.air.terrain.ground import searched
from veedor.engine.detector import Broadcast, Owner, Read
from veedor.engine.findings import Evidence, Finding, Innocent, Place, Reason, Term, Verdict, findings_table
from veedor.geodesy import distance_mm
from veedor.kernel.parameters import parameters_digest
from veedor.registers.aerodromes import listed
from veedor.tables import (
    COVERAGE,
    FINDINGS,
    FLIGHT_PLANS,
    LEG_GROUNDS,
    LEGS,
    MOVEMENTS,
    OUTAGES,
    SENSORS,
    STRIPS,
    Table,
)

_Row = Mapping[str, Any]
_Terrain = tuple[str, frozenset[tuple[int, bool]]]


@dataclass(frozen=True)
class StripFindings:
    """Detector: STRIPS and what explains them, all whole -> FINDINGS of kind strip."""

    parameters: SiteRules = field(default_factory=SiteRules)
    name: str = "strip_findings"
    version: int = 7
    writes: Table = FINDINGS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (
            Read(STRIPS, Broadcast()),
            Read(LEG_GROUNDS, Broadcast(), ("leg", "start_ground_mm", "end_ground_mm", "terrain")),
            Read(LEGS, Broadcast(), LEG_ASKED),
            Read(COVERAGE, Broadcast()),
            Read(SENSORS, Broadcast(), ("sensor", "lat_e7", "lon_e7", "valid_from", "deposit", "row")),
            Read(FLIGHT_PLANS, Broadcast()),
            Read(MOVEMENTS, Broadcast()),
            Read(OUTAGES, Broadcast()),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: SiteRules) -> pa.Table:
        strips = tables["strips"].to_pylist()
        seen = Seen.load(tables["coverage"])
        sites = [row for row in tables["sensors"].to_pylist() if row["lat_e7"] is not None]
        used = {leg for strip in strips for leg in strip["legs"]}
        terrain = _terrain(tables["leg_grounds"], used)
        announced = AnnouncedUses.load(tables, used, listed(parameters.own_aerodromes))
        customs = Customs(strips, parameters)
        judged = (_judge(strip, customs, seen, sites, announced, terrain, parameters) for strip in strips)
        kept = [finding for finding in judged if finding is not None]
        return findings_table(kept, self.name, self.version, parameters_digest(parameters))


def _terrain(grounds: pa.Table, legs: set[int]) -> _Terrain:
    """Which terrain was considered, and of which of these legs it knows the ground below their end and their start."""
    name = texts(grounds["terrain"].slice(0, 1))[0] if grounds.num_rows else ""
    some: Any = grounds.filter(pa.compute.is_in(grounds["leg"], array(sorted(legs)).cast(pa.int64())))
    known = ((leg, True) for leg in some.filter(some["end_ground_mm"].is_valid())["leg"].to_pylist())
    begun = ((leg, False) for leg in some.filter(some["start_ground_mm"].is_valid())["leg"].to_pylist())
    return name, frozenset((*known, *begun))


def _judge(
    strip: _Row, customs: Customs, seen: Seen, sites: list[dict[str, Any]], announced: AnnouncedUses,
    terrain: _Terrain, rules: SiteRules,
) -> Finding | None:  # fmt: skip
    """The finding for one strip, or None where it is a single event, names no place or scores below the threshold."""
    if strip["days"] < rules.days_at_least or strip["major_mm"] > rules.place_mm:
        return None
    terms, innocent = _terms(strip, customs, rules), _innocent(strip, customs, seen, sites, rules)
    score = sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in innocent)
    if score < rules.threshold_milli_log10:
        return None
    # Last, and of strips that nothing else explains: it asks every flight of the strip.
    innocent.append(_announced(strip, announced, rules))
    if score + innocent[-1].milli_log10 < rules.threshold_milli_log10:
        return None
    landings = [record["landing"] for record in strip["records"]]
    evidence = [
        Evidence(record["deposit"], record["row"], record["row"],
                 "air.role.last_of_leg" if record["landing"] else "air.role.first_of_leg")
        for record in strip["records"]
    ]  # fmt: skip
    return Finding(
        kind="strip",
        subject=f"strip:{strip['strip']}",
        start_us=_us(strip["first_use"]),
        end_us=_us(strip["last_use"]),
        place=Place(strip["lat_e7"], strip["lon_e7"], strip["major_mm"]),
        simulated=strip["simulated"],
        terms=terms,
        reasons=_reasons(strip),
        evidence=evidence,
        innocent=innocent,
        searched=[
            Reason("air.searched.aerodromes", {"within_mm": strip["aerodrome_mm"]}),
            searched(terrain[0], terrain[1].issuperset(zip(strip["legs"], landings, strict=True))),
            *([] if announced.said.unnamed else [Reason("air.searched.flight_plan")]),
        ],
    )


def _us(moment: Any) -> int:
    return int(pa.scalar(moment, pa.timestamp("us", tz="UTC")).cast(pa.int64()).as_py())


def _terms(strip: _Row, customs: Customs, rules: SiteRules) -> list[Term]:
    flights, days = strip["flights"], strip["days"]
    silent_days = days * strip["silent"] // flights
    steps = [weight for least, weight in rules.repeated if silent_days >= least]
    gap = strip["aerodrome_mm"] - strip["major_mm"]
    if strip["aerodrome_mm"] <= rules.listed_mm:
        away = graded(strip["aerodrome_mm"], rules.away_mm, rules.away_far)
        used_near = _openly(strip["near_named"], strip["silent"], rules)
        if not _openly(strip["named"] + strip["same_named"], strip["silent"], rules):
            beside = used_near and strip["days"] >= rules.beside_days_at_least and gap > 0
            away = rules.beside if beside else away if used_near else rules.unused
    else:
        away = rules.away_far if gap > rules.listed_mm else rules.near_reach if gap > 0 else rules.within_reach
    identity = graded(strip["silent"] * 1000 // flights, rules.silent_permille, rules.silent)
    night = rules.night if 2 * strip["night"] >= flights else rules.day
    border = rules.border if 2 * strip["crossing"] >= flights else 0
    rarer = min(strip["landings"], flights - strip["landings"])
    ways = rules.both_ways if rarer * 1000 >= rules.both_ways_permille * flights else 0
    wide = strip["evidence_milli_log10"] < rules.one_way_evidence * flights
    ways = rules.one_way if wide and not rarer and flights >= rules.one_way_flights else ways
    together = graded(strip["evidence_milli_log10"], rules.together_milli_log10, 0)
    return [
        Term("air.site.term.together", together, EXPERT, {"evidence_milli_log10": strip["evidence_milli_log10"]}),
        Term("air.site.term.ways", ways, EXPERT, {"flights": flights, "landings": strip["landings"]}),
        Term("air.site.term.repeated", steps[-1] if steps else 0, EXPERT, {"flights": flights, "days": days}),
        Term("air.site.term.identity", identity, EXPERT, {"silent": strip["silent"], "flights": flights}),
        Term("air.site.term.away", away, STRIP_LIST,
             {"aerodrome": strip["aerodrome"], "distance_mm": strip["aerodrome_mm"],
              "named": strip["named"] + strip["near_named"]}),
        *_custom(strip, customs, rules),
        Term("air.site.term.night", night, EXPERT, {"night": strip["night"], "flights": flights}),
        Term("air.site.term.border", border, EXPERT, {"crossing": strip["crossing"], "flights": flights}),
    ]  # fmt: skip


def _custom(strip: _Row, customs: Customs, rules: SiteRules) -> list[Term]:
    """Beside a listed aerodrome in open use: how many more are silent than custom is. Elsewhere there is no custom."""
    named = strip["named"] + strip["same_named"]
    if strip["aerodrome_mm"] > rules.listed_mm or not named:
        return []
    beyond = customs.excess_milli_log10(strip) - rules.excess_milli_log10
    values = {"silent": strip["silent"], "named": named, "custom_permille": customs.silent_permille(strip["aerodrome"])}
    return [Term("air.site.term.custom", max(0, min(rules.excess_most, beyond)), OF_RECORD, values)]


def _openly(named: int, silent: int, rules: SiteRules) -> bool:
    """Whether flights that say who they are use a place so often that they account for silent ones there: one
    aircraft that came by in a month does not."""
    return named > 0 and named * rules.silent_a_named >= silent


def _reasons(strip: _Row) -> list[Reason]:
    uses = {"flights": strip["flights"], "days": strip["days"], "landings": strip["landings"]}
    reasons = [
        Reason("air.site.reason.uses", uses | {"first_us": _us(strip["first_use"]), "last_us": _us(strip["last_use"])}),
        Reason("air.site.reason.region", {"major_mm": strip["major_mm"], "minor_mm": strip["minor_mm"]}),
        Reason("air.site.reason.seen_by", {"sensors": len(strip["sensors"]), "parties": len(strip["parties"])}),
    ]
    if strip["heading_e7"] is not None:
        reasons.append(Reason("air.site.reason.heading", {"heading_e7": strip["heading_e7"]}))
    observed = strip["observed_permille"]
    values = {} if observed is None else {"observed_permille": observed}
    return [*reasons, Reason(f"air.site.state.{strip['state']}", values)]


def _test(key: str, verdict: Verdict, values: Mapping[str, int | str], effect: int) -> Innocent:
    return Innocent(f"air.site.innocent.{key}", verdict, values, effect if verdict == "supports" else 0)


def _innocent(
    strip: _Row, customs: Customs, seen: Seen, sites: list[dict[str, Any]], rules: SiteRules
) -> list[Innocent]:
    named, silent = strip["named"] + strip["same_named"], strip["silent"]
    # Those who come openly explain silent ones as far as such are customary.
    usual = customs.excess_milli_log10(strip) < rules.excess_milli_log10
    openly = usual and named >= rules.open_flights and named >= 4 * silent
    holds = usual and strip["aerodrome_mm"] <= strip["major_mm"] and _openly(named, silent, rules)
    often = strip["flights"] >= rules.shuttle_a_day * strip["days"]
    passes, losses, starts = seen.low(strip["lat_e7"], strip["lon_e7"])
    gone = max(losses, starts)
    edge: Verdict = "cannot_tell"
    if passes >= rules.others_at_least:
        edge = "supports" if gone * 1000 // passes >= rules.lost_permille else "contradicts"
    used = [site for site in sites if site["sensor"] in strip["sensors"]]
    nearest = min(
        (int(distance_mm(site["lat_e7"], site["lon_e7"], strip["lat_e7"], strip["lon_e7"])) for site in used),
        default=None,
    )
    above: Verdict = "cannot_tell"
    if nearest is not None:
        above = "supports" if nearest <= rules.above_sensor_mm else "contradicts"
    return [
        _test("open_field", "supports" if openly else "contradicts", {"named": named, "silent": silent},
              rules.open_field),
        _test("listed", "supports" if holds else "contradicts",
              {"aerodrome": strip["aerodrome"], "distance_mm": strip["aerodrome_mm"]}, rules.listed),
        _test("shuttle", "supports" if often else "contradicts", {"flights": strip["flights"], "days": strip["days"]},
              rules.shuttle),
        _test("end_of_coverage", edge, {"passes": passes, "losses": gone}, rules.lost_by_others),
        _test("above_sensor", above, {} if nearest is None else {"distance_mm": nearest}, rules.above_sensor),
    ]  # fmt: skip


def _announced(strip: _Row, announced: AnnouncedUses, rules: SiteRules) -> Innocent:
    """Announced work: most of its flights came by plans that they kept to, or in airspace reserved there by NOTAM."""
    uses = announced.of(strip, rules)
    values: dict[str, int | str] = {"announced": uses.announced, "flights": uses.flights,
                                    "call_sign": uses.call_sign, "reference": uses.reference}  # fmt: skip
    if not announced.any:
        return _test("announced", "cannot_tell", values, 0)
    most = uses.announced * 1000 >= rules.announced_permille * uses.flights
    return _test("announced", "supports" if most else "contradicts", values, rules.announced)
