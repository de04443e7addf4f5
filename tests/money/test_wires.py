"""Parties that change on the way of a transfer, and transfers without them: found with every leg, or innocent."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from tests.money.making import entries, entry
from tests.money.running import run_one
from tests.money.test_messages import U, message, transfers
from veedor.money.missing_parties import FindMissingParties, missing
from veedor.money.wire_legs import same_name
from veedor.money.wire_stripping import FindWireStripping, StrippingParameters, legs_by_uetr
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


def test_a_booking_that_names_somebody_else_is_a_leg_too() -> None:
    told = [message("transfer", 100, 0, **FULL)]
    booked = [entry("B", True, 95, 9, uetr=U, holder="Jane Roe", counterparty_name="Gamma Holding")]
    (finding,) = stripped(told, booked)
    assert weights(finding) == {"names": 900}
    assert [row["role"] for row in finding["evidence"]] == ["role.message", "role.booking"]
    elsewhere = [entry("VOSTRO", True, 95, 9, uetr=U, holder="Some Bank", counterparty_name="Other Bank")]
    assert stripped(told, elsewhere) == [], "banks in between book in their own names"


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
    assert lacking(wires(40) + wires(1, debtor_name=None)) == [], "one may be a slip"


@pytest.mark.parametrize("filler", ["ONE OF OUR CUSTOMERS", "XXXXX", "desconocido", "."])
def test_a_name_that_names_nobody_is_a_name_left_out(filler: str) -> None:
    (left_out,) = lacking(wires(40) + wires(5, debtor_name=None))
    (filled,) = lacking(wires(40) + wires(5, debtor_name=filler))
    assert weights(filled) == weights(left_out)
    assert filled["evidence_count"] == left_out["evidence_count"] == 5
    assert lacking(wires(40) + wires(5, debtor_name="Cliente Pérez")) == []


def test_poor_systems_small_sums_and_transfers_at_home_are_innocent() -> None:
    system = wires(30, debtor_address=None)
    assert lacking(system) == [], "every transfer lacks the same"
    home = [row | {"creditor_country": "DE"} for row in wires(4, debtor_address=None)] + wires(40)
    abroad = wires(4, debtor_address=None, debtor_name=None) + wires(40)
    assert lacking(home) == [] and len(lacking(abroad)) == 1
    small = [row | {"amount_units": 99_000} for row in wires(4, debtor_name=None)]
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
