"""Log time: no member can stop it, move it back, or pass for another; and whoever is silent or off is shown with it."""

from __future__ import annotations

import datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mission.log_in_memory import DAY_S, START_S, InMemory
from tests.mission.stage import DAY_US, NOON_US, ORIGIN, Counted
from veedor.log.checkpoint import Checkpoint
from veedor.log.ed25519 import SigningKey
from veedor.mission.copy.keys import Key, new_keys, new_member
from veedor.mission.state.fold import fold
from veedor.mission.state.kinds import KINDS
from veedor.mission.state.seals import (
    Discrepancy,
    discrepancies,
    log_time_us,
    passed,
    seals_of,
    time_so_far_us,
)
from veedor.mission.statements.bodies import Join, Quorum, Quorums
from veedor.mission.statements.types import JOIN, SEAL

ALL = ("co", "qa", "ve")


def at(time_s: int, parties=ALL) -> dict[str, int]:
    return dict.fromkeys(parties, time_s)


@pytest.fixture
def log() -> InMemory:
    return InMemory()


def test_an_entry_has_the_time_of_the_first_seal_that_covers_it(log: InMemory) -> None:
    first = log.something()
    assert log_time_us(log.state, first) is None and time_so_far_us(log.state) == 0
    assert log.seals(at(START_S)) is None
    second = log.something()
    assert log.seals(at(START_S + DAY_S)) is None
    assert log_time_us(log.state, 0) == log_time_us(log.state, first) == NOON_US
    assert log_time_us(log.state, second) == time_so_far_us(log.state) == NOON_US + DAY_US
    assert log_time_us(log.state, len(log.entries) - 1) is None, "no seal covers itself"


def test_its_time_is_the_second_of_three_witnesses_and_their_order_says_nothing(log: InMemory) -> None:
    log.something()
    assert log.seals({"ve": START_S + 9, "co": START_S, "qa": START_S + 4}) is None
    assert seals_of(log.state).sealed[-1].time_s == START_S + 4


@pytest.mark.parametrize("stopped", ALL)
def test_whoever_stops_its_witness_on_day_1_every_deadline_still_falls_on_its_day(stopped: str) -> None:
    """Two more witnesses that are not a party, so that none of the members is needed for the clock."""
    log = InMemory({"br": "observer", "co": "party", "qa": "mediator", "ve": "party"})
    others = [party for party in ("br", "co", "qa", "ve") if party != stopped]
    assert log.seals(at(START_S, ("br", "co", "qa", "ve"))) is None
    assert seals_of(log.state).sealed[-1].agreed
    deadlines = {day: NOON_US + day * DAY_US for day in range(1, 31)}
    for day in range(1, 31):
        log.something("ve" if stopped == "co" else "co")
        assert passed(log.state, deadlines[day]) is None
        assert log.seals(at(START_S + day * DAY_S + 60, others)) is None
        sealed = passed(log.state, deadlines[day])
        assert sealed is not None and date(sealed.time_s) == date(START_S) + datetime.timedelta(days=day)
        assert sealed.agreed == (stopped in ("br", "qa")), "agreement needs all parties, and only parties"
    watch = next(each for each in seals_of(log.state).watches if each.party == stopped)
    assert watch.last_s == START_S and watch.silent_since_s == START_S + DAY_S + 60
    assert {each.party for each in seals_of(log.state).watches if each.silent_since_s} == {stopped}
    assert not log.state.void


def test_neither_party_of_two_with_one_mediator_can_stop_time(log: InMemory) -> None:
    for day, silent in enumerate(["ve", "co", "ve", "co"], 1):
        log.something()
        assert log.seals(at(START_S + day * DAY_S, [each for each in ALL if each != silent])) is None
        assert not seals_of(log.state).sealed[-1].agreed
    assert time_so_far_us(log.state) == NOON_US + 4 * DAY_US


def test_the_parties_alone_give_no_time_where_the_clock_needs_an_outsider(log: InMemory) -> None:
    log.something()
    assert log.seals(at(START_S, ["co", "ve"])) == "no_clock"
    assert log.seals(at(START_S, ["qa"])) == "no_clock"


def test_time_never_runs_backwards(log: InMemory) -> None:
    for time_s in (START_S + DAY_S, START_S):
        log.something()
        assert log.seals(at(time_s)) is None
    assert [each.time_s for each in seals_of(log.state).sealed] == [START_S + DAY_S, START_S + DAY_S]


@pytest.mark.parametrize("off_s", [-40 * 365 * DAY_S, 70 * 365 * DAY_S])
def test_a_witness_far_in_the_past_or_the_future_does_not_move_the_time_of_three(log: InMemory, off_s: int) -> None:
    log.something()
    assert log.seals(at(START_S) | {"co": START_S + off_s}) is None
    assert time_so_far_us(log.state) == NOON_US
    assert list(discrepancies(seals_of(log.state))) == [Discrepancy(2, "co", off_s, False)]
    log.something()
    assert log.seals(at(START_S + 60)) is None
    (found,) = discrepancies(seals_of(log.state))
    assert found.proven == (off_s > 0), "whoever cosigned the seal after it did so later"
    assert log.seals(at(START_S + 120) | {"co": START_S + off_s}) is None
    again = list(discrepancies(seals_of(log.state)))[-1]
    assert again.proven == (off_s < 0), "the tree it cosigned holds a seal from decades later"


@pytest.mark.parametrize(("off_s", "shown"), [(600, 0), (-600, 0), (660, 1), (-660, 1)])
def test_a_witness_eleven_minutes_off_is_a_discrepancy_ten_are_not(log: InMemory, off_s: int, shown: int) -> None:
    log.something()
    assert log.seals({"ve": START_S, "co": START_S, "qa": START_S + off_s}) is None
    found = list(discrepancies(seals_of(log.state)))
    assert [(each.party, each.off_s, each.proven) for each in found] == [("qa", off_s, False)] * shown


def test_an_appender_cannot_throw_the_log_years_ahead_with_its_own_witness(log: InMemory) -> None:
    """Its own cosignature and one other are a quorum of two, and the later of both would be the time for ever."""
    log.something()
    assert log.seals({"qa": START_S, "ve": START_S + 365 * DAY_S}) == "no_clock"
    assert log.seals({"qa": START_S, "ve": START_S + 7 * DAY_S + 1}) == "no_clock"
    assert log.seals({"qa": START_S, "ve": START_S - 7 * DAY_S - 1}) == "no_clock"
    assert log.seals({"co": START_S, "qa": START_S, "ve": START_S + 365 * DAY_S}) is None
    assert time_so_far_us(log.state) == NOON_US


def test_witnesses_that_a_stick_reaches_days_apart_give_time_all_the_same(log: InMemory) -> None:
    log.something()
    assert log.seals({"qa": START_S, "ve": START_S + 7 * DAY_S}) is None
    assert time_so_far_us(log.state) == NOON_US + 7 * DAY_US


def test_an_appender_that_pulls_time_ahead_by_days_is_proven_and_nobody_else_accused(log: InMemory) -> None:
    log.something()
    assert log.seals({"qa": START_S, "ve": START_S + 6 * DAY_S}) is None
    log.something()
    assert log.seals(at(START_S + 60)) is None
    found = {each.party: each.proven for each in discrepancies(seals_of(log.state)) if each.proven}
    assert found == {"ve": True}


@settings(max_examples=200, deadline=None)
@given(
    honest_s=st.lists(st.integers(0, 3 * DAY_S), min_size=2, max_size=5).map(sorted),
    lies=st.lists(st.integers(-8 * DAY_S, 8 * DAY_S) | st.integers(-(10**9), 10**10), min_size=5, max_size=5),
    skew=st.lists(st.integers(-300, 300), min_size=10, max_size=10),
    with_all=st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_one_that_lies_never_proves_an_honest_one_wrong_and_moves_time_by_a_week_at_most(
    honest_s, lies, skew, with_all
) -> None:
    """Of three, one lies as it likes and appends; the clocks of the others are within five minutes of the truth."""
    log = InMemory()
    for turn, now in enumerate(honest_s):
        times = {"qa": START_S + now + skew[2 * turn], "ve": max(1, START_S + now + lies[turn])}
        if with_all[turn]:
            times["co"] = START_S + now + skew[2 * turn + 1]
        assert log.seals(times) is None or not with_all[turn], "with both honest ones it always counts"
        assert time_so_far_us(log.state) // 1_000_000 <= START_S + now + 300 + 7 * DAY_S, "never more than a week ahead"
    assert {each.party for each in discrepancies(seals_of(log.state)) if each.proven} <= {"ve"}


def test_nothing_is_proven_by_seals_that_do_not_cover_each_other(log: InMemory) -> None:
    """Heads cosigned hours apart may be logged in another order than they were cosigned in."""
    for _ in range(3):
        log.something()
    assert log.seals(at(START_S + 7200), size=2) is None
    assert log.seals(at(START_S), size=3) is None
    assert not any(each.proven for each in discrepancies(seals_of(log.state)))
    log.something()
    assert log.seals(at(START_S + 60)) is None
    assert not any(each.proven for each in discrepancies(seals_of(log.state)))


def test_the_fold_keeps_the_roots_since_the_last_seal_and_no_others(log: InMemory) -> None:
    for _ in range(5):
        log.something()
    assert log.seals(at(START_S), size=4) is None
    assert len(log.state.roots.roots) == len(log.entries) - 4
    assert log.state.roots.roots[-1] == log.root(len(log.entries))


def test_a_silent_witness_that_comes_back_is_no_longer_silent(log: InMemory) -> None:
    for day, parties in enumerate([ALL, ("qa", "ve"), ("qa", "ve"), ALL]):
        log.something()
        assert log.seals(at(START_S + day * DAY_S, parties)) is None
        watch = seals_of(log.state).watches[0]
        assert watch.party == "co"
        assert watch.silent_since_s == (None if day in (0, 3) else START_S + DAY_S)


def test_a_later_member_is_silent_only_from_the_first_seal_after_it_joined(log: InMemory) -> None:
    assert log.seals(at(START_S)) is None
    keys = new_keys("br", Counted("br"))
    log.keys["br"] = keys
    assert log.logs("ve", JOIN, Join(new_member(ORIGIN, "br", "observer", keys)), "co", "br") is None
    assert "br" not in {each.party for each in seals_of(log.state).watches}
    assert log.seals(at(START_S + DAY_S)) is None
    (br,) = [each for each in seals_of(log.state).watches if each.party == "br"]
    assert (br.last_s, br.silent_since_s) == (None, START_S + DAY_S)


def test_only_the_member_that_appends_may_seal(log: InMemory) -> None:
    log.something()
    for party in ("co", "qa"):
        assert log.logs(party, SEAL, log.a_seal(at(START_S))) == "not_appender"


def test_a_seal_covers_more_than_the_last_and_nothing_that_was_not_there(log: InMemory) -> None:
    log.something()
    assert log.seals(at(START_S), size=2) is None
    for size in (1, 2):
        assert log.seals(at(START_S), size=size) == "not_newer"
    ahead = len(log.entries) + 1
    assert log.seals(at(START_S), size=ahead, root=b"\0" * 32) == "beyond_log"
    assert log.seals(at(START_S), size=3) is None, "of any size since the last one"


def test_a_seal_of_another_fork_of_this_log_is_void(log: InMemory) -> None:
    other = InMemory()
    assert other.entries == log.entries
    log.something("co")
    other.something("ve")
    assert log.logs("ve", SEAL, other.a_seal(at(START_S))) == "another_root"
    assert log.seals(at(START_S)) is None


def test_a_seal_that_the_log_key_did_not_sign_is_void(log: InMemory) -> None:
    log.something()
    for role in ("statement", "witness", "recovery"):
        assert log.seals(at(START_S), log_key=log.keys["ve"][role]) == "bad_signature"
    assert log.seals(at(START_S), log_key=log.keys["co"]["log"]) == "bad_signature"


def test_forged_foreign_and_doubled_cosignatures_are_void(log: InMemory) -> None:
    log.something()
    stranger = Key("xx", "witness", SigningKey(b"\7" * 32))
    assert log.seals(at(START_S), witnesses={"co": stranger}) == "bad_cosignature"
    assert log.seals(at(START_S), witnesses={"co": log.keys["qa"]["witness"]}) == "bad_cosignature"
    assert log.seals(at(START_S), witnesses={"co": log.keys["co"]["statement"]}) == "bad_cosignature"
    good = log.a_seal(at(START_S))
    co, qa, ve = good.cosignatures
    hostile = {
        "twice": (co, co, qa),
        "not in order": (qa, co),
        "another time than was signed": (msgspec.structs.replace(co, time_s=START_S + 1), qa),
        "under another's name": (msgspec.structs.replace(ve, party="co"), qa),
        "of a stranger": (co, qa, msgspec.structs.replace(ve, party="xx")),
    }
    for what, cosignatures in hostile.items():
        said = msgspec.structs.replace(good, cosignatures=cosignatures)
        assert log.logs("ve", SEAL, said) == "bad_cosignature", what
    elsewhere = Checkpoint("veedor.example/other", good.size, bytes.fromhex(good.root)).text()
    said = msgspec.structs.replace(good, cosignatures=(log.a_cosignature("co", START_S, elsewhere), qa))
    assert log.logs("ve", SEAL, said) == "bad_cosignature"
    assert log.logs("ve", SEAL, good) is None


def test_keys_are_counted_by_member_so_one_witness_is_one(log: InMemory) -> None:
    """`count` 2 of 3: two signatures of one witness at two times are not two witnesses."""
    counting = InMemory(quorums=Quorums(Quorum("all", 0, 0), Quorum("count", 2, 0)))
    counting.something()
    text = Checkpoint(ORIGIN, 2, counting.root(2)).text()
    pair = tuple(counting.a_cosignature("ve", START_S + at_s, text) for at_s in (0, 1))
    said = msgspec.structs.replace(counting.a_seal(at(START_S, ["ve"])), cosignatures=pair)
    assert counting.logs("ve", SEAL, said) == "bad_cosignature"
    assert counting.seals(at(START_S, ["ve"])) == "no_clock"


@settings(max_examples=40, deadline=None)
@given(
    turns=st.lists(
        st.tuples(
            st.integers(0, 3),  # entries before the seal
            st.integers(0, 3),  # how many of the last entries it leaves out
            st.sets(st.sampled_from(ALL), min_size=1),
            st.lists(st.integers(1, 10 * DAY_S), min_size=3, max_size=3),
        ),
        min_size=1,
        max_size=6,
    ),
    data=st.data(),
)
def test_log_time_is_monotone_and_the_same_however_the_fold_is_cut(turns, data: st.DataObject) -> None:
    log = InMemory()
    for entries, left_out, parties, times in turns:
        for _ in range(entries):
            log.something()
        size = max(1, len(log.entries) - left_out)
        log.seals({party: times[ALL.index(party)] for party in sorted(parties)}, size)
    times_us = [log_time_us(log.state, index) for index in range(len(log.entries))]
    known = [time_us for time_us in times_us if time_us is not None]
    assert known == sorted(known) and times_us == [*known, *[None] * (len(times_us) - len(known))]
    assert [each.size for each in seals_of(log.state).sealed] == sorted({s.size for s in seals_of(log.state).sealed})
    cut = data.draw(st.integers(1, len(log.entries)))
    assert fold(log.entries[cut:], KINDS, fold(log.entries[:cut], KINDS)) == fold(log.entries, KINDS) == log.state


def test_deadlines_pass_with_the_first_seal_at_or_after_them(log: InMemory) -> None:
    for day in (0, 2, 4):
        log.something()
        assert log.seals(at(START_S + day * DAY_S)) is None
    sealed = seals_of(log.state).sealed
    assert passed(log.state, NOON_US) == sealed[0]
    assert passed(log.state, NOON_US + 1) == passed(log.state, NOON_US + 2 * DAY_US) == sealed[1]
    assert passed(log.state, NOON_US + 4 * DAY_US + 1) is None


def test_a_prefix_knows_nothing_of_later_seals(log: InMemory) -> None:
    entry = log.something()
    before = log.state
    assert log.seals(at(START_S)) is None
    assert log_time_us(before, entry) is None and log_time_us(log.state, entry) == NOON_US


def date(time_s: int) -> datetime.date:
    return datetime.datetime.fromtimestamp(time_s, datetime.UTC).date()
