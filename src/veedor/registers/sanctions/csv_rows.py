"""Rows of a CSV file with the line each begins on; a row that cannot be parsed is a reject and the next one goes on."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

MOST_CHARACTERS = 1_000_000
SHOWN = 200


def csv_rows(text: str, delimiter: str = ",") -> Iterator[tuple[int, list[str] | None, str]]:
    """Line from 1, the fields, and ""; or the line, None, and why. Empty lines are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, None, str(error)[:SHOWN]
            continue
        if not fields:
            continue
        if max(map(len, fields)) > MOST_CHARACTERS:
            yield line, None, f"a field of {max(map(len, fields))} characters"
            continue
        yield line, fields, ""
