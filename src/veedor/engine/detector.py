"""The detector contract: a pure function from the tables of one partition to one table.

A detector declares what it reads, how that is partitioned, and what it writes; the engine does everything else
(DESIGN section 8). A detector sorts its input itself by a total order and never trusts the order it is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pyarrow as pa

from veedor.tables import Table


@dataclass(frozen=True)
class ByKey:
    """Whole keys together. A row goes to the bucket of each named column's value (null values go nowhere), so with
    two columns a row may be handed out twice, never twice to one partition."""

    columns: tuple[str, ...]


@dataclass(frozen=True)
class ByTime:
    """Chunks of absolute UTC time; each partition also gets rows up to `before_us` earlier and `after_us` later.
    Rows whose `column` is null are handed to no partition."""

    chunk_us: int
    before_us: int
    after_us: int
    column: str = "time"


@dataclass(frozen=True)
class ByAreaTime:
    """H3 cells (of `lat_e7`, `lon_e7`) and time chunks, with one ring of neighbouring cells as halo."""

    resolution: int
    chunk_us: int
    halo_us: int
    column: str = "time"


@dataclass(frozen=True)
class Broadcast:
    """The whole (small) table is handed to every partition."""


@dataclass(frozen=True)
class Whole:
    """The whole table in one call, streamed through `reduce`: for integer counters that merge exactly."""


Partition = ByKey | ByTime | ByAreaTime | Broadcast | Whole


@dataclass(frozen=True)
class Owner:
    """Which part of the answer this call owns. A detector emits only results that belong to its owner.

    ByKey: `bucket` of `buckets`. ByTime: results that begin in [start_us, end_us). ByAreaTime: results whose smallest
    record in total order lies in `cell` and [start_us, end_us). Whole: all fields None.
    """

    bucket: int | None = None
    buckets: int | None = None
    start_us: int | None = None
    end_us: int | None = None
    cell: int | None = None


@dataclass(frozen=True)
class Read:
    """One input: table, the columns wanted (all when empty), partition, and an optional `filter`: a conjunction of
    (column, operator, value) with operators = != < <= > >=, pushed down into the scan.

    `among` (with ByKey only) names a table that the same detector reads Broadcast, and a column of it: only keys that
    occur there are handed out. A row with two key columns goes to the bucket of each key that occurs, so a partition
    holds the whole keys it owns among these, and of other keys only what they share rows with.

    `only_with` names a table that the same detector reads Broadcast: where it has no rows, none are handed out here.

    A detector may read one table several times, cut or filtered in different ways, if all but one of these reads have a
    name to be handed over by, `handed_as`.

    Rows `in_pieces` are handed over as `Pieces`: for a partition of which a detector keeps far less than it reads."""

    table: Table
    partition: Partition
    columns: tuple[str, ...] = ()
    filter: tuple[tuple[str, str, int | str | bool], ...] = ()
    among: tuple[str, str] | None = None
    handed_as: str = ""
    in_pieces: bool = False
    only_with: str = ""

    @property
    def name(self) -> str:
        """Under which name the rows are handed over."""
        return self.handed_as or self.table.name


class Pieces(Protocol):
    """The rows of one partition, of which only one piece at a time lies in memory."""

    def pieces(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """All rows with these of the columns that the read names: whenever asked, the same rows in the same order."""
        ...


def in_pieces(rows: pa.Table | Pieces) -> Pieces:
    """Rows as pieces; a table is one piece."""
    return _OnePiece(rows) if isinstance(rows, pa.Table) else rows


@dataclass(frozen=True)
class _OnePiece:
    rows: pa.Table

    def pieces(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        yield self.rows.select(list(columns))


class Detector(Protocol):
    """What the engine needs of a detector. `parameters` is a frozen dataclass of ints, strings, bools and tuples of
    them; units in the field names; its digest goes into every finding and into the run statement. A detector may have
    `agrees_with`, names of detectors whose parameters of the same name must be set like its own."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def reads(self) -> tuple[Read, ...]: ...
    @property
    def writes(self) -> Table: ...
    @property
    def parameters(self) -> Any: ...

    def run(self, tables: Mapping[str, Any], owner: Owner, parameters: Any) -> pa.Table:
        """`tables` by name of the read (`Read.name`), each exactly with the declared columns and types, as a table, or
        as `Pieces` where the read asks for these; returns rows of `writes`."""
        ...


class Reducer(Detector, Protocol):
    """A detector that reads one table `Whole`: `run` is called per stored partition on disjoint rows, and `merge`
    folds the partial results; merge must be associative and commutative in its result."""

    def merge(self, partial: pa.Table, parameters: Any) -> pa.Table:
        """`partial` is the concatenation of the results of `run`, in any order."""
        ...
