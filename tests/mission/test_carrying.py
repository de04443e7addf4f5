"""Files by digest: every copy gets what it needs to make the same common runs, and takes nothing on trust."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest

from tests.mission.copies import Spied, opened, synced, three_copies
from tests.mission.handing_in import EveryHour, deposit_plots, plots_file, run_all
from tests.mission.test_taking_in import append, stick_of
from veedor.engine.detector import Detector
from veedor.errors import UsageError, VerifyError
from veedor.log_folder.files import DiskFiles
from veedor.mission.deposits.held import held_deposits
from veedor.mission.exchange.share import share
from veedor.mission.exchange.source import MOST_NAMES, FolderSource
from veedor.mission.runs.run import not_held
from veedor.mission.state.kinds import deposits_of
from veedor.mission.statements.sealed import MAGIC
from veedor.mission.verification.checks import checks
from veedor.mission.verification.verify import verify

DETECTORS: tuple[Detector, ...] = (EveryHour(),)


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    return three_copies(tmp_path / "stage")


def exchange(stage: Path) -> None:
    """Everything goes round by stick once: to the appender, and back to all."""
    append(stage, *(stick_of(stage, party) for party in ("co", "qa")))
    stick = stick_of(stage, "ve")
    for party in ("co", "qa"):
        synced(stage, party, stick)


def test_three_copies_end_with_the_same_state_and_the_same_digests_of_common_runs(stage: Path) -> None:
    for party, rows in (("ve", 20), ("co", 31)):
        with opened(stage, party) as mission:
            deposit_plots(mission, plots_file(stage, f"{party}.csv", rows=rows))
            deposit_plots(mission, plots_file(stage, f"{party}-own.csv", rows=rows + 3), mode="sealed")
    append(stage, stick_of(stage, "co"))
    exchange(stage)
    digests, states = [], []
    for party in ("ve", "co", "qa"):
        with opened(stage, party) as mission:
            assert len(list(held_deposits(mission.folder, mission.files, mission.state))) == (2 if party == "qa" else 3)
            assert not_held(mission) == ()
            states.append(mission.state.chains)
            done = run_all(mission)
            assert len(done.results.record.deposits) == 2
            digests.append(done.results.record.digests)
    assert states[0] == states[1] == states[2]
    assert digests[0] == digests[1] == digests[2]
    exchange(stage)
    # Each can now check the others' deposits from their files, and the runs.
    for party in ("ve", "co", "qa"):
        with opened(stage, party) as mission:
            asked = checks(mission.files, lambda party=party: opened(stage, party), DETECTORS, rederive=True)
            result = verify(stage / party, mission.files, mission.state.genesis_digest, asked)
            assert result.verdict == "not agreed", result.failure
            assert len(mission.state.chains["qa"]) == 2


@pytest.fixture
def stick(stage: Path) -> Path:
    """A stick of `ve` with one open deposit in the log, and one payload."""
    with opened(stage, "ve") as mission:
        deposit_plots(mission, plots_file(stage))
    (stage / "ve/payloads").mkdir()
    (stage / "ve/payloads" / f"{sha256(b'sealed').hexdigest()}.sealed").write_bytes(b"sealed")
    return stick_of(stage, "ve")


def test_payloads_come_by_digest(stage: Path, stick: Path) -> None:
    assert synced(stage, "co", stick).carried.payloads == 1
    assert synced(stage, "co", stick).carried.payloads == 0
    assert [path.read_bytes() for path in (stage / "co/payloads").iterdir()] == [b"sealed"]


def changed_openings(data: bytes, **changes: object) -> bytes:
    return json.dumps(json.loads(data) | changes).encode()


@pytest.mark.parametrize("what", ["openings", "deposits", "payloads"])
def test_changed_files_are_told_and_not_kept_and_the_rest_comes(stage: Path, stick: Path, what: str) -> None:
    def spoil(path: str, data: bytes | None) -> bytes | None:
        return data[:-3] + b"123" if data and path.startswith(what) and not path.endswith("list") else data

    done = synced(stage, "co", Spied(stick, spoil)).carried
    assert len(done.wrong) == 1 and isinstance(done.wrong[0], VerifyError)
    assert (done.openings, done.payloads) == (0 if what == "openings" else 1, 0 if what == "payloads" else 1)
    assert done.files == (1 if what == "payloads" else 0)
    assert not list((stage / "co").rglob("*.part"))
    again = synced(stage, "co", stick).carried
    assert again.wrong == ()
    with opened(stage, "co") as mission:
        (held,) = held_deposits(mission.folder, mission.files, mission.state)
        assert all(file.place.is_file() for file in held.files)


def test_openings_that_are_not_for_everybody_are_not_taken(stage: Path, stick: Path) -> None:
    for change in ({"share": "nobody"}, {"statement": "ab" * 32}):
        lying = Spied(
            stick,
            lambda path, data, change=change: (
                changed_openings(data, **change) if data and path.startswith("openings") else data
            ),
        )
        assert len(synced(stage, "co", lying).carried.wrong) == 1
        assert not list((stage / "co/keys/openings").glob("*")) if (stage / "co/keys/openings").exists() else True


def test_a_file_that_grows_while_it_is_fetched_is_cut_off_at_what_it_may_have(stage: Path, stick: Path) -> None:
    (file,) = (stick / "deposits").iterdir()
    with file.open("ab") as stream:
        stream.write(bytes(3 << 20))
    done = synced(stage, "co", stick).carried
    assert done.files == 0 and "larger" in str(done.wrong[0])


def test_names_that_lead_elsewhere_are_no_names(stage: Path, stick: Path) -> None:
    names = (
        "../../evil",
        "/etc/passwd",
        "a/b",
        f"{'ab' * 32}.sealed/..",
        f"{'AB' * 32}.sealed",
        ".sealed",
        "co.1.x.json",
    )

    class Tricky(Spied):
        def list(self, folder: str) -> tuple[str, ...]:
            return (*super().list(folder), *names)

    source = Tricky(stick)
    done = synced(stage, "co", source)
    assert done.carried.wrong == () and done.outbox.refused == ()
    assert not [path for path in source.read_paths if ".." in path or path.startswith("/")]


def test_a_stick_with_links_pipes_and_devices_is_read_without_hanging(stage: Path, stick: Path) -> None:
    (file,) = (stick / "deposits").iterdir()
    file.unlink()
    os.mkfifo(file)
    (payload,) = (stick / "payloads").glob("*.sealed")
    payload.unlink()
    payload.symlink_to("/dev/zero")
    done = synced(stage, "co", stick)
    assert (done.carried.openings, done.carried.files, done.carried.payloads) == (1, 0, 0)
    (stick / "log/checkpoint").unlink()
    os.mkfifo(stick / "log/checkpoint")
    with pytest.raises(VerifyError, match="there is no log"):
        synced(stage, "co", stick)


def test_a_folder_with_very_many_names_is_read_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veedor.mission.exchange.source.MOST_NAMES", 10)
    for number in range(30):
        (tmp_path / f"{number}").touch()
    assert len(FolderSource(tmp_path.parent).list(tmp_path.name)) == 10 < MOST_NAMES


def test_a_stick_that_is_ahead_or_forked_is_told(stage: Path, stick: Path) -> None:
    synced(stage, "co", stick)
    with opened(stage, "ve") as mission:
        deposit_plots(mission, plots_file(stage, "b.csv", rows=5))
    stick_of(stage, "ve")
    with opened(stage, "co") as mission, mission.alone():
        assert share(mission, stick).log.after == 3, "the stick keeps the newer log"
        with pytest.raises(UsageError, match="nobody else may have"):
            share(mission, stage / "ve")
    assert DiskFiles().exists(stick / "log/checkpoint")


def test_what_must_be_destroyed_by_now_does_not_come_back_from_another_copy(
    stage: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(stage, "ve") as mission:
        (deposit,) = deposits_of(mission.state)
    until_us = deposit.body.handling.retain_until_us
    name = f"{sha256(MAGIC + bytes(32) + bytes.fromhex(deposit.digest)).hexdigest()}.sealed"
    (stick / "payloads" / name).write_bytes(MAGIC + bytes(32) + bytes.fromhex(deposit.digest))
    with (stick / "payloads/list").open("a") as listing:
        listing.write(name + "\n")
    monkeypatch.setattr("veedor.mission.exchange.carry.time_so_far_us", lambda state: until_us)
    done = synced(stage, "co", stick).carried
    assert (done.openings, done.files, done.payloads) == (0, 0, 1), "only the payload of nobody's statement"
    with opened(stage, "ve") as mission, mission.alone():
        share(mission, stick)
    assert not list((stick / "openings").iterdir()) and not (stick / "payloads" / name).exists()
    monkeypatch.setattr("veedor.mission.exchange.carry.time_so_far_us", lambda state: until_us - 1)
    stick_of(stage, "ve")
    assert synced(stage, "co", stick).carried.openings == 1
