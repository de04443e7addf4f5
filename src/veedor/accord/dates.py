"""Dates, instants and offsets as an accord writes them, in whole numbers.

The calendar is the proleptic Gregorian one, from 1900 to 2199.

A day is its number since 1970-01-01; an instant is microseconds since 1970-01-01T00:00:00Z. Outside the bounded years
nothing is computed: an accord that runs for ten thousand years is a mistake or an attack. Leap seconds are not counted,
as everywhere in POSIX time.
"""

from __future__ import annotations

import re
from datetime import date

from veedor.errors import InputError

FIRST_YEAR, LAST_YEAR = 1900, 2199
SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US
DAY_US = 24 * HOUR_US
_EPOCH = date(1970, 1, 1).toordinal()
FIRST_DAY = date(FIRST_YEAR, 1, 1).toordinal() - _EPOCH
LAST_DAY = date(LAST_YEAR, 12, 31).toordinal() - _EPOCH
FIRST_US = FIRST_DAY * DAY_US
END_US = (LAST_DAY + 1) * DAY_US
"""The first instant that is out of bounds."""

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_INSTANT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?Z", re.ASCII)
_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?", re.ASCII)
_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2})", re.ASCII)


def day_of(text: str, place: str) -> int:
    """The number of the day `YYYY-MM-DD`. `place` is where it stands, for the error of one that is no such day."""
    match = _DATE.fullmatch(text)
    if match:
        year, month, day = (int(part) for part in match.groups())
        if FIRST_YEAR <= year <= LAST_YEAR:
            try:
                return date(year, month, day).toordinal() - _EPOCH
            except ValueError:
                pass
    raise InputError(
        "This is no date of the calendar.",
        place=place,
        expected=f"YYYY-MM-DD, from {FIRST_YEAR}-01-01 to {LAST_YEAR}-12-31",
        found=text[:40],
        next_step="write the day by the Gregorian calendar",
    )


def date_of(day: int) -> str:
    """The day as `YYYY-MM-DD`."""
    return date.fromordinal(day + _EPOCH).isoformat()


def weekday_of(day: int) -> int:
    """0 for Monday to 6 for Sunday. Day 0, 1970-01-01, was a Thursday."""
    return (day + 3) % 7


def instant_us_of(text: str, place: str) -> int:
    """The instant `YYYY-MM-DDTHH:MMZ` or `YYYY-MM-DDTHH:MM:SSZ`: UTC, said by the Z."""
    match = _INSTANT.fullmatch(text)
    if match:
        hour, minute, second = (int(part or 0) for part in match.groups()[1:])
        if hour < 24 and minute < 60 and second < 60:
            return day_of(match[1], place) * DAY_US + (hour * 3600 + minute * 60 + second) * SECOND_US
    raise InputError(
        "This is no instant in UTC.",
        place=place,
        expected="YYYY-MM-DDTHH:MMZ",
        found=text[:40],
        next_step="turn the local time into UTC and end it in Z",
    )


def instant_of_us(instant_us: int) -> str:
    """The instant as `YYYY-MM-DDTHH:MM:SSZ`, microseconds only where there are any."""
    day, rest = divmod(instant_us, DAY_US)
    seconds, micro = divmod(rest, SECOND_US)
    minutes, second = divmod(seconds, 60)
    fraction = f".{micro:06d}" if micro else ""
    return f"{date_of(day)}T{minutes // 60:02d}:{minutes % 60:02d}:{second:02d}{fraction}Z"


def offset_s_of(text: str, place: str) -> int:
    """Seconds by which local time is ahead of UTC: `-04:00`, or `-04:56:02` for local mean time of old."""
    match = _OFFSET.fullmatch(text)
    if match:
        hour, minute, second = int(match[2]), int(match[3]), int(match[4] or 0)
        if hour < 24 and minute < 60 and second < 60:
            seconds = hour * 3600 + minute * 60 + second
            return -seconds if match[1] == "-" else seconds
    raise InputError(
        "This is no offset from UTC.",
        place=place,
        expected="+HH:MM or -HH:MM, under 24 hours",
        found=text[:40],
        next_step="write how far local time is ahead (+) or behind (-) of UTC",
    )


def offset_of_s(offset_s: int) -> str:
    """The offset as `-04:00`, seconds only where there are any."""
    minutes, second = divmod(abs(offset_s), 60)
    end = f":{second:02d}" if second else ""
    return f"{'-' if offset_s < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}{end}"


def clock_us_of(text: str, place: str) -> int:
    """Time of day `HH:MM` as microseconds since midnight; `24:00` is the end of the day."""
    match = _CLOCK.fullmatch(text)
    if match:
        hour, minute = int(match[1]), int(match[2])
        if (hour < 24 and minute < 60) or (hour == 24 and minute == 0):
            return (hour * 60 + minute) * 60 * SECOND_US
    raise InputError(
        "This is no time of day.",
        place=place,
        expected="HH:MM from 00:00 to 24:00",
        found=text[:40],
        next_step="write 24:00 for the end of the day, 00:01 for 12:01 a.m.",
    )
