"""From a detector and the stored tables to calls: which partitions there are, and where the rows of each lie."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from veedor.engine.arrange import row_bytes
from veedor.engine.calls import Call
from veedor.engine.dag import is_reducer
from veedor.engine.detector import Broadcast, ByKey, Detector, Owner, Read, Whole
from veedor.engine.layout import Layout, shared_name
from veedor.engine.partition import Feed, Key, direct, from_segments, owner_of, with_chunk
from veedor.engine.shuffle import Pass, passes
from veedor.engine.snapshot import Snapshot, StoredGroup, wanted
from veedor.engine.spill import Segment

Shuffle = Callable[[Sequence[Pass]], list[list[tuple[Key, Segment]]]]

# Calls of so many rows together make one task: what a task costs beside its rows then does not count.
_TASK_ROWS = 200_000
_TASK_CALLS = 64


@dataclass(frozen=True)
class Plan:
    """The calls of one detector, and what each of them gets beside its partition."""

    calls: tuple[Call, ...]
    broadcast: Mapping[str, Feed]
    oversized: tuple[str, ...]

    def tasks(self, workers: int) -> list[tuple[Call, ...]]:
        """Neighbouring calls in one task, small enough that all workers have some."""
        fair = max(1, -(-len(self.calls) // (4 * workers)))
        made: list[tuple[Call, ...]] = []
        held: list[Call] = []
        rows = 0
        for call in self.calls:
            held.append(call)
            rows += call.rows
            # The first call goes ahead alone (`Pool.run`): it should be done soon.
            if not made or len(held) >= min(fair, _TASK_CALLS) or rows >= _TASK_ROWS:
                made.append(tuple(held))
                held, rows = [], 0
        return [*made, tuple(held)] if held else made


def plan(
    detector: Detector,
    tables: Mapping[str, Snapshot],
    layout: Layout,
    task_bytes: int,
    folder: Path,
    shuffle: Shuffle,
) -> Plan:
    """The calls of one detector. `shuffle` runs passes over the rows where the stored layout does not fit."""
    reads = [replace(read, partition=with_chunk(read.partition, layout)) for read in detector.reads]
    broadcast = {
        read.name: Feed(read, tables[read.table.name].groups) for read in reads if isinstance(read.partition, Broadcast)
    }
    cut = [read for read in reads if not isinstance(read.partition, Broadcast)]
    if not cut or isinstance(cut[0].partition, Whole):
        calls = _whole(detector, cut, tables, task_bytes)
    else:
        calls = _partitioned(cut, broadcast, tables, layout, task_bytes, folder, shuffle)
    return Plan(calls, broadcast, _oversized(calls, broadcast, task_bytes))


def _whole(
    detector: Detector, reads: Sequence[Read], tables: Mapping[str, Snapshot], task_bytes: int
) -> tuple[Call, ...]:
    if not is_reducer(detector):
        return (Call(Owner(), {read.name: Feed(read, tables[read.table.name].groups) for read in reads}),)
    read = reads[0]
    limit = max(1, min(_TASK_ROWS * 4, task_bytes // row_bytes(read.table, wanted(read.table, read.columns))))
    calls: list[Call] = []
    held: list[StoredGroup] = []
    rows = 0
    # A stored partition is never divided between calls: a detector may count on seeing an hour of a sensor whole,
    # though it lies alone in one append and shares a row group in another.
    together: dict[str, list[StoredGroup]] = {}
    for name, found in tables[read.table.name].partitions().items():
        together.setdefault(shared_name(name), []).extend(found)
    for groups in together.values():
        held += groups
        rows += sum(group.about.rows for group in groups)
        if rows >= limit:
            calls.append(Call(Owner(), {read.name: Feed(read, tuple(held))}))
            held, rows = [], 0
    if held:
        calls.append(Call(Owner(), {read.name: Feed(read, tuple(held))}))
    return tuple(calls)


def _partitioned(
    reads: Sequence[Read],
    broadcast: Mapping[str, Feed],
    tables: Mapping[str, Snapshot],
    layout: Layout,
    task_bytes: int,
    folder: Path,
    shuffle: Shuffle,
) -> tuple[Call, ...]:
    buckets = _buckets(reads, tables, layout, task_bytes)
    feeds: dict[Key, dict[str, Feed]] = {}
    for read in reads:
        beside = read.among[0] if read.among else read.only_with
        if beside and not broadcast[beside].rows:
            continue
        snapshot = tables[read.table.name]
        found = direct(read, snapshot, buckets)
        if found is None:
            among = broadcast[read.among[0]] if read.among else None
            found = _set_aside(read, passes(read, snapshot, buckets, task_bytes, folder, among), shuffle)
        for key, feed in found.items():
            feeds.setdefault(key, {})[read.name] = feed
    kind = reads[0].partition
    nothing = {read.name: Feed(read) for read in reads}
    return tuple(Call(owner_of(kind, key, buckets), {**nothing, **feeds[key]}) for key in sorted(feeds))


def _set_aside(read: Read, todo: Sequence[Pass], shuffle: Shuffle) -> dict[Key, Feed]:
    found: dict[Key, list[Segment]] = {}
    for part in shuffle(todo):
        for key, segment in part:
            found.setdefault(key, []).append(segment)
    return from_segments(read, found)


def _buckets(reads: Sequence[Read], tables: Mapping[str, Snapshot], layout: Layout, task_bytes: int) -> int:
    """As many buckets as the rows are worth; a multiple of the layout's count where a bucket would not fit a task.
    Keys stay whole in either. Buckets that are stored a little coarser than wanted are taken as they are."""
    if not isinstance(reads[0].partition, ByKey):
        return layout.buckets
    rows = size = 0
    coarsest = finest = layout.buckets
    for read in reads:
        snapshot, columns = tables[read.table.name], read.partition.columns if isinstance(read.partition, ByKey) else ()
        # How many rows a condition keeps is not known: half of them.
        copies = snapshot.rows * len(columns) >> len(read.filter)
        rows += copies
        size += copies * row_bytes(read.table, wanted(read.table, read.columns))
        if columns == (read.table.key,):
            stored = {group.about.buckets or 1 for group in snapshot.groups}
            coarsest, finest = min([coarsest, *stored]), max([finest, *stored])
    worth = layout.buckets_for(rows)
    if layout.buckets * task_bytes < size:
        # Of what is stored in more buckets, each is then read whole, or in parts.
        step = finest if finest % layout.buckets == 0 else layout.buckets
        return step * -(-size // (step * task_bytes))
    while worth * task_bytes < size:
        worth = layout.buckets_for(worth * layout.call_rows + 1)
    near = coarsest < worth <= 2 * coarsest and layout.buckets % coarsest == 0
    return coarsest if near and coarsest * task_bytes >= size else worth


def _oversized(calls: Sequence[Call], broadcast: Mapping[str, Feed], task_bytes: int) -> tuple[str, ...]:
    """Tables of which a single call may need more than a task's share of memory (what a filter leaves is not known)."""
    feeds = [*broadcast.items(), *(pair for call in calls for pair in call.feeds.items())]
    return tuple(
        sorted(
            {
                name
                for name, feed in feeds
                if feed.rows * row_bytes(feed.read.table, wanted(feed.read.table, feed.read.columns)) > task_bytes
                and feed.bucket is None
            }
        )
    )
