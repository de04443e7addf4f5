"""Syncing the log: nothing counts before it is shown to be this copy's own log, gone on; what breaks is taken up."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest

from tests.mission.copies import (
    Spied,
    contents,
    fill,
    forked,
    genesis_of,
    head_of,
    log_keys_of,
    log_signer,
    means_of,
    opened,
    sign_head,
    synced,
    three_copies,
    witness_signer,
    writer,
)
from tests.mission.stage import NOON_US, ORIGIN, a_deposit
from veedor.errors import StoreError, UsageError, VerifyError
from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.cosignature import cosign
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner, parse_note
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.verify import verify_log
from veedor.mission.exchange.pull import ForkError
from veedor.mission.exchange.source import FolderSource, UnreachableError
from veedor.mission.exchange.sync import sync
from veedor.mission.statements.types import DEPOSIT
from veedor.witness.evidence import check_evidence, read_evidence


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    return three_copies(tmp_path / "stage")


def need_same_log(stage: Path, party: str) -> None:
    """The party's log is whole, by the steps of the verifier, and its head is ve's; nothing else lies under tile/."""
    key = log_signer(stage).verifier
    verdict = verify_log(stage / party / "log", DiskFiles(), ORIGIN, key, genesis_of(stage))
    assert verdict.ok, verdict.steps[-1]
    assert verdict.steps[-1].found.endswith(" 0 files outside the tree")
    assert head_of(stage / party) == head_of(stage / "ve")
    partial = (stage / party / "log/tile").rglob("*.p/*")
    assert not [path for path in partial if path.parent.with_suffix("").is_file()], "superseded"


def test_a_log_is_followed_over_every_edge_of_its_tiles(stage: Path) -> None:
    for count in (1, 253, 1, 1, 1, 299, 500, 1):
        before = head_of(stage / "co").size
        fill(stage, count)
        done = synced(stage, "co", stage / "ve")
        assert (done.log.before, done.log.after) == (before, before + count)
        need_same_log(stage, "co")
    assert synced(stage, "co", stage / "ve").log.after == head_of(stage / "ve").size


def test_the_first_sync_takes_the_trusted_genesis_and_no_other(stage: Path) -> None:
    fill(stage, 300)
    shutil.rmtree(stage / "co/log")
    with pytest.raises(UsageError, match="not known here"):
        synced(stage, "co", stage / "ve")
    with pytest.raises(VerifyError, match="another genesis"):
        synced(stage, "co", stage / "ve", trust="ab" * 32)
    assert not (stage / "co/log/checkpoint").exists()
    assert synced(stage, "co", stage / "ve", trust=genesis_of(stage)).log.after == 301
    need_same_log(stage, "co")


def test_the_log_alone_is_a_source_too(stage: Path) -> None:
    fill(stage, 10)
    assert synced(stage, "co", stage / "ve/log").log.after == 11


def test_only_new_bundles_are_fetched_and_of_the_tiles_only_the_edge(stage: Path) -> None:
    fill(stage, 5 * 256)
    synced(stage, "co", stage / "ve")
    fill(stage, 256)
    source = Spied(stage / "ve")
    synced(stage, "co", source)
    assert source.bundles == ["log/tile/entries/005", "log/tile/entries/006.p/1"]
    assert len(source.read_paths) <= 8


@pytest.mark.parametrize("first", [True, False])
def test_a_broken_line_is_taken_up_and_no_bundle_is_fetched_twice(stage: Path, first: bool) -> None:
    fill(stage, 5 * 256 + 7)
    if first:
        shutil.rmtree(stage / "co/log")
    trust = genesis_of(stage)
    counting = Spied(stage / "ve")
    shutil.copytree(stage / "co", stage / "spare")
    synced(stage, "co", counting, trust)
    for at in range(len(counting.read_paths)):
        shutil.rmtree(stage / "co")
        shutil.copytree(stage / "spare", stage / "co")
        broken = Spied(stage / "ve", break_at=at)
        with pytest.raises(UnreachableError):
            synced(stage, "co", broken, trust)
        again = Spied(stage / "ve")
        done = synced(stage, "co", again, trust)
        need_same_log(stage, "co")
        # Only the first bundle of a first sync is read before the tree is: for the genesis, and not kept yet.
        assert not set(broken.bundles[1 if first else 0 :]) & set(again.bundles)
        assert done.log.fetched + done.log.resumed == 6


def test_a_smaller_head_of_the_same_log_is_nothing_new(stage: Path) -> None:
    shutil.copytree(stage / "ve", stage / "older")
    fill(stage, 300)
    synced(stage, "co", stage / "ve")
    before = contents(stage / "co")
    done = synced(stage, "co", stage / "older")
    assert (done.log.after, done.log.remote) == (301, 1)
    assert contents(stage / "co") == before


@pytest.mark.parametrize(("ours", "theirs"), [(5, 5), (5, 300), (300, 5), (4, 8), (8, 4), (256, 512), (3, 600)])
def test_a_fork_changes_nothing_and_a_stranger_can_check_the_evidence(stage: Path, ours: int, theirs: int) -> None:
    fill(stage, 2)
    twin = forked(stage)
    fill(stage, ours - 3 or 1)
    fill(twin, theirs - 3 or 1, "other")
    synced(stage, "co", stage / "ve")
    before = contents(stage / "co")
    with pytest.raises(ForkError, match="forked") as caught:
        synced(stage, "co", twin / "ve")
    file = Path(caught.value.file or "")
    fork = check_evidence(read_evidence(file.read_bytes()), log_keys_of(stage))
    heads = {head_of(stage / "ve"), head_of(twin / "ve")}
    assert {fork.older, fork.newer} == heads
    after = contents(stage / "co")
    assert after.pop(str(file.relative_to(stage / "co"))) and after == before
    # The copy itself is none the worse for it.
    fill(stage, 3)
    synced(stage, "co", stage / "ve")
    need_same_log(stage, "co")


def test_a_split_view_shows_as_soon_as_the_two_who_were_shown_it_meet(stage: Path) -> None:
    twin = forked(stage)
    fill(stage, 3)
    fill(twin, 4, "for qa only")
    synced(stage, "co", stage / "ve")
    synced(stage, "qa", twin / "ve")
    for party, other in (("co", "qa"), ("qa", "co")):
        with pytest.raises(ForkError):
            synced(stage, party, stage / other)
        (file,) = (stage / party / "evidence").iterdir()
        assert check_evidence(read_evidence(file.read_bytes()), log_keys_of(stage)).kind == "another beginning"


def test_a_head_that_nobody_of_the_mission_signed_is_no_evidence(stage: Path) -> None:
    stranger = NoteSigner(ORIGIN, SigningKey(b"\x09" * 32))
    fill(stage, 2)
    synced(stage, "co", stage / "ve")
    shutil.copytree(stage / "ve", stage / "lie")
    (stage / "lie/log/checkpoint").write_bytes(sign_checkpoint(Checkpoint(ORIGIN, 3, b"\x01" * 32), stranger))
    with pytest.raises(VerifyError, match="signed by no known log key"):
        synced(stage, "co", stage / "lie")
    assert not (stage / "co/evidence").exists()


@pytest.mark.parametrize("size", [2**62, 2**63 - 1, 10**9])
def test_a_head_that_claims_more_than_there_is_fails_at_the_first_missing_file(stage: Path, size: int) -> None:
    before = contents(stage / "co")
    for signer in (log_signer(stage), NoteSigner(ORIGIN, SigningKey(b"\x09" * 32))):
        source = Spied(
            stage / "ve",
            lambda path, data, signer=signer: (
                sign_checkpoint(Checkpoint(ORIGIN, size, b"\x01" * 32), signer) if path.endswith("checkpoint") else data
            ),
        )
        with pytest.raises(VerifyError):
            synced(stage, "co", source)
        assert len(source.read_paths) <= 2 and contents(stage / "co") == before


def test_every_changed_bit_of_what_is_fetched_is_refused_and_the_honest_copy_still_syncs(stage: Path) -> None:
    fill(stage, 256 + 44)
    honest = Spied(stage / "ve")
    shutil.copytree(stage / "co", stage / "spare")
    synced(stage, "co", honest)
    for path in dict.fromkeys(honest.read_paths):
        data = (stage / "ve" / path).read_bytes()
        for at in sorted({0, 1, len(data) // 3, len(data) // 2, len(data) - 1}):
            shutil.rmtree(stage / "co")
            shutil.copytree(stage / "spare", stage / "co")
            changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            before = head_of(stage / "co")
            lying = Spied(stage / "ve", lambda name, real, p=path, c=changed: c if name == p else real)
            with pytest.raises(VerifyError):
                synced(stage, "co", lying)
            assert head_of(stage / "co") == before, (path, at)
        synced(stage, "co", stage / "ve")
        need_same_log(stage, "co")


def test_another_members_key_does_not_sign_heads(stage: Path) -> None:
    fill(stage, 4)
    before = head_of(stage / "qa")
    (stage / "ve/log/checkpoint").write_bytes(sign_checkpoint(head_of(stage / "ve"), log_signer(stage, "co")))
    with pytest.raises(VerifyError, match="not signed by the log's key"):
        synced(stage, "qa", stage / "ve")
    assert head_of(stage / "qa") == before and not (stage / "qa/evidence").exists()


def test_cosignatures_come_with_the_head_and_later_ones_are_added(stage: Path) -> None:
    fill(stage, 4)
    head = head_of(stage / "ve")
    stranger = cosign(head.text(), type(witness_signer(stage, "co"))("example.org/w", SigningKey(b"\x08" * 32)), 7)
    (stage / "ve/log/checkpoint").write_bytes(sign_head(stage, head, ("co", 100)) + stranger)
    synced(stage, "qa", stage / "ve")
    names = [line.name for line in parse_note((stage / "qa/log/checkpoint").read_bytes()).signatures]
    assert names == [ORIGIN, f"{ORIGIN}/witness/co"]
    (stage / "ve/log/checkpoint").write_bytes(sign_head(stage, head, ("ve", 130), ("co", 90)))
    assert synced(stage, "qa", stage / "ve").log.cosigned
    lines = parse_note((stage / "qa/log/checkpoint").read_bytes()).signatures
    times = {line.name.rpartition("/")[2]: int.from_bytes(line.signature[:8], "big") for line in lines[1:]}
    assert times == {"co": 100, "ve": 130}
    assert not synced(stage, "qa", stage / "ve").log.cosigned


def test_one_wrong_cosignature_of_a_member_rejects_the_head(stage: Path) -> None:
    fill(stage, 4)
    note = bytearray(sign_head(stage, head_of(stage / "ve"), ("co", 100)))
    (stage / "ve/log/checkpoint").write_bytes(bytes(note[:-10]) + (b"A" if note[-10:-9] != b"A" else b"B") + note[-9:])
    with pytest.raises(VerifyError, match="wrong"):
        synced(stage, "qa", stage / "ve")
    assert head_of(stage / "qa").size == 1


def test_the_appender_never_takes_a_head_that_contradicts_its_record(stage: Path) -> None:
    shutil.copytree(stage / "ve", stage / "backup")
    twin = forked(stage)
    fill(stage, 5)
    fill(twin, 9, "other")
    shutil.rmtree(stage / "ve")
    shutil.copytree(stage / "backup", stage / "ve")
    before = contents(stage / "ve")
    with pytest.raises(VerifyError, match="itself appended"):
        synced(stage, "ve", twin / "ve")
    assert contents(stage / "ve") == before


def test_a_restored_backup_of_the_appender_goes_on_after_a_sync(stage: Path) -> None:
    shutil.copytree(stage / "ve", stage / "backup")
    fill(stage, 300)
    synced(stage, "co", stage / "ve")
    shutil.copytree(stage / "co", stage / "older")
    fill(stage, 5)
    synced(stage, "co", stage / "ve")
    shutil.rmtree(stage / "ve")
    shutil.copytree(stage / "backup", stage / "ve")
    with pytest.raises(StoreError, match="restored backup"):
        writer(stage)
    # A copy that has less than this machine appended cannot be held against the record: it is nothing new.
    assert synced(stage, "ve", stage / "older").log.after == 1
    assert synced(stage, "ve", stage / "co").log.after == 306
    fill(stage, 1)
    synced(stage, "co", stage / "ve")
    need_same_log(stage, "co")


def test_damage_of_ones_own_copy_is_not_taken_for_a_fork(stage: Path) -> None:
    fill(stage, 20)
    synced(stage, "co", stage / "ve")
    fill(stage, 20)
    tile = stage / "co/log/tile/0/000.p/21"
    tile.write_bytes(bytes(len(tile.read_bytes())))
    with pytest.raises(StoreError, match="own log is damaged"):
        synced(stage, "co", stage / "ve")
    assert not (stage / "co/evidence").exists()


def test_another_mission_or_no_log_is_said_so(stage: Path, tmp_path: Path) -> None:
    other = three_copies(tmp_path / "other")
    (tmp_path / "empty").mkdir()
    with pytest.raises(VerifyError, match="there is no log"):
        synced(stage, "co", tmp_path / "empty")
    (other / "ve/log/checkpoint").write_bytes(
        sign_checkpoint(
            Checkpoint("example.org/x", 1, b"\x01" * 32), NoteSigner("example.org/x", SigningKey(b"\x08" * 32))
        )
    )
    with pytest.raises(VerifyError, match="another log"):
        synced(stage, "co", other / "ve")


def test_a_log_that_goes_on_while_it_is_read_is_followed_to_the_head_that_was_read(stage: Path) -> None:
    fill(stage, 200)

    def grow(path: str) -> None:
        if path.endswith(("000.p/201",)):
            fill(stage, 200)  # the partial tiles that the old head names are gone by now

    source = Spied(stage / "ve", before=grow)
    assert synced(stage, "co", source).log.after == 201
    synced(stage, "co", stage / "ve")
    need_same_log(stage, "co")


def test_two_at_once_are_refused_and_the_first_goes_on(stage: Path) -> None:
    fill(stage, 3)

    def another(path: str) -> None:
        if path.endswith("checkpoint"):
            with pytest.raises(StoreError, match="another process"):
                sync(stage / "co", FolderSource(stage / "ve"), means_of(stage, "co"))

    assert synced(stage, "co", Spied(stage / "ve", before=another)).log.after == 4


def test_what_the_log_holds_leaves_the_outbox(stage: Path) -> None:
    with opened(stage, "co") as mission:
        private = mission.confidential.collect(share=False)
        made = mission.publish(DEPOSIT, a_deposit(private, party="co"), NOON_US, private)
        assert made.index is None
    shutil.copytree(stage / "co/outbox", stage / "ve/outbox", dirs_exist_ok=True)
    with opened(stage, "ve") as mission:
        assert [each.digest for each in mission.append_all().appended] == [made.digest]
    synced(stage, "co", stage / "ve")
    assert not [name for name in (stage / "co/outbox").iterdir() if name.suffix == ".json"]
    with opened(stage, "co") as mission, contextlib.suppress(StopIteration):
        assert mission.state.index_of("co", made.digest) == 1
