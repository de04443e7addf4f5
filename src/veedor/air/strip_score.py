"""What an end of a leg is worth as a landing or take-off at an unlisted strip: its terms, and the finding they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.air.continuations import Continuations
from veedor.air.coverage import Seen
from veedor.air.evidence import EXPERT, MEASURED_COVERAGE, STRIP_LIST, Sensors, graded, milli_log10
from veedor.air.leg_ends import LegEnd
from veedor.air.places import Places
from veedor.air.rules import DAY_US, StripRules
from veedor.air.strip_innocent import innocent_tests
from veedor.air.sun import elevation_e7
from veedor.engine.findings import Evidence, Finding, Innocent, Place, Reason, Term
from veedor.geodesy import distance_mm
from veedor.registers.borders import country_at

Ints = npt.NDArray[np.int64]

_NONE = np.empty(0, np.int64)
_FAR_MM = 5_000_000
_POSITION_MM = 1_000_000


@dataclass(frozen=True)
class Context:
    """What else is known: coverage and sensors of the run, all ends, aerodromes, the rules."""

    seen: Seen
    sensors: Sensors
    places: Places
    continuations: Continuations
    open_uses: Mapping[str, int]  # by aerodrome: flights that said who they were and came from or went to it
    rules: StripRules


@dataclass(frozen=True)
class Reuse:
    """Other flights at the same place: their ends (numbers of Places), and on how many other days silent ones came."""

    others: Ints
    days: int


def open_uses(ends: Iterable[LegEnd]) -> dict[str, int]:
    """By listed aerodrome: flights that said who they were and whose end it explains."""
    tracks: dict[str, set[int]] = defaultdict(set)
    for end in ends:
        if end.named and end.aerodrome_mm <= max(_FAR_MM, end.radius_mm):
            tracks[end.aerodrome].add(end.leg["track"])
    return {ident: len(found) for ident, found in tracks.items()}


def judge(number: int, end: LegEnd, context: Context) -> Finding | None:
    """The finding for one end, or None where it scores below the threshold."""
    rules = context.rules
    if end.radius_mm > rules.place_mm or _alone(end, context).ceiling(rules) < rules.threshold_milli_log10:
        return None
    reuse = _reuse(number, end, context)
    passes, losses = _others(end, reuse, context)
    terms = _terms(end, reuse, passes, losses, context)
    best = sum(term.milli_log10 or 0 for term in terms)
    if best < rules.threshold_milli_log10:
        return None
    innocent = innocent_tests(
        end, passes, losses, reuse.others, context.sensors, context.places, context.continuations, number, rules
    )
    if best + sum(test.milli_log10 for test in innocent) < rules.threshold_milli_log10:
        return None
    return _finding(end, reuse, [context.places.ends[k] for k in reuse.others.tolist()], terms, innocent)


def _reuse(number: int, end: LegEnd, context: Context) -> Reuse:
    places = context.places
    others = places.near(number, context.rules.same_place_mm)
    # Clutter comes back to its place too: only flights that lead somewhere count, and only for such a flight.
    days = np.unique(places.day[others[places.counts[others]]]) if end.gets_on(context.rules.slow_mm_s) else _NONE
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

    def ceiling(self, rules: StripRules) -> int:
        """The most it can come to when others and the map are asked."""
        own = min(self.landing, rules.landing_most) + self.away + self.identity
        repeated = max(weight for _, weight in rules.repeated) if self.elsewhere else 0
        return own + repeated + rules.coverage_most + rules.border + max(rules.night, rules.day)


def _alone(end: LegEnd, context: Context) -> _Alone:
    rules = context.rules
    descent = None if end.descent_mm_s is None else graded(end.descent_mm_s, rules.descent_mm_s, rules.climbing)
    height = None if end.height_mm is None else graded(end.height_mm, rules.height_mm, rules.high)
    if end.on_ground:
        descent, height = None, rules.height_mm[0][1]
    hidden = None
    if end.height_mm is None and not end.on_ground and end.hidden_mm is not None:
        hidden = graded(end.hidden_mm, rules.hidden_mm, rules.hidden_more)
    if end.height_mm is not None and end.hidden_mm is not None:
        hidden = rules.visible if end.height_mm > end.hidden_mm + rules.visible_mm else 0
    away, elsewhere = _away(end, context)
    speed = graded(end.speed_mm_s, rules.speed_mm_s, rules.fast)
    return _Alone(descent, height, hidden, speed, _slowing(end, rules), away, _identity(end, rules), elsewhere)


def _slowing(end: LegEnd, rules: StripRules) -> int | None:
    """Whether a flight that lands had slowed down for it when it was lost; a take-off tells nothing of the kind."""
    if end.kind != "landing_away" or not end.gets_on(rules.slow_mm_s):
        return None
    return graded(end.speed_mm_s * 1_000 // max(1, end.mean_mm_s), rules.slowing_permille, rules.not_slowing)


def _away(end: LegEnd, context: Context) -> tuple[int, bool]:
    """What the nearest listed aerodrome says, and whether it leaves room for a strip elsewhere."""
    rules = context.rules
    gap = end.aerodrome_mm - end.radius_mm
    elsewhere = gap > _POSITION_MM
    if end.aerodrome_mm > _FAR_MM:
        if gap > _FAR_MM:
            return rules.away_far, elsewhere
        return (rules.near_reach if gap > 0 else rules.within_reach), elsewhere
    met = (end.meeting_days or 0) >= rules.beside_days_at_least
    if met and gap > 0:
        return rules.beside, True
    if context.sensors.span_us >= rules.single_after_us and not context.open_uses.get(end.aerodrome):
        return rules.unused, True
    return graded(end.aerodrome_mm, rules.away_mm, rules.away_far), elsewhere


def _terms(end: LegEnd, reuse: Reuse, passes: int, losses: int, context: Context) -> list[Term]:
    rules = context.rules
    alone = _alone(end, context)
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
        Term("air.strip.term.height", alone.height, EXPERT, _number("height_mm", end.height_mm)),
        Term("air.strip.term.hidden", alone.hidden, EXPERT, _number("hidden_mm", end.hidden_mm)),
        Term("air.strip.term.speed", alone.speed, EXPERT,
             {"speed_mm_s": end.speed_mm_s}),
        Term("air.strip.term.slowing", alone.slowing, EXPERT, {"mean_mm_s": end.mean_mm_s}),
        Term("air.strip.term.landing_most", min(0, rules.landing_most - alone.landing), EXPERT),
        Term("air.strip.term.away", alone.away, STRIP_LIST,
             {"aerodrome": end.aerodrome, "distance_mm": end.aerodrome_mm,
              "open_flights": context.open_uses.get(end.aerodrome, 0)}),
        Term("air.strip.term.coverage", covered, MEASURED_COVERAGE, {"passes": passes, "losses": losses}),
        Term("air.strip.term.night", rules.night if sun < rules.night_elevation_e7 else rules.day, EXPERT,
             {"elevation_e7": sun}),
        Term("air.strip.term.identity", alone.identity, EXPERT, {"modes": end.leg["modes"]}),
        Term("air.strip.term.repeated", repeated, EXPERT, {"flights": len(reuse.others), "days": reuse.days}),
        Term("air.strip.term.border", border, EXPERT,
             {"from": there.name if there else "", "to": here.name if here else ""}),
    ]  # fmt: skip


def _identity(end: LegEnd, rules: StripRules) -> int:
    """Whether the transponder was silent at that end, answered, or said who it was."""
    if end.silent:
        return rules.identity[0]
    return rules.identity[2 if end.named else 1]


def _number(name: str, value: int | None) -> dict[str, int | str]:
    return {} if value is None else {name: value}


def _finding(
    end: LegEnd, reuse: Reuse, others: Sequence[LegEnd], terms: list[Term], innocent: list[Innocent]
) -> Finding:
    leg = end.leg
    last = Evidence(leg["last_deposit"], leg["last_row"], leg["last_row"], "air.role.last_of_leg")
    first = Evidence(leg["first_deposit"], leg["first_row"], leg["first_row"], "air.role.first_of_leg")
    landing = end.kind == "landing_away"
    evidence = [last, first] if landing else [first, last]
    for other in others:
        side = "last" if other.kind == "landing_away" else "first"
        row = other.leg[f"{side}_row"]
        evidence.append(Evidence(other.leg[f"{side}_deposit"], row, row, "air.role.same_place"))
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
            Reason("air.searched.terrain"),
            Reason("air.searched.flight_plan"),
        ],
    )
