"""The same deposits give the same digest of every derived table, however they are stored, cut, spread or handed in.

Tracking has a memory and begins at fixed times, so not even pieces of tracks say where chunks were cut.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.pipeline.conftest import CHUNK_HOURS, Ran
from tests.pipeline.whole import deposits, digests, run, stored
from veedor.engine.layout import HOUR_US, Layout
from veedor.tables import ENTRIES, PLOTS


@pytest.mark.parametrize(
    ("workers", "buckets", "chunk_hours"),
    [
        (2, 7, None),
        *(
            pytest.param(*settings, marks=pytest.mark.long)
            for settings in ((2, 16, 24), (1, 1, 24), (1, 16, 6), (1, 1, 3), (2, 7, 13), (1, 16, 1), (2, 1, 240))
        ),
    ],
)
def test_neither_workers_nor_buckets_nor_chunks_change_a_digest(
    tmp_path: Path, ran: Ran, workers: int, buckets: int, chunk_hours: int | None
) -> None:
    layout = Layout(buckets=buckets, chunk_us=chunk_hours and chunk_hours * HOUR_US)
    result = run(ran.store, tmp_path, layout=layout, workers=workers)
    assert digests(result) == ran.digests


def test_neither_order_of_deposits_nor_of_rows_changes_a_digest(tmp_path: Path, ran: Ran) -> None:
    layout = Layout(buckets=5, chunk_us=CHUNK_HOURS * HOUR_US, file_rows=3_000, group_rows=500)
    records = stored(tmp_path / "records", order=sorted(deposits())[::-1], shuffle=3, layout=layout)
    assert digests(run(records, tmp_path / "out", layout=ran.layout)) == ran.digests


@pytest.mark.long
def test_compaction_changes_no_digest(tmp_path: Path, ran: Ran) -> None:
    records = stored(tmp_path / "records", shuffle=4)
    before = {table.name: len(records.version(table).files) for table in (PLOTS, ENTRIES)}
    for table in (PLOTS, ENTRIES):
        records.compact(table)
        assert len(records.version(table).files) < before[table.name]
    records.clean()
    assert digests(run(records, tmp_path / "out", layout=ran.layout)) == ran.digests


@pytest.mark.long
def test_a_run_after_deletion_and_one_over_an_earlier_run_repeat_the_digests(tmp_path: Path, ran: Ran) -> None:
    fewer = stored(tmp_path / "fewer", {name: given for name, given in deposits().items() if name != "VE-R2"})
    assert digests(run(fewer, tmp_path / "out", layout=ran.layout)) != ran.digests
    assert digests(run(ran.store, tmp_path / "out", layout=ran.layout)) == ran.digests
    shutil.rmtree(tmp_path / "out")
    assert digests(run(ran.store, tmp_path / "out", layout=ran.layout)) == ran.digests


@pytest.mark.long
def test_dense_traffic_is_tracked_alike_in_chunks_of_any_length(tmp_path: Path) -> None:
    """Many targets near each other, so that links across the edges of chunks have rivals."""
    from veedor.house import AIR

    records = stored(tmp_path / "records", deposits(2, 9, 12.0))
    found = [
        digests(run(records, tmp_path / "out", AIR, layout=Layout(chunk_us=hours * HOUR_US))) for hours in (240, 6, 1)
    ]
    assert found[1] == found[0]
    assert found[2] == found[0]
