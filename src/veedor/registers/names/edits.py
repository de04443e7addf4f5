"""Edits between two words, and a bound below which they cannot be: most pairs of words need no more than that."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.registers.names.prepare import LONGEST_WORD

Ints = npt.NDArray[np.int32]

SCRATCH = (3, 2 * LONGEST_WORD + 2)
"""Rows of the table of edits, for two words written together."""


def _distance_examples() -> list[tuple[object, ...]]:
    words = [("garcia", "garzia"), ("smith", "smiht"), ("", "abc"), ("abcdef", "ghijkl"), ("lee", "lee")]
    made: list[tuple[object, ...]] = []
    for one, other in words:
        space = np.zeros(SCRATCH, np.int32)
        made.append((np.array([*map(ord, one)], np.int32), 0, len(one), np.array([*map(ord, other)], np.int32), 0,
                     len(other), 3, space))  # fmt: skip
    return made


@kernel(examples=_distance_examples)
def distance(a: Ints, a0: int, a1: int, b: Ints, b0: int, b1: int, most: int, rows: Ints) -> int:
    """Edits between two words (change, insert, delete, swap of neighbours); `most` + 1 where there are more."""
    n, m = a1 - a0, b1 - b0
    if n - m > most or m - n > most:
        return most + 1
    for j in range(m + 1):
        rows[1, j] = j
    for i in range(1, n + 1):
        rows[2, 0] = i
        least = i
        for j in range(1, m + 1):
            changed = rows[1, j - 1] + (0 if a[a0 + i - 1] == b[b0 + j - 1] else 1)
            best = min(changed, min(rows[1, j], rows[2, j - 1]) + 1)
            if i > 1 and j > 1 and a[a0 + i - 1] == b[b0 + j - 2] and a[a0 + i - 2] == b[b0 + j - 1]:
                best = min(best, rows[0, j - 2] + 1)
            rows[2, j] = best
            least = min(least, best)
        if least > most:
            return most + 1
        for j in range(m + 1):
            rows[0, j] = rows[1, j]
            rows[1, j] = rows[2, j]
    return int(min(rows[1, m], most + 1))


@kernel(inline=True, examples=lambda: [(0b1011, 0b0110), (0, 0b111), (0, 0), (2**31 - 1, 0)])
def least_edits(one: int, other: int) -> int:
    """No fewer edits than this part words whose letters are these bits (table.py, `letter_bits`): each edit brings in
    one letter that was not there and takes one away."""
    here, there = one & ~other, other & ~one
    more, fewer = 0, 0
    while here != 0:
        here &= here - 1
        more += 1
    while there != 0:
        there &= there - 1
        fewer += 1
    return max(more, fewer)
