"""Files of text messages: each message a row of one table or a reject, however the messages are told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, pc
from veedor.formats.checks import Checks
from veedor.formats.reader import Batch
from veedor.formats.rows import complete
from veedor.tables import Table

BATCH_MESSAGES = 8_192


class Piece(Protocol):
    """One message, or bytes that should be one, with its place in the file."""

    @property
    def offset(self) -> int: ...
    @property
    def data(self) -> bytes: ...


P = TypeVar("P", bound=Piece)


class Wrong(NamedTuple):
    """Why a message is no row: a message key, where in it, what was expected and what is there."""

    reason: str
    place: str
    expected: str
    found: str


def message_batches(
    table: Table, pieces: Iterator[P], said_by: Callable[[P], dict[str, object] | Wrong], *, simulated: bool
) -> Iterator[Batch]:
    """Batches in order of the file. `said_by` gives the columns that a message fills, times as microseconds."""
    first = 0
    while some := list(islice(pieces, BATCH_MESSAGES)):
        checks = Checks(len(some))
        good: list[dict[str, object]] = []
        for place, piece in enumerate(some):
            said = said_by(piece)
            if isinstance(said, Wrong):
                checks.fail_row(place, *said)
                continue
            told = {"row": first + place, "offset": piece.offset, "length": len(piece.data), "simulated": simulated}
            good.append(said | told)
        yield _batch(table, some, good, first, checks)
        first += len(some)


def _batch(table: Table, some: Sequence[Piece], good: Sequence[dict[str, object]], first: int, checks: Checks) -> Batch:
    arrays: dict[str, Array] = {}
    for column in table.columns:
        if any(column.name in row for row in good):
            values = [row.get(column.name) for row in good]
            timed = pa.types.is_timestamp(column.type)
            arrays[column.name] = pa.array(values, pa.int64() if timed else column.type)
            if timed:
                arrays[column.name] = pc.cast(arrays[column.name], column.type)
    rejects = checks.rejects(
        table.name,
        np.arange(first, first + len(some)),
        np.array([piece.offset for piece in some], np.int64),
        np.array([len(piece.data) for piece in some], np.int64),
        lambda row: some[row].data,
    )
    return Batch(table, complete(table, arrays, len(good)), rejects)
