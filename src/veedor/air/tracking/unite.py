"""Union of linked things: the kernel that turns links into groups, each named by its smallest member."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel

Ints = npt.NDArray[np.int64]


@kernel(inline=True, examples=lambda: [(np.array([0, 0, 1, 2, 4]), k) for k in range(5)])
def root_of(parent: Ints, i: int) -> int:
    """The smallest member of the group of `i`; halves the paths it walks."""
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@kernel(examples=lambda: [(np.arange(6), np.array([0, 4, 5]), np.array([3, 5, 1]))])
def unite(parent: Ints, left: Ints, right: Ints) -> Ints:
    """Groups after uniting left[k] with right[k] for all k; `parent` (start: 0..n-1) becomes each one's root."""
    for k in range(len(left)):
        a = root_of(parent, left[k])
        b = root_of(parent, right[k])
        if a < b:
            parent[b] = a
        elif b < a:
            parent[a] = b
    for i in range(len(parent)):
        parent[i] = root_of(parent, i)
    return parent
