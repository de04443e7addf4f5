"""Innocent flights that look unexplained: each explanation of this list is a test on the data of a leg."""

from __future__ import annotations

from collections.abc import Callable

from veedor.air.routes.explaining import Answer, Explanation, middling, strong, weak
from veedor.air.routes.facts import Facts
from veedor.air.routes.rules import Declared, UnexplainedRules
from veedor.air.scales import DAY_US, HOUR_US
from veedor.geodesy import distance_mm

_METRE = 1_000


def _folded(facts: Facts, rules: UnexplainedRules) -> bool:
    """It turned back on itself: search lines, passes, or a path much longer than what it gained."""
    turned = "search_lines" in facts.patterns or facts.passes >= 3 or facts.straight_permille <= rules.folded_permille
    return turned and facts.gained_mm <= 2 * rules.returns_mm


def _returns(facts: Facts, rules: UnexplainedRules) -> bool:
    """It ends where it came from, or at the aerodrome at which it began."""
    return facts.gained_mm <= rules.returns_mm or (
        facts.aerodromes[0] == facts.aerodromes[1] and max(facts.away_mm) <= rules.returns_mm
    )


def _answered(facts: Facts, rules: UnexplainedRules) -> bool:
    """Its transponder answered throughout, whether or not it gave a name: who hides does not."""
    return facts.answered_permille >= rules.answers_permille and not facts.went_dark


def _low_work(facts: Facts, rules: UnexplainedRules) -> bool | None:
    """Lines or passes flown below 300 m; None where the height is not known."""
    if not _folded(facts, rules):
        return False
    return None if facts.height_mm is None else facts.height_mm <= 300 * _METRE


def _crop_dusting(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Low by day to and fro over one place. Without a height: slower than on any way somewhere, and faster than what
    stands; contradicted by a straight way, by night, and above 300 m."""
    low = _low_work(facts, rules)
    values = {"passes": facts.passes, "length_mm": facts.leg["length_mm"], "gained_mm": facts.gained_mm}
    works = facts.by_day and facts.usual_mm_s <= 60 * _METRE
    if low is None and works and facts.crossed is False and facts.usual_mm_s > rules.slow_mm_s:
        low = True
    return (low if low is None else low and works), values


def _bush(facts: Facts, rules: UnexplainedRules) -> Answer:
    """By day, and its address is at home at one of its aerodromes."""
    values = {"legs": facts.same_address, "distance_mm": min(facts.away_mm)}
    if facts.leg["address"] is None:
        return (None if facts.by_day else False), values
    return facts.by_day and facts.same_address >= 3 and min(facts.away_mm) <= rules.near_mm, values


def _declared_place(*kinds: str) -> Callable[[Facts, UnexplainedRules], Answer]:
    def test(facts: Facts, rules: UnexplainedRules) -> Answer:
        places = [place for place in rules.known_places if place[0] in kinds]
        leg = facts.leg
        if not places:
            return None, {"places": 0}
        away = min(
            int(distance_mm(leg[f"{side}_lat_e7"], leg[f"{side}_lon_e7"], lat, lon))
            for side in ("start", "end")
            for _, lat, lon in places
        )
        return away <= rules.known_mm, {"places": len(places), "distance_mm": away}

    return test


def _helicopter(kind: str) -> Callable[[Facts, UnexplainedRules], Answer]:
    place = _declared_place(kind)

    def test(facts: Facts, rules: UnexplainedRules) -> Answer:
        if facts.mean_mm_s > 75 * _METRE:
            return False, {"mean_mm_s": facts.mean_mm_s}
        near, values = place(facts, rules)
        return near, {"mean_mm_s": facts.mean_mm_s, **values}

    return test


def _medical(facts: Facts, rules: UnexplainedRules) -> Answer:
    """A plan or an aerodrome's log says so (STS/HOSP, MEDEVAC), or a place declared as medical."""
    if facts.announced("MEDEVAC", "HOSP", "AMBUL"):
        return True, {"places": 0}
    return _declared_place("medical")(facts, rules)


def _vfr(facts: Facts, rules: UnexplainedRules) -> Answer:
    """By day, inside one country, low and slow enough that no plan is asked for. Why a transponder went dark on the way
    it does not say."""
    height: dict[str, int | str] = {} if facts.height_mm is None else {"height_mm": facts.height_mm}
    values = {"mean_mm_s": facts.mean_mm_s} | height
    if not facts.by_day or facts.crossed or facts.went_dark or facts.mean_mm_s > 100 * _METRE:
        return False, values
    if facts.height_mm is None or facts.crossed is None:
        return None, values
    return facts.height_mm <= 3_000 * _METRE, values


def _state_aircraft(facts: Facts, rules: UnexplainedRules) -> Answer:
    """By a military plan that it kept to, by airspace reserved for state aircraft, or by its address."""
    address = facts.leg["address"]
    values = {"ranges": len(rules.state_addresses)}
    if facts.announced("STS/STATE", "AERONAVES DE ESTADO", "STATE AIRCRAFT", "MILITAR"):
        return True, values
    if facts.plan is not None and facts.plan["flight_type"] == "M" and facts.kept != "left":
        return True, values
    if _declared_place("state")(facts, rules)[0]:
        return True, values
    if address is None or not rules.state_addresses:
        return None, values
    return any(low <= address <= high for low, high in rules.state_addresses), values


def _interceptor(facts: Facts, rules: UnexplainedRules) -> Answer:
    """It answers, and keeps beside one that does not."""
    values = {"shared_permille": facts.beside, "other_silent": int(facts.beside_silent)}
    return not facts.silent and facts.beside >= 600 and facts.beside_silent, values


def inside(facts: Facts, areas: tuple[Declared, ...]) -> bool:
    """Whether an end of the leg lies in one of these areas and times."""
    leg = facts.leg
    return any(
        south <= leg[f"{side}_lat_e7"] <= north and west <= leg[f"{side}_lon_e7"] <= east and begin <= leg[side] <= end
        for side in ("start", "end")
        for south, west, north, east, begin, end in areas
    )


def _eradication(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Announced, or low to and fro inside an area that a party declared."""
    low = _low_work(facts, rules)
    values = {"areas": len(rules.eradication)}
    if facts.announced("ASPERSION", "ERRADICACION", "ERADICATION"):
        return True, values
    if low is False:
        return False, values
    return (None if low is None or not rules.eradication else inside(facts, rules.eradication)), values


def _training(facts: Facts, rules: UnexplainedRules) -> Answer:
    values = {"touches": facts.leg["touches"], "gained_mm": facts.gained_mm, "distance_mm": facts.away_mm[0]}
    near = max(facts.away_mm) <= 2 * rules.near_mm
    return near and facts.by_day and (facts.leg["touches"] >= 2 or facts.gained_mm <= 15_000 * _METRE * 1), values


def _glider(facts: Facts, rules: UnexplainedRules) -> Answer:
    """By day, slow, now up and now down; without a height: for an hour or more around one place."""
    values = {"usual_mm_s": facts.usual_mm_s, "gained_mm": facts.gained_mm}
    if not (facts.usual_mm_s <= 45 * _METRE and facts.by_day and facts.span_us >= HOUR_US // 2):
        return False, values
    lowest, highest = facts.leg["lowest_mm"], facts.leg["highest_mm"]
    if lowest is not None:
        return highest - lowest >= 500 * _METRE, values
    stays = facts.span_us >= HOUR_US and _returns(facts, rules) and facts.straight_permille <= 100
    return (True if stays and facts.usual_mm_s >= 15 * _METRE else None), values


def _survey(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Search lines by day, and its transponder answers all the way."""
    values = {"answers": facts.leg["answers"], "plots": facts.leg["plots"]}
    if facts.announced("SURVEY", "LEVANTAMIENTO"):
        return True, values
    return "search_lines" in facts.patterns and facts.by_day and _answered(facts, rules), values


def _calibration(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Figures around an aerodrome, and its transponder answers all the way."""
    near = min(facts.away_mm) <= 2 * rules.near_mm
    values = {"distance_mm": min(facts.away_mm), "answers": facts.leg["answers"], "plots": facts.leg["plots"]}
    if facts.announced("FLTCK", "CALIBRA"):
        return True, values
    return bool(facts.patterns) and near and _answered(facts, rules), values


def _fire(facts: Facts, rules: UnexplainedRules) -> Answer:
    """By day again and again over one way, down low at its end where heights are known, and back where it came from."""
    values = {"passes": facts.passes, "gained_mm": facts.gained_mm}
    if facts.passes >= 3 or facts.announced("STS/FFR", "INCENDIO", "FIRE FIGHTING", "FIREFIGHTING"):
        return True, values
    rounds = bool({"racetrack", "orbit"} & set(facts.patterns))
    works = rounds and facts.by_day and _returns(facts, rules) and 25 * _METRE < facts.usual_mm_s <= 90 * _METRE
    if facts.leg["highest_mm"] is None:
        return (True if works else None), values
    return works and (facts.height_mm or 0) <= 1_500 * _METRE, values


def _failure(facts: Facts, rules: UnexplainedRules) -> Answer:
    """It answered at first, then no more, and went to a listed aerodrome all the same, or landed there by its log. What
    has failed does not answer again in flight."""
    values = {"answers": facts.leg["answers"], "plots": facts.leg["plots"], "distance_mm": facts.away_mm[1]}
    home = facts.away_mm[1] <= rules.near_mm
    if facts.silent:
        return (None if home else False), values
    if facts.leg["dark_ended"] or facts.leg["late_us"]:
        return False, values
    return not _answered(facts, rules) and (home or facts.landed is not None or facts.kept == "flown"), values


def _radiosonde(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Let go within an hour and a half of 00 or 12 UTC, and it rises at 3 to 8 m/s all the way. Without a height:
    alone, as slow as the wind, from beside a listed aerodrome, where weather stations stand."""
    leg = facts.leg
    off = (leg["start"] + DAY_US // 4) % (DAY_US // 2) - DAY_US // 4
    values = {"off_us": abs(off), "climb_mm_s": leg["start_climb_mm_s"] or 0, "usual_mm_s": facts.usual_mm_s}
    if abs(off) > 3 * HOUR_US // 2 or facts.advance_mm_s > 60 * _METRE or not facts.silent:
        return False, values
    if leg["start_climb_mm_s"] is not None:
        return 3 * _METRE <= leg["start_climb_mm_s"] <= 8 * _METRE, values
    drifts = facts.usual_mm_s <= rules.slow_mm_s and facts.straight_permille > rules.stands_permille
    alone = facts.around.slow_near < rules.flock and facts.away_mm[0] <= 30_000 * _METRE
    return (True if drifts and alone else None if facts.usual_mm_s <= rules.road_mm_s else False), values


def _drone(facts: Facts, rules: UnexplainedRules) -> Answer:
    """Slow, within 20 km and below 200 m; without a height: by day, so near a radar that it sees what is small."""
    values = {"usual_mm_s": facts.usual_mm_s, "gained_mm": facts.gained_mm}
    if facts.usual_mm_s > rules.slow_mm_s or facts.gained_mm > 20_000 * _METRE:
        return False, values
    if facts.height_mm is not None:
        return facts.height_mm <= 200 * _METRE, values
    nearest = facts.around.nearest_mm
    return (True if facts.by_day and nearest is not None and nearest <= 15_000 * _METRE else None), values


FLIGHTS: tuple[Explanation, ...] = (
    Explanation("crop_dusting", _crop_dusting, strong, "height"),
    Explanation("bush", _bush, middling, "identity"),
    Explanation("mission_strip", _declared_place("mission"), middling, "known_places"),
    Explanation("medical", _medical, strong, "known_places"),
    Explanation("community_strip", _declared_place("community"), middling, "known_places"),
    Explanation("ranch_strip", _declared_place("ranch"), weak, "known_places"),
    Explanation("oil_helicopter", _helicopter("oil"), middling, "known_places"),
    Explanation("mining_helicopter", _helicopter("mining"), weak, "known_places"),
    Explanation("vfr", _vfr, weak, "height"),
    Explanation("state_aircraft", _state_aircraft, strong, "state_addresses"),
    Explanation("interceptor", _interceptor, strong, "identity"),
    Explanation("eradication", _eradication, strong, "eradication"),
    Explanation("training", _training, middling, "identity"),
    Explanation("glider", _glider, middling, "height"),
    Explanation("survey", _survey, middling, "identity"),
    Explanation("calibration", _calibration, middling, "identity"),
    Explanation("fire_fighting", _fire, middling, "height"),
    Explanation("transponder_failure", _failure, middling, "maintenance"),
    Explanation("radiosonde", _radiosonde, strong, "height"),
    Explanation("drone", _drone, weak, "height"),
)
