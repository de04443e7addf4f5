"""The course of the example accord, as tests tell it: who grants, who acts, which states one sees on which day.

Party A owes its radar log and is to have a waiver; party B gives the waiver. Days are counted from 1 January 2026.
"""

# the text of accords is full of braces
from __future__ import annotations

import itertools

from tests.accord.timelines import (
    START_US,
    Days,
    an_accord,
    relief,
    rule,
)
from veedor.accord.bodies import (
    Act,
    FigureSaid,
    Grant,
)
from veedor.accord.dates import DAY_US
from veedor.accord.load import Loaded


def grant(*authorities: str) -> tuple[Grant, ...]:
    return tuple(Grant("test", "waiver", each, "") for each in authorities or ("t1", "t2"))


def act(what: str, authority: str = "t1", by_measure: str = "") -> Act:
    return Act("test", "waiver", authority, "", what, by_measure, START_US, "")  # type: ignore[arg-type]


def exports(first: float, last: float, value: str, figure: str = "exports") -> FigureSaid:
    return FigureSaid("test", figure, START_US + int(first * DAY_US), START_US + int(last * DAY_US), value)


def granted(accord: Loaded | None = None, day: float = 1) -> Days:
    """Signed on day 0, granted by two of three authorities on day 1."""
    return Days([accord or an_accord()]).signed(0).on(day, "b", *grant())


def states(course: Days, last: float, step: float = 0.5, name: str = "waiver") -> list[tuple[float, str]]:
    """When the measure changed its state, by looking at it every half day: the first day seen, and the state."""
    found: list[tuple[float, str]] = []
    day = 0.0
    while day <= last:
        state = relief(course.at(day, until=last), name).state
        if not found or found[-1][1] != state:
            found.append((day, state))
        day += step
    return found


def obligation_states(course: Days, last: float, step: float = 0.5) -> list[str]:
    """The states of the radar obligation in their order, seen every half day."""
    seen = [rule(course.at(n * step, until=last)).state for n in range(int(last / step) + 1)]
    return [state for state, _ in itertools.groupby(seen)]
