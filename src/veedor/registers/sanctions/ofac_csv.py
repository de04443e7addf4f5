"""OFAC's list of specially designated nationals in CSV: sdn.csv with alt.csv (aliases), add.csv (addresses) and
sdn_comments.csv (remarks that went on for longer than sdn.csv has room).

Twelve, five, six and two columns without a header; `-0-` stands for nothing. Birth dates, nationalities, numbers and
weak aliases (in single quotes) stand in the remarks, parted by semicolons. The files do not say the day they are of.
OFAC's other lists (cons_prim.csv and its companions) are written alike.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from veedor.registers.identifiers.countries import country_code
from veedor.registers.sanctions.csv_rows import csv_rows
from veedor.registers.sanctions.days import born
from veedor.registers.sanctions.listed import (
    Born,
    Kind,
    ListedEntry,
    ListedIdentifier,
    ListedName,
    Listing,
    Unlisted,
)
from veedor.registers.sanctions.numbers import listed_number
from veedor.registers.sanctions.source import ListFile

NAME = "ofac_csv"
_COLUMNS = {12: "sdn", 5: "alt", 6: "add", 2: "comments"}
_KINDS: dict[str, Kind] = {"individual": "person", "vessel": "vessel", "aircraft": "aircraft"}
# Names have apostrophes of their own; what ends the quoted one is followed by the next remark or the end.
_WEAK = re.compile(r"[afn]\.k\.a\.,? '(.+?)'(?=[;.]|$)")
_CALLED = (
    r"Passport|(?:[A-Za-z.'() ]+? )?(?:No\.?|Number|ID|#|IMO|MMSI|R\.?I\.?F\.?|NIT|RUC|C\.?N\.?P\.?J\.?|R\.F\.C\.|"
    r"D\.N\.I\.|SSN|CUIT|SWIFT/BIC|LEI|Aircraft Mode S Transponder Code|(?:Previous )?Aircraft Tail Number|"
    r"Aircraft Construction Number|D-U-N-S Number)"
    r"(?: IMO)?(?: \((?:MSN|also called [A-Z/ or]+)\))?"
)
_NUMBER = re.compile(
    rf"(?:alt\. )?(?P<called>{_CALLED})\s*(?P<number>#?\s?[A-Z0-9][A-Z0-9 ./*-]{{1,40}}?)"
    r"(?: (?:Distrito Federal|Mexico City))?(?: \((?P<country>[A-Za-z ,]+)\))?(?: (?:issued|expires) [^()]*)?"
)


_COMMENTS = re.compile(r"(sdn|cons)_comments\.csv$")
_COIN = re.compile(r"(?P<called>Digital Currency Address) - (?P<coin>[A-Z0-9]{2,8}) (?P<number>[A-Za-z0-9:]{21,128})")


def sniff(head: bytes, name: str) -> bool:
    """Numbers first, twelve, five or six columns, `-0-` for nothing; two columns in a file of that name."""
    rows = [fields for _, fields, _ in csv_rows(head.decode("latin-1")) if fields]
    if not rows or not rows[0][0].strip().isdigit():
        return False
    if len(rows[0]) == 2:
        return _COMMENTS.search(name.casefold()) is not None
    return b"-0-" in head and len(rows[0]) in _COLUMNS


def read(files: Sequence[ListFile]) -> Listing:
    """One list from these files; InputError where none of them is sdn.csv. OFAC publishes the three files
    together: an address of an entry that is not there is a reject, an alias an entry of its own."""
    names: dict[str, list[ListedName]] = defaultdict(list)
    countries: dict[str, list[str]] = defaultdict(list)
    main: dict[str, tuple[list[str], str]] = {}
    others: list[tuple[int, str, str, list[str]]] = []
    rejects: list[Unlisted] = []
    count = 0
    for file in files:
        for line, fields, why in csv_rows(file.text()):
            row, place = count, f"{file.name}, line {line}"
            count += 1
            shape = _COLUMNS.get(len(fields)) if fields else None
            if fields is None or shape is None or not fields[0].strip().isdigit():
                found = why or f"{len(fields or ())} columns, {(fields or [''])[0]!r}"[:200]
                rejects.append(Unlisted(row, place, "reject.columns", "a number and 12, 5, 6 or 2 columns", found))
                continue
            values = ["" if value.strip() == "-0-" else value.strip() for value in fields]
            if shape == "sdn" and values[0] in main:
                rejects.append(Unlisted(row, place, "reject.listed_twice", "one row for each number", values[0]))
            elif shape == "sdn" and not values[1]:
                rejects.append(Unlisted(row, place, "reject.listed_name", "a name", ""))
            elif shape == "sdn":
                main[values[0]] = (values, place)
            else:
                others.append((row, place, shape, values))
    if not main:
        raise files[0].refused("no entry of OFAC's list could be read", "sdn.csv among the files", f"{count} rows")
    for row, place, shape, values in others:
        if values[0] not in main and shape in ("add", "comments"):
            rejects.append(Unlisted(row, place, "reject.listed_alone", "an entry of this number in sdn.csv", values[0]))
        elif shape == "alt" and not values[3]:
            rejects.append(Unlisted(row, place, "reject.listed_name", "a name", ""))
        elif shape == "alt":
            names[values[0]].append(ListedName(values[3], "weak" if "weak" in values[4].casefold() else "strong"))
        elif shape == "comments":
            before = main[values[0]][0][11]
            joined = "; " if before.endswith((".", ";")) else " "
            main[values[0]][0][11] = f"{before}{joined}{values[1]}" if before else values[1]
        elif values[4]:
            countries[values[0]].append(values[4])
    entries = [
        _entry(values, place, names.pop(number, []), countries[number])
        for number, (values, place) in sorted(main.items())
    ]
    # Aliases of an entry that is not there (files of different days) are names all the same: none may be lost.
    alone = {values[0]: place for _, place, _, values in reversed(others)}
    entries += [
        ListedEntry(number, "unknown", tuple(each), place=alone[number]) for number, each in sorted(names.items())
    ]
    rejects.sort(key=lambda each: each.row)
    digests = tuple((file.name, file.sha256) for file in files)
    return Listing("ofac", NAME, None, tuple(entries), (), tuple(rejects), count, digests)


def _entry(values: list[str], place: str, aliases: list[ListedName], addresses: list[str]) -> ListedEntry:
    kind = _KINDS.get(values[2].casefold(), "entity")
    remarks = values[11]
    numbers: list[ListedIdentifier] = []
    days: list[Born] = []
    countries = [*addresses, values[9]]
    if values[5]:
        numbers.append(ListedIdentifier("call_sign", values[5], None))
    if kind == "aircraft":
        numbers.append(ListedIdentifier("tail_number", values[1].replace("-", "").upper(), None))
    for part in (each.strip().rstrip(".") for each in remarks.split(";")):
        plain = part.removeprefix("alt. ")
        if plain.startswith("DOB "):
            found = born(plain[4:])
            days += [found] if found else []
        elif plain.startswith(("nationality ", "citizen ")):
            countries.append(plain.partition(" ")[2])
        elif plain.startswith("Former Vessel Flag "):
            countries.append(plain.removeprefix("Former Vessel Flag "))
        elif match := _COIN.fullmatch(plain):
            number = listed_number(match["called"], match["number"], None)
            numbers += [number] if number else []
        elif match := _NUMBER.fullmatch(plain):
            number = listed_number(match["called"], match["number"], match["country"])
            numbers += [number] if number else []
    weak = [ListedName(each, "weak") for each in _WEAK.findall(remarks)]
    codes = [code for code in map(country_code, countries) if code]
    return ListedEntry(
        values[0], kind, (ListedName(values[1], "primary"), *aliases, *weak), tuple(_programmes(values[3])),
        tuple(days), tuple(dict.fromkeys(codes)), tuple(dict.fromkeys(numbers)), None, None, remarks, place,
    )  # fmt: skip


def _programmes(text: str) -> list[str]:
    return [each for each in re.split(r"[\[\]; ]+", text) if each]
