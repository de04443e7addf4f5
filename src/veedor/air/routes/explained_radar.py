"""What a radar shows that is no flight, or not there: each explanation of this list is a test on the data of a leg."""

from __future__ import annotations

from collections.abc import Callable

from veedor.air.routes.explaining import Answer, Explanation, middling, strong, weak
from veedor.air.routes.facts import Facts
from veedor.air.routes.rules import UnexplainedRules
from veedor.tables.plots import ADSB, GHOST, MULTIPATH, POSITION_IMPOSSIBLE, SECOND_TIME_AROUND, SIDE_LOBE, TIME_SUSPECT

_METRE = 1_000


def _propagation(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Ducts at coasts by night bring echoes from far beyond the horizon: they hardly get on."""
    values = {"advance_mm_s": facts.advance_mm_s, "coastal": int(bool(facts.coastal))}
    if not facts.echo_only or facts.by_day or facts.advance_mm_s > rules.slow_mm_s:
        return False, values
    return facts.coastal, values


def _birds(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Flocks leave and come home within an hour of dusk and dawn, at 8 to 25 m/s."""
    low, high = -120_000_000, 60_000_000
    twilight = low <= facts.sun_e7[0] <= high or low <= facts.sun_e7[1] <= high
    values = {"mean_mm_s": facts.mean_mm_s, "elevation_e7": facts.sun_e7[0]}
    return facts.echo_only and twilight and facts.mean_mm_s <= rules.slow_mm_s, values


def _rain(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Cells of rain come many at a time and drift together."""
    slow = facts.echo_only and facts.advance_mm_s <= rules.slow_mm_s
    return slow and facts.slow_around >= rules.many, {"others": facts.slow_around}


def _ships(facts: Facts, rules: UnexplainedRules) -> Answer:
    values = {"mean_mm_s": facts.mean_mm_s}
    sea = facts.countries == (None, None)
    return facts.echo_only and sea and facts.mean_mm_s <= 16 * _METRE, values


def _road(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Road traffic: over land, at the speed of cars, at a place where such echoes begin on many days."""
    values = {"mean_mm_s": facts.mean_mm_s, "days": facts.same_place_days}
    land = None not in facts.countries
    cars = facts.echo_only and land and facts.mean_mm_s <= 35 * _METRE
    return cars and facts.same_place_days >= rules.many, values


def _turbines(facts: Facts, rules: UnexplainedRules) -> Answer:
    """A wind farm: echoes that jump about and stay within 3 km, and do so on many days."""
    values = {"gained_mm": facts.gained_mm, "days": facts.same_place_days}
    stays = facts.echo_only and facts.gained_mm <= 3_000 * _METRE
    return stays and facts.same_place_days >= rules.many, values


def _flagged(flag: int) -> Callable[[Facts, UnexplainedRules], Answer]:
    """The radar itself marked plots of it so. Many radars mark nothing, so that no mark tells nothing of an echo."""

    def test(facts: Facts, rules: UnexplainedRules) -> Answer:
        values = {"flags": facts.leg["flags"]}
        if facts.leg["flags"] & flag:
            return True, values
        return (None if facts.echo_only else False), values

    return test


def _reflection(facts: Facts, rules: UnexplainedRules) -> Answer:
    """A mirror image: one that answers flies beside it all along, equally fast."""
    values = {"shared_permille": facts.beside, "speed_mm_s": facts.beside_speed_mm_s}
    if facts.leg["flags"] & (MULTIPATH | GHOST):
        return True, values
    alike = abs(facts.beside_speed_mm_s - facts.mean_mm_s) * 20 <= facts.mean_mm_s
    return facts.silent and facts.beside >= 800 and not facts.beside_silent and alike, values


def _jamming(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Noise at the radar: in that hour it reported several times what it usually does."""
    load = facts.sensor_load_permille
    if load is None:
        return None, {}
    return facts.echo_only and load >= 6_000, {"load_permille": load}


def _gnss(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Satellite navigation disturbed: known from its own broadcast only, and that is impossible or untimely."""
    flags = facts.leg["flags"]
    only = facts.leg["modes"] == ADSB
    return only and bool(flags & (POSITION_IMPOSSIBLE | TIME_SUSPECT)), {"flags": flags}


RADAR: tuple[Explanation, ...] = (
    Explanation("anomalous_propagation", _propagation, middling, "coast"),
    Explanation("birds", _birds, middling, "height"),
    Explanation("rain", _rain, middling, "weather"),
    Explanation("ships", _ships, strong, "vessels"),
    Explanation("road_traffic", _road, middling, "weather"),
    Explanation("wind_turbines", _turbines, strong, "weather"),
    Explanation("side_lobes", _flagged(SIDE_LOBE), strong, "radar_marks"),
    Explanation("reflection", _reflection, strong, "radar_marks"),
    Explanation("second_time_around", _flagged(SECOND_TIME_AROUND), strong, "radar_marks"),
    Explanation("jamming", _jamming, middling, "sensor_state"),
    Explanation("gnss", _gnss, weak, "radar_marks"),
)
