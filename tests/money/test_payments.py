"""One transfer seen in several files of one or two banks is one payment; two genuine equal payments stay two."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.money.making import DAY_US, START_US, deposit, entries, entry
from tests.money.running import run_one
from veedor.money.payments.completing import CompleteEntries, LearnPayers
from veedor.money.payments.named_payers import ListNamedCredits, NamePayers
from veedor.money.payments.payments import AssemblePayments
from veedor.tables import PAYMENTS


def assemble(table: pa.Table) -> list[dict[str, Any]]:
    made = bucketed(table, 1)
    assert made.schema.equals(PAYMENTS.schema)
    return sorted(made.to_pylist(), key=lambda row: (row["time"], row["payment"]))


def bucketed(table: pa.Table, buckets: int) -> pa.Table:
    """The same through partitions, each given only what the declared reads hand it."""
    learned = run_one(LearnPayers(), {"entries": table}, buckets)
    given = {"entries": table, "learned_payers": learned}
    given["named_credits"] = run_one(ListNamedCredits(), given, buckets)
    given["named_payers"] = run_one(NamePayers(), given, buckets)
    completed = run_one(CompleteEntries(), given, buckets)
    return run_one(AssemblePayments(), {"entries": table, "completed_entries": completed}, buckets)


def test_debit_and_credit_of_one_transfer_at_two_banks_are_one_payment() -> None:
    made = assemble(
        entries(
            [
                entry("A", False, 10_000, 0, other="B", deposit="bank 1", holder="Payer", bank="ONE"),
                entry("B", True, 10_000, 20, other="A", deposit="bank 2", holder="Payee", bank="TWO"),
            ]
        )
    )
    assert len(made) == 1
    (payment,) = made
    assert (payment["payer"], payment["payee"], payment["match"], payment["entries"]) == ("A", "B", "attributes", 2)
    assert (payment["payer_name"], payment["payee_name"]) == ("Payer", "Payee")
    assert (payment["payer_bank"], payment["payee_bank"]) == ("ONE", "TWO")
    assert (payment["debit_deposit"], payment["credit_deposit"]) == (deposit("bank 1"), deposit("bank 2"))
    assert not payment["conflict"] and not payment["reversed"]


def test_k_equal_debits_and_k_equal_credits_of_a_day_are_k_payments() -> None:
    rows = [entry("A", False, 5_000, hour, other="B", deposit="one") for hour in (1, 2, 3)]
    rows += [entry("B", True, 5_000, hour, other="A", deposit="two") for hour in (1, 2, 3)]
    made = assemble(entries(rows))
    assert [payment["entries"] for payment in made] == [2, 2, 2]
    assert len({payment["debit_row"] for payment in made}) == 3


def test_two_equal_debits_and_one_credit_are_two_payments() -> None:
    rows = [entry("A", False, 5_000, hour, other="B", deposit="one") for hour in (1, 2)]
    rows.append(entry("B", True, 5_000, 2, other="A", deposit="two"))
    assert sorted(payment["entries"] for payment in assemble(entries(rows))) == [1, 2]


def test_a_repeated_statement_adds_no_payment() -> None:
    once = [
        entry("A", False, 5_000, 1, other="B", deposit="march", servicer_reference="S1"),
        entry("A", False, 5_000, 1, other="B", deposit="march", servicer_reference="S2"),
    ]
    again = [row | {"deposit": "march again"} for row in once]
    made = assemble(entries(once + again))
    assert [(payment["entries"], payment["match"]) for payment in made] == [(2, "servicer"), (2, "servicer")]


def test_camt_and_csv_of_the_same_month_show_the_same_payments() -> None:
    camt = [entry("A", False, 5_000, 9 + n, other="B", deposit="camt", end_to_end_id=f"E{n}") for n in range(3)]
    table = [
        entry("A", False, 5_000, 0, other="B", deposit="csv", time_is_date=True),
        entry("A", False, 50, 0, other="B", deposit="csv", time_is_date=True, amount_exponent=0),
        entry("A", False, 5_000, 0, deposit="csv", time_is_date=True, counterparty_name="B Ltd"),
    ]
    made = assemble(entries(camt + table))
    assert [payment["entries"] for payment in made] == [2, 2, 2]
    assert not any(payment["time_is_date"] for payment in made)


def test_rows_of_different_files_with_different_references_are_different_payments() -> None:
    rows = [entry("A", False, 5_000, 1, other="B", deposit=f"file {n}", end_to_end_id=f"E{n}") for n in range(3)]
    assert len(assemble(entries(rows))) == 3


def test_bookings_further_apart_than_the_tolerance_are_two_payments() -> None:
    def rows(days: int) -> pa.Table:
        return entries([entry("A", False, 700, 0, other="B"), entry("B", True, 700, 24 * days, other="A")])

    assert len(assemble(rows(4))) == 1
    assert len(assemble(rows(5))) == 2


def test_a_shared_uetr_joins_what_amounts_and_accounts_do_not_and_flags_the_conflict() -> None:
    rows = [
        entry("A", False, 10_000, 0, other="LOCAL-77", deposit="one", uetr="u1"),
        entry("B", True, 9_500, 200, deposit="two", uetr="u1"),
    ]
    (payment,) = assemble(entries(rows))
    assert (payment["payer"], payment["payee"], payment["match"], payment["conflict"]) == ("A", "B", "uetr", True)
    assert payment["amount_units"] == 10_000


def test_an_end_to_end_id_tells_who_paid_a_credit_that_names_nobody() -> None:
    rows = [
        entry("A", False, 10_000, 0, deposit="one", end_to_end_id="INV-1", counterparty_name="Payee"),
        entry("B", True, 10_000, 48, deposit="two", end_to_end_id="INV-1", counterparty_name="Payer"),
    ]
    (payment,) = assemble(entries(rows))
    assert (payment["payer"], payment["payee"], payment["match"]) == ("A", "B", "end_to_end")


def test_an_end_to_end_id_used_by_two_payers_joins_nobody() -> None:
    rows = [
        entry("A", False, 10_000, 0, end_to_end_id="RENT"),
        entry("C", False, 10_000, 0, end_to_end_id="RENT"),
        entry("B", True, 10_000, 1, end_to_end_id="RENT"),
    ]
    assert [payment["entries"] for payment in assemble(entries(rows))] == [1, 1, 1]


def test_different_uetrs_forbid_a_match_that_all_else_suggests() -> None:
    rows = [entry("A", False, 10_000, 0, other="B", uetr="u1"), entry("B", True, 10_000, 1, other="A", uetr="u2")]
    assert len(assemble(entries(rows))) == 2


def test_a_reversal_cancels_the_payment_it_names() -> None:
    rows = [
        entry("A", False, 300, 0, other="B", end_to_end_id="E1"),
        entry("A", False, 300, 1, other="B", end_to_end_id="E2"),
        entry("A", True, 300, 30, other="B", end_to_end_id="E2", reversal=True),
    ]
    made = assemble(entries(rows))
    assert [(payment["reversed"], payment["entries"]) for payment in made] == [(False, 1), (True, 2)]
    assert [(payment["payer"], payment["payee"]) for payment in made] == [("A", "B"), ("A", "B")]


def test_a_reversal_of_a_payment_seen_at_both_banks_leaves_one_cancelled_payment() -> None:
    rows = [
        entry("A", False, 300, 0, other="B", deposit="one"),
        entry("B", True, 300, 1, other="A", deposit="two"),
        entry("A", True, 300, 30, other="B", deposit="one", reversal=True),
        entry("B", False, 300, 31, other="A", deposit="two", reversal=True),
    ]
    (payment,) = assemble(entries(rows))
    assert payment["reversed"] and payment["entries"] == 4 and not payment["conflict"]


def test_cash_has_no_other_side_and_a_named_stranger_is_a_party_by_name() -> None:
    made = assemble(
        entries(
            [
                entry("A", True, 900, 0, instrument="cash"),
                entry("A", True, 800, 1, counterparty_name=" Stranger "),
                entry("A", False, 700, 2, other="A"),
            ]
        )
    )
    assert [(payment["payer"], payment["payee"]) for payment in made] == [
        (None, "A"),
        ("name:Stranger", "A"),
        ("A", "A"),
    ]


def test_dates_alone_stay_marked_and_an_exact_time_wins_over_a_date() -> None:
    rows = [
        entry("A", False, 900, 0, other="B", time_is_date=True),
        entry("B", True, 900, 15, other="A"),
        entry("A", False, 800, 0, other="C", time_is_date=True),
    ]
    made = {payment["payee"]: payment for payment in assemble(entries(rows))}
    assert not made["B"]["time_is_date"] and made["C"]["time_is_date"]
    assert made["B"]["time"].hour == 15


@pytest.mark.parametrize("buckets", [1, 3, 7])
def test_partitions_and_order_of_rows_do_not_change_the_payments(buckets: int) -> None:
    generator = np.random.default_rng(5)
    rows = []
    for number in range(400):
        payer, payee = (f"ACC{n}" for n in generator.choice(12, 2, replace=False))
        amount, hour = int(generator.integers(1, 4)) * 1_000, float(generator.integers(0, 90 * 24))
        references = {"uetr": f"u{number}"} if number % 5 == 0 else {}
        references |= {"end_to_end_id": f"e{number}"} if number % 3 == 0 else {}
        shown = generator.integers(0, 2, 4)
        if shown[0]:
            rows.append(entry(payer, False, amount, hour, other=payee, deposit="one", **references))
        if shown[1]:
            rows.append(entry(payee, True, amount, hour + 5, other=payer, deposit="two", **references))
        if shown[2]:
            rows.append(entry(payee, True, amount, hour + 6, deposit="three", **references))
        if shown[3]:
            rows.append(entry(payer, False, amount, hour, deposit="four", time_is_date=True))
    table = entries(rows)
    reference = bucketed(table, 1)
    assert reference["reversed"].to_pylist().count(True) == 0
    shuffled = table.take(pa.array(generator.permutation(table.num_rows)))
    assert bucketed(shuffled, buckets).equals(reference)


def test_every_entry_lies_in_exactly_one_payment() -> None:
    generator = np.random.default_rng(9)
    rows = []
    for _ in range(300):
        account, other = (f"A{n}" for n in generator.choice(4, 2, replace=False))
        rows.append(
            entry(account, bool(generator.integers(2)), 100, float(generator.integers(0, 200)), other=other,
                  deposit=f"d{generator.integers(3)}", reversal=bool(generator.integers(8) == 0))
        )  # fmt: skip
    made = assemble(entries(rows))
    assert sum(payment["entries"] for payment in made) == 300
    assert min(int(payment["time"].timestamp() * 1e6) for payment in made) >= START_US
    assert max(int(payment["time"].timestamp() * 1e6) for payment in made) < START_US + 200 * DAY_US
