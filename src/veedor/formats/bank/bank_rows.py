"""Rows and rejects of a bank's file that wait to be handed on, with the ordinals of the file's records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, Whole
from veedor.formats.bank.bank_values import Row, Wrong
from veedor.formats.reader import FOUND_SHOWN_CHARACTERS, RAW_KEPT_BYTES, Batch, Note, Reject
from veedor.formats.rows import complete
from veedor.tables import Table

BATCH_ROWS = 8_192
# More kinds of rows than this in one batch are laid out column by column.
_MOST_FORMS = 64


class Kept:
    """Records in order of the file, each accepted as a row of one of `tables` or rejected."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self.ordinal = 0
        self._tables = tuple(tables)
        self._rows: dict[str, list[Row]] = {table.name: [] for table in tables}
        self._columns: dict[str, list[pa.Table]] = {table.name: [] for table in tables}
        self._rejects: list[Reject] = []
        self._waiting = 0

    def accept(self, table: Table, offset: int, length: int, row: Row, simulated: bool) -> None:
        """`row` is the buffer's from here on."""
        row["row"], row["offset"], row["length"], row["simulated"] = self.ordinal, offset, length, simulated
        self._rows[table.name].append(row)
        self._count()

    def reject(self, table: Table, offset: int, data: bytes, wrong: Wrong, length: int | None = None) -> None:
        """`data` are the record's bytes, or its first ones where `length` says that it has more."""
        self._rejects.append(
            Reject(
                table.name, self.ordinal, offset, len(data) if length is None else length, wrong.reason, wrong.place,
                wrong.expected, wrong.found[:FOUND_SHOWN_CHARACTERS], data[:RAW_KEPT_BYTES],
            )
        )  # fmt: skip
        self._count()

    def places(self, records: int) -> Whole:
        """The ordinals of the next records, whose rows are given by `put`."""
        first = self.ordinal
        self.ordinal += records
        self._waiting += records
        return np.arange(first, self.ordinal)

    def put(
        self, table: Table, columns: dict[str, Array], places: Whole, offsets: Whole, lengths: Whole, simulated: bool
    ) -> None:
        """Rows of one table, a record each, of which nothing but `columns` is said."""
        size = len(places)
        columns |= {"row": pa.array(places), "offset": pa.array(offsets), "length": pa.array(lengths, pa.int32())}
        columns["simulated"] = pa.repeat(simulated, size)
        self._columns[table.name].append(complete(table, columns, size))

    def _count(self) -> None:
        self.ordinal += 1
        self._waiting += 1

    def full(self) -> bool:
        return self._waiting >= BATCH_ROWS

    def end(self, notes: tuple[Note, ...]) -> Iterator[Batch]:
        """What waits, and what the file as a whole gave to note."""
        yield from self.flush()
        if notes:
            yield Batch(self._tables[0], table_of(self._tables[0], ()), notes=notes)

    def flush(self) -> Iterator[Batch]:
        """What waits, table by table; the rejects go with the first."""
        self._waiting = 0
        for table in self._tables:
            rows, self._rows[table.name] = self._rows[table.name], []
            columns, self._columns[table.name] = self._columns[table.name], []
            rejects, self._rejects = tuple(self._rejects), []
            if rows or columns or rejects:
                yield Batch(
                    table,
                    _in_order([table_of(table, rows), *columns] if rows else columns or [table_of(table, ())]),
                    rejects,
                )


def table_of(table: Table, rows: Sequence[Row]) -> pa.Table:
    """Rows as a table: what none of them says is null."""
    alike: dict[tuple[str, ...], list[int]] = {}
    for at, row in enumerate(rows):
        alike.setdefault((*row,), []).append(at)
    if not 0 < len(alike) <= _MOST_FORMS:
        said = frozenset(("time",)).union(*rows)
        return _table(table, {name: [row.get(name) for row in rows] for name in said}, len(rows))
    # Most rows say the same columns in the same order: those are taken row by row at once, not value by value.
    parts = [
        _table(table, dict(zip(names, zip(*(rows[at].values() for at in which), strict=True), strict=True)), len(which))
        for names, which in alike.items()
    ]
    order = np.concatenate([np.array(which, np.int64) for which in alike.values()])
    return _turned(parts, order)


def _in_order(parts: Sequence[pa.Table]) -> pa.Table:
    return _turned(parts, np.concatenate([each["row"].to_numpy() for each in parts]))


def _turned(parts: Sequence[pa.Table], order: Whole) -> pa.Table:
    """The rows of all parts, by `order`."""
    rows = pa.concat_tables(parts)
    if (np.diff(order) < 0).any():
        turn: Array = pa.array(np.argsort(order, kind="stable"))
        rows = rows.take(turn)
    return rows.combine_chunks() if len(parts) > 1 else rows


def _table(table: Table, said: Mapping[str, Sequence[object]], size: int) -> pa.Table:
    columns = {column.name: pa.array(said[column.name], column.type) for column in table.columns if column.name in said}
    return complete(table, columns, size)
