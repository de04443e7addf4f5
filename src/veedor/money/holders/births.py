"""What two birth dates say: the same day, the same year or month, a slip of the pen, or another birth."""

from __future__ import annotations

from datetime import date

from veedor.registers.sanctions.listed import Born

# Thousandths of log10, expert settings; the first and the last as in screening.
WORTH = {"same_day": 2500, "overlap": 900, "slip": 0, "differ": -2500}


def births(one: Born, other: Born) -> str:
    """same_day, overlap (a year or month that holds the other), slip, differ."""
    if one.last < other.first or other.last < one.first:
        return "slip" if _day(one) and _day(other) and _is_slip(one.first, other.first) else "differ"
    return "same_day" if _day(one) and _day(other) else "overlap"


def shown(born: Born) -> str:
    """A birth date as far as it is known: the day, or first and last day."""
    return born.first.isoformat() if _day(born) else f"{born.first.isoformat()}/{born.last.isoformat()}"


def _day(born: Born) -> bool:
    return born.first == born.last


def _is_slip(one: date, other: date) -> bool:
    """Day and month exchanged, or one digit other."""
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    return sum(a != b for a, b in zip(one.isoformat(), other.isoformat(), strict=True)) == 1
