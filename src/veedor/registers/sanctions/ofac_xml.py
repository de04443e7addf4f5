"""OFAC's advanced XML (SDN_ADVANCED.XML): parties with aliases by quality, scripts, features, documents and entries.

Everything is a number into reference sets at the top of the file. Places and documents stand before parties (a country
of a party is that of a place it names), the sanctions entries (programme, day of listing) behind them; ownership
relations ("Owned or controlled by") give shares without a part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from veedor.registers.identifiers.countries import country_code
from veedor.registers.sanctions.days import between, span_of
from veedor.registers.sanctions.listed import (
    Born,
    Kind,
    ListedEntry,
    ListedIdentifier,
    ListedName,
    Listing,
    Share,
    Unlisted,
)
from veedor.registers.sanctions.numbers import listed_number
from veedor.registers.sanctions.source import ListFile
from veedor.registers.sanctions.xml_parts import children, elements, local, text_of

NAME = "ofac_xml"
_SETS = ("PartySubType", "PartyType", "FeatureType", "IDRegDocType", "Country", "RelationType")
_WANTED = (*_SETS, "DateOfIssue", "Location", "IDRegDocument", "DistinctParty", "ProfileRelationship", "SanctionsEntry")
_KINDS: dict[str, Kind] = {"vessel": "vessel", "aircraft": "aircraft", "individual": "person", "entity": "entity"}


@dataclass
class _Reading:
    """What the file has said so far; reference sets by kind and number."""

    sets: dict[tuple[str, str], str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)  # party type of a party's sub-type
    places: dict[str, list[str]] = field(default_factory=dict)  # numbers of countries of a place
    documents: dict[str, list[ListedIdentifier]] = field(default_factory=lambda: defaultdict(list))
    entries: dict[str, ListedEntry] = field(default_factory=dict)
    shares: list[Share] = field(default_factory=list)
    version: date | None = None


def sniff(head: bytes, name: str) -> bool:
    """The root and the set of references stand in the first bytes."""
    return b"<Sanctions" in head and b"ReferenceValueSets" in head


def read(files: Sequence[ListFile]) -> Listing:
    """The list in one file."""
    (file,) = files
    so_far = _Reading()
    rejects: list[Unlisted] = []
    count = 0
    for name, element in elements(file, _WANTED, ("Sanctions",)):
        place = f"{file.name}, {name or 'end'}[{count}]"
        if name in _SETS:
            _reference(so_far, name, element)
        elif name == "DateOfIssue":
            so_far.version = _day(element)
        elif name == "DistinctParty":
            entry = _party(so_far, element, place)
            if entry is None:
                rejects.append(
                    Unlisted(count, place, "reject.listed_name", "a number and a name", element.get("FixedRef", ""))
                )
            else:
                so_far.entries[entry.entry] = entry
            count += 1
        elif not name:
            rejects.append(Unlisted(count, place, "reject.not_well_formed", "a whole file", element[:200]))
            count += 1
        elif name == "Location":
            so_far.places[element.get("ID", "")] = [
                each.get("CountryID", "") for each in children(element, "LocationCountry")
            ]
        elif name == "IDRegDocument":
            _document(so_far, element)
        elif name == "ProfileRelationship":
            _relation(so_far, element)
        else:
            _sanction(so_far, element)
    digests = ((file.name, file.sha256),)
    return Listing(
        "ofac",
        NAME,
        so_far.version,
        tuple(so_far.entries.values()),
        tuple(so_far.shares),
        tuple(rejects),
        count,
        digests,
    )


def _reference(so_far: _Reading, name: str, element: Any) -> None:
    number = element.get("ID", "")
    so_far.sets[name, number] = element.get("ISO2") or (element.text or "").strip()
    if name == "PartySubType":
        so_far.types[number] = element.get("PartyTypeID", "")


def _party(so_far: _Reading, element: Any, place: str) -> ListedEntry | None:
    number = element.get("FixedRef", "")
    profile = next(iter(children(element, "Profile")), None)
    if profile is None or not number:
        return None
    names: list[ListedName] = []
    numbers: list[ListedIdentifier] = []
    born: list[Born] = []
    countries: list[str] = []
    for identity in children(profile, "Identity"):
        numbers += so_far.documents.get(identity.get("ID", ""), [])
        for alias in children(identity, "Alias"):
            weak = alias.get("LowQuality") == "true"
            primary = alias.get("Primary") == "true" and not names
            for documented in children(alias, "DocumentedName"):
                written = " ".join(
                    (value.text or "").strip() for value in documented.iter() if local(value) == "NamePartValue"
                )
                if written.strip():
                    names.append(ListedName(written.strip(), "weak" if weak else "primary" if primary else "strong"))
    for feature in children(profile, "Feature"):
        called = so_far.sets.get(("FeatureType", feature.get("FeatureTypeID", "")), "")
        _feature(called, feature, so_far, numbers, born, countries)
    if not names:
        return None
    kind = _kind(so_far, profile.get("PartySubTypeID", ""))
    if kind == "aircraft":
        # As in the CSV: an aircraft is listed under its registration.
        numbers.append(ListedIdentifier("tail_number", names[0].name.replace("-", "").upper(), None))
    return ListedEntry(
        number, kind, tuple(dict.fromkeys(names)), (), tuple(born),
        tuple(dict.fromkeys(countries)), tuple(dict.fromkeys(numbers)), None, None, text_of(element, "Comment"), place,
    )  # fmt: skip


def _kind(so_far: _Reading, sub_type: str) -> Kind:
    for called in (
        so_far.sets.get(("PartySubType", sub_type), ""),
        so_far.sets.get(("PartyType", so_far.types.get(sub_type, "")), ""),
    ):
        if called.casefold() in _KINDS:
            return _KINDS[called.casefold()]
    return "unknown"


def _feature(
    called: str, feature: Any, so_far: _Reading, numbers: list[ListedIdentifier], born: list[Born], countries: list[str]
) -> None:
    plain = called.casefold()
    for version in children(feature, "FeatureVersion"):
        for detail in children(version, "VersionDetail"):
            listed = listed_number(called, (detail.text or "").strip(), None) if (detail.text or "").strip() else None
            if listed and listed.scheme not in ("other", "national_id", "registration"):
                numbers.append(listed)
        for location in children(version, "VersionLocation"):
            for number in so_far.places.get(location.get("LocationID", ""), ()):
                code = country_code(so_far.sets.get(("Country", number), "")) if "birth" not in plain else None
                countries += [code] if code else []
        if "birthdate" in plain.replace(" ", ""):
            found = _period(version)
            born += [found] if found else []


def _period(version: Any) -> Born | None:
    for period in children(version, "DatePeriod"):
        starts, ends = children(period, "Start"), children(period, "End")
        first = _span(starts[0], "From") if starts else None
        last = _span(ends[0], "To") if ends else None
        if first and last:
            return between(first[0], last[1], any(each.get("Approximate") == "true" for each in (*starts, *ends)))
    return None


def _span(element: Any, name: str) -> tuple[date, date] | None:
    for each in children(element, name):
        year, month, day = (text_of(each, part) for part in ("Year", "Month", "Day"))
        if year.isdecimal() and len(year) == 4:
            return span_of(int(year), int(month) if month.isdecimal() else None, int(day) if day.isdecimal() else None)
    return None


def _day(element: Any) -> date | None:
    year, month, day = (text_of(element, part) for part in ("Year", "Month", "Day"))
    if not (year.isdecimal() and month.isdecimal() and day.isdecimal() and len(year) == 4):
        return None
    span = span_of(int(year), int(month), int(day))
    return span[0] if span else None


def _document(so_far: _Reading, element: Any) -> None:
    called = so_far.sets.get(("IDRegDocType", element.get("IDRegDocTypeID", "")), "")
    country = so_far.sets.get(("Country", element.get("IssuedBy-CountryID", "")))
    number = text_of(element, "IDRegistrationNo")
    listed = listed_number(called, number, country) if number else None
    if listed:
        so_far.documents[element.get("IdentityID", "")].append(listed)


def _relation(so_far: _Reading, element: Any) -> None:
    called = so_far.sets.get(("RelationType", element.get("RelationTypeID", "")), "").casefold()
    one, other = element.get("From-ProfileID", ""), element.get("To-ProfileID", "")
    if "owned" in called and one and other:
        so_far.shares.append(Share(other, one, None, None, None))


def _sanction(so_far: _Reading, element: Any) -> None:
    entry = so_far.entries.get(element.get("ProfileID", ""))
    if entry is None:
        return
    programmes = [
        text_of(measure, "Comment") for measure in children(element, "SanctionsMeasure") if text_of(measure, "Comment")
    ]
    days = [
        found
        for event in children(element, "EntryEvent")
        for written in children(event, "Date")
        if (found := _day(written))
    ]
    so_far.entries[entry.entry] = replace(
        entry, programmes=tuple(dict.fromkeys((*entry.programmes, *programmes))), listed_on=min(days, default=None)
    )
