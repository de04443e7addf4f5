"""Looks, attestations and labels: who may say them of what."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.mission.speaking import Author, reason
from tests.mission.stage import NOON_US, a_deposit, a_run, found
from veedor.log.envelope import digest
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.state.fold import State, fold
from veedor.mission.state.kinds import KINDS
from veedor.mission.statements.acts import Attest, Label, Look
from veedor.mission.statements.bodies import Handling
from veedor.mission.statements.chain import BodyType
from veedor.mission.statements.types import ATTEST, DEPOSIT, LABEL, LOOK, RUN

HANDLING = Handling("simulated", "test", "intelligence_only", "ve", "none", NOON_US)


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


def test_a_look_names_a_member_as_owner(start: State, co: Author) -> None:
    look = Look("ve", "plots", "case", 3, NOON_US, "a" * 64)
    after = fold([co.says(start, LOOK, look)], KINDS, start)
    assert [each.body for each in after.slices["looks"]] == [look]
    stranger = msgspec.structs.replace(look, owner="xx")
    assert reason(start, co.says(start, LOOK, stranger)) == "unknown_party"


def test_a_document_is_attested_by_any_member(start: State, begun: Path) -> None:
    attest = Attest("court_document", NOON_US, "a" * 64, "")
    for party in ("ve", "co", "qa"):
        assert reason(start, Author(begun, party).says(start, ATTEST, attest)) is None


def test_who_made_a_statement_labels_it_and_nobody_else(start: State, ve: Author, co: Author) -> None:
    deposit = ve.says(start, DEPOSIT, a_deposit(ve.private))
    state = fold([deposit], KINDS, start)
    said = Label(digest(deposit), HANDLING)
    assert reason(start, ve.says(start, LABEL, said)) == "unknown_statement", "not in the log yet"
    assert reason(state, co.says(state, LABEL, said)) == "unknown_statement"
    labelled = fold([ve.says(state, LABEL, said)], KINDS, state)
    assert [each.body for each in labelled.slices["labels"]] == [said]


def test_a_label_of_what_does_not_count_is_void(start: State, ve: Author) -> None:
    void = ve.says(start, DEPOSIT, a_deposit(ve.private, simulated=False))
    unknown = ve.says(fold([void], KINDS, start), BodyType("later", 1, DEPOSIT.struct), a_deposit(ve.private))
    state = fold([void, unknown], KINDS, start)
    for entry in (void, unknown):
        assert reason(state, ve.says(state, LABEL, Label(digest(entry), HANDLING))) == "unknown_statement"
    assert reason(state, ve.says(state, LABEL, Label(start.genesis_digest, HANDLING))) == "unknown_statement"


def test_a_label_may_follow_in_the_same_batch_or_a_later_one(start: State, ve: Author) -> None:
    """What counts is remembered the same way whether the fold goes on or begins again."""
    entries, state = [], start
    for _ in range(2):
        entries.append(ve.says(state, RUN, a_run(ve.private)))
        state = fold(entries[-1:], KINDS, state)
        entries.append(ve.says(state, LABEL, Label(digest(entries[-1]), HANDLING)))
        state = fold(entries[-1:], KINDS, state)
    assert not state.void and fold(entries, KINDS, start) == state


def test_the_originator_of_a_label_is_a_member(start: State, ve: Author) -> None:
    run = ve.says(start, RUN, a_run(ve.private))
    state = fold([run], KINDS, start)
    said = Label(digest(run), msgspec.structs.replace(HANDLING, originator="xx"))
    assert reason(state, ve.says(state, LABEL, said)) == "unknown_originator"
