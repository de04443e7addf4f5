"""Kernel of assignment: which plots go to which tracks so that the sum of the scores is largest.

Shortest augmenting paths (Jonker and Volgenant 1987) on the gate graph as a list of edges: a search never leaves the
connected component (cluster) that it began in, so that sparse traffic costs nothing. Scores are whole numbers; to stay
alone is worth 0; between equal sums the path found first decides, in the given order of rows and edges.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]

FAR = 1 << 60


def _example(rows: int, columns: int, seed: int) -> tuple[object, ...]:
    value, start, column, score = seed, [0], [], []
    for _ in range(rows):
        for j in range(columns):
            value = (value * 1_103_515_245 + 12_345) % (1 << 31)
            if value % 3:
                column.append(j)
                score.append(1 + value // 7 % 1_000)
        start.append(len(column))
    ints = [np.array(v, np.int64) for v in (start, column, score)]
    return (rows, *ints, np.full(rows, -1), *(np.zeros(n, np.int64) for n in (rows, columns)), np.full(columns, -1),
            np.full(columns, FAR), np.full(columns, -1), np.zeros(columns, np.int64),
            np.zeros(columns, np.bool_))  # fmt: skip


@kernel(examples=lambda: [_example(r, c, s) for r, c, s in ((1, 1, 5), (4, 4, 7), (7, 3, 2), (3, 8, 9), (9, 9, 11))])
def assign(
    rows: int, start: Ints, column: Ints, score: Ints, partner: Ints, price: Ints, value: Ints, owner: Ints,
    near: Ints, through: Ints, touched: Ints, done: npt.NDArray[np.bool_],
) -> None:  # fmt: skip
    """`partner[r]` becomes the column of row `r`, or -1; `owner[c]` the row of column `c`, or -1.

    Row `r` has the edges `start[r]` to `start[r + 1]` with `column` and positive `score`. On entry `owner` is -1,
    `value` 0, `near` FAR and `done` false in every column that occurs; scratch is left as it was, but for `owner` and
    `value`. `price` and `partner` need no initial values."""
    for first in range(rows):
        partner[first] = -1
        # Reduced cost of an edge: -score - price[row] - value[column], never negative, 0 where matched; of staying
        # alone: -price[row].
        least = 0
        for k in range(start[first], start[first + 1]):
            least = min(least, -score[k] - value[column[k]])
        price[first] = least
        count = 0
        row, far = first, 0
        best_alone, alone = -price[first], first
        end = -1
        while True:
            for k in range(start[row], start[row + 1]):
                c = column[k]
                if done[c]:
                    continue
                cost = far - score[k] - price[row] - value[c]
                if near[c] == FAR:
                    touched[count] = c
                    count += 1
                if cost < near[c]:
                    near[c] = cost
                    through[c] = row
            nearest, where = FAR, -1
            for k in range(count):
                c = touched[k]
                if not done[c] and near[c] < nearest:
                    nearest, where = near[c], c
            if where < 0 or best_alone <= nearest:
                far = best_alone
                break
            far = nearest
            if owner[where] < 0:
                end = where
                break
            done[where] = True
            row = owner[where]
            if far - price[row] < best_alone:
                best_alone, alone = far - price[row], row
        # Prices along what was searched keep every reduced cost at least 0.
        price[first] += far
        for k in range(count):
            c = touched[k]
            if done[c] and near[c] <= far:
                value[c] -= far - near[c]
                price[owner[c]] += far - near[c]
        if end < 0:
            # `alone` gives up its column (unless it is the new row itself), and the path leads there.
            c = partner[alone]
            partner[alone] = -1
        else:
            c = end
        if end >= 0 or alone != first:
            while True:
                r = through[c]
                previous = partner[r]
                partner[r] = c
                owner[c] = r
                if r == first:
                    break
                c = previous
        for k in range(count):
            near[touched[k]] = FAR
            done[touched[k]] = False
