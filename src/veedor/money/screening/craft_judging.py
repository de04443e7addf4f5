"""What speaks for and against that a craft is a listed one: marks that agree, marks that differ, and how they lie."""

from __future__ import annotations

from collections.abc import Sequence

from veedor.engine.findings import Innocent, Term
from veedor.money.screening.judging import EXPERT, Judged, country_term, other_country, other_kind
from veedor.money.screening.lists import derived
from veedor.money.screening.parties import Party
from veedor.registers.sanctions.listed import ListedEntry, ListedIdentifier
from veedor.registers.states import mismatch, states_of_registration

# Thousandths of log10, all expert settings. What is painted, typed in or said passes from craft to craft more easily
# than what is welded to the hull or programmed at the transponder.
_WORTH = {"imo": 4000, "icao_address": 3500, "mmsi": 3000, "tail_number": 3000, "call_sign": 1500}
FURTHER = 500
PASSED_ON, NO_REGISTRATION, FEW_RECORDS = -2500, -1500, -1000
_FEW = 2
_LASTING = ("imo", "icao_address")

Shared = Sequence[tuple[ListedIdentifier, int]]
"""Marks that agree, the firmest first, each with how many records show it."""


def weight(scheme: str) -> int:
    """What it says that a mark of this scheme agrees."""
    return _WORTH[scheme]


def judge_craft(party: Party, shared: Shared, entry: ListedEntry) -> Judged:
    """All terms and tests of a craft (`party`, with all its numbers) and an entry that shares marks with it."""
    first, *rest = shared
    terms = [Term("term.listed_mark", weight(first[0].scheme), EXPERT, {"scheme": first[0].scheme})]
    # One mark follows from another (the registration is said as call sign), so more of them add little.
    terms += [Term("term.listed_mark_further", FURTHER, EXPERT, {"scheme": each.scheme}) for each, _ in rest]
    terms.append(country_term(party, entry))
    tests = (
        _passed_on(party, shared, entry), _no_registration(party, shared), _few(shared), other_country(party, entry),
        other_kind(party, entry),
    )  # fmt: skip
    return Judged(entry, entry.names[0], tuple(terms), tests, True)


def _passed_on(party: Party, shared: Shared, entry: ListedEntry) -> Innocent:
    """Sold, re-registered, scrapped: the mark is borne by another hull or transponder than the listed one now."""
    key = "innocent.listed_passed_on"
    agree = {each.scheme for each, _ in shared}
    if agree & set(_LASTING):
        return Innocent(key, "contradicts", {}, 0)
    listed = (*entry.identifiers, *derived(entry))
    for scheme in _LASTING:
        own = sorted({each.value for each in party.identifiers if each.scheme == scheme})
        theirs = sorted({each.value for each in listed if each.scheme == scheme})
        if own and theirs:
            values: dict[str, int | str] = {"scheme": scheme, "own": ", ".join(own)[:100],
                                            "listed": ", ".join(theirs)[:100]}  # fmt: skip
            return Innocent(key, "supports", values, PASSED_ON)
    return Innocent(key, "cannot_tell", {}, 0)


def _no_registration(party: Party, shared: Shared) -> Innocent:
    """A call sign that looks like the registration, said by an aircraft that another state has registered."""
    key = "innocent.listed_no_registration"
    if party.kind != "aircraft":
        return Innocent(key, "cannot_tell", {}, 0)
    if {each.scheme for each, _ in shared} != {"call_sign"}:
        return Innocent(key, "contradicts", {}, 0)
    said = shared[0][0].value
    addresses = [int(each.value, 16) for each in party.identifiers if each.scheme == "icao_address"]
    painted = any(each.scheme == "tail_number" for each in party.identifiers)
    if painted or (addresses and all(mismatch(each, said) is not None for each in addresses)):
        return Innocent(key, "supports", {"value": said}, NO_REGISTRATION)
    if addresses and states_of_registration(said):
        return Innocent(key, "contradicts", {"value": said}, 0)
    return Innocent(key, "cannot_tell", {"value": said}, 0)


def _few(shared: Shared) -> Innocent:
    """A mark in one or two records may be one wrong bit, or one slip of a keyboard."""
    records = max(count for _, count in shared)
    values: dict[str, int | str] = {"records": records}
    return Innocent("innocent.listed_few", *(("supports", values, FEW_RECORDS) if records <= _FEW else
                                             ("contradicts", values, 0)))  # fmt: skip
