"""Deadlines: from the event they are counted from to the instant at which they fall, in UTC.

Nothing about a deadline is left to custom. It names the event, how much, of what unit, in which zone, whether the day
of the event counts, and at which time of its last day it ends. Computing goes in these steps, in whole numbers only:

1. Hours: the instant of the event plus 3,600 seconds an hour, whatever the clocks do; it ends at that very instant.
2. Days: the day of the event is the date that its zone's clocks showed (zones.py says what holds where they changed).
3. Day of the event excluded: day 1 is the next one. Included: day 1 is the day of the event itself. An amount below
   zero counts backwards in the same way ("three days before the summit").
4. Business days: only those of the named calendar are counted; an event on a day of rest is not a counted day itself.
   Amount 0 is the day of the event or, if that is a day of rest, the next business day.
5. The last day ends at the named time of its zone, `24:00` being its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from veedor.accord.calendars import Calendar
from veedor.accord.dates import DAY_US, END_US, FIRST_DAY, FIRST_US, HOUR_US, LAST_DAY, clock_us_of
from veedor.accord.zones import Zone
from veedor.errors import InputError

Unit = Literal["hours", "calendar_days", "business_days"]
Counting = Literal["excluded", "included", "elapsed"]
MOST_HOURS = 200 * 366 * 24


class Deadline(Struct, frozen=True, forbid_unknown_fields=True):
    """When something has to have happened, seen from an event. Every field is written; `calendar` is empty where no
    business days are counted."""

    anchor: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$(?!\\n)", max_length=80)]
    amount: Annotated[int, Meta(ge=-MOST_HOURS, le=MOST_HOURS)]
    unit: Unit
    zone: Annotated[str, Meta(max_length=40, description="name of a zone that the accord carries, or UTC")]
    counting: Annotated[
        Counting, Meta(description="is the day of the event excluded or included; hours are simply elapsed")
    ]
    ends: Annotated[
        str, Meta(max_length=7, description="`instant` for hours, else HH:MM local, 24:00 the end of the day")
    ]
    calendar: Annotated[str, Meta(max_length=40, description="name of a calendar that the accord carries")] = ""


UTC_ZONE = Zone("UTC", (FIRST_US,), (0,), END_US)
"""The zone that no accord needs to carry."""


def check_deadline(
    deadline: Deadline, zones: Mapping[str, Zone], calendars: Mapping[str, Calendar], place: str
) -> None:
    """Refuses what cannot be computed for any event, with its place: a zone or calendar that is not carried, a way of
    counting or ending that does not go with the unit, a deadline of no days whose first day is already counted."""
    hours, business = deadline.unit == "hours", deadline.unit == "business_days"
    _zone(deadline, zones, f"{place}.zone")
    if hours != (deadline.counting == "elapsed"):
        expected = "elapsed" if hours else "excluded or included"
        raise _deadline_error(f"{place}.counting", f"{expected}, for {deadline.unit}", deadline.counting)
    if hours != (deadline.ends == "instant"):
        expected = "instant" if hours else "HH:MM"
        raise _deadline_error(f"{place}.ends", f"{expected}, for {deadline.unit}", deadline.ends)
    if not hours:
        clock_us_of(deadline.ends, f"{place}.ends")
    if business != bool(deadline.calendar):
        expected = "the name of a calendar" if business else "no calendar"
        raise _deadline_error(f"{place}.calendar", f"{expected}, for {deadline.unit}", deadline.calendar or "none")
    if business and deadline.calendar not in calendars:
        raise _deadline_error(f"{place}.calendar", "a calendar that the accord carries", deadline.calendar)
    if deadline.counting == "included" and deadline.amount == 0:
        raise _deadline_error(f"{place}.amount", "at least 1 where the day of the event is counted", "0")


def instant_of(deadline: Deadline, anchor_us: int, zones: Mapping[str, Zone], calendars: Mapping[str, Calendar]) -> int:
    """The instant at which the deadline falls, in UTC microseconds, for an event at `anchor_us`.

    Never earlier for a larger amount or a later event. Refused: what `check_deadline` refuses, years out of bounds,
    and an instant for which the accord's own zone or calendar has no line.
    """
    place = deadline.anchor
    check_deadline(deadline, zones, calendars, place)
    if not FIRST_US <= anchor_us < END_US:
        raise _out_of_bounds(place)
    if deadline.unit == "hours":
        found_us = anchor_us + deadline.amount * HOUR_US
        if not FIRST_US <= found_us < END_US:
            raise _out_of_bounds(place)
        return found_us
    zone = _zone(deadline, zones, f"{place}.zone")
    day = _last_day(deadline, zone.local_day(anchor_us), calendars)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise _out_of_bounds(place)
    return zone.instant_us(day * DAY_US + clock_us_of(deadline.ends, f"{place}.ends"))


def _last_day(deadline: Deadline, anchor_day: int, calendars: Mapping[str, Calendar]) -> int:
    amount = deadline.amount
    if deadline.counting == "included":
        amount -= 1 if amount > 0 else -1
    if deadline.unit == "calendar_days":
        return anchor_day + amount
    calendar = calendars[deadline.calendar]
    calendar.holds(anchor_day)
    before = calendar.through(anchor_day - 1)
    if deadline.counting == "included":
        # Day 1 is the event's own day or, if that is a day of rest, the nearest one in the direction of counting.
        first = before + 1 if deadline.amount > 0 else calendar.through(anchor_day)
        return calendar.nth(first + amount)
    if amount > 0:
        return calendar.nth(calendar.through(anchor_day) + amount)
    return calendar.nth(before + 1 + amount)


def _zone(deadline: Deadline, zones: Mapping[str, Zone], place: str) -> Zone:
    zone = UTC_ZONE if deadline.zone == "UTC" else zones.get(deadline.zone)
    if zone is None:
        raise _deadline_error(place, "UTC, or a zone that the accord carries", deadline.zone)
    return zone


def _deadline_error(place: str, expected: str, found: str) -> InputError:
    return InputError(
        "This deadline cannot be computed.",
        place=place,
        expected=expected,
        found=found,
        next_step="name the unit, the zone, what is counted and the end of the day so that they go together",
    )


def _out_of_bounds(place: str) -> InputError:
    return InputError(
        "This deadline falls outside the years that are computed.",
        place=place,
        expected="an instant of the years 1900 to 2199",
        found="an earlier or later one",
        next_step="shorten the deadline",
    )
