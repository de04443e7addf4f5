"""A plain table of names to look up: CSV with a column `name`, and where known kind, born, country, scheme, number."""

from __future__ import annotations

from dataclasses import dataclass

from veedor.money.csv_rows import called, csv_rows
from veedor.money.screening.parties import Party, Seen
from veedor.registers.identifiers.countries import country_code
from veedor.registers.sanctions.days import born
from veedor.registers.sanctions.listed import Kind, ListedIdentifier, Unlisted
from veedor.registers.sanctions.numbers import listed_number

KINDS: tuple[Kind, ...] = ("person", "entity", "vessel", "aircraft", "unknown")


@dataclass(frozen=True)
class Named:
    """Parties of one file and rows that could not be read; together they are all its rows."""

    parties: tuple[Party, ...]
    rejects: tuple[Unlisted, ...]


def read_names(file: str, content: bytes, digest: bytes) -> Named:
    """The names; `digest` stands for the deposit in their evidence. InputError where the text is no UTF-8."""
    parties: list[Party] = []
    rejects: list[Unlisted] = []
    for row, place, cells in csv_rows(file, content):
        if isinstance(cells, Unlisted):
            rejects.append(cells)
            continue
        values = called(cells)
        name = " ".join(values["name"].split())
        when = born(values["born"]) if values["born"] else None
        kind = values["kind"].casefold() or "unknown"
        if not name or (values["born"] and when is None) or kind not in KINDS:
            expected = "a name; born like 1958-12-10 or empty; kind person, entity, vessel, aircraft or empty"
            rejects.append(Unlisted(row, place, "reject.listed_name", expected, str(cells)[:200]))
            continue
        country = country_code(values["country"])
        parties.append(
            Party(f"name:{name}", name, "named", (Seen(digest, row, None, "role.screened_named"),), kind, when,
                  (country,) if country else (), _number(values, country))
        )  # fmt: skip
    return Named(tuple(parties), tuple(rejects))


def _number(values: dict[str, str], country: str | None) -> tuple[ListedIdentifier, ...]:
    number = values["number"]
    found = listed_number(values["scheme"] or "tax registration", number, country) if number else None
    return (found,) if found else ()
