"""Fields of air traffic services messages: text of one field in, columns of `flight_plans` out, or what is wrong.

Source: ICAO Doc 4444 (PANS-ATM), appendix 3, field types 3 to 22.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

DAY_US, MINUTE_US = 86_400_000_000, 60_000_000
_MM_PER_FOOT = 304.8


class FieldError(Exception):
    """A field that does not say what its type says; never leaves the reader."""

    def __init__(self, number: int, expected: str, found: str) -> None:
        super().__init__(f"field {number}: {expected}, not {found}")
        self.number, self.expected, self.found = number, expected, found


@dataclass
class Message:
    """Columns as far as they are known; times are hhmm in minutes until a date is."""

    columns: dict[str, object] = field(default_factory=dict)
    off_block_minute: int | None = None
    arrived_minute: int | None = None

    def dated(self, filed_day: date | None) -> dict[str, object]:
        """All columns. The date is DOF/, else the day that the caller says, else times stay without one. An arrival
        earlier in the day than the departure is of the next day."""
        day = self.columns.get("date_of_flight") or filed_day
        if isinstance(day, date):
            midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000
            if self.off_block_minute is not None:
                self.columns["off_block"] = midnight + self.off_block_minute * MINUTE_US
            if self.arrived_minute is not None:
                after = self.off_block_minute is not None and self.arrived_minute < self.off_block_minute
                self.columns["arrived"] = midnight + self.arrived_minute * MINUTE_US + (DAY_US if after else 0)
        return self.columns


def _match(pattern: str, number: int, expected: str, text: str) -> re.Match[str]:
    found = re.fullmatch(pattern, text)
    if found is None:
        raise FieldError(number, expected, text or "nothing")
    return found


def _minute(number: int, text: str) -> int:
    hour, minute = int(text[:2]), int(text[2:])
    if hour > 23 or minute > 59:
        raise FieldError(number, "a time from 0000 to 2359", text)
    return hour * 60 + minute


def field_7(text: str, into: Message) -> None:
    """Identification and, behind A, the Mode A code."""
    found = _match(r"([A-Z0-9]{1,7})(?:/A([0-7]{4}))?", 7, "up to 7 letters and digits, /A and a code", text)
    into.columns["call_sign"] = found[1]
    if found[2]:
        into.columns["code_3a"] = int(found[2], 8)


def field_8(text: str, into: Message) -> None:
    """Rules and type of flight."""
    found = _match(r"([IVYZ])([SNGMX]?)", 8, "I, V, Y or Z, then S, N, G, M or X", text)
    into.columns["rules"], into.columns["flight_type"] = found[1], found[2] or None


def field_9(text: str, into: Message) -> None:
    """Number, type and wake category of aircraft."""
    found = _match(r"(\d{1,2})?([A-Z][A-Z0-9]{1,3})/([LMHJ])", 9, "type and wake category, as in B738/M", text)
    into.columns["aircraft"] = int(found[1] or 1)
    into.columns["type_code"], into.columns["wake"] = found[2], found[3]


def field_10(text: str, into: Message) -> None:
    """Equipment."""
    into.columns["equipment"] = _match(r"[A-Z0-9]+/[A-Z0-9]+", 10, "equipment / surveillance", text)[0]


def field_13(text: str, into: Message) -> None:
    """Departure aerodrome and time."""
    found = _match(r"([A-Z]{4})(\d{4})?", 13, "aerodrome and hhmm, as in SKBO1230", text)
    into.columns["departure"] = found[1]
    if found[2]:
        into.off_block_minute = _minute(13, found[2])
        into.columns["off_block_raw"] = found[2]


def field_15(text: str, into: Message) -> None:
    """Speed, level and route."""
    found = _match(
        r"(K\d{4}|N\d{4}|M\d{3})(F\d{3}|S\d{4}|A\d{3}|M\d{4}|VFR)(?: (.*))?", 15,
        "speed and level, as in N0450F350, then the route", text,
    )  # fmt: skip
    speed, level = found[1], found[2]
    number = int(speed[1:])
    into.columns["speed_raw"], into.columns["level_raw"] = speed, level
    if speed[0] == "K":
        into.columns["speed_mm_s"] = round(number * 1_000_000 / 3600)
    elif speed[0] == "N":
        into.columns["speed_mm_s"] = round(number * 1_852_000 / 3600)
    if level[0] in "FA":
        into.columns["level_mm"] = round(int(level[1:]) * 100 * _MM_PER_FOOT)
    elif level != "VFR":
        into.columns["level_mm"] = int(level[1:]) * 10_000
    into.columns["route"] = found[3] or None


def field_16(text: str, into: Message) -> None:
    """Destination, elapsed time, alternates."""
    found = _match(
        r"([A-Z]{4})(\d{4})?((?: [A-Z]{4})*)", 16, "aerodrome, elapsed hhmm, alternates, as in SVMI0130 SVBC", text
    )
    into.columns["destination"] = found[1]
    if found[2]:
        hours, minutes = int(found[2][:2]), int(found[2][2:])
        if minutes > 59:
            raise FieldError(16, "an elapsed time of hours and minutes", found[2])
        into.columns["elapsed_s"] = hours * 3_600 + minutes * 60
    into.columns["alternates"] = found[3].strip() or None


def field_17(text: str, into: Message) -> None:
    """Arrival aerodrome and time."""
    found = _match(r"([A-Z]{4})(\d{4})(?: .*)?", 17, "aerodrome and hhmm, as in SVMI1405", text)
    into.columns["landed_at"] = found[1]
    into.arrived_minute = _minute(17, found[2])
    into.columns["arrived_raw"] = found[2]


_INDICATOR = re.compile(r"(?:^| )([A-Z]{3,5})/")


def field_18(text: str, into: Message) -> None:
    """Other information: REG/, OPR/, CODE/ and DOF/ become columns, the whole is kept."""
    if text in ("0", ""):
        return
    places = list(_INDICATOR.finditer(text))
    if not places:
        raise FieldError(18, "0, or indicators as in DOF/240706 REG/HK1234", text)
    into.columns["other"] = text
    for here, after in itertools.zip_longest(places, places[1:]):
        said = text[here.end() : after.start() if after else len(text)].strip()
        if here[1] in _OTHER:
            _OTHER[here[1]](said, into)


def _date_of_flight(text: str, into: Message) -> None:
    found = _match(r"(\d\d)(\d\d)(\d\d)", 18, "DOF/ with yymmdd", text)
    try:
        into.columns["date_of_flight"] = date(2000 + int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        raise FieldError(18, "DOF/ with a date", text) from None


def _address(text: str, into: Message) -> None:
    into.columns["address"] = int(_match(r"[0-9A-F]{6}", 18, "CODE/ with six hexadecimal digits", text)[0], 16)


_OTHER: dict[str, Callable[[str, Message], None]] = {
    "DOF": _date_of_flight,
    "CODE": _address,
    "REG": lambda text, into: into.columns.update(registration=text or None),
    "OPR": lambda text, into: into.columns.update(operator=text or None),
}


def field_22(text: str, into: Message) -> None:
    """An amendment: the number of a field and what it says now."""
    found = _match(r"(\d{1,2})/(.*)", 22, "a field number and its new content, as in 8/IN", text)
    before = into.columns.get("changes")
    into.columns["changes"] = text if before is None else f"{before} -{text}"
    number = int(found[1])
    if number in AMENDED:
        AMENDED[number](found[2].strip(), into)


AMENDED: dict[int, Callable[[str, Message], None]] = {
    7: field_7, 8: field_8, 9: field_9, 10: field_10, 13: field_13, 15: field_15, 16: field_16, 18: field_18,
}  # fmt: skip
