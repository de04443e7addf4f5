"""Broadcasts: how sound the positions are that aircraft broadcast, by aircraft and hour.

Where satellite navigation is disturbed, aircraft of a whole area broadcast positions where they are not: from one to
the next farther than any aircraft flies, declared as uncertain, or away from where radars see them. Each is counted
here; that several aircraft do so at once is for others to ask (navigation.py): one alone may be broken, or lie.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import NO_ALTITUDE, NONE, array, ints, ranks
from veedor.air.flying.own_codes import NEEDED, may_tell, named
from veedor.air.flying.rules import BroadcastRules
from veedor.air.scales import HOUR_US
from veedor.air.tracking.correcting import BIAS_NEEDED, as_if_unbiased
from veedor.air.tracking.measuring import SITE_MEASURED, from_site, is_polar, places, site_of, sites_in_order
from veedor.engine.detector import Broadcast, ByTime, Owner, Read
from veedor.geodesy import distance_mm
from veedor.tables import BIASES, BROADCASTS, PLOTS, SENSORS, Table
from veedor.tables.plots import ADSB, AIS, MODE_S, NOT_A_TARGET, POSITION_IMPOSSIBLE, SIMULATED, SSR

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_ADDRESSES = 1 << 24
DECLARED = ("nic", "nac_p", "sil", "adsb_version")
SOUND, POOR = 1, 2


@dataclass(frozen=True)
class Broadcasts:
    """Detector: PLOTS by time; SENSORS, BIASES broadcast -> BROADCASTS."""

    parameters: BroadcastRules = field(default_factory=BroadcastRules)
    name: str = "broadcasts"
    version: int = 3
    writes: Table = BROADCASTS

    @property
    def reads(self) -> tuple[Read, ...]:
        rules = self.parameters
        columns = ("sensor", "time", "deposit", "row", "mode", "flags", "range_mm", "azimuth_e7", "lat_e7", "lon_e7",
                   "var_north_mm2", "altitude_pressure_mm", "address", *DECLARED, *NEEDED)  # fmt: skip
        speaking = (("mode", ">=", SSR), ("mode", "<", AIS))
        return (
            # A block may lie across the edge of a chunk.
            Read(PLOTS, ByTime(rules.chunk_us, rules.block_us, rules.block_us), columns, speaking),
            Read(SENSORS, Broadcast(), SITE_MEASURED),
            Read(BIASES, Broadcast(), BIAS_NEEDED),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: BroadcastRules) -> pa.Table:
        plots = tables["plots"]
        address, flags = ints(plots["address"], NONE), ints(plots["flags"], 0)
        sound = (flags & NOT_A_TARGET & ~POSITION_IMPOSSIBLE) == 0
        sound &= np.asarray(pc.is_valid(plots["time"]).to_numpy(zero_copy_only=False), np.bool_)
        usable = (address > 0) & (address < _ADDRESSES - 1) & sound
        usable &= (ints(plots["mode"], 0) & (ADSB | MODE_S)) != 0
        usable |= may_tell(plots) & sound
        plots = plots.filter(array(usable))
        # By blocks of absolute time, so that it does not matter how much is handed over at once.
        block = ints(plots["time"], 0) // parameters.block_us
        parts = [
            _of_block(plots.filter(array(block == number)), tables["sensors"], tables["biases"], parameters)
            for number in np.unique(block).tolist()
        ]
        made = pa.concat_tables([BROADCASTS.empty(), *parts])
        if owner.start_us is not None and owner.end_us is not None:
            start = ints(made["start"], 0)
            made = made.filter(array((start >= owner.start_us) & (start < owner.end_us)))
        return made.sort_by([(name, "ascending") for name in BROADCASTS.order])


@dataclass(frozen=True)
class _Plots:
    """Plots of one kind with a place, by address and time; `key` is both in one number."""

    key: Ints
    address: Ints
    time: Ints
    sensor: Ints
    lat: Ints
    lon: Ints
    altitude: Ints  # NO_ALTITUDE: not known
    by_code: Ints  # 1: told by its code, not by its address
    declared: Ints  # SOUND or POOR; NONE: nothing
    variance: Ints  # NONE: not declared
    flags: Ints

    def part(self, rows: Ints) -> _Plots:
        return _Plots(*(values[rows] for values in vars(self).values()))


def _of_block(plots: pa.Table, sensors: pa.Table, biases: pa.Table, rules: BroadcastRules) -> pa.Table:
    mode, flags = ints(plots["mode"], 0), ints(plots["flags"], 0)
    every = _placed(plots, sensors, biases, rules)
    speaks = ((mode & ADSB) != 0) & (every.lat != NO_ALTITUDE)
    said = every.part(_in_order(every, plots, np.flatnonzero(speaks)))
    if not len(said.key):
        return BROADCASTS.empty()
    radar = (
        ((mode & (MODE_S | SSR)) != 0)
        & (every.address != NONE)
        & (every.lat != NO_ALTITUDE)
        & ((flags & POSITION_IMPOSSIBLE) == 0)
    )
    seen = every.part(_in_order(every, plots, np.flatnonzero(radar)))
    hour = said.time // HOUR_US * _ADDRESSES + said.address
    groups, first, group = np.unique(hour, return_index=True, return_inverse=True)
    size = np.bincount(group)
    jumps, (declared, unsure) = _jumps(said, rules), _unsure(said, rules)
    beside, apart = _beside_radars(said, seen, group, len(groups), rules)
    # `said` is by address and time, so the plots of one hour of one aircraft stand together.
    middle = first + size // 2
    columns = {
        "address": array((groups % _ADDRESSES).astype(np.int32)),
        "start": array(groups // _ADDRESSES * HOUR_US),
        "lat_e7": array(said.lat[middle]),
        "lon_e7": array(said.lon[middle]),
        "plots": array(size),
        "jumps": array(np.bincount(group[jumps], minlength=len(groups))),
        "declared": array(np.bincount(group[declared], minlength=len(groups))),
        "unsure": array(np.bincount(group[unsure], minlength=len(groups))),
        "compared": array(beside),
        "apart": array(apart),
        "simulated": array(np.bincount(group[(said.flags & SIMULATED) != 0], minlength=len(groups)) > 0),
    }
    return BROADCASTS.cast(pa.table(columns))


def _placed(plots: pa.Table, sensors: pa.Table, biases: pa.Table, rules: BroadcastRules) -> _Plots:
    """The plots with a place (latitude NO_ALTITUDE where there is none), radars' less what they were off by."""
    sites = sites_in_order(sensors)
    site = site_of(plots["sensor"].combine_chunks(), ints(plots["time"], 0), sites)
    altitude = ints(plots["altitude_pressure_mm"], NO_ALTITUDE)
    lat, lon, placed = places(plots, site, sites, altitude)
    true = as_if_unbiased(plots, site, sites, biases)
    moved = true.moved & is_polar(plots, site)
    if moved.any():
        from_site(true.range_mm, true.azimuth_e7, true.site, true.sites, altitude, moved, lat, lon)
    (address, by_code), time = named(plots), true.time
    return _Plots(
        address * rules.block_us + time % rules.block_us, address, time, ranks(plots["sensor"]),
        np.where(placed, lat, NO_ALTITUDE), lon, altitude, by_code.astype(np.int64),
        _declared(plots, rules), ints(plots["var_north_mm2"], NONE), ints(plots["flags"], 0),
    )  # fmt: skip


def _in_order(every: _Plots, plots: pa.Table, rows: Ints) -> Ints:
    """The rows by address, time and content, ids last."""
    keys = (ints(plots["row"], 0), ranks(plots["deposit"]), every.sensor, every.lon, every.lat, every.time,
            every.address)  # fmt: skip
    return rows[np.lexsort(tuple(key[rows] for key in keys))]


def _jumps(said: _Plots, rules: BroadcastRules) -> Bools:
    """Which broadcasts no aircraft could have sent after the one before, or are marked as impossible."""
    out: Bools = (said.flags & POSITION_IMPOSSIBLE) != 0
    same = said.address[1:] == said.address[:-1]
    far = distance_mm(said.lat[:-1], said.lon[:-1], said.lat[1:], said.lon[1:])
    elapsed = (said.time[1:] - said.time[:-1]) // 1_000
    out[1:] |= same & (far > rules.slack_mm + elapsed * rules.fastest_mm_s // 1_000)
    return out


def _declared(plots: pa.Table, rules: BroadcastRules) -> Ints:
    """Whether a broadcast calls its position sound or poor, by categories: the containment of NIC (of NUCp in version
    0), the accuracy of NACp, or a SIL that promises nothing. NONE where it says none of them."""
    nic, nac_p, sil, version = (ints(plots[name], NONE) for name in DECLARED)
    worst = np.where(version == 0, rules.poor_nuc_p, rules.poor_nic)
    poor = (nic != NONE) & (nic <= worst) | (nac_p != NONE) & (nac_p <= rules.poor_nac_p) | (sil == 0)
    said = (nic != NONE) | (nac_p != NONE) | (sil != NONE)
    found: Ints = np.where(said, np.where(poor, POOR, SOUND), NONE)
    return found


def _unsure(said: _Plots, rules: BroadcastRules) -> tuple[Bools, Bools]:
    """(which broadcasts say how sound they are, which of them say poor) of aircraft that the same receiver heard be
    sure. Aircraft that never declare a category are asked by the variance of their positions, where none is poor."""
    pair = np.unique(said.sensor * _ADDRESSES + said.address, return_inverse=True)[1]
    pairs = int(pair.max()) + 1
    by_category = (np.bincount(pair[said.declared != NONE], minlength=pairs) > 0)[pair]
    exact = (said.variance >= 0) & (said.variance <= rules.unsure_mm2)
    sure = np.where(by_category, said.declared == SOUND, exact)
    knows = (np.bincount(pair[sure], minlength=pairs) > 0)[pair]
    tells: Bools = knows & (~by_category | (said.declared != NONE))
    unsure: Bools = tells & ~sure
    return tells, unsure


def _beside_radars(said: _Plots, seen: _Plots, group: Ints, groups: int, rules: BroadcastRules) -> tuple[Ints, Ints]:
    """By hour and aircraft: broadcasts with a radar's plot of that aircraft beside them in time, and those of them that
    lie far from it, where that radar and aircraft agree at other times: a radar that is off always is."""
    none = np.zeros(groups, np.int64)
    if not len(seen.key):
        return none, none.copy()
    after = np.clip(np.searchsorted(said.key, seen.key), 0, len(said.key) - 1)
    before = np.maximum(after - 1, 0)
    nearer = np.where(np.abs(said.key[before] - seen.key) < np.abs(said.key[after] - seen.key), before, after)
    at_once = (said.address[nearer] == seen.address) & (np.abs(said.key[nearer] - seen.key) <= rules.at_once_us)
    # A code may be another's too: then it answers from another height.
    known = (seen.altitude != NO_ALTITUDE) & (said.altitude[nearer] != NO_ALTITUDE)
    alike = known & (np.abs(seen.altitude - said.altitude[nearer]) <= rules.same_height_mm)
    at_once &= (seen.by_code == 0) | alike
    rows, other = np.flatnonzero(at_once), nearer[at_once]
    if not len(rows):
        return none, none.copy()
    far = distance_mm(seen.lat[rows], seen.lon[rows], said.lat[other], said.lon[other]) > rules.apart_mm
    pair = np.unique(seen.sensor[rows] * _ADDRESSES + seen.address[rows], return_inverse=True)[1]
    agrees = np.bincount(pair[~far], minlength=int(pair.max()) + 1) >= rules.agree_at_least
    apart = far & agrees[pair]
    return np.bincount(group[other], minlength=groups), np.bincount(group[other[apart]], minlength=groups)
