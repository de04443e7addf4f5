"""Samples for biases: one target seen by two sensors within seconds, as both measured it.

A plot is set against the two plots of another sensor around it, so that both can be brought to one time without a
track. First come site monitors (fixed targets of known place), then targets that two sensors identify, ADS-B reports
with their own time among them. Measurements go on unchanged: biases are estimated from them, and they are never moved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import NO_ALTITUDE, NONE, array, ints, ranks, texts
from veedor.air.scales import DAY_US, HOUR_US
from veedor.air.sensing.bias_rules import SampleRules
from veedor.air.sensing.bias_targets import CODE_BASE, NEEDED, Comparable, comparable, monitors, simulated
from veedor.air.sensing.monitor_samples import nearest_monitor
from veedor.air.sensing.pairing import pair
from veedor.air.sensing.site_rows import SITE_NEEDED, Sites
from veedor.engine.detector import Broadcast, ByTime, Owner, Read
from veedor.tables import BIAS_SAMPLES, PLOTS, SENSORS, Table
from veedor.tables.biases import BY_ADDRESS, BY_MONITOR, OTHER_POLAR, OTHER_PRESSURE, OWN_POLAR, OWN_PRESSURE

Ints = npt.NDArray[np.int64]
Columns = dict[str, Ints]

_LONGEST_US = 1 << 37  # spans of time that fit one sort key beside 26 bits of identity


@dataclass(frozen=True)
class BiasSamples:
    """Detector: PLOTS by time, SENSORS broadcast -> BIAS_SAMPLES."""

    parameters: SampleRules = field(default_factory=SampleRules)
    name: str = "bias_samples"
    version: int = 1
    writes: Table = BIAS_SAMPLES

    @property
    def reads(self) -> tuple[Read, ...]:
        rules = self.parameters
        return (
            Read(PLOTS, ByTime(rules.chunk_us, rules.bracket_us, rules.bracket_us), NEEDED),
            Read(SENSORS, Broadcast(), SITE_NEEDED),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: SampleRules) -> pa.Table:
        plots = tables["plots"]
        time = ints(plots["time"], NO_ALTITUDE)
        known = time[time != NO_ALTITUDE]
        if not len(known):
            return BIAS_SAMPLES.empty()
        sites = Sites.load(tables["sensors"])
        start = int(known.min()) if owner.start_us is None else owner.start_us
        end = int(known.max()) + 1 if owner.end_us is None else owner.end_us
        made = [BIAS_SAMPLES.empty()]
        # Samples are chosen by the hour: one hour's plots at a time give the same ones, however long the chunk.
        for hour in range(start // HOUR_US * HOUR_US, end, HOUR_US):
            first, last = max(start, hour), min(end, hour + HOUR_US)
            near = (time >= first - parameters.bracket_us) & (time < last + parameters.bracket_us)
            made.append(_samples(plots.filter(array(near)), sites, first, last, parameters))
        return pa.concat_tables(made).sort_by([(name, "ascending") for name in BIAS_SAMPLES.order])


def _samples(plots: pa.Table, sites: Sites, start: int, end: int, rules: SampleRules) -> pa.Table:
    """The samples from `start` to `end`, of the plots around that time."""
    if not plots.num_rows:
        return BIAS_SAMPLES.empty()
    names = sorted(set(texts(plots["sensor"].unique())))
    sensor = ranks(plots["sensor"])
    targets = comparable(plots, sensor, names, sites, rules)
    deposit, row = ranks(plots["deposit"]), ints(plots["row"], 0)
    parts = []
    for by_code in (False, True):
        own, before, after = _pairs(targets, deposit, row, len(names), start, end, by_code, rules)
        parts.append(_measured(targets, own, before, after, by_code))
    rows, range_mm, azimuth, time = monitors(plots, sensor, names, sites)
    owned = (time >= start) & (time < end)
    parts.append(
        nearest_monitor(
            rows[owned], range_mm[owned], azimuth[owned], time[owned], sensor[rows[owned]], names, sites, rules
        )
    )
    samples = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    kept = least_hashes(samples, samples["sensor"], samples["other"], HOUR_US, rules.hourly)
    return _table({name: values[kept] for name, values in samples.items()}, plots, names, sites)


def _pairs(
    targets: Comparable, deposit: Ints, row: Ints, sensors: int, start: int, end: int, by_code: bool,
    rules: SampleRules,
) -> tuple[Ints, Ints, Ints]:  # fmt: skip
    """Positions in `targets` of each plot and of the other sensor's plots around it."""
    key = targets.code if by_code else targets.address
    rows = np.flatnonzero(key != NONE)
    order = rows[_order(targets, rows, key[rows], deposit, row)]
    height = np.where(targets.pressure == NO_ALTITUDE, targets.geometric, targets.pressure)
    room = max(1_000, len(order))
    while True:
        out = np.empty((room, 3), np.int64)
        count = pair(
            key[order], targets.time[order], targets.sensor[order], targets.polar[order], targets.address[order],
            targets.x[order], targets.y[order], height[order], sensors, start, end, rules.bracket_us,
            rules.speed_mm_s / 1000.0, rules.slack_mm / 1000.0, rules.height_mm, rules.climb_mm_s, by_code, out,
        )  # fmt: skip
        if count < room:
            found = order[out[:count]]
            return found[:, 0], found[:, 1], found[:, 2]
        room *= 2


def _order(targets: Comparable, rows: Ints, key: Ints, deposit: Ints, row: Ints) -> Ints:
    """A total order by key, time and content; ids only where all else is the same."""
    time = targets.time[rows]
    at = targets.row_of[rows]
    ties = (row[at], deposit[at], targets.two[rows], targets.one[rows], time, key)
    first = int(time.min()) if len(time) else 0
    if not len(time) or int(time.max()) - first >= _LONGEST_US:
        return np.lexsort(ties)
    both = key * _LONGEST_US + (time - first)
    order = np.argsort(both)
    both = both[order]
    same = both[1:] == both[:-1]
    if same.any():
        tied = np.zeros(len(order), np.bool_)
        tied[1:] |= same
        tied[:-1] |= same
        some = order[tied]
        order[tied] = some[np.lexsort(tuple(values[some] for values in ties))]
    return order


def _measured(targets: Comparable, own: Ints, before: Ints, after: Ints, by_code: bool) -> Columns:
    """The columns of samples, rows of plots in `row`, `other_row`."""
    pressure, geometric = targets.pressure, targets.geometric
    told = (geometric[before] != NO_ALTITUDE) & (geometric[after] != NO_ALTITUDE)
    both = (pressure[before] != NO_ALTITUDE) & (pressure[after] != NO_ALTITUDE) & (pressure[own] != NO_ALTITUDE)
    # Where the other says its geometric height, it is the plot's too; else both go by pressure, as far as they have it.
    use = told | ~both
    height = [
        np.where(use & (geometric[at] != NO_ALTITUDE) | (pressure[at] == NO_ALTITUDE), geometric[at], pressure[at])
        for at in (before, after)
    ]
    span = targets.time[after] - targets.time[before]
    share = targets.time[own] - targets.time[before]
    between = height[0] + (height[1] - height[0]) * share // span
    own_height = np.where(told, between, np.where(pressure[own] == NO_ALTITUDE, geometric[own], pressure[own]))
    shape = targets.polar[own] * OWN_POLAR + targets.polar[before] * OTHER_POLAR
    shape += (~told & (pressure[own] != NO_ALTITUDE)) * OWN_PRESSURE + (~told) * OTHER_PRESSURE
    key = targets.code[own] + CODE_BASE if by_code else targets.address[own]
    return {
        "time": targets.time[own], "sensor": targets.sensor[own], "other": targets.sensor[before], "target": key,
        "shape": shape + (0 if by_code else BY_ADDRESS), "own_1": targets.one[own], "own_2": targets.two[own],
        "own_height_mm": own_height, "before": targets.time[before], "before_1": targets.one[before],
        "before_2": targets.two[before], "before_height_mm": height[0], "after": targets.time[after],
        "after_1": targets.one[after], "after_2": targets.two[after], "after_height_mm": height[1],
        "row": targets.row_of[own], "other_row": targets.row_of[before], "after_row": targets.row_of[after],
    }  # fmt: skip


def least_hashes(samples: Columns, sensor: Ints, other: Ints, span_us: int, most: int) -> Ints:
    """Positions of at most `most` samples per pair of sensors and span of time: those whose measurements have the
    smallest hashes, so that it is the same choice whatever is cut where; ids and names have no part in it."""
    mixed = np.zeros(len(sensor), np.uint64)
    for name in ("time", "own_1", "own_2", "before_1", "before_2"):
        mixed = (mixed ^ samples[name].astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    span = samples["time"] // span_us
    order = np.lexsort((samples["other_row"], samples["row"], mixed, other, sensor, span))
    new = np.ones(len(order), np.bool_)
    for values in (span, sensor, other):
        turned = values[order]
        new[1:] &= turned[1:] == turned[:-1]
    new[1:] = ~new[1:]
    firsts = np.flatnonzero(new)
    place = np.arange(len(order)) - np.repeat(firsts, np.diff(np.append(firsts, len(order))))
    return order[place < most]


def _table(samples: Columns, plots: pa.Table, names: Sequence[str], sites: Sites) -> pa.Table:
    marked = simulated(plots)
    monitor = (samples["shape"] & BY_MONITOR) != 0
    sensors = pa.array([*names, *sites.names], pa.string())
    own, other, after = samples["row"], samples["other_row"], samples["after_row"]
    plot_other = np.where(monitor, 0, other)
    site = np.where(monitor, samples["other"] - len(names), 0)
    deposits = plots["deposit"].combine_chunks()
    of_site = pa.array(sites.deposit or (b"\0" * 32,), pa.binary(32)).take(array(site))
    columns = {
        **samples,
        "day": samples["time"] // DAY_US,
        "sensor": sensors.take(array(samples["sensor"])),
        "other": sensors.take(array(samples["other"])),
        "simulated": array(marked[own] | (~monitor & (marked[plot_other] | marked[np.where(monitor, 0, after)]))),
        "deposit": deposits.take(array(own)),
        "row": ints(plots["row"], 0)[own],
        "other_deposit": pa.compute.if_else(array(monitor), of_site, deposits.take(array(plot_other))),
        "other_row": np.where(monitor, (sites.row if len(sites.row) else np.zeros(1, np.int64))[site],
                              ints(plots["row"], 0)[plot_other]),
    }  # fmt: skip
    made = pa.table({name: array(columns[name]) if isinstance(columns[name], np.ndarray) else columns[name]
                     for name in BIAS_SAMPLES.schema.names})  # fmt: skip
    return BIAS_SAMPLES.cast(made)
