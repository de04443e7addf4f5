"""What the engine does in pieces to stay within its memory comes out as if it had been done at once."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from engine_toys import FOLLOWED, HOURS, SUMS, Followed, Hours, Nothing, plots

from veedor.engine import calls, finish
from veedor.engine.arrange import stored_order, with_hash
from veedor.engine.budget import Budget
from veedor.engine.calls import Calls
from veedor.engine.detector import Detector, Owner
from veedor.engine.finish import Merge, merged
from veedor.engine.gather import by_whole_keys, drained, gathered
from veedor.engine.give_back import let_go_libraries
from veedor.engine.key_digest import DigestKeyed, GroupsFile
from veedor.engine.layout import Layout
from veedor.engine.plan import plan
from veedor.engine.pool import Pool
from veedor.engine.records import RecordStore
from veedor.engine.spill import read_segments
from veedor.kernel.digest import TableDigest, group_digests
from veedor.kernel.sorting import sorted_by
from veedor.tables import PLOTS

MIB = 1 << 20


def followed() -> pa.Table:
    seen = plots(3, 400, days=0.2)
    return with_hash(FOLLOWED, Followed().run({"plots": seen}, Owner(), Nothing()))


@pytest.mark.parametrize("keys", [1, 50, 5_000])
def test_digests_of_keys_sorted_outside_memory_make_the_digest_of_the_table(tmp_path: Path, keys: int) -> None:
    rows = SUMS.cast(pa.table({"account": [f"BANK:{n}" for n in range(keys)], "out": range(keys), "into": [0] * keys}))
    segments = []
    for part in range(3):
        run = GroupsFile(tmp_path / f"{part}.arrow")
        for half in range(2):
            mine = rows.filter(pa.array(np.arange(keys) % 6 == 2 * part + half))
            if mine.num_rows:
                run.add(group_digests(SUMS, mine))
        segments += run.close()
    expected = TableDigest(SUMS)
    expected.add(rows)
    for memory in (1, 1 << 30):
        (tmp_path / f"{memory}").mkdir()
        made = DigestKeyed(SUMS, tuple(segments), memory, tmp_path / f"{memory}")()
        assert made == (expected.hexdigest(), keys)


def test_pieces_gathered_column_by_column_are_the_sorted_whole() -> None:
    rows = followed()
    shuffled = rows.take(pa.array(np.random.default_rng(1).permutation(rows.num_rows)))
    pieces = [shuffled.slice(start, 60) for start in range(0, rows.num_rows, 60)]
    expected = sorted_by(rows, stored_order(FOLLOWED))
    assert not shuffled.equals(expected)
    assert gathered(pieces, stored_order(FOLLOWED)).equals(expected)
    assert gathered(drained(pieces), stored_order(FOLLOWED)).equals(expected)
    assert pieces == []


@pytest.mark.parametrize("at_least", [1, 20, 10_000])
def test_no_piece_for_the_digest_divides_a_key(at_least: int) -> None:
    rows = sorted_by(followed(), stored_order(FOLLOWED))
    pieces = list(by_whole_keys(rows, at_least))
    assert pa.concat_tables(pieces).equals(rows)
    keys = [set(piece["address"].to_pylist()) for piece in pieces]
    assert sum(map(len, keys)) == len(set().union(*keys))
    assert all(piece.num_rows >= at_least for piece in pieces[:-1])


def test_a_small_limit_carries_fewer_workers_who_share_what_there_is() -> None:
    assert [Budget(mib * MIB, 4).processes for mib in (100, 600, 800, 1_000, 2_000)] == [1, 1, 2, 3, 4]
    for mib in (400, 600, 2_000, 6_000):
        for workers in (1, 2, 4):
            budget = Budget(mib * MIB, workers)
            assert budget.processes * budget.worker_bytes <= mib * MIB
            assert budget.task_bytes < budget.worker_bytes
    assert Budget(700 * MIB, 2).tight and not Budget(6_000 * MIB, 2).tight


def test_a_lone_process_with_little_memory_has_arrow_as_it_was_after_the_run() -> None:
    before = pa.default_memory_pool().backend_name, pa.cpu_count()
    with Pool(1, tight=True):
        assert (pa.default_memory_pool().backend_name, pa.cpu_count()) == ("system", 1)
    assert (pa.default_memory_pool().backend_name, pa.cpu_count()) == before
    with Pool(1):
        assert (pa.default_memory_pool().backend_name, pa.cpu_count()) == before


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="only Linux says which pages are resident")
def test_libraries_that_are_let_go_take_no_memory_and_still_work() -> None:
    def resident_kb() -> int:
        found = re.search(r"RssFile:\s*(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))
        assert found is not None
        return int(found[1])

    rows = followed()
    before = resident_kb()
    let_go_libraries()
    assert resident_kb() < before - 20_000
    assert followed().equals(rows)


@pytest.mark.parametrize("flush_bytes", [1, 1 << 20])
def test_partial_results_are_merged_as_they_grow_and_none_is_lost(tmp_path: Path, flush_bytes: int) -> None:
    seen = plots(5, 600, days=3.0)
    store = RecordStore(tmp_path / "records")
    store.append("plots", PLOTS, [seen])
    planned = plan(Hours(), {"plots": store.snapshot(PLOTS)}, Layout(), 1, tmp_path, lambda passes: [])
    assert len(planned.calls) > 16
    done = Calls(Hours(), planned.calls, {}, 1, flush_bytes, tmp_path / "partial.arrow", None, True)()
    segments = tuple(segment for _, segment in done.segments)
    (merged,) = Merge(Hours(), segments, 1, flush_bytes, tmp_path / "merged.arrow")().segments
    (rows,) = read_segments([merged[1]], HOURS.schema)
    assert rows.equals(HOURS.cast(Hours().run({"plots": seen}, Owner(), Nothing())))


@pytest.mark.parametrize("step", ["calls", "merge"])
def test_an_answer_larger_than_the_limit_is_merged_in_a_few_passes_over_it(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def counted(detector: Detector, rows: pa.Table) -> pa.Table:
        seen.append(rows.num_rows)
        return merged(detector, rows)

    monkeypatch.setattr(calls, "merged", counted)
    monkeypatch.setattr(finish, "merged", counted)
    rows = plots(5, 2_000, days=30.0)
    store = RecordStore(tmp_path / "records", layout=Layout(share_rows=1))
    store.append("plots", PLOTS, [rows])
    planned = plan(Hours(), {"plots": store.snapshot(PLOTS)}, Layout(), 1, tmp_path, lambda passes: [])
    path = tmp_path / "partial.arrow"
    done = Calls(Hours(), planned.calls, {}, 1, 1, path, None, partial=step == "calls")()
    if step == "merge":
        segments = tuple(segment for _, segment in done.segments)
        Merge(Hours(), segments, 1, 1, tmp_path / "merged.arrow")()
    expected = Hours().run({"plots": rows}, Owner(), Nothing()).num_rows
    assert len(planned.calls) > 200 and len(seen) > 5
    assert sum(seen) < 6 * expected
