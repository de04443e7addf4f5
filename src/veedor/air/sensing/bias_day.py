"""One day's samples as numbers: sensors in an order that no name decides, sites by row, noise as declared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import array, ints, ranks, texts
from veedor.air.scales import DAY_US, HOUR_US
from veedor.air.sensing.bias_fit import Day
from veedor.air.sensing.bias_geometry import SAMPLE
from veedor.air.sensing.bias_rules import BiasRules
from veedor.air.sensing.bias_samples import least_hashes
from veedor.air.sensing.site_rows import NO_SITE, Sites
from veedor.kernel.sphere import RADIANS_PER_E7
from veedor.tables.biases import BY_MONITOR, OTHER_POLAR, OWN_POLAR

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Station:
    """A sensor of one day. `site` is its row of the site table at its first sample, NO_SITE where it has none."""

    name: str
    site: int
    polar: bool
    monitor: bool
    samples: int
    targets: int
    partners: int
    sectors: int
    reference: str


def prepare(rows: pa.Table, sites: Sites, rules: BiasRules) -> tuple[Day, tuple[Station, ...]]:
    """The samples of one day (rows of BIAS_SAMPLES), at most `daily` per pair, and the sensors in them."""
    names = sorted({*texts(rows["sensor"].unique()), *texts(rows["other"].unique())})
    both = pa.chunked_array([*rows["sensor"].chunks, *rows["other"].chunks], pa.string())
    numbers = ranks(both)
    columns = {name: ints(rows[name], 0) for name in (*SAMPLE, "target", "row", "other_row")}
    own, other = numbers[: rows.num_rows], numbers[rows.num_rows :]
    kept = least_hashes(columns, own, other, DAY_US, rules.daily)
    columns = {name: values[kept] for name, values in columns.items()}
    own, other = own[kept], other[kept]
    order = _order(names, own, other, columns, sites)
    names = [names[number] for number in order]
    place = np.argsort(np.array(order))
    own, other = place[own], place[other]
    group_of = columns["target"] * 24 + columns["time"] % DAY_US // HOUR_US
    groups = np.unique(group_of, return_inverse=True)[1]
    # Names and deposits have no part in the order: it is that of the measurements.
    line = np.lexsort((columns["before_1"], columns["own_2"], columns["own_1"], columns["time"], groups))
    columns = {name: values[line] for name, values in columns.items()}
    own, other, groups, kept = own[line], other[line], groups[line], kept[line]
    own_site = sites.of(own, columns["time"], names)
    other_site = sites.of(other, columns["time"], names)
    shape = columns["shape"]
    polar = tuple(
        bool(((shape & OWN_POLAR != 0) & (own == n) | (shape & OTHER_POLAR != 0) & (other == n)).any())
        for n in range(len(names))
    )
    monitor = tuple(bool(((shape & BY_MONITOR != 0) & (other == n)).any()) for n in range(len(names)))
    low, high = np.minimum(own, other), np.maximum(own, other)
    pairs, pair = np.unique(low * len(names) + high, return_inverse=True)
    start = int(columns["time"].min()) // DAY_US * DAY_US
    for name in ("time", "before", "after"):
        columns[name] = columns[name] - start
    independent = [
        min(int((pair == n).sum()), rules.samples_a_target * len(np.unique(columns["target"][pair == n])))
        for n in range(len(pairs))
    ]
    day = Day(
        np.column_stack([columns[name] for name in SAMPLE]), own, other, own_site, other_site, _sites(sites),
        _noise(names, own, other, own_site, other_site, monitor, sites, rules), groups, polar,
        tuple(not p and not m for p, m in zip(polar, monitor, strict=True)), pair,
        tuple((int(value) // len(names), int(value) % len(names)) for value in pairs),
        np.array(independent, np.float64), _share(own, columns), kept,
    )  # fmt: skip
    return day, tuple(_station(n, names, day, columns, monitor) for n in range(len(names)))


def _share(own: Ints, columns: dict[str, Ints]) -> npt.NDArray[np.float64]:
    """1 over the number of samples that set the same plot against others."""
    order = np.lexsort((columns["own_2"], columns["own_1"], columns["time"], own))
    new = np.ones(len(order), np.bool_)
    new[1:] = False
    for values in (own, *(columns[name] for name in ("time", "own_1", "own_2"))):
        new[1:] |= values[order[1:]] != values[order[:-1]]
    firsts = np.flatnonzero(new)
    counts = np.diff(np.append(firsts, len(order)))
    share = np.empty(len(order))
    share[order] = 1.0 / np.repeat(counts, counts)
    return share


def _order(names: Sequence[str], own: Ints, other: Ints, columns: dict[str, Ints], sites: Sites) -> list[int]:
    """Sensors by place of their site, those without by their first measurement, names last."""
    first: list[tuple[int, ...]] = []
    for number in range(len(names)):
        at = np.flatnonzero((own == number) | (other == number))
        line = at[np.lexsort((columns["own_1"][at], columns["time"][at]))[:1]].tolist()
        seen = (int(columns["time"][line[0]]), int(columns["own_1"][line[0]])) if line else (0, 0)
        site = sites.names.index(names[number]) if names[number] in sites.names else NO_SITE
        place = (0, 0) if site == NO_SITE else (int(sites.lat_e7[site]), int(sites.lon_e7[site]))
        first.append((*place, *seen))
    return sorted(range(len(names)), key=lambda number: (first[number], names[number]))


def _sites(sites: Sites) -> npt.NDArray[np.float64]:
    return np.column_stack(
        [sites.lat_e7 * RADIANS_PER_E7, sites.lon_e7 * RADIANS_PER_E7, sites.height_mm / 1000.0]
    ).astype(np.float64)


def _noise(
    names: Sequence[str], own: Ints, other: Ints, own_site: Ints, other_site: Ints, monitor: Sequence[bool],
    sites: Sites, rules: BiasRules,
) -> npt.NDArray[np.float64]:  # fmt: skip
    """Sigma of range (m), azimuth (rad) and place (m) by sensor: as the site table says, else the usual."""
    made = np.empty((len(names), 3))
    for number in range(len(names)):
        rows = [*own_site[own == number][:1].tolist(), *other_site[other == number][:1].tolist()]
        site = rows[0] if rows else NO_SITE
        range_mm = int(sites.sigma_range_mm[site]) if site != NO_SITE else 0
        azimuth = int(sites.sigma_azimuth_e7[site]) if site != NO_SITE else 0
        made[number, 0] = (range_mm or rules.sigma_range_mm) / 1000.0
        made[number, 1] = (azimuth or rules.sigma_azimuth_e7) * RADIANS_PER_E7
        made[number, 2] = 0.0 if monitor[number] else rules.sigma_adsb_mm / 1000.0
    return made


def _station(number: int, names: Sequence[str], day: Day, columns: dict[str, Ints], monitor: Sequence[bool]) -> Station:
    used = (day.own == number) | (day.other == number)
    mates = np.unique(np.where(day.own == number, day.other, day.own)[used])
    azimuth = np.concatenate([columns["own_2"][day.own == number], columns["before_2"][day.other == number]])
    best = "radars"
    if any(day.receivers[mate] for mate in mates.tolist()):
        best = "adsb"
    if any(monitor[mate] for mate in mates.tolist()):
        best = "monitor"
    sites = [*day.own_site[day.own == number][:1].tolist(), *day.other_site[day.other == number][:1].tolist()]
    return Station(
        names[number], sites[0] if sites else NO_SITE, day.polar[number], monitor[number], int(used.sum()),
        len(np.unique(columns["target"][used])), len(mates),
        len(np.unique(azimuth // 300_000_000)) if day.polar[number] else 0, best,
    )  # fmt: skip


def days_of(rows: pa.Table) -> list[pa.Table]:
    """Rows of BIAS_SAMPLES cut by day, in order of days."""
    day = ints(rows["day"], 0)
    order = np.argsort(day, kind="stable")
    if not len(order):
        return []
    cuts = np.append(0, np.flatnonzero(np.diff(day[order])) + 1)
    ends = np.append(cuts[1:], len(order))
    return [rows.take(array(order[a:b])).combine_chunks() for a, b in zip(cuts.tolist(), ends.tolist(), strict=True)]
