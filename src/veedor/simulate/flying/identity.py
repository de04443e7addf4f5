"""Addresses, codes, call signs and registrations: drawn alike for every kind of flight, so that they tell nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.simulate.columns import Ints
from veedor.simulate.flying.flights import LARGE, MEDIUM

# Blocks of 24-bit addresses allotted to states (ICAO Annex 10): first address, count.
_BLOCKS = ((0x0D8000, 0x8000), (0x0AC000, 0x1000), (0xA00000, 0x40000))
_PREFIXES = ("YV", "HK", "N")
_LETTERS = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
_TYPES = {
    0: ("C182", "C206", "C210", "BE58", "PA34", "PA31"),
    1: ("BE20", "AT76", "DH8D", "C208", "JS32"),
    2: ("A320", "B738", "E190"),
}
_AIRLINES = ("SIA", "SIB", "SIC", "SID", "SIE", "SIF")  # invented designators


@dataclass(frozen=True)
class Identities:
    address: Ints
    code: Ints
    call_sign: npt.NDArray[np.object_]
    registration: npt.NDArray[np.object_]
    type_code: npt.NDArray[np.object_]


def identities(rng: np.random.Generator, size: Ints) -> Identities:
    """One random identity per aircraft: state block, address in it, discrete code, registration, type."""
    count = len(size)
    block = rng.choice(3, count, p=[0.5, 0.35, 0.15])
    starts = np.array([start for start, _ in _BLOCKS])
    lengths = np.array([length for _, length in _BLOCKS])
    address = starts[block] + (rng.random(count) * lengths[block]).astype(np.int64)
    letters = _LETTERS[rng.integers(0, 26, (count, 3))]
    numbers = rng.integers(1000, 9999, count)
    registration = np.array(
        [f"{_PREFIXES[b]}{n}{''.join(x)}" for b, n, x in zip(block, numbers, letters, strict=True)], dtype=object
    )
    kind = np.array(
        [_TYPES.get(int(s), _TYPES[0])[n] for s, n in zip(size, rng.integers(0, 3, count), strict=True)], dtype=object
    )
    airline = rng.integers(0, len(_AIRLINES), count)
    flown = (size == LARGE) | ((size == MEDIUM) & (rng.random(count) < 0.5))
    call = np.array(
        [f"{_AIRLINES[a]}{n}" if f else r for a, n, f, r in zip(airline, numbers, flown, registration, strict=True)],
        dtype=object,
    )
    visual = (~flown) & (rng.random(count) < 0.4)
    code = np.where(visual, 0o2000, rng.integers(0o0101, 0o6777, count))
    return Identities(address.astype(np.int64), code.astype(np.int64), call, registration, kind)
