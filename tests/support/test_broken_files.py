"""The breaking store loses exactly what a loss of power may take, and nothing that was made durable."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from tests.support.broken_files import MOMENTS, BrokenFiles, SimulatedCrash, every_crash
from veedor.errors import StoreError
from veedor.log_folder.files import DiskFiles, commit_new, make_folders, write_durable


@pytest.fixture
def broken(tmp_path: Path):
    with contextlib.closing(BrokenFiles(DiskFiles(), [tmp_path])) as files:
        yield files


def test_a_file_without_a_folder_sync_is_gone_and_with_one_it_stays(broken: BrokenFiles, tmp_path: Path) -> None:
    broken.create(tmp_path / "synced", b"one")
    broken.sync_folder(tmp_path)
    broken.create(tmp_path / "unsynced", b"two")
    broken.lose_unsynced()
    assert [path.name for path in tmp_path.iterdir()] == ["synced"]


def test_a_rename_without_a_folder_sync_is_undone_and_the_old_content_is_back(tmp_path: Path) -> None:
    (tmp_path / "head").write_bytes(b"old")
    files = BrokenFiles(DiskFiles(), [tmp_path])
    files.create(tmp_path / "head.part", b"new")
    files.rename(tmp_path / "head.part", tmp_path / "head")
    files.lose_unsynced()
    assert (tmp_path / "head").read_bytes() == b"old"
    assert not (tmp_path / "head.part").exists()


def test_a_rename_that_survives_without_synced_content_leaves_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "head").write_bytes(b"old")
    files = BrokenFiles(DiskFiles(), [tmp_path])
    (tmp_path / "head.part").write_bytes(b"written behind the store's back")
    files.rename(tmp_path / "head.part", tmp_path / "head")
    files.lose_unsynced(keep=lambda path: True)
    assert (tmp_path / "head").read_bytes() == b""


def test_a_removal_and_a_link_without_a_sync_are_undone(tmp_path: Path) -> None:
    (tmp_path / "gone").write_bytes(b"here")
    files = BrokenFiles(DiskFiles(), [tmp_path])
    files.link(tmp_path / "gone", tmp_path / "second")
    files.remove(tmp_path / "gone")
    files.lose_unsynced()
    assert [path.name for path in tmp_path.iterdir()] == ["gone"]


def test_a_new_folder_is_lost_with_all_in_it_unless_its_parent_was_synced(broken: BrokenFiles, tmp_path: Path) -> None:
    make_folders(broken, tmp_path / "a" / "b")
    broken.make_folder(tmp_path / "c")
    write_durable(broken, tmp_path / "c" / "file", b"x")
    broken.lose_unsynced()
    assert (tmp_path / "a" / "b").is_dir()
    assert not (tmp_path / "c").exists()


def test_after_a_crash_every_call_raises_and_locks_are_free(broken: BrokenFiles, tmp_path: Path) -> None:
    broken.break_at(0, "before")
    with pytest.raises(SimulatedCrash), broken.lock(tmp_path / "lock"):
        broken.create(tmp_path / "file", b"")
    with pytest.raises(SimulatedCrash):
        broken.read(tmp_path / "file")
    with DiskFiles().lock(tmp_path / "lock"):
        assert not (tmp_path / "file").exists()


def test_a_failing_operation_raises_the_house_error_and_the_store_goes_on(broken: BrokenFiles, tmp_path: Path) -> None:
    broken.break_at(0, "fails")
    with pytest.raises(StoreError):
        broken.create(tmp_path / "file", b"content")
    assert (tmp_path / "file").read_bytes() == b"con"
    write_durable(broken, tmp_path / "file", b"content")
    assert (tmp_path / "file").read_bytes() == b"content"


@pytest.mark.parametrize("power", [False, True])
def test_a_durable_write_leaves_the_old_or_the_new_content_whole(tmp_path: Path, power: bool) -> None:
    count = 0
    for at, moment in every_crash(20):
        folder = tmp_path / f"{at}-{moment}"
        folder.mkdir()
        (folder / "file").write_bytes(b"old")
        files = BrokenFiles(DiskFiles(), [folder])
        files.break_at(at, moment)
        done = False
        with contextlib.suppress(SimulatedCrash):
            write_durable(files, folder / "file", b"new")
            done = True
        if power:
            files.lose_unsynced()
        found = (folder / "file").read_bytes()
        assert found in (b"old", b"new")
        if done:
            assert found == b"new"
        count += not done
        files.close()
    assert count == 3 * len(MOMENTS)


@pytest.mark.parametrize("power", [False, True])
def test_a_committed_file_is_whole_or_absent_and_never_replaces_one(tmp_path: Path, power: bool) -> None:
    for at, moment in every_crash(4):
        folder = tmp_path / f"{at}-{moment}"
        folder.mkdir()
        files = BrokenFiles(DiskFiles(), [folder])
        files.break_at(at, moment)
        with contextlib.suppress(SimulatedCrash):
            commit_new(files, folder / "file", b"first")
        if power:
            files.lose_unsynced()
        files.close()
        if (folder / "file").exists():
            assert (folder / "file").read_bytes() == b"first"
            with pytest.raises(StoreError):
                commit_new(DiskFiles(), folder / "file", b"second")
            assert (folder / "file").read_bytes() == b"first"
        else:
            commit_new(DiskFiles(), folder / "file", b"second")


def test_a_streamed_file_cut_in_its_sync_is_not_taken_for_synced(tmp_path: Path) -> None:
    files = BrokenFiles(DiskFiles(), [tmp_path])
    files.break_at(1, "during")
    with pytest.raises(SimulatedCrash), files.writer(tmp_path / "big") as file:
        file.write(b"x" * 1000)
    assert (tmp_path / "big").stat().st_size == 500
    files.lose_unsynced(keep=lambda path: True)
    assert (tmp_path / "big").read_bytes() == b""
