"""How likely a cell gets as many unexplained flights when those are shuffled within their strata: the exact answer.

Of the flights of a stratum that pass a cell, a shuffle makes a hypergeometric number unexplained; strata are shuffled
apart, so their sum has the convolution as its distribution. Drawing shuffles would estimate the same and could tell
nothing rarer than one in as many as were drawn: with thousands of cells tested at once that is not rare enough.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def _examples() -> list[tuple[object, ...]]:
    begins = np.array([0, 2, 3, 6])
    sizes, marked = np.array([10, 4, 60, 5, 30, 7]), np.array([2, 1, 9, 0, 30, 3])
    passing = np.array([3, 2, 20, 5, 4, 1])
    return [(begins, sizes, marked, passing, np.array([2, 4, 5]), np.zeros(3), np.zeros(3), np.zeros(3))]


@kernel(examples=_examples)
def tails(
    begins: Ints, sizes: Ints, marked: Ints, passing: Ints, observed: Ints, chance: Floats, least: Floats,
    expected: Floats,
) -> Floats:  # fmt: skip
    """Fills for each cell the chance of at least `observed` unexplained flights, the least chance that any outcome of
    the shuffles has there, and their mean. The strata of cell c are `begins[c]` to `begins[c + 1]`: of the `sizes`
    flights of a stratum `marked` are unexplained and `passing` (one at least) pass the cell."""
    for c in range(len(observed)):
        room = 1
        for s in range(begins[c], begins[c + 1]):
            room += min(marked[s], passing[s])
        have, sums, part = np.zeros(room), np.zeros(room), np.zeros(room)
        have[0] = 1.0
        top = 0  # the greatest number so far
        mean = 0.0
        for s in range(begins[c], begins[c + 1]):
            size, bad, drawn = sizes[s], marked[s], passing[s]
            low, high = max(0, drawn + bad - size), min(bad, drawn)
            mean += drawn * bad / size
            # From about the mode outwards, so that nothing grows beyond 1; then divided by their sum.
            mode = min(high, max(low, (drawn + 1) * (bad + 1) // (size + 2)))
            part[mode] = 1.0
            for k in range(mode, high):
                part[k + 1] = part[k] * ((bad - k) * (drawn - k)) / ((k + 1) * (size - bad - drawn + k + 1))
            for k in range(mode, low, -1):
                part[k - 1] = part[k] * (k * (size - bad - drawn + k)) / ((bad - k + 1) * (drawn - k + 1))
            whole = 0.0
            for k in range(low, high + 1):
                whole += part[k]
            for n in range(top + high + 1):
                sums[n] = 0.0
            for k in range(low, high + 1):
                share = part[k] / whole
                for n in range(top + 1):
                    sums[n + k] += have[n] * share
            top += high
            for n in range(top + 1):
                have[n] = sums[n]
        tail = 0.0
        for n in range(top, observed[c] - 1, -1):
            tail += have[n]
        chance[c] = min(1.0, tail)
        least[c] = have[top]
        expected[c] = mean
    return chance
