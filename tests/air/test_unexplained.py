"""Unexplained legs: what counts, what cannot be assessed, and each innocent explanation on data that supports it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pyarrow as pa
import pytest

from tests.air.flights import DAY, SECOND, flight, plots, run
from veedor.air.detectors import DETECTORS
from veedor.air.routes.echoes import NOBODY, Around
from veedor.air.routes.explaining import Explanation
from veedor.air.routes.facts import Facts
from veedor.air.routes.rules import UnexplainedRules
from veedor.air.routes.terms import terms_of
from veedor.air.routes.unexplained import EXPLANATIONS, LegScores, Unexplained
from veedor.engine.detector import Owner
from veedor.tables import FLIGHT_PLANS
from veedor.tables.plots import ADSB, PSR, SSR, TIME_SUSPECT
from veedor.words import LANGUAGES, known, say

RULES = UnexplainedRules()
KM, METRE = 1_000_000, 1_000
HOUR = 3600 * SECOND
# Night in the llanos (04 UTC), from Colombia into Venezuela.
NIGHT_S = 4 * 3600
EVERYWHERE = (-900_000_000, -1_800_000_000, 900_000_000, 1_800_000_000, 0, 1 << 62)


def asking(start_s: float) -> list[dict[str, Any]]:
    """An ordinary flight through the same cells an hour before: somebody asked transponders there, and was answered."""
    return flight(start_s - 3600, 2400, 6.82, -71.35, speed=80.0, altitude=6000.0, mode=PSR | SSR, code_3a=0o1200)


def silent(start_s: float = NIGHT_S, **columns: Any) -> list[dict[str, Any]]:
    return flight(start_s, 1800, 6.82, -71.35, speed=58.0, altitude=2900.0, climb=-1.5, mode=PSR, **columns)


def traffic() -> list[dict[str, Any]]:
    return flight(0, 12 * 3600, 3.0, -62.0, speed=30.0, step=60, address=0x0D8F00, mode=ADSB, altitude=9000.0)


def chain(*flights: Any, plans: list[dict[str, Any]] | None = None, rules: UnexplainedRules = RULES) -> Any:
    """Scores by leg and findings of the chain, with flight plans beside it."""
    tables = run(plots(*flights, traffic()), detectors=[d for d in DETECTORS if d.name not in ("unexplained",)])
    tables["flight_plans"] = flight_plans(plans or [])
    scores, unexplained = LegScores(rules), Unexplained(rules)
    given = {read.name: tables[read.table.name] for read in unexplained.reads}
    found = unexplained.run(given, Owner(), rules).to_pylist()
    return scores.run(given, Owner(), rules), found


def flight_plans(rows: list[dict[str, Any]]) -> pa.Table:
    base = {"deposit": b"p" * 32, "file": 0, "offset": 0, "length": 0, "simulated": True, "kind": "FPL"}
    full = [base | {"row": number} | row for number, row in enumerate(rows)]
    types = {c.name: pa.int64() if pa.types.is_timestamp(c.type) else c.type for c in FLIGHT_PLANS.columns}
    return FLIGHT_PLANS.cast(pa.table({n: pa.array([r.get(n) for r in full], t) for n, t in types.items()}))


def of_night(found: list[dict[str, Any]]) -> int:
    """Findings about the flight that begins at NIGHT_S."""
    return sum(round(row["start"].timestamp()) * SECOND == DAY + NIGHT_S * SECOND for row in found)


def terms(row: dict[str, Any]) -> dict[str, int | None]:
    return {t["name"].rsplit(".", 1)[1]: t["milli_log10"] for t in row["terms"]}


def test_a_silent_flight_by_night_that_comes_down_away_from_aerodromes_is_unexplained() -> None:
    scores, found = chain(asking(NIGHT_S), silent())
    assert len(found) == 1
    row = found[0]
    assert row["kind"] == "unexplained_leg" and row["simulated"]
    total = sum(t["milli_log10"] or 0 for t in row["terms"]) + sum(i["milli_log10"] for i in row["innocent"])
    assert row["score_milli_log10"] == total >= RULES.threshold_milli_log10
    assert sum(scores["unexplained"].to_pylist()) == 1


def test_a_missing_plan_counts_only_where_plans_were_declared_complete() -> None:
    _, found = chain(asking(NIGHT_S), silent())
    assert terms(found[0])["plan"] is None
    _, declared = chain(asking(NIGHT_S), silent(), rules=dataclasses.replace(RULES, plans_complete=(EVERYWHERE,)))
    assert terms(declared[0])["plan"] == RULES.no_plan


def test_a_plan_that_agrees_explains_a_flight_and_one_of_another_day_or_cancelled_does_not() -> None:
    named = silent(call_sign="YV1234", address=None)
    plan = {"call_sign": "YV1234", "off_block": DAY + NIGHT_S * SECOND - HOUR // 2, "off_block_raw": "0330"}
    rules = dataclasses.replace(RULES, plans_complete=(EVERYWHERE,))
    assert of_night(chain(asking(NIGHT_S), named, plans=[plan], rules=rules)[1]) == 0
    late = plan | {"off_block": plan["off_block"] - 24 * HOUR}
    assert of_night(chain(asking(NIGHT_S), named, plans=[late], rules=rules)[1]) == 1
    cancelled = [plan, plan | {"kind": "CNL"}]
    assert of_night(chain(asking(NIGHT_S), named, plans=cancelled, rules=rules)[1]) == 1


def test_silence_counts_only_where_somebody_was_there_to_ask() -> None:
    scores, _ = chain(silent())
    asked, _ = chain(asking(NIGHT_S), silent())
    assert max(asked["score_milli_log10"].drop_null().to_pylist()) > max(
        scores["score_milli_log10"].drop_null().to_pylist()
    )


def test_a_flight_that_says_who_it_is_is_left_alone() -> None:
    named = silent(call_sign="YV1234", address=0x0D8123)
    for row in named:
        row["mode"] = ADSB
    scores, found = chain(named)
    assert found == []
    assert scores["unexplained"].to_pylist().count(True) == 0


@pytest.mark.parametrize(
    ("call_sign", "states"), [("HK4567", "CO"), ("HK-4567", "CO"), ("YV1234", ""), ("AVA123", ""), (None, "")]
)
def test_a_registration_of_another_state_than_the_address_is_a_reason(call_sign: str | None, states: str) -> None:
    """0D8001 lies in the block of Venezuela. An operator's code says nothing of a state."""
    leg = LEG | {"address": 0x0D8001, "addresses": 1, "call_sign": call_sign, "call_signs": int(call_sign is not None)}
    term = terms_of(dataclasses.replace(BASE, leg=leg, strip=strip()), RULES)[2]
    if states:
        assert term.milli_log10 == RULES.other_state and term.values["of_address"] == "VE"
        assert term.values["of_call_sign"] == states
        assert 0 < RULES.other_state < RULES.threshold_milli_log10, "a reason, never a verdict"
    else:
        assert term.name == "air.unexplained.term.false_identity" and term.milli_log10 == 0


@pytest.mark.parametrize(("registration", "states"), [("HK4567", "CO"), ("YV1234", ""), (None, "")])
def test_a_registration_in_the_plan_of_another_state_than_the_address_is_a_reason_too(
    registration: str | None, states: str
) -> None:
    leg = LEG | {"address": 0x0D8001, "addresses": 1, "call_sign": "AVA123", "call_signs": 1}
    plan = {"call_sign": "AVA123", "address": None, "registration": registration}
    term = terms_of(dataclasses.replace(BASE, leg=leg, strip=strip(), plan=plan, kept="on_way"), RULES)[2]
    assert term.milli_log10 == (RULES.other_state if states else 0)
    assert term.values.get("of_call_sign", "") == states
    assert term.name.endswith("other_state_planned" if states else "false_identity")
    assert known("air.unexplained.term.other_state_planned")


def test_every_key_of_a_finding_has_a_sentence_in_both_languages_with_its_values() -> None:
    _, found = chain(asking(NIGHT_S), silent())
    for row in found:
        keys = [f"kind.{row['kind']}"] + [f"source.{t['source']}" for t in row["terms"]]
        parts = [*row["reasons"], *row["innocent"], *row["searched"]]
        parts += [{"key": t["name"], "values": t["values"]} for t in row["terms"]]
        assert [key for key in keys + [p["key"] for p in parts] if not known(key)] == []
        for language in LANGUAGES:
            for part in parts:
                values = {v["name"]: v["number"] if v["text"] is None else v["text"] for v in part["values"]}
                assert "{" not in say(part["key"], language, values)


LEG: dict[str, Any] = {
    "leg": 1, "track": 1, "start": DAY + 4 * HOUR, "end": DAY + 5 * HOUR, "plots": 300, "answers": 0, "modes": PSR,
    "flags": 0, "length_mm": 250_000_000, "usual_speed_mm_s": 69_000, "highest_mm": None, "lowest_mm": None,
    "start_climb_mm_s": None, "address": None, "call_sign": None, "touches": 0, "addresses": 0, "call_signs": 0,
    "longest_silence_us": 0, "dark_us": 0, "dark_echoes": 0, "dark_ended": False, "late_us": 0, "late_echoes": 0,
    "start_lat_e7": 68_000_000, "start_lon_e7": -710_000_000, "end_lat_e7": 68_000_000, "end_lon_e7": -690_000_000,
}  # fmt: skip
BASE = Facts(
    leg=LEG, gained_mm=220 * KM, away_mm=(40 * KM, 40 * KM), aerodromes=("SVXX", "SVYY"), ground_mm=(0, 0),
    spread_mm=None, terrain="", strip=None, plan=None, kept=None, logged={}, landed=None, reserved=None,
    sun_e7=(-500_000_000, -400_000_000), countries=("Colombia", "Venezuela"), interrogated=True,
    open_sea=(False, False), plans_complete=False,
    patterns=(), passes=0, beside=0, beside_silent=False, mirrored=(0, 0, 0), navigation=(0, 0, False),
    same_address=0, around=NOBODY, sensor_load_permille=1000, coastal=False,
    ghost={"side_lobe": (0, 0, 0), "previous_pulse": (0, 0, 0)},
)  # fmt: skip
BY_DAY = {"sun_e7": (300_000_000, 400_000_000)}


def strip(**changes: Any) -> dict[str, Any]:
    """A row of STRIPS, as far as a leg's term reads it."""
    return {"aerodrome": "SVXX", "aerodrome_mm": 40 * KM, "major_mm": KM, "flights": 4, "days": 4, "named": 0} | changes


def facts(leg: dict[str, Any] | None = None, **changes: Any) -> Facts:
    return dataclasses.replace(BASE, leg=LEG | (leg or {}), **changes)


NAMED = {"address": 0x0D8001, "call_sign": "YV1", "answers": 300, "modes": ADSB}
SLOW = {"length_mm": 30_000_000, "usual_speed_mm_s": 9_000}
WORKING = {"length_mm": 150_000_000, "usual_speed_mm_s": 45_000}


def around(**changes: Any) -> Around:
    """What other echoes did: nobody but what is said; its radar stands 8 km off and sees the ground."""
    return dataclasses.replace(NOBODY, **{"hidden_mm": 0, "nearest_mm": 8 * KM, **changes})


TALL = {"highest_mm": 2_500_000, "lowest_mm": 500_000}
PLACES = dataclasses.replace(
    RULES,
    known_places=tuple((kind, 68_000_000, -690_000_000) for kind in ("mission", "medical", "community", "ranch", "oil",
                                                                    "mining")),
    state_addresses=((0x0D8000, 0x0D80FF),), eradication=(EVERYWHERE,),
)  # fmt: skip
LOW_LINES = facts(
    {"highest_mm": 90 * METRE, "lowest_mm": 0, **WORKING}, patterns=("search_lines",), gained_mm=9 * KM, **BY_DAY
)
# Facts that support an explanation, and facts on which it cannot tell (None: it always can).
CASES: dict[str, tuple[Facts, Facts | None]] = {
    "crop_dusting": (LOW_LINES, facts(SLOW, patterns=("search_lines",), gained_mm=9 * KM, **BY_DAY)),
    "bush": (facts(NAMED, same_address=4, away_mm=(1 * KM, 40 * KM), **BY_DAY), facts(**BY_DAY)),
    "mission_strip": (BASE, None), "medical": (BASE, None), "community_strip": (BASE, None),
    "ranch_strip": (BASE, None), "oil_helicopter": (facts(SLOW), None), "mining_helicopter": (facts(SLOW), None),
    "vfr": (facts(TALL, countries=("Colombia", "Colombia"), **BY_DAY), facts(countries=("Colombia", None), **BY_DAY)),
    "state_aircraft": (facts(NAMED), BASE),
    "interceptor": (facts(NAMED, beside=800, beside_silent=True), None),
    "eradication": (LOW_LINES, facts(SLOW, patterns=("search_lines",), gained_mm=9 * KM, **BY_DAY)),
    "training": (facts({"touches": 3}, away_mm=(1 * KM, 1 * KM), gained_mm=1 * KM, **BY_DAY), None),
    "glider": (facts(SLOW | TALL, **BY_DAY), facts(SLOW, **BY_DAY)),
    "survey": (facts(NAMED, patterns=("search_lines",), **BY_DAY), None),
    "calibration": (facts(NAMED, patterns=("orbit",), away_mm=(1 * KM, 1 * KM)), None),
    "fire_fighting": (facts(TALL, passes=4), BASE),
    "transponder_failure": (facts({"answers": 100}, away_mm=(90 * KM, 1 * KM)), facts(away_mm=(90 * KM, 1 * KM))),
    "radiosonde": (
        facts({"start": DAY + HOUR // 2, "end": DAY + 3 * HOUR // 2, "start_climb_mm_s": 5_000, **SLOW}, gained_mm=KM),
        facts({"start": DAY + HOUR // 2, "end": DAY + 3 * HOUR // 2, **SLOW}, gained_mm=KM),
    ),
    "drone": (facts({"highest_mm": 100 * METRE, **SLOW}, gained_mm=5 * KM), facts(SLOW, gained_mm=5 * KM)),
    "anomalous_propagation": (
        facts(SLOW, gained_mm=5 * KM, coastal=True, around=around(same_sensor=4)),
        facts(SLOW, gained_mm=5 * KM, coastal=True, around=around()),
    ),
    "slow_echoes": (facts(SLOW), None),
    "birds": (facts(SLOW, sun_e7=(-30_000_000, -150_000_000), around=around(slow_near=6)),
              facts(SLOW, sun_e7=(-30_000_000, -150_000_000))),
    "rain": (facts(SLOW, gained_mm=20 * KM, around=around(slow_near=6, along=5)), None),
    "ships": (facts(SLOW, countries=(None, None)), None),
    "road_traffic": (facts(SLOW, around=around(other_days=3)), facts(SLOW, around=around())),
    "wind_turbines": (facts(SLOW, gained_mm=1 * KM, around=around(other_days=3)),
                      facts(SLOW, gained_mm=1 * KM, around=around())),
    "side_lobes": (facts({"flags": 512}), BASE), "second_time_around": (facts({"flags": 1024}), BASE),
    "reflection": (facts(mirrored=(600, 1_000_000_000, 2)), facts(mirrored=(600, 1_000_000_000, 0))),
    "jamming": (facts(SLOW, gained_mm=5 * KM, sensor_load_permille=8_000),
                facts(SLOW, gained_mm=5 * KM, sensor_load_permille=None)),
    "gnss": (facts({"modes": ADSB, "answers": 300, "flags": TIME_SUSPECT}),
             facts({"modes": ADSB, "answers": 300}, navigation=(1, 1, None))),
}  # fmt: skip
# A fast flight that answers, by night, high, across a border: nothing of the list fits it, but what is declared.
ORDINARY = facts({**NAMED, "address": 0x400001, "highest_mm": 9_000_000, "lowest_mm": 9_000_000, "start_lon_e7": 0,
                  "end_lon_e7": 100_000_000, "length_mm": 800_000_000, "usual_speed_mm_s": 222_000},
                 gained_mm=800 * KM)  # fmt: skip


def verdict(key: str, one: Facts) -> str:
    (explanation,) = [each for each in EXPLANATIONS if each.key == key]
    return explanation.judge(one, RULES).verdict


def test_what_goes_dark_and_answers_again_has_not_failed_and_no_rule_of_visual_flight_explains_it() -> None:
    home = {"away_mm": (90 * KM, 1 * KM)}
    dark = {"answers": 100, "dark_us": HOUR // 4, "dark_echoes": 90}
    assert verdict("transponder_failure", facts(dark, **home)) == "supports"
    assert verdict("transponder_failure", facts(dark | {"dark_ended": True}, **home)) == "contradicts"
    assert verdict("transponder_failure", facts({"answers": 100, "late_us": HOUR // 4}, **home)) == "contradicts"
    lines = {"patterns": ("search_lines",), **BY_DAY}
    assert verdict("survey", facts(NAMED, **lines)) == "supports"
    assert verdict("survey", facts(NAMED | {"dark_us": HOUR // 4, "dark_echoes": 9}, **lines)) == "contradicts"
    slow = {**TALL, "answers": 100}
    assert verdict("vfr", facts(slow, countries=("Colombia", "Colombia"), **BY_DAY)) == "supports"
    assert verdict("vfr", facts(slow | dark, countries=("Colombia", "Colombia"), **BY_DAY)) == "contradicts"


def strip_term(one: Facts) -> tuple[str, int | None]:
    (term,) = [term for term in terms_of(one, RULES) if term.name.endswith("strip")]
    return term.name.rsplit(".", 1)[1], term.milli_log10


def test_a_strip_that_flights_of_other_days_share_says_more_than_the_legs_own_end() -> None:
    low = {"end_altitude_mm": 100 * METRE, "start_altitude_mm": None, "start": DAY, "ended_by": "track",
           "begun_by": "track", "starts_on_ground": False, "ends_on_ground": False}  # fmt: skip
    assert strip_term(facts(low)) == ("strip", RULES.strip_end)
    assert strip_term(facts(low, strip=strip())) == ("shared_strip", RULES.shared_strip)
    # Whoever uses it mostly says who he is; and one beside an aerodrome tells no more than the end itself.
    assert strip_term(facts(low, strip=strip(named=3))) == ("shared_strip", 0)
    assert strip_term(facts(low, strip=strip(aerodrome_mm=3 * KM))) == ("strip", RULES.strip_end)
    # An end lost high up says nothing by itself, and something where others came down.
    high = low | {"end_altitude_mm": 3_000 * METRE}
    assert strip_term(facts(high)) == ("strip", None)
    assert strip_term(facts(high, strip=strip())) == ("shared_strip", RULES.shared_strip)


def plan_term(**changes: Any) -> tuple[str, int | None]:
    (term,) = [term for term in terms_of(facts(**changes), RULES) if ".plan" in term.name]
    return term.name.rsplit(".", 1)[1], term.milli_log10


def test_a_plan_takes_as_much_as_it_was_kept_to_and_one_that_was_left_nothing() -> None:
    low = {"end_altitude_mm": None, "start_altitude_mm": None, "ended_by": "track", "begun_by": "track",
           "starts_on_ground": False, "ends_on_ground": False}  # fmt: skip
    plan = {"call_sign": "YV1", "address": None, "flight_type": "G", "other": ""}
    assert plan_term(leg=low, plan=plan, kept="flown") == ("plan", RULES.planned)
    assert plan_term(leg=low, plan=plan, kept="on_way") == ("plan", RULES.planned_on_way)
    assert plan_term(leg=low, plan=plan, kept="left") == ("plan_left", 0)
    assert plan_term(leg=low, plan=plan, kept="left", plans_complete=True) == ("plan_left", RULES.no_plan)


def test_a_log_of_one_end_does_not_say_where_a_flight_led() -> None:
    low = {"end_altitude_mm": None, "start_altitude_mm": None, "ended_by": "track", "begun_by": "track",
           "starts_on_ground": False, "ends_on_ground": False}  # fmt: skip
    line = {"call_sign": "YV1", "purpose": None}
    assert plan_term(leg=low, logged={"start": line}) == ("plan", None)
    assert plan_term(leg=low, logged={"start": line, "end": line}) == ("plan", RULES.logged)


def test_what_a_plan_says_explains_only_while_it_is_kept_to() -> None:
    (medical,) = [one for one in EXPLANATIONS if one.key == "medical"]
    plan = {"call_sign": "YV1", "address": None, "flight_type": "N", "other": "STS/MEDEVAC"}
    assert medical.judge(facts(plan=plan, kept="flown"), RULES).verdict == "supports"
    assert medical.judge(facts(plan=plan, kept="left"), RULES).verdict == "cannot_tell"
    (state,) = [one for one in EXPLANATIONS if one.key == "state_aircraft"]
    assert state.judge(facts(plan=plan | {"flight_type": "M"}, kept="on_way"), RULES).verdict == "supports"
    assert state.judge(facts(reserved={"text": "ASPERSION, AERONAVES DE ESTADO"}), RULES).verdict == "supports"


def test_legs_are_told_of_the_strip_that_several_days_made() -> None:
    days = [silent(NIGHT_S + day * 86_400) for day in range(3)]
    _, found = chain(*(asking(NIGHT_S + day * 86_400) for day in range(3)), *days)
    named = [term["name"] for row in found for term in row["terms"]]
    assert "air.unexplained.term.shared_strip" in named


@pytest.mark.parametrize("explanation", EXPLANATIONS, ids=lambda one: one.key)
def test_each_explanation_supports_and_contradicts_on_some_data_and_says_when_it_cannot_tell(
    explanation: Explanation,
) -> None:
    supports, unclear = CASES[explanation.key]
    good = explanation.judge(supports, PLACES)
    assert good.verdict == "supports" and good.milli_log10 < 0
    bad = explanation.judge(ORDINARY, PLACES)
    assert (bad.verdict, bad.milli_log10) == ("contradicts", 0)
    if unclear is not None:
        assert (
            explanation.judge(unclear, RULES if explanation.key == "state_aircraft" else PLACES).verdict
            == "cannot_tell"
        )
    elif explanation.needs == "known_places":
        assert explanation.judge(supports, RULES).verdict == "cannot_tell"
    assert known(f"air.needs.{explanation.needs}") and known(f"air.explained.{explanation.key}")


def test_the_list_is_that_of_the_issue() -> None:
    assert len(EXPLANATIONS) == len({one.key for one in EXPLANATIONS}) == len(CASES)


def test_a_ghost_is_told_by_its_marks_or_by_whom_it_keeps_beside() -> None:
    """Half of its plots beside a real target are enough; fewer are none."""
    tests = {one.key: one for one in EXPLANATIONS}
    beside = facts(ghost={"side_lobe": (500, 60_000_000, 0), "previous_pulse": (499, 0, 160 * KM)})
    assert tests["side_lobes"].judge(beside, RULES).verdict == "supports"
    assert tests["second_time_around"].judge(beside, RULES).verdict == "cannot_tell"
    assert tests["side_lobes"].judge(facts(NAMED), RULES).verdict == "contradicts", "whoever answers is no echo"
