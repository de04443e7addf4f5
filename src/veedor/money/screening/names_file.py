"""A plain table of names to look up: CSV with a column `name`, and where known kind, born, country, scheme, number."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from veedor.errors import InputError
from veedor.money.screening.parties import Party, Seen
from veedor.registers.identifiers.countries import country_code
from veedor.registers.sanctions.days import born
from veedor.registers.sanctions.listed import Kind, ListedIdentifier, Unlisted
from veedor.registers.sanctions.numbers import listed_number

KINDS: tuple[Kind, ...] = ("person", "entity", "vessel", "aircraft", "unknown")
_FIRST_LINE = 4096


@dataclass(frozen=True)
class Named:
    """Parties of one file and rows that could not be read; together they are all its rows."""

    parties: tuple[Party, ...]
    rejects: tuple[Unlisted, ...]


def is_names_file(head: bytes) -> bool:
    """The first line is a header with the column `name`."""
    first = head[:_FIRST_LINE].split(b"\n", 1)[0].decode("utf-8-sig", "replace").casefold()
    return "name" in [each.strip(' "\r') for each in first.split(_delimiter(first))] and len(first) < 1000


def read_names(file: str, content: bytes, digest: bytes) -> Named:
    """The names; `digest` stands for the deposit in their evidence. InputError where the text is no UTF-8."""
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
    parties: list[Party] = []
    rejects: list[Unlisted] = []
    row = -1
    while True:
        place = f"{file}, line {rows.line_num + 1}"
        try:
            said = next(rows)
        except StopIteration:
            return Named(tuple(parties), tuple(rejects))
        except csv.Error as error:
            row += 1
            rejects.append(Unlisted(row, place, "reject.columns", "a row of the header's columns", str(error)[:200]))
            continue
        row += 1
        values = {key: value.strip() for key, value in said.items() if isinstance(key, str) and isinstance(value, str)}
        name = " ".join(values.get("name", "").split())
        when = born(values["born"]) if values.get("born") else None
        kind = values.get("kind", "").casefold() or "unknown"
        if not name or (values.get("born") and when is None) or kind not in KINDS:
            expected = "a name; born like 1958-12-10 or empty; kind person, entity, vessel, aircraft or empty"
            rejects.append(Unlisted(row, place, "reject.listed_name", expected, str(values)[:200]))
            continue
        country = country_code(values.get("country", ""))
        parties.append(
            Party(f"name:{name}", name, "named", (Seen(digest, row, None, "role.screened_named"),), kind, when,
                  (country,) if country else (), _number(values, country))
        )  # fmt: skip


def _number(values: dict[str, str], country: str | None) -> tuple[ListedIdentifier, ...]:
    number = values.get("number", "")
    found = listed_number(values.get("scheme") or "tax registration", number, country) if number else None
    return (found,) if found else ()


def _delimiter(line: str) -> str:
    return max(",;\t|", key=line.count)
