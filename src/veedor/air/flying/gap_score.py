"""What a silence is worth: named terms, and each innocent explanation tested on the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from veedor.air.announcements import Announcements
from veedor.air.evidence import EXPERT, MEASURED_COVERAGE, Sensors, graded
from veedor.air.flying.coverage import Seen
from veedor.air.flying.detection import Detection
from veedor.air.flying.expected import Expected, expected
from veedor.air.flying.rules import GapRules
from veedor.air.sensing.blanked import Blanked
from veedor.air.terrain.ground import searched
from veedor.air.terrain.horizons import Profiles
from veedor.engine.findings import Evidence, Finding, Innocent, Place, Reason, Term, Verdict
from veedor.geodesy import distance_mm, shadow_mm
from veedor.registers.aerodromes import Aerodromes
from veedor.registers.borders import country_at

Point = tuple[int, int, int | None]  # latitude, longitude, altitude


@dataclass(frozen=True)
class Silence:
    """A track's silence: last point before, first after, and what was usual before. `records`: last before, first
    after, then earlier and later ones."""

    track: int
    start_us: int
    end_us: int
    loss: Point
    back: Point
    revisit_us: int
    speed_before_mm_s: int
    speed_after_mm_s: int
    sensors: tuple[str, ...]
    turns_us: tuple[tuple[str, int], ...]  # sensors that had its answers, and how often they give one
    echoes: int  # primary plots while the transponder was silent
    came_back: bool  # the transponder answered again
    simulated: bool
    # The whole flight as announcements are asked for it: start, end, start_lat_e7 .. end_lon_e7, address, call_sign.
    flight: Mapping[str, Any]
    records: tuple[tuple[bytes, int], ...]


@dataclass(frozen=True)
class Witness:
    """What else is known: coverage of others, state of the sensors, sites, aerodromes."""

    seen: Seen
    detection: Detection
    sensors: Sensors
    blanked: Blanked
    profiles: Profiles
    sites: Sequence[Mapping[str, Any]]
    aerodromes: Aerodromes
    said: Announcements


@dataclass(frozen=True)
class _Facts:
    silence_us: int
    moved_mm: int
    speed_mm_s: int
    aerodromes: tuple[tuple[str, int], tuple[str, int]]  # nearest at loss and at return, with distance
    covered: tuple[tuple[int, int], tuple[int, int]]  # passes and losses (starts) of others at loss and return
    expected: Expected


def judge(silence: Silence, witness: Witness, rules: GapRules) -> Finding | None:
    """The finding for a silence, or None where it scores below the threshold."""
    facts = _facts(silence, witness, rules)
    terms = _terms(silence, witness, facts, rules)
    innocent = _innocent(silence, witness, facts, rules)
    score = sum(term.milli_log10 or 0 for term in terms) + sum(test.milli_log10 for test in innocent)
    if score < rules.threshold_milli_log10:
        return None
    roles = ["air.role.last_before", "air.role.first_after"] + ["air.role.near"] * len(silence.records)
    values = {"start_us": silence.start_us, "end_us": silence.end_us, "silence_us": facts.silence_us}
    reasons = [Reason("air.gap.reason.silent", values)]
    if silence.echoes:
        key = "primary_goes_on" if silence.came_back else "primary_to_the_end"
        reasons = [Reason(f"air.gap.reason.{key}", values | {"echoes": silence.echoes})]
    reasons.append(Reason("air.gap.reason.moved", {"distance_mm": facts.moved_mm, "speed_mm_s": facts.speed_mm_s}))
    return Finding(
        kind="gap",
        subject=f"track:{silence.track}",
        start_us=silence.start_us,
        end_us=silence.end_us,
        place=Place(silence.loss[0], silence.loss[1], max(1_000_000, facts.moved_mm // 2)),
        simulated=silence.simulated,
        terms=terms,
        reasons=reasons,
        evidence=[Evidence(d, row, row, role) for (d, row), role in zip(silence.records, roles, strict=False)],
        innocent=innocent,
        searched=[
            Reason("air.searched.coverage", {"ends": facts.expected.known_ends}),
            searched(witness.profiles.terrain, any(name in witness.profiles.of_sensor for name in silence.sensors)),
            Reason("air.searched.flight_plan"),
        ],
    )


def _facts(silence: Silence, witness: Witness, rules: GapRules) -> _Facts:
    loss, back = silence.loss, silence.back
    span = max(1, silence.end_us - silence.start_us)
    moved = int(distance_mm(loss[0], loss[1], back[0], back[1]))
    rows, away = witness.aerodromes.nearest([loss[0], back[0]], [loss[1], back[1]])
    idents = witness.aerodromes.table["ident"]
    at_loss, at_back = witness.seen.of(*loss), witness.seen.of(*back)
    return _Facts(
        span,
        moved,
        moved * 1_000_000 // span,
        ((idents[int(rows[0])].as_py(), int(away[0])), (idents[int(rows[1])].as_py(), int(away[1]))),
        # The track itself passed, was lost and came back there: it does not count among the others.
        ((max(0, at_loss[0] - 1), max(0, at_loss[1] - 1)), (max(0, at_back[0] - 1), max(0, at_back[2] - 1))),
        expected(
            silence.turns_us,
            ((loss, silence.speed_before_mm_s, silence.start_us), (back, silence.speed_after_mm_s, silence.end_us)),
            span,
            witness.seen,
            witness.detection,
            witness.blanked,
            witness.aerodromes,
            rules,
        ),
    )


def _terms(silence: Silence, witness: Witness, facts: _Facts, rules: GapRules) -> list[Term]:
    slow, fast = rules.speed_mm_s
    flown = 200 if slow <= facts.speed_mm_s <= fast else 0
    # Hardly moved: it landed or circled. Beside a listed aerodrome that is ordinary.
    if facts.speed_mm_s < slow and min(facts.aerodromes[0][1], facts.aerodromes[1][1]) <= rules.near_mm:
        flown = -500
    away = 200 if min(facts.aerodromes[0][1], facts.aerodromes[1][1]) > rules.away_mm else 0
    first, second = country_at(*silence.loss[:2]), country_at(*silence.back[:2])
    crossed = None if first is None or second is None else (300 if first.code != second.code else 0)
    missed = facts.expected
    weight = None if silence.echoes or not missed.known_ends else min(rules.coverage_most, missed.milli_log10)
    terms = [
        Term("air.gap.term.expected_detections", weight, MEASURED_COVERAGE,
             {"missed": missed.turns, "sensors": missed.sensors, "lowest_permille": missed.lowest_permille}),
        _horizon(silence, witness),
        Term("air.gap.term.displacement", flown, EXPERT, {"speed_mm_s": facts.speed_mm_s}),
        Term("air.gap.term.duration", graded(facts.silence_us, rules.duration, rules.duration_longer), EXPERT,
             {"silence_us": facts.silence_us}),
        Term("air.gap.term.away", away, EXPERT, {"distance_mm": facts.aerodromes[0][1]}),
        Term("air.gap.term.border", crossed, EXPERT,
             {"from": first.name if first else "", "to": second.name if second else ""}),
    ]  # fmt: skip
    if silence.echoes:
        weight = rules.primary_goes_on if silence.came_back else rules.primary_to_the_end
        terms.append(Term("air.gap.term.primary_goes_on", weight, EXPERT, {"echoes": silence.echoes}))
    return terms


def _horizon(silence: Silence, witness: Witness) -> Term:
    """Whether a sensor that had followed the target could still see it, by its site and over the terrain, where it is
    known; not assessable without a site. Pressure altitude stands for height: the margins below are wider than the
    160 m by which the two may differ."""
    lat, lon, altitude = silence.loss
    name = "air.gap.term.above_horizon"
    best: int | None = None
    for site in witness.sites:
        if site["sensor"] not in silence.sensors or site["lat_e7"] is None or altitude is None:
            continue
        if witness.blanked.hides(site["sensor"], silence.start_us, lat, lon):
            continue
        away = int(distance_mm(site["lat_e7"], site["lon_e7"], lat, lon))
        if site["range_max_mm"] is not None and away > site["range_max_mm"] * 95 // 100:
            margin = -1
        else:
            behind = witness.profiles.hidden_mm(site["sensor"], lat, lon)
            margin = altitude - int(shadow_mm(site["antenna_altitude_mm"] or 0, away) if behind is None else behind)
        best = margin if best is None else max(best, margin)
    if best is None:
        return Term(name, None, EXPERT, {})
    return Term(name, 300 if best > 300_000 else (-600 if best < 0 else 0), EXPERT, {"margin_mm": best})


def _innocent(silence: Silence, witness: Witness, facts: _Facts, rules: GapRules) -> list[Innocent]:
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
    return tests


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


def _failure(silence: Silence, witness: Witness, facts: _Facts, rules: GapRules) -> Innocent:
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


def _landed(silence: Silence, witness: Witness, facts: _Facts, rules: GapRules) -> Innocent:
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
