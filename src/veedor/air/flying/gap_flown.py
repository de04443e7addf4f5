"""What was flown during a silence, by the echoes that went on or by where the target came back: work over one place, a
chase, a way kept as planned, an open visit to a field, or other echoes than its own.

Who lands somewhere unseen stops, and the way that its echoes show is short for the time. Who never stops has not
landed: then a way to and fro by day is work, and a fast one home again is a chase or a patrol.
"""

from __future__ import annotations

from veedor.air.flying.rules import GapRules
from veedor.air.flying.silence import Facts, Silence, Witness
from veedor.air.sun import elevation_e7
from veedor.engine.findings import Innocent, Values, Verdict


def flown_tests(silence: Silence, witness: Witness, facts: Facts, rules: GapRules) -> list[Innocent]:
    """The tests of this file that can be asked of it, in the order in which they are shown."""
    asked = [_field_work(silence, facts, rules), _chase(silence, facts, rules)]
    if silence.echoes:
        return [*asked, _kept_course(silence, witness, rules), _other_echoes(silence, rules)]
    return [*asked, _visit(silence, witness, facts, rules)]


def _test(key: str, supports: bool | None, values: Values, effect: int) -> Innocent:
    verdict: Verdict = "cannot_tell" if supports is None else "supports" if supports else "contradicts"
    return Innocent(f"air.gap.{key}", verdict, values, effect if supports else 0)


def _never_stopped(silence: Silence, facts: Facts, rules: GapRules) -> bool:
    """Its echoes show it under way all the time: no break in which it could have landed and taken off again, and a way
    about as long as at its usual speed."""
    at_speed = silence.way.usual_mm_s * (facts.silence_us // 1_000) // 1_000
    under_way = silence.way.length_mm * 1000 >= rules.under_way_permille * at_speed
    return silence.echoes > 0 and under_way and silence.way.longest_us <= rules.stop_us


def _by_day(silence: Silence, rules: GapRules) -> bool:
    ends = ((silence.start_us, silence.loss), (silence.end_us, silence.back))
    return min(elevation_e7(time_us, lat, lon) for time_us, (lat, lon, _) in ends) > rules.night_elevation_e7


def _field_work(silence: Silence, facts: Facts, rules: GapRules) -> Innocent:
    """Crop-dusting, spraying or survey: by day and no faster than such work is flown, to and fro over one place without
    a stop. Unseen, it may be that as well as a landing."""
    values = {"length_mm": silence.way.length_mm, "gained_mm": facts.moved_mm}
    if not _by_day(silence, rules):
        return _test("field_work", False, values, 0)
    if not _never_stopped(silence, facts, rules):
        unseen = silence.way.longest_us > rules.stop_us and facts.speed_mm_s < rules.speed_mm_s[0]
        return _test("field_work", None if unseen else False, values, 0)
    winding = silence.way.length_mm >= rules.work_winding * max(facts.moved_mm, rules.work_mm)
    return _test("field_work", winding and silence.way.usual_mm_s <= rules.work_mm_s, values, rules.field_work)


def _chase(silence: Silence, facts: Facts, rules: GapRules) -> Innocent:
    """An interceptor or a patrol, silent by order: faster than light aircraft fly when it fell silent, never stopped,
    and its flight ends where it began. Whom it chased is not asked."""
    values = {"speed_mm_s": silence.speed_before_mm_s, "gained_mm": silence.way.gained_mm}
    fast = silence.speed_before_mm_s >= rules.chase_mm_s
    home = silence.came_back and silence.way.gained_mm <= rules.near_mm
    if not (fast and home):
        return _test("chase", False, values, 0)
    return _test("chase", True if _never_stopped(silence, facts, rules) else None, values, rules.chase)


def _kept_course(silence: Silence, witness: Witness, rules: GapRules) -> Innocent:
    """Its echoes kept the course on which it fell silent, and that is the way of its plan. Without a plan nothing tells
    it from one who hides: both go on as they flew."""
    values: Values = {"turned_e7": silence.way.turned_e7, "call_sign": silence.flight["call_sign"] or ""}
    if silence.way.turned_e7 > rules.kept_course_e7:
        return _test("kept_course", False, values, 0)
    found = witness.said.plan_of(silence.flight, rules)
    if found is None:
        return _test("kept_course", None, values, 0)
    return _test("kept_course", found[1] != "left", values, rules.kept_course)


def _visit(silence: Silence, witness: Witness, facts: Facts, rules: GapRules) -> Innocent:
    """A visit to a field, made openly: by day, by one who says who it is, lost low and heard again low, near by. What
    lies there, landings and strips ask."""
    named = silence.flight["address"] is not None and silence.flight["call_sign"] is not None
    values = {"named": int(named), "distance_mm": facts.moved_mm}
    heights = (silence.loss[2], silence.back[2])
    if not named or facts.moved_mm > rules.visit_mm:
        return _test("known_flight", False, values, 0)
    if any(height is None for height in heights):
        return _test("known_flight", None, values, 0)
    grounds = witness.aerodromes.ground_mm(
        [silence.loss[0], silence.back[0]], [silence.loss[1], silence.back[1]], rules.ground_mm
    )
    low = all(
        height is not None and height - int(ground) <= rules.visit_height_mm
        for height, ground in zip(heights, grounds, strict=True)
    )
    return _test("known_flight", low and _by_day(silence, rules), values, rules.visit)


def _other_echoes(silence: Silence, rules: GapRules) -> Innocent:
    """What went on are other echoes: slower than aeroplanes stay in the air, and than it had flown."""
    values = {"usual_mm_s": silence.way.usual_mm_s, "speed_mm_s": silence.speed_before_mm_s}
    slow = silence.way.usual_mm_s <= rules.slow_mm_s and 2 * silence.way.usual_mm_s <= silence.speed_before_mm_s
    return _test("slow_echoes", slow, values, rules.other_echoes)
