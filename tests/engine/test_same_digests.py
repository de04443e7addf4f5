"""The same records give the same digests, however they are stored, cut, spread over workers or handed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from engine_toys import (
    ALL,
    FOLLOWED,
    HOUR,
    HOURS,
    NEAR,
    SUMS,
    Finder,
    Followed,
    Hours,
    Near,
    Nothing,
    Sums,
    entries,
    plots,
    sensors,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from veedor.engine.detector import Owner
from veedor.engine.execute import RunResult, execute
from veedor.engine.layout import Layout
from veedor.engine.read import derived, read_table, stream_table
from veedor.engine.records import RecordStore
from veedor.errors import VeedorError
from veedor.kernel.digest import TableDigest
from veedor.kernel.sorting import is_sorted, sorted_by
from veedor.tables import ENTRIES, FINDINGS, PLOTS, SENSORS, Table

ROWS = 600


def stored(
    folder: Path, order: tuple[int, ...] = (0, 1, 2), shuffle: int | None = None, buckets: int = 16
) -> RecordStore:
    store = RecordStore(folder, layout=Layout(buckets=buckets, call_rows=1))
    deposits = [plots(number, ROWS // 3, days=0.7, deposit=number + 1) for number in range(3)]
    for number in order:
        rows = deposits[number]
        if shuffle is not None:
            rows = rows.take(pa.array(np.random.default_rng(shuffle).permutation(rows.num_rows)))
        store.append(f"plots-{number}", PLOTS, rows.to_batches(max_chunksize=77))
    store.append("entries", ENTRIES, [entries(5, 300)])
    store.append("sensors", SENSORS, [sensors()])
    return store


def digests(run: RunResult) -> dict[str, str]:
    return {name: table.digest for name, table in run.tables.items()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Each detector once over all rows in one piece, without any engine."""
    tables = {
        "plots": pa.concat_tables([plots(n, ROWS // 3, days=0.7, deposit=n + 1) for n in range(3)]),
        "entries": entries(5, 300),
        "sensors": sensors(),
    }
    made: dict[str, pa.Table] = {}
    order = [next(d for d in ALL if d.name == name) for name in ("followed", "hours", "near", "sums", "busy")]
    for detector in (*order, Finder(0), Finder(1)):
        ready = {}
        for read in detector.reads:
            rows = {**tables, **made}[read.table.name]
            if read.filter:
                rows = rows.filter(pa.array(rows["mode"].to_numpy() != 1))
            ready[read.table.name] = rows.select(list(read.columns) or rows.column_names)
        found = detector.writes.cast(detector.run(ready, Owner(), detector.parameters))
        name = detector.writes.name
        made[name] = pa.concat_tables([made[name], found]) if name in made else found
    return {name: of(detector_table(name), rows) for name, rows in made.items()}


def detector_table(name: str) -> Table:
    return next(detector.writes for detector in ALL if detector.writes.name == name)


def of(table: Table, rows: pa.Table) -> str:
    digest = TableDigest(table)
    digest.add(sorted_by(rows, table.order))
    return digest.hexdigest()


@pytest.mark.parametrize(
    ("workers", "layout"),
    [
        (1, Layout()),
        (2, Layout(buckets=7, call_rows=1)),
        (1, Layout(buckets=12, call_rows=100)),
        (1, Layout(buckets=7, chunk_us=7 * HOUR, file_rows=200, group_rows=50, call_rows=1)),
        (2, Layout(chunk_us=90 * HOUR, call_rows=30)),
    ],
)
def test_neither_workers_nor_buckets_nor_chunks_change_a_digest(
    tmp_path: Path, whole: dict[str, str], workers: int, layout: Layout
) -> None:
    run = execute(ALL, stored(tmp_path / "records"), tmp_path / "out", layout=layout, workers=workers, alone_rows=0)
    assert digests(run) == whole
    assert all(run.tables[name].rows for name in whole), "a toy found nothing: no test"


def test_neither_order_of_deposits_nor_of_rows_nor_compaction_changes_a_digest(
    tmp_path: Path, whole: dict[str, str]
) -> None:
    store = stored(tmp_path / "records", order=(2, 0, 1), shuffle=9, buckets=4)
    assert digests(execute(ALL, store, tmp_path / "out")) == whole
    store.compact(PLOTS)
    store.clean()
    assert digests(execute(ALL, store, tmp_path / "out")) == whole


def test_a_run_replaces_the_one_before_and_repeats_it_after_deletion(tmp_path: Path, whole: dict[str, str]) -> None:
    import shutil

    store = stored(tmp_path / "records")
    execute([Hours(), Followed()], RecordStore(tmp_path / "none"), tmp_path / "out")
    execute(ALL, store, tmp_path / "out")
    first = read_table(derived(tmp_path / "out", FOLLOWED))
    assert of(FOLLOWED, first) == whole["toy_followed"]
    assert not list((tmp_path / "out" / "work").iterdir())
    shutil.rmtree(tmp_path / "out")
    assert digests(execute(ALL, store, tmp_path / "out")) == whole
    assert read_table(derived(tmp_path / "out", FOLLOWED)).equals(first)


def test_little_memory_gives_more_and_smaller_pieces_and_the_same_digests(
    tmp_path: Path, whole: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from veedor.engine import budget

    monkeypatch.setattr(budget, "_LEAST", 10_000)
    run = execute(ALL, stored(tmp_path / "records"), tmp_path / "out", memory_bytes=1, layout=Layout(buckets=2))
    assert digests(run) == whole
    assert next(stage for stage in run.stages if stage.detector == "sums").calls > 2
    busy = next(stage for stage in run.stages if stage.detector == "busy")
    assert "toy_hours" in busy.oversized, "a table handed to everybody must be named where it takes too much"


def test_tables_are_read_back_in_declared_order(tmp_path: Path) -> None:
    run = execute(ALL, stored(tmp_path / "records"), tmp_path / "out")
    for table in (FOLLOWED, FINDINGS, NEAR, HOURS, SUMS):
        snapshot = derived(tmp_path / "out", table)
        rows = read_table(snapshot)
        assert is_sorted(rows, table.order)
        assert rows.num_rows == run.tables[table.name].rows
        (tmp_path / "scratch").mkdir(exist_ok=True)
        streamed = pa.concat_tables(stream_table(snapshot, tmp_path / "scratch", rows=64))
        assert streamed.equals(rows.cast(streamed.schema))
    some = read_table(derived(tmp_path / "out", FOLLOWED), ("count",), (("count", ">", 0), ("address", "=", 4)))
    assert some.column_names == ["count"]
    assert all(count > 0 for count in some["count"].to_pylist())
    assert some.num_rows


def test_a_broadcast_and_each_edge_carry_what_was_read(tmp_path: Path) -> None:
    run = execute(ALL, stored(tmp_path / "records"), tmp_path / "out")
    busy = next(stage for stage in run.stages if stage.detector == "busy")
    assert busy.reads == {name: run.tables[name].digest for name in ("toy_followed", "toy_hours")}


def test_findings_that_ended_within_the_delay_are_withheld_and_counted(tmp_path: Path) -> None:
    store = stored(tmp_path / "records")
    everything = execute([Followed(), Finder(0)], store, tmp_path / "out")
    ends = sorted(read_table(derived(tmp_path / "out", FINDINGS))["end"].cast(pa.int64()).to_pylist())
    middle = ends[len(ends) // 2]
    late = sum(end > middle for end in ends)
    run = execute([Followed(), Finder(0)], store, tmp_path / "out", as_of_us=middle + 24 * HOUR)
    assert (run.withheld, run.tables["findings"].rows) == (late, len(ends) - late)
    assert everything.withheld == 0
    assert 0 < late < len(ends)


@dataclass(frozen=True)
class Broken(Hours):
    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Nothing) -> pa.Table:
        raise ZeroDivisionError("of all things")


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_names_the_detector_and_the_partition(tmp_path: Path, workers: int) -> None:
    @dataclass(frozen=True)
    class Local(Followed):
        def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Nothing) -> pa.Table:
            raise ZeroDivisionError("of all things")

    detector = Broken() if workers == 2 else Local()
    with pytest.raises(
        VeedorError, match=f"detector {detector.name} failed.*ZeroDivisionError: of all things"
    ) as raised:
        execute([detector], stored(tmp_path / "records"), tmp_path / "out", workers=workers, alone_rows=0)
    assert raised.value.place == (
        "the whole table" if workers == 2 else "1969-12-31T12:00:00.000000 to 1969-12-31T18:00:00.000000"
    )


def test_progress_is_told_from_nothing_to_all(tmp_path: Path) -> None:
    heard = []
    execute([Sums()], stored(tmp_path / "records"), tmp_path / "out", progress=heard.append)
    assert {p.step for p in heard} == {"partition", "run", "store"}
    assert all(0 <= p.done <= p.total and (p.stage, p.stages) == (0, 1) for p in heard)


CHUNKS = (7 * 60_000_000, HOUR, 5 * HOUR, 1000 * HOUR)
PLACES = st.integers(-3 * HOUR, HOUR)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1), st.integers(20, 80), st.sampled_from(CHUNKS), PLACES)
def test_chunks_of_any_length_and_place_find_what_the_whole_finds(
    tmp_path_factory: pytest.TempPathFactory, seed: int, rows: int, chunk_us: int, start_us: int
) -> None:
    compare_chunks(tmp_path_factory.mktemp("chunks"), seed, rows, chunk_us, start_us)


@pytest.mark.long
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1), st.integers(20, 200), st.sampled_from((1_000_000, *CHUNKS)), PLACES)
def test_chunks_of_a_second_find_it_too(
    tmp_path_factory: pytest.TempPathFactory, seed: int, rows: int, chunk_us: int, start_us: int
) -> None:
    compare_chunks(tmp_path_factory.mktemp("chunks"), seed, rows, chunk_us, start_us)


def compare_chunks(folder: Path, seed: int, rows: int, chunk_us: int, start_us: int) -> None:
    made = plots(seed, rows, days=0.02, start_us=start_us)
    store = RecordStore(folder / "records")
    store.append("a", PLOTS, [made])
    detectors = [Followed(chunk_us), replace(Near(chunk_us), resolution=4)]
    run = execute(detectors, store, folder / "out")
    seen = made.filter(pa.array(made["mode"].to_numpy() != 1))
    assert run.tables["toy_followed"].digest == of(FOLLOWED, Followed().run({"plots": seen}, Owner(), Nothing()))
    near = NEAR.cast(Near().run({"plots": made}, Owner(), Nothing()))
    assert run.tables["toy_near"].digest == of(NEAR, near)
