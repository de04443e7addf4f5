"""Taking over the log: a lost head record comes back only from the witnesses; a handover changes who signs."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest

from tests.mission.copies import (
    contents,
    fill,
    forked,
    genesis_of,
    head_of,
    log_keys_of,
    log_signer,
    opened,
    sign_head,
    synced,
    three_copies,
    writer,
)
from tests.mission.stage import NOON_US, ORIGIN, PASSPHRASE
from tests.mission.test_taking_in import hand_in, stick_of
from tests.mission.web import serving
from tests.support.broken_files import BrokenFiles, Moment, SimulatedCrash, every_crash
from veedor.errors import StoreError, UsageError, VerifyError
from veedor.log.checkpoint import Checkpoint, open_checkpoint
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.copy.outbox import Outbox
from veedor.mission.exchange.pull import ForkError
from veedor.mission.exchange.recover import Answer, Recovered, read_answers, recover
from veedor.mission.statements.authority import Handover
from veedor.mission.statements.chain import Chain, payload, signed
from veedor.mission.statements.types import HANDOVER
from veedor.mission.verification.verify import verify
from veedor.witness.decision import write_request
from veedor.witness.evidence import check_evidence, read_evidence


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    return three_copies(tmp_path / "stage")


def recovered(stage: Path, party: str, *notes: bytes, files: BrokenFiles | None = None) -> Recovered:
    with opened(stage, party, files) as mission, mission.alone():
        return recover(mission, [Answer(f"note {number}", note) for number, note in enumerate(notes)])


def record_of(stage: Path, party: str):
    return HeadRecords(stage / f"{party}.state", DiskFiles()).read(genesis_of(stage))


def test_a_lost_record_comes_back_when_enough_witnesses_say_that_nothing_is_newer(stage: Path) -> None:
    fill(stage, 300)
    shutil.rmtree(stage / "ve.state")
    with pytest.raises(StoreError, match="no head record") as refused:
        writer(stage)
    assert refused.value.next_step is not None and "log recover" in refused.value.next_step
    now = sign_head(stage, head_of(stage / "ve"), ("co", 200), ("qa", 210))
    done = recovered(stage, "ve", now)
    assert [(each.party, each.time_s) for each in done.heard] == [("co", 200), ("qa", 210)]
    assert done.silent == ("ve",) and done.head.size == 301
    fill(stage, 1)
    synced(stage, "co", stage / "ve")


@pytest.mark.parametrize(
    ("cosigners", "enough"),
    [
        ([], False),
        (["co"], False),
        (["qa"], False),
        (["co", "ve"], True),  # the agreement quorum: all parties
        (["co", "qa"], True),  # the clock quorum: a majority, one of them not a party
    ],
)
def test_how_many_witnesses_must_be_heard(stage: Path, cosigners: list[str], enough: bool) -> None:
    shutil.rmtree(stage / "ve.state")
    notes = [sign_head(stage, head_of(stage / "ve"), (party, 100)) for party in cosigners]
    if enough:
        assert recovered(stage, "ve", *notes).head.size == 1
        return
    with pytest.raises(VerifyError, match="not enough witnesses") as caught:
        recovered(stage, "ve", *notes)
    assert caught.value.found is not None
    for party in {"ve", "co", "qa"} - set(cosigners):
        assert party in caught.value.found.partition("silent: ")[2]
    assert record_of(stage, "ve") is None


def test_a_witness_that_knows_more_stops_it_until_the_log_is_fetched(stage: Path) -> None:
    shutil.copytree(stage / "ve", stage / "backup")
    fill(stage, 300)
    synced(stage, "co", stage / "ve")
    newest = sign_head(stage, head_of(stage / "ve"), ("co", 500))
    older = sign_head(stage, head_of(stage / "backup"), ("qa", 400), ("co", 100))
    shutil.rmtree(stage / "ve.state")
    shutil.rmtree(stage / "ve")
    shutil.copytree(stage / "backup", stage / "ve")
    with pytest.raises(VerifyError, match="newer head") as caught:
        recovered(stage, "ve", older, newest)
    assert caught.value.next_step is not None and "sync" in caught.value.next_step
    assert record_of(stage, "ve") is None
    synced(stage, "ve", stage / "co")
    assert recovered(stage, "ve", older, newest).head.size == 301
    fill(stage, 1)


@pytest.mark.parametrize(("theirs", "more"), [(2, False), (5, False), (6, False), (9, True)])
def test_a_head_that_a_witness_saw_and_this_copy_did_not_make_is_a_fork(stage: Path, theirs: int, more: bool) -> None:
    twin = forked(stage)
    fill(stage, 5)
    fill(twin, theirs - 1, "other")
    shutil.rmtree(stage / "ve.state")
    note = sign_head(stage, head_of(twin / "ve"), ("co", 100), ("qa", 100))
    if more:
        with pytest.raises(VerifyError, match="newer head"):
            recovered(stage, "ve", note)
    else:
        with pytest.raises(ForkError) as caught:
            recovered(stage, "ve", note)
        evidence = read_evidence(Path(caught.value.file or "").read_bytes())
        assert check_evidence(evidence, log_keys_of(stage)).older.size == theirs
    assert record_of(stage, "ve") is None


def test_a_damaged_log_gives_no_record(stage: Path) -> None:
    fill(stage, 300)
    note = sign_head(stage, head_of(stage / "ve"), ("co", 100), ("qa", 100))
    shutil.rmtree(stage / "ve.state")
    file = stage / "ve/log/tile/entries/000"
    file.write_bytes(file.read_bytes().replace(b"entry 77", b"entry 78"))
    with pytest.raises(StoreError, match="not whole"):
        recovered(stage, "ve", note)
    assert record_of(stage, "ve") is None


def test_a_record_that_is_there_never_goes_back(stage: Path) -> None:
    shutil.copytree(stage / "ve", stage / "backup")
    old = sign_head(stage, head_of(stage / "ve"), ("co", 100), ("qa", 100))
    fill(stage, 5)
    shutil.rmtree(stage / "ve")
    shutil.copytree(stage / "backup", stage / "ve")
    with pytest.raises(StoreError, match="nothing was lost"):
        recovered(stage, "ve", old)
    assert record_of(stage, "ve").size == 6


def test_lines_of_strangers_and_logs_of_others_count_for_nothing(stage: Path) -> None:
    shutil.rmtree(stage / "ve.state")
    head = head_of(stage / "ve")
    one = sign_head(stage, head, ("co", 100))
    renamed = one.replace(f"{ORIGIN}/witness/co".encode(), f"{ORIGIN}/witness/qa".encode())
    with pytest.raises(VerifyError, match="not enough"):
        recovered(stage, "ve", one, renamed, one)
    other = sign_head(stage, Checkpoint("example.org/other", 1, head.root), ("co", 100), ("qa", 100))
    with pytest.raises(VerifyError, match="another log"):
        recovered(stage, "ve", other)


def test_answers_come_from_files_folders_and_servers(stage: Path) -> None:
    note = sign_head(stage, head_of(stage / "ve"), ("co", 100))
    (stage / "a.head").write_bytes(note)
    (stage / "co/log/checkpoint").write_bytes(note)
    with serving(stage / "co") as address:
        for place, count in ((stage / "a.head", 1), (stage / "co", 1), (stage / "co/log", 1), (stage, 1), (address, 1)):
            found = read_answers(str(place), DiskFiles(), lambda: 0.0)
            assert [each.note for each in found] == [note] * count
    with pytest.raises(UsageError, match="no signed head"):
        read_answers(str(stage / "co/outbox"), DiskFiles(), lambda: 0.0)


def test_recovery_survives_a_crash_at_every_operation(stage: Path) -> None:
    fill(stage, 3)
    shutil.rmtree(stage / "ve.state")
    note = sign_head(stage, head_of(stage / "ve"), ("co", 100), ("qa", 100))
    for at, moment in every_crash(40):
        trial = stage.with_name("trial")
        shutil.copytree(stage, trial)
        with contextlib.closing(BrokenFiles(DiskFiles(), [trial])) as files:
            files.break_at(at, moment)
            crashed = True
            with contextlib.suppress(SimulatedCrash):
                recovered(trial, "ve", note, files=files)
                crashed = False
            files.lose_unsynced()
        assert crashed or record_of(trial, "ve") is not None
        recovered(trial, "ve", note)
        fill(trial, 1)
        shutil.rmtree(trial)
        if not crashed:
            assert at > 3
            return
    pytest.fail("recovery never ended")


def handover(stage: Path, to: str, author: str, seq: int = 1, prev: str | None = None) -> bytes:
    """Signed by all parties, as the agreement quorum asks."""
    keys = [load_key(Folder(stage / party), party, "statement", PASSPHRASE).signing for party in ("ve", "co")]
    if author == "qa":
        keys.append(load_key(Folder(stage / "qa"), "qa", "statement", PASSPHRASE).signing)
    signers = tuple(sorted(key.public.hex() for key in keys))
    chain = Chain(genesis_of(stage), author, seq, prev or genesis_of(stage), NOON_US, signers)
    return signed(payload(HANDOVER, chain, Handover(to)), keys)


def take_over(stage: Path, files: BrokenFiles | None = None, seed: str = "") -> list[tuple[str, int]]:
    with opened(stage, "co", files, seed) as mission:
        return [(each.party, each.seq) for each in mission.append_all().appended]


def ready_to_take_over(stage: Path, author: str = "co") -> None:
    fill(stage, 300)
    synced(stage, "co", stage / "ve")
    synced(stage, "qa", stage / "ve")
    Outbox(stage / "co/outbox", DiskFiles()).put(author, 1, handover(stage, "co", author))
    recovered(stage, "co", sign_head(stage, head_of(stage / "ve"), ("co", 100), ("qa", 100)))


def signer_of(stage: Path, party: str) -> str:
    """Which member's log key signed the head in this copy."""
    data = (stage / party / "log/checkpoint").read_bytes()
    found = []
    for each in ("ve", "co"):
        with contextlib.suppress(VerifyError):
            open_checkpoint(data, ORIGIN, log_signer(stage, each).verifier)
            found.append(each)
    (one,) = found
    return one


def test_the_new_appender_goes_on_and_signs_from_the_handover_on(stage: Path) -> None:
    Outbox(stage / "co/outbox", DiskFiles()).put("co", 1, handover(stage, "co", "co"))
    with opened(stage, "co") as mission, pytest.raises(StoreError, match="no head record"):
        mission.append_all()
    ready_to_take_over(stage)
    assert take_over(stage) == [("co", 1)]
    assert signer_of(stage, "co") == "co" and head_of(stage / "co").size == 302
    for party in ("ve", "qa"):
        assert synced(stage, party, stage / "co").log.after == 302
        assert verify(stage / party, DiskFiles(), genesis_of(stage)).verdict == "not agreed"
    with opened(stage, "ve") as mission:
        assert mission.state.roster.appender == "co"
        made = hand_in(mission)
        with pytest.raises(UsageError, match="does not append"):
            mission.append_all()
    synced(stage, "co", stick_of(stage, "ve"))
    assert take_over(stage) == [("ve", 1)]
    assert synced(stage, "ve", stage / "co").log.after == 303
    with opened(stage, "ve") as mission:
        assert mission.state.index_of("ve", made) == 302


def test_the_old_appender_does_not_append_the_handover_but_goes_on_until_then(stage: Path) -> None:
    ready_to_take_over(stage)
    stick = stick_of(stage, "co")
    with opened(stage, "co") as mission:
        assert mission.state.size == 301
    synced(stage, "ve", stick)
    with opened(stage, "ve") as mission:
        done = mission.append_all()
        assert done.appended == () and [each.reason for each in done.later] == ["handover"]
        hand_in(mission)
        assert len(mission.outbox.names()) == 1, "it waits, and is not set aside"
    assert head_of(stage / "ve").size == 302
    with pytest.raises(StoreError, match="no head record"):
        # The new appender's copy is behind now; its record says so, and nothing is forked.
        shutil.rmtree(stage / "co.state")
        take_over(stage)


def test_a_handover_comes_first_with_what_its_author_said_before(stage: Path) -> None:
    fill(stage, 2)
    synced(stage, "co", stage / "ve")
    with opened(stage, "co") as mission:
        made = hand_in(mission)
    outbox = Outbox(stage / "co/outbox", DiskFiles())
    outbox.put("co", 2, handover(stage, "co", "co", 2, made))
    outbox.put("qa", 1, handover(stage, "qa", "qa"))
    recovered(stage, "co", sign_head(stage, head_of(stage / "co"), ("co", 100), ("qa", 100)))
    assert take_over(stage) == [("co", 1), ("co", 2)]
    assert [each.party for each in outbox.names()] == ["qa"], (
        "the log is this copy's now; it hands nothing on by itself"
    )


def test_a_head_that_holds_the_handover_must_be_signed_by_the_new_key(stage: Path) -> None:
    with writer(stage) as log:
        log.append([handover(stage, "co", "co")])
    with pytest.raises(VerifyError, match="not signed by the log's key"):
        synced(stage, "qa", stage / "ve")
    assert head_of(stage / "qa").size == 1


def test_an_old_appender_that_goes_on_after_the_handover_is_caught(stage: Path) -> None:
    ready_to_take_over(stage)
    take_over(stage)
    fill(stage, 7, "behind everybody's back")
    synced(stage, "qa", stage / "co")
    before = contents(stage / "qa/log")
    with pytest.raises(ForkError) as caught:
        synced(stage, "qa", stage / "ve")
    fork = check_evidence(read_evidence(Path(caught.value.file or "").read_bytes()), log_keys_of(stage))
    assert fork.signers[0] != fork.signers[1]
    assert contents(stage / "qa/log") == before


@pytest.mark.parametrize("author", ["co", pytest.param("qa", marks=pytest.mark.long)])
@pytest.mark.parametrize("power", [pytest.param("kept", marks=pytest.mark.long), "lost"])
def test_a_crash_while_taking_over_leaves_one_log(stage: Path, author: str, power: str) -> None:
    ready_to_take_over(stage, author)
    count = 0
    moments: tuple[Moment, ...] = ("during", "after")
    for at, moment in every_crash(60, moments):
        trial = stage.with_name("trial")
        shutil.copytree(stage, trial)
        with contextlib.closing(BrokenFiles(DiskFiles(), [trial])) as files:
            files.break_at(at, moment)
            crashed = True
            with contextlib.suppress(SimulatedCrash):
                take_over(trial, files)
                crashed = False
            if power == "lost":
                files.lose_unsynced()
        with contextlib.suppress(UsageError):
            take_over(trial, seed="again")
        assert head_of(trial / "co").size == 302 and signer_of(trial, "co") == "co"
        assert synced(trial, "qa", trial / "co").log.after == 302
        with opened(trial, "co") as mission:
            assert not [each for each in mission.state.void if each.index > 300] and not mission.outbox.names()
        shutil.rmtree(trial)
        count += 1
        if not crashed:
            break
    assert 20 < count < 120


def test_the_writer_takes_another_key_only_for_that_one_append(stage: Path) -> None:
    ready_to_take_over(stage)
    take_over(stage)
    shutil.copy(stage / "ve/log/checkpoint", stage / "co/log/checkpoint")
    with pytest.raises(StoreError, match="cannot be trusted"):
        writer(stage, "co")
    assert LogReader(stage / "co/log", DiskFiles()).checkpoint().size == 301


def test_witnesses_that_answer_on_a_stick_are_heard_by_their_answers(stage: Path) -> None:
    fill(stage, 300)
    head, folder = head_of(stage / "ve"), stage / "requests"
    bare = sign_head(stage, head)
    request = f"{genesis_of(stage)[:8]}-{head.size:010d}-{1:010d}.request"
    folder.mkdir()
    (folder / request).write_bytes(write_request(1, [], bare))
    for number, party in enumerate(("co", "qa")):
        line = sign_head(stage, head, (party, 200 + number)).removeprefix(bare)
        (folder / f"{request}.{number:08x}.answer").write_bytes(line)
    (folder / f"{request}.00000007.refused").write_bytes(b"409\n301\n")
    (folder / f"{request}.00000008.answer").write_bytes(b"\xff")
    (folder / f"{request[:9]}{7:010d}-{1:010d}.request.00000009.answer").write_bytes(b"to no request")
    shutil.rmtree(stage / "ve.state")
    answers = read_answers(str(folder), DiskFiles(), lambda: 0.0)
    with opened(stage, "ve") as mission, mission.alone():
        done = recover(mission, [each for each in answers if not each.note.endswith(b"\xff")])
    assert [(each.party, each.time_s) for each in done.heard] == [("co", 200), ("qa", 201)]
    with opened(stage, "ve") as mission, mission.alone(), pytest.raises(VerifyError):
        recover(mission, answers)  # what does not read is told, not left out: people decide what it was
