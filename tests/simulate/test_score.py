"""Scoring says what a person comparing findings with truth would say: near counts, far does not, twice counts once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from veedor.simulate.scoring.evidence import entry_facts, message_facts
from veedor.simulate.scoring.match_money import EntryFacts, Facts, MessageFacts, Record, wanted_records
from veedor.simulate.scoring.pairing import Pair, paired
from veedor.simulate.scoring.score import NOT_SCORED, SCORED, Fooled, KindScore, Score, score
from veedor.simulate.truth import PHENOMENA, Truth, read_truth
from veedor.tables import FINDINGS
from veedor.words import keys

MINUTE = 60_000_000
DEPOSIT = b"d" * 32


@pytest.fixture(scope="module")
def truth(tiny: Path) -> Truth:
    return read_truth(tiny / "truth")


def finding(number: int, kind: str, start: int, end: int, **more: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {
        field.name: None if field.nullable else [] if pa.types.is_list(field.type) else 0 for field in FINDINGS.schema
    }
    known = {
        "id": number.to_bytes(32, "big"), "anchor": bytes(32), "kind": kind, "subject": "x", "start": start, "end": end,
        "simulated": True, "score_milli_log10": 1_700, "evidence_digest": bytes(32), "detector": "test",
        "parameters": bytes(32),
    }  # fmt: skip
    return {**empty, **known, **more}


def scored(rows: list[dict[str, Any]], truth: Truth, records: Mapping[Record, Facts] | None = None) -> Score:
    return score(pa.Table.from_pylist(rows, FINDINGS.schema), records or {}, truth)


def of_kind(result: Score, kind: str) -> KindScore:
    return next(k for k in result.kinds if k.kind == kind)


def landing(truth: Truth) -> dict[str, Any]:
    touches: list[dict[str, Any]] = truth.touches.to_pylist()
    return next(t for t in touches if t["where"] == "strip" and t["event"] == "landing")


def test_a_landing_within_five_kilometres_and_twenty_minutes_is_true(truth: Truth) -> None:
    true = landing(truth)
    place = {"lat_e7": true["lat_e7"] + 350_000, "lon_e7": true["lon_e7"]}  # 3.9 km north
    result = scored(
        [finding(1, "landing_away", true["time_us"] - 15 * MINUTE, true["time_us"] - 10 * MINUTE, **place)], truth
    )
    assert of_kind(result, "landing_away").true == 1
    assert result.places[0].median_m == pytest.approx(3_892, abs=5)
    assert [(b.low, b.findings, b.true) for b in result.reliability] == [(1_500, 1, 1)]


@pytest.mark.parametrize(("north_e7", "late_minutes"), [(600_000, 0), (0, 25)])
def test_a_landing_too_far_or_too_late_is_false(truth: Truth, north_e7: int, late_minutes: int) -> None:
    true = landing(truth)
    moment = true["time_us"] + late_minutes * MINUTE
    place = {"lat_e7": true["lat_e7"] + north_e7, "lon_e7": true["lon_e7"]}
    result = scored([finding(1, "landing_away", moment, moment, **place)], truth)
    assert of_kind(result, "landing_away").true == 0


def test_two_findings_of_one_landing_are_one_true_and_one_false(truth: Truth) -> None:
    true = landing(truth)
    rows = [
        finding(
            n, "landing_away", true["time_us"], true["time_us"], lat_e7=true["lat_e7"] + shift, lon_e7=true["lon_e7"]
        )
        for n, shift in ((1, 200_000), (2, 100_000))
    ]
    result = scored(rows, truth)
    kind = of_kind(result, "landing_away")
    assert (kind.findings, kind.true, kind.again) == (2, 1, 1)
    assert result.matches[0].finding == (2).to_bytes(32, "big")


def test_a_takeoff_is_no_landing(truth: Truth) -> None:
    true = landing(truth)
    place = {"lat_e7": true["lat_e7"], "lon_e7": true["lon_e7"]}
    result = scored([finding(1, "takeoff_away", true["time_us"], true["time_us"], **place)], truth)
    assert of_kind(result, "takeoff_away").true == 0


def test_a_gap_counts_when_over_half_of_it_lies_in_the_silence_near_the_target(truth: Truth) -> None:
    legs: list[dict[str, Any]] = truth.flights.to_pylist()
    leg = next(r for r in legs if r["profile"] == "switch_off" and r["leg"] == 0)
    start, end = leg["silent_from_us"], leg["silent_to_us"]
    at = min(range(len(leg["point_us"])), key=lambda n: abs(leg["point_us"][n] - start))
    place = {"lat_e7": leg["point_lat_e7"][at], "lon_e7": leg["point_lon_e7"][at]}
    assert of_kind(scored([finding(1, "gap", start, end, **place)], truth), "gap").true == 1
    early = finding(1, "gap", start - 2 * (end - start), start + (end - start) // 2, **place)
    assert of_kind(scored([early], truth), "gap").true == 0
    far = {"lat_e7": place["lat_e7"] + 10_000_000, "lon_e7": place["lon_e7"]}
    assert of_kind(scored([finding(1, "gap", start, end, **far)], truth), "gap").true == 0


def test_an_unexplained_leg_counts_for_a_smugglers_flight_and_not_for_an_ordinary_one(truth: Truth) -> None:
    for illicit in (True, False):
        leg = next(r for r in truth.flights.to_pylist() if r["illicit"] is illicit and len(r["point_us"]) > 4)
        middle = len(leg["point_us"]) // 2
        place = {"lat_e7": leg["point_lat_e7"][middle], "lon_e7": leg["point_lon_e7"][middle]}
        span = (leg["start_us"], leg["end_us"])
        result = scored([finding(1, "unexplained_leg", *span, **place)], truth)
        assert of_kind(result, "unexplained_leg").true == int(illicit)
        assert [each.lookalike for each in result.fooled] == ([] if illicit else [leg["kind"]])
        later = [moment + 6 * 60 * MINUTE for moment in span]
        assert of_kind(scored([finding(1, "unexplained_leg", *later, **place)], truth), "unexplained_leg").true == 0


def test_a_strip_counts_within_five_kilometres_whatever_its_time(truth: Truth) -> None:
    strip = next(r for r in truth.strips.to_pylist() if r["touches"])
    for north_e7, true in ((350_000, 1), (600_000, 0)):
        place = {"lat_e7": strip["lat_e7"] + north_e7, "lon_e7": strip["lon_e7"]}
        assert of_kind(scored([finding(1, "strip", 0, 1, **place)], truth), "strip").true == true


def flown(truth: Truth, illicit: bool) -> list[dict[str, Any]]:
    """The legs of a mission of several."""
    legs: dict[int, list[dict[str, Any]]] = {}
    for leg in truth.flights.to_pylist():
        if leg["illicit"] is illicit:
            legs.setdefault(leg["mission"], []).append(leg)
    return sorted(next(each for each in legs.values() if len(each) > 1), key=lambda leg: int(leg["leg"]))


@pytest.mark.parametrize("illicit", [True, False])
def test_a_route_counts_when_it_holds_two_legs_of_one_smuggler(truth: Truth, illicit: bool) -> None:
    first, second = flown(truth, illicit)[:2]
    stop = {"lat_e7": second["point_lat_e7"][0], "lon_e7": second["point_lon_e7"][0]}
    both = finding(1, "route", first["start_us"], second["end_us"], **stop)
    kind = of_kind(scored([both], truth), "route")
    assert (kind.findings, kind.true) == (1, int(illicit)) and kind.truths >= kind.seen > 0
    # One leg alone is no route, nor is the whole day; elsewhere it is somebody else's.
    for start, end in ((first["start_us"], first["end_us"]), (first["start_us"] - 3 * 1440 * MINUTE, second["end_us"])):
        assert of_kind(scored([finding(1, "route", start, end, **stop)], truth), "route").true == 0
    far = {"lat_e7": stop["lat_e7"] - 100_000_000, "lon_e7": stop["lon_e7"]}
    assert of_kind(scored([finding(1, "route", first["start_us"], second["end_us"], **far)], truth), "route").true == 0


@pytest.mark.parametrize(("seen", "true"), [("its last tenth", 1), ("all of it", 0), ("none of it", 0)])
def test_a_leg_of_a_route_counts_by_what_sensors_saw_of_it(truth: Truth, seen: str, true: int) -> None:
    """The finding holds the last tenth of the first leg: right where the rest lay beyond all coverage."""
    first, second = flown(truth, True)[:2]
    begin = first["end_us"] - (first["end_us"] - first["start_us"]) // 10
    since = {"its last tenth": begin, "all of it": first["start_us"], "none of it": None}[seen]
    rows = [
        row | {"plots": int(since is not None), "first_seen_us": since, "last_seen_us": since and row["end_us"]}
        if (row["mission"], row["leg"]) == (first["mission"], first["leg"])
        else row
        for row in truth.flights.to_pylist()
    ]
    told = replace(truth, flights=pa.Table.from_pylist(rows, truth.flights.schema))
    stop = {"lat_e7": second["point_lat_e7"][0], "lon_e7": second["point_lon_e7"][0]}
    found = finding(1, "route", begin, second["end_us"], **stop)
    assert of_kind(scored([found], told), "route").true == true


def test_a_false_route_is_explained_by_who_flew_it(truth: Truth) -> None:
    first, second = flown(truth, illicit=False)[:2]
    stop = {"lat_e7": second["point_lat_e7"][0], "lon_e7": second["point_lon_e7"][0]}
    result = scored([finding(1, "route", first["start_us"], second["end_us"], **stop)], truth)
    assert [(each.kind, each.lookalike) for each in result.fooled] == [("route", first["kind"])]


def test_kinds_of_which_the_truth_says_nothing_are_counted_apart_from_the_scores(truth: Truth) -> None:
    result = scored([finding(1, "orbit", 0, 1), finding(2, "orbit", 0, 1)], truth)
    assert not result.reliability
    assert "orbit" not in {kind.kind for kind in result.kinds} and result.not_scored == (("orbit", 2),)


def test_a_kind_that_is_not_scored_takes_no_truth_from_others(truth: Truth) -> None:
    every: list[dict[str, Any]] = truth.instances.to_pylist()
    target = next(row["instance"] for row in every if row["illicit"])
    evidence, records = evidence_of(truth, target, 1.0)
    result = scored([finding(1, "simple_cycle", 0, 1, evidence=evidence)], truth, records)
    assert result.matches == () and result.not_scored == (("simple_cycle", 1),)


def test_every_kind_of_finding_is_scored_or_said_not_to_be() -> None:
    """A finding without words for its kind cannot be shown, so the words name every kind that there is."""
    kinds = {key.removeprefix("kind.") for key in keys() if key.startswith("kind.")}
    assert kinds - set(SCORED) == set(NOT_SCORED) and not set(SCORED) & set(NOT_SCORED)


def evidence_of(
    truth: Truth, instance: int, share: float
) -> tuple[list[dict[str, Any]], dict[tuple[bytes, int], EntryFacts]]:
    every: list[dict[str, Any]] = truth.instances.to_pylist()
    rows = [r for r in every if r["instance"] == instance]
    kept = rows[: max(1, int(len(rows) * share))]
    records = {}
    for n, row in enumerate(kept):
        credit = row["payee"] is not None
        account, moment = (row["payee"], row["credit_us"]) if credit else (row["payer"], row["debit_us"])
        records[DEPOSIT, n] = EntryFacts(account, credit, row["units"], row["currency"], moment)
    return [{"deposit": DEPOSIT, "row": n, "last_row": n, "role": "r"} for n in range(len(kept))], records


def test_an_instance_is_found_by_half_of_its_payments_and_not_by_fewer(truth: Truth) -> None:
    every: list[dict[str, Any]] = truth.instances.to_pylist()
    target = next(r["instance"] for r in every if r["typology"] == "fan_in")
    evidence, records = evidence_of(truth, target, 0.6)
    result = scored([finding(1, "fan_in", 0, 1, evidence=evidence)], truth, records)
    assert of_kind(result, "fan_in").true == 1
    assert [i.instance for i in result.instances if i.finding] == [f"instance:{target:07d}"]
    evidence, records = evidence_of(truth, target, 0.3)
    assert of_kind(scored([finding(1, "fan_in", 0, 1, evidence=evidence)], truth, records), "fan_in").true == 0


def test_a_finding_on_an_innocent_custom_is_false_and_named(truth: Truth) -> None:
    every: list[dict[str, Any]] = truth.instances.to_pylist()
    target = next(r for r in every if not r["illicit"])
    evidence, records = evidence_of(truth, target["instance"], 1.0)
    result = scored([finding(1, "fan_out", 0, 1, evidence=evidence)], truth, records)
    assert of_kind(result, "fan_out").true == 0
    assert [(f.lookalike, f.findings) for f in result.fooled] == [(target["typology"], 1)]


def test_no_findings_give_no_precision_and_no_recall(truth: Truth) -> None:
    kind = of_kind(scored([], truth), "landing_away")
    assert kind.precision is None and kind.recall == 0.0


def test_pairs_are_chosen_by_overlap_then_by_smallest_id() -> None:
    one, two = b"\1" * 32, b"\2" * 32
    chosen = paired([Pair(two, "a", 0.9), Pair(one, "a", 0.9), Pair(one, "b", 0.5), Pair(two, "b", 0.5)])
    assert [(p.finding, p.truth) for p in chosen] == [(one, "a"), (two, "b")]


def test_evidence_is_looked_up_by_deposit_and_row_with_exact_amounts() -> None:
    entries = pa.table(
        {
            "deposit": pa.array([DEPOSIT, DEPOSIT, b"e" * 32], pa.binary(32)), "row": [3, 4, 3],
            "account": ["A", "B", "C"],
            "credit": [True, False, True], "amount_units": [15, 1500, 7],
            "amount_exponent": pa.array([0, 2, 1], pa.int8()),
            "currency": ["USD"] * 3, "time": pa.array([0, 5, 9], pa.timestamp("us", tz="UTC")),
        }
    )  # fmt: skip
    rows = [finding(1, "fan_in", 0, 1, evidence=[{"deposit": DEPOSIT, "row": 3, "last_row": 4, "role": "r"}])]
    wanted = wanted_records(pa.Table.from_pylist(rows, FINDINGS.schema))
    found = entry_facts([entries], wanted)
    assert {key[1]: value.hundredths for key, value in found.items()} == {3: 1_500, 4: 1_500}


def stripped(truth: Truth) -> tuple[Truth, dict[str, Any]]:
    """The truth with one transfer told as stripped on its way."""
    rows: list[dict[str, Any]] = truth.instances.to_pylist()
    payment = {**next(row for row in rows if row["payer"] and row["payee"]), "instance": 900, "illicit": True}
    payment["typology"] = "wire_stripping"
    return replace(truth, instances=pa.Table.from_pylist([*rows, payment], truth.instances.schema)), payment


@pytest.mark.parametrize(
    ("payer", "payee", "found"), [(None, True, 1), (True, None, 1), (False, True, 1), (False, None, 0)]
)
def test_a_message_stands_for_a_payment_by_either_account_on_the_day_it_was_sent(
    truth: Truth, payer: bool | None, payee: bool | None, found: int
) -> None:
    """None: the message does not say it; False: it says another."""
    told, payment = stripped(truth)
    ends = (payment["payer"] if payer else None if payer is None else "another", payment["payee"] if payee else None)
    day = payment["debit_us"] - payment["debit_us"] % (24 * 60 * MINUTE)
    facts = {(DEPOSIT, 0): MessageFacts(*ends, payment["units"], payment["currency"], day)}
    evidence = [{"deposit": DEPOSIT, "row": 0, "last_row": 0, "role": "r"}]
    result = scored([finding(1, "wire_stripping", 0, 1, evidence=evidence)], told, facts)
    kind = of_kind(result, "wire_stripping")
    assert (kind.truths, kind.true, kind.found) == (1, found, found)


def retold(truth: Truth, instance: int, typology: str) -> Truth:
    """The truth with one instance told as another typology."""
    rows: list[dict[str, Any]] = truth.instances.to_pylist()
    other = [{**row, "typology": typology} if row["instance"] == instance else row for row in rows]
    return replace(truth, instances=pa.Table.from_pylist(other, truth.instances.schema))


def test_a_finding_on_a_name_shows_the_party_whose_payments_most_of_its_records_are(truth: Truth) -> None:
    """Half of the party's payments need not stand under one spelling of its name."""
    every: list[dict[str, Any]] = truth.instances.to_pylist()
    target = next(row["instance"] for row in every if row["typology"] == "fan_in")
    told = retold(truth, target, "listed_party")
    evidence, records = evidence_of(told, target, 0.2)
    strange = {(DEPOSIT, 90 + n): EntryFacts("stranger", True, 1, "USD", n) for n in range(len(evidence) + 1)}
    more = [{**evidence[0], "row": row, "last_row": row} for _, row in strange]
    found = finding(1, "listed_party", 0, 1, evidence=evidence)
    mixed = finding(1, "listed_party", 0, 1, evidence=[*evidence, *more])
    assert [pair.truth for pair in scored([found], told, records).matches] == [f"instance:{target:07d}"]
    assert scored([mixed], told, {**records, **strange}).matches == ()


@pytest.mark.parametrize("kind", ["wire_stripping", "missing_parties", "listed_party"])
def test_what_messages_and_names_show_no_shape_of_payments_shows_and_they_show_no_shape(
    truth: Truth, kind: str
) -> None:
    every: list[dict[str, Any]] = truth.instances.to_pylist()
    target = next(row["instance"] for row in every if row["typology"] == "fan_in")
    evidence, records = evidence_of(truth, target, 1.0)
    told = retold(truth, target, kind)
    for named, typology, true in (("fan_in", kind, 0), (kind, kind, 1), (kind, "fan_in", 0), ("fan_in", "fan_in", 1)):
        result = scored([finding(1, named, 0, 1, evidence=evidence)], told if typology == kind else truth, records)
        assert len(result.matches) == true, (named, typology)


def test_what_a_scenario_does_not_tell_of_messages_and_names_is_counted_apart(truth: Truth) -> None:
    some = [finding(1, "missing_parties", 0, 1), finding(2, "listed_party", 0, 1)]
    assert scored(some, truth).not_scored == (("listed_party", 1), ("missing_parties", 1))
    assert not scored(some, truth).reliability
    told = stripped(truth)[0]
    assert of_kind(scored([finding(1, "wire_stripping", 0, 1)], told), "wire_stripping").findings == 1


def test_missing_payees_are_shown_by_the_finding_that_tells_of_missing_parties(truth: Truth) -> None:
    every: list[dict[str, Any]] = truth.instances.to_pylist()
    target = next(row["instance"] for row in every if row["typology"] == "fan_in")
    evidence, records = evidence_of(truth, target, 1.0)
    told = retold(truth, target, "missing_beneficiaries")
    result = scored([finding(1, "missing_parties", 0, 1, evidence=evidence)], told, records)
    assert not result.not_scored
    counts = {kind.kind: (kind.findings, kind.true, kind.truths, kind.found) for kind in result.kinds}
    assert counts["missing_parties"] == (1, 1, 0, 0)
    assert counts["missing_beneficiaries"] == (0, 0, 1, 1)


def test_a_cover_is_looked_up_by_the_customers_below_and_not_by_its_banks() -> None:
    accounts = {"debtor_account": "bank", "creditor_account": "bank", "underlying_debtor_account": "A",
                "underlying_creditor_account": "B"}  # fmt: skip
    shared = {"deposit": DEPOSIT, "amount_units": 15, "amount_exponent": 0, "currency": "USD", "time": 5}
    rows = [{**shared, **accounts, "row": at, "kind": kind} for at, kind in enumerate(("transfer", "cover"))]
    schema = pa.schema(
        [(name, pa.string()) for name in (*accounts, "kind", "currency")]
        + [("deposit", pa.binary(32)), ("row", pa.int64()), ("amount_units", pa.int64())]
        + [("amount_exponent", pa.int8()), ("time", pa.timestamp("us", tz="UTC"))]
    )
    found = message_facts([pa.Table.from_pylist(rows, schema)], {(DEPOSIT, 0), (DEPOSIT, 1)})
    assert [(one.payer, one.payee, one.hundredths) for one in found.values()] == [
        ("bank", "bank", 1_500),
        ("A", "B", 1_500),
    ]


def test_false_findings_in_the_time_and_reach_of_a_phenomenon_are_listed_by_it(truth: Truth) -> None:
    start = truth.flights["start_us"].to_pylist()[0] - 400 * 24 * 60 * MINUTE
    end = start + 60 * MINUTE
    row = {
        "phenomenon": 0, "kind": "jamming", "sensors": ["VE-R1"], "start_us": start, "end_us": end,
        "lat_e7": 77_000_000, "lon_e7": -679_000_000, "radius_mm": 90_000_000, "marked": False, "plots": 300,
        "simulated": "SIMULATED",
    }  # fmt: skip
    noisy = replace(truth, phenomena=pa.Table.from_pylist([row], PHENOMENA))
    here, away = {"lat_e7": 80_000_000, "lon_e7": -679_000_000}, {"lat_e7": 100_000_000, "lon_e7": -679_000_000}
    inside = (start + 5 * MINUTE, start + 25 * MINUTE)
    rows = [
        finding(1, "unexplained_leg", *inside, **here),
        finding(2, "gap", *inside, **here),
        finding(3, "gap", *inside, **away),
        finding(4, "gap", end - 5 * MINUTE, end + 20 * MINUTE, **here),
    ]
    assert scored(rows, noisy).fooled == (Fooled("gap", "jamming", 1), Fooled("unexplained_leg", "jamming", 1))
    assert scored(rows, truth).fooled == ()
