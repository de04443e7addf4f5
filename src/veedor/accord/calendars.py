"""Calendars that an accord carries with it: which weekdays rest, which dates are holidays, and in which years.

Business days are counted only within those years. A calendar that ends in 2027 does not pretend that 2028 has no
holidays: the deadline is refused until the accord is amended.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta, Struct

from veedor.accord.dates import FIRST_YEAR, LAST_YEAR, date_of, day_of, weekday_of
from veedor.errors import InputError

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_HOLIDAYS = 10_000


class CalendarTable(Struct, frozen=True, forbid_unknown_fields=True):
    """A calendar as the accord file has it."""

    first_year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR)]
    last_year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR)]
    weekend: Annotated[tuple[Weekday, ...], Meta(max_length=6, description="weekdays that are no business days")]
    holidays: Annotated[tuple[str, ...], Meta(max_length=MOST_HOLIDAYS, description="YYYY-MM-DD, in order")]


@dataclass(frozen=True)
class Calendar:
    """A calendar in whole numbers: `holidays` are days that would else be business days, in order."""

    name: str
    first_day: int
    last_day: int
    weekend: frozenset[int]
    holidays: tuple[int, ...]

    def is_business(self, day: int) -> bool:
        """Whether offices are open on this day."""
        at = bisect_right(self.holidays, day)
        return weekday_of(day) not in self.weekend and not (at and self.holidays[at - 1] == day)

    def through(self, day: int) -> int:
        """How many business days there are from the calendar's first day to `day`, both included; 0 before it."""
        if day < self.first_day:
            return 0
        weeks, rest = divmod(day - self.first_day + 1, 7)
        open_days = weeks * (7 - len(self.weekend))
        open_days += sum(weekday_of(day - back) not in self.weekend for back in range(rest))
        return open_days - bisect_right(self.holidays, day)

    def nth(self, rank: int) -> int:
        """The business day of this rank, the calendar's first having rank 1. Refused beyond the years it knows."""
        if not 1 <= rank <= self.through(self.last_day):
            raise self._beyond("a day outside these years")
        low, high = self.first_day, self.last_day
        while low < high:  # the smallest day through which there are `rank` business days
            middle = (low + high) // 2
            low, high = (low, middle) if self.through(middle) >= rank else (middle + 1, high)
        return low

    def holds(self, day: int) -> None:
        """Refuses a day outside the years the calendar knows."""
        if not self.first_day <= day <= self.last_day:
            raise self._beyond(date_of(day))

    def _beyond(self, found: str) -> InputError:
        return InputError(
            "The calendar does not know this year's holidays.",
            place=f"calendars.{self.name}",
            expected=f"a day from {date_of(self.first_day)} to {date_of(self.last_day)}",
            found=found,
            next_step="carry a calendar of more years in the accord",
        )


def calendar_of(name: str, table: CalendarTable) -> Calendar:
    """The calendar of one table. Refused with its place: years that run backwards, a weekday named twice, holidays
    out of order, outside the years, or on a weekend (they would be counted twice)."""
    place = f"calendars.{name}"
    if table.last_year < table.first_year:
        raise _calendar_error(f"{place}.last_year", "not before first_year", str(table.last_year))
    if len(set(table.weekend)) != len(table.weekend):
        raise _calendar_error(f"{place}.weekend", "each weekday once", ", ".join(table.weekend))
    first = day_of(f"{table.first_year}-01-01", place)
    last = day_of(f"{table.last_year}-12-31", place)
    weekend = frozenset(WEEKDAYS.index(day) for day in table.weekend)
    days: list[int] = []
    for number, text in enumerate(table.holidays):
        where = f"{place}.holidays[{number}]"
        day = day_of(text, where)
        if not first <= day <= last or (days and day <= days[-1]):
            raise _calendar_error(where, "later than the holiday before, within the calendar's years", text)
        if weekday_of(day) in weekend:
            raise _calendar_error(where, "a day that is not already on the weekend", text)
        days.append(day)
    return Calendar(name, first, last, weekend, tuple(days))


def _calendar_error(place: str, expected: str, found: str) -> InputError:
    return InputError(
        "A calendar of the accord is not in order.",
        place=place,
        expected=expected,
        found=found,
        next_step="write holidays once each, in order, on days that are not weekends",
    )
