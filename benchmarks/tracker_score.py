"""GOSPA (Rahmathullah, Garcia-Fernandez, Svensson 2017) and its parts, own; and what a tracker says scan by scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from benchmarks.tracker_scenes import START_US, Scene, columns, on_map, sites
from veedor.tables import PLOTS, SENSORS, Table

Floats = npt.NDArray[np.float64]

CUT_M, POWER = 1_000.0, 2  # alpha 2: each missed or false target costs cut^p / 2
STAY_M = 200.0  # a target's track is another one only where that is nearer by more than errors of place


def gospa(truth: Floats, said: Floats) -> tuple[float, int, int, Floats]:
    """GOSPA in metres between two sets of places, missed, false, and the distances of those that match."""
    away = cdist(truth, said) if len(truth) and len(said) else np.zeros((len(truth), len(said)))
    rows, columns = linear_sum_assignment(np.minimum(away, CUT_M) ** POWER)
    near = away[rows, columns] < CUT_M
    matched = away[rows, columns][near]
    missed, false = len(truth) - len(matched), len(said) - len(matched)
    total = float((matched**POWER).sum()) + CUT_M**POWER / 2 * (missed + false)
    return total ** (1 / POWER), missed, false, matched


def gospa_mean(scene: Scene, said: Sequence[Floats], after: int = 0) -> tuple[float, float, float, float]:
    """Mean over scans from `after` on: GOSPA, missed, false, and the root mean square distance of the matched."""
    each = [gospa(scene.truth[:, scan, :2], said[scan]) for scan in range(after, len(said))]
    matched = np.concatenate([e[3] for e in each])
    rms = float(np.sqrt((matched**2).mean())) if len(matched) else float("nan")
    return (*(float(np.mean([e[k] for e in each])) for k in range(3)), rms)


def table_of(scene: Scene) -> tuple[pa.Table, pa.Table]:
    """The scene as tables of plots and sensors."""
    count = len(scene.seen.time_s)
    deposit = {"deposit": pa.array([b"t" * 32] * count, pa.binary(32)), "row": pa.array(np.arange(count))}
    return _filled(PLOTS, columns(scene) | deposit, count), _filled(
        SENSORS,
        {name: np.array([row[name] for row in sites(scene)]) for name in sites(scene)[0]}
        | {"deposit": pa.array([b"s" * 32] * len(scene.radars), pa.binary(32)), "row": np.arange(len(scene.radars))},
        len(scene.radars),
    )


def _filled(table: Table, known: dict[str, Any], count: int) -> pa.Table:
    made = {}
    for column in table.columns:
        if column.name in known:
            values = known[column.name]
            if isinstance(values, np.ma.MaskedArray):
                values = pa.array(values.data, mask=np.asarray(values.mask))
            made[column.name] = values if isinstance(values, pa.Array) else pa.array(values)
        elif column.nullable:
            made[column.name] = pa.nulls(count, column.type)
        else:
            made[column.name] = pa.array(np.zeros(count, np.int64))
    return table.cast(pa.table(made))


def final(scene: Scene, points: pa.Table, turns_beyond: float = 0.0) -> list[Floats]:
    """The places of all tracks at each step of the scene's truth."""
    return [places for places, _ in named(scene, points, turns_beyond)]


def named(scene: Scene, points: pa.Table, turns_beyond: float = 0.0) -> list[tuple[Floats, list[int]]]:
    """The places and names of all tracks at each step by their smoothed states: between two plots the cubic through
    both states (Hermite), none more than `turns_beyond` steps before the first plot or after the last."""
    name = "track" if "track" in points.column_names else "piece"
    names = points[name].to_numpy()
    time = (points["time"].cast(pa.int64()).to_numpy() - START_US) * 1e-6
    place = on_map(points["smooth_lat_e7"].to_numpy(), points["smooth_lon_e7"].to_numpy())
    speed = np.stack([points["east_mm_s"].to_numpy(), points["north_mm_s"].to_numpy()], axis=1) / 1e3
    steps = scene.truth.shape[1]
    said: list[list[Floats]] = [[] for _ in range(steps)]
    who: list[list[int]] = [[] for _ in range(steps)]
    order = np.lexsort((time, names))
    for rows in np.split(order, np.flatnonzero(np.diff(names[order])) + 1):
        t = time[rows]
        first = int(np.ceil(t[0] / scene.step_s - turns_beyond - 1e-9)) if len(t) else steps
        last = int(np.floor(t[-1] / scene.step_s + turns_beyond + 1e-9)) if len(t) else 0
        for step in range(max(0, first), min(steps - 1, last) + 1):
            now = step * scene.step_s
            k = max(0, int(np.searchsorted(t, now, side="right")) - 1)
            who[step].append(int(names[rows[0]]))
            if k >= len(t) - 1 or now < t[0] or t[k + 1] == t[k]:
                said[step].append(place[rows[k]] + speed[rows[k]] * (now - t[k]))
                continue
            h = t[k + 1] - t[k]
            s = (now - t[k]) / h
            said[step].append(
                (1 + 2 * s) * (1 - s) ** 2 * place[rows[k]] + s * (1 - s) ** 2 * h * speed[rows[k]]
                + s * s * (3 - 2 * s) * place[rows[k + 1]] + s * s * (s - 1) * h * speed[rows[k + 1]]
            )  # fmt: skip
    return [(np.array(one).reshape(-1, 2), names) for one, names in zip(said, who, strict=True)]


@dataclass(frozen=True)
class Continuity:
    """Mean missed and false per step; switches: how often a target's track becomes another; fragments: tracks a target
    had beyond the first; dark: targets that stopped answering, kept: those whose track then went on for 90 s."""

    missed: float
    false: float
    switches: int
    fragments: int
    targets: int
    dark: int
    kept: int


def continuity(scene: Scene, said: Sequence[tuple[Floats, list[int]]]) -> Continuity:
    """Which track each target had, step by step. The match of a step is that of GOSPA, but for pairs that matched in
    the step before, whose cost is less by STAY_M squared: where two targets cross, at one place, chance would switch
    them."""
    count, steps = scene.truth.shape[:2]
    had = np.full((count, steps), -1, np.int64)
    index: dict[int, int] = {}
    missed = false = 0
    for step, (places, names) in enumerate(said):
        away = cdist(scene.truth[:, step, :2], places) if len(places) else np.zeros((count, 0))
        cost = np.minimum(away, CUT_M) ** POWER
        for column, name in enumerate(names):
            cost[(had[:, step - 1] == index.get(name, -2)) & (away[:, column] < CUT_M), column] -= STAY_M**POWER
        rows, columns = linear_sum_assignment(cost)
        near = away[rows, columns] < CUT_M
        missed, false = missed + count - int(near.sum()), false + len(places) - int(near.sum())
        for row, column in zip(rows[near], columns[near], strict=True):
            had[row, step] = index.setdefault(names[column], len(index))
    switches = fragments = kept = 0
    for row in had:
        tracks = row[row >= 0]
        switches += int((np.diff(tracks) != 0).sum())
        fragments += max(0, len(set(tracks.tolist())) - 1)
    dark = np.flatnonzero(np.isfinite(scene.silent_from_s))
    for k in dark:
        before = had[k, : int(scene.silent_from_s[k] / scene.step_s)]
        after = had[k, min(steps - 1, int((scene.silent_from_s[k] + 90.0) / scene.step_s)) :][: int(30 / scene.step_s)]
        kept += bool(len(before[before >= 0]) and (after == before[before >= 0][-1]).any())
    return Continuity(missed / steps, false / steps, switches, fragments, count, len(dark), kept)
