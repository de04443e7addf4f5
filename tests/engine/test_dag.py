"""Detectors run after those that write what they read; what cannot be ordered is refused with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import permutations

import pytest
from engine_toys import ALL, FOLLOWED, HOURS, NEAR, Busy, Finder, Followed, Hours, Near

from veedor.engine.dag import ordered
from veedor.engine.detector import Broadcast, ByKey, ByTime, Read, Whole
from veedor.errors import UsageError
from veedor.tables import ENTRIES, PLOTS

GIVEN = {"plots", "entries", "sensors"}


def test_the_order_does_not_depend_on_how_the_detectors_are_listed() -> None:
    expected = [detector.name for detector in ordered(ALL, GIVEN)]
    assert expected.index("followed") < expected.index("busy") > expected.index("hours")
    for listed in list(permutations(ALL))[::500]:
        assert [detector.name for detector in ordered(listed, GIVEN)] == expected


@dataclass(frozen=True)
class Reads(Hours):
    reads: tuple[Read, ...] = ()


@pytest.mark.parametrize(
    ("detectors", "reason"),
    [
        ([Busy(), Hours()], "nobody writes toy_followed"),
        ([Followed(), replace(Followed(), name="again")], "two detectors write toy_followed"),
        ([Finder(0), Finder(0), Followed()], "same name"),
        ([Reads(reads=(Read(HOURS, Whole()),))], "in a circle"),
        ([Reads(writes=PLOTS)], "writes plots, which was handed in"),
        ([Reads(reads=(Read(PLOTS, Whole()), Read(ENTRIES, ByKey(("account",)))))], "cut differently"),
        ([Reads(reads=(Read(PLOTS, Whole()), Read(PLOTS, Broadcast())))], "reads a table twice"),
        ([Reads(reads=(Read(PLOTS, ByTime(1, 0, 0)), Read(ENTRIES, ByTime(2, 0, 0))))], "cut differently"),
        ([Reads(reads=(Read(PLOTS, Broadcast()),))], "must read exactly one table whole"),
        ([Reads(reads=(Read(ENTRIES, ByKey(())),))], "without naming a column"),
    ],
)
def test_what_cannot_run_is_refused_with_its_reason(detectors: list[Hours], reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        ordered(detectors, GIVEN)


def test_a_circle_of_two_is_refused() -> None:
    first = replace(Near(), name="first")
    second = Reads(name="second", reads=(Read(NEAR, Whole()),), writes=FOLLOWED)
    third = Reads(name="third", reads=(Read(FOLLOWED, Whole()),), writes=HOURS)
    circle = Reads(name="circle", reads=(Read(HOURS, Whole()),), writes=NEAR)
    assert [d.name for d in ordered([third, second, first], GIVEN)] == ["first", "second", "third"]
    with pytest.raises(UsageError, match="circle"):
        ordered([circle, second, third], GIVEN)
