"""What a deposit covers is said anew by its author, and by nobody else; what was said first stays in the log."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from msgspec.structs import replace

from tests.mission.speaking import Author, reason
from tests.mission.stage import DAY_US, HOUR_US, NOON_US, a_deposit, a_run, found
from veedor.log.envelope import digest
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.state.fold import State, fold
from veedor.mission.state.kinds import KINDS, deposits_of
from veedor.mission.state.restated import covers_of, restatements_of
from veedor.mission.statements.bodies import Outage, Period, Restate
from veedor.mission.statements.chain import BodyType
from veedor.mission.statements.types import DEPOSIT, RESTATE, RUN

WHOLE = Period(NOON_US - DAY_US, NOON_US, "complete")
PART = replace(WHOLE, completeness="partial")
DARK = Outage(NOON_US - 5 * HOUR_US, NOON_US - 3 * HOUR_US)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("begun")
    found(folder)
    return folder / "mission"


@pytest.fixture(scope="module")
def start(begun: Path) -> State:
    return fold(LogReader(begun / "log", DiskFiles()).entries(), KINDS)


@pytest.fixture(scope="module")
def ve(begun: Path) -> Author:
    return Author(begun, "ve")


@pytest.fixture(scope="module")
def co(begun: Path) -> Author:
    return Author(begun, "co")


def said(state: State, author: Author, *bodies: Restate) -> State:
    for body in bodies:
        state = fold([author.says(state, RESTATE, body)], KINDS, state)
    return state


@pytest.mark.parametrize("mode", ["open", "sealed"])
def test_the_author_of_a_deposit_restates_it_and_what_it_said_first_stays(
    start: State, ve: Author, mode: Literal["open", "sealed"]
) -> None:
    entry = ve.says(start, DEPOSIT, a_deposit(ve.private, mode=mode, period=PART))
    state = fold([entry], KINDS, start)
    body = Restate(digest(entry), WHOLE, (DARK,))
    after = said(state, ve, body)
    assert not after.void
    assert [each.body for each in covers_of(after)[digest(entry)]] == [deposits_of(state)[0].body, body]
    assert deposits_of(after) == deposits_of(state) and deposits_of(after)[0].body.period == PART


def test_what_is_said_last_counts_and_each_names_the_deposit_itself(start: State, ve: Author) -> None:
    entry = ve.says(start, DEPOSIT, a_deposit(ve.private))
    state = fold([entry], KINDS, start)
    once = said(state, ve, Restate(digest(entry), PART, ()))
    twice = said(once, ve, Restate(digest(entry), WHOLE, (DARK,)))
    assert [each.body.outages for each in covers_of(twice)[digest(entry)]] == [(), (), (DARK,)]
    of_a_correction = Restate(restatements_of(once)[0].digest, WHOLE, ())
    assert reason(twice, ve.says(twice, RESTATE, of_a_correction)) == "unknown_deposit"


def test_nobody_restates_what_another_handed_in(start: State, ve: Author, co: Author) -> None:
    entry = ve.says(start, DEPOSIT, a_deposit(ve.private))
    state = fold([entry], KINDS, start)
    assert reason(state, co.says(state, RESTATE, Restate(digest(entry), WHOLE, ()))) == "unknown_deposit"


def test_only_a_deposit_that_counts_and_came_before_is_restated(start: State, ve: Author) -> None:
    run, void = a_run(ve.private), a_deposit(ve.private, simulated=False)
    sound = ve.says(start, DEPOSIT, a_deposit(ve.private))
    assert reason(start, ve.says(start, RESTATE, Restate(digest(sound), WHOLE, ()))) == "unknown_deposit"
    later = BodyType("deposit", 9, DEPOSIT.struct)
    for kind, body in ((RUN, run), (DEPOSIT, void), (later, a_deposit(ve.private))):
        entry = ve.says(start, kind, body)
        state = fold([entry], KINDS, start)
        assert reason(state, ve.says(state, RESTATE, Restate(digest(entry), WHOLE, ()))) == "unknown_deposit"
    assert reason(start, ve.says(start, RESTATE, Restate(start.genesis_digest, WHOLE, ()))) == "unknown_deposit"


@pytest.mark.parametrize(
    ("period", "outages"),
    [(Period(NOON_US, NOON_US, "complete"), ()), (WHOLE, (DARK, Outage(NOON_US, NOON_US - HOUR_US)))],
)
def test_times_that_run_backwards_are_refused_as_in_a_deposit(
    start: State, ve: Author, period: Period, outages: tuple[Outage, ...]
) -> None:
    entry = ve.says(start, DEPOSIT, a_deposit(ve.private))
    state = fold([entry], KINDS, start)
    assert reason(state, ve.says(state, RESTATE, Restate(digest(entry), period, outages))) == "bad_period"
    assert reason(start, ve.says(start, DEPOSIT, a_deposit(ve.private, period=period, outages=outages))) == "bad_period"


def test_of_two_that_take_one_place_of_the_chain_the_first_counts(start: State, ve: Author) -> None:
    """A party that tells one neighbour this and the other that has signed both; the log holds the first."""
    entry = ve.says(start, DEPOSIT, a_deposit(ve.private, period=PART))
    state = fold([entry], KINDS, start)
    one, other = (ve.says(state, RESTATE, Restate(digest(entry), WHOLE, outages)) for outages in ((), (DARK,)))
    after = fold([one, other], KINDS, state)
    assert [each.reason for each in after.void] == ["fork"]
    assert [each.body.outages for each in restatements_of(after)] == [()]


def test_the_fold_is_the_same_whether_it_goes_on_or_begins_again(start: State, ve: Author) -> None:
    entries, state = [], start
    for outages in ((), (DARK,)):
        entries.append(ve.says(state, DEPOSIT, a_deposit(ve.private)))
        state = fold(entries[-1:], KINDS, state)
        entries.append(ve.says(state, RESTATE, Restate(digest(entries[-1]), WHOLE, outages)))
        state = fold(entries[-1:], KINDS, state)
    assert len(restatements_of(state)) == 2 and fold(entries, KINDS, start) == state
