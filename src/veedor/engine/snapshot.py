"""One version of one stored table, as row groups that can be read one by one, with projection and filter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.datafile import read_group
from veedor.engine.layout import time_column
from veedor.engine.manifest import Group
from veedor.errors import UsageError
from veedor.tables import Table

Filter = tuple[tuple[str, str, int | str | bool], ...]

_OPERATORS: Mapping[str, Any] = {
    "=": pc.equal,
    "!=": pc.not_equal,
    "<": pc.less,
    "<=": pc.less_equal,
    ">": pc.greater,
    ">=": pc.greater_equal,
}

# From so many columns on, those of a filter are looked at first.
_WIDE = 8


@dataclass(frozen=True)
class StoredGroup:
    """One row group: the file it lies in, its ordinal there, and what the manifest says of it."""

    path: str
    index: int
    about: Group


@dataclass(frozen=True)
class Snapshot:
    """All row groups of one version (or of the batches that a run may see)."""

    table: Table
    groups: tuple[StoredGroup, ...]

    @property
    def rows(self) -> int:
        return sum(group.about.rows for group in self.groups)

    def partitions(self) -> dict[str, tuple[StoredGroup, ...]]:
        """Row groups by stored partition, in order of partition name."""
        found: dict[str, list[StoredGroup]] = {}
        for group in self.groups:
            found.setdefault(group.about.partition, []).append(group)
        return {name: tuple(found[name]) for name in sorted(found)}

    def read(self, columns: Sequence[str] = (), filter: Filter = ()) -> Iterator[pa.RecordBatch]:
        """Rows with exactly the wanted columns and declared types, partition by partition, one row group in memory."""
        for groups in self.partitions().values():
            for group in groups:
                if may_match(self.table, group.about, filter):
                    yield from read_rows(self.table, group.path, [group.index], columns, filter).to_batches()

    def joined(self, other: Snapshot) -> Snapshot:
        """The rows of both (of two stores, such as open and sealed deposits)."""
        return replace(self, groups=self.groups + other.groups)


def wanted(table: Table, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns asked for, all where none is named; UsageError for an undeclared one."""
    unknown = [name for name in columns if name not in table.schema.names]
    if unknown:
        raise UsageError(f"{table.id} has no column {', '.join(unknown)}", expected=", ".join(table.schema.names))
    return tuple(columns) or tuple(table.schema.names)


def read_rows(
    table: Table,
    path: str,
    groups: Sequence[int],
    columns: Sequence[str],
    filter: Filter = (),
    extra: Sequence[str] = (),
) -> pa.Table:
    """Row groups of one file, filtered, cast to the declared types; `extra`: stored columns, behind the declared."""
    names = wanted(table, columns)
    needed = list(dict.fromkeys((*names, *extra, *(name for name, _, _ in filter))))
    keep: npt.NDArray[np.bool_] | None = None
    if filter and len(needed) >= _WIDE:
        # Where no row is wanted, the other columns are never decoded.
        keep = matching(read_group(Path(path), groups, sorted({name for name, _, _ in filter})), filter)
        groups = groups if keep.any() else ()
    rows = read_group(Path(path), groups, needed)
    if filter and groups:
        keep = matching(rows, filter) if keep is None else keep
        rows = rows if keep.all() else rows.filter(pa.array(keep))
    kept = rows.select([*names, *extra])
    schema = pa.schema([*(table.schema.field(name) for name in names), *(rows.schema.field(e) for e in extra)])
    return kept if kept.schema.equals(schema, check_metadata=True) else kept.cast(schema)


def matching(rows: pa.Table, filter: Filter) -> npt.NDArray[np.bool_]:
    """Which rows satisfy every condition; a null satisfies none."""
    keep = np.ones(rows.num_rows, dtype=np.bool_)
    for name, operator, value in filter:
        if operator not in _OPERATORS:
            raise UsageError(f"unknown operator in a filter: {operator}", expected=" ".join(_OPERATORS))
        column = rows[name]
        scalar = pa.scalar(value).cast(column.type)
        keep &= pc.fill_null(_OPERATORS[operator](column, scalar), False).to_numpy()
    return keep


def may_match(table: Table, about: Group, filter: Filter) -> bool:
    """False only where the range of times that the manifest states rules every row of the group out."""
    column = time_column(table)
    for name, operator, value in filter:
        if name != column or isinstance(value, str):
            continue
        if about.min_us is None or about.max_us is None:
            return False
        if operator in ("<", "<=", "=") and about.min_us > value:
            return False
        if operator in (">", ">=", "=") and about.max_us < value:
            return False
    return True
