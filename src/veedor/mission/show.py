"""From a record in a finding's evidence back to the untouched original: file, place, bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from veedor.errors import UsageError, VeedorError
from veedor.formats.source import FileSource
from veedor.mission.copy.append import Mission
from veedor.mission.deposits.held import Held, held_deposits
from veedor.mission.deposits.records import record_store
from veedor.tables import TABLES

MOST_ROWS = 100
SHOWN_BYTES = 4096
_RECORD = re.compile(r"([0-9a-f]{6,64}):(\d+)(?:-(\d+))?", re.ASCII)


@dataclass(frozen=True)
class Shown:
    """One source record: what was read from it, and the bytes it was read from."""

    deposit: str
    row: int
    table: str
    fields: dict[str, Any]
    file: str
    sha256: str
    offset: int
    length: int
    raw: bytes


def show(mission: Mission, record: str) -> tuple[Shown, ...]:
    """The rows that `record` (`deposit:row` or `deposit:row-row`, the deposit shortened to 6 digits or more) names.

    UsageError when this copy holds no such deposit or the deposit has no such row.
    """
    match = _RECORD.fullmatch(record)
    if match is None:
        raise UsageError("this is not a record", expected="DEPOSIT:ROW or DEPOSIT:ROW-ROW", found=record)
    held = _deposit(mission, match[1])
    first, last = int(match[2]), int(match[3] or match[2])
    if last - first >= MOST_ROWS:
        raise UsageError("too many rows at once", expected=f"at most {MOST_ROWS}", found=str(last - first + 1))
    store, found = record_store(mission), []
    for table in TABLES:
        if {"deposit", "row", "file", "offset"} <= set(table.schema.names):
            snapshot = store.snapshot(table, {held.batch})
            for batch in snapshot.read(filter=(("row", ">=", first), ("row", "<=", last))):
                found += [_shown(held, table.name, fields) for fields in batch.to_pylist()]
    if not found:
        raise UsageError("the deposit has no such row", file=held.batch, found=record)
    return tuple(sorted(found, key=lambda each: (each.row, each.table)))


def _deposit(mission: Mission, digits: str) -> Held:
    held = [h for h in held_deposits(mission.folder, mission.files, mission.state) if h.batch.startswith(digits)]
    if len(held) != 1:
        raise UsageError(
            "no deposit of this copy has this digest" if not held else "several deposits begin like this",
            found=digits,
            expected=", ".join(sorted(h.batch[:16] for h in held)) or None,
            next_step="give more digits" if held else "ask its owner, who alone can show it",
        )
    return held[0]


def _shown(held: Held, table: str, fields: dict[str, Any]) -> Shown:
    file = held.files[fields.pop("file")]
    offset, length = fields.pop("offset"), fields.pop("length")
    fields.pop("deposit")
    return Shown(
        held.batch,
        fields.pop("row"),
        table,
        fields,
        file.name,
        file.sha256.hex(),
        offset,
        length,
        _bytes(FileSource(file.place, file.name), offset, min(length, SHOWN_BYTES)),
    )


def _bytes(source: FileSource, offset: int, length: int) -> bytes:
    if length == 0:
        return b""
    try:
        with source.open() as stream:
            while offset > 0 and (block := stream.read(min(offset, 1 << 20))):
                offset -= len(block)
            return stream.read(length)
    except VeedorError:
        return b""
