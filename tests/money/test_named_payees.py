"""A debit that says its payee only by name is one payment with the credit on the account that name leads to, if one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.money.making import entries, entry
from tests.money.test_payments import assemble, bucketed


def debit(name: str | None, hour: float = 0, amount: int = 10_000, **said: Any) -> dict[str, Any]:
    return entry("A", False, amount, hour, deposit="bank 1", holder="Payer", counterparty_name=name, **said)


def credit(account: str, holder: str | None, hour: float = 20, amount: int = 10_000, **said: Any) -> dict[str, Any]:
    return entry(account, True, amount, hour, other="A", deposit="bank 2", holder=holder, **said)


def grades(rows: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    return [(each["payee"], each["entries"], each["match"]) for each in assemble(entries(rows))]


@pytest.mark.parametrize(
    ("written", "holder"),
    [
        ("JANE ROE", "Jane Roe"),
        ("Comercial Alfa SA", "COMERCIAL ALFA S.A."),
        ("Rodríguez, María del Carmen", "Maria Carmen Rodriguez"),
        ("COMERCIALIZADORA ANDINA DE ALIME", "Comercializadora Andina de Alimentos CA"),
    ],
)
def test_a_name_that_agrees_with_one_holder_joins_debit_and_credit(written: str, holder: str) -> None:
    (payment,) = assemble(entries([debit(written), credit("B", holder)]))
    assert (payment["payer"], payment["payee"], payment["match"], payment["entries"]) == ("A", "B", "name", 2)
    assert payment["payee_name"] == holder and not payment["conflict"]


@pytest.mark.parametrize("written", ["Mario López", "Another Firm", "J"])
def test_another_name_joins_nothing(written: str) -> None:
    found = grades([debit(written), credit("B", "María López")])
    assert sorted(found, key=str) == sorted([(f"name:{written}", 1, "single"), ("B", 1, "single")], key=str)


@pytest.mark.parametrize(
    "other",
    [{"amount": 10_001}, {"hour": 24 * 5}, {"uetr": "u2"}, {"currency": "XAF"}],
    ids=lambda said: next(iter(said)),
)
def test_a_name_alone_joins_nothing_that_differs_elsewhere(other: dict[str, Any]) -> None:
    assert len(grades([debit("Jane Roe", uetr="u1"), credit("B", "Jane Roe", **other)])) == 2


def test_two_accounts_that_a_name_could_mean_stay_alone_and_say_so() -> None:
    found = grades([debit("Jane Roe"), credit("B", "Jane Roe"), credit("C", "JANE ROE")])
    assert sorted(found) == [("B", 1, "name_unclear"), ("C", 1, "name_unclear"), ("name:Jane Roe", 1, "name_unclear")]


def test_two_names_for_one_credit_stay_alone_and_say_so() -> None:
    found = grades([debit("Jane Roe"), debit("Jane Mary Roe"), credit("B", "Jane Roe")])
    assert [grade for _, _, grade in found] == ["name_unclear"] * 3


def test_equal_payments_to_one_name_are_joined_one_by_one() -> None:
    rows = [debit("Jane Roe", hour) for hour in (0, 1, 2)] + [credit("B", "Jane Roe", hour) for hour in (20, 21)]
    assert sorted(grades(rows)) == [("B", 2, "name"), ("B", 2, "name"), ("name:Jane Roe", 1, "single")]


def test_an_account_says_more_than_a_name() -> None:
    rows = [entry("A", False, 10_000, 0, other="B", deposit="bank 1"), debit("Jane Roe"), credit("B", "Jane Roe")]
    assert sorted(grades(rows)) == [("B", 2, "attributes"), ("name:Jane Roe", 1, "single")]


def test_sources_that_disagree_are_told_with_a_name_too() -> None:
    """The second file of the payer's bank names another payee's account for the booking."""
    rows = [
        debit("Jane Roe", servicer_reference="S"),
        entry("A", False, 10_000, 0, other="X", deposit="bank 1 again", servicer_reference="S"),
        credit("B", "Jane Roe", servicer_reference="T", end_to_end_id="E"),
    ]
    assert len(assemble(entries(rows))) == 2, "a booking that names an account is not joined by a name"


@pytest.mark.parametrize("buckets", [3, 7])
def test_buckets_change_nothing(buckets: int) -> None:
    rows = [debit("Jane Roe", hour, amount) for hour, amount in ((0, 5), (1, 6), (2, 7))]
    rows += [credit("B", "Jane Roe", 20, 5), credit("C", "JANE ROE", 20, 5), credit("D", "Jane Roe", 20, 7)]
    assert bucketed(entries(rows), buckets).equals(bucketed(entries(rows), 1))


def test_thousands_of_equal_bookings_are_left_alone_and_say_so() -> None:
    rows = [debit("Jane Roe", n / 100) for n in range(300)] + [credit("B", "Jane Roe", n / 100) for n in range(300)]
    assert {grade for _, _, grade in grades(rows)} == {"name_unclear"}
