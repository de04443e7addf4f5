"""Innocent explanations of a silence, each a test on the data with its numbers and its effect."""

from __future__ import annotations

from veedor.air.flying.gap_flown import flown_tests
from veedor.air.flying.rules import GapRules
from veedor.air.flying.silence import Facts, Silence, Witness
from veedor.engine.findings import Innocent, Verdict


def innocent_tests(silence: Silence, witness: Witness, facts: Facts, rules: GapRules) -> list[Innocent]:
    """All tests for one silence, in the order in which they are shown."""
    tests = []
    passes, losses = facts.covered[0]
    permille = losses * 1000 // passes if passes else 0
    values = {"passes": passes, "losses": losses, "permille": permille, "ends": facts.expected.known_ends}
    if silence.echoes:
        # The sensor went on seeing it.
        tests.append(Innocent("air.innocent.left_coverage", "contradicts", values, 0))
    elif not facts.expected.known_ends:
        # Nobody with a transponder flew there: whether it could have been seen is not known.
        tests.append(Innocent("air.innocent.left_coverage", "cannot_tell", values, rules.unknown_coverage))
    elif passes < rules.others_at_least:
        tests.append(Innocent("air.innocent.left_coverage", "cannot_tell", values, 0))
    else:
        supports = permille >= 300
        tests.append(
            Innocent("air.innocent.left_coverage", "supports" if supports else "contradicts", values,
                     -500 if supports else 0)
        )  # fmt: skip
    tests.append(_looked_away(silence, witness, rules))
    tests.append(_landed(silence, witness, facts, rules))
    shares = witness.sensors.off_shares(silence.sensors, silence.start_us, silence.end_us)
    values = {"off_permille": min(shares, default=0), "sensors": len(shares)}
    if not shares or (silence.echoes and shares):
        tests.append(Innocent("air.innocent.sensor_off", "contradicts" if silence.echoes else "cannot_tell", values, 0))
    elif min(shares) >= 500:
        tests.append(Innocent("air.innocent.sensor_off", "supports", values, -2_500))
    else:
        tests.append(Innocent("air.innocent.sensor_off", "contradicts", values, 0))
    low = [point[2] for point in (silence.loss, silence.back) if point[2] is not None]
    if not low:
        tests.append(Innocent("air.innocent.low_altitude", "cannot_tell", {}, 0))
    else:
        supports = min(low) < rules.low_mm and not silence.echoes
        tests.append(
            Innocent("air.innocent.low_altitude", "supports" if supports else "contradicts", {"lowest_mm": min(low)},
                     -700 if supports else 0)
        )  # fmt: skip
    tests.append(_failure(silence, witness, facts, rules))
    tests.append(_as_planned(silence, witness, rules))
    tests.append(_state(silence, witness, rules))
    tests.append(_reserved(silence, witness, rules))
    tests.append(_navigation(silence, witness, rules))
    return tests + flown_tests(silence, witness, facts, rules)


def _looked_away(silence: Silence, witness: Witness, rules: GapRules) -> Innocent:
    """All sensors that followed it look away from where it was lost, or from where it came back."""
    away = [
        sum(witness.blanked.hides(sensor, time_us, lat, lon) for sensor in silence.sensors)
        for time_us, (lat, lon, _) in ((silence.start_us, silence.loss), (silence.end_us, silence.back))
    ]
    values: dict[str, int | str] = {"sensors": len(silence.sensors), "blanked": max(away)}
    supports = not silence.echoes and max(away) == len(silence.sensors)
    return Innocent("air.innocent.looked_away", "supports" if supports else "contradicts", values,
                    rules.looked_away if supports else 0)  # fmt: skip


def _as_planned(silence: Silence, witness: Witness, rules: GapRules) -> Innocent:
    """A plan under its name, and it was seen to come to its destination: whatever the silence was, it did not lead
    elsewhere. One that is still on its way when lost may do either; one that left its plan is contradicted."""
    name = "air.innocent.as_planned"
    found = witness.said.plan_of(silence.flight, rules)
    if found is None:
        return Innocent(name, "cannot_tell", {"call_sign": silence.flight["call_sign"] or ""}, 0)
    plan, kept = found
    verdict: Verdict = "supports" if kept == "flown" else "cannot_tell" if kept == "on_way" else "contradicts"
    return Innocent(name, verdict, {"call_sign": plan["call_sign"]}, rules.as_planned if kept == "flown" else 0)


def _state(silence: Silence, witness: Witness, rules: GapRules) -> Innocent:
    """A state aircraft, silent by order: by a military plan that it did not leave, or by its address."""
    name, address = "air.innocent.state_aircraft", silence.flight["address"]
    values: dict[str, int | str] = {"ranges": len(rules.state_addresses)}
    found = witness.said.plan_of(silence.flight, rules)
    military = found is not None and found[1] != "left" and found[0]["flight_type"] == "M"
    if military or any(address is not None and low <= address <= high for low, high in rules.state_addresses):
        return Innocent(name, "supports", values, rules.state_aircraft)
    unclear = address is None or not rules.state_addresses
    return Innocent(name, "cannot_tell" if unclear else "contradicts", values, 0)


def _reserved(silence: Silence, witness: Witness, rules: GapRules) -> Innocent:
    """Work that was announced: airspace reserved by NOTAM where and when it fell silent or came back."""
    name = "air.innocent.reserved_airspace"
    ends = ((silence.start_us, silence.loss), (silence.end_us, silence.back))
    found = [witness.said.reserved_at(time_us, lat, lon, rules) for time_us, (lat, lon, _) in ends]
    row = next((one for one in found if one is not None), None)
    values: dict[str, int | str] = {"reference": (row or {}).get("reference") or ""}
    if row is None:
        return Innocent(name, "contradicts" if witness.said.reserved else "cannot_tell", values, 0)
    return Innocent(name, "supports", values, rules.reserved)


def _failure(silence: Silence, witness: Witness, facts: Facts, rules: GapRules) -> Innocent:
    """A transponder that failed does not come back in flight, and its flight goes on to a listed aerodrome, or landed
    at one to which it could go straight, as the log there says."""
    back, away = silence.back[2], facts.aerodromes[1][1]
    if silence.came_back:
        repaired = back is not None and back < rules.low_mm and away < rules.near_mm
        return Innocent("air.innocent.transponder_failure", "supports" if repaired else "contradicts",
                        {"distance_mm": away}, -300 if repaired else 0)  # fmt: skip
    home = away < rules.home_mm
    home |= witness.said.landed_of(silence.flight, silence.speed_before_mm_s, rules) is not None
    return Innocent("air.innocent.transponder_failure", "supports" if home else "cannot_tell",
                    {"distance_mm": away}, -1_000 if home else 0)  # fmt: skip


def _landed(silence: Silence, witness: Witness, facts: Facts, rules: GapRules) -> Innocent:
    """Landed at a listed aerodrome and took off again: low at both ends, near the same one."""
    (first, away_first), (second, away_second) = facts.aerodromes
    heights = (silence.loss[2], silence.back[2])
    near = first == second and max(away_first, away_second) <= rules.near_mm
    values: dict[str, int | str] = {"aerodrome": first, "distance_mm": away_first}
    if silence.echoes or not near:
        return Innocent("air.innocent.landed_at_aerodrome", "contradicts", values, 0)
    if any(height is None for height in heights):
        return Innocent("air.innocent.landed_at_aerodrome", "supports", values, -800)
    low = all(height is not None and height < rules.near_height_mm for height in heights)
    return Innocent(
        "air.innocent.landed_at_aerodrome", "supports" if low else "contradicts", values, -1_500 if low else 0
    )


def _navigation(silence: Silence, witness: Witness, rules: GapRules) -> Innocent:
    """Disturbed satellite navigation, known from what others broadcast around it: receivers lose aircraft that do not
    know where they are. Answers to radars go on all the same."""
    name = "air.innocent.disturbed_navigation"
    own = silence.flight["address"]
    verdict, values = witness.navigation.verdict(silence.start_us, silence.start_us, silence.loss[:2], own, rules)
    if silence.by_radar:
        return Innocent(name, "contradicts", values, 0)
    return Innocent(name, verdict, values, rules.disturbed if verdict == "supports" else 0)
