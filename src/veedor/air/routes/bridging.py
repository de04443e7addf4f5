"""What belongs to a corridor beside the cells that stand out: pieces that the same flights follow, cells between and
beyond that most of them crossed.

Where much ordinary traffic crosses a route, or few flights do, no cell stands out, though the flights that make the
corridor went there. Their own paths bridge such cells; nothing is drawn where they were not seen.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from veedor.air.routes.flows import DIRECTIONS, Flows
from veedor.air.routes.outline import touching

Ints = npt.NDArray[np.int64]


def one_route(followers: Sequence[Ints]) -> list[list[int]]:
    """Numbers of groups of cells that are one route: at least half of the flights that follow the one with fewer follow
    the other. `followers`: sorted unexplained flights of each group. A route may bend, so directions do not matter."""
    of = list(range(len(followers)))
    for a, one in enumerate(followers):
        for b in range(a):
            shared = len(np.intersect1d(one, followers[b], assume_unique=True))
            if shared and 2 * shared >= min(len(one), len(followers[b])):
                old, new = max(of[a], of[b]), min(of[a], of[b])
                of = [new if each == old else each for each in of]
    return [[k for k, each in enumerate(of) if each == first] for first in sorted(set(of))]


def crossed(flows: Flows, behind: Ints, cells: Ints, directions: Ints) -> Ints:
    """Further cells, sorted, that at least half of the flights `behind` cross within 45 degrees of one of the
    directions of its cells, and that hang together with `cells` through each other."""
    near = np.unique([(way + step) % DIRECTIONS for way in np.unique(directions).tolist() for step in (-1, 0, 1)])
    fits = np.isin(flows.flight, behind) & np.isin(flows.directions[flows.node], near)
    passed = np.unique(np.stack([flows.cells[flows.node[fits]], flows.flight[fits]], axis=1), axis=0)[:, 0]
    names, flights = np.unique(passed, return_counts=True)
    return touching(cells, np.setdiff1d(names[2 * flights >= len(behind)], cells))
