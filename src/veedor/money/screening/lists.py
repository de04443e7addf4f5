"""A version of a list made ready once: its names in an index, its numbers in a table, what its parties own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from veedor.registers.american_marks import address_of_mark
from veedor.registers.names import NameIndex, PreparedName, name_index, prepare, rarity
from veedor.registers.sanctions.ftm_json import OWNED_ONLY
from veedor.registers.sanctions.listed import ListedEntry, ListedIdentifier, ListedName, Listing

MOST_CANDIDATES = 50
"""Names of a list that are compared with one name; more are not looked at and `searched` says so."""
TIMES_WITHOUT_VOWELS = 2
"""So many times as many where the name is written without vowels: each of its words may be several in Latin letters."""


def most_compared(name: PreparedName, most: int) -> int:
    """How many names of a list are compared with this one."""
    return most * TIMES_WITHOUT_VOWELS if any(word.skeleton for word in name.words) else most


# Numbers that name one thing only. Registration numbers and passports repeat between offices.
UNIQUE = frozenset(
    (
        "imo",
        "lei",
        "iban",
        "mmsi",
        "tail_number",
        "icao_address",
        "ve_rif",
        "co_nit",
        "br_cpf",
        "br_cnpj",
        "mx_rfc",
        "ar_cuit",
    )
)


@dataclass(frozen=True)
class ReadyList:
    """`of_name[n]`: entry and name that name n of the index stands for; `by_number`: entries by (scheme, value)."""

    listing: Listing
    index: NameIndex
    of_name: tuple[tuple[int, ListedName], ...]
    by_number: Mapping[tuple[str, str], tuple[int, ...]]
    common: Mapping[str, int]
    by_id: Mapping[str, int]

    def entry(self, place: int) -> ListedEntry:
        return self.listing.entries[place]

    @property
    def sanctioned(self) -> frozenset[str]:
        """Entries that are listed themselves, not only owned."""
        return frozenset(each.entry for each in self.listing.entries if OWNED_ONLY not in each.programmes)


def derived(entry: ListedEntry) -> tuple[ListedIdentifier, ...]:
    """What follows from an aircraft's listed marks: pilots say the registration as call sign, and an American one has
    its address by computation; where the list states an address, that one counts."""
    if entry.kind not in ("aircraft", "unknown"):
        return ()
    tails = [each for each in entry.identifiers if each.scheme == "tail_number"]
    spoken = [ListedIdentifier("call_sign", each.value, each.country) for each in tails]
    if not any(each.scheme == "icao_address" for each in entry.identifiers):
        computed = [address for each in tails if (address := address_of_mark(each.value)) is not None]
        spoken += [ListedIdentifier("icao_address", f"{address:06X}", "US") for address in computed]
    return tuple(spoken)


def ready(listing: Listing) -> ReadyList:
    """Prepares every name of the list; words that are common on the list weigh less."""
    of_name = tuple((at, name) for at, entry in enumerate(listing.entries) for name in entry.names)
    common = rarity(prepare(" ".join(name.name for name in entry.names)) for entry in listing.entries)
    index = name_index([prepare(name.name, common) for _, name in of_name])
    numbers: dict[tuple[str, str], set[int]] = defaultdict(set)
    for at, entry in enumerate(listing.entries):
        for number in (*entry.identifiers, *derived(entry)):
            numbers[number.scheme, number.value].add(at)
    by_number = {key: tuple(sorted(entries)) for key, entries in numbers.items()}
    return ReadyList(
        listing, index, of_name, by_number, common, {each.entry: at for at, each in enumerate(listing.entries)}
    )
