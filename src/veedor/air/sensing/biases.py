"""Biases: by how much each sensor was off on each day in range, azimuth and time, and whether its site is as tabled.

1. The day's samples, at most `daily` per pair of sensors, those with the smallest hashes.
2. One fit of all sensors together (`bias_fit`), ordinary biases free.
3. Sensors that stand out: a bias beyond `fault`, a pair that does not fit, a site that would fit better elsewhere.
4. For these the faults of a site compete (`bias_faults`); with what was found, the fit again.
5. Times count from the median of the receivers, else of three radars or more: a common offset changes nothing.
6. A value is given where its standard error is small enough to be of use, else null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import array, ints
from veedor.air.sensing.bias_contrasts import clock, single
from veedor.air.sensing.bias_day import Station, days_of, prepare
from veedor.air.sensing.bias_faults import CLOCK, EXCHANGED, PLACE, Blame, Fault, blame, milli_log10, spreads_with
from veedor.air.sensing.bias_fit import Day, Fit, fit
from veedor.air.sensing.bias_geometry import AZIMUTH, EAST, NORTH, RANGE, SCALE, TIME
from veedor.air.sensing.bias_rules import BiasRules, Spread
from veedor.air.sensing.site_rows import SITE_NEEDED, Sites
from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.kernel.sphere import RADIANS_PER_E7, to_int
from veedor.tables import BIAS_SAMPLES, BIASES, SENSORS, Table
from veedor.tables.biases import NOT_ASSESSABLE, PLAUSIBLE, SUSPECT

Floats = npt.NDArray[np.float64]

_UNITS = {RANGE: 1e3, SCALE: 1e7, AZIMUTH: 1.0 / RADIANS_PER_E7, TIME: 1e6, NORTH: 1e3, EAST: 1e3}


@dataclass(frozen=True)
class Biases:
    """Detector: BIAS_SAMPLES by day, SENSORS broadcast -> BIASES. Additions go in the order of the measurements, so
    that nothing depends on how the samples were cut."""

    parameters: BiasRules = field(default_factory=BiasRules)
    name: str = "biases"
    version: int = 1
    writes: Table = BIASES

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(BIAS_SAMPLES, ByKey(("day",))), Read(SENSORS, Broadcast(), SITE_NEEDED))

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: BiasRules) -> pa.Table:
        sites = Sites.load(tables["sensors"])
        rows = [row for day in days_of(tables["bias_samples"]) for row in biases_of(day, sites, parameters)]
        if not rows:
            return BIASES.empty()
        columns = {column.name: pa.array([row[column.name] for row in rows], column.type) for column in BIASES.columns}
        return BIASES.cast(pa.table(columns)).sort_by([(name, "ascending") for name in BIASES.order])


def biases_of(rows: pa.Table, sites: Sites, rules: BiasRules) -> list[dict[str, Any]]:
    """Rows of BIASES of one day, monitors left out."""
    day, stations = prepare(rows, sites, rules)
    ordinary = [rules.open] * len(stations)
    found = fit(day, ordinary, rules)
    suspects = _standing_out(day, stations, found, rules)
    blames = blame(day, stations, suspects, rules) if suspects else ()
    if blames:
        spreads, exchanged = spreads_with(day, stations, blames, rules)
        found = fit(day, spreads, rules, exchanged)
    number_of_day = int(ints(rows["day"], 0)[0])
    return [
        {
            "day": number_of_day,
            **_row(number, station, day, stations, found, blames, rules),
            **_shown(number, day, rows, any(number in (b.fault.sensor, b.fault.other) for b in blames), rules),
        }
        for number, station in enumerate(stations)
        if not station.monitor
    ]


def enough(station: Station, rules: BiasRules) -> bool:
    """Whether a sensor has samples of enough targets; a monitor alone is enough for one turn of a radar."""
    many = station.targets >= rules.targets_at_least or station.reference == "monitor"
    return many and station.samples >= rules.samples_at_least


def _standing_out(day: Day, stations: Sequence[Station], found: Fit, rules: BiasRules) -> tuple[int, ...]:
    """Sensors with a bias beyond `fault`, in a pair that does not fit, or with a site that fits better elsewhere."""
    out: set[int] = set()
    for number, pair in enumerate(day.pairs):
        if found.scale[number] * 1000.0 > rules.misfit_permille and day.independent[number] >= rules.samples_at_least:
            out |= set(pair)
    limits = {
        RANGE: rules.fault.range_mm, SCALE: rules.fault.scale_e7, AZIMUTH: rules.fault.azimuth_e7,
        TIME: rules.fault.time_us,
    }  # fmt: skip
    out |= {n for n in range(len(stations)) if any(_beyond(day, found, n, *item, rules) for item in limits.items())}
    moved = fit(day, [replace(rules.open, place_mm=rules.widest.place_mm)] * len(stations), rules)
    # Without reports every site could be the one that stands elsewhere.
    elsewhere = milli_log10(found.cost - moved.cost) >= rules.gain_milli
    for number, station in enumerate(stations):
        moves = any(_beyond(day, moved, number, k, rules.fault.place_mm, rules) for k in (NORTH, EAST))
        if station.polar and (elsewhere or moves):
            out.add(number)
    if out:
        # Whoever stands out may do so against a receiver whose clock is wrong.
        out |= {n for n, receiver in enumerate(day.receivers) if receiver}
    return tuple(sorted(n for n in out if not stations[n].monitor and enough(stations[n], rules)))


def _beyond(day: Day, found: Fit, number: int, which: int, limit: int, rules: BiasRules) -> bool:
    one = single(number, which, len(found.biases))
    contrast = clock(number, day, found, least=2) if which == TIME else one
    if contrast is None:
        return False
    value = abs(found.value(contrast))
    return value * _UNITS[which] > limit and value > rules.sigmas * found.error(contrast)


def _row(
    number: int, station: Station, day: Day, stations: Sequence[Station], found: Fit, blames: Sequence[Blame],
    rules: BiasRules,
) -> dict[str, Any]:  # fmt: skip
    known = enough(station, rules)
    mine = [item for item in blames if number in (item.fault.sensor, item.fault.other)]
    late = [item.fault.sensor for item in blames if item.fault.kind == CLOCK]
    values: dict[str, Any] = {}
    for name, which, limit in (
        ("range_mm", RANGE, rules.known.range_mm), ("scale_e7", SCALE, rules.known.scale_e7),
        ("azimuth_e7", AZIMUTH, rules.known.azimuth_e7), ("time_us", TIME, rules.known.time_us),
    ):  # fmt: skip
        usable = known and (station.polar or which == TIME)
        contrast = clock(number, day, found, late) if which == TIME else single(number, which, len(found.biases))
        value, error = _given(found, contrast, which, limit) if usable and contrast is not None else (None, None)
        stem, _, unit = name.rpartition("_")
        values |= {name: value, f"{stem}_se_{unit}": error}
    moved = any(item.fault.kind == PLACE and item.fault.sensor == number for item in mine)
    north, east = (single(number, which, len(found.biases)) for which in (NORTH, EAST))
    values |= {
        "north_mm": to_int(found.of(number)[NORTH] * 1e3) if moved else None,
        "east_mm": to_int(found.of(number)[EAST] * 1e3) if moved else None,
        "place_se_mm": to_int(max(found.error(north), found.error(east)) * 1e3) if moved else None,
    }
    scales = [found.scale[n] for n, pair in enumerate(day.pairs) if number in pair]
    known = known and any(values[name] is not None for name in ("range_mm", "azimuth_e7", "time_us"))
    strongest = max(mine, key=lambda item: item.gain_milli, default=None)
    other = "" if strongest is None else _other(strongest.fault, number, stations)
    return {
        "sensor": station.name, **values, "samples": station.samples, "targets": station.targets,
        "partners": station.partners, "sectors": station.sectors, "reference": station.reference,
        "misfit_permille": to_int(float(max(scales)) * 1000.0),
        "verdict": SUSPECT if strongest else PLAUSIBLE if known else NOT_ASSESSABLE,
        "fault": strongest.fault.kind if strongest else None,
        "fault_sensor": other or None,
        "alternatives": [] if strongest is None else [_said(fault, stations) for fault in strongest.alternatives],
        "gain": strongest.gain_milli if strongest else 0,
    }  # fmt: skip


def _shown(number: int, day: Day, rows: pa.Table, suspect: bool, rules: BiasRules) -> dict[str, Any]:
    """Both plots of some samples, in order of target and time, and whether any sample is simulated."""
    used = rows.take(array(day.rows[(day.own == number) | (day.other == number)]))
    first = used.slice(0, rules.shown if suspect else 0).to_pylist()
    plots = {(row[f"{of}deposit"], row[f"{of}row"]) for row in first for of in ("", "other_")}
    return {
        "evidence": [{"deposit": deposit, "row": row} for deposit, row in sorted(plots)],
        "simulated": bool(pa.compute.any(used["simulated"]).as_py()),
    }


def _other(fault: Fault, number: int, stations: Sequence[Station]) -> str:
    if fault.kind != EXCHANGED:
        return ""
    return stations[fault.other if number == fault.sensor else fault.sensor].name


def _said(fault: Fault, stations: Sequence[Station]) -> str:
    other = f" {stations[fault.other].name}" if fault.other >= 0 else ""
    return f"{stations[fault.sensor].name} {fault.kind}{other}"


def _given(found: Fit, contrast: Floats, which: int, limit: int) -> tuple[int | None, int | None]:
    """The value in stored units and its standard error; null, and the error alone, where it is too large."""
    error = to_int(found.error(contrast) * _UNITS[which])
    if error > limit:
        return None, error
    return to_int(found.value(contrast) * _UNITS[which]), error


__all__ = ["Biases", "Spread", "biases_of"]
