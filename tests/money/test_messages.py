"""Messages between banks and the bookings they lead to are one payment; covers, legs and returns are its."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from tests.money.making import START_US, deposit, entries, entry
from tests.money.running import run_one
from veedor.money.payments.completing import CompleteEntries, LearnPayers
from veedor.money.payments.payments import AssemblePayments
from veedor.money.payments.telling import TellTransfers
from veedor.tables import PAYMENTS, TRANSFERS

Row = dict[str, Any]
U = "eb6305c9-1f7f-49de-aed0-16487c27b42d"


def message(kind: str, amount: int | None, hours: float = 0, uetr: str | None = U, **rest: Any) -> Row:
    """One message: `amount` in hundredths of USD; other columns by name."""
    made: Row = dict.fromkeys(TRANSFERS.schema.names)
    made |= {
        "message": "pacs.008", "kind": kind, "uetr": uetr,
        "reference": uetr or rest.get("end_to_end_id") or "message/x",
        "time": START_US + int(hours * 3_600_000_000), "time_is_date": False, "amount_units": amount,
        "amount_exponent": None if amount is None else 2, "currency": None if amount is None else "USD",
        "simulated": False, "deposit": "swift", "row": -1, "file": 0, "offset": 0, "length": 1,
    }  # fmt: skip
    return made | rest


def transfers(rows: list[Row]) -> pa.Table:
    made = [
        row | {"row": row["row"] if row["row"] >= 0 else number, "deposit": deposit(row["deposit"])}
        for number, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(made, schema=TRANSFERS.schema)


def chain(booked: list[Row], told: list[Row], buckets: int) -> pa.Table:
    tables = {"entries": entries(booked), "transfers": transfers(told)}
    for detector in (TellTransfers(), LearnPayers(), CompleteEntries(), AssemblePayments()):
        tables[detector.writes.name] = run_one(detector, tables, buckets)
    return tables["payments"]


def assemble(booked: list[Row], told: list[Row]) -> list[Row]:
    """Payments, the same however many buckets there are."""
    made = chain(booked, told, 1)
    assert made.schema.equals(PAYMENTS.schema)
    assert chain(booked, told, 5).equals(made)
    return made.to_pylist()


AB = {"debtor_account": "A", "creditor_account": "B", "debtor_name": "Payer", "creditor_name": "Payee"}


def roles(payment: Row) -> list[str]:
    return sorted(row["role"] for row in payment["further"])


def test_a_message_alone_is_a_payment_with_its_names() -> None:
    (payment,) = assemble([], [message("transfer", 10_000, **AB, debtor_agent="ONE", remittance="invoice")])
    assert (payment["payer"], payment["payee"], payment["payer_name"], payment["payer_bank"]) == (
        "A", "B", "Payer", "ONE",
    )  # fmt: skip
    assert (payment["entries"], payment["messages"], payment["match"]) == (0, 1, "single")
    assert (payment["debit_deposit"], payment["debit_row"]) == (deposit("swift"), 0)
    assert payment["purpose"] == "invoice" and payment["amount_units"] == 10_000


def test_both_bookings_each_banks_message_and_the_cover_are_one_payment_with_every_source_row() -> None:
    booked = [
        entry("A", False, 10_000, 1, other="B", deposit="one", uetr=U),
        entry("B", True, 9_900, 30, deposit="two", uetr=U),
    ]
    told = [
        message("transfer", 10_000, 0, **AB),
        message("transfer", 9_900, 2, **AB, deposit="swift two"),
        message("cover", 9_900, 2, underlying_debtor_account="A", underlying_creditor_account="B"),
        message("institution", 9_900, 3),
    ]
    (payment,) = assemble(booked, told)
    assert (payment["payer"], payment["payee"], payment["amount_units"], payment["match"]) == ("A", "B", 10_000, "uetr")
    assert (payment["entries"], payment["messages"], payment["legs"]) == (2, 4, 0)
    assert (payment["debit_deposit"], payment["credit_deposit"]) == (deposit("one"), deposit("two"))
    assert roles(payment) == ["message"] * 4
    assert payment["conflict"], "charges were taken on the way"


@pytest.mark.parametrize("reference", ["uetr", "end_to_end_id", "transaction_id", None])
def test_without_stronger_references_weaker_ones_join_and_the_grade_says_so(reference: str | None) -> None:
    same = {} if reference is None else {reference: U}
    booked = [entry("A", False, 10_000, 1, other="B", deposit="one", **same)]
    told = [message("transfer", 10_000, 0, **({"uetr": None} | same), **AB)]
    (payment,) = assemble(booked, told)
    grades = {"uetr": "uetr", "end_to_end_id": "end_to_end", "transaction_id": "servicer", None: "attributes"}
    assert (payment["match"], payment["entries"], payment["messages"]) == (grades[reference], 1, 1)


def test_two_genuine_equal_payments_stay_two_whatever_messages_say() -> None:
    booked = [entry("A", False, 10_000, hour, other="B", deposit="one") for hour in (1, 2)]
    told = [message("transfer", 10_000, 0, None, end_to_end_id=f"E{n}", **AB) for n in range(2)]
    assert [payment["messages"] for payment in assemble(booked, told)] == [1, 1]
    assert [payment["messages"] for payment in assemble(booked, told[:1])] in ([1, 0], [0, 1])
    three = [*told, message("transfer", 10_000, 0, None, end_to_end_id="E3", **AB)]
    assert len(assemble(booked, three)) == 3
    other = [message("transfer", 10_001, 0, None, end_to_end_id="E1", **AB)]
    assert len(assemble(booked[:1], other)) == 2, "another amount is another payment"
    late = [message("transfer", 10_000, 24 * 6, None, **AB)]
    assert len(assemble(booked[:1], late)) == 2, "further apart than the tolerance"


def test_a_credit_that_names_nobody_learns_its_payer_from_a_message() -> None:
    booked = [entry("B", True, 9_900, 30, deposit="two", uetr=U)]
    (payment,) = assemble(booked, [message("transfer", 10_000, 0, **AB)])
    assert (payment["payer"], payment["payee"], payment["match"]) == ("A", "B", "uetr")
    assert (payment["entries"], payment["messages"]) == (1, 1)


def test_bookings_of_banks_in_between_are_legs_and_no_payments() -> None:
    booked = [
        entry("A", False, 10_000, 1, other="B", deposit="one", uetr=U),
        entry("VOSTRO1", False, 10_000, 2, other="VOSTRO2", deposit="between", uetr=U),
        entry("VOSTRO2", True, 10_000, 2, other="VOSTRO1", deposit="between", uetr=U),
        entry("B", True, 10_000, 3, deposit="two", uetr=U),
    ]
    (payment,) = assemble(booked, [message("transfer", 10_000, 0, **AB)])
    assert (payment["entries"], payment["legs"], payment["messages"]) == (2, 2, 1)
    assert (payment["payer"], payment["payee"], payment["conflict"]) == ("A", "B", False)
    assert roles(payment) == ["leg", "leg", "message"]


def test_a_return_gives_the_payment_back_and_makes_none_of_its_own() -> None:
    sent = [
        entry("A", False, 10_000, 1, other="B", deposit="one", uetr=U),
        entry("B", True, 10_000, 3, deposit="two", uetr=U),
    ]
    back = [
        entry("B", False, 10_000, 50, other="A", deposit="two", uetr=U),
        entry("A", True, 10_000, 51, other="B", deposit="one", uetr=U),
    ]
    told = [message("transfer", 10_000, 0, **AB)]
    (plain,) = assemble(sent, told)
    (booked,) = assemble(sent + back, told)
    (said,) = assemble(sent, [*told, message("return", 10_000, 50, **AB, message="pacs.004")])
    assert [payment["reversed"] for payment in (plain, booked, said)] == [False, True, True]
    assert roles(booked) == ["message", "return", "return"]
    assert (booked["payer"], booked["payee"], booked["entries"]) == ("A", "B", 2)


def test_a_recall_is_noted_and_gives_nothing_back_and_requests_alone_are_no_payments() -> None:
    told = [message("transfer", 10_000, 0, **AB), message("recall", 10_000, 9, message="camt.056"),
            message("answer", None, 12, message="camt.029")]  # fmt: skip
    (payment,) = assemble([], told)
    assert (payment["recalled"], payment["reversed"], payment["messages"]) == (True, False, 3)
    assert roles(payment) == ["message", "recall"]
    asked = [message("initiation", 500, 0, None, end_to_end_id="E", **AB)]
    assert assemble([], asked) == []
    (paid,) = assemble([entry("A", False, 500, 1, other="B", end_to_end_id="E")], asked)
    assert (paid["messages"], paid["entries"]) == (1, 1)


def test_messages_without_any_account_or_only_between_banks_make_no_payment() -> None:
    told = [message("transfer", 10_000, debtor_name="Payer", creditor_name="Payee"),
            message("institution", 10_000, 1, "other")]  # fmt: skip
    assert assemble([], told) == []
    (payment,) = assemble([], [message("transfer", 10_000, creditor_account="B", debtor_name="Payer")])
    assert (payment["payer"], payment["payee"], payment["account"]) == ("name:Payer", "B", "B")
