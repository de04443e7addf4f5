"""Innocent explanations of an end away from aerodromes, each a test on the data with its numbers and its effect."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.air.announcements import Announcements
from veedor.air.evidence import Sensors
from veedor.air.flying.ghosted import Ghosted, mirror_image, most
from veedor.air.flying.navigation import Navigation
from veedor.air.landing.continuations import Continuations
from veedor.air.landing.leg_ends import LegEnd
from veedor.air.landing.places import Places
from veedor.air.landing.rules import LandingRules
from veedor.air.scales import MINUTE_US
from veedor.air.sun import elevation_e7
from veedor.engine.findings import Innocent, Values, Verdict
from veedor.tables.plots import ADSB, PSR

Ints = npt.NDArray[np.int64]
_NEAR_MM = 5_000_000
# Slower than aeroplanes stay in the air; slower than aircraft on their way; ground is seen up to here.
_SLOW_MM_S, _VEHICLE_MM_S, _GROUND_SEEN_MM = 25_000, 35_000, 30_000


def innocent_tests(
    end: LegEnd,
    passes: int,
    losses: int,
    others: Ints,
    sensors: Sensors,
    places: Places,
    continuations: Continuations,
    number: int,
    rules: LandingRules,
) -> list[Innocent]:
    """All tests for one end; `passes` and `losses` are those of other flights at its cell and height."""
    return [
        _end_of_coverage(end, passes, losses, rules),
        _end_of_record(end, sensors, rules),
        _sensor_off(end, sensors),
        _goes_on(end, continuations, rules),
        _above_sensor(end, rules),
        _clutter(end, rules),
        _field_work(end),
        _return(end),
        _known_flight(end),
        _helicopter(end),
        _chase(end, places, number),
        _state_aircraft(end, rules),
        _open_field(number, others, places, rules),
    ]


def _test(key: str, verdict: Verdict, values: Values, effect: int) -> Innocent:
    return Innocent(f"air.innocent.{key}", verdict, values, effect if verdict == "supports" else 0)


def _when(condition: bool) -> Verdict:
    return "supports" if condition else "contradicts"


def _end_of_coverage(end: LegEnd, passes: int, losses: int, rules: LandingRules) -> Innocent:
    """Others at this place and height are lost (or found) there too."""
    values = {"passes": passes, "losses": losses}
    if passes < rules.others_at_least:
        return _test("end_of_coverage", "cannot_tell", values, 0)
    return _test("end_of_coverage", _when(losses * 1000 // passes >= 400), values, rules.lost_by_others)


def _end_of_record(end: LegEnd, sensors: Sensors, rules: LandingRules) -> Innocent:
    """The sensors' own record ends (or begins) at that time."""
    landing = end.kind == "landing_away"
    known = [(sensors.last if landing else sensors.first).get(name) for name in end.leg["sensors"]]
    times = [time for time in known if time is not None]
    if not times:
        return _test("end_of_record", "cannot_tell", {}, 0)
    away = max(times) - end.time_us if landing else end.time_us - min(times)
    return _test("end_of_record", _when(away <= rules.end_of_record_us), {"away_us": away}, -2_500)


def _sensor_off(end: LegEnd, sensors: Sensors) -> Innocent:
    """All sensors that saw the flight were silent right after it was lost (or before it was found)."""
    window = 10 * MINUTE_US
    start = end.time_us if end.kind == "landing_away" else end.time_us - window
    shares = sensors.off_shares(end.leg["sensors"], start, start + window)
    if not shares:
        return _test("sensor_off", "cannot_tell", {}, 0)
    values = {"off_permille": min(shares), "sensors": len(shares)}
    return _test("sensor_off", _when(min(shares) >= 500), values, -2_000)


def _goes_on(end: LegEnd, continuations: Continuations, rules: LandingRules) -> Innocent:
    """The track broke: within minutes another begins (or ended) where this flight would have come to (or from)."""
    others = continuations.count(end, rules)
    return _test("goes_on", _when(others > 0), {"others": others}, rules.goes_on)


def _above_sensor(end: LegEnd, rules: LandingRules) -> Innocent:
    """Lost (or found) above the sensor itself, in its cone of silence: nearer than a limit, or than its own height."""
    if end.sensor_mm is None:
        return _test("above_sensor", "cannot_tell", {}, 0)
    limit = rules.above_sensor_mm if end.height_mm is None else end.height_mm
    return _test("above_sensor", _when(end.sensor_mm <= limit), {"distance_mm": end.sensor_mm}, rules.above_sensor)


def _clutter(end: LegEnd, rules: LandingRules) -> Innocent:
    """No aircraft: primary echoes only that lead nowhere (weather, birds, echoes of the ground), that are slower by
    their smoothed track than aeroplanes stay in the air, or as slow as vehicles where a radar sees the ground."""
    usual = int(end.leg["usual_speed_mm_s"])
    values = {"speed_mm_s": end.gained_mm * 1_000 // end.span_ms, "usual_mm_s": usual, "plots": end.leg["plots"]}
    ground = end.hidden_mm is not None and end.hidden_mm <= _GROUND_SEEN_MM
    nothing = not end.leads or usual <= (_VEHICLE_MM_S if ground else _SLOW_MM_S)
    return _test("clutter", _when(end.leg["modes"] == PSR and nothing), values, rules.clutter)


def _field_work(end: LegEnd) -> Innocent:
    """Crop-dusting or survey: low all along, and much path for little ground gained."""
    leg = end.leg
    gained = end.gained_mm
    winding = leg["length_mm"] * 1000 // max(gained, _NEAR_MM)
    values = {"length_mm": leg["length_mm"], "gained_mm": gained, "winding_permille": winding}
    if end.altitude_mm is None or leg["highest_mm"] is None or end.height_mm is None:
        return _test("field_work", "cannot_tell", values, 0)
    top = leg["highest_mm"] - (end.altitude_mm - end.height_mm)
    low = top <= 800_000
    return _test("field_work", _when(low and winding >= 3_000), values | {"height_mm": top}, -1_200)


def _return(end: LegEnd) -> Innocent:
    """Training or a local flight: it ends where it began, beside a listed aerodrome."""
    gained = end.gained_mm
    values = {"gained_mm": gained, "distance_mm": end.other_aerodrome_mm}
    return _test("local_flight", _when(gained <= 15_000_000 and end.other_aerodrome_mm <= 2 * _NEAR_MM), values, -700)


def _known_flight(end: LegEnd) -> Innocent:
    """Medical, mission or bush flight: says who it is, by day, to or from a listed aerodrome."""
    named = end.named
    day = elevation_e7(end.time_us, end.lat_e7, end.lon_e7) > 0
    served = end.other_aerodrome_mm <= 2 * _NEAR_MM
    values = {"named": int(named), "day": int(day), "distance_mm": end.other_aerodrome_mm}
    if named and day and not served:
        return _test("known_flight", "cannot_tell", values, 0)
    return _test("known_flight", _when(named and day and served), values, -700)


def _helicopter(end: LegEnd) -> Innocent:
    """Slow all the way and slower at the end than a light aeroplane can fly."""
    values = {"speed_mm_s": end.speed_mm_s, "mean_mm_s": end.mean_mm_s}
    slow = end.speed_mm_s < 25_000 and end.mean_mm_s < 70_000
    return _test("helicopter", _when(slow and not end.on_ground), values, -600)


def _chase(end: LegEnd, places: Places, number: int) -> Innocent:
    """An interceptor or state aircraft: it says who it is, and another, silent flight ended beside it at that time."""
    if end.leg["address"] is None:
        return _test("followed_another", "contradicts", {"others": 0}, 0)
    others = places.at_once(number, 15_000_000, 15 * MINUTE_US)
    others = others[~places.ends.addressed[others]]
    return _test("followed_another", _when(len(others) > 0), {"others": len(others)}, -900)


def _state_aircraft(end: LegEnd, rules: LandingRules) -> Innocent:
    """By its address one of a state's own, which land at garrisons and posts that no list of aerodromes has."""
    address, values = end.leg["address"], {"ranges": len(rules.state_addresses)}
    if address is None or not rules.state_addresses:
        return _test("state_aircraft", "cannot_tell", values, 0)
    declared = any(low <= address <= high for low, high in rules.state_addresses)
    return _test("state_aircraft", _when(declared), values, rules.state_aircraft)


def _open_field(number: int, others: Ints, places: Places, rules: LandingRules) -> Innocent:
    """A field that is used openly, listed or not: at least five flights with address and call sign, and few without."""
    near = places.among(number, others, rules.open_field_mm)
    named, silent = places.tracks(near[places.ends.called[near]]), places.tracks(near[~places.ends.addressed[near]])
    values = {"named": named, "silent": silent}
    return _test("open_field", _when(named >= 5 and named >= 4 * silent), values, -1_500)


def paper_tests(end: LegEnd, said: Announcements, rules: LandingRules) -> list[Innocent]:
    """What was announced: a plan under its name that ends where it was seen to end, and work in airspace that a NOTAM
    reserved. A plan that it left, or is still on its way by, says nothing of a landing here."""
    plan, kept = said.plan_of(end.leg, rules) or (None, None)
    named = {"call_sign": (end.leg["call_sign"] if plan is None else plan["call_sign"]) or ""}
    verdict: Verdict = "cannot_tell" if kept in (None, "on_way") else _when(kept == "flown")
    row = said.reserved_at(end.time_us, *end.place, rules)
    known: Verdict = "contradicts" if said.reserved else "cannot_tell"
    return [
        _test("as_planned", verdict, named, rules.as_planned),
        _test("reserved_airspace", known if row is None else "supports",
              {"reference": (row or {}).get("reference") or ""}, rules.reserved),
    ]  # fmt: skip


def ghost_tests(end: LegEnd, ghosted: Ghosted, rules: LandingRules) -> list[Innocent]:
    """A ghost of another target: it ends where that one leaves the lobe, the range or the wall's sight, and nobody
    landed there."""
    found = []
    for key, kind in (("side_lobes", "side_lobe"), ("second_time_around", "previous_pulse")):
        permille, azimuth, nearer = ghosted.of(end.leg, kind)
        offset = {"azimuth_e7": azimuth} if kind == "side_lobe" else {"range_mm": nearer}
        found.append(_test(key, _when(most(permille)), {"permille": permille, **offset}, rules.ghost))
    permille, wall, others = ghosted.mirrored(end.leg)
    values = {"permille": permille, "azimuth_e7": wall, "others": others}
    return [*found, _test("reflection", _when(mirror_image(end.leg, permille, others)), values, rules.ghost)]


def navigation_test(end: LegEnd, navigation: Navigation, rules: LandingRules) -> Innocent:
    """Disturbed satellite navigation: known by its broadcasts alone, which several others around did not get right
    either, so it was lost, or shown there, and nobody landed."""
    place = end.lat_e7, end.lon_e7
    verdict, values = navigation.verdict(end.time_us, end.time_us, place, end.leg["address"], rules)
    return _test("disturbed_navigation", verdict if end.leg["modes"] == ADSB else "contradicts", values,
                 rules.disturbed)  # fmt: skip
