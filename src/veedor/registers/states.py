"""Which state an aircraft's 24-bit address and its registration belong to, and whether the two contradict each other.

An address is programmed by hand into a transponder and a registration is painted or typed in, so a contradiction is a
reason to look, never a verdict: aircraft just sold, leased or wrongly programmed show it as well.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

BLOCKS_SHA256 = "9f47868240ba0634b52fd94e2c5c64f57fa60c0bb0d81ac039a6b86d6bd16f59"
MARKS_SHA256 = "b2c6d69bb3bb67ff5e97b1ff9f7836a5ff9d69d49e10b84a4af7e629c82bd99e"
ICAO = "XA"  # addresses that belong to no state

# Territories that register aircraft under marks of their own in a block that another state holds (ICAO Annex 10,
# Volume III, chapter 9 allots blocks to states; the dependencies of a state share its block).
_HELD_BY: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("AI", "BM", "FK", "GG", "GI", "IM", "JE", "KY", "MS", "SH", "TC", "VG"), "GB")
    | dict.fromkeys(("AW", "CW", "SX"), "NL")
    | dict.fromkeys(("HK", "MO"), "CN")
    | {"LI": "CH"}
)
_HYPHENED = re.compile(r"([A-Z0-9]{1,4})-([A-Z0-9]{1,6})")
_PLAIN = re.compile(r"[A-Z0-9]{3,9}")
_AMERICAN = re.compile(r"N[1-9][0-9]{0,4}[A-Z]{0,2}")
# An operator's three letters and a flight number; a mark with a serial number begins with two.
_OPERATOR = re.compile(r"[A-Z]{3}[0-9]")


@dataclass(frozen=True)
class Mismatch:
    """Address and registration belong to different states: the state of the address, and those of the registration."""

    address_state: str
    registration_states: tuple[str, ...]


def state_of_address(address: int) -> str | None:
    """The state (ISO 3166, two letters) in whose block a 24-bit address lies; XA for ICAO's own; None where no block is
    known."""
    return states_of_addresses(np.array([address], np.int64))[0]


def states_of_addresses(addresses: npt.ArrayLike) -> list[str | None]:
    """The same for many addresses."""
    first, last, states = _blocks()
    given: Ints = np.atleast_1d(np.asarray(addresses, np.int64))
    place = np.searchsorted(first, given, side="right") - 1
    inside = (place >= 0) & (given <= last[place])
    return [states[at] if held else None for at, held in zip(place.tolist(), inside.tolist(), strict=True)]


def states_of_registration(registration: str) -> tuple[str, ...]:
    """The states that register under the mark of `registration` (several share B, HB, PJ); none where it is no
    registration or its mark is unknown. Without a hyphen every mark that fits counts: `ZABC` is Zimbabwe or Albania."""
    text = registration.strip().upper()
    marks = _marks()
    if _AMERICAN.fullmatch(text):
        return marks["N"]
    hyphened = _HYPHENED.fullmatch(text)
    if hyphened is not None:
        mark, rest = hyphened.groups()
        return marks.get(mark) or marks.get(mark + rest[0], ())
    if not _PLAIN.fullmatch(text):
        return ()
    found = (marks.get(text[:size], ()) for size in (4, 3, 2, 1) if len(text) - size >= 2 and text[:size] != "N")
    return tuple(dict.fromkeys(state for states in found for state in states))


def states_of_call_sign(call_sign: str) -> tuple[str, ...]:
    """The states of a registration that is used as a call sign; none for an operator's code with flight number."""
    text = call_sign.strip().upper()
    return () if _OPERATOR.match(text) else states_of_registration(text)


def mismatch(address: int, registration: str) -> Mismatch | None:
    """The contradiction between an address and a registration; None where they agree or one of them is unknown."""
    of_address, of_registration = state_of_address(address), states_of_registration(registration)
    if of_address is None or not of_registration:
        return None
    holders = {_HELD_BY.get(state, state) for state in of_registration}
    return None if of_address in holders or of_address in of_registration else Mismatch(of_address, of_registration)


def source() -> tuple[str, bytes]:
    """What the register says of itself, and a digest of both its files, for the parameters of a finding."""
    digest = hashlib.sha256(_content("address_blocks.tsv") + _content("registration_marks.tsv")).digest()
    return "ICAO Annex 10 Volume III table 9-1; marks notified under ICAO Annex 7", digest


@cache
def _blocks() -> tuple[Ints, Ints, tuple[str, ...]]:
    rows = [line.split("\t") for line in _lines("address_blocks.tsv")]
    first = np.array([int(row[0], 16) for row in rows], np.int64)
    return first, np.array([int(row[1], 16) for row in rows], np.int64), tuple(row[2] for row in rows)


@cache
def _marks() -> Mapping[str, tuple[str, ...]]:
    rows = (line.split("\t") for line in _lines("registration_marks.tsv"))
    return MappingProxyType({mark: tuple(states.split(",")) for mark, states in rows})


def _lines(name: str) -> list[str]:
    return [line for line in _content(name).decode().splitlines() if not line.startswith("#")]


@cache
def _content(name: str) -> bytes:
    return (resources.files(__package__) / "data" / name).read_bytes()
