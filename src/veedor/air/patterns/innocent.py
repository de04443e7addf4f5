"""Innocent explanations of a pattern, each a test on the data: its shape, who flew it, where, beside whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from veedor.air.announcements import Kept
from veedor.air.patterns.rules import PatternFindingRules
from veedor.engine.findings import Innocent, Values, Verdict


@dataclass(frozen=True)
class Scene:
    """A pattern (a row of PATTERNS) with its leg (a row of LEGS) and what is around it."""

    pattern: Mapping[str, Any]
    leg: Mapping[str, Any]
    aerodrome: str
    aerodrome_mm: int  # from the pattern's middle
    ground_mm: int  # lowest listed aerodrome nearby
    end_aerodrome_mm: tuple[int, int]  # from the leg's first and last plot
    passes: int  # low passes of this leg near this one
    cells: int  # cells it visited meanwhile, and how many of them another leg shared
    shared_cells: int
    other_silent: bool  # that other leg's transponder never answered
    gained_mm: int  # from the leg's first plot to its last
    sun_e7: int  # elevation of the sun in the middle of the pattern
    plan: tuple[Mapping[str, Any], Kept] | None  # the plan under the leg's name, and whether it kept to it
    reserved: Mapping[str, Any] | None  # the announcement that reserved the airspace in which it was
    announcements: bool  # any announcement was deposited
    planned: bool  # any flight plan was

    @property
    def named(self) -> bool:
        return self.leg["call_sign"] is not None and self.leg["address"] is not None

    @property
    def answered(self) -> bool:
        """Its transponder answered all along, whether or not it gave a name: who hides does not."""
        return int(self.pattern["answers"]) * 10 >= int(self.pattern["plots"]) * 9

    @property
    def silent(self) -> bool:
        return int(self.pattern["answers"]) == 0


def innocent_tests(scene: Scene, rules: PatternFindingRules) -> list[Innocent]:
    """All of them, for any kind of pattern."""
    return [
        _survey(scene, rules),
        _glider(scene, rules),
        _calibration(scene, rules),
        _fire(scene, rules),
        _holding(scene, rules),
        _circuit(scene, rules),
        _chase(scene, rules),
        _ambulance(scene, rules),
        _slow_echoes(scene, rules),
        _announced(scene, rules),
    ]


def _test(key: str, verdict: Verdict, values: Values, effect: int) -> Innocent:
    return Innocent(f"air.innocent.{key}", verdict, values, effect if verdict == "supports" else 0)


def _when(condition: bool) -> Verdict:
    return "supports" if condition else "contradicts"


def _survey(scene: Scene, rules: PatternFindingRules) -> Innocent:
    """A survey: many lines, each a track of its own, at one height, by somebody who answers all along."""
    one = scene.pattern
    values: dict[str, int | str] = {"lines": one["times"], "apart": one["apart"], "answers": one["answers"],
                                    "plots": one["plots"]}  # fmt: skip
    if one["kind"] != "search_lines":
        return _test("survey_flight", "contradicts", values, 0)
    if one["lowest_mm"] is None:
        return _test("survey_flight", "cannot_tell", values, 0)
    level = one["highest_mm"] - one["lowest_mm"]
    regular = one["apart"] * 1000 >= one["times"] * rules.survey_regular_permille
    fits = regular and level <= rules.survey_level_mm and scene.answered
    return _test("survey_flight", _when(fits), values | {"spread_mm": level}, rules.survey)


def _glider(scene: Scene, rules: PatternFindingRules) -> Innocent:
    """A glider in thermals: slow, in tight circles, now up and now down."""
    one = scene.pattern
    values = {"speed_mm_s": one["speed_mm_s"], "path_mm": one["path_mm"] or 0, "drift_mm_s": one["drift_mm_s"]}
    slow = one["speed_mm_s"] <= rules.glider_speed_mm_s
    tight = one["kind"] in ("orbit", "racetrack") and (one["path_mm"] or 0) <= rules.glider_path_mm
    if slow and tight and one["climb_mm_s"] is None:
        return _test("glider", "cannot_tell", values, 0)
    return _test("glider", _when(slow and tight and abs(one["climb_mm_s"] or 0) >= 200), values, rules.glider)


def _calibration(scene: Scene, rules: PatternFindingRules) -> Innocent:
    """Calibration of an aerodrome's aids: patterns around it by somebody who answers all along."""
    one = scene.pattern
    values: dict[str, int | str] = {"distance_mm": scene.aerodrome_mm, "aerodrome": scene.aerodrome}
    values |= {"answers": one["answers"], "plots": one["plots"]}
    near = scene.aerodrome_mm <= rules.calibration_mm
    return _test("calibration", _when(near and scene.answered and one["kind"] != "drop"), values, rules.calibration)


def _fire(scene: Scene, rules: PatternFindingRules) -> Innocent:
    """Fire-fighting: the same flight comes down over one place again and again, scooping or dropping. Where radars see
    the upper part only: by day, low, to and fro over one way, answering all along; silent, it may as well look for
    somebody."""
    one = scene.pattern
    values = {"passes": scene.passes, "times": one["times"], "gained_mm": scene.gained_mm}
    if scene.passes >= rules.fire_passes:
        return _test("fire_fighting", "supports", values, rules.fire)
    low, high = rules.fire_mm_s
    shuttle = one["kind"] == "racetrack" and one["times"] >= rules.fire_passes
    shuttle &= scene.sun_e7 > rules.night_elevation_e7 and low <= one["speed_mm_s"] <= high
    if one["highest_mm"] is not None:
        shuttle &= one["highest_mm"] - scene.ground_mm <= rules.fire_height_mm
    if shuttle and not scene.answered:
        return _test("fire_fighting", "cannot_tell", values, 0)
    return _test("fire_fighting", _when(shuttle), values, rules.fire)


def _holding(scene: Scene, rules: PatternFindingRules) -> Innocent:
    """Holding for a listed aerodrome: rounds of about four minutes, and the flight then lands there."""
    one = scene.pattern
    rounds = (one["end"] - one["start"]) // max(1, one["times"])
    arrives = scene.end_aerodrome_mm[1]
    values = {"round_us": rounds, "distance_mm": scene.aerodrome_mm, "arrives_mm": arrives}
    if one["kind"] not in ("orbit", "racetrack"):
        return _test("holding", "contradicts", values, 0)
    low, high = rules.holding_us
    usual = low <= rounds <= high and scene.aerodrome_mm <= rules.holding_mm
    if usual and scene.leg["ended_by"] == "silence":
        return _test("holding", "cannot_tell", values, 0)
    return _test("holding", _when(usual and arrives <= rules.calibration_mm), values, rules.holding)


def _circuit(scene: Scene, rules: PatternFindingRules) -> Innocent:
    """Training circuits: rounds beside an aerodrome, low, down to it and up again."""
    one = scene.pattern
    values: dict[str, int | str] = {"distance_mm": scene.aerodrome_mm, "aerodrome": scene.aerodrome}
    values["touches"] = scene.leg["touches"]
    near = scene.aerodrome_mm <= rules.circuit_mm and one["radius_mm"] <= 2 * rules.circuit_mm
    if near and one["highest_mm"] is None:
        return _test("training_circuits", "cannot_tell", values, 0)
    low = one["highest_mm"] is not None and one["highest_mm"] - scene.ground_mm <= rules.circuit_height_mm
    return _test("training_circuits", _when(near and low), values, rules.circuit)


def _chase(scene: Scene, rules: PatternFindingRules) -> Innocent:
    """An interceptor or state aircraft: it says who it is, and follows or circles over another that does not."""
    permille = scene.shared_cells * 1000 // scene.cells if scene.cells else 0
    values = {"cells": scene.cells, "shared": scene.shared_cells, "other_silent": int(scene.other_silent)}
    if not scene.cells:
        return _test("chase", "cannot_tell", values, 0)
    beside = permille >= rules.chase_cells_permille and scene.other_silent and not scene.silent
    return _test("chase", _when(beside), values, rules.chase)


def _ambulance(scene: Scene, rules: PatternFindingRules) -> Innocent:
    """An ambulance or rescue helicopter: slow, says who it is, and ends where it began or at a listed aerodrome."""
    one, leg = scene.pattern, scene.leg
    served = max(scene.end_aerodrome_mm) <= rules.calibration_mm
    values = {"speed_mm_s": one["speed_mm_s"], "named": int(scene.named), "served": int(served)}
    if leg["call_sign"] is None and not scene.silent:
        return _test("ambulance", "cannot_tell", values, 0)
    slow = one["speed_mm_s"] <= rules.helicopter_mm_s
    return _test("ambulance", _when(slow and scene.named and served), values, rules.ambulance)


def _slow_echoes(scene: Scene, rules: PatternFindingRules) -> Innocent:
    """No aircraft: echoes that never answer, slower by their smoothed track than aeroplanes stay in the air. What
    stands (a coast in a duct, turbines, a jammer) makes figures of chance. Helicopters and gliders may be as slow."""
    usual = int(scene.leg["usual_speed_mm_s"])
    slow = scene.silent and int(scene.leg["answers"]) == 0 and usual <= rules.slow_mm_s
    return _test("slow_echoes", _when(slow), {"speed_mm_s": usual}, rules.slow_echoes)


def _announced(scene: Scene, rules: PatternFindingRules) -> Innocent:
    """Announced work: a plan under its name that it did not leave, or airspace reserved there by NOTAM."""
    plan = scene.plan[0] if scene.plan is not None and scene.plan[1] != "left" else None
    values: dict[str, int | str] = {"call_sign": (plan or {}).get("call_sign") or "",
                                    "reference": (scene.reserved or {}).get("reference") or ""}  # fmt: skip
    if plan is None and scene.reserved is None:
        return _test("announced", "contradicts" if scene.announcements else "cannot_tell", values, 0)
    return _test("announced", "supports", values, rules.announced)
