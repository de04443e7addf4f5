"""Everything that was rejected as lines of a report: refused files first, then rejected rows file by file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from veedor.errors import InputError
from veedor.mission.deposits.intake import FileCount
from veedor.views.file_places import names_apart
from veedor.views.line import Line
from veedor.views.lines import RefusedLine, RejectLine
from veedor.views.rows import plain_rows


def report_lines(
    refused: Sequence[InputError], files: Sequence[FileCount], deposits: Sequence[bytes], rejects: pa.Table
) -> Iterator[Line]:
    """`deposits` says of each file in which hand-in it was read; `rejects` are rows of REJECTS."""
    for error in refused:
        yield RefusedLine(
            file=error.file or "",
            problem=error.problem,
            place=error.place,
            expected=error.expected,
            found=error.found,
            next_step=error.next_step,
        )
    places = _places(files, deposits)
    for row in plain_rows(rejects):
        name, first_row = places[row["deposit"], row["file"]]
        yield RejectLine(
            file=name,
            row=row["row"] - first_row,
            offset=row["offset"],
            length=row["length"],
            table=row["table"],
            place=row["place"],
            reason=row["reason"],
            expected=row["expected"],
            found=row["found"],
            raw=row["raw"].hex(),
        )


def _places(files: Sequence[FileCount], deposits: Sequence[bytes]) -> dict[tuple[bytes, int], tuple[str, int]]:
    """Name and first row of each file, by its hand-in and its ordinal there."""
    made: dict[tuple[bytes, int], tuple[str, int]] = {}
    numbers: dict[bytes, tuple[int, int]] = {}
    for count, name, deposit in zip(files, names_apart(files), deposits, strict=True):
        number, first_row = numbers.get(deposit, (0, 0))
        made[deposit, number] = name, first_row
        numbers[deposit] = number + 1, first_row + count.accepted + count.rejected
    return made
