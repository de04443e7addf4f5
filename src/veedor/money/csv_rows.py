"""Rows of a plain table that people made: CSV with a header, whatever its delimiter, as cells by column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from veedor.errors import InputError
from veedor.registers.sanctions.listed import Unlisted

_FIRST_LINE = 4096
_LONGEST_HEADER = 1000


def header(head: bytes) -> tuple[str, ...]:
    """Columns that the beginning of a file names, in small letters; none where its first line is no header."""
    first = head[:_FIRST_LINE].split(b"\n", 1)[0].decode("utf-8-sig", "replace").casefold()
    return tuple(each.strip(' "\r') for each in first.split(_delimiter(first))) if len(first) < _LONGEST_HEADER else ()


def csv_rows(file: str, content: bytes) -> Iterator[tuple[int, str, dict[str, str] | Unlisted]]:
    """Number, place and cells of each row, cells without spaces around them; a row that is none comes as the reject
    that it is. InputError where the text is no UTF-8."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = content[error.start : error.start + 8].hex()
        raise InputError(
            "not UTF-8", file=file, place=f"byte {error.start}", expected="CSV in UTF-8", found=found,
            next_step="save it as UTF-8",
        ) from None  # fmt: skip
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text.split("\n", 1)[0]), strict=False)
    rows.fieldnames = [name.strip().casefold() for name in rows.fieldnames or ()]
    row = -1
    while True:
        row += 1
        place = f"{file}, row {row}, line {rows.line_num + 1}"
        try:
            said = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield row, place, Unlisted(row, place, "reject.columns", "a row of the header's columns", str(error)[:200])
            continue
        yield row, place, {k: v.strip() for k, v in said.items() if isinstance(k, str) and isinstance(v, str)}


def _delimiter(line: str) -> str:
    return max(",;\t|", key=line.count)
