"""Time zones that an accord carries with it: a table of the instants at which the offset from UTC changes.

The table is signed with the accord, so that a deadline falls at the same instant for everybody, in every language of
programming, whatever a state later does to its clocks: until the accord is amended, the table counts. `differences`
holds it against the tz database before anybody signs; `zone_from_database` writes one.

**Doubtful local times.** A local time that the clocks skip is the instant of the change. One that they show twice is
the later of the two. So a deadline never falls earlier than anybody could have read it, and a later local time is
never an earlier instant. An instant whose local date was put back (clocks changed just after midnight) belongs to the
later date, for the same reason.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from veedor.accord.dates import (
    DAY_US,
    END_US,
    FIRST_US,
    HOUR_US,
    SECOND_US,
    instant_of_us,
    instant_us_of,
    offset_of_s,
    offset_s_of,
)
from veedor.errors import InputError

MOST_CHANGES = 1000
_LONGEST_SHIFT_US = 2 * DAY_US
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Change(Struct, frozen=True, forbid_unknown_fields=True):
    """From this instant on local time is this far ahead of UTC."""

    at: Annotated[str, Meta(max_length=24, description="instant in UTC, YYYY-MM-DDTHH:MMZ")]
    offset: Annotated[str, Meta(max_length=9, description="local time minus UTC, +HH:MM or -HH:MM")]


class ZoneTable(Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "until"}):
    """A zone as the accord file has it: the offset at `from`, and every change before `until`."""

    start: Annotated[str, Meta(max_length=24, description="the table holds from this instant in UTC")]
    end: Annotated[str, Meta(max_length=24, description="and until this instant, excluded")]
    offset: Annotated[str, Meta(max_length=9, description="local time minus UTC at `from`")]
    changes: Annotated[tuple[Change, ...], Meta(max_length=MOST_CHANGES)] = ()


@dataclass(frozen=True)
class Zone:
    """A zone in whole numbers. `starts_us[i]` is where `offsets_us[i]` begins; the first is where the table begins."""

    name: str
    starts_us: tuple[int, ...]
    offsets_us: tuple[int, ...]
    end_us: int

    def local_day(self, instant_us: int) -> int:
        """The number of the local day on which this instant falls; never an earlier day for a later instant."""
        self._holds(instant_us)
        at = bisect_right(self.starts_us, instant_us) - 1
        day = (instant_us + self.offsets_us[at]) // DAY_US
        while at > 0 and instant_us - self.starts_us[at] < _LONGEST_SHIFT_US:
            day = max(day, (self.starts_us[at] - 1 + self.offsets_us[at - 1]) // DAY_US)
            at -= 1
        return day

    def instant_us(self, local_us: int) -> int:
        """The first instant from which on no clock of this zone shows a time before `local_us` (local microseconds
        since 1970-01-01T00:00)."""
        end_us = self.end_us
        for start_us, offset_us in zip(reversed(self.starts_us), reversed(self.offsets_us), strict=True):
            instant_us = local_us - offset_us
            if instant_us >= start_us:
                found_us = min(instant_us, end_us)
                self._holds(found_us)
                return found_us
            end_us = start_us
        self._holds(local_us - self.offsets_us[0])
        raise AssertionError("unreachable: before the first start is outside the table")

    def _holds(self, instant_us: int) -> None:
        if not self.starts_us[0] <= instant_us < self.end_us:
            raise InputError(
                "The zone's table does not reach this far.",
                place=f"zones.{self.name}",
                expected=f"from {instant_of_us(self.starts_us[0])} to before {instant_of_us(self.end_us)}",
                found=instant_of_us(instant_us) if FIRST_US <= instant_us < END_US else "an instant out of bounds",
                next_step="carry a longer table in the accord, or shorten the deadline",
            )


def zone_of(name: str, table: ZoneTable) -> Zone:
    """The zone of one table. Refused with its place: a table that runs backwards, whose changes are not in order or
    follow each other within two days, or that changes to the offset it has."""
    place = f"zones.{name}"
    start_us = instant_us_of(table.start, f"{place}.from")
    end_us = instant_us_of(table.end, f"{place}.until")
    starts, offsets = [start_us], [offset_s_of(table.offset, f"{place}.offset") * SECOND_US]
    for number, change in enumerate(table.changes):
        where = f"{place}.changes[{number}]"
        at_us = instant_us_of(change.at, f"{where}.at")
        offset_us = offset_s_of(change.offset, f"{where}.offset") * SECOND_US
        # Two days apart at least: so far no clock was put back or forward, and one change cannot undo another.
        if at_us <= starts[-1] or (number and at_us - starts[-1] < _LONGEST_SHIFT_US):
            raise _table_error(f"{where}.at", "at least two days after the line before", change.at)
        if offset_us == offsets[-1]:
            raise _table_error(f"{where}.offset", "another offset than before", change.offset)
        starts.append(at_us)
        offsets.append(offset_us)
    if end_us <= starts[-1]:
        raise _table_error(f"{place}.until", "later than the last change", table.end)
    return Zone(name, tuple(starts), tuple(offsets), end_us)


def _table_error(place: str, expected: str, found: str) -> InputError:
    return InputError(
        "The table of a zone is not in order.",
        place=place,
        expected=expected,
        found=found,
        next_step="write the table anew from the tz database",
    )


def zone_from_database(name: str, first_year: int, last_year: int) -> ZoneTable:
    """The table of these years, the last included, by the tz database of this machine (IANA name, such as
    America/New_York). Raises ZoneInfoNotFoundError for a name it does not know."""
    zone = ZoneInfo(name)
    start, end = datetime(first_year, 1, 1, tzinfo=UTC), datetime(last_year + 1, 1, 1, tzinfo=UTC)
    changes = []
    at, offset = start, _offset_s(zone, start)
    # A day at a time, then by halves: no zone changed twice within a day.
    while at < end:
        later = min(at + timedelta(days=1), end)
        if (after := _offset_s(zone, later)) != offset and later < end:
            low, high = at, later
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle -= timedelta(microseconds=middle.microsecond)
                low, high = (middle, high) if _offset_s(zone, middle) == offset else (low, middle)
            changes.append(Change(at=_short(high), offset=offset_of_s(after)))
            offset = after
        at = later
    return ZoneTable(
        start=_short(start), end=_short(end), offset=offset_of_s(_offset_s(zone, start)), changes=tuple(changes)
    )


def differences(zone: Zone, years: tuple[int, int]) -> tuple[str, ...]:
    """Every hour at which the carried table and the tz database of this machine give different offsets within the
    years (the last included), as instants in UTC; only the first of a run. Empty: they agree."""
    database = ZoneInfo(zone.name)
    at_us = max(zone.starts_us[0], int((datetime(years[0], 1, 1, tzinfo=UTC) - _EPOCH).total_seconds()) * SECOND_US)
    end_us = min(zone.end_us, int((datetime(years[1] + 1, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds()) * SECOND_US)
    found: list[str] = []
    differed = False
    while at_us < end_us:
        carried = zone.offsets_us[bisect_right(zone.starts_us, at_us) - 1]
        moment = _EPOCH + timedelta(microseconds=at_us)
        differs = carried != _offset_s(database, moment) * SECOND_US
        if differs and not differed:
            found.append(_short(moment))
        differed = differs
        at_us += HOUR_US
    return tuple(found)


def _offset_s(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())


def _short(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%MZ" if moment.second == 0 else "%Y-%m-%dT%H:%M:%SZ")
