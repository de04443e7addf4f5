"""The EU's consolidated list of financial sanctions in CSV (FSF 1.1): a row for each name, birth, document.

Columns are taken by name. Rows of one entry share its logical number; each says one thing of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from veedor.registers.identifiers.countries import country_code
from veedor.registers.sanctions.csv_rows import csv_rows
from veedor.registers.sanctions.days import between, born, day, span_of
from veedor.registers.sanctions.listed import Born, Kind, ListedEntry, ListedIdentifier, ListedName, Listing, Unlisted
from veedor.registers.sanctions.numbers import listed_number
from veedor.registers.sanctions.source import ListFile

NAME = "eu_csv"
_KINDS: dict[str, Kind] = {"P": "person", "person": "person", "E": "entity", "enterprise": "entity"}


@dataclass
class _Making:
    """What rows have said of one entry so far."""

    place: str
    rows: list[tuple[int, str]] = field(default_factory=list)
    kind: Kind = "unknown"
    names: list[ListedName] = field(default_factory=list)
    programmes: list[str] = field(default_factory=list)
    born: list[Born] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    numbers: list[ListedIdentifier] = field(default_factory=list)
    listed_on: date | None = None
    remarks: str = ""


def sniff(head: bytes, name: str) -> bool:
    """The header names the entry's number and the whole name."""
    return b"Entity_LogicalId" in head and b"NameAlias_WholeName" in head


def read(files: Sequence[ListFile]) -> Listing:
    """The list in one file; InputError where the header is another one."""
    (file,) = files
    rows = csv_rows(file.text(), ";")
    _, header, _ = next(rows, (1, None, ""))
    if header is None or "Entity_LogicalId" not in header or "NameAlias_WholeName" not in header:
        raise file.refused("the header is not that of the EU's list", "Entity_LogicalId, NameAlias_WholeName, …",
                           ";".join(header or [])[:200])  # fmt: skip
    making: dict[str, _Making] = {}
    rejects: list[Unlisted] = []
    count = 0
    version: date | None = None
    for line, fields, why in rows:
        row, place = count, f"{file.name}, line {line}"
        count += 1
        if fields is None or len(fields) != len(header):
            found = why or f"{len(fields or ())} columns"
            rejects.append(Unlisted(row, place, "reject.columns", f"{len(header)} columns", found))
            continue
        said = {name: value.strip() for name, value in zip(header, fields, strict=True)}
        number = said["Entity_LogicalId"]
        if not number.isdecimal():
            rejects.append(Unlisted(row, place, "reject.listed_number", "a number", number[:200]))
            continue
        version = version or _day(said.get("fileGenerationDate", ""))
        made = making.setdefault(number, _Making(place))
        made.rows.append((row, place))
        _add(made, said)
    entries = []
    for number, made in making.items():
        if not made.names:
            expected = "a name in one of the entry's rows"
            rejects += [Unlisted(row, place, "reject.listed_name", expected, number) for row, place in made.rows]
            continue
        entries.append(
            ListedEntry(
                number, made.kind, tuple(dict.fromkeys(made.names)), tuple(dict.fromkeys(made.programmes)),
                tuple(dict.fromkeys(made.born)), tuple(dict.fromkeys(made.countries)),
                tuple(dict.fromkeys(made.numbers)), made.listed_on, None, made.remarks, made.place,
            )
        )  # fmt: skip
    rejects.sort(key=lambda each: each.row)
    digests = ((file.name, file.sha256),)
    return Listing("eu", NAME, version, tuple(entries), (), tuple(rejects), count, digests)


def _add(made: _Making, said: Mapping[str, str]) -> None:
    get = said.get
    kind = get("Entity_SubjectType_ClassificationCode") or get("Entity_SubjectType", "")
    made.kind = _KINDS.get(kind, made.kind)
    name = said["NameAlias_WholeName"] or " ".join(
        part for part in (get(f"NameAlias_{each}Name", "") for each in ("First", "Middle", "Last")) if part
    )
    if name:
        weak = get("NameAlias_Strong", "").casefold() == "false"
        made.names.append(ListedName(name, "weak" if weak else "strong" if made.names else "primary"))
    if programme := get("Entity_Regulation_Programme"):
        made.programmes.append(programme)
    made.countries += [
        code
        for column in ("Citizenship_CountryIso2Code", "Address_CountryIso2Code")
        if (code := country_code(get(column, "")))
    ]
    found = _born(said)
    made.born += [found] if found else []
    if number := get("Identification_Number"):
        called = get("Identification_TypeDescription") or get("Identification_TypeCode", "")
        listed = listed_number(called, number, get("Identification_CountryIso2Code"))
        made.numbers += [listed] if listed else []
    made.listed_on = made.listed_on or _day(get("Entity_DesignationDate", ""))
    made.remarks = made.remarks or get("Entity_Remark", "")


def _born(said: Mapping[str, str]) -> Born | None:
    """The days that one row leaves possible. Years of another calendar (Islamic, Persian) say nothing here."""
    if said.get("BirthDate_CalendarType", "").casefold() not in ("", "gregorian"):
        return None
    about = said.get("BirthDate_Circa", "").casefold() == "true"
    first, last = said.get("BirthDate_YearRangeFrom", ""), said.get("BirthDate_YearRangeTo", "")
    if len(first) == len(last) == 4 and first.isdecimal() and last.isdecimal():
        spans = span_of(int(first), None, None), span_of(int(last), None, None)
        return between(spans[0][0], spans[1][1], about) if spans[0] and spans[1] else None
    written = said.get("BirthDate_BirthDate", "")
    whole = _day(written)
    if whole:
        return between(whole, whole, about)
    year, month = said.get("BirthDate_Year", ""), said.get("BirthDate_Month", "")
    if not written and month.isdecimal() and 1 <= int(month) <= 12:
        year = f"{year}-{month}"
    return born(("circa " if about else "") + (written or year))


def _day(text: str) -> date | None:
    """2024-01-31, or 31/01/2024 as the file's own date is written."""
    parts = text[:10].split("/")
    return day("-".join(reversed(parts))) if len(parts) == 3 else day(text)
