"""The same deposits give the same digest of every derived table, however they are stored, cut, spread or handed in.

Pieces are what association made inside one chunk, so they and their links say where the chunks of mission.toml were
cut; nothing that is made from them does.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.pipeline.whole import CUT_BY_CHUNK, HOUR_US, deposits, digests, run, stored
from veedor.engine.layout import Layout
from veedor.engine.read import derived, read_table
from veedor.engine.records import RecordStore
from veedor.tables import ENTRIES, FINDINGS, PLOTS

KINDS = {"fan_in", "fan_out", "landing_away", "pass_through", "structuring", "takeoff_away"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> RecordStore:
    return stored(tmp_path_factory.mktemp("records"))


@pytest.fixture(scope="module")
def expected(store: RecordStore, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """One worker, sixteen buckets, the chunks that the detectors declare."""
    out = tmp_path_factory.mktemp("expected")
    result = run(store, out)
    kinds = set(read_table(derived(out, FINDINGS), ("kind",))["kind"].to_pylist())
    assert kinds >= KINDS, "a detector found nothing: this data would prove nothing about it"
    assert all(table.rows for table in result.tables.values())
    return digests(result)


@pytest.mark.parametrize(
    ("workers", "buckets", "chunk_hours"),
    [
        (2, 7, 24),
        *(
            pytest.param(*settings, marks=pytest.mark.long)
            for settings in ((2, 16, None), (1, 1, None), (1, 7, None), (1, 1, 3), (2, 7, 13), (1, 16, 1), (2, 1, 240))
        ),
    ],
)
def test_neither_workers_nor_buckets_nor_chunks_change_a_digest(
    tmp_path: Path, store: RecordStore, expected: dict[str, str], workers: int, buckets: int, chunk_hours: int | None
) -> None:
    layout = Layout(buckets=buckets, chunk_us=chunk_hours and chunk_hours * HOUR_US)
    result = run(store, tmp_path, layout=layout, workers=workers)
    but = CUT_BY_CHUNK if chunk_hours else ()
    assert digests(result, but) == {name: digest for name, digest in expected.items() if name not in but}


def test_neither_order_of_deposits_nor_of_rows_changes_a_digest(tmp_path: Path, expected: dict[str, str]) -> None:
    layout = Layout(buckets=5, file_rows=3_000, group_rows=500)
    records = stored(tmp_path / "records", order=sorted(deposits())[::-1], shuffle=3, layout=layout)
    assert digests(run(records, tmp_path / "out")) == expected


@pytest.mark.long
def test_compaction_changes_no_digest(tmp_path: Path, expected: dict[str, str]) -> None:
    records = stored(tmp_path / "records", shuffle=4)
    before = {table.name: len(records.version(table).files) for table in (PLOTS, ENTRIES)}
    for table in (PLOTS, ENTRIES):
        records.compact(table)
        assert len(records.version(table).files) < before[table.name]
    records.clean()
    assert digests(run(records, tmp_path / "out")) == expected


@pytest.mark.long
def test_a_run_after_deletion_and_one_over_an_earlier_run_repeat_the_digests(
    tmp_path: Path, store: RecordStore, expected: dict[str, str]
) -> None:
    fewer = stored(tmp_path / "fewer", {name: given for name, given in deposits().items() if name != "VE-R2"})
    assert digests(run(fewer, tmp_path / "out")) != expected
    assert digests(run(store, tmp_path / "out")) == expected
    shutil.rmtree(tmp_path / "out")
    assert digests(run(store, tmp_path / "out")) == expected


@pytest.mark.long
def test_dense_traffic_is_tracked_alike_in_chunks_of_any_length(tmp_path: Path) -> None:
    """Many targets near each other, so that links across the edges of chunks have rivals."""
    from veedor.house import AIR

    records = stored(tmp_path / "records", deposits(2, 9, 12.0))
    found = [
        digests(run(records, tmp_path / "out", AIR, layout=Layout(chunk_us=hours * HOUR_US)), CUT_BY_CHUNK)
        for hours in (240, 6, 1)
    ]
    assert found[1] == found[0]
    assert found[2] == found[0]
