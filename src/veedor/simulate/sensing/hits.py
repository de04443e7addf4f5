"""What sensors saw: flat columns per sensor and batch of flights, and their form as rows of the plots table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.simulate.columns import Column, Floats, Ints, column
from veedor.tables import PLOTS
from veedor.tables.plots import ADSB, SIMULATED

NONE = -1
_E7 = 1e7


@dataclass(frozen=True)
class Hits:
    """Floats are NaN and integers -1 where the sensor has nothing to say; `flight` serves truth only."""

    t: Floats
    mode: Ints
    range_m: Floats
    azimuth: Floats
    lat: Floats
    lon: Floats
    pressure_m: Floats
    geometric_m: Floats
    speed: Floats
    course: Floats
    climb: Floats
    code: Ints
    address: Ints
    track: Ints
    flags: Ints  # what the sensor itself says of the plot, as bits of the plots table
    call_sign: npt.NDArray[np.object_]
    flight: Ints

    def __len__(self) -> int:
        return len(self.t)

    def take(self, wanted: Ints | npt.NDArray[np.bool_]) -> Hits:
        return Hits(**{item.name: getattr(self, item.name)[wanted] for item in fields(Hits)})


def blank(count: int, **known: np.ndarray) -> Hits:
    """Hits with the given columns, the rest empty."""
    values: dict[str, np.ndarray] = {}
    for item in fields(Hits):
        if item.name in known:
            values[item.name] = known[item.name]
        elif item.name in ("mode", "code", "address", "track", "flight"):
            values[item.name] = np.full(count, NONE, dtype=np.int64)
        elif item.name == "flags":
            values[item.name] = np.zeros(count, dtype=np.int64)
        elif item.name == "call_sign":
            values[item.name] = np.full(count, None, dtype=object)
        else:
            values[item.name] = np.full(count, np.nan)
    return Hits(**values)


def merged(parts: Sequence[Hits]) -> Hits:
    """All hits in order of time (ties: in order of the parts)."""
    whole = Hits(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Hits)})
    return whole.take(np.argsort(whole.t, kind="stable"))


def plot_rows(hits: Hits, sensor: str, start_us: int) -> pa.Table:
    """Rows with the columns of the plots table that a sensor fills in (no provenance), in the order of `hits`."""
    count = len(hits)
    adsb = bool(count) and int(hits.mode[0]) == ADSB
    source = column(["adsb_barometric" if adsb else "mode_c"], pa.string())
    tracks = column([f"{n:04d}" for n in range(4096)], pa.string())
    known = ~np.isnan(hits.pressure_m)
    time = start_us + np.round(hits.t * 1e6).astype(np.int64)
    columns = {
        "sensor": column([sensor], pa.string()).take(column(np.zeros(count, np.int64))),
        "time": column(time, pa.int64()).cast(PLOTS.schema.field("time").type),
        "mode": column(hits.mode.astype(np.uint8)),
        "flags": column((hits.flags | SIMULATED).astype(np.uint16)),
        "range_mm": _scaled(hits.range_m, 1e3, pa.int64()),
        "azimuth_e7": _scaled((hits.azimuth + 180.0) % 360.0 - 180.0, _E7, pa.int32()),
        "lat_e7": _scaled(hits.lat, _E7, pa.int32()),
        "lon_e7": _scaled(hits.lon, _E7, pa.int32()),
        "altitude_pressure_mm": _scaled(hits.pressure_m, 1e3, pa.int64()),
        "altitude_pressure_source": source.take(column(np.zeros(count, np.int64), mask=~known)),
        "altitude_geometric_mm": _scaled(hits.geometric_m, 1e3, pa.int64()),
        "speed_mm_s": _scaled(hits.speed, 1e3, pa.int32()),
        "course_e7": _scaled((hits.course + 180.0) % 360.0 - 180.0, _E7, pa.int32()),
        "climb_mm_s": _scaled(hits.climb, 1e3, pa.int32()),
        "address": column(hits.address.astype(np.int32), mask=hits.address < 0),
        "code_3a": column(hits.code.astype(np.int16), mask=hits.code < 0),
        "call_sign": column(hits.call_sign, pa.string()),
        "sensor_track": tracks.take(column(hits.track, mask=hits.track < 0)),
    }
    return pa.table(columns)


def _scaled(values: Floats, unit: float, kind: pa.DataType) -> Column:
    missing = np.isnan(values)
    whole = np.round(np.where(missing, 0.0, values) * unit).astype(np.int64)
    if pa.types.is_int32(kind):  # -180 and +180 degrees are one azimuth
        whole = np.clip(whole, -1_800_000_000, 2_147_483_647).astype(np.int32)
    return column(whole, kind, mask=missing)
