"""Reporting thresholds: dated, sourced, and never guessed."""

from __future__ import annotations

from datetime import UTC, datetime

from veedor.registers.thresholds import in_force, thresholds


def moment(*day: int) -> int:
    return int(datetime(*day, tzinfo=UTC).timestamp()) * 1_000_000  # type: ignore[misc, arg-type]


def test_every_threshold_has_a_source_and_no_two_hold_at_once() -> None:
    seen: dict[tuple[str, str, str], int] = {}
    for threshold in thresholds():
        assert threshold.amount > 0
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
