"""Cash banked beyond what was declared at the border: who it is, what counts, and the innocent ways to look like it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import veedor as vd
from tests.money.making import DAY_US, START_US, deposit, payment, payments
from tests.money.running import run_one
from veedor.money.declared.cash import ListDeclaredCash
from veedor.money.declared.judge import DeclarationParameters, FindBeyondDeclared
from veedor.money.declared.people import Declarers
from veedor.money.declared.runs import Moved, Said, runs
from veedor.tables import ACCOUNT_HOLDERS, CASH_DECLARATIONS, CASH_TRANSACTIONS
from veedor.words import known

Row = dict[str, Any]
WHO = "Rosaura Pinto Vega"


def made(table: Any, source: str, number: int, rest: Row) -> Row:
    row: Row = dict.fromkeys(table.schema.names)
    return (
        row
        | {"deposit": deposit(source), "row": number, "file": 0, "offset": 0, "length": 1, "simulated": False}
        | rest
    )


def declared(number: int, amount: int, days: float, **rest: Any) -> Row:
    said: Row = {
        "person": WHO, "time": START_US + int(days * DAY_US), "direction": "in", "amount_units": amount,
        "amount_exponent": 2, "currency": "USD", "place": "Bridge", "country": "CO",
    }  # fmt: skip
    return made(CASH_DECLARATIONS, "customs", number, said | rest)


def cash(number: int, amount: int, days: float, account: str = "A", kind: str = "deposit", **rest: Any) -> Row:
    said: Row = {
        "account": account, "time": START_US + int(days * DAY_US), "kind": kind, "amount_units": amount,
        "amount_exponent": 2, "currency": "USD", "country": "CO", "person": WHO.upper(),
    }  # fmt: skip
    return made(CASH_TRANSACTIONS, "cash", number, said | rest)


def found(
    said: list[Row], reports: list[Row], booked: list[Row] | None = None, holders: list[Row] | None = None,
    least: int = 1500,
) -> list[Row]:  # fmt: skip
    tables = {
        "cash_declarations": pa.Table.from_pylist(said, schema=CASH_DECLARATIONS.schema),
        "cash_transactions": pa.Table.from_pylist(reports, schema=CASH_TRANSACTIONS.schema),
        "account_holders": pa.Table.from_pylist(holders or [], schema=ACCOUNT_HOLDERS.schema),
        "payments": payments(booked or []),
    }
    detector = FindBeyondDeclared(DeclarationParameters(declared_report_milli_log10=least))
    for one in (ListDeclaredCash(), detector):
        result = run_one(one, tables, 1)
        assert run_one(one, tables, 4).equals(result), "buckets change nothing"
        tables[one.writes.name] = result
    for row in result.to_pylist():
        for told in (*row["reasons"], *row["innocent"], *row["searched"], *row["evidence"]):
            assert known(told.get("key") or told["role"])
        assert all(known(term["name"]) for term in row["terms"])
    return result.to_pylist()


def courier(**rest: Any) -> list[Row]:
    """27,000 dollars in six pieces, at two accounts."""
    return [cash(n, 450_000, 0.5 + n / 3, "AB"[n % 2], **rest) for n in range(6)]


def verdicts(finding: Row) -> dict[str, str]:
    return {test["key"].rpartition(".")[2]: test["verdict"] for test in finding["innocent"]}


def test_who_banks_three_times_what_he_declared_is_told_with_both_sides() -> None:
    booked = [payment(50 + n, None, "AB"[n % 2], 450_000, 24 * (0.5 + n / 3), instrument="cash", debit_deposit=None,
                      debit_row=None, credit_deposit=deposit("bank"), credit_row=50 + n) for n in range(6)]  # fmt: skip
    (finding,) = found([declared(0, 900_000, 0.2)], courier(), booked)
    assert (finding["kind"], finding["subject"]) == ("beyond_declared", "account:A")
    evidence = {(item["deposit"], item["row"]) for item in finding["evidence"]}
    assert evidence == {(deposit("cash"), n) for n in range(6)} | {(deposit("bank"), 50 + n) for n in range(6)} | {
        (deposit("customs"), 0)
    }
    values = {value["name"]: value["text"] for value in finding["reasons"][0]["values"]}
    assert (values["declared"], values["banked"]) == ("9000 USD", "27000 USD"), "a booking is no second deposit"


def test_who_banks_what_he_declared_or_less_is_not_told() -> None:
    assert found([declared(0, 2_700_000, 0.2)], courier(), least=-9000) == []
    assert found([declared(0, 900_000, 0.2, direction="out")], courier(), least=-9000) == [], "taken out, not in"
    assert found([declared(0, 900_000, 0.2, currency="COP")], courier(), least=-9000) == []
    assert found([declared(0, 900_000, 20)], courier(), least=-9000) == [], "banked before it was declared"


def test_each_declaration_covers_its_own_and_is_never_used_up_by_another() -> None:
    said = [declared(n, 900_000, 0.2 + n / 3) for n in range(3)]
    assert found(said, courier(), least=-9000) == []
    assert len(found(said[:2], courier(), least=-9000)) == 1


def test_without_a_counter_cash_is_the_holders_and_that_is_said() -> None:
    booked = [payment(50 + n, None, "A", 450_000, 24 * (0.5 + n / 3), instrument="cash", debit_deposit=None,
                      debit_row=None, credit_deposit=deposit("bank"), credit_row=50 + n, payee_name=WHO)
              for n in range(6)]  # fmt: skip
    (finding,) = found([declared(0, 900_000, 0.2)], [], booked)
    assert "searched.declared.holder" in {each["key"] for each in finding["searched"]}
    assert found([declared(0, 900_000, 0.2)], courier(person="Somebody Else"), booked[:1], least=-9000) == []


def test_a_namesake_with_another_number_is_another() -> None:
    said = [declared(0, 900_000, 0.2, identifier="V1112223")]
    holder = made(ACCOUNT_HOLDERS, "bank", 0, {"account": "A", "role": "holder", "name": WHO, "identifier": "V9998887"})
    one_account = [row | {"account": "A"} for row in courier()]
    assert found(said, one_account, holders=[holder], least=-9000) == []
    assert found(said, one_account, holders=[holder | {"identifier": "V-1112223"}])
    twice = [*said, declared(1, 900_000, 0.2, identifier="V4445556")]
    assert found(twice, one_account, least=-9000) == [], "of two of one name nobody knows whose it is"
    known = Declarers.of(twice)
    assert known.key(WHO, None) is None and known.key("whatever", "V 111 2223") == "number:V1112223"


def test_takings_own_money_companions_and_other_currencies_are_innocent() -> None:
    said = [declared(0, 900_000, 10.2)]
    later = [row | {"time": row["time"] + 10 * DAY_US} for row in courier()]
    takings = [cash(100 + n, 300_000, n, "A") for n in (*range(9), *range(21, 40))]
    (finding,) = found(said, later + takings, least=-9000)
    assert verdicts(finding)["takings"] == "supports" and found(said, later + takings) == []
    drawn = [cash(200, 2_000_000, 5, "C", "withdrawal")]
    (finding,) = found(said, later + drawn, least=-9000)
    assert verdicts(finding)["redeposited"] == "supports"
    family = [*said, declared(1, 900_000, 10.4, person="Elmor Pinto"), declared(2, 900_000, 10.4, person="Ana Vega")]
    (finding,) = found(family, later, least=-9000)
    assert verdicts(finding)["companions"] == "supports" and found(family, later) == []
    changed = [*said, declared(3, 90_000_000, 10.2, currency="COP")]
    (finding,) = found(changed, later, least=-9000)
    assert verdicts(finding)["exchanged"] == "cannot_tell"


def test_more_than_declared_again_and_again_weighs_more() -> None:
    journeys = [declared(n, 900_000, 15 * n) for n in range(3)]
    every = [row | {"time": row["time"] + 15 * n * DAY_US, "row": 10 * n + row["row"]}
             for n in range(3) for row in courier()]  # fmt: skip
    terms = [{term["name"].rpartition(".")[2]: term["milli_log10"] for term in each["terms"]}
             for each in found(journeys, every)]  # fmt: skip
    assert [each["again"] for each in terms] == [500] * 3
    assert {
        term["name"].rpartition(".")[2]: term["milli_log10"] for term in found(journeys[:1], courier())[0]["terms"]
    }["again"] == 0


def test_files_of_customs_and_of_reported_cash_are_enough(tmp_path: Path) -> None:
    """As they are handed in, without a mapping and without statements."""
    declared, cash = tmp_path / "declared.csv", tmp_path / "cash.csv"
    declared.write_text(
        "person,identifier,time,direction,amount,currency,place,country\n"
        f"{WHO},V-1112223,2026-05-04T10:00:00Z,in,9000.00,USD,Bridge,CO\n"
        f"{WHO},V-1112223,2026-05-04T11:00:00Z,sideways,9000.00,USD,Bridge,CO\n"
    )
    lines = [f"CO{n % 2},2026-05-0{5 + n}T15:00:00Z,deposit,4500.00,USD,7,Inland,CO,{WHO}\n" for n in range(5)]
    cash.write_text("account,time,kind,amount,currency,branch,place,country,person\n" + "".join(lines))
    looked = vd.money(declared, cash)
    (finding,) = looked.findings.to_pylist()
    assert finding["kind"] == "beyond_declared" and (looked.accepted, looked.rejected) == (6, 1)


@pytest.mark.parametrize("days", [1, 4, 10])
@given(said=st.lists(st.integers(0, 40), min_size=1, max_size=6), moved=st.lists(st.integers(0, 60), max_size=12))
def test_runs_hold_exactly_what_some_declaration_covers(days: int, said: list[int], moved: list[int]) -> None:
    """By days one at a time: a deposit is in a run if some declaration was made on its day or less than `days` before;
    days that touch hang together."""
    made = runs([Said(day * DAY_US + 5, 1, at) for at, day in enumerate(said)],
                [Moved(day * DAY_US + 3, True, 1, "A", at) for at, day in enumerate(moved)], days)  # fmt: skip
    covered = {day + more for day in said for more in range(days)}
    assert sorted(each.row for run in made for each in run.banked) == [
        n for n, day in enumerate(moved) if day in covered
    ]
    assert sum(len(run.said) for run in made) == len(said)
    assert all(one.end < other.start for one, other in pairwise(made))
