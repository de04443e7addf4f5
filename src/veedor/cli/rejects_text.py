"""What was rejected, for people: how many per file, and the first few with place, expected and found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from veedor.mission.intake import FileCount
from veedor.views.rows import plain_rows
from veedor.words import Language, Value, say

MOST_ROWS = 5


def reject_lines(files: Sequence[FileCount], rejects: pa.Table, language: Language) -> Iterator[str]:
    """A line per file with its counts, then the first rejected rows; all of them are in the rejects table."""
    for count in files:
        values: dict[str, Value] = {"file": count.source.name, "accepted": count.accepted, "rejected": count.rejected}
        yield say("rejects.file", language, values)
    for row in plain_rows(rejects.slice(0, MOST_ROWS)):
        reason = say(row["reason"], language)
        fields: dict[str, Value] = {name: row[name] for name in ("row", "place", "expected", "found")}
        yield "  " + say("rejects.row", language, {**fields, "reason": reason})
    if rejects.num_rows > MOST_ROWS:
        yield "  " + say("rejects.more", language, {"n": rejects.num_rows - MOST_ROWS})
