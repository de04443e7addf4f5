"""What holds of every course of an accord, whatever is said and whoever is silent.

Party A owes its radar log and is to have a waiver; party B gives the waiver. Days are counted from 1 January 2026.
"""

# the text of accords is full of braces
from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.accord.courses import act, exports
from tests.accord.test_three_folders import promise, seal_at, shown
from tests.accord.timelines import (
    START_US,
    Days,
    an_accord,
    day_of,
    measure,
    relief,
    rule,
)
from tests.mission.copies import three_copies
from tests.mission.stage import NOON_US
from veedor.accord.bodies import (
    Dispute,
    Grant,
    Notice,
    SignAccord,
    Withhold,
)
from veedor.accord.dates import DAY_US
from veedor.accord.load import Loaded, read_accord
from veedor.accord.timeline import Fact
from veedor.accord.verdict import Verdict
from veedor.log.canonical_json import canonical_bytes

RUNNING = ("active", "warned")


# --- properties over many courses ---

SAID = st.one_of(
    st.builds(lambda first, n: ("a", "deposit", first, first + n), st.integers(0, 9), st.integers(1, 10)),
    st.sampled_from(["t1", "t2", "t3"]).map(lambda each: ("b", Grant("test", "waiver", each, ""))),
    st.sampled_from(["implemented", "warned", "suspended", "ended", "withdrawn"]).map(lambda each: ("b", act(each))),
    st.sampled_from(["a", "b"]).map(lambda each: (each, Dispute("test", "radar", 1, "open", "none"))),
    st.sampled_from(["a", "b"]).map(lambda each: (each, Withhold("test", "radar", each))),
    st.sampled_from(["suspend_participation", "resume_participation", "withdraw"]).flatmap(
        lambda kind: st.sampled_from(["a", "b"]).map(lambda each: (each, Notice("test", kind, "", 0)))
    ),
    st.builds(
        lambda first, value: ("b", exports(first, first + 1, str(value))), st.integers(0, 30), st.integers(0, 99)
    ),
)
WATCHED = measure(
    cap="{figure: exports, limit: '700'}", watch="{sources: [b], new_business: exports, out_of_scope: []}"
)


@st.composite
def courses(draw: st.DrawFn) -> Days:
    """Signed on day 0; then whatever is said on the thirty days after."""
    course = Days([an_accord(None, {"waiver": WATCHED})]).signed(0)
    for day, what in sorted(draw(st.lists(st.tuples(st.integers(0, 60), SAID), max_size=9)), key=lambda each: each[0]):
        if what[1] == "deposit":
            course.deposit(day / 2, what[2], what[3])  # type: ignore[misc]
        else:
            course.on(day / 2, what[0], what[1])  # type: ignore[arg-type]
    return course


@given(courses())
def test_silence_never_extends_a_measure(course: Days) -> None:
    """Nobody says anything after day 30: whatever was granted by then is over at the end of its term of twenty days and
    of two days of winding down, and stays over."""
    assert relief(course.at(52.5)).state in ("proposed", "lapsed", "snapped_back")
    assert relief(course.at(400)).state == relief(course.at(52.5)).state


@given(courses())
def test_no_state_changes_without_a_statement_or_a_deadline(course: Days) -> None:
    """All courses here speak on half days, and all deadlines fall on half days: nothing ever changes in between."""
    for half in range(0, 120, 3):
        before, after = course.at(half / 2, until=99), course.at(half / 2 + 0.49, until=99)
        assert [each.state for each in before.obligations] == [each.state for each in after.obligations]
        assert (relief(before).history, relief(before).did) == (relief(after).history, relief(after).did)
        changes = [*relief(after).history, *(each for one in rule(after).occurrences for each in one.history)]
        assert all((each.at_us - START_US) % (DAY_US // 2) == 0 for each in changes)


@given(courses(), st.integers(0, 70))
def test_what_was_determined_stays_determined(course: Days, half: int) -> None:
    """A verdict as of a day is the same whether or not the log has gone on since."""
    early = replace(course, said=[each for each in course.said if each[0] <= START_US + half * DAY_US // 2])
    assert msgspec.json.encode(early.at(half / 2)) == msgspec.json.encode(course.at(half / 2, until=80))


@given(courses(), st.integers(0, 70))
def test_parties_swapped_swap_every_verdict(course: Days, half: int) -> None:
    (accord,) = course.versions
    mirrored = _mirror(accord)
    assert mirrored.digest != accord.digest
    other = Days([mirrored], [(at, _mirrored(fact, accord, mirrored)) for at, fact in course.said], course.seals)
    told, back = course.at(half / 2), other.at(half / 2)
    assert _plain(back, mirrored) == _by_party(_swapped(_plain(told, accord)))


def _mirror(accord: Loaded) -> Loaded:
    """The accord in which A owes what B owed, and gives what B gave."""
    swapped = _swapped(msgspec.json.decode(accord.canonical))
    assert isinstance(swapped, dict)
    return read_accord(canonical_bytes(swapped), "swapped.json")


def _swapped(value: object) -> object:
    """The same with `a` and `b` changed for each other wherever a party stands."""
    if isinstance(value, dict):
        return {_swapped(key): _swapped(each) for key, each in value.items()}
    if isinstance(value, list):
        items = [_swapped(each) for each in value]
        return sorted(items) if items and all(each in ("a", "b") for each in items) else items
    return {"a": "b", "b": "a"}.get(value, value) if isinstance(value, str) else value


def _mirrored(fact: Fact, accord: Loaded, mirrored: Loaded) -> Fact:
    body = fact.body
    if isinstance(body, SignAccord):
        body = SignAccord("test", 1, mirrored.digest)
    elif isinstance(body, Withhold):
        body = Withhold("test", body.obligation, {"a": "b", "b": "a"}[body.by])
    return Fact({"a": "b", "b": "a"}[fact.party], fact.digest, body)


def _plain(verdict: Verdict, loaded: Loaded) -> object:
    """The verdict with the digest of its version under one name."""
    return _by_party(msgspec.json.decode(msgspec.json.encode(verdict).replace(loaded.digest.encode(), b"version")))


def _by_party(plain: Any) -> Any:
    """What a verdict lists by party, in the order of their names."""
    plain["parties"].sort(key=lambda each: each["party"])
    for version in plain["versions"]:
        version["signatures"].sort(key=lambda each: each["party"])
    return plain


@pytest.mark.parametrize("silent", ["co", "ve"])
def test_a_party_that_stops_cosigning_cannot_stop_a_lapse(tmp_path: Path, silent: str) -> None:
    """Venezuela, whose waiver it is, or Colombia, who gave it, lets its witness answer no more."""
    stage = three_copies(tmp_path / "stage")
    promise(stage)
    for day in (12, 60):
        seal_at(stage, day, without=(silent,))
    verdict, radar, waiver = shown(stage)
    assert (radar.state, waiver.state) == ("breached", "lapsed")
    assert day_of(verdict.at_us) - day_of(NOON_US) == 60
