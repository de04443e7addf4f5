"""Patterns: legs in which a flight circles, goes back and forth, mows lines, dwells in one area for long, or comes
down, passes low and turns back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import array, ints
from veedor.air.flying.dark import TRANSPONDER
from veedor.air.flying.legs import Cuts, cuts_of, in_order, leg_ids
from veedor.air.patterns import drops, dwells, lines, loops
from veedor.air.patterns.rules import PatternRules
from veedor.air.patterns.steps import steps_of
from veedor.engine.detector import ByKey, Owner, Read
from veedor.geodesy import distance_mm
from veedor.kernel.sphere import E7_PER_RADIAN, RADIUS_M, to_int
from veedor.tables import PATTERNS, TRACKS, Table
from veedor.tables.plots import ON_GROUND

Ints = npt.NDArray[np.int64]

# A pattern of which half lies in one of a kind named before it is that one seen another way.
_PRECEDENCE = ("search_lines", "orbit", "racetrack", "drop", "loiter")


@dataclass(frozen=True)
class Episode:
    """One pattern: its leg, first and last point, and what its kind measures (None: not of this kind)."""

    kind: str
    leg: int
    first: int
    last: int
    times: int
    apart: int = 0
    right: int = 0
    path_mm: int | None = None
    spacing_mm: int | None = None
    round_permille: int | None = None
    slowed_permille: int | None = None
    winding_permille: int | None = None
    drift_mm_s: int = 0
    at: int | None = None  # the point of a drop


@dataclass(frozen=True)
class Patterns:
    """Detector: TRACKS by track -> PATTERNS."""

    parameters: PatternRules = field(default_factory=PatternRules)
    name: str = "patterns"
    version: int = 1
    agrees_with: tuple[str, ...] = ("legs",)
    writes: Table = PATTERNS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(TRACKS, ByKey(("track",))),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: PatternRules) -> pa.Table:
        points = in_order(tables["tracks"])
        if not points.num_rows:
            return PATTERNS.empty()
        cuts = cuts_of(points, parameters)
        ground = (ints(points["flags"], 0) & ON_GROUND) != 0
        found = sorted(episodes(cuts, ground, parameters), key=lambda e: (e.leg, _PRECEDENCE.index(e.kind), e.first))
        kept: list[Episode] = []
        for one in found:
            if not any(_within(one, other, cuts.time) for other in kept if other.leg == one.leg):
                kept.append(one)
        return _table(points, cuts, kept)


def episodes(cuts: Cuts, ground: npt.NDArray[np.bool_], rules: PatternRules) -> Iterator[Episode]:
    """Every pattern of every leg; several may share the same time."""
    near = steps_of(cuts.first, cuts.last, cuts.time, cuts.plane, rules.turn_step_us, rules.loop_step_mm)
    found = loops.loops_of(near, rules.loop_most_us, rules.loop_least_mm, rules.loop_gap_permille)
    long = found[:, loops.PATH_MM] >= rules.short_loop_mm
    yield from _circling(found[long | (found[:, loops.ROUND_PERMILLE] >= rules.short_round_permille)], cuts.time, rules)
    far = steps_of(cuts.first, cuts.last, cuts.time, cuts.plane, rules.turn_step_us, rules.line_step_mm)
    runs = lines.runs_of(
        far, rules.line_turn_milliradians / 1000.0, rules.line_least_mm, rules.pause_us, rules.lines_apart_mm,
        rules.lines_widest_mm, rules.lines_at_least,
    )  # fmt: skip
    for leg, first, last, times, apart, spacing, length in runs.tolist():
        if apart >= rules.lines_at_least and apart * 1000 >= times * rules.lines_apart_permille:
            yield Episode("search_lines", leg, first, last, times, apart, path_mm=length, spacing_mm=spacing)
    wide = steps_of(cuts.first, cuts.last, cuts.time, cuts.plane, rules.turn_step_us, rules.dwell_step_mm)
    for leg, first, last, windows, share, path in dwells.dwells_of(wide, rules.dwell_us, rules.dwell_permille).tolist():
        yield Episode("loiter", leg, first, last, windows, path_mm=path, winding_permille=share)
    passes = drops.low_passes(
        cuts.first, cuts.last, cuts.time, cuts.plane, cuts.altitude, ground, rules.down_mm, rules.up_mm,
        rules.around_us, rules.pass_us,
    )  # fmt: skip
    for leg, at, first, last, slowed, back, way_in, way_out in passes.tolist():
        way = min(way_in, way_out)
        if slowed <= rules.pass_slowed_permille and back <= rules.back_permille and way >= rules.way_mm:
            yield Episode("drop", leg, first, last, 1, path_mm=way, slowed_permille=slowed, at=at)


def _circling(found: Ints, time: Ints, rules: PatternRules) -> Iterator[Episode]:
    """Loops that follow each other at about the same place, where there are enough of them."""
    rows = found.tolist()
    start = 0
    for n in range(1, len(rows) + 1):
        if n < len(rows) and _goes_on(rows[n - 1], rows[n], time, rules):
            continue
        some = rows[start:n]
        start = n
        if len(some) < rules.loops_at_least:
            continue
        roundness = sum(row[loops.ROUND_PERMILLE] for row in some) // len(some)
        span = (time[some[-1][loops.FIRST]] - time[some[0][loops.FIRST]]).item()
        yield Episode(
            "orbit" if roundness > rules.round_permille else "racetrack",
            some[0][loops.LEG],
            some[0][loops.FIRST],
            some[-1][loops.LAST],
            len(some),
            right=sum(row[loops.RIGHT] for row in some),
            path_mm=sum(row[loops.PATH_MM] for row in some) // len(some),
            round_permille=roundness,
            drift_mm_s=_apart_mm(some[0], some[-1]) * 1_000_000 // max(1, span),
        )


def _goes_on(before: list[int], after: list[int], time: Ints, rules: PatternRules) -> bool:
    return (
        before[loops.LEG] == after[loops.LEG]
        and int(time[after[loops.FIRST]] - time[before[loops.LAST]]) <= rules.pause_us
        and _apart_mm(before, after) <= before[loops.PATH_MM] // 3 + rules.beside_mm
    )


def _apart_mm(one: list[int], other: list[int]) -> int:
    """Distance between the middles of two loops."""
    places = [
        (
            to_int(row[loops.MIDDLE_NORTH] / 1000.0 / RADIUS_M * E7_PER_RADIAN),
            to_int(row[loops.MIDDLE_LON] / 1e12 * E7_PER_RADIAN),
        )
        for row in (one, other)
    ]
    return int(distance_mm(*places[0], *places[1]))


def _within(one: Episode, other: Episode, time: Ints) -> bool:
    """Whether half of `one` lies in `other`."""
    shared = min(time[one.last], time[other.last]) - max(time[one.first], time[other.first])
    return bool(2 * shared >= time[one.last] - time[one.first])


def _table(points: pa.Table, cuts: Cuts, found: list[Episode]) -> pa.Table:
    if not found:
        return PATTERNS.empty()
    names = leg_ids(points.take(array(cuts.first[[one.leg for one in found]])))
    lat, lon, flags = (ints(points[name], 0) for name in ("lat_e7", "lon_e7", "flags"))
    answers = (ints(points["mode"], 0) & TRANSPONDER) != 0
    rows = []
    for one, name in zip(found, names.tolist(), strict=True):
        part = slice(one.first, one.last + 1)
        middle = _middle(lat[part], lon[part]) if one.at is None else (int(lat[one.at]), int(lon[one.at]))
        heights = cuts.altitude[part][cuts.altitude[part] > -(1 << 62)]
        span = max(1, int(cuts.time[one.last] - cuts.time[one.first]))
        path = int(distance_mm(lat[part][:-1], lon[part][:-1], lat[part][1:], lon[part][1:]).sum())
        won = int(heights[-1] - heights[0]) if len(heights) else 0
        rows.append(
            {
                "leg": name,
                "track": int(cuts.track[one.first]),
                "kind": one.kind,
                "start": int(cuts.time[one.first]),
                "end": int(cuts.time[one.last]),
                "lat_e7": middle[0],
                "lon_e7": middle[1],
                "radius_mm": int(distance_mm(middle[0], middle[1], lat[part], lon[part]).max()),
                "times": one.times,
                "apart": one.apart,
                "right": one.right,
                "path_mm": one.path_mm,
                "spacing_mm": one.spacing_mm,
                "round_permille": one.round_permille,
                "slowed_permille": one.slowed_permille,
                "winding_permille": one.winding_permille,
                "lowest_mm": int(heights.min()) if len(heights) else None,
                "highest_mm": int(heights.max()) if len(heights) else None,
                "climb_mm_s": won * 1_000_000 // span if len(heights) > 1 else None,
                "drift_mm_s": one.drift_mm_s,
                "speed_mm_s": min(2_000_000_000, path * 1_000_000 // span),
                "plots": one.last - one.first + 1,
                "answers": int(np.count_nonzero(answers[part])),
                "flags": int(np.bitwise_or.reduce(flags[part])),
            }
            | _record("first", points, one.first)
            | _record("last", points, one.last)
        )
    table = pa.table({c.name: pa.array([row[c.name] for row in rows], _plain(c.type)) for c in PATTERNS.columns})
    return PATTERNS.cast(table).sort_by([(name, "ascending") for name in PATTERNS.order])


def _plain(kind: pa.DataType) -> pa.DataType:
    return pa.int64() if pa.types.is_timestamp(kind) else kind


def _record(side: str, points: pa.Table, number: int) -> dict[str, object]:
    return {f"{side}_deposit": points["deposit"][number].as_py(), f"{side}_row": points["row"][number].as_py()}


def _middle(lat: Ints, lon: Ints) -> tuple[int, int]:
    """The mean place; longitudes relative to the first, so that the date line does not matter."""
    turn = (lon - lon[0] + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
    east = int(lon[0]) + int(turn.sum()) // len(lon)
    return int(lat.sum()) // len(lat), (east + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
