"""When something is said to have happened: words of a source as a span of time, as precise as they are and no more.

"Monday" is a whole day, "May 2026" a whole month, "within 48 hours" two days. The span never says more than the words
did; the words are kept beside it. Rules, where words leave it open, all seen from the moment at which they were said:

- a weekday or a day without a year is the last one that was not after that day, the day itself included;
- "within 48 hours" begins at that moment, "in the last 48 hours" ends at it;
- days are days of the named zone.
"""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from veedor.accord.dates import DAY_US, HOUR_US, date_of, day_of, instant_us_of, weekday_of
from veedor.accord.deadlines import UTC_ZONE
from veedor.accord.zones import Zone
from veedor.errors import InputError, UsageError

Precision = Literal["instant", "hour", "day", "weekday", "month", "span", "unknown"]
_WEEKDAYS = {
    name: number
    for names in (
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    )
    for number, name in enumerate(names)
}
_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for number, name in enumerate(names.split(), 1)
}
_DAY = re.compile(r"([0-9]{1,2})\s+(?:de\s+)?([a-zé]+)(?:\s+(?:de\s+|del\s+)?([0-9]{4}))?")
_MONTH = re.compile(r"([a-zé]+)\s+(?:de\s+|del\s+)?([0-9]{4})")
_WITHIN = re.compile(r"(?:within|en un plazo de|dentro de)\s+([0-9]{1,4})\s+(?:hours?|horas?)")
_LAST = re.compile(r"(?:in the last|en las últimas)\s+([0-9]{1,4})\s+(?:hours?|horas?)")
_HOUR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2})Z")


class When(Struct, frozen=True):
    """The span [from_us, until_us) of what was said, and how precise it was."""

    precision: Precision
    from_us: int
    until_us: int


def when_of(words: str, said_us: int, zone: Zone = UTC_ZONE) -> When:
    """The span that these words mean, said at `said_us`: weekdays, days, months and hours in English or Spanish, dates
    and instants as numbers. UsageError for words that are none of these: then the author gives the span itself."""
    text = (
        " ".join(words.lower().replace(",", " ").split()).removeprefix("on ").removeprefix("el ").removeprefix("the ")
    )
    said_day = zone.local_day(said_us)
    if text in _WEEKDAYS:
        day = said_day - (weekday_of(said_day) - _WEEKDAYS[text]) % 7
        return _days("weekday", day, day + 1, zone)
    if match := _WITHIN.fullmatch(text):
        return When("span", said_us, said_us + int(match[1]) * HOUR_US)
    if match := _LAST.fullmatch(text):
        return When("span", said_us - int(match[1]) * HOUR_US, said_us)
    if match := _HOUR.fullmatch(words.strip()):
        from_us = _instant(f"{match[1]}T{match[2]}:00Z")
        return When("hour", from_us, from_us + HOUR_US)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T.*Z", words.strip()):
        at_us = _instant(words.strip())
        return When("instant", at_us, at_us + 1)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        day = _day(text)
        return _days("day", day, day + 1, zone)
    if (match := _DAY.fullmatch(text)) and match[2] in _MONTHS:
        return _day_of_month(int(match[1]), _MONTHS[match[2]], match[3], said_day, zone)
    if (match := _MONTH.fullmatch(text)) and match[1] in _MONTHS:
        year, month = int(match[2]), _MONTHS[match[1]]
        following = (year + 1, 1) if month == 12 else (year, month + 1)
        first, last = (_day(f"{each[0]:04d}-{each[1]:02d}-01") for each in ((year, month), following))
        return _days("month", first, last, zone)
    raise _unread(words)


def _day_of_month(day: int, month: int, year: str | None, said_day: int, zone: Zone) -> When:
    if year is not None:
        found = _day(f"{year}-{month:02d}-{day:02d}")
        return _days("day", found, found + 1, zone)
    said_year = int(date_of(said_day)[:4])
    # 29 February may be four years back, eight across 1900 or 2100.
    for each in range(said_year, said_year - 9, -1):
        try:
            found = day_of(f"{each:04d}-{month:02d}-{day:02d}", "when")
        except InputError:
            continue
        if found <= said_day:
            return _days("day", found, found + 1, zone)
    raise _unread(f"{day}-{month}")


def _days(precision: Precision, first: int, following: int, zone: Zone) -> When:
    return When(precision, zone.instant_us(first * DAY_US), zone.instant_us(following * DAY_US))


def _day(text: str) -> int:
    try:
        return day_of(text, "when")
    except InputError:
        raise _unread(text) from None


def _instant(text: str) -> int:
    try:
        return instant_us_of(text, "when")
    except InputError:
        raise _unread(text) from None


def _unread(words: str) -> UsageError:
    return UsageError(
        "These words are no time that can be read.",
        place="when",
        expected="a weekday, 15 May, May 2026, within 48 hours, 2026-05-15, 2026-05-15T06Z, 2026-05-15T06:30Z",
        found=words[:60],
        next_step="give the span itself: from and until",
    )
