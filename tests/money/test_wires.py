"""Parties that change on the way of a transfer, and transfers without them: found with every leg, or innocent."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from tests.money.making import entries, entry
from tests.money.running import run_one
from tests.money.test_messages import U, message, transfers
from veedor.money.wires.missing_parties import FindMissingParties, missing
from veedor.money.wires.wire_legs import same_name
from veedor.money.wires.wire_stripping import FindWireStripping, StrippingParameters, legs_by_uetr
from veedor.tables import FINDINGS
from veedor.words import known, say

Row = dict[str, Any]
FULL = {
    "debtor_name": "Alfa Trade Ltd", "debtor_account": "A", "debtor_address": "Calle 5", "creditor_name": "Jane Roe",
    "creditor_account": "B", "creditor_address": "1 High St",
}  # fmt: skip
COVERED = {f"underlying_{name}": value for name, value in FULL.items()}


def stripped(told: list[Row], booked: list[Row] | None = None) -> list[Row]:
    """Findings, the same however many buckets there are."""
    tables = {"transfers": transfers(told), "entries": entries(booked or [])}
    made = run_one(FindWireStripping(), tables, 1)
    assert made.schema.equals(FINDINGS.schema)
    assert run_one(FindWireStripping(), tables, 4).equals(made)
    for row in made.to_pylist():
        for part in (*row["reasons"], *row["innocent"], *row["searched"]):
            assert known(part["key"]), part["key"]
        for term in row["terms"]:
            assert known(term["name"])
    return made.to_pylist()


def weights(finding: Row) -> dict[str, int]:
    return {term["name"].rpartition(".")[2]: term["milli_log10"] for term in finding["terms"] if term["milli_log10"]}


def verdicts(finding: Row) -> dict[str, str]:
    return {test["key"].rpartition(".")[2]: test["verdict"] for test in finding["innocent"]}


def test_legs_that_agree_are_no_finding() -> None:
    told = [message("transfer", 100, 0, **FULL), message("transfer", 95, 3, **FULL, deposit="two"),
            message("cover", 95, 4, **COVERED)]  # fmt: skip
    booked = [entry("A", False, 100, 1, other="B", uetr=U, holder="ALFA TRADE LTD", counterparty_name="Jane Roe")]
    assert stripped(told, booked) == []
    cut = [told[0], message("transfer", 95, 3, **(FULL | {"debtor_name": "ALFA TRADE L"}))]
    assert stripped(cut) == [], "a name cut off is the same name"


def test_another_originator_in_a_later_leg_is_found_with_every_leg() -> None:
    told = [
        message("transfer", 100, 0, **FULL),
        message(
            "transfer", 95, 3, **(FULL | {"debtor_name": "Beta Shipping SA", "debtor_account": "X"}), deposit="two"
        ),
    ]
    (finding,) = stripped(told)
    assert (finding["kind"], finding["subject"]) == ("wire_stripping", f"transfer:{U}")
    assert weights(finding) == {"accounts": 1000, "names": 900}
    assert verdicts(finding) == {"spelling": "contradicts", "on_behalf": "cannot_tell", "two_accounts": "contradicts"}
    assert len(finding["evidence"]) == finding["evidence_count"] == 2
    assert "2 legs" in say("finding.wire_stripping", "en", {"legs": 2, "messages": 2, "start_us": 0, "end_us": 1})


def test_a_cover_without_the_customers_and_a_leg_that_drops_them_are_found() -> None:
    bare = [message("transfer", 100, 0, **FULL), message("institution", 95, 4, message="MT202")]
    (finding,) = stripped(bare)
    assert weights(finding) == {"bare": 700}
    dropped = [message("transfer", 100, 0, **FULL), message("cover", 95, 4, underlying_creditor_name="Jane Roe")]
    (finding,) = stripped(dropped)
    assert weights(finding) == {"dropped": 700, "details": 200}
    assert stripped([message("institution", 95, 0), message("institution", 95, 4)]) == [], "banks' own money"


def test_a_filler_is_a_name_left_out_and_no_other_name() -> None:
    told = [message("transfer", 100, 0, **(FULL | {"creditor_name": "AL PORTADOR"}))]
    booked = [entry("B", True, 95, 9, uetr=U, holder="Jane Roe", counterparty_name="Alfa Trade Ltd")]
    assert stripped(told, booked) == [], "who has the account stands in the bank's own books"
    dropped = [message("transfer", 100, 0, **FULL), message("transfer", 95, 3, **(FULL | {"debtor_name": "XXXXX"}))]
    (finding,) = stripped(dropped)
    assert weights(finding) == {"dropped": 700}


def test_a_booking_that_names_somebody_else_is_a_leg_too() -> None:
    told = [message("transfer", 100, 0, **FULL)]
    booked = [entry("B", True, 95, 9, uetr=U, holder="Jane Roe", counterparty_name="Gamma Holding")]
    (finding,) = stripped(told, booked)
    assert weights(finding) == {"names": 900}
    assert [row["role"] for row in finding["evidence"]] == ["role.message", "role.booking"]
    elsewhere = [entry("VOSTRO", True, 95, 9, uetr=U, holder="Some Bank", counterparty_name="Other Bank")]
    assert stripped(told, elsewhere) == [], "banks in between book in their own names"


def test_a_typists_slip_is_another_spelling_and_a_word_in_common_is_none() -> None:
    def renamed(name: str) -> list[Row]:
        return stripped(
            [message("transfer", 100, 0, **FULL), message("transfer", 95, 3, **(FULL | {"debtor_name": name}))]
        )

    assert renamed("Alfa Trqde Ltd") == [], "one letter"
    for name in ("Alfa Shipping Ltd", "Alfa Marine Ltd", "Ltd Alfa Bravo"):
        (finding,) = renamed(name)
        assert verdicts(finding)["spelling"] == "contradicts", name


def test_paying_on_behalf_openly_and_one_holder_with_two_numbers_are_innocent() -> None:
    other = FULL | {"debtor_name": "Payroll Factory"}
    hidden = [message("transfer", 100, 0, **FULL), message("transfer", 95, 3, **other)]
    opened = [row | {"ultimate_debtor_name": "Alfa Trade Ltd"} for row in hidden]
    assert len(stripped(hidden)) == 1 and stripped(opened) == []
    numbers = [message("transfer", 100, 0, **FULL), message("transfer", 95, 3, **(FULL | {"debtor_account": "A2"}))]
    assert stripped(numbers) == []


def test_random_legs_are_judged_as_by_comparing_every_pair() -> None:
    """The oracle compares all pairs of legs, value by value, without the detector's own code."""
    random = np.random.default_rng(5)
    pools = {
        "name": [None, "Alfa Trade", "Beta Ltd", "Gamma"], "account": [None, "A", "B"], "address": [None, "street"],
    }  # fmt: skip
    told: list[Row] = []
    for number in range(120):
        uetr = f"00000000-0000-4000-8000-{number:012d}"
        for hour in range(int(random.integers(1, 4))):
            kind = str(random.choice(["transfer", "cover", "institution"]))
            below = "" if kind == "transfer" else "underlying_"
            said = {
                f"{below}{side}_{what}": None if kind == "institution" else pool[int(random.integers(len(pool)))]
                for side in ("debtor", "creditor")
                for what, pool in pools.items()
            }
            told.append(message(kind, 100, hour, uetr, **said))
    everything = run_one(
        FindWireStripping(StrippingParameters(-10_000)), {"transfers": transfers(told), "entries": entries([])}, 3
    )
    expected = {}
    for uetr in sorted({row["uetr"] for row in told}):
        legs = [row for row in told if row["uetr"] == uetr]
        if len(legs) < 2:
            continue
        named = [row for row in legs if row["kind"] != "institution"]
        counts = {"accounts": 0, "names": 0, "dropped": 0, "details": 0}
        for side in ("debtor", "creditor"):

            def of(row: Row, what: str, side: str = side) -> object:
                return row[("" if row["kind"] == "transfer" else "underlying_") + f"{side}_{what}"]

            pairs = list(combinations(named, 2))
            for count, what in (("accounts", "account"), ("names", "name")):
                counts[count] += any(of(a, what) and of(b, what) and of(a, what) != of(b, what) for a, b in pairs)
            for count, what in (("dropped", "name"), ("details", "address")):
                counts[count] += any(bool(of(a, what)) != bool(of(b, what)) for a, b in pairs)
        counts["bare"] = len(legs) - len(named) if named else 0
        if counts["accounts"] or counts["names"] or counts["dropped"] or counts["bare"]:
            expected[f"transfer:{uetr}"] = counts
    found = {
        row["subject"]: {term["name"].rpartition(".")[2]: term["values"][0]["number"] for term in row["terms"]}
        for row in everything.to_pylist()
    }
    assert found == expected and len(expected) > 30


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Alfa Trade Ltd", "LTD ALFA TRADE", True),
        ("José Núñez", "JOSE NUNEZ", True),
        ("Alfa Trade Ltd", "ALFA TRA", True),
        ("Alfa Trade Ltd", "Alfa Shipping Ltd", False),
        ("Jane Roe", "John Roe", False),
        ("", "Roe", False),
    ],
)
def test_names_that_are_cut_or_turned_are_the_same(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) == same_name(other, one) == same


def test_a_reference_with_one_leg_is_not_looked_at() -> None:
    told = transfers([message("transfer", 100, 0, **FULL), message("transfer", 1, 0, "v", **FULL)])
    assert legs_by_uetr(told, entries([])) == {}


def lacking(told: list[Row]) -> list[Row]:
    tables = {"transfers": transfers(told)}
    made = run_one(FindMissingParties(), tables, 1)
    assert run_one(FindMissingParties(), tables, 4).equals(made)
    for row in made.to_pylist():
        for part in (*row["reasons"], *row["innocent"], *row["searched"]):
            assert known(part["key"]), part["key"]
    return made.to_pylist()


def wires(count: int, **rest: Any) -> list[Row]:
    ends = {"debtor_agent": "COBADEFFXXX", "debtor_country": "DE", "creditor_country": "GB"}
    return [message("transfer", 500_000, hour, f"u{hour}-{rest.get('debtor_name')}", **(FULL | ends | rest))
            for hour in range(count)]  # fmt: skip


def test_a_bank_that_leaves_out_the_originator_of_some_transfers_is_found() -> None:
    told = wires(40) + wires(5, debtor_name=None)
    (finding,) = lacking(told)
    assert (finding["kind"], finding["subject"]) == ("missing_parties", "bank:COBADEFFXXX")
    assert finding["evidence_count"] == 5
    assert weights(finding) == {"count": 600, "names": 700, "selective": 200, "crossing": 300}
    assert lacking(wires(40)) == []
    assert lacking(wires(40) + wires(2, debtor_name=None, debtor_account="H")) == [], "two may be slips"
    assert len(lacking(wires(40) + wires(3, debtor_name=None, debtor_account="H"))) == 1


@pytest.mark.parametrize("filler", ["ONE OF OUR CUSTOMERS", "XXXXX", "desconocido", "."])
def test_a_name_that_names_nobody_is_a_name_left_out(filler: str) -> None:
    (left_out,) = lacking(wires(40) + wires(5, debtor_name=None))
    (filled,) = lacking(wires(40) + wires(5, debtor_name=filler))
    assert weights(filled) == weights(left_out)
    assert filled["evidence_count"] == left_out["evidence_count"] == 5
    assert lacking(wires(40) + wires(5, debtor_name="Cliente Pérez")) == []


def test_a_bank_that_leaves_out_who_is_paid_is_found_as_one_that_leaves_out_who_pays() -> None:
    for hidden in ({"creditor_name": None}, {"creditor_name": "AL PORTADOR", "creditor_account": None}):
        told = wires(40) + wires(5, **({"debtor_name": "Beta SA", "creditor_account": "H"} | hidden))
        (finding,) = lacking(told)
        assert weights(finding) == {"count": 600, "names": 700, "selective": 200, "crossing": 300}
        assert "beneficiary's name 5" in said_of(finding)


def said_of(finding: Row) -> str:
    (reason,) = (each for each in finding["reasons"] if each["key"].endswith(".fields"))
    values = {value["name"]: value["number"] if value["text"] is None else value["text"] for value in reason["values"]}
    return say(reason["key"], "en", values)


def test_slips_fall_on_anybody_and_a_habit_on_the_same_hands() -> None:
    def four(**each: str) -> list[Row]:
        told = wires(4, debtor_address=None)
        return [row | {name: f"{mark}{at}" for name, mark in each.items()} for at, row in enumerate(told)]

    assert lacking(wires(40) + four(debtor_account="D", creditor_account="C")) == []
    assert lacking(wires(40) + four(creditor_account="C")) == [], "whom it describes in forty others it does not hide"
    (finding,) = lacking(wires(40) + [row | {"debtor_account": "H"} for row in four(creditor_account="C")])
    assert verdicts(finding)["slips"] == "contradicts"
    unknown = [row | {"debtor_account": None, "debtor_name": None} for row in four(creditor_account="C")]
    (finding,) = lacking(wires(40) + unknown)
    assert verdicts(finding)["slips"] == "contradicts", "of a payer without an account nobody knows whether it is one"


def test_bills_of_many_under_one_account_are_innocent_and_what_two_send_there_is_not() -> None:
    def to_one(payers: int) -> list[Row]:
        told = wires(6, creditor_name=None, creditor_account="OFFICE")
        return [row | {"debtor_account": f"D{at % payers}", "amount_units": 90_000} for at, row in enumerate(told)]

    assert lacking(wires(40) + to_one(6)) == []
    (finding,) = lacking(wires(40) + to_one(2))
    assert verdicts(finding)["collected"] == "cannot_tell"
    nobody = [row | {"debtor_name": None} for row in to_one(6)]
    assert len(lacking(wires(40) + nobody)) == 1, "who pays a bill is named"


def test_inside_one_country_accounts_are_enough_and_without_them_something_lacks() -> None:
    home = {"creditor_country": "DE", "creditor_name": None, "debtor_address": None}
    assert lacking(wires(40) + wires(9, **home)) == []
    no_trace = {"uetr": None, "end_to_end_id": None, "transaction_id": None, "creditor_account": None}
    (finding,) = lacking(wires(40) + [row | no_trace for row in wires(9, **home, debtor_account="H")])
    assert finding["evidence_count"] == 9
    (finding,) = lacking(wires(40) + wires(9, **home) + wires(5, debtor_name=None, debtor_account="H"))
    assert finding["evidence_count"] == 5, "only what crosses the border"


def test_of_a_small_sum_the_names_are_asked_and_no_address() -> None:
    small = {"amount_units": 99_000, "debtor_account": "H"}
    assert lacking(wires(40) + [row | small for row in wires(9, debtor_address=None)]) == []
    (finding,) = lacking(wires(40) + [row | small for row in wires(9, debtor_name=None)])
    assert finding["evidence_count"] == 9


def test_poor_systems_small_sums_and_transfers_at_home_are_innocent() -> None:
    system = wires(30, debtor_address=None)
    assert lacking(system) == [], "every transfer lacks the same"
    home = [row | {"creditor_country": "DE"} for row in wires(4, debtor_address=None)] + wires(40)
    abroad = wires(4, debtor_address=None, debtor_name=None) + wires(40)
    assert lacking(home) == [] and len(lacking(abroad)) == 1
    small = [row | {"amount_units": 99_000} for row in wires(4, debtor_name=None, debtor_account="H")]
    (finding,) = lacking(small + wires(40))
    assert verdicts(finding)["small"] == "supports"


@pytest.mark.parametrize("seed", range(3))
def test_what_is_missing_is_what_recommendation_16_names(seed: int) -> None:
    random = np.random.default_rng(seed)
    for _ in range(200):
        row = {name: str(random.choice(["x", ""])) or None for name in (
            "debtor_name", "debtor_account", "debtor_address", "debtor_identifiers", "creditor_name",
            "creditor_account", "uetr", "transaction_id", "end_to_end_id",
        )}  # fmt: skip
        expected = []
        if row["debtor_name"] is None:
            expected.append("originator_name")
        trace = [row["uetr"], row["transaction_id"], row["end_to_end_id"]].count(None) < 3
        if row["debtor_account"] is None and not trace:
            expected.append("originator_account")
        if row["debtor_address"] is None and row["debtor_identifiers"] is None:
            expected.append("originator_detail")
        if row["creditor_name"] is None:
            expected.append("beneficiary_name")
        if row["creditor_account"] is None and not trace:
            expected.append("beneficiary_account")
        assert list(missing(row)) == expected
