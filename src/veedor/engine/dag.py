"""The order in which detectors run: each after those that write what it reads; what cannot be ordered is refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from veedor.engine.detector import Broadcast, ByAreaTime, ByKey, ByTime, Detector, Whole
from veedor.errors import UsageError
from veedor.tables import FINDINGS


def ordered(detectors: Sequence[Detector], given: Collection[str]) -> tuple[Detector, ...]:
    """The detectors in an order that depends on their names and tables only, not on how they were listed.

    `given` are the names of the tables that come from outside. UsageError for two writers of one table (FINDINGS may
    have many), a table that nobody writes, a cycle, reads whose partitions cannot be combined."""
    writers = _writers(detectors, given)
    for detector in detectors:
        check_reads(detector)
        for read in detector.reads:
            if read.table.name not in given and read.table.name not in writers:
                raise UsageError(
                    f"nobody writes {read.table.name}, which {detector.name} reads",
                    found=", ".join(sorted({*given, *writers})),
                    next_step="add the detector that writes it, or hand the table in",
                )
    done: list[Detector] = []
    waiting = sorted(detectors, key=lambda detector: detector.name)
    while waiting:
        unfinished = {detector.writes.name for detector in waiting}
        ready = [d for d in waiting if not any(read.table.name in unfinished for read in d.reads)]
        if not ready:
            raise UsageError("detectors read each other's tables in a circle", found=", ".join(d.name for d in waiting))
        done.append(ready[0])
        waiting.remove(ready[0])
    return tuple(done)


def check_reads(detector: Detector) -> None:
    """UsageError unless all reads that are not broadcast are cut alike."""
    if len({read.name for read in detector.reads}) != len(detector.reads):
        raise UsageError(f"{detector.name} reads a table twice: its tables are handed over by name")
    cuts: set[object] = set()
    for read in detector.reads:
        match read.partition:
            case ByKey(columns):
                cuts.add("key")
                if not columns:
                    raise UsageError(f"{detector.name} reads {read.table.name} by key without naming a column")
            case ByTime(chunk_us=chunk):
                cuts.add(("time", chunk))
            case ByAreaTime(resolution=resolution, chunk_us=chunk):
                cuts.add(("area", resolution, chunk))
            case Whole():
                cuts.add("whole")
            case Broadcast():
                pass
        if read.among and not (isinstance(read.partition, ByKey) and _broadcasts(detector, *read.among)):
            raise UsageError(
                f"{detector.name} reads {read.table.name} among the keys of {read.among[0]}",
                expected=f"{read.table.name} cut by key, and {read.among[0]} broadcast with column {read.among[1]}",
            )
        if read.only_with and not (
            isinstance(read.partition, ByKey | ByTime | ByAreaTime) and _broadcasts(detector, read.only_with)
        ):
            raise UsageError(
                f"{detector.name} reads {read.table.name} only with {read.only_with}",
                expected=f"{read.table.name} cut by key, time or area, and {read.only_with} broadcast",
            )
    if len(cuts) > 1:
        raise UsageError(
            f"{detector.name} reads tables that are cut differently",
            expected="one kind of partition, the same chunk length, other tables broadcast",
            found=", ".join(sorted(str(cut) for cut in cuts)),
        )
    whole = [read for read in detector.reads if isinstance(read.partition, Whole)]
    if is_reducer(detector) and len(whole) != 1:
        raise UsageError(f"{detector.name} merges, so it must read exactly one table whole")


def _broadcasts(detector: Detector, table: str, column: str | None = None) -> bool:
    return any(
        read.name == table
        and isinstance(read.partition, Broadcast)
        and (column is None or column in (read.columns or read.table.schema.names))
        for read in detector.reads
    )


def is_reducer(detector: Detector) -> bool:
    """Whether it merges partial results."""
    return callable(getattr(detector, "merge", None))


def _writers(detectors: Sequence[Detector], given: Collection[str]) -> dict[str, str]:
    writers: dict[str, str] = {}
    for detector in detectors:
        name = detector.writes.name
        if name in given:
            raise UsageError(f"{detector.name} writes {name}, which was handed in")
        if name in writers and name != FINDINGS.name:
            raise UsageError(f"two detectors write {name}", found=f"{writers[name]}, {detector.name}")
        writers[name] = detector.name
    names = [detector.name for detector in detectors]
    if len(set(names)) != len(names):
        raise UsageError("two detectors have the same name", found=", ".join(sorted(names)))
    return writers
