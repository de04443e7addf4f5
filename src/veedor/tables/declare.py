"""How a table is declared: columns with type, meaning and field group, the total order of its rows, its key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")
DIGEST = pa.binary(32)


@dataclass(frozen=True)
class Column:
    """One column. `group` names the field group it is committed in; units stand in the name (`range_mm`)."""

    name: str
    type: pa.DataType
    doc: str
    group: str = ""
    nullable: bool = True

    @property
    def field(self) -> pa.Field[Any]:
        return pa.field(self.name, self.type, nullable=self.nullable)


@dataclass(frozen=True)
class Table:
    """A table that may be stored, hashed and handed between rooms.

    `order` is a total order: no two rows agree in all of it. `key` is the column whose bucket decides where a row
    is stored; None means the table has no key (records by sensor and hour, or small registers).
    """

    name: str
    version: int
    doc: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    key: str | None = None

    @property
    def id(self) -> str:
        """The schema's name as it is logged: `plots/1`."""
        return f"{self.name}/{self.version}"

    @cached_property
    def schema(self) -> pa.Schema:
        return pa.schema([column.field for column in self.columns], metadata={"veedor.schema": self.id})

    @cached_property
    def groups(self) -> Mapping[str, tuple[str, ...]]:
        """Field groups in declared order, each with its columns in declared order; at most 4, or 5 without a source."""
        found: dict[str, list[str]] = {}
        for column in self.columns:
            if column.group:
                found.setdefault(column.group, []).append(column.name)
        return {name: tuple(names) for name, names in found.items()}

    @property
    def sourced(self) -> bool:
        """Whether each row was read from a file, whose bytes are committed beside its field groups."""
        return "offset" in self.schema.names

    def cast(self, rows: pa.Table) -> pa.Table:
        """Rows with exactly the declared columns, types and order; missing or undeclared columns are an error."""
        if set(rows.column_names) != set(self.schema.names):
            missing = sorted(set(self.schema.names) - set(rows.column_names))
            extra = sorted(set(rows.column_names) - set(self.schema.names))
            raise ValueError(f"{self.id}: missing {missing}, undeclared {extra}")
        return rows.select(self.schema.names).cast(self.schema)

    def empty(self) -> pa.Table:
        return self.schema.empty_table()


def provenance(group: str = "") -> tuple[Column, ...]:
    """The columns that lead from any record back to the untouched original."""
    return (
        Column("deposit", DIGEST, "deposit digest (DESIGN section 5)", group, nullable=False),
        Column("row", pa.int64(), "ordinal in the deposit from 0, rejects included", group, nullable=False),
    )


SOURCE = (
    Column("file", pa.int32(), "ordinal of the file in the deposit, files sorted by digest", "", nullable=False),
    Column("offset", pa.int64(), "byte offset of the source record in the (unpacked) file", "", nullable=False),
    Column("length", pa.int32(), "bytes of the source record", "", nullable=False),
)
