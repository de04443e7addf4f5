"""Cosignatures under the published head: they are added to this head only, outlive a crash whole, and go with it."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest

from tests.log.signing import sign
from tests.support.broken_files import MOMENTS, BrokenFiles, Moment, SimulatedCrash
from veedor.errors import StoreError, VerifyError
from veedor.log.cosignature import CosignerSigner, cosign, time_s
from veedor.log.ed25519 import SigningKey
from veedor.log.envelope import digest, statement
from veedor.log.note import NoteSigner, parse_note
from veedor.log_folder.files import DiskFiles, Files
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.verify import verify_log
from veedor.log_folder.writer import LogWriter

KEY = SigningKey(b"\x07" * 32)
SIGNER = NoteSigner("example.org/corridor", KEY)
GENESIS = sign(statement("https://example.org/genesis/1", {"corridor": "00" * 32}, {}), [KEY])
WITNESS = CosignerSigner("example.org/corridor/witness/co", SigningKey(b"\x08" * 32))
KEYS = [WITNESS.verifier]


def reopen(folder: Path, files: Files | None = None) -> LogWriter:
    files = files or DiskFiles()
    return LogWriter.open(folder / "log", files, HeadRecords(folder / "state", files), SIGNER, digest(GENESIS))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files, place = DiskFiles(), tmp_path / "made"
    place.mkdir()
    with LogWriter.create(place / "log", files, HeadRecords(place / "state", files), SIGNER, GENESIS) as writer:
        writer.append([b"first"])
    return place


def lines(folder: Path) -> list[tuple[str, int]]:
    """Who cosigned the published head, and when; the log's own line is always the first."""
    own, *others = parse_note((folder / "log" / "checkpoint").read_bytes()).signatures
    assert own.name == SIGNER.name
    return [(line.name, time_s(line)) for line in others]


def test_a_later_cosignature_replaces_the_earlier_one_of_the_same_witness(folder: Path) -> None:
    with reopen(folder) as writer:
        text = writer.checkpoint.text()
        for at_s in (5, 9, 7):
            assert writer.add_cosignatures(text, cosign(text, WITNESS, at_s), KEYS)
    assert lines(folder) == [(WITNESS.name, 9)]


def test_lines_of_nobody_known_are_left_out_and_a_wrong_one_changes_nothing(folder: Path) -> None:
    before = (folder / "log" / "checkpoint").read_bytes()
    stranger = CosignerSigner("example.org/stranger", SigningKey(b"\x09" * 32))
    with reopen(folder) as writer:
        text = writer.checkpoint.text()
        assert writer.add_cosignatures(text, cosign(text, stranger, 5), KEYS)
        assert (folder / "log" / "checkpoint").read_bytes() == before
        bad = cosign(text, WITNESS, 5)[:-8] + b"AAAAAA=\n"
        with pytest.raises(VerifyError):
            writer.add_cosignatures(text, bad, KEYS)
    assert (folder / "log" / "checkpoint").read_bytes() == before


def test_a_cosignature_of_an_older_head_is_not_put_under_a_newer_one(folder: Path) -> None:
    with reopen(folder) as writer:
        older = writer.checkpoint.text()
        writer.append([b"second"])
        assert not writer.add_cosignatures(older, cosign(older, WITNESS, 5), KEYS)
    assert lines(folder) == []


def test_cosignatures_outlive_opening_the_log_again_and_go_with_the_next_head(folder: Path) -> None:
    with reopen(folder) as writer:
        text = writer.checkpoint.text()
        writer.add_cosignatures(text, cosign(text, WITNESS, 5), KEYS)
    with reopen(folder) as writer:
        writer.append([])
        assert lines(folder) == [(WITNESS.name, 5)]
        writer.append([b"second"])
    assert lines(folder) == []


def test_a_closed_writer_changes_nothing(folder: Path) -> None:
    writer = reopen(folder)
    text = writer.checkpoint.text()
    writer.close()
    with pytest.raises(StoreError):
        writer.add_cosignatures(text, cosign(text, WITNESS, 5), KEYS)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("power", [False, True])
def test_a_crash_leaves_the_head_with_its_cosignature_or_without_never_half(
    folder: Path, moment: Moment, power: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("veedor.log_folder.files._sync", lambda handle: None)

    def work(place: Path, files: Files) -> None:
        with reopen(place, files) as writer:
            text = writer.checkpoint.text()
            writer.add_cosignatures(text, cosign(text, WITNESS, 5), KEYS)

    kept = folder.parent / "kept"
    shutil.copytree(folder, kept)
    with contextlib.closing(BrokenFiles(DiskFiles(), [folder])) as files:
        work(folder, files)
        operations = len(files.operations)
    assert operations >= 3
    for at in range(operations):
        place = folder.parent / "run"
        shutil.copytree(kept, place)
        with contextlib.closing(BrokenFiles(DiskFiles(), [place])) as files:
            files.break_at(at, moment)
            with pytest.raises(SimulatedCrash):
                work(place, files)
            if power:
                files.lose_unsynced()
        assert lines(place) in ([], [(WITNESS.name, 5)])
        with reopen(place) as writer:
            writer.append([b"after the crash"])
        assert verify_log(place / "log", DiskFiles(), SIGNER.name, SIGNER.verifier, digest(GENESIS)).ok
        shutil.rmtree(place)
