"""Cells as places: their corners, middles and neighbours, and the convex hull around some of them, in whole numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from veedor.air.flying.coverage import CELL_E7
from veedor.air.grid import COLUMNS_KEPT, columns_of
from veedor.geodesy import distance_mm

Ints = npt.NDArray[np.int64]
Point = tuple[int, int]  # latitude, longitude

# Cells are 22 km high; those that touch, even at a corner, have their middles within this.
_NEIGHBOURS_MM = 35_000_000


def box(cell: int) -> tuple[int, int, int, int]:
    """South, west, north, east of a cell."""
    row, column = divmod(cell, COLUMNS_KEPT)
    count = columns_of(row, CELL_E7)
    south = row * CELL_E7 - 900_000_000
    west, east = (number * 3_600_000_000 // count - 1_800_000_000 for number in (column, column + 1))
    return south, west, south + CELL_E7, east


def middle(cell: int) -> Point:
    south, west, north, east = box(cell)
    return (south + north) // 2, (west + east) // 2


def groups(cells: Ints, directions: Ints, of: int) -> list[list[int]]:
    """Numbers of (cell, direction) pairs that hang together: cells that touch, directions alike or neighbours."""
    middles = np.array([middle(int(cell)) for cell in cells.tolist()], np.int64).reshape(-1, 2)
    left = list(range(len(cells)))
    found = []
    while left:
        group, edge = [left[0]], [left[0]]
        rest = set(left[1:])
        while edge:
            k = edge.pop()
            others = np.array(sorted(rest), np.int64)
            if not len(others):
                break
            near = distance_mm(middles[k, 0], middles[k, 1], middles[others, 0], middles[others, 1]) <= _NEIGHBOURS_MM
            turn = np.abs((directions[others] - directions[k] + of // 2) % of - of // 2) <= 1
            joined = others[near & turn].tolist()
            rest -= set(joined)
            group += joined
            edge += joined
        found.append(sorted(group))
        left = sorted(rest)
    return found


def touching(cells: Ints, others: Ints) -> Ints:
    """Those of `others`, sorted, that touch one of `cells`, or another of them that does."""
    left, edge, found = np.sort(others), cells, []
    while len(left) and len(edge):
        ends = np.array([middle(int(cell)) for cell in edge.tolist()], np.int64)
        near = np.array([_touches(middle(int(cell)), ends) for cell in left.tolist()], np.bool_)
        edge, left = left[near], left[~near]
        found.append(edge)
    return np.sort(np.concatenate(found)) if found else left[:0]


def _touches(one: Point, middles: Ints) -> bool:
    return bool(np.any(distance_mm(*one, middles[:, 0], middles[:, 1]) <= _NEIGHBOURS_MM))


def hull(cells: Sequence[int]) -> list[Point]:
    """The convex hull of the corners of cells, anticlockwise from its south-western corner (Andrew's monotone chain);
    longitudes relative to the first cell's, so that the date line does not matter."""
    origin = box(cells[0])[1]
    points = set()
    for cell in cells:
        south, west, north, east = box(cell)
        width = east - west
        west = (west - origin + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
        points |= {(west, south), (west + width, south), (west, north), (west + width, north)}
    ordered = sorted(points)
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    around = lower[:-1] + upper[:-1]
    return [(y, (x + origin + 1_800_000_000) % 3_600_000_000 - 1_800_000_000) for x, y in around]


def _chain(points: Sequence[Point]) -> list[Point]:
    kept: list[Point] = []
    for point in points:
        while len(kept) >= 2 and _turn(kept[-2], kept[-1], point) <= 0:
            kept.pop()
        kept.append(point)
    return kept


def _turn(a: Point, b: Point, c: Point) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
