"""Exchange rates and redenominations: exact, dated, sourced, and never guessed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.errors import InputError
from veedor.registers.exchange_rates import Rates, read_rates
from veedor.registers.redenominations import Restated, Unclear, redenominations, restate

HEADER = "day,base,quote,kind,rate,source\n"
FILE = (
    HEADER + "2018-08-17,USD,VEF,official,248832.00,central bank\n2018-08-21,USD,VES,official,60.00,central bank\n"
    "2018-08-21,USD,VES,parallel,85.5,survey\n"
)


def rates(text: str = FILE) -> Rates:
    return read_rates("rates.csv", text.encode())


def test_every_redenomination_says_its_law_and_what_was_read() -> None:
    assert [(each.old, each.new, each.zeros, str(each.first_day)) for each in redenominations()] == [
        ("VEF", "VES", 5, "2018-08-20"), ("VES", "VED", 6, "2021-10-01"),
    ]  # fmt: skip
    assert all("Gaceta Oficial" in each.source and len(each.read) > 40 for each in redenominations())


def test_an_amount_is_restated_by_moving_the_point() -> None:
    """Bs. 10,000,000 before August 2018 are Bs.S 100, and Bs. 0.0001 since October 2021."""
    before = date(2018, 8, 19)
    found = restate(1_000_000_000, 2, "VEF", before, date(2019, 1, 1))
    assert isinstance(found, Restated) and (found.currency, Fraction(found.units, 10**found.exponent)) == ("VES", 100)
    found = restate(1_000_000_000, 2, "VEF", before, date(2022, 1, 1))
    assert isinstance(found, Restated) and Fraction(found.units, 10**found.exponent) == Fraction(1, 10_000)
    assert (found.currency, len(found.steps)) == ("VED", 2)


def test_before_the_day_and_for_other_currencies_nothing_changes() -> None:
    for currency, day in (("VEF", date(2018, 8, 19)), ("USD", date(2024, 1, 1)), ("VED", date(2024, 1, 1))):
        assert restate(5, 2, currency, date(2018, 8, 1), day) == Restated(5, 2, currency, ())


def test_an_old_code_after_the_day_is_unclear_and_not_restated() -> None:
    for currency, booked in (("VEF", date(2018, 8, 20)), ("VES", date(2021, 10, 1))):
        assert isinstance(restate(5, 2, currency, booked, date(2026, 1, 1)), Unclear)
    assert isinstance(restate(5, 2, "VES", date(2021, 9, 30), date(2026, 1, 1)), Restated)


def test_a_rate_holds_for_its_day_and_a_few_after() -> None:
    known = rates()
    assert known.on(date(2018, 8, 16), "USD", "VEF", "official") is None
    for day in (17, 21):
        assert known.on(date(2018, 8, day), "USD", "VEF", "official") is not None
    assert known.on(date(2018, 8, 22), "USD", "VEF", "official") is None


def test_official_and_parallel_stand_apart_and_no_rate_is_turned_round() -> None:
    known, day = rates(), date(2018, 8, 22)
    worth = {
        kind: known.convert(100, 2, "USD", "VES", kind, day)  # type: ignore[arg-type]
        for kind in ("official", "parallel")
    }
    assert [Fraction(each.units, 10**each.exponent) for each in worth.values() if each] == [60, Fraction(171, 2)]
    assert known.convert(100, 2, "VES", "USD", "official", day) is None
    assert known.convert(100, 2, "VEF", "VES", "official", day) is None


@given(st.integers(-(10**20), 10**20), st.integers(0, 6), st.integers(1, 10**9), st.integers(0, 9))
def test_conversion_is_exact(units: int, exponent: int, rate: int, places: int) -> None:
    digits = str(rate).rjust(places + 1, "0")
    written = digits[: len(digits) - places] + ("." + digits[len(digits) - places :] if places else "")
    known = rates(HEADER + f"2020-01-01,USD,COP,official,{written},x\n")
    found = known.convert(units, exponent, "USD", "COP", "official", date(2020, 1, 1))
    assert found is not None
    assert Fraction(found.units, 10**found.exponent) == Fraction(units, 10**exponent) * Fraction(rate, 10**places)


@pytest.mark.parametrize(
    "row",
    [
        "2018-13-01,USD,VES,official,1,x", "2018-08-01,usd,VES,official,1,x", "2018-08-01,USD,USD,official,1,x",
        "2018-08-01,USD,VES,black,1,x", "2018-08-01,USD,VES,official,0.00,x", '2018-08-01,USD,VES,official,"3,5",x',
        "2018-08-01,USD,VES,official,-1,x", "2018-08-01,USD,VES,official,1,", "2018-08-01,USD,VES,official,1",
        "2018-08-21,USD,VES,official,61.00,another", "2018-08-01,USD,VES,official,NaN,x", '"',
    ],
)  # fmt: skip
def test_a_table_that_is_wrong_in_one_row_is_refused_with_its_place(row: str) -> None:
    with pytest.raises(InputError) as refused:
        rates(FILE + row + "\n")
    assert refused.value.place and refused.value.expected


@pytest.mark.parametrize("content", [b"", b"day,base\n", b"\xff\xfe", HEADER.encode().replace(b"source", b"who")])
def test_another_file_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        read_rates("rates.csv", content)
