"""Publishing: outbox, then log; a crash between any two steps loses nothing and appends nothing twice."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mission.stage import NOON_US, a_deposit, a_run, found, means, some_findings
from tests.support.broken_files import BrokenFiles, Moment, SimulatedCrash, every_crash
from veedor.errors import StoreError, UsageError
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.folder import state_folder
from veedor.mission.copy.means import Means
from veedor.mission.copy.outbox import Outbox
from veedor.mission.state.kinds import deposits_of, findings_of, runs_of
from veedor.mission.statements.types import DEPOSIT, FINDINGS, RUN


def hand_in(mission: Mission, digest: bytes = b"\1" * 32):
    private = mission.confidential.collect(share=False)
    return mission.publish(DEPOSIT, a_deposit(private, digest, mission.party), NOON_US, private)


def test_deposit_run_and_findings_stand_in_the_log_in_this_order(mission: Mission) -> None:
    deposit = hand_in(mission)
    private = mission.confidential.collect(share=True)
    run = mission.publish(RUN, a_run(private), NOON_US, private)
    private = mission.confidential.collect(share=True)
    findings = mission.publish(FINDINGS, some_findings(private, run.digest), NOON_US, private)
    assert [each.index for each in (deposit, run, findings)] == [1, 2, 3]
    assert [each.seq for each in (deposit, run, findings)] == [1, 2, 3]
    state = mission.state
    assert (len(deposits_of(state)), len(runs_of(state)), len(findings_of(state))) == (1, 1, 1)
    assert not state.void and not mission.waiting()


def test_each_party_has_its_own_chain(mission: Mission, of_co: Mission) -> None:
    assert [hand_in(mission).seq, hand_in(of_co).seq, hand_in(mission, b"\2" * 32).seq] == [1, 1, 2]
    assert not mission.state.void


def test_what_would_be_void_is_refused_before_it_is_anywhere(tmp_path: Path, mission: Mission) -> None:
    private = mission.confidential.collect(share=False)
    with pytest.raises(UsageError, match="would be void") as caught:
        mission.publish(DEPOSIT, a_deposit(private, simulated=False), NOON_US, private)
    assert caught.value.found == "simulated_mark"
    assert mission.state.size == 1 and not mission.waiting()
    assert not list((tmp_path / "mission/keys").glob("openings/*"))


def test_a_copy_that_does_not_append_keeps_its_statements_in_the_outbox(tmp_path: Path, mission: Mission) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tmp_path / "mission", copy)
    shutil.rmtree(copy / "keys/ve")
    shutil.rmtree(copy / "keys/qa")
    with open_mission(copy, means(tmp_path), "co") as apart:
        made = [hand_in(apart), hand_in(apart, b"\2" * 32)]
        assert [(each.seq, each.index) for each in made] == [(1, None), (2, None)]
        assert [each.digest for each in apart.waiting()] == [each.digest for each in made]
        for each in apart.waiting():
            Outbox(tmp_path / "mission/outbox", DiskFiles()).put(each.party, each.seq, each.envelope)
    assert [each.index for each in mission.deliver()] == [1, 2]
    assert mission.deliver() == ()
    shutil.rmtree(copy / "log")
    shutil.copytree(tmp_path / "mission/log", copy / "log")
    with open_mission(copy, means(tmp_path), "co") as apart:
        assert not apart.waiting() and hand_in(apart, b"\3" * 32).seq == 3


def test_the_same_thing_is_recognised_by_its_private_opening(mission: Mission) -> None:
    assert mission.confidential.published("deposit/1", b"\1" * 32) is None
    made = hand_in(mission)
    assert mission.confidential.published("deposit/1", b"\1" * 32) == made.digest
    assert mission.confidential.published("deposit/1", b"\2" * 32) is None
    assert mission.confidential.published("details/1", b"\1" * 32) is None


def test_a_restored_backup_of_the_mission_cannot_fork_its_chain(tmp_path: Path, mission: Mission) -> None:
    shutil.copytree(tmp_path / "mission", tmp_path / "backup")
    hand_in(mission)
    shutil.rmtree(tmp_path / "mission")
    shutil.copytree(tmp_path / "backup", tmp_path / "mission")
    with (
        open_mission(tmp_path / "mission", means(tmp_path)) as restored,
        pytest.raises(StoreError, match="restored backup"),
    ):
        hand_in(restored, b"\2" * 32)


def test_a_statement_in_the_outbox_that_was_overtaken_stops_the_party_not_the_log(
    tmp_path: Path, mission: Mission
) -> None:
    shutil.copytree(tmp_path / "mission", tmp_path / "twin")
    shutil.rmtree(tmp_path / "twin/keys/qa")
    shutil.rmtree(tmp_path / "twin/keys/ve")
    with open_mission(tmp_path / "twin", means(tmp_path), "co") as twin:
        hand_in(twin, b"\2" * 32)
        with open_mission(tmp_path / "mission", means(tmp_path), "co") as other:
            hand_in(other)
        shutil.rmtree(tmp_path / "twin/log")
        shutil.copytree(tmp_path / "mission/log", tmp_path / "twin/log")
        with pytest.raises(StoreError, match="does not continue"):
            hand_in(twin, b"\3" * 32)


def test_a_changed_statement_in_the_outbox_is_not_sent(tmp_path: Path, mission: Mission) -> None:
    waiting = Outbox(tmp_path / "mission/outbox", DiskFiles()).put("ve", 1, b"x")
    file = next((tmp_path / "mission/outbox").glob("ve.*"))
    file.write_bytes(b"y")
    with pytest.raises(StoreError, match="changed"):
        mission.deliver()
    assert waiting.seq == 1


def test_reading_needs_neither_passphrase_nor_state_folder(tmp_path: Path, mission: Mission) -> None:
    hand_in(mission)
    shutil.rmtree(tmp_path / "state")
    reader = Means(DiskFiles(), tmp_path / "nowhere", lambda size: bytes(size))
    with open_mission(tmp_path / "mission", reader) as reading:
        assert len(deposits_of(reading.state)) == 1
        with pytest.raises(UsageError, match="passphrase"):
            hand_in(reading, b"\2" * 32)
    assert not (tmp_path / "nowhere").exists()


def test_a_mission_without_a_log_says_what_to_do(tmp_path: Path, mission: Mission) -> None:
    with pytest.raises(UsageError, match="no mission"), open_mission(tmp_path / "x", means(tmp_path)):
        pass
    shutil.rmtree(tmp_path / "mission/log")
    with pytest.raises(UsageError, match="does not exist yet"), open_mission(tmp_path / "mission", means(tmp_path)):
        pass


def test_head_records_lie_where_the_environment_says_else_in_the_users_state_folder() -> None:
    home = Path("/h")
    assert state_folder({"VEEDOR_STATE": "/x"}, home) == Path("/x")
    assert state_folder({"XDG_STATE_HOME": "/s"}, home) == Path("/s/veedor")
    assert state_folder({}, home).is_relative_to(home)


def two_deposits(folder: Path, given: Means) -> None:
    """What a person does again after a crash: the same two deposits, unless they were made already."""
    with open_mission(folder / "mission", given) as mission:
        mission.deliver()
        for digest in (b"\1" * 32, b"\2" * 32):
            if mission.confidential.published("deposit/1", digest) is None:
                hand_in(mission, digest)


@pytest.mark.parametrize("power", [pytest.param("kept", marks=pytest.mark.long), "lost"])
def test_a_crash_at_any_operation_loses_nothing_and_doubles_nothing(tmp_path: Path, power: str) -> None:
    model = tmp_path / "model"
    model.mkdir()
    found(model, others=())
    counting = trial(tmp_path, model, "count")
    with contextlib.closing(BrokenFiles(DiskFiles(), [counting])) as files:
        two_deposits(counting, means(counting, "work", files))
        operations = len(files.operations)
    assert operations > 20
    # A crash before an operation is a crash after the one before it.
    moments: tuple[Moment, ...] = ("after",) if power == "kept" else ("during", "after")
    for number, (at, moment) in enumerate(every_crash(operations, moments)):
        place = trial(tmp_path, model, f"{number}")
        with contextlib.closing(BrokenFiles(DiskFiles(), [place])) as files:
            files.break_at(at, moment)
            with contextlib.suppress(SimulatedCrash):
                two_deposits(place, means(place, "work", files))
            if power == "lost":
                files.lose_unsynced()
        two_deposits(place, means(place, "again"))
        entries = list(LogReader(place / "mission/log", DiskFiles()).entries())
        with open_mission(place / "mission", means(place)) as mission:
            assert len(entries) == len(deposits_of(mission.state)) + 1 == 3, (at, moment)
            assert not mission.state.void and not mission.waiting()
        shutil.rmtree(place)


def trial(tmp_path: Path, model: Path, name: str) -> Path:
    shutil.copytree(model, tmp_path / name)
    return tmp_path / name


def test_a_full_disk_is_an_error_and_the_next_try_goes_on(tmp_path: Path, stage: Means) -> None:
    for at in (0, 3, 6, 9, 12):
        with contextlib.closing(BrokenFiles(DiskFiles(), [tmp_path])) as files:
            files.break_at(at, "fails")
            with (
                pytest.raises(StoreError),
                open_mission(tmp_path / "mission", replace(stage, files=files)) as mission,
            ):
                hand_in(mission, bytes([at]) * 32)
    two_deposits(tmp_path, stage)
    with open_mission(tmp_path / "mission", stage) as mission:
        assert not mission.state.void and not mission.waiting()
