"""The consolidated list of the UN Security Council: individuals and entities, aliases by quality (an alias may have a
birth date of its own), documents, IMO numbers of shipping firms out of the comments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from veedor.registers.identifiers.countries import country_code
from veedor.registers.names.readings import is_read
from veedor.registers.sanctions.days import between, born, day, span_of
from veedor.registers.sanctions.listed import Born, Kind, ListedEntry, ListedIdentifier, ListedName, Listing, Unlisted
from veedor.registers.sanctions.numbers import listed_number
from veedor.registers.sanctions.source import ListFile
from veedor.registers.sanctions.xml_parts import children, elements, local, text_of

NAME = "un_xml"
_NAMES = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
_IN_NOTE = re.compile(r"\b(?:number|no\.|SSN|card)\s*:?\s*((?:[A-Z]{1,3}[ -]{0,2})?\d[\d-]{4,})", re.IGNORECASE)
_IMO = re.compile(r"\bIMO\b[^0-9.;]{0,30}(\d{7})\b")
_KINDS: dict[str, Kind] = {"INDIVIDUAL": "person", "ENTITY": "entity"}


def sniff(head: bytes, name: str) -> bool:
    """The root element stands in the first bytes."""
    return b"<CONSOLIDATED_LIST" in head


def read(files: Sequence[ListFile]) -> Listing:
    """The list in one file."""
    (file,) = files
    entries: list[ListedEntry] = []
    rejects: list[Unlisted] = []
    count = 0
    version: date | None = None
    for name, element in elements(file, _KINDS, ("CONSOLIDATED_LIST",)):
        place = f"{file.name}, {name or 'end'}[{count}]"
        if not name:
            rejects.append(Unlisted(count, place, "reject.not_well_formed", "a whole file", element[:200]))
        else:
            if version is None:
                version = day(element.getroottree().getroot().get("dateGenerated", ""))
            made = _entry(element, place)
            if made is None:
                found = text_of(element, "DATAID")
                rejects.append(Unlisted(count, place, "reject.listed_name", "a number and a name", found))
            else:
                entries.append(made)
        count += 1
    digests = ((file.name, file.sha256),)
    return Listing("un", NAME, version, tuple(entries), (), tuple(rejects), count, digests)


def _spellings(name: str) -> list[str]:
    """An alias as written; two of them where a Chinese, Korean or Japanese one stands in brackets behind it."""
    before, _, inside = name.removesuffix(")").partition("(")
    if name.endswith(")") and before.strip() and "(" not in inside and is_read(inside):
        return [before.strip(), inside.strip()]
    return [name] if name else []


def _entry(element: Any, place: str) -> ListedEntry | None:
    kind = local(element)
    written = " ".join(part for part in (text_of(element, name) for name in _NAMES) if part)
    original = text_of(element, "NAME_ORIGINAL_SCRIPT")
    names = [ListedName(written, "primary")] if written else []
    names += [ListedName(original, "strong")] if original else []
    for alias in children(element, f"{kind}_ALIAS"):
        name, quality = text_of(alias, "ALIAS_NAME"), text_of(alias, "QUALITY").casefold()
        names += [ListedName(each, "weak" if quality == "low" else "strong") for each in _spellings(name)]
    number = text_of(element, "DATAID")
    if not names or not number:
        return None
    countries = [text_of(each, "VALUE") for each in children(element, "NATIONALITY")]
    countries += [text_of(each, "COUNTRY") for each in children(element, f"{kind}_ADDRESS")]
    codes = [code for code in map(country_code, countries) if code]
    documents = (_document(each) for each in children(element, "INDIVIDUAL_DOCUMENT"))
    days = [_born(each) for each in children(element, "INDIVIDUAL_DATE_OF_BIRTH")]
    days += [born(text_of(each, "DATE_OF_BIRTH")) for each in children(element, f"{kind}_ALIAS")]
    numbers = [each for each in documents if each] + _ship_owner(text_of(element, "COMMENTS1"))
    reference = text_of(element, "REFERENCE_NUMBER")
    return ListedEntry(
        reference or number, _KINDS[kind], tuple(names), (text_of(element, "UN_LIST_TYPE"),),
        tuple(dict.fromkeys(each for each in days if each)), tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(numbers)),
        day(text_of(element, "LISTED_ON")), None, text_of(element, "COMMENTS1"), place,
    )  # fmt: skip


def _document(element: Any) -> ListedIdentifier | None:
    """A document; its number also where only the note has it, written out ("Passport number L 191609 issued on …")."""
    called = f"{text_of(element, 'TYPE_OF_DOCUMENT')} {text_of(element, 'TYPE_OF_DOCUMENT2')}"
    said = _IN_NOTE.search(" ".join(text_of(element, "NOTE").split()))
    number = text_of(element, "NUMBER") or (said[1] if said else "")
    country = text_of(element, "ISSUING_COUNTRY") or text_of(element, "COUNTRY_OF_ISSUE")
    return listed_number(called, number, country or None) if number else None


def _ship_owner(comments: str) -> list[ListedIdentifier]:
    """The IMO's number of a company, which entries of shipping firms have in their comments."""
    found = (listed_number("IMO", number, None) for number in _IMO.findall(comments))
    return [each for each in found if each]


def _born(element: Any) -> Born | None:
    about = text_of(element, "TYPE_OF_DATE") == "APPROXIMATELY"
    written = text_of(element, "DATE") or text_of(element, "YEAR")
    first, last = text_of(element, "FROM_YEAR"), text_of(element, "TO_YEAR")
    if first.isdecimal() and last.isdecimal() and len(first) == len(last) == 4:
        spans = span_of(int(first), None, None), span_of(int(last), None, None)
        return between(spans[0][0], spans[1][1], about) if spans[0] and spans[1] else None
    return born(("circa " if about else "") + (written or text_of(element, "NOTE")))
