"""Stored records: whole batches or nothing, each once, in the declared layout, whatever interrupts the writer."""

from __future__ import annotations

import contextlib
import shutil
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from engine_toys import HOUR, entries, plots

from veedor.engine.files import PlainFiles
from veedor.engine.layout import Layout, hashes
from veedor.engine.read import read_table
from veedor.engine.records import RecordStore
from veedor.engine.snapshot import Snapshot
from veedor.errors import StoreError, UsageError
from veedor.kernel.digest import TableDigest
from veedor.kernel.sorting import is_sorted, sorted_by
from veedor.log_folder.files import DiskFiles
from veedor.tables import ENTRIES, PLOTS, Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from broken_files import MOMENTS, BrokenFiles, SimulatedCrash


def digest(snapshot: Snapshot) -> str:
    made = TableDigest(snapshot.table)
    made.add(read_table(snapshot))
    return made.hexdigest()


def store(folder: Path, **options: object) -> RecordStore:
    return RecordStore(folder, **options)  # type: ignore[arg-type] # handed on as they are


def of_rows(table: Table, rows: pa.Table) -> str:
    made = TableDigest(table)
    made.add(sorted_by(rows, table.order))
    return made.hexdigest()


@pytest.mark.parametrize("share_rows", [1, 65, 10_000])
def test_plots_lie_by_sensor_and_hours_and_those_without_time_apart(tmp_path: Path, share_rows: int) -> None:
    rows = plots(1, 400, days=0.5)
    kept = store(tmp_path, layout=Layout(share_rows=share_rows))
    kept.append("a", PLOTS, rows.to_batches(max_chunksize=90))
    named = kept.snapshot(PLOTS).partitions()
    assert sum(kept.partitions(PLOTS).values()) == 400
    for name, groups in named.items():
        part = pa.Table.from_batches(b for b in Snapshot(PLOTS, groups).read())
        assert is_sorted(part, PLOTS.order)
        if name == "untimed":
            assert part["time"].null_count == part.num_rows == rows["time"].null_count
            continue
        sensor, place = name.split("@")
        first, _, shared = place.partition("+")
        assert set(part["sensor"].to_pylist()) == {sensor}
        hours = set(part["time"].cast(pa.int64()).to_numpy() // HOUR - np.datetime64(first, "h").astype(int))
        assert hours <= set(range(6)) if shared else hours == {0}
        assert part.num_rows <= share_rows or not shared
    assert share_rows == 10_000 or any("+" not in name for name in named)
    assert share_rows == 1 or any("+6h" in name for name in named)
    assert digest(kept.snapshot(PLOTS)) == of_rows(PLOTS, rows)


def test_entries_lie_by_bucket_of_their_account(tmp_path: Path) -> None:
    kept = store(tmp_path, layout=Layout(buckets=5, call_rows=1))
    kept.append("a", ENTRIES, [entries(1, 300)])
    for group in kept.snapshot(ENTRIES).groups:
        part = pa.Table.from_batches(Snapshot(ENTRIES, (group,)).read())
        assert set(hashes(part["account"]) % 5) == {group.about.bucket}
        assert is_sorted(part, ("account", "time", "deposit", "row"))


def test_a_batch_is_stored_once_and_its_rows_are_not_read_again(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.append("a", PLOTS, [plots(1, 50)])

    def never() -> pa.Table:
        raise AssertionError("rows of a stored batch were read")
        yield

    assert store(tmp_path).append("a", PLOTS, never()).number == 1
    assert kept.snapshot(PLOTS).rows == 50


@pytest.mark.parametrize("table", [PLOTS, ENTRIES])
def test_rows_that_do_not_fit_in_memory_are_stored_as_if_they_did(tmp_path: Path, table: Table) -> None:
    rows = plots(3, 4000, days=0.5) if table is PLOTS else entries(3, 4000)
    small = store(tmp_path / "small", memory_bytes=200_000, layout=Layout(buckets=3))
    small.append("a", table, rows.to_batches(max_chunksize=101))
    assert digest(small.snapshot(table)) == of_rows(table, rows)
    assert small.files.list(tmp_path / "small" / table.name / "staging") == ()
    if table is ENTRIES:
        assert {group.about.buckets for group in small.snapshot(table).groups} != {3}, (
            "no bucket was too large: no test"
        )


def test_compaction_changes_files_but_no_digest_and_keeps_batches_apart(tmp_path: Path) -> None:
    kept = store(tmp_path)
    for number in range(4):
        kept.append(f"b{number}", PLOTS, [plots(number, 100, days=0.3, deposit=number)])
    before, groups = digest(kept.snapshot(PLOTS)), len(kept.snapshot(PLOTS).groups)
    two = digest(kept.snapshot(PLOTS, {"b0", "b1"}))
    kept.compact(PLOTS, {"b0", "b1"})
    assert digest(kept.snapshot(PLOTS, {"b0", "b1"})) == two
    with pytest.raises(UsageError, match="only some"):
        kept.snapshot(PLOTS, {"b0"})
    kept.compact(PLOTS)
    assert digest(kept.snapshot(PLOTS)) == before
    assert len(kept.snapshot(PLOTS).groups) < groups
    kept.clean()
    assert digest(store(tmp_path).snapshot(PLOTS)) == before
    assert kept.append("b2", PLOTS, []).batches >= {"b2"}


def test_the_loser_of_a_race_is_told_and_tries_again(tmp_path: Path) -> None:
    first, second = store(tmp_path), store(tmp_path)

    def slow() -> pa.Table:
        yield plots(1, 50)
        second.append("other", PLOTS, [plots(2, 70)])

    first.append("mine", PLOTS, slow())
    assert store(tmp_path).version(PLOTS).batches == {"mine", "other"}
    assert store(tmp_path).snapshot(PLOTS).rows == 120


def test_a_replaced_file_cannot_be_replaced_again_by_a_writer_who_saw_the_old_version(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.append("a", PLOTS, [plots(1, 50)])
    kept.append("b", PLOTS, [plots(2, 50)])
    manifests = kept._of(PLOTS)
    old = manifests.latest().files
    kept.compact(PLOTS)
    with pytest.raises(StoreError, match="another writer has replaced"):
        manifests.commit("late", [], [file.name for file in old])


def test_a_changed_manifest_is_noticed_and_so_is_a_changed_file(tmp_path: Path) -> None:
    kept = store(tmp_path)
    for batch in ("a", "b"):
        kept.append(batch, PLOTS, [plots(ord(batch), 50)])
    assert kept.damaged(PLOTS) == ()
    path = tmp_path / "plots" / "data" / f"{kept.version(PLOTS).files[0].name}.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert kept.damaged(PLOTS) == (kept.version(PLOTS).files[0].name,)
    manifest = tmp_path / "plots" / "manifests" / "00000001.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"rows":50', b'"rows":49'))
    with pytest.raises(StoreError, match="does not follow"):
        store(tmp_path).version(PLOTS)


def test_a_torn_manifest_or_leftover_is_ignored_and_cleaned(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.append("a", PLOTS, [plots(1, 50)])
    (tmp_path / "plots" / "staging" / "7-0.part").write_bytes(b"PAR1 torn")
    (tmp_path / "plots" / "data" / f"{'0' * 64}.parquet").write_bytes(b"never committed")
    again = store(tmp_path)
    assert again.snapshot(PLOTS).rows == 50
    again.clean()
    assert again.files.list(tmp_path / "plots" / "staging") == ()
    assert len(again.files.list(tmp_path / "plots" / "data")) == 1


@pytest.mark.parametrize("power", [False, True])
def test_a_crash_at_any_operation_loses_nothing_acknowledged_and_shows_nothing_half(
    tmp_path: Path, power: bool
) -> None:
    def work(files: object, folder: Path) -> None:
        kept = RecordStore(folder, files)  # type: ignore[arg-type] # the broken files of the test
        kept.append("second", PLOTS, [plots(2, 6, days=0.02, deposit=2)])

    def prepared(name: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        RecordStore(folder, DiskFiles()).append("first", PLOTS, [plots(1, 6, days=0.02)])
        return folder

    counting = BrokenFiles(DiskFiles(), [prepared("count")])
    work(counting, tmp_path / "count")
    expected = digest(store(tmp_path / "count").snapshot(PLOTS))
    counting.close()
    assert len(counting.operations) > 5
    for operation in range(len(counting.operations)):
        for moment in MOMENTS:
            folder = prepared("run")
            broken = BrokenFiles(DiskFiles(), [folder])
            broken.break_at(operation, moment)
            acknowledged = False
            with contextlib.suppress(SimulatedCrash):
                work(broken, folder)
                acknowledged = True
            if power:
                broken.lose_unsynced()
            broken.close()
            after = RecordStore(folder, DiskFiles())
            assert after.version(PLOTS).batches in ({"first"}, {"first", "second"})
            assert not acknowledged or after.has("second", PLOTS)
            assert after.snapshot(PLOTS).rows == 6 * len(after.version(PLOTS).batches)
            after.clean()
            work(DiskFiles(), folder)
            assert digest(RecordStore(folder).snapshot(PLOTS)) == expected
            assert RecordStore(folder).damaged(PLOTS) == ()
            shutil.rmtree(folder)


def test_a_failed_write_is_an_error_and_the_next_attempt_succeeds(tmp_path: Path) -> None:
    broken = BrokenFiles(DiskFiles(), [tmp_path])
    store(tmp_path).append("first", PLOTS, [plots(1, 40)])
    broken.break_at(4, "fails")
    with pytest.raises(StoreError):
        RecordStore(tmp_path, broken).append("second", PLOTS, [plots(2, 40)])
    assert store(tmp_path).version(PLOTS).batches == {"first"}
    store(tmp_path).append("second", PLOTS, [plots(2, 40)])
    assert store(tmp_path).snapshot(PLOTS).rows == 80
    broken.close()


def test_a_filter_on_time_opens_only_the_hours_it_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = store(tmp_path, layout=Layout(share_rows=1))
    rows = plots(1, 500)
    kept.append("a", PLOTS, [rows])
    opened: list[object] = []
    import veedor.engine.snapshot as module

    real = module.read_group
    monkeypatch.setattr(module, "read_group", lambda p, g, c: opened.append(g) or real(p, g, c))
    read = list(kept.read(PLOTS, ("row",), (("time", ">=", 0), ("time", "<", 2 * HOUR))))
    times = rows["time"].cast(pa.int64()).fill_null(-1).to_numpy()
    assert sum(b.num_rows for b in read) == np.count_nonzero((times >= 0) & (times < 2 * HOUR))
    assert 0 < len(opened) <= 9 < len(kept.snapshot(PLOTS).groups)


def test_plain_files_keep_the_protocol(tmp_path: Path) -> None:
    files = PlainFiles()
    files.create(tmp_path / "a", b"1")
    with pytest.raises(StoreError):
        files.create(tmp_path / "a", b"2")
    files.link(tmp_path / "a", tmp_path / "b")
    with pytest.raises(StoreError):
        files.link(tmp_path / "a", tmp_path / "b")
    assert files.read(tmp_path / "b") == b"1"
    assert files.list(tmp_path / "none") == ()
