"""What birth date and country beside a name do: changed names of the UN's list, and invented people with their own.

Screening as a user has it, name and evidence in one score, against un and ofac together. Birth dates are those that
the list states (a day, a year, a span), countries likewise; invented people have the day and nationality of their row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from benchmarks.record import Measure
from veedor.money.screening import Party, Seen, screen
from veedor.registers.identifiers.countries import country_code
from veedor.registers.sanctions import Listing
from veedor.registers.sanctions.days import born
from veedor.registers.sanctions.listed import Born, ListedEntry


def beside(
    changes: Mapping[str, Sequence[tuple[str, str]]],
    invented: Sequence[Mapping[str, str]],
    listings: Sequence[Listing],
    today: date,
    judged: Callable[[str], bool],
) -> list[Measure]:
    """Recall by class of change (changed name, listed name) with birth date and country, and false alerts with them."""
    listed = _of_the_un(listings)
    known = [
        (what, changed, listed[name])
        for what, pairs in changes.items()
        for changed, name in pairs
        if judged(name) and name in listed
    ]
    people = [_party(changed, entry.born[0] if entry.born else None, entry.countries, at)
              for at, (_, changed, entry) in enumerate(known)]  # fmt: skip
    for at, row in enumerate(invented):
        country = country_code(row["nationality"])
        when = born(row["date_of_birth"])
        people.append(_party(row["full_name"], when, (country,) if country else (), len(known) + at))
    found = _reported(people, listings, today)
    measures = []
    for what in changes:
        of_class = [at for at, (each, _, _) in enumerate(known) if each == what]
        right = sum((at, known[at][2].entry) in found for at in of_class)
        with_birth = sum(bool(known[at][2].born) for at in of_class)
        measures.append(
            Measure(f"with birth and country: {what}", right / len(of_class), "",
                    note=f"{len(of_class)} names not fitted on, {with_birth} of them with a birth date on the list")
        )  # fmt: skip
    alarmed = {at for at, _ in found if at >= len(known)}
    measures.append(
        Measure("with birth and country: false alerts", len(alarmed) / len(invented) * 100, "%", goal=".05",
                note=f"{len(invented)} invented people with their own birth dates and nationalities")
    )  # fmt: skip
    return measures


def _of_the_un(listings: Sequence[Listing]) -> dict[str, ListedEntry]:
    persons = [entry for each in listings if each.name == "un" for entry in each.entries if entry.kind == "person"]
    return {entry.names[0].name: entry for entry in persons}


def _party(name: str, when: Born | None, countries: tuple[str, ...], at: int) -> Party:
    return Party(f"name:{at}", name, "named", (Seen(bytes(32), 0, None, ""),), "person", when, countries)


def _reported(people: Sequence[Party], listings: Sequence[Listing], today: date) -> set[tuple[int, str]]:
    """Who is reported as which entry: (ordinal, entry)."""
    found = set()
    for row in screen(people, listings, today).findings.to_pylist():
        for reason in row["reasons"]:
            values = {each["name"]: each["text"] for each in reason["values"]}
            if reason["key"] == "finding.listed_party":
                found.add((int(row["subject"].removeprefix("name:")), str(values["entry"])))
    return found
