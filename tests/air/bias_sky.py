"""Made-up days for the bias stage: flights seen by biased radars and receivers, with geodesy of its own (pyproj)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from pyproj import Transformer

from tests.air.flights import DAY, sensors
from veedor.engine.detector import Owner
from veedor.tables import BIAS_SAMPLES, PLOTS

_TO_EARTH = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)


@dataclass(frozen=True)
class Radar:
    """A radar as it is (`lat`, `lon`, `height` in m) and what it is off by; `tabled` where the site table puts it."""

    name: str
    lat: float
    lon: float
    height: float = 100.0
    range_m: float = 0.0
    scale: float = 0.0
    azimuth: float = 0.0
    time: float = 0.0
    turn: float = 10.0
    mode_s: bool = True
    sigma_range: float = 60.0
    sigma_azimuth: float = 0.08
    sectors: tuple[float, float] = (0.0, 360.0)
    reach: float = 350_000.0
    tabled: tuple[float, float] | None = None


@dataclass(frozen=True)
class Receiver:
    name: str
    time: float = 0.0
    every: float = 6.0


@dataclass(frozen=True)
class Sky:
    radars: tuple[Radar, ...]
    receivers: tuple[Receiver, ...] = ()
    flights: int = 40
    seconds: int = 1500
    outliers: float = 0.01
    pressure_m: float = 60.0
    warm: float = 0.01
    equipped: float = 0.8
    centre: tuple[float, float] = (7.4, -70.0)
    reach_deg: float = 1.6
    extra: dict[str, Any] = field(default_factory=dict)


RADARS = (
    Radar("r-a", 7.742, -67.905),
    Radar("r-b", 10.214, -71.402, turn=12.0),
    Radar("r-c", 6.983, -70.912, turn=8.0),
)
RECEIVERS = (Receiver("s-a"), Receiver("s-b", every=5.0))


@dataclass(frozen=True)
class Path:
    """A flight: where it is at any time, in degrees and metres."""

    start: float
    lat: float
    lon: float
    course: float
    speed: float
    level: float
    turning: float
    climb: float

    def __call__(self, t: Any) -> Any:
        s = t - self.start
        way = self.course + self.turning * s / 2
        north, east = self.speed * s * np.cos(way), self.speed * s * np.sin(way)
        lon = self.lon + east / (111_320.0 * np.cos(np.radians(self.lat)))
        return self.lat + north / 110_700.0, lon, self.level + self.climb * s


def polar(lat0: float, lon0: float, height0: float, lat: Any, lon: Any, height: Any) -> tuple[Any, Any]:
    """Slant range in m and azimuth in degrees, by way of Earth-centred coordinates."""
    x0 = np.array(_TO_EARTH.transform(lon0, lat0, height0))
    d = np.array(_TO_EARTH.transform(lon, lat, height)) - x0[:, None]
    p, q = np.radians(lat0), np.radians(lon0)
    east = -np.sin(q) * d[0] + np.cos(q) * d[1]
    north = -np.sin(p) * np.cos(q) * d[0] - np.sin(p) * np.sin(q) * d[1] + np.cos(p) * d[2]
    return np.sqrt((d * d).sum(axis=0)), np.degrees(np.arctan2(east, north))


def plots_of(sky: Sky, seed: int, day: int = 0) -> pa.Table:
    """Plots of all sensors of one day."""
    rng = np.random.default_rng(seed)
    parts: list[dict[str, Any]] = []
    for _ in range(sky.flights):
        start = rng.uniform(0, 20 * 3600)
        lat, lon = (
            sky.centre[0] + rng.uniform(-1, 1) * sky.reach_deg,
            sky.centre[1] + rng.uniform(-1, 1) * sky.reach_deg,
        )
        course, speed = rng.uniform(0, 2 * np.pi), rng.uniform(80, 240)
        level, turning = rng.uniform(3_000, 11_000), rng.normal(0, 2e-4)
        climb = rng.choice([0.0, 0.0, rng.uniform(-5, 5)])
        address, code = int(rng.integers(0x0D8000, 0x0DFFFF)), int(rng.integers(0o101, 0o6777))

        at = Path(start, lat, lon, course, speed, level, turning, climb)
        equipped = rng.random() < sky.equipped
        for radar in sky.radars:
            t = start + rng.uniform(0, radar.turn) + np.arange(0, sky.seconds, radar.turn)
            t = t[rng.random(len(t)) < 0.95]
            place = at(t)
            slant, azimuth = polar(radar.lat, radar.lon, radar.height, *place)
            n = len(t)
            seen = (slant < radar.reach) & ((azimuth % 360) >= radar.sectors[0]) & ((azimuth % 360) <= radar.sectors[1])
            slant = slant * (1 + radar.scale) + radar.range_m + rng.normal(0, radar.sigma_range, n)
            azimuth = azimuth + radar.azimuth + rng.normal(0, radar.sigma_azimuth, n)
            wrong = rng.random(n) < sky.outliers
            slant, azimuth = slant + wrong * rng.uniform(500, 20_000, n), azimuth + wrong * rng.uniform(-20, 20, n)
            pressure = np.round((place[2] * (1 - sky.warm) - sky.pressure_m) / 30.48) * 30_480
            parts.append(
                {
                    "sensor": [radar.name] * n, "time": t + radar.time, "mode": 4 if radar.mode_s else 2,
                    "range_mm": np.round(slant * 1000), "azimuth_e7": np.round(((azimuth + 180) % 360 - 180) * 1e7),
                    "altitude_pressure_mm": pressure, "address": address if radar.mode_s else None, "code_3a": code,
                    "keep": seen,
                }
            )  # fmt: skip
        for receiver in sky.receivers if equipped else ():
            t = start + rng.uniform(0, 5) + np.arange(0, sky.seconds, receiver.every)
            t = t[rng.random(len(t)) < 0.9]
            place = at(t)
            n = len(t)
            parts.append(
                {
                    "sensor": [receiver.name] * n, "time": t + receiver.time, "mode": 8,
                    "lat_e7": np.round((place[0] + rng.normal(0, 6e-5, n)) * 1e7),
                    "lon_e7": np.round((place[1] + rng.normal(0, 6e-5, n)) * 1e7),
                    "altitude_pressure_mm": np.round((place[2] * (1 - sky.warm) - sky.pressure_m) / 7.62) * 7_620,
                    "altitude_geometric_mm": np.round(place[2] / 7.62) * 7_620, "address": address,
                    "keep": np.ones(n, bool),
                }
            )  # fmt: skip
    return _table(parts, day)


def _table(parts: list[dict[str, Any]], day: int) -> pa.Table:
    counts = [len(part["sensor"]) for part in parts]
    keep = np.concatenate([part["keep"] for part in parts])
    total = sum(counts)

    def column(name: str) -> tuple[Any, Any]:
        values, missing = np.zeros(total), np.ones(total, bool)
        at = 0
        for part, count in zip(parts, counts, strict=True):
            if part.get(name) is not None:
                values[at : at + count], missing[at : at + count] = part[name], False
            at += count
        return values, missing

    known: dict[str, Any] = {"sensor": pa.array([name for part in parts for name in part["sensor"]])}
    for name in (
        "range_mm", "azimuth_e7", "lat_e7", "lon_e7", "altitude_pressure_mm", "altitude_geometric_mm", "address",
        "code_3a", "mode",
    ):  # fmt: skip
        values, missing = column(name)
        known[name] = pa.array(values.astype(np.int64), mask=missing)
    seconds, _ = column("time")
    known["time"] = pa.array((DAY + day * 86_400_000_000 + np.round(seconds * 128) / 128 * 1e6).astype(np.int64))
    known["flags"] = pa.array(np.ones(total, np.int64))
    known["deposit"] = pa.array([b"d" * 32], pa.binary(32)).take(pa.array(np.zeros(total, np.int64)))
    known["row"] = pa.array(np.arange(total) + day * 10_000_000)
    for name in ("file", "offset", "length"):
        known[name] = pa.array(np.zeros(total, np.int64))
    made = pa.table(
        {c.name: known[c.name] if c.name in known else pa.nulls(total, c.type) for c in PLOTS.columns}
    ).filter(pa.array(keep))
    return PLOTS.cast(made)


def sites_of(sky: Sky) -> pa.Table:
    rows = [
        {
            "sensor": radar.name, "lat_e7": round((radar.tabled or (radar.lat, radar.lon))[0] * 1e7),
            "lon_e7": round((radar.tabled or (radar.lat, radar.lon))[1] * 1e7),
            "antenna_altitude_mm": round(radar.height * 1e3),
            "sigma_range_mm": round(radar.sigma_range * 1e3), "sigma_azimuth_e7": round(radar.sigma_azimuth * 1e7),
        }
        for radar in sky.radars
    ]  # fmt: skip
    return sensors([*rows, *sky.extra.get("sites", ())])


def given(table: pa.Table, detector: Any, name: str) -> pa.Table:
    (read,) = (read for read in detector.reads if read.name == name)
    return table.select(list(read.columns)) if read.columns else table


def biases(sky: Sky, plots: pa.Table) -> tuple[dict[str, dict[str, Any]], pa.Table]:
    """Rows of biases/1 by sensor, and the samples."""
    from veedor.air.sensing.bias_samples import BiasSamples
    from veedor.air.sensing.biases import Biases

    one, two, sites = BiasSamples(), Biases(), sites_of(sky)
    tables = {"plots": given(plots, one, "plots"), "sensors": given(sites, one, "sensors")}
    samples = BIAS_SAMPLES.cast(one.run(tables, Owner(), one.parameters))
    rows = two.run({"bias_samples": samples, "sensors": given(sites, two, "sensors")}, Owner(), two.parameters)
    return {row["sensor"]: row for row in rows.to_pylist()}, samples
