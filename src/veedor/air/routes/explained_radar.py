"""What a radar shows that is no flight, or not there: each explanation of this list is a test on the data of a leg."""

from __future__ import annotations

from collections.abc import Callable

from veedor.air.flying.ghosted import mirror_image, most
from veedor.air.routes.explaining import Answer, Explanation, middling, strong
from veedor.air.routes.facts import Facts
from veedor.air.routes.rules import UnexplainedRules
from veedor.tables.plots import ADSB, GHOST, MULTIPATH, POSITION_IMPOSSIBLE, SECOND_TIME_AROUND, SIDE_LOBE, TIME_SUSPECT

_METRE = 1_000


def _slow(facts: Facts, rules: UnexplainedRules) -> bool:
    """Echoes alone, and slower than aeroplanes stay in the air."""
    return facts.echo_only and facts.usual_mm_s <= rules.slow_mm_s


def _stands(facts: Facts, rules: UnexplainedRules) -> bool:
    """Slow echoes that jump about and do not get on."""
    still = facts.gained_mm <= rules.stands_mm and facts.straight_permille <= rules.stands_permille
    return _slow(facts, rules) and still


def _propagation(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Ducts over water by night bring echoes of what stands, by coasts, at sea or behind the horizon, and of several
    places at a time. Contradicted by day, and by whatever gets on; one such echo alone may be anything."""
    around = facts.around
    values = {"usual_mm_s": facts.usual_mm_s, "gained_mm": facts.gained_mm, "others": around.same_sensor,
              "coastal": int(bool(facts.coastal))}  # fmt: skip
    if facts.by_day or not _stands(facts, rules):
        return False, values
    behind = around.hidden_mm is not None and around.hidden_mm > rules.ground_seen_mm
    if not (facts.coastal or behind or facts.countries == (None, None)):
        return (None if around.hidden_mm is None else False), values
    return (True if around.same_sensor >= rules.flock else None), values


def _birds(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Flocks leave and come home within an hour of dusk and dawn, at 8 to 25 m/s, many at a time; one tells nothing."""
    low, high = -120_000_000, 60_000_000
    twilight = low <= facts.sun_e7[0] <= high or low <= facts.sun_e7[1] <= high
    values = {"usual_mm_s": facts.usual_mm_s, "elevation_e7": facts.sun_e7[0], "others": facts.around.slow_near}
    if not (_slow(facts, rules) and twilight and facts.usual_mm_s >= 8 * _METRE):
        return False, values
    return (True if facts.around.slow_near >= rules.flock else None), values


def _rain(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Cells of rain come several at a time and drift together."""
    around = facts.around
    values = {"usual_mm_s": facts.usual_mm_s, "others": around.slow_near, "along": around.along}
    return _slow(facts, rules) and around.along >= rules.flock, values


def _ships(facts: Facts, rules: UnexplainedRules) -> Answer:
    """At sea, no faster than ships."""
    values = {"usual_mm_s": facts.usual_mm_s}
    sea = facts.countries == (None, None)
    return facts.echo_only and sea and facts.usual_mm_s <= 16 * _METRE, values


def _again(facts: Facts, rules: UnexplainedRules) -> bool:
    """Other slow echoes began or ended where it began, on other days or several that day."""
    return facts.around.other_days >= rules.days_again or facts.around.same_day >= rules.flock


def _road(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Road traffic: over land where the radar sees the ground, at the speed of vehicles, where such echoes come again.
    Contradicted where the ground is hidden from every radar that saw it."""
    around = facts.around
    values = {"usual_mm_s": facts.usual_mm_s, "days": around.other_days, "others": around.same_day}
    land = None not in facts.countries
    if not (facts.echo_only and land and 8 * _METRE <= facts.usual_mm_s <= rules.road_mm_s):
        return False, values
    if around.hidden_mm is not None and around.hidden_mm > rules.ground_seen_mm:
        return False, values
    return (True if around.hidden_mm is not None and _again(facts, rules) else None), values


def _turbines(facts: Facts, rules: UnexplainedRules) -> Answer:
    """A wind farm: echoes that jump about and stay within 3 km, where the radar sees masts, and come again."""
    around = facts.around
    values = {"gained_mm": facts.gained_mm, "days": around.other_days, "others": around.same_day}
    if not _stands(facts, rules) or facts.gained_mm > rules.place_mm:
        return False, values
    if around.hidden_mm is not None and around.hidden_mm > rules.tall_mm:
        return False, values
    return (True if _again(facts, rules) else None), values


def _ghost(kind: str, flag: int) -> Callable[[Facts, UnexplainedRules], Answer]:
    """The radar marked plots of it so, or most of them keep beside a real target as such ghosts do (flying/ghosts.py).
    An echo that keeps beside nobody may still be the ghost of one whom this radar does not see."""

    def test(facts: Facts, rules: UnexplainedRules) -> Answer:
        permille, azimuth, nearer = facts.ghost[kind]
        offset = {"azimuth_e7": azimuth} if kind == "side_lobe" else {"range_mm": nearer}
        values = {"flags": facts.leg["flags"], "permille": permille, **offset}
        if facts.leg["flags"] & flag or most(permille):
            return True, values
        return (None if facts.echo_only else False), values

    return test


def _reflection(facts: Facts, rules: UnexplainedRules) -> Answer:
    """A mirror image: the radar marks it, or it is to one side of a wall what another target is to the other, and that
    target has its address or others were mirrored by the same wall. An echo that mirrors nobody may still be the image
    of one whom this radar does not see."""
    permille, wall, others = facts.mirrored
    values = {"flags": facts.leg["flags"], "permille": permille, "azimuth_e7": wall, "others": others}
    if facts.leg["flags"] & (MULTIPATH | GHOST) or mirror_image(facts.leg, permille, others):
        return True, values
    return (None if facts.echo_only else False), values


def _jamming(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Noise at the radar: in that hour it reported several times what it usually does, and the echo leads nowhere, or
    its way from plot to plot is twice that of its smoothed track; or slow echoes lie on one line over 30 km.
    Contradicted by whatever gets on steadily."""
    load, around = facts.sensor_load_permille, facts.around
    values = {"load_permille": load or 0, "on_line": around.on_line, "apart_mm": around.apart_mm}
    if not facts.echo_only:
        return False, values
    if around.on_line >= 2 and around.apart_mm >= rules.line_mm and _slow(facts, rules):
        return True, values
    erratic = facts.mean_mm_s >= 2 * facts.usual_mm_s
    if not (_stands(facts, rules) or erratic):
        return False, values
    return (None if load is None else load >= rules.load_permille), values


def _gnss(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Satellite navigation disturbed: known from its own broadcast only, and that is impossible or untimely, or several
    others around did not know where they were either."""
    others, disturbed, around = facts.navigation
    values = {"flags": facts.leg["flags"], "others": others, "disturbed": disturbed}
    if facts.leg["modes"] != ADSB:
        return False, values
    return True if facts.leg["flags"] & (POSITION_IMPOSSIBLE | TIME_SUSPECT) else around, values


def _slow_echoes(facts: Facts, rules: UnexplainedRules) -> Answer:
    """No aeroplane, whatever else it is: it never answers and moves slower than any stays in the air. Helicopters,
    gliders and balloons may."""
    return _slow(facts, rules), {"usual_mm_s": facts.usual_mm_s}


RADAR: tuple[Explanation, ...] = (
    Explanation("slow_echoes", _slow_echoes, middling, "height"),
    Explanation("anomalous_propagation", _propagation, middling, "coast"),
    Explanation("birds", _birds, middling, "height"),
    Explanation("rain", _rain, middling, "weather"),
    Explanation("ships", _ships, strong, "vessels"),
    Explanation("road_traffic", _road, middling, "weather"),
    Explanation("wind_turbines", _turbines, strong, "weather"),
    Explanation("side_lobes", _ghost("side_lobe", SIDE_LOBE), strong, "radar_marks"),
    Explanation("reflection", _reflection, strong, "radar_marks"),
    Explanation("second_time_around", _ghost("previous_pulse", SECOND_TIME_AROUND), strong, "radar_marks"),
    Explanation("jamming", _jamming, middling, "sensor_state"),
    Explanation("gnss", _gnss, middling, "broadcasts"),
)
