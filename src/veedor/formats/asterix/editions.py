"""Which edition some bytes are of, as far as the bytes can tell.

Newer editions mostly give meaning to bits that were spare, so bytes usually fit several. Those that read them alike are
one answer: what remains is a choice only where it changes what is read.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.formats.asterix.categories import of_number
from veedor.formats.asterix.decode import Decoded, decode
from veedor.formats.asterix.layout import Category, Subfield, leaves, paths


def candidates(
    data: npt.NDArray[np.uint8] | bytes, blocks: npt.NDArray[np.integer], number: int
) -> tuple[Category, ...]:
    """The layouts of category `number` that read all `blocks` without a violation, newest first, one of each reading.

    A layout is left out where a newer one gives every subfield that both know the same value, and it the same scale.
    Empty where none fits, or the category is unknown. Reads everything once per edition: give it some blocks, not all.
    """
    kept: list[tuple[Category, Decoded]] = []
    for category in reversed(of_number(number)):
        decoded = decode(data, blocks, category)
        if not len(decoded.damage) and not any(_alike(decoded, newer) for _, newer in kept):
            kept.append((category, decoded))
    return tuple(category for category, _ in kept)


def _alike(one: Decoded, other: Decoded) -> bool:
    """Whether the same records hold the same items, and what both know of them is the same."""
    if not (np.array_equal(one.offset, other.offset) and np.array_equal(one.length, other.length)):
        return False
    for name in {item.name for each in (one, other) for item in each.category.items}:
        if not np.array_equal(_holds(one, name), _holds(other, name)):
            return False
    first, second = _subfields(one.category), _subfields(other.category)
    return all(_same(one, other, path, first[path], second[path]) for path in first.keys() & second.keys())


def _same(one: Decoded, other: Decoded, path: str, first: Subfield | None, second: Subfield | None) -> bool:
    if not (one.has[path].any() or other.has[path].any()):
        return True
    if not np.array_equal(one.has[path], other.has[path]):
        return False
    if first is None or second is None:
        return first is second
    if (first.lsb, first.unit) != (second.lsb, second.unit) or (path in one.lists) != (path in other.lists):
        return False
    if path in one.lists:
        return np.array_equal(one.lists[path].values, other.lists[path].values)
    return np.array_equal(one.values[path], other.values[path])


def _subfields(category: Category) -> dict[str, Subfield | None]:
    return {leaf.path: leaf.bits for item in category.items for leaf in leaves(item)}


def _holds(decoded: Decoded, name: str) -> npt.NDArray[np.bool_]:
    held = np.zeros(len(decoded), np.bool_)
    for item in decoded.category.items:
        if item.name == name:
            for path in paths(item):
                held |= decoded.has[path]
    return held
