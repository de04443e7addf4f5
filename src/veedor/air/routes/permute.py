"""Shuffling which flights are unexplained, within strata, and counting how often a cell gets as many by chance.

The random numbers are two multiplicative congruential generators combined (L'Ecuyer, Communications of the ACM 31,
1988): whole numbers below 2^63 only, so that every machine, and the twin, draws the same.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]

M1, A1 = 2_147_483_563, 40_014
M2, A2 = 2_147_483_399, 40_692


def _examples() -> list[tuple[object, ...]]:
    begins, marked = np.array([0, 6, 10]), np.array([2, 1])
    offsets = np.array([0, 2, 3, 3, 5, 6, 7, 8, 9, 10, 12])
    visits = np.array([0, 1, 1, 0, 2, 2, 0, 1, 1, 2, 0, 2])
    return [(begins, marked, offsets, visits, np.array([2, 2, 1]), 50, 12_345, 67_890, np.arange(10),
             np.zeros(3, np.int64), np.zeros(3, np.int64), np.zeros(3, np.int64))]  # fmt: skip


@kernel(examples=_examples)
def shuffle(
    begins: Ints, marked: Ints, offsets: Ints, visits: Ints, observed: Ints, permutations: int, seed1: int, seed2: int,
    pool: Ints, counts: Ints, as_many: Ints, total: Ints,
) -> Ints:  # fmt: skip
    """Fills `as_many` (permutations that gave a cell as many as observed) and `total` (flights it got in all).

    Stratum s holds flights `begins[s]` to `begins[s + 1]`, of which `marked[s]` are unexplained. Flight f passes the
    cells `visits[offsets[f]:offsets[f + 1]]`. `pool`: 0, 1, 2, … to begin with; `counts`: scratch.
    """
    one, two = seed1, seed2
    for _ in range(permutations):
        for cell in range(len(counts)):
            counts[cell] = 0
        for s in range(len(marked)):
            size = begins[s + 1] - begins[s]
            for k in range(marked[s]):
                one = one * A1 % M1
                two = two * A2 % M2
                draw = (one - two) % (M1 - 1)
                # One of the flights not yet drawn changes places with the next one.
                other = begins[s] + k + draw * (size - k) // (M1 - 1)
                here = begins[s] + k
                flight = pool[other]
                pool[other] = pool[here]
                pool[here] = flight
                for n in range(offsets[flight], offsets[flight + 1]):
                    counts[visits[n]] += 1
        for cell in range(len(counts)):
            total[cell] += counts[cell]
            if counts[cell] >= observed[cell]:
                as_many[cell] += 1
    return as_many
