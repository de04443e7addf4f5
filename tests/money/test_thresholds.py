"""Reporting thresholds: dated, sourced, and never guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.errors import InputError
from veedor.registers.thresholds import Threshold, in_force, read_thresholds, thresholds
from veedor.simulate.paying.rules import rules_csv

HEADER = "country,currency,instrument,amount,inclusive,valid_from,valid_to,source,simulated\n"
FIRST = "VE,USD,cash,10000,true,2020-01-01,2022-01-01,Resolución 000 art. 1,false\n"


def moment(*day: int) -> int:
    return int(datetime(*day, tzinfo=UTC).timestamp()) * 1_000_000  # type: ignore[misc, arg-type]


def test_every_threshold_has_a_source_and_no_two_hold_at_once() -> None:
    seen: dict[tuple[str, str, str], int] = {}
    for threshold in thresholds():
        assert threshold.units > 0
        assert all(len(said) > 20 for said in (threshold.source, threshold.read, threshold.day))
        key = threshold.country, threshold.currency, threshold.instrument
        assert threshold.valid_from_us >= seen.get(key, 0)
        seen[key] = threshold.valid_to_us or 2**62


def test_a_threshold_holds_in_its_country_currency_instrument_and_time_only() -> None:
    day = moment(2026, 3, 1)
    assert in_force("CO", "COP", "cash", day) is not None
    assert in_force("CO", "COP", "transfer", day) is None
    assert in_force("CO", "EUR", "cash", day) is None
    assert in_force("VE", "VES", "cash", day) is None
    assert in_force(None, "USD", "cash", day) is None
    assert in_force("CO", "COP", "cash", moment(2008, 3, 31)) is None
    assert in_force("CO", "COP", "cash", moment(2008, 4, 1)) is not None


def test_more_than_and_from_upwards_differ_by_the_smallest_unit() -> None:
    day = moment(2026, 3, 1)
    american, colombian = in_force("US", "USD", "cash", day), in_force("CO", "COP", "cash", day)
    assert american is not None and colombian is not None
    assert american.smallest_reported(2) == 1_000_001
    assert colombian.smallest_reported(2) == 1_000_000_000


def test_a_table_of_ones_own_is_read_whole_with_its_days_and_source() -> None:
    content = HEADER + FIRST + "VE,USD,cash,12000.50,false,2022-01-01,,Resolución 001 art. 2,true\n"
    one, two = read_thresholds("t.csv", b"\xef\xbb\xbf" + content.encode())
    assert (one.amount, one.inclusive, one.source, one.simulated) == ("10000", True, "Resolución 000 art. 1", False)
    assert (one.valid_from_us, one.valid_to_us) == (moment(2020, 1, 1), moment(2022, 1, 1)) and not two.valid_to_us
    assert (two.amount, two.smallest_reported(2), two.smallest_reported(0)) == ("12000.50", 1_200_051, 12_001)
    assert one.holds(moment(2021, 12, 31)) and not one.holds(moment(2022, 1, 1))


@pytest.mark.parametrize(
    ("line", "place", "expected"),
    [
        ("VE,USD,cash,10000,true,2020-01-01,,,false\n", "line 3", "source: the legal text, its article and date"),
        ("ve,USD,cash,10000,true,2020-01-01,,law,false\n", "line 3", "country: ISO 3166, two letters"),
        ("VE,Bs,cash,10000,true,2020-01-01,,law,false\n", "line 3", "currency: ISO 4217"),
        ("VE,USD,gold,10000,true,2020-01-01,,law,false\n", "line 3", "instrument: cash, transfer, card, cheque"),
        ("VE,USD,cash,0.00,true,2020-01-01,,law,false\n", "line 3", "amount: a decimal above 0 with at most 3 places"),
        ("VE,USD,cash,-5,true,2020-01-01,,law,false\n", "line 3", "amount: a decimal above 0 with at most 3 places"),
        ("VE,USD,cash,5,,2020-01-01,,law,false\n", "line 3", "inclusive: true or false"),
        ("VE,USD,cash,5,ja,2020-01-01,,law,false\n", "line 3", "inclusive: true or false"),
        ("VE,USD,cash,5,true,01/01/2020,,law,false\n", "line 3", "valid_from: a day like 2020-01-01"),
        ("VE,USD,cash,5,true,2020-01-01,2020-01-01,law,false\n", "line 3", "valid_to: a day after valid_from"),
        ("VE,USD,cash,9000,true,2021-06-01,,other law,false\n", "line 3", "one threshold for a day"),
        ("VE,USD,cash\n", "line 3", "9 fields"),
        ('VE,USD,"cash\n', "the file", "CSV in UTF-8"),
    ],
)
def test_a_table_with_one_wrong_row_is_refused_whole_and_names_it(line: str, place: str, expected: str) -> None:
    with pytest.raises(InputError) as refused:
        read_thresholds("t.csv", (HEADER + FIRST + line).encode())
    assert (refused.value.place, refused.value.expected) == (place, expected)


@pytest.mark.parametrize("content", [b"", b"country;currency\n", HEADER.encode(), b"\xff\xfe", b"\x00" * 40])
def test_what_is_no_table_of_thresholds_is_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        read_thresholds("t.csv", content)


@given(st.integers(1, 10**9), st.integers(0, 3), st.booleans(), st.integers(0, 5))
def test_the_smallest_reported_amount_is_reported_and_the_one_below_it_is_not(
    units: int, places: int, inclusive: bool, exponent: int
) -> None:
    line = Threshold("VE", "USD", "cash", units, places, inclusive, 0, None, "law").smallest_reported(exponent)

    def reported(amount: int) -> bool:
        left, right = amount * 10**places, units * 10**exponent
        return left >= right if inclusive else left > right

    assert reported(line) and not reported(line - 1)


def test_a_simulated_supervisor_hands_in_its_own_rule_marked_as_simulated() -> None:
    (rule,) = read_thresholds("SIMULATED-thresholds.csv", rules_csv("VE"))
    assert (rule.country, rule.currency, rule.instrument, rule.simulated) == ("VE", "USD", "cash", True)
    assert rule.source.startswith("SIMULATED") and rule.holds(moment(2026, 5, 1))
