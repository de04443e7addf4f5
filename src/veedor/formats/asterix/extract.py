"""Reads the bits at the places that the walker found: one integer per record and subfield, or per repetition."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.formats.asterix.walk import Longs, Octets
from veedor.formats.asterix.walk_examples import bits_examples, column_examples, list_examples
from veedor.kernel import kernel


@kernel(inline=True, examples=bits_examples)
def bits(data: Octets, at: int, octets: int, shift: int, width: int, signed: bool) -> int:
    """The `width` bits that end `shift` bits before the end of the `octets` at `at`, as an integer."""
    value = 0
    for octet in range(octets):
        value = (value << 8) | int(data[at + octet])
    value = (value >> shift) & ((1 << width) - 1)
    if signed and value >> (width - 1):
        value -= 1 << width
    return value


@kernel(examples=column_examples)
def column(
    data: Octets,
    places: npt.NDArray[np.int32],
    first: int,
    octets: int,
    shift: int,
    width: int,
    signed: bool,
    values: Longs,
) -> None:
    """Fills `values` with one subfield of each record; 0 where its part is absent (place -1)."""
    for row in range(places.shape[0]):
        if places[row] < 0:
            values[row] = 0
        else:
            values[row] = bits(data, places[row] + first, octets, shift, width, signed)


@kernel(examples=list_examples)
def repeated(
    data: Octets,
    places: npt.NDArray[np.int32],
    offsets: Longs,
    stride: int,
    first: int,
    octets: int,
    shift: int,
    width: int,
    signed: bool,
    values: Longs,
) -> None:
    """Fills `values` with one subfield of each repetition; those of a record lie between its `offsets`."""
    for row in range(places.shape[0]):
        for place in range(offsets[row], offsets[row + 1]):
            start = places[row] + (place - offsets[row]) * stride + first
            values[place] = bits(data, start, octets, shift, width, signed)
