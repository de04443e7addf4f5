"""A fold over a life of keys: cut anywhere it is the same, and what is void changes nothing, wherever it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mission.key_stage import YEAR_US, fresh, mailbox_key, recovery, rotation
from tests.mission.speaking import Author
from tests.mission.stage import NOON_US, ORIGIN, PASSPHRASE, Counted, a_run, found
from veedor.log.envelope import digest
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.copy.keys import new_keys, new_member
from veedor.mission.state.fold import State, fold
from veedor.mission.state.kinds import KINDS
from veedor.mission.statements.access import Delegate, Mailbox, Revoke
from veedor.mission.statements.acts import Label, Look
from veedor.mission.statements.bodies import Handling, Join
from veedor.mission.statements.types import DELEGATE, JOIN, LABEL, LOOK, MAILBOX, RECOVER, REVOKE, ROTATE, RUN


@dataclass(frozen=True, repr=False)
class Life:
    """A mission in which keys come and go, and statements of it that are void wherever they stand after the end."""

    start: State
    entries: tuple[bytes, ...]
    void: tuple[bytes, ...]


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    folder = tmp_path_factory.mktemp("life")
    found(folder)
    path = folder / "mission"
    ve, co, qa = (Author(path, party) for party in ("ve", "co", "qa"))
    start = state = fold(LogReader(path / "log", DiskFiles()).entries(), KINDS)
    entries: list[bytes] = []

    def say(author: Author, *said) -> bytes:
        nonlocal state
        entries.append(author.says(state, *said))
        state = fold(entries[-1:], KINDS, state)
        assert not state.void, state.void
        return entries[-1]

    device, new, healed = fresh("device"), fresh("new"), fresh("healed")
    newcomer = new_keys("br", Counted("br"))
    run = say(ve, RUN, a_run(ve.private))
    say(ve, DELEGATE, Delegate(device.public, "browser", ("look",), YEAR_US), device)
    own, ve.key = ve.key, device
    say(ve, LOOK, Look("co", "plots", "case", 1, NOON_US, "a" * 64))
    ve.key = own
    say(co, MAILBOX, Mailbox(mailbox_key(1)))
    say(ve, ROTATE, rotation(own, new), new)
    ve.key = new
    say(ve, REVOKE, Revoke(own.public, 1))
    say(ve, REVOKE, Revoke(device.public, 2))
    say(ve, LABEL, Label(digest(run), Handling("simulated", "test", "evidence", "ve", "none", 0)))
    say(ve, JOIN, Join(new_member(ORIGIN, "br", "party", newcomer)), co.key, newcomer["statement"])
    key = load_key(Folder(path), "ve", "recovery", PASSPHRASE)
    say(qa, RECOVER, recovery(healed, key), key, healed)
    void = [*entries, b"noise"]  # each entry once more is a replay, or of an author that its key speaks for no more
    for old in (own, device, new):
        ve.key = old
        void += [ve.says(state, RUN, a_run(ve.private)), ve.says(state, REVOKE, Revoke(healed.public, 1))]
    return Life(start, tuple(entries), tuple(void))


def said(state: State) -> object:
    """What a state says, without the numbers of entries, which void entries move."""
    keys = state.roster.keys
    return (
        {party: member.keys for party, member in state.roster.members.items()},
        {key: (use.party, use.use) for key, use in keys.uses.items()},
        keys.delegations,
        set(keys.revocations),
        keys.mailboxes,
        {party: [link.digest for link in links] for party, links in state.chains.items()},
        {name: [each.digest for each in held] for name, held in state.slices.items() if isinstance(held, tuple)},
    )


def test_cut_anywhere_it_is_the_same(life: Life) -> None:
    whole = fold(life.entries, KINDS, life.start)
    for cut in range(len(life.entries) + 1):
        assert fold(life.entries[cut:], KINDS, fold(life.entries[:cut], KINDS, life.start)) == whole


def inserted(entries: Sequence[bytes], garbage: Sequence[tuple[int, bytes]]) -> list[bytes]:
    found = list(entries)
    for place, each in garbage:
        found.insert(min(place, len(found)), each)
    return found


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_void_changes_nothing_wherever_it_stands(life: Life, data: st.DataObject) -> None:
    """Before the end some of it would count, so each piece stands only where it is void."""
    whole = said(fold(life.entries, KINDS, life.start))
    pieces = st.tuples(st.integers(0, len(life.entries)), st.sampled_from(life.void) | st.binary(max_size=60))
    garbage = [
        (place, each)
        for place, each in data.draw(st.lists(pieces, max_size=6))
        if each not in life.entries[place:] and void_at(life, place, each)
    ]
    mixed = inserted(life.entries, sorted(garbage, key=lambda item: item[0], reverse=True))
    assert said(fold(mixed, KINDS, life.start)) == whole


def void_at(life: Life, place: int, entry: bytes) -> bool:
    state = fold([*life.entries[:place], entry], KINDS, life.start)
    return bool(state.void) and state.chains == fold(life.entries[:place], KINDS, life.start).chains


@settings(max_examples=30, deadline=None)
@given(order=st.permutations(range(5)))
def test_void_entries_change_nothing_in_whatever_order_they_come(life: Life, order: list[int]) -> None:
    garbage = [(len(life.entries), life.void[-1 - each]) for each in order]
    after = fold(inserted(life.entries, garbage), KINDS, life.start)
    assert said(after) == said(fold(life.entries, KINDS, life.start)) and len(after.void) == len(order)
