"""Money that passes from an account's first payment on, or through one that had slept: told from accounts in use."""

from __future__ import annotations

import pytest

from tests.money.making import payment
from tests.money.test_patterns import Row, everyday, found


@pytest.fixture(scope="module")
def life() -> list[Row]:
    return list(everyday())


def rounds(account: str, first: int, day: float, before: tuple[float, ...] = ()) -> list[Row]:
    """Three times money of one firm comes and goes on to another within hours; small payments on days `before`."""
    rows = [payment(first + 50 + n, account, f"SHOP{n}", 2_100 + n, 24 * when) for n, when in enumerate(before)]
    for n in range(3):
        amount = 640_000 + 57_000 * n
        rows.append(payment(first + 2 * n, f"FIRM{n}", account, amount, 24 * (day + 1.2 * n)))
        rows.append(payment(first + 2 * n + 1, account, f"TRADER{n}", amount * 98 // 100, 24 * (day + 1.2 * n) + 5))
    return rows


def terms(rows: list[Row], account: str) -> dict[str, int | None]:
    finding = found(rows, "pass_through").get(f"account:{account}")
    return {} if finding is None else {term["name"]: term["milli_log10"] for term in finding["terms"]}


def test_an_account_opened_for_one_job_is_found_and_its_newness_counted(life: list[Row]) -> None:
    said = terms([*life, *rounds("FRESH", 900_000, 40)], "FRESH")
    assert said["term.pass_through.new"] == 600 and said["term.pass_through.awakened"] == 0


def test_where_everybodys_records_begin_then_nothing_is_new(life: list[Row]) -> None:
    """The same rounds on the first days of all records: what came before is not known of anybody."""
    assert terms([*life, *rounds("FRESH", 900_000, 0.1)], "FRESH").get("term.pass_through.new", 0) == 0


def test_an_account_that_wakes_after_weeks_of_silence_is_found_and_its_sleep_counted(life: list[Row]) -> None:
    said = terms([*life, *rounds("SLEEPER", 900_000, 50, before=(1, 2, 3))], "SLEEPER")
    assert said["term.pass_through.awakened"] == 600 and said["term.pass_through.new"] == 0


def test_an_account_in_use_is_neither_new_nor_awakened(life: list[Row]) -> None:
    days = tuple(float(day) for day in range(1, 50, 6))
    said = terms([*life, *rounds("USED", 900_000, 50, before=days)], "USED")
    assert not said or said["term.pass_through.new"] == said["term.pass_through.awakened"] == 0


def test_few_deals_make_no_agent_of_a_new_account_but_many_do(life: list[Row]) -> None:
    few = found([*life, *rounds("FRESH", 900_000, 40)], "pass_through")["account:FRESH"]
    (agent,) = [test for test in few["innocent"] if test["key"] == "innocent.agent"]
    assert agent["verdict"] == "cannot_tell"
    many = []
    for n in range(8):
        amount = 640_000 + 57_000 * n
        many.append(payment(900_000 + 2 * n, f"BUYER{n}", "BROKER", amount, 24 * (40 + 1.2 * n)))
        many.append(payment(900_001 + 2 * n, "BROKER", f"SELLER{n}", amount * 98 // 100, 24 * (40 + 1.2 * n) + 5))
    broker = found([*life, *many], "pass_through").get("account:BROKER")
    assert (
        broker is None or {test["key"]: test["verdict"] for test in broker["innocent"]}["innocent.agent"] == "supports"
    )
