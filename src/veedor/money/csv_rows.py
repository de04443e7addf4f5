"""Rows of a plain table that people made: CSV with a header, whatever its delimiter, as cells by column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from veedor.errors import InputError
from veedor.formats.detect import UnknownFormatError
from veedor.registers.sanctions.listed import Unlisted

_FIRST_LINE = 4096
_LONGEST_HEADER = 1000
# What people call the columns, in English and Spanish.
_CALLED = {
    "name": ("name", "full name", "full_name", "nombre", "nombre completo", "nombre_completo"),
    "account": ("account", "cuenta", "iban"),
    "bank": ("bank", "banco", "bic"),
    "country": ("country", "país", "pais"),
    "born": ("born", "birth date", "birth_date", "date of birth", "date_of_birth", "nacimiento", "fecha de nacimiento",
             "fecha_nacimiento"),
    "number": ("number", "número", "numero", "identifier", "tax number", "rif", "nit"),
    "kind": ("kind", "clase"),
    "scheme": ("scheme", "esquema"),
}  # fmt: skip
NAMES_EXPECTED = "CSV with a column `name` (or full_name, nombre)"


def header(head: bytes) -> tuple[str, ...]:
    """Columns that the beginning of a file names, in small letters; none where its first line is no header."""
    first = head[:_FIRST_LINE].split(b"\n", 1)[0].decode("utf-8-sig", "replace").casefold()
    return tuple(each.strip(' "\r') for each in first.split(_delimiter(first))) if len(first) < _LONGEST_HEADER else ()


def lists_names(head: bytes) -> bool:
    """The first line is a header with a column for names."""
    return any(each in _CALLED["name"] for each in header(head))


def called(cells: dict[str, str]) -> dict[str, str]:
    """The cells by the English names of their columns, whatever of these a file calls them; "" where it has none."""
    return {what: next((cells[each] for each in names if cells.get(each)), "") for what, names in _CALLED.items()}


def with_names_hint(error: InputError) -> InputError:
    """An error over a file of no known format says that a table of names is a way, too."""
    if not isinstance(error, UnknownFormatError):
        return error
    return UnknownFormatError(
        error.problem, file=error.file, place=error.place, expected=f"{NAMES_EXPECTED}, or {error.expected}",
        found=error.found, next_step="call the column that holds the names `name`, or give a mapping beside it if it "
        "is CSV or Parquet (docs/mappings.md)",
    )  # fmt: skip


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
