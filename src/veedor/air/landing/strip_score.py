"""What an end of a leg is worth as a landing or take-off at an unlisted strip: its terms, and the finding they make."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.air.announcements import Announcements
from veedor.air.arrow import array, blobs, ints
from veedor.air.evidence import EXPERT, MEASURED_COVERAGE, STRIP_LIST, Sensors, graded, milli_log10
from veedor.air.flying.coverage import Seen
from veedor.air.flying.ghosted import Ghosted
from veedor.air.flying.navigation import Navigation
from veedor.air.landing.continuations import Continuations
from veedor.air.landing.leg_ends import Ends, LegEnd
from veedor.air.landing.outlook import Outlook
from veedor.air.landing.places import Places
from veedor.air.landing.rules import LandingRules
from veedor.air.landing.strip_innocent import ghost_tests, innocent_tests, navigation_test, paper_tests
from veedor.air.scales import DAY_US
from veedor.air.sun import elevation_e7
from veedor.air.terrain.ground import searched
from veedor.engine.findings import Evidence, Finding, Innocent, Place, Reason, Term
from veedor.geodesy import distance_mm
from veedor.registers.borders import country_at

Ints = npt.NDArray[np.int64]

_NONE = np.empty(0, np.int64)


@dataclass(frozen=True)
class Context:
    """What else is known: coverage and sensors of the run, all ends and what surrounds them, the rules."""

    seen: Seen
    sensors: Sensors
    places: Places
    continuations: Continuations
    ghosted: Ghosted
    navigation: Navigation
    said: Announcements
    outlook: Outlook
    terrain: str  # what was considered; empty: none
    rules: LandingRules


@dataclass(frozen=True)
class Reuse:
    """Other flights at the same place: their ends (numbers of Places), and on how many other days silent ones came."""

    others: Ints
    days: int


def judge(number: int, end: LegEnd, context: Context) -> Finding | None:
    """The finding for one end, or None where it scores below the threshold."""
    rules = context.rules
    if _alone(number, end, context).ceiling(rules) < rules.threshold_milli_log10:
        return None
    reuse = _reuse(number, end, context)
    passes, losses = _others(end, reuse, context)
    terms = _terms(number, end, reuse, passes, losses, context)
    best = sum(term.milli_log10 or 0 for term in terms)
    if best < rules.threshold_milli_log10:
        return None
    innocent = innocent_tests(
        end, passes, losses, reuse.others, context.sensors, context.places, context.continuations, number, rules
    )
    innocent += ghost_tests(end, context.ghosted, rules) + paper_tests(end, context.said, rules)
    innocent.append(navigation_test(end, context.navigation, rules))
    if best + sum(test.milli_log10 for test in innocent) < rules.threshold_milli_log10:
        return None
    return _finding(end, reuse, _records(reuse.others, context.places.ends), terms, innocent, context)


def _records(others: Ints, ends: Ends) -> list[Evidence]:
    """The last (first) plot of each of these ends."""
    rows = ends.legs.take(array(others))
    found = []
    for side, which in (("last", ends.landing[others]), ("first", ~ends.landing[others])):
        deposits, numbers = blobs(rows[f"{side}_deposit"]), ints(rows[f"{side}_row"], 0).tolist()
        found += [(k, deposits[k], numbers[k]) for k in np.flatnonzero(which).tolist()]
    return [Evidence(deposit, row, row, "air.role.same_place") for _, deposit, row in sorted(found)]


def _reuse(number: int, end: LegEnd, context: Context) -> Reuse:
    places = context.places
    others = places.near(number, context.rules.same_place_mm)
    # Clutter comes back to its place too: only flights that lead somewhere count, and only for such a flight.
    days = np.unique(places.day[others[places.counts[others]]]) if end.leads else _NONE
    return Reuse(others, max(int(np.count_nonzero(days != end.time_us // DAY_US)), end.meeting_days or 0))


def _others(end: LegEnd, reuse: Reuse, context: Context) -> tuple[int, int]:
    """Tracks that passed, and were lost (or began) at this cell and height, without this flight and its like."""
    if end.altitude_mm is None:
        passes, losses, starts = context.seen.low(end.lat_e7, end.lon_e7)
    else:
        passes, losses, starts = context.seen.of(end.lat_e7, end.lon_e7, end.altitude_mm)
    like = 1 + context.places.tracks(reuse.others)
    gone = losses if end.kind == "landing_away" else starts
    return max(0, passes - like), max(0, gone - like)


@dataclass(frozen=True)
class _Alone:
    """What the end says by itself, in thousandths of log10; None: not assessable."""

    descent: int | None
    height: int | None
    hidden: int | None
    speed: int
    slowing: int | None
    away: int
    identity: int
    elsewhere: bool  # no listed aerodrome in use accounts for the region

    @property
    def landing(self) -> int:
        """All that says whether the flight came down there."""
        return sum(weight or 0 for weight in (self.descent, self.height, self.hidden, self.speed, self.slowing))

    def ceiling(self, rules: LandingRules) -> int:
        """The most it can come to when others and the map are asked."""
        own = min(self.landing, rules.landing_most) + self.away + self.identity
        repeated = max(weight for _, weight in rules.repeated) if self.elsewhere else 0
        return own + repeated + rules.coverage_most + rules.border + max(rules.night, rules.day)


def _alone(number: int, end: LegEnd, context: Context) -> _Alone:
    rules, outlook = context.rules, context.outlook
    descent = None if end.descent_mm_s is None else graded(end.descent_mm_s, rules.descent_mm_s, rules.climbing)
    height = None if end.height_mm is None else graded(end.height_mm, rules.height_mm, rules.high)
    if end.on_ground:
        descent, height = None, rules.height_mm[0][1]
    hidden = None
    if end.height_mm is None and not end.on_ground and end.hidden_mm is not None:
        hidden = graded(end.hidden_mm, rules.hidden_mm, rules.hidden_more)
    if end.height_mm is not None and end.hidden_mm is not None:
        hidden = rules.visible if end.height_mm > end.hidden_mm + rules.visible_mm else 0
    speed = graded(end.speed_mm_s, rules.speed_mm_s, rules.fast)
    return _Alone(
        descent, height, hidden, speed, _slowing(end, rules), int(outlook.away[number]), int(outlook.identity[number]),
        bool(outlook.elsewhere[number]),
    )  # fmt: skip


def _slowing(end: LegEnd, rules: LandingRules) -> int | None:
    """Whether a flight that lands had slowed down for it when it was lost; a take-off tells nothing of the kind."""
    if end.kind != "landing_away" or not end.leads:
        return None
    return graded(end.speed_mm_s * 1_000 // max(1, end.mean_mm_s), rules.slowing_permille, rules.not_slowing)


def _terms(number: int, end: LegEnd, reuse: Reuse, passes: int, losses: int, context: Context) -> list[Term]:
    rules = context.rules
    alone = _alone(number, end, context)
    sun = elevation_e7(end.time_us, end.lat_e7, end.lon_e7)
    here, there = country_at(*end.place), country_at(*end.other_end)
    border = None if here is None or there is None else (rules.border if here.code != there.code else 0)
    covered = None
    # What others did at unknown heights says nothing about this one's.
    if passes >= rules.others_at_least and end.altitude_mm is not None:
        covered = min(rules.coverage_most, max(0, milli_log10(passes + 2, losses + 1)))
    # A region that reaches to a listed aerodrome cannot speak for a strip elsewhere, nor can repeated use of it.
    steps = [weight for days, weight in rules.repeated if reuse.days >= days]
    repeated = steps[-1] if steps and alone.elsewhere else 0
    if not steps and context.sensors.span_us >= rules.single_after_us:
        repeated = rules.single
    return [
        Term("air.strip.term.descent", alone.descent, EXPERT, _number("climb_mm_s", end.descent_mm_s)),
        _height(end, alone.height, rules),
        Term("air.strip.term.hidden", alone.hidden, EXPERT, _number("hidden_mm", end.hidden_mm)),
        Term("air.strip.term.speed", alone.speed, EXPERT,
             {"speed_mm_s": end.speed_mm_s}),
        Term("air.strip.term.slowing", alone.slowing, EXPERT, {"mean_mm_s": end.mean_mm_s}),
        Term("air.strip.term.landing_most", min(0, rules.landing_most - alone.landing), EXPERT),
        Term("air.strip.term.away", alone.away, STRIP_LIST,
             {"aerodrome": end.aerodrome, "distance_mm": end.aerodrome_mm,
              "open_flights": int(context.outlook.open_flights[number])}),
        Term("air.strip.term.coverage", covered, MEASURED_COVERAGE, {"passes": passes, "losses": losses}),
        Term("air.strip.term.night", rules.night if sun < rules.night_elevation_e7 else rules.day, EXPERT,
             {"elevation_e7": sun}),
        Term("air.strip.term.identity", alone.identity, EXPERT, {"modes": end.leg["modes"]}),
        Term("air.strip.term.repeated", repeated, EXPERT, {"flights": len(reuse.others), "days": reuse.days}),
        Term("air.strip.term.border", border, EXPERT,
             {"from": there.name if there else "", "to": here.name if here else ""}),
    ]  # fmt: skip


def _height(end: LegEnd, weight: int | None, rules: LandingRules) -> Term:
    """Height above the ground with what is not known of it: pressure altitude is not corrected for the day's pressure,
    and the ground is that of the terrain, else of the lowest listed aerodrome nearby."""
    if end.height_mm is None or end.altitude_mm is None or end.on_ground:
        return Term("air.strip.term.height", weight, EXPERT)
    spread = end.spread_mm or 0
    values = {"height_mm": end.height_mm, "altitude_mm": end.altitude_mm,
              "error_mm": math.isqrt(rules.pressure_height_mm**2 + spread**2)}  # fmt: skip
    return Term(f"air.strip.term.height_{'listed' if end.spread_mm is None else 'terrain'}", weight, EXPERT, values)


def _number(name: str, value: int | None) -> dict[str, int | str]:
    return {} if value is None else {name: value}


def _finding(
    end: LegEnd, reuse: Reuse, others: list[Evidence], terms: list[Term], innocent: list[Innocent], context: Context
) -> Finding:  # fmt: skip
    leg = end.leg
    last = Evidence(leg["last_deposit"], leg["last_row"], leg["last_row"], "air.role.last_of_leg")
    first = Evidence(leg["first_deposit"], leg["first_row"], leg["first_row"], "air.role.first_of_leg")
    landing = end.kind == "landing_away"
    evidence = [last, first] if landing else [first, last]
    evidence += others
    reasons = [
        Reason(
            "air.strip.reason.landing" if landing else "air.strip.reason.takeoff",
            {"time_us": end.time_us, "aerodrome": end.aerodrome, "distance_mm": end.aerodrome_mm},
        ),
        Reason("air.strip.reason.region", {"radius_mm": end.radius_mm}),
    ]
    if end.met:
        ahead = int(distance_mm(end.lat_e7, end.lon_e7, *end.place))
        reasons.append(Reason("air.strip.reason.meeting", {"days": end.meeting_days or 0, "ahead_mm": ahead}))
    if others:
        reasons.append(Reason("air.strip.reason.repeated", {"flights": len(others), "days": reuse.days}))
    elif not end.met:
        reasons.append(Reason("air.strip.reason.single"))
    return Finding(
        kind=end.kind,
        subject=f"track:{leg['track']}",
        start_us=leg["start"],
        end_us=leg["end"],
        place=Place(end.place[0], end.place[1], end.radius_mm),
        simulated=end.simulated,
        terms=terms,
        reasons=reasons,
        evidence=evidence,
        innocent=innocent,
        searched=[
            Reason("air.searched.aerodromes", {"within_mm": end.aerodrome_mm}),
            Reason("air.searched.same_place", {"flights": len(others)}),
            searched(context.terrain, end.spread_mm is not None),
            *([] if context.said.unnamed else [Reason("air.searched.flight_plan")]),
        ],
    )
