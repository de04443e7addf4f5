"""Deadlines against dates known from law, and against two other people's arithmetic: zoneinfo and numpy's busdays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from veedor.accord.calendars import Calendar, CalendarTable, calendar_of
from veedor.accord.dates import END_US, FIRST_US, date_of, day_of, instant_of_us, instant_us_of
from veedor.accord.deadlines import Counting, Deadline, Unit, instant_of
from veedor.accord.zones import Change, Zone, ZoneTable, differences, zone_from_database, zone_of
from veedor.errors import InputError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Half hours, clocks put back over midnight (St John's), a day that never was (Apia), short summers (Casablanca).
NAMES = (
    "America/New_York",
    "America/Caracas",
    "America/St_Johns",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Europe/Madrid",
    "Asia/Tehran",
)
ZONES: dict[str, Zone] = {name: zone_of(name, zone_from_database(name, 1990, 2036)) for name in NAMES}
# Federal holidays of 2024 (5 U.S.C. 6103 and the Office of Personnel Management's list for that year).
WASHINGTON = calendar_of(
    "washington",
    CalendarTable(
        first_year=2024,
        last_year=2024,
        weekend=("saturday", "sunday"),
        holidays=(
            "2024-01-01",
            "2024-01-15",
            "2024-02-19",
            "2024-05-27",
            "2024-06-19",
            "2024-07-04",
            "2024-09-02",
            "2024-10-14",
            "2024-11-11",
            "2024-11-28",
            "2024-12-25",
        ),
    ),
)
CALENDARS = {"washington": WASHINGTON}


def us(text: str) -> int:
    return instant_us_of(text, "test")


def deadline(
    amount: int,
    unit: Unit = "calendar_days",
    zone: str = "UTC",
    counting: Counting = "excluded",
    ends: str = "24:00",
    calendar: str = "",
) -> Deadline:
    if unit == "hours":
        counting, ends = "elapsed", "instant"
    return Deadline("event", amount, unit, zone, counting, ends, calendar)


def falls(due: Deadline, anchor: str) -> str:
    return instant_of_us(instant_of(due, us(anchor), ZONES, CALENDARS))


@pytest.mark.parametrize("hour", ["00:00", "14:25", "23:59"])
def test_resolution_2231_snaps_back_at_midnight_after_the_thirtieth_day(hour: str) -> None:
    """UNSCR 2231 (2015), operative paragraph 11: midnight Greenwich Mean Time after the thirtieth day after the
    submission of the notification; notified on 28 August 2025, in force again from 28 September 2025, 00:00 UTC."""
    assert falls(deadline(30), f"2025-08-28T{hour}Z") == "2025-09-28T00:00:00Z"


def test_general_licence_44a_ends_at_one_past_midnight_in_washington() -> None:
    """OFAC General License 44A, issued on 17 April 2024: through 12:01 a.m. eastern daylight time, May 31, 2024."""
    due = deadline(44, zone="America/New_York", ends="00:01")
    assert falls(due, "2024-04-17T18:00Z") == "2024-05-31T04:01:00Z"


def test_general_licence_43a_ends_at_one_past_midnight_in_winter_time() -> None:
    """OFAC General License 43A, issued on 29 January 2024: through 12:01 a.m. eastern standard time, February 13."""
    due = deadline(15, zone="America/New_York", ends="00:01")
    assert falls(due, "2024-01-29T22:00Z") == "2024-02-13T05:01:00Z"


def test_a_challenge_inspection_runs_in_hours_across_a_change_of_clocks() -> None:
    """CWC Verification Annex, Part X: hours are hours, also in the night in which Tehran's clocks went back."""
    arrival = "2021-09-20T21:00Z"
    assert falls(deadline(-12, "hours", "Asia/Tehran"), arrival) == "2021-09-20T09:00:00Z"
    assert falls(deadline(36, "hours", "Asia/Tehran"), arrival) == "2021-09-22T09:00:00Z"
    assert falls(deadline(108, "hours", "Asia/Tehran"), arrival) == "2021-09-25T09:00:00Z"


def test_ten_business_days_skip_weekends_and_thanksgiving() -> None:
    """31 CFR 501.603: a report within ten business days; frozen on Thursday 21 November 2024, due Friday 6 December."""
    due = deadline(10, "business_days", "America/New_York", calendar="washington")
    assert falls(due, "2024-11-21T15:00Z") == "2024-12-07T05:00:00Z"


def test_the_day_of_the_event_is_the_date_that_the_clocks_of_the_zone_showed() -> None:
    late = "2024-04-18T03:30Z"  # 17 April, 23:30 in New York
    assert falls(deadline(1, zone="America/New_York"), late) == "2024-04-19T04:00:00Z"
    assert falls(deadline(1), late) == "2024-04-20T00:00:00Z"


def test_the_day_of_the_event_counts_only_where_the_accord_says_so() -> None:
    assert falls(deadline(3, counting="included"), "2024-05-01T10:00Z") == "2024-05-04T00:00:00Z"
    assert falls(deadline(3, counting="excluded"), "2024-05-01T10:00Z") == "2024-05-05T00:00:00Z"
    assert falls(deadline(-3, counting="excluded", ends="00:00"), "2024-05-10T10:00Z") == "2024-05-07T00:00:00Z"


def test_an_event_on_a_day_of_rest_is_not_itself_counted() -> None:
    saturday = "2024-06-15T16:00Z"
    for counting, amount, day in (
        ("excluded", 1, "17"),
        ("included", 1, "17"),
        ("excluded", 0, "17"),
        ("included", -1, "14"),
        ("excluded", -1, "14"),
        ("excluded", 3, "20"),  # 19 June is a holiday
    ):
        due = deadline(amount, "business_days", counting=counting, ends="12:00", calendar="washington")
        assert falls(due, saturday) == f"2024-06-{day}T12:00:00Z", (counting, amount)


def test_a_local_time_that_the_clocks_skip_is_the_instant_of_the_change() -> None:
    due = deadline(1, zone="America/New_York", ends="02:30")
    assert falls(due, "2024-03-09T12:00Z") == "2024-03-10T07:00:00Z"


def test_a_local_time_that_the_clocks_show_twice_is_the_later_one() -> None:
    due = deadline(1, zone="America/New_York", ends="01:30")
    assert falls(due, "2024-11-02T12:00Z") == "2024-11-03T06:30:00Z"


def test_the_day_that_samoa_skipped_ends_when_it_would_have_begun() -> None:
    due = deadline(1, zone="Pacific/Apia", ends="24:00")
    assert falls(due, "2011-12-29T20:00Z") == "2011-12-30T10:00:00Z"  # 29 December there, 10:00; the 30th never was


def test_a_date_that_was_put_back_does_not_come_twice() -> None:
    """St John's went from 00:01 on Sunday to 23:01 on Saturday until 2011: who acted in that hour acted on Sunday."""
    zone = ZONES["America/St_Johns"]
    change = us("2010-11-07T02:31Z")
    assert [date_of(zone.local_day(change + minute * 60_000_000)) for minute in (-2, -1, 0, 30, 61)] == [
        "2010-11-06",
        "2010-11-07",
        "2010-11-07",
        "2010-11-07",
        "2010-11-07",
    ]


instants = st.integers(us("1991-01-01T00:00Z"), us("2034-12-31T00:00Z"))
zones = st.sampled_from(NAMES)
clocks = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59)) | st.just("24:00")


@given(instants, zones, st.integers(0, 300), clocks)
def test_days_agree_with_zoneinfo(anchor_us: int, name: str, amount: int, ends: str) -> None:
    zone = ZoneInfo(name)
    local = (EPOCH + timedelta(microseconds=anchor_us)).astimezone(zone)
    assume(local.fold == 0)  # the second pass of an hour may belong to the later date: tests of their own above
    day = local.date()
    hour, minute = int(ends[:2]), int(ends[3:])
    midnight = datetime.combine(day, time.min)
    wall = midnight + timedelta(days=amount, hours=hour, minutes=minute)
    assumed = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if assumed.astimezone(zone).replace(tzinfo=None) != wall:  # skipped: the first instant that shows a later time
        low, high = assumed - timedelta(hours=26), assumed + timedelta(hours=26)
        while high - low > timedelta(microseconds=1):
            middle = low + (high - low) / 2
            earlier = middle.astimezone(zone).replace(tzinfo=None) < wall
            low, high = (middle, high) if earlier else (low, middle)
        assumed = high
    found_us = instant_of(deadline(amount, zone=name, ends=ends), anchor_us, ZONES, {})
    assert EPOCH + timedelta(microseconds=found_us) == assumed


@given(instants, instants, zones, st.integers(-300, 300), st.sampled_from(["excluded", "included"]), clocks)
def test_a_later_event_never_falls_due_earlier(
    first: int, second: int, name: str, amount: int, counting: Counting, ends: str
) -> None:
    due = deadline(amount or 1, zone=name, counting=counting, ends=ends)
    early, late = sorted((first, second))
    assert instant_of(due, early, ZONES, {}) <= instant_of(due, late, ZONES, {})


@given(zones, st.data())
def test_around_every_change_of_clocks_later_events_are_never_due_earlier(name: str, data: st.DataObject) -> None:
    change_us = data.draw(st.sampled_from(ZONES[name].starts_us[1:-1]))
    shifts = data.draw(st.lists(st.integers(-7_200_000_000, 7_200_000_000), min_size=2, max_size=2))
    due = deadline(data.draw(st.integers(0, 3)), zone=name, ends=data.draw(clocks))
    early, late = (instant_of(due, change_us + shift, ZONES, {}) for shift in sorted(shifts))
    assert early <= late


@given(instants, zones, st.integers(-300, 300), st.integers(0, 300), st.sampled_from(["excluded", "included"]), clocks)
def test_a_larger_amount_never_falls_due_earlier(
    anchor_us: int, name: str, amount: int, more: int, counting: Counting, ends: str
) -> None:
    one, two = (
        instant_of(deadline(each or 1, zone=name, counting=counting, ends=ends), anchor_us, ZONES, {})
        for each in (amount, (amount or 1) + more)
    )
    assert one <= two


def random_calendar(holidays: list[int], weekend: frozenset[int]) -> Calendar:
    first, last = day_of("2020-01-01", "test"), day_of("2029-12-31", "test")
    kept = tuple(sorted({first + each for each in holidays if (first + each + 3) % 7 not in weekend}))
    return Calendar("random", first, last, weekend, kept)


@given(
    st.lists(st.integers(0, 3000), max_size=80),
    st.sampled_from([frozenset({5, 6}), frozenset({4, 5}), frozenset({6}), frozenset()]),
    st.integers(1000, 2600),
    st.integers(-100, 100),
)
def test_business_days_agree_with_numpy(holidays: list[int], weekend: frozenset[int], start: int, amount: int) -> None:
    calendar = random_calendar(holidays, weekend)
    day = calendar.first_day + start
    free = [np.datetime64(date_of(each)) for each in calendar.holidays]
    busy = np.busdaycalendar(weekmask=[each not in weekend for each in range(7)], holidays=free)
    # numpy rolls an event on a day of rest; the direction is what our rule says of it.
    roll = "backward" if amount > 0 else "forward"
    expected = np.busday_offset(date_of(day), amount, roll=roll, busdaycal=busy)
    due = Deadline("event", amount, "business_days", "UTC", "excluded", "00:00", "random")
    found = instant_of(due, day * 86_400_000_000, {}, {"random": calendar})
    assert date_of(found // 86_400_000_000) == str(expected)
    counted = np.busday_count(date_of(calendar.first_day), date_of(day + 1), busdaycal=busy)
    assert calendar.through(day) == counted


@pytest.mark.parametrize("name", NAMES)
def test_a_table_written_from_the_database_agrees_with_it(name: str) -> None:
    assert differences(ZONES[name], (2007, 2016)) == ()


def test_a_table_that_departs_from_the_database_is_shown_with_the_hour() -> None:
    table = zone_from_database("America/New_York", 2024, 2024)
    wrong = ZoneTable(table.start, table.end, table.offset, (Change("2024-03-11T07:00Z", "-04:00"), table.changes[1]))
    assert differences(zone_of("America/New_York", wrong), (2024, 2024)) == ("2024-03-10T07:00Z",)


def test_the_database_gives_new_york_its_two_changes() -> None:
    assert zone_from_database("America/New_York", 2024, 2024) == ZoneTable(
        start="2024-01-01T00:00Z",
        end="2025-01-01T00:00Z",
        offset="-05:00",
        changes=(Change("2024-03-10T07:00Z", "-04:00"), Change("2024-11-03T06:00Z", "-05:00")),
    )


@pytest.mark.parametrize(
    ("due", "place"),
    [
        (Deadline("event", 3, "hours", "UTC", "excluded", "instant"), "event.counting"),
        (Deadline("event", 3, "hours", "UTC", "elapsed", "24:00"), "event.ends"),
        (Deadline("event", 3, "calendar_days", "UTC", "elapsed", "24:00"), "event.counting"),
        (Deadline("event", 3, "calendar_days", "UTC", "excluded", "instant"), "event.ends"),
        (Deadline("event", 3, "calendar_days", "UTC", "excluded", "24:01"), "event.ends"),
        (Deadline("event", 3, "calendar_days", "UTC", "excluded", "12:00", "washington"), "event.calendar"),
        (Deadline("event", 3, "business_days", "UTC", "excluded", "12:00"), "event.calendar"),
        (Deadline("event", 3, "business_days", "UTC", "excluded", "12:00", "moon"), "event.calendar"),
        (Deadline("event", 0, "calendar_days", "UTC", "included", "12:00"), "event.amount"),
        (Deadline("event", 3, "calendar_days", "Mars/Olympus", "excluded", "12:00"), "event.zone"),
        (Deadline("event", 400, "business_days", "UTC", "excluded", "12:00", "washington"), "calendars.washington"),
        (Deadline("event", 80_000, "calendar_days", "UTC", "excluded", "12:00"), "event"),
        (Deadline("event", -1_700_000, "hours", "UTC", "elapsed", "instant"), "event"),
        (Deadline("event", 10_000, "calendar_days", "Asia/Tehran", "excluded", "12:00"), "zones.Asia/Tehran"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_its_place(due: Deadline, place: str) -> None:
    with pytest.raises(InputError) as refused:
        instant_of(due, us("2024-06-10T00:00Z"), ZONES, CALENDARS)
    assert refused.value.place == place


@pytest.mark.parametrize("anchor_us", [FIRST_US - 1, END_US, -(10**30), 10**30])
def test_an_event_outside_the_bounded_years_is_refused(anchor_us: int) -> None:
    for due in (deadline(1), deadline(1, "hours")):
        with pytest.raises(InputError):
            instant_of(due, anchor_us, ZONES, CALENDARS)


@pytest.mark.parametrize(
    "text",
    ["2024-02-30", "1582-10-10", "1899-12-31", "2200-01-01", "20240101", "2024-W01-1", "٢٠٢٤-01-01", "2024-1-1", ""],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        day_of(text, "test")


@pytest.mark.parametrize(
    "text", ["2024-01-01T24:00Z", "2024-01-01T00:00", "2024-01-01T00:00+00:00", "2024-01-01 00:00Z", "2024-01-01"]
)
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        instant_us_of(text, "test")


@given(st.integers(FIRST_US, END_US - 1).map(lambda value: value - value % 1_000_000))
def test_an_instant_reads_back_as_written(instant_us: int) -> None:
    assert us(instant_of_us(instant_us)) == instant_us
    assert datetime.fromisoformat(instant_of_us(instant_us)) == EPOCH + timedelta(microseconds=instant_us)


def test_every_day_of_two_centuries_is_the_day_of_the_gregorian_calendar() -> None:
    days = [day_of("1900-01-01", "test"), day_of("2199-12-31", "test")]
    assert days == [(date(1900, 1, 1) - date(1970, 1, 1)).days, (date(2199, 12, 31) - date(1970, 1, 1)).days]
    assert date_of(day_of("2000-02-29", "test")) == "2000-02-29"
    with pytest.raises(InputError):
        day_of("2100-02-29", "test")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"changes": (Change("2024-03-10T07:00Z", "-05:00"),)}, "zones.z.changes[0].offset"),
        ({"changes": (Change("2023-03-10T07:00Z", "-04:00"),)}, "zones.z.changes[0].at"),
        (
            {"changes": (Change("2024-03-10T07:00Z", "-04:00"), Change("2024-03-11T07:00Z", "-05:00"))},
            "zones.z.changes[1].at",
        ),
        ({"end": "2024-01-01T00:00Z"}, "zones.z.until"),
        ({"offset": "-5:00"}, "zones.z.offset"),
        ({"offset": "+24:00"}, "zones.z.offset"),
    ],
)
def test_a_zone_table_out_of_order_is_refused_with_its_place(change: dict[str, object], place: str) -> None:
    lines: dict[str, object] = {"start": "2024-01-01T00:00Z", "end": "2025-01-01T00:00Z", "offset": "-05:00"}
    with pytest.raises(InputError) as refused:
        zone_of("z", ZoneTable(**(lines | change)))  # type: ignore[arg-type]
    assert refused.value.place == place


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"last_year": 2023}, "calendars.c.last_year"),
        ({"weekend": ("sunday", "sunday")}, "calendars.c.weekend"),
        ({"holidays": ("2024-05-02", "2024-05-01")}, "calendars.c.holidays[1]"),
        ({"holidays": ("2024-05-01", "2024-05-01")}, "calendars.c.holidays[1]"),
        ({"holidays": ("2025-05-01",)}, "calendars.c.holidays[0]"),
        ({"holidays": ("2024-05-05",)}, "calendars.c.holidays[0]"),
    ],
)
def test_a_calendar_out_of_order_is_refused_with_its_place(change: dict[str, object], place: str) -> None:
    lines: dict[str, object] = {"first_year": 2024, "last_year": 2024, "weekend": ("sunday",), "holidays": ()}
    with pytest.raises(InputError) as refused:
        calendar_of("c", CalendarTable(**(lines | change)))  # type: ignore[arg-type]
    assert refused.value.place == place
