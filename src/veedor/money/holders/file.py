"""A plain table of names to be resolved: CSV with a column `name`, and account, bank, country, born, number.

Rows that say the same of a name are one, with as many records; anything that differs, a birth date too, makes another,
so that contradictions are judged and not merged away.
"""

from __future__ import annotations

from dataclasses import dataclass

from veedor.money.csv_rows import called, csv_rows
from veedor.money.holders.births import shown
from veedor.money.holders.named import OF_ONE, Account, Named, identifiers_in
from veedor.money.holders.rows import About
from veedor.registers.identifiers import recognise
from veedor.registers.identifiers.countries import country_code
from veedor.registers.identifiers.identifier import compact
from veedor.registers.sanctions.days import born
from veedor.registers.sanctions.listed import Unlisted

_REJECT = "reject.holder_name"


@dataclass(frozen=True)
class HolderFile:
    """Names of one file, what else their rows say by key, and rows that could not be read; `accepted` and `rejects`
    together are all its rows."""

    named: tuple[Named, ...]
    about: dict[str, About]
    accepted: int
    rejects: tuple[Unlisted, ...]


def read_holders(file: str, content: bytes, digest: bytes) -> HolderFile:
    """The names; `digest` stands for the deposit in their evidence. InputError where the text is no UTF-8."""
    named: dict[str, Named] = {}
    about: dict[str, About] = {}
    rejects: list[Unlisted] = []
    accepted = 0
    for row, place, cells in csv_rows(file, content):
        if isinstance(cells, Unlisted):
            rejects.append(cells)
            continue
        said = called(cells)
        made = _named(said)
        if isinstance(made, str):
            rejects.append(Unlisted(row, place, _REJECT, made, str({k: v for k, v in said.items() if v})[:200]))
            continue
        accepted += 1
        named[made.key] = made
        before = about.get(made.key)
        subject = made.key.split("\n", 1)[0]
        about[made.key] = About(
            subject, 1 + (before.records if before else 0), False, digest, before.row if before else row
        )
    return HolderFile(tuple(named.values()), about, accepted, tuple(rejects))


def _named(said: dict[str, str]) -> Named | str:
    """The name of a row with its evidence, or what was expected in its place."""
    name = " ".join(said["name"].split())
    if not name:
        return "a name"
    birth = born(said["born"]) if said["born"] else None
    if said["born"] and birth is None:
        return "a birth date like 1958-12-10, 10 Dec 1958, 1958, or none"
    country = country_code(said["country"]) if said["country"] else None
    if said["country"] and country is None:
        return "a country by name or code, or none"
    accounts = (Account(said["account"], said["bank"] or None, country),) if compact(said["account"]) else ()
    numbers = tuple(sorted({*identifiers_in(name), *_numbers(said["number"])}))
    subject = f"account:{compact(said['account'])}" if accounts else f"name:{name}"
    key = "\n".join(
        [subject, name, said["bank"], country or "", shown(birth) if birth else "", *(value for _, value in numbers)]
    )
    return Named(key, name, accounts, (country,) if country else (), numbers, birth)


def _numbers(text: str) -> tuple[tuple[str, str], ...]:
    """A number by the scheme whose check digits vouch for it; else as it is written, which joins and does not part."""
    value = compact(text)
    if not value:
        return ()
    read = {(each.scheme, each.value) for each in recognise(text, OF_ONE) if each.checked}
    return tuple(sorted(read)) or (("other", value),)
