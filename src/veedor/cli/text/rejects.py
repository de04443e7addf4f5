"""What was rejected, for people: how many per file, and the first few with place, expected and found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from veedor.formats.arrow import pc
from veedor.mission.deposits.intake import FileCount
from veedor.views.file_places import names_apart
from veedor.views.rows import plain_rows
from veedor.words import Language, Value, phrase_or_quote, say, told

MOST_ROWS = 5
# With more files than this only those with rejected rows get a line.
MOST_FILES = 20


def reject_lines(
    files: Sequence[FileCount], deposits: Sequence[bytes], rejects: pa.Table, language: Language
) -> Iterator[str]:
    """A line per file with its counts and the first rejected rows under it; all of them are in the rejects table.

    `deposits` says of each file in which hand-in it was read; row numbers shown begin at 0 in each file.
    """
    shown = 0
    number, first_row, before = 0, 0, b""
    for count, name, deposit in zip(files, names_apart(files), deposits, strict=True):
        if deposit != before:
            number, first_row, before = 0, 0, deposit
        values: dict[str, Value] = {"file": name, "accepted": count.accepted, "rejected": count.rejected}
        if count.rejected or len(files) <= MOST_FILES:
            yield say("rejects.file", language, values)
        if count.rejected and shown < MOST_ROWS:
            own = pc.and_(
                pc.equal(rejects["deposit"], pa.scalar(deposit, pa.binary(32))), pc.equal(rejects["file"], number)
            )
            for row in plain_rows(rejects.filter(own).slice(0, MOST_ROWS - shown)):
                reason = say(row["reason"], language)
                fields: dict[str, Value] = {
                    name: quoted(row[name], language) for name in ("place", "expected", "found")
                }
                yield "  " + say("rejects.row", language, {**fields, "row": row["row"] - first_row, "reason": reason})
                shown += 1
        number, first_row = number + 1, first_row + count.accepted + count.rejected
    if rejects.num_rows > shown:
        yield "  " + say("rejects.more", language, {"n": rejects.num_rows - shown})
    if rejects.num_rows:
        yield say("rejects.next", language)


def quoted(text: str, language: Language) -> str:
    """What a reader expected or found: its own words in this language, a cell of the file as it stands there."""
    ours = " " in text or text == "nothing"
    return told(phrase_or_quote(text), language) if ours else text
