"""What speaks for a leg being unexplained: named terms, each a log10 likelihood ratio; None where nothing can tell."""

from __future__ import annotations

import math

from veedor.air.evidence import EXPERT, graded
from veedor.air.routes.facts import Facts
from veedor.air.routes.rules import UnexplainedRules
from veedor.engine.findings import Term
from veedor.registers.states import mismatch, state_of_address, states_of_call_sign

PLANS = "deposited: flight_plans/1, declared complete; weight: expert setting"


def terms_of(facts: Facts, rules: UnexplainedRules) -> list[Term]:
    """All terms of a leg, in the order in which they are shown."""
    return [
        _plan(facts, rules),
        _transponder(facts, rules),
        _false_identity(facts, rules),
        _low(facts, rules),
        _night(facts, rules),
        _strip(facts, rules),
        _border(facts, rules),
        _silence(facts, rules),
    ]


def _plan(facts: Facts, rules: UnexplainedRules) -> Term:
    """A plan counts as far as it was kept to. One that was left is as none; so is a log of one end alone: smugglers
    take off from aerodromes, too."""
    if facts.plan is not None and facts.kept != "left":
        as_kept = rules.planned if facts.kept == "flown" else rules.planned_on_way
        return Term("air.unexplained.term.plan", as_kept, PLANS, {"call_sign": facts.plan["call_sign"]})
    if len(facts.logged) == 2:
        name = facts.logged["end"]["call_sign"] or facts.logged["start"]["call_sign"] or ""
        return Term("air.unexplained.term.plan", rules.logged, PLANS, {"call_sign": name})
    if facts.plan is not None:
        return Term("air.unexplained.term.plan_left", rules.no_plan if facts.plans_complete else 0, PLANS,
                    {"call_sign": facts.plan["call_sign"]})  # fmt: skip
    weight = rules.no_plan if facts.plans_complete else None
    return Term("air.unexplained.term.plan", weight, PLANS, {"call_sign": facts.leg["call_sign"] or ""})


def _transponder(facts: Facts, rules: UnexplainedRules) -> Term:
    """Not assessable where no transponder was ever heard: then nothing was there to ask it. One that answered and went
    dark says more than one that never did: old aircraft have none."""
    if facts.went_dark:
        dark = {"dark_us": facts.leg["dark_us"], "echoes": facts.leg["dark_echoes"]}
        return Term("air.unexplained.term.went_dark", rules.went_dark, EXPERT, dark)
    if facts.leg["late_us"]:
        late = {"late_us": facts.leg["late_us"], "echoes": facts.leg["late_echoes"]}
        return Term("air.unexplained.term.answered_late", rules.answered_late, EXPERT, late)
    values = {"answers": facts.leg["answers"], "plots": facts.leg["plots"]}
    name = "air.unexplained.term.transponder"
    if facts.silent:
        return Term(name, rules.silent if facts.interrogated else None, EXPERT, values)
    if facts.answered_permille < 500:
        return Term(name, rules.half_silent if facts.interrogated else None, EXPERT, values)
    return Term(name, rules.answers if facts.named else rules.anonymous, EXPERT, values)


def _false_identity(facts: Facts, rules: UnexplainedRules) -> Term:
    """Several names, an address of no state or of another aircraft's plan; or an address of one state and, as its call
    sign or in its plan, a registration of another, which says less: aircraft are sold and leased."""
    leg = facts.leg
    values = {"addresses": leg["addresses"], "call_signs": leg["call_signs"]}
    name = "air.unexplained.term.false_identity"
    if not leg["addresses"] and not leg["call_signs"]:
        return Term(name, None, EXPERT, values)
    if leg["address"] is not None and state_of_address(leg["address"]) is None:
        return Term(name, rules.no_state, EXPERT, values)
    changed = leg["addresses"] > 1 or leg["call_signs"] > 1
    planned = facts.plan["address"] if facts.plan is not None else None
    other = planned is not None and leg["address"] is not None and planned != leg["address"]
    spoken = leg["call_sign"] if states_of_call_sign(leg["call_sign"] or "") else None
    written = facts.plan["registration"] if facts.plan is not None else None
    for key, mark in (("other_state", spoken), ("other_state_planned", written)):
        if changed or other or leg["address"] is None or mark is None:
            continue
        contradiction = mismatch(leg["address"], mark)
        if contradiction is not None:
            return Term(f"air.unexplained.term.{key}", rules.other_state, EXPERT, {
                "address": f"{leg['address']:06X}", "of_address": contradiction.address_state,
                "call_sign": mark, "of_call_sign": ", ".join(contradiction.registration_states),
            })  # fmt: skip
    return Term(name, rules.false_identity if changed or other else 0, EXPERT, values)


def _low(facts: Facts, rules: UnexplainedRules) -> Term:
    height = facts.height_mm
    if height is None:
        return Term("air.unexplained.term.low_unknown", None, EXPERT, {})
    error = math.isqrt(rules.pressure_height_mm**2 + (facts.spread_mm or 0) ** 2)
    return Term("air.unexplained.term.low", graded(height, rules.height_mm, rules.high), EXPERT,
                {"height_mm": height, "error_mm": error})  # fmt: skip


def _night(facts: Facts, rules: UnexplainedRules) -> Term:
    lowest = min(facts.sun_e7)
    weight = rules.night if lowest < rules.night_elevation_e7 else rules.day
    return Term("air.unexplained.term.night", weight, EXPERT, {"elevation_e7": lowest})


def _strip(facts: Facts, rules: UnexplainedRules) -> Term:
    """An inferred strip away from listed aerodromes that flights of several days share, else the leg's own end near the
    ground there; not assessable where no end was seen that low."""
    name, leg, strip = "air.unexplained.term.strip", facts.leg, facts.strip
    if strip is not None and strip["aerodrome_mm"] > rules.away_mm + strip["major_mm"]:
        values = {name: strip[name] for name in ("flights", "days", "named")}
        openly = strip["named"] * 1000 >= rules.open_strip_permille * strip["flights"]
        weight = 0 if openly else rules.shared_strip
        values |= {"distance_mm": strip["aerodrome_mm"], "aerodrome": strip["aerodrome"]}
        return Term("air.unexplained.term.shared_strip", weight, EXPERT, values)
    ends: list[tuple[int, str]] = []
    for side, away, ident, ground in zip(
        ("start", "end"), facts.away_mm, facts.aerodromes, facts.ground_mm, strict=True
    ):
        altitude = leg[f"{side}_altitude_mm"]
        landed = leg["ended_by" if side == "end" else "begun_by"] in ("landing", "stop")
        if landed or leg[f"{side}s_on_ground"] or (altitude is not None and altitude - ground <= rules.low_end_mm):
            ends.append((away, ident))
    if not ends:
        return Term(name, None, EXPERT, {"distance_mm": max(facts.away_mm)})
    away, ident = max(ends)
    weight = rules.strip_end if away > rules.away_mm else (rules.aerodrome_end if len(ends) == 2 else 0)
    return Term(name, weight, EXPERT, {"distance_mm": away, "aerodrome": ident})


def _border(facts: Facts, rules: UnexplainedRules) -> Term:
    """A border crossed, or a way between a country and the open sea; nothing where a plan says so. Out to sea and back
    fly many who answer all the way: to platforms, to ships, after fish."""
    one, other = facts.countries
    planned = facts.plan is not None and facts.kept != "left"
    if facts.from_or_to_sea:
        weight = 0 if planned or not (facts.silent or facts.went_dark) else rules.open_sea
        return Term("air.unexplained.term.open_sea", weight, EXPERT, {"country": one or other or ""})
    weight = rules.border if facts.crossed and not planned else 0
    return Term("air.unexplained.term.border", None if facts.crossed is None else weight, EXPERT,
                {"from": one or "", "to": other or ""})  # fmt: skip


def _silence(facts: Facts, rules: UnexplainedRules) -> Term:
    longest = facts.leg["longest_silence_us"]
    weight = rules.silence if longest >= rules.silence_us else 0
    return Term("air.unexplained.term.silence", weight, EXPERT, {"silence_us": longest})
