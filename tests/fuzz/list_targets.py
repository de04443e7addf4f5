"""Sanctions lists and files of names: any bytes give entries and rejects that reconcile, or the one error of a file."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fuzz.target import Target
from tests.registers.test_sanctions import ADVANCED, EU, FTM, SDN, UN
from veedor.errors import InputError
from veedor.money.screening.names_file import read_names
from veedor.registers.sanctions import ListFile, read_lists
from veedor.registers.sanctions.listed import listed_table, unlisted_table


@dataclass(frozen=True)
class Read:
    """The bytes and what they gave: the same again from the same bytes."""

    data: bytes
    found: object


def _lists(data: bytes) -> Read:
    found = read_lists([ListFile("list", data)])
    for listing in found:
        rows = [each.row for each in listing.rejects]
        assert len(set(rows)) == len(rows) and all(0 <= row < listing.rows for row in rows)
        assert listed_table([listing]).num_rows == len(listing.entries)
        unlisted_table([listing])
    return Read(data, found)


def _names(data: bytes) -> Read:
    found = read_names("names.csv", data, bytes(32))
    rows = [seen.row for party in found.parties for seen in party.seen] + [each.row for each in found.rejects]
    assert sorted(rows) == list(range(len(rows)))
    return Read(data, found)


NAMES = b"name,kind,born,country,scheme,number\nRodolfo Quintero,person,1958-12-10,VE,RIF,J-00002967-9\n,,,,,\n"
LIST_TARGETS = {
    "read_lists": Target(
        _lists, lambda value: value.data, (SDN, UN, EU, FTM[:1500], ADVANCED), InputError, one_spelling=False  # type: ignore[attr-defined]
    ),
    "read_names": Target(
        _names, lambda value: value.data, (NAMES,), InputError, one_spelling=False  # type: ignore[attr-defined]
    ),
}  # fmt: skip
