"""What a silence is worth: named terms, and each innocent explanation tested on the data."""

from __future__ import annotations

from veedor.air.evidence import EXPERT, MEASURED_COVERAGE, graded
from veedor.air.flying.expected import expected
from veedor.air.flying.gap_innocent import innocent_tests
from veedor.air.flying.rules import GapRules
from veedor.air.flying.silence import Facts, Silence, Witness
from veedor.air.terrain.ground import searched
from veedor.engine.findings import Evidence, Finding, Place, Reason, Term
from veedor.geodesy import distance_mm, shadow_mm
from veedor.registers.borders import country_at


def judge(silence: Silence, witness: Witness, rules: GapRules) -> Finding | None:
    """The finding for a silence, or None where it scores below the threshold."""
    facts = _facts(silence, witness, rules)
    terms = _terms(silence, witness, facts, rules)
    innocent = innocent_tests(silence, witness, facts, rules)
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
            *([] if witness.said.unnamed else [Reason("air.searched.flight_plan")]),
        ],
    )


def _facts(silence: Silence, witness: Witness, rules: GapRules) -> Facts:
    loss, back = silence.loss, silence.back
    span = max(1, silence.end_us - silence.start_us)
    moved = int(distance_mm(loss[0], loss[1], back[0], back[1]))
    rows, away = witness.aerodromes.nearest([loss[0], back[0]], [loss[1], back[1]])
    idents = witness.aerodromes.table["ident"]
    at_loss, at_back = witness.seen.of(*loss), witness.seen.of(*back)
    return Facts(
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


def _terms(silence: Silence, witness: Witness, facts: Facts, rules: GapRules) -> list[Term]:
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
