"""The day, and the moment, that a file's name says: for formats whose records say a time of day or less; and the day
that whoever hands it in says.

The first date that begins with its year counts (`20240131`, `2024-01-31`, `2024_01_31`, `2024.01.31`); a moment needs
the `Z` of UTC behind it (`20240131T065629Z`, `2024-01-31_06-56-29Z`), since any other clock is nobody's.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import PurePath

from veedor.errors import UsageError

DAY_US = 86_400_000_000
_SAID = re.compile(
    r"(?<!\d)(19[7-9]\d|20\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])"
    r"(?:[T_](\d\d)[-:]?(\d\d)[-:]?(\d\d)Z|(?!\d{1,3}(?!\d)))",
    re.IGNORECASE,
)


def named_time(name: str) -> tuple[int | None, int | None]:
    """(day, moment) in microseconds since 1970, UTC; None for what the name does not say."""
    for found in _SAID.finditer(PurePath(name).name):
        year, _, month, day, *clock = found.groups()
        try:
            hour, minute, second = (int(part or 0) for part in clock)
            said = datetime(int(year), int(month), int(day), hour, minute, second, tzinfo=UTC)
        except ValueError:
            continue
        moment = int(said.timestamp()) * 1_000_000
        return moment // DAY_US * DAY_US, None if clock[0] is None else moment
    return None, None


def day_us(date: str | None) -> int | None:
    """A day like 2024-01-31 as its first microsecond since 1970, UTC; UsageError for anything else."""
    if date is None:
        return None
    try:
        day = datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise UsageError("this is no day", expected="a day like 2024-01-31", found=date) from None
    since = (day - datetime(1970, 1, 1, tzinfo=UTC)).days
    if since < 0:
        raise UsageError("this day is too early", expected="a day from 1970 on", found=date)
    return since * DAY_US
