"""One run of the whole chain that the tests of this room compare with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pytest

from tests.pipeline.whole import digests, run, stored
from veedor.engine.layout import HOUR_US, Layout
from veedor.engine.read import derived, read_table
from veedor.engine.records import RecordStore
from veedor.engine.snapshot import Snapshot
from veedor.house import DETECTORS

CHUNK_HOURS = 24
KINDS = {
    "corridor", "fan_in", "fan_out", "gap", "landing_away", "orbit", "pass_through", "site_suspect", "strip",
    "structuring", "takeoff_away", "thinned", "unexplained_leg", "wire_stripping", "missing_parties", "route",
    "listed_party", "exchange_round_trip", "house_netting", "funnel", "beyond_declared", "shells",
}  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """Records, what was made of them, and where both lie."""

    folder: Path
    layout: Layout
    store: RecordStore
    digests: dict[str, str]
    tables: dict[str, Snapshot]
    found: dict[str, pa.Table]


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One worker, few buckets, whole days; every detector finds something."""
    folder = tmp_path_factory.mktemp("ran") / "run"
    layout = Layout(buckets=2, chunk_us=CHUNK_HOURS * HOUR_US, file_rows=4_000)
    store = stored(folder / "records", layout=layout)
    result = run(store, folder / "out", layout=layout)
    tables = {name: derived(folder / "out", each.table) for name, each in result.tables.items()}
    found = {name: read_table(snapshot) for name, snapshot in tables.items()}
    empty = [name for name, rows in found.items() if not rows.num_rows]
    missing = KINDS - set(found["findings"]["kind"].to_pylist())
    assert not empty, f"{empty} empty: this data would prove nothing about them"
    assert not missing, f"no {missing} found: this data would prove nothing about them"
    for table in {read.table for detector in DETECTORS for read in detector.reads} - {
        each.table for each in result.tables.values()
    }:
        tables[table.name] = store.snapshot(table)
    return Ran(folder, layout, store, digests(result), tables, found)
