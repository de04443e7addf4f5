"""FollowTheMoney entities, one JSON object a line, as OpenSanctions and Aleph export them.

`Sanction` entities give the days of listing, `Ownership` the shares of the 50 per cent rule, `Passport`,
`Identification` and `CryptoWallet` numbers of their holders. Everything that has a name is an entry; what the lists do
not sanction should not be in the file, unless it is owned.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from veedor.registers.identifiers.countries import country_code
from veedor.registers.sanctions.days import born, day
from veedor.registers.sanctions.listed import Kind, ListedEntry, ListedIdentifier, ListedName, Listing, Share, Unlisted
from veedor.registers.sanctions.numbers import listed_number
from veedor.registers.sanctions.source import ListFile

NAME = "ftm_json"
OWNED_ONLY = "owned"
"""Programme of entries that are in the file because others own them, not because they are listed."""

_KINDS: dict[str, Kind] = {
    "Person": "person", "Vessel": "vessel", "Airplane": "aircraft", "Company": "entity", "Organization": "entity",
    "LegalEntity": "entity", "PublicBody": "entity",
}  # fmt: skip
_NUMBERS = {
    "imoNumber": "imo", "mmsi": "mmsi", "callSign": "call sign", "registrationNumber": "registration", "idNumber": "id",
    "passportNumber": "passport", "taxNumber": "tax", "leiCode": "lei", "swiftBic": "bic", "serialNumber": "serial",
    "innCode": "tax", "vatCode": "tax", "icaoCode": "transponder",
}  # fmt: skip
_PAPERS = {"Passport": "passport", "Identification": "id", "CryptoWallet": "digital currency"}
_COUNTRIES = ("nationality", "country", "jurisdiction", "flag", "citizenship")
_NAMES = (("name", "primary"), ("alias", "strong"), ("previousName", "strong"), ("weakAlias", "weak"))


def sniff(head: bytes, name: str) -> bool:
    """The first line is an object with schema and properties."""
    first = head.lstrip()
    return first.startswith(b"{") and b'"schema"' in head and b'"properties"' in head


def read(files: Sequence[ListFile]) -> Listing:
    """The list in one file."""
    (file,) = files
    entries: dict[str, ListedEntry] = {}
    shares: list[Share] = []
    rejects: list[Unlisted] = []
    days: dict[str, list[tuple[date | None, date | None, str]]] = defaultdict(list)
    papers: dict[str, list[ListedIdentifier]] = defaultdict(list)
    count = 0
    for line, raw in enumerate(file.text().split("\n"), 1):
        if not raw.strip():
            continue
        row, place = count, f"{file.name}, line {line}"
        count += 1
        try:
            schema, number, said = _entity(raw)
        except ValueError as error:
            rejects.append(Unlisted(row, place, "reject.not_an_entity", "id, schema and properties", str(error)[:200]))
            continue
        if schema == "Sanction":
            for each in said.get("entity", ()):
                days[each].append(
                    (
                        _day(said, "startDate") or _day(said, "listingDate"),
                        _day(said, "endDate"),
                        _first(said, "program"),
                    )
                )
        elif schema == "Ownership":
            for owner in said.get("owner", ()):
                shares += [
                    Share(owner, asset, _permille(said), _day(said, "startDate"), _day(said, "endDate"))
                    for asset in said.get("asset", ())
                ]
        elif schema in _KINDS:
            if number in entries or not said.get("name"):
                reason = "reject.listed_twice" if number in entries else "reject.listed_name"
                rejects.append(Unlisted(row, place, reason, "a name, once for each id", number[:200]))
                continue
            entries[number] = _entry(number, _KINDS[schema], said, place)
        elif schema in _PAPERS:
            for holder in said.get("holder", ()):
                papers[holder] += _papers(schema, said)
    owned = {share.asset for share in shares}
    whole = (
        replace(each, identifiers=tuple(dict.fromkeys((*each.identifiers, *papers.get(number, ())))))
        for number, each in entries.items()
    )
    made = tuple(_with_days(each, days[each.entry], each.entry in owned) for each in whole)
    digests = ((file.name, file.sha256),)
    return Listing(file.name.partition(".")[0], NAME, None, made, tuple(shares), tuple(rejects), count, digests)


def _entity(raw: str) -> tuple[str, str, Mapping[str, Sequence[str]]]:
    """Schema, id, properties; ValueError for anything that is not an entity of strings."""
    if len(raw) > 4_000_000:
        raise ValueError(f"a line of {len(raw)} characters")
    try:
        found = json.loads(raw)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(found, dict):
        raise ValueError("no object")
    schema, number, said = found.get("schema"), found.get("id"), found.get("properties")
    if not isinstance(schema, str) or not isinstance(number, str) or not isinstance(said, dict):
        raise ValueError("id, schema or properties are missing")
    for name, values in said.items():
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise ValueError(f"{name} is no list of strings")
    return schema, number, said


def _entry(number: str, kind: Kind, said: Mapping[str, Sequence[str]], place: str) -> ListedEntry:
    names = [
        ListedName(value, "strong" if quality == "primary" and at else quality)  # type: ignore[arg-type] # of _NAMES
        for name, quality in _NAMES
        for at, value in enumerate(said.get(name, ()))
        if value.strip()
    ]
    countries = [code for name in _COUNTRIES for value in said.get(name, ()) if (code := country_code(value))]
    numbers: list[ListedIdentifier] = []
    for name, called in _NUMBERS.items():
        for value in said.get(name, ()):
            listed = listed_number("tail" if kind == "aircraft" and called == "registration" else called, value,
                                   countries[0] if countries else None)  # fmt: skip
            numbers += [listed] if listed else []
    days = [found for value in said.get("birthDate", ()) if (found := born(value))]
    return ListedEntry(
        number, kind, tuple(dict.fromkeys(names)), tuple(said.get("topics", ())), tuple(days),
        tuple(dict.fromkeys(countries)), tuple(dict.fromkeys(numbers)), None, None, _first(said, "notes"), place,
    )  # fmt: skip


def _papers(schema: str, said: Mapping[str, Sequence[str]]) -> list[ListedIdentifier]:
    """Numbers of a document or wallet that is an entity of its own."""
    called = f"{_PAPERS[schema]} {_first(said, 'type') if schema == 'Identification' else ''}"
    written = [value for name in ("number", "passportNumber", "publicKey") for value in said.get(name, ())]
    found = (listed_number(called, value, _first(said, "country") or None) for value in written)
    return [each for each in found if each]


def _with_days(entry: ListedEntry, days: Sequence[tuple[date | None, date | None, str]], owned: bool) -> ListedEntry:
    """Listed from the first day of any sanction to the last day of all, where each says one."""
    listed = any("sanction" in topic or "debarment" in topic for topic in entry.programmes)
    if owned and not days and not listed:
        return replace(entry, programmes=(OWNED_ONLY,))
    if not days:
        return entry
    starts, ends = [start for start, _, _ in days], [end for _, end, _ in days]
    first = None if None in starts else min(each for each in starts if each)
    last = None if None in ends else max(each for each in ends if each)
    named = tuple(dict.fromkeys(programme for _, _, programme in days if programme))
    return replace(entry, listed_on=first, ended_on=last, programmes=named or entry.programmes)


def _permille(said: Mapping[str, Sequence[str]]) -> int | None:
    """A percentage such as 50 or 33.34 % in thousandths, rounded down; None where none is said."""
    text = _first(said, "percentage").strip().rstrip("%").strip().replace(",", ".")
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None
    return int(share * 10) if 0 <= share <= 100 and len(text) < 20 else None


def _first(said: Mapping[str, Any], name: str) -> str:
    return str(next(iter(said.get(name, ())), ""))


def _day(said: Mapping[str, Sequence[str]], name: str) -> date | None:
    return day(_first(said, name))
