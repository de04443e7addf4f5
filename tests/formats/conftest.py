"""What the tests of readers share: one pass over a file with every promise of the reader contract checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pytest

from veedor.formats import Options, Reader, Reject, Source
from veedor.formats.reader import Note
from veedor.words import keys


@dataclass
class Pass:
    """All rows by table, all rejects and all notes of one file."""

    tables: dict[str, pa.Table]
    rejects: list[Reject]
    notes: tuple[Note, ...] = ()

    @property
    def accepted(self) -> int:
        return sum(table.num_rows for table in self.tables.values())

    @property
    def reasons(self) -> list[str]:
        return [reject.reason for reject in self.rejects]


def read_all(reader: Reader, source: Source, options: Options | None = None) -> Pass:
    parts: dict[str, list[pa.Table]] = {}
    rejects: list[Reject] = []
    notes: list[Note] = []
    for batch in reader.read(source, options or Options()):
        assert batch.rows.num_rows <= 65_536
        declared = [name for name in batch.table.schema.names if name not in ("deposit", "file")]
        assert batch.rows.column_names == declared
        for name in declared:
            assert batch.rows.schema.field(name).type == batch.table.schema.field(name).type, name
            assert batch.table.schema.field(name).nullable or batch.rows[name].null_count == 0, name
        parts.setdefault(batch.table.name, []).append(batch.rows)
        rejects += batch.rejects
        notes += batch.notes
    tables = {name: pa.concat_tables(some).sort_by("row") for name, some in parts.items()}
    seen = [(reject.row, reject.offset, reject.length) for reject in rejects]
    for table in tables.values():
        seen += zip(*(table[name].to_pylist() for name in ("row", "offset", "length")), strict=True)
    seen.sort()
    assert [row for row, _, _ in seen] == list(range(len(seen))), "every ordinal once"
    offsets = np.array([offset for _, offset, _ in seen])
    assert (np.diff(offsets) >= 0).all(), "in order of the file"
    known = keys()
    assert all(reject.reason in known for reject in rejects)
    assert all(note.key in known for note in notes)
    return Pass(tables, sorted(rejects, key=lambda reject: reject.row), tuple(notes))


@pytest.fixture
def read() -> Callable[..., Pass]:
    """Reads a whole file and checks the contract on the way."""
    return read_all
