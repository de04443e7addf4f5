"""Columns to table rows: what a source does not say is null, what every row must carry is put in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, Mask, Whole, pc
from veedor.formats.checks import Checks
from veedor.formats.reader import Batch, Options, Reject
from veedor.formats.times import not_yet
from veedor.tables import PLOTS, Table, plots

BATCH_ROWS = 65_536
HALVES = (("lat_e7", "lon_e7"), ("range_mm", "azimuth_e7"), ("sensor_lat_e7", "sensor_lon_e7"))
_FILLED = ("deposit", "file")


def complete(table: Table, columns: dict[str, Array], rows: int) -> pa.Table:
    """The declared columns but for `deposit` and `file`, in declared order and type, from those given."""
    found = []
    schema = []
    for column in table.columns:
        if column.name in _FILLED:
            continue
        given = columns.get(column.name)
        kind: Any = column.type
        if given is None:
            given = pa.nulls(rows, kind) if column.nullable else _nothing(column.type, rows)
        found.append(pc.cast(given, column.type))
        schema.append(column.field)
    return pa.Table.from_arrays(found, schema=pa.schema(schema))


def _nothing(kind: pa.DataType, rows: int) -> Array:
    if pa.types.is_string(kind):
        return pa.repeat("", rows)
    return pc.cast(pa.repeat(False, rows), kind) if pa.types.is_boolean(kind) else pa.array(np.zeros(rows), kind)


def plot_marks(
    columns: dict[str, Array], checks: Checks, options: Options, time_at: str, *, simulated: bool, mode: int
) -> None:
    """Puts in what every plot carries: mode, flags, the origin of its time, SIMULATED; times to come fail.

    `time_at` is where the file says its times."""
    rows = len(checks.bad)
    columns.setdefault("mode", pa.repeat(pa.scalar(mode, pa.uint8()), rows))
    base = columns.get("flags")
    flags = (
        np.zeros(rows, np.int64) if base is None else pc.cast(base, pa.int64()).to_numpy(zero_copy_only=False).copy()
    )
    on_ground = columns.pop("on_ground", None)
    if on_ground is not None:
        flags |= pc.fill_null(on_ground, False).to_numpy(zero_copy_only=False) * plots.ON_GROUND
    marked = columns.pop("simulated", None)
    if marked is not None:
        flags |= pc.fill_null(marked, False).to_numpy(zero_copy_only=False) * plots.SIMULATED
    if simulated or options.simulated:
        flags |= plots.SIMULATED
    time = columns.get("time")
    if time is not None:
        columns["time_source"] = pc.if_else(pc.is_valid(time), "record", "none")
        if options.latest_us is not None:
            marked = pa.array((flags & plots.SIMULATED) != 0)
            shown = columns.get("time_raw", time)
            not_yet(time, pa.repeat(False, rows), marked, options.latest_us, checks, time_at, shown)
    columns["flags"] = pa.array(flags, pa.uint16())


def positions_whole(columns: dict[str, Array], checks: Checks) -> None:
    """Half a position is none: latitude without longitude (or the reverse) fails the row."""
    for one, other in HALVES:
        if one in columns or other in columns:
            have = [_valid(columns.get(name), len(checks.bad)) for name in (one, other)]
            half = have[0] != have[1]
            checks.fail(half, "reject.half_position", f"{one}, {other}", "both or neither", "one of them")


def _valid(column: Array | None, rows: int) -> Mask:
    if column is None:
        return np.zeros(rows, np.bool_)
    found: Mask = pc.is_valid(column).to_numpy(zero_copy_only=False)
    return found


def single(
    table: Table,
    columns: dict[str, Array],
    checks: Checks,
    first: int,
    offsets: Whole,
    lengths: Whole,
    rejects: tuple[Reject, ...],
) -> Batch:
    """The batch of a format in which every source record is one row: bad rows out, the rest completed."""
    rows = len(checks.bad)
    ordinals = np.arange(first, first + rows)
    columns |= {"row": pa.array(ordinals), "offset": pa.array(offsets), "length": pa.array(lengths, pa.int32())}
    whole = complete(table, columns, rows)
    return Batch(table, whole if not checks.bad.any() else whole.filter(pa.array(~checks.bad)), rejects)


def sliced(table: Table, parts: Sequence[pa.Table], rejects: tuple[Reject, ...]) -> Iterator[Batch]:
    """Rows of one table in order of `row`, in batches of at most BATCH_ROWS; the rejects go with the first."""
    rows = pa.concat_tables(parts)
    if len(parts) > 1:
        turn: Array = pa.array(np.argsort(rows["row"].to_numpy(), kind="stable"))
        rows = rows.take(turn)
    for start in range(0, max(rows.num_rows, 1), BATCH_ROWS):
        yield Batch(table, rows.slice(start, BATCH_ROWS).combine_chunks(), rejects if start == 0 else ())


__all__ = ["BATCH_ROWS", "PLOTS", "complete", "plot_marks", "positions_whole", "single", "sliced"]
