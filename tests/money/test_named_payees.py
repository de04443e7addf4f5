"""A booking that says the other side only by name is one payment with the booking on the account that the name tells,
if it tells one: a debit that names its payee, and, everything turned round, a credit that names its payer.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from tests.money.making import deposit, entries, entry
from tests.money.running import run_one
from tests.money.test_payments import assemble, bucketed
from veedor.money.payments.completing import CompleteEntries
from veedor.money.payments.named_payers import ListNamedCredits, NamePayers
from veedor.tables import LEARNED_PAYERS

Rows = list[dict[str, Any]]
BOTH = pytest.mark.parametrize("turned", [False, True], ids=["payee by name", "payer by name"])


def naming(name: str | None, hour: float = 0, amount: int = 10_000, **said: Any) -> dict[str, Any]:
    """A booking on A that names the other side."""
    said = {"deposit": "bank 1", "holder": "Andina", **said}
    return entry("A", False, amount, hour, counterparty_name=name, **said)


def named(account: str, holder: str | None, hour: float = 20, amount: int = 10_000, **said: Any) -> dict[str, Any]:
    """The booking on an account of that holder, which says that the other side is A."""
    said = {"deposit": "bank 2", **said}
    return entry(account, True, amount, hour, other="A", holder=holder, **said)


def payments(rows: Rows, turned: bool) -> Rows:
    """With the other side of A under `other`. Turned round, what came in went out."""
    made = assemble(entries([row | {"credit": row["credit"] != turned} for row in rows]))
    who = ("payee", "payer") if turned else ("payer", "payee")
    return [row | {"own": row[who[0]], "other": row[who[1]], "other_name": row[f"{who[1]}_name"]} for row in made]


def grades(rows: Rows, turned: bool) -> list[tuple[object, ...]]:
    return [(each["other"], each["entries"], each["match"]) for each in payments(rows, turned)]


@BOTH
@pytest.mark.parametrize(
    ("written", "holder"),
    [
        ("JANE ROE", "Jane Roe"),
        ("Comercial Alfa SA", "COMERCIAL ALFA S.A."),
        ("Rodríguez, María del Carmen", "Maria Carmen Rodriguez"),
        ("COMERCIALIZADORA ANDINA DE ALIME", "Comercializadora Andina de Alimentos CA"),
    ],
)
def test_a_name_that_agrees_with_one_holder_joins_debit_and_credit(written: str, holder: str, turned: bool) -> None:
    (payment,) = payments([naming(written), named("B", holder)], turned)
    assert (payment["own"], payment["other"], payment["match"], payment["entries"]) == ("A", "B", "name", 2)
    assert payment["other_name"] == holder and not payment["conflict"]


@BOTH
@pytest.mark.parametrize("written", ["Mario López", "Another Firm", "J"])
def test_another_name_joins_nothing(written: str, turned: bool) -> None:
    found = grades([naming(written), named("B", "María López")], turned)
    assert sorted(found, key=str) == sorted([(f"name:{written}", 1, "single"), ("B", 1, "single")], key=str)


@BOTH
@pytest.mark.parametrize(
    "other",
    [{"amount": 10_001}, {"hour": 24 * 5}, {"uetr": "u2"}, {"currency": "XAF"}],
    ids=lambda said: next(iter(said)),
)
def test_a_name_alone_joins_nothing_that_differs_elsewhere(other: dict[str, Any], turned: bool) -> None:
    assert len(grades([naming("Jane Roe", uetr="u1"), named("B", "Jane Roe", **other)], turned)) == 2


@BOTH
def test_two_accounts_that_a_name_could_mean_stay_alone_and_say_so(turned: bool) -> None:
    found = grades([naming("Jane Roe"), named("B", "Jane Roe"), named("C", "JANE ROE")], turned)
    assert sorted(found) == [("B", 1, "name_unclear"), ("C", 1, "name_unclear"), ("name:Jane Roe", 1, "name_unclear")]


@BOTH
def test_two_names_for_one_account_stay_alone_and_say_so(turned: bool) -> None:
    found = grades([naming("Jane Roe"), naming("Jane Mary Roe"), named("B", "Jane Roe")], turned)
    assert [grade for _, _, grade in found] == ["name_unclear"] * 3


@BOTH
def test_equal_payments_of_one_name_are_joined_one_by_one(turned: bool) -> None:
    rows = [naming("Jane Roe", hour) for hour in (0, 1, 2)] + [named("B", "Jane Roe", hour) for hour in (20, 21)]
    assert sorted(grades(rows, turned)) == [("B", 2, "name"), ("B", 2, "name"), ("name:Jane Roe", 1, "single")]


@BOTH
def test_an_account_says_more_than_a_name(turned: bool) -> None:
    rows = [entry("A", False, 10_000, 0, other="B", deposit="bank 1"), naming("Jane Roe"), named("B", "Jane Roe")]
    assert sorted(grades(rows, turned)) == [("B", 2, "attributes"), ("name:Jane Roe", 1, "single")]


@BOTH
def test_a_reference_says_more_than_a_name(turned: bool) -> None:
    rows = [naming("Jane Roe", end_to_end_id="E"), naming("Jane Roe"), named("B", "Jane Roe", end_to_end_id="E")]
    found = grades(rows, turned)
    assert sorted(entries for _, entries, _ in found) == [1, 2]
    assert [grade for _, entries, grade in found if entries == 2] == ["end_to_end"]


@BOTH
def test_sources_that_disagree_are_told_with_a_name_too(turned: bool) -> None:
    """The second file of the bank names another account for the booking."""
    rows = [
        naming("Jane Roe", servicer_reference="S"),
        entry("A", False, 10_000, 0, other="X", deposit="bank 1 again", servicer_reference="S"),
        named("B", "Jane Roe", servicer_reference="T", end_to_end_id="E"),
    ]
    assert len(payments(rows, turned)) == 2, "a booking that names an account is not joined by a name"


@BOTH
def test_all_sightings_of_a_booking_go_along(turned: bool) -> None:
    rows = [naming("Jane Roe", servicer_reference="S"), named("B", "Jane Roe")]
    rows.append(rows[0] | {"deposit": "bank 1 again", "counterparty_name": None})
    (payment,) = payments(rows, turned)
    assert (payment["other"], payment["entries"], payment["match"]) == ("B", 3, "name")


@BOTH
def test_what_came_back_is_no_payment_to_a_name(turned: bool) -> None:
    rows = [naming("Jane Roe"), named("B", "Jane Roe"), named("B", "Jane Roe", 30, reversal=True)]
    rows[2]["credit"] = False
    assert [(each["entries"], each["reversed"]) for each in payments(rows, turned)] == [(3, True)]


@BOTH
@pytest.mark.parametrize("buckets", [3, 7])
def test_buckets_change_nothing(buckets: int, turned: bool) -> None:
    rows = [naming("Jane Roe", hour, amount) for hour, amount in ((0, 5), (1, 6), (2, 7))]
    rows += [named("B", "Jane Roe", 20, 5), named("C", "JANE ROE", 20, 5), named("D", "Jane Roe", 20, 7)]
    table = entries([row | {"credit": row["credit"] != turned} for row in rows])
    assert bucketed(table, buckets).equals(bucketed(table, 1))


@BOTH
def test_thousands_of_equal_bookings_are_left_alone_and_say_so(turned: bool) -> None:
    rows = [naming("Jane Roe", n / 100) for n in range(300)] + [named("B", "Jane Roe", n / 100) for n in range(300)]
    assert {grade for _, _, grade in grades(rows, turned)} == {"name_unclear"}


def test_of_two_payments_each_bank_may_leave_out_the_other_account_once() -> None:
    first = [naming("Jane Roe", 0, deposit="bank 1", holder="Andina"), named("B", "Jane Roe", 1)]
    second = [
        entry("A", False, 10_000, 24 * 6, other="B", deposit="bank 1", holder="Andina"),
        entry("B", True, 10_000, 24 * 6 + 1, deposit="bank 2", holder="Jane Roe", counterparty_name="ANDINA"),
    ]
    made = assemble(entries(first + second))
    assert [(each["payer"], each["payee"], each["entries"]) for each in made] == [("A", "B", 2)] * 2


def test_an_id_that_two_payers_banks_use_alike_tells_no_payer() -> None:
    rows = [naming("Jane Roe", transaction_id="T", amount=7)]
    rows += [named(account, "John Doe", transaction_id="T", amount=7) for account in ("B", "C")]
    assert sorted(grades(rows, turned=True)) == [("B", 1, "single"), ("C", 1, "single"), ("name:Jane Roe", 1, "single")]


@pytest.mark.parametrize("role", ["leg", "return"])
def test_what_a_reference_made_a_leg_or_return_takes_no_payment_from_a_name(role: str) -> None:
    """A bank in between books the same sum on its way to another, from the payer of this one."""
    rows = [row | {"credit": not row["credit"]} for row in (naming("Jane Roe"), naming(None), named("B", "Jane Roe"))]
    other = {"account": "A", "deposit": deposit("bank 1"), "row": 1, "payer": "B", "learned_by": role}
    given = {"entries": entries(rows), "learned_payers": pa.Table.from_pylist([other], schema=LEARNED_PAYERS.schema)}
    given["named_credits"] = run_one(ListNamedCredits(), given, 1)
    assert run_one(NamePayers(), given, 1).select(["row", "payer"]).to_pylist() == [{"row": 0, "payer": "B"}]


def test_a_credit_that_learned_its_payer_keeps_what_it_says_itself() -> None:
    rows = entries([row | {"credit": not row["credit"]} for row in (naming("Jane Roe"), named("B", "Jane Roe"))])
    given: dict[str, pa.Table] = {"entries": rows}
    given["named_credits"] = run_one(ListNamedCredits(), given, 1)
    assert given["named_credits"]["account"].to_pylist() == ["A"]
    given["named_payers"] = run_one(NamePayers(), given, 1)
    (learned,) = given["named_payers"].to_pylist()
    assert (learned["account"], learned["payer"], learned["learned_by"]) == ("A", "B", "name")
    (whole,) = run_one(CompleteEntries(), given, 1).to_pylist()
    assert (whole["counterparty_account"], whole["counterparty_written"]) == ("B", None)
    assert whole["counterparty_name"] == "Jane Roe"
