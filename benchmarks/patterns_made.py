"""Simulated flights of one kind as TRACKS, for setting and measuring pattern detectors."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from veedor.air.tracking.smoothed import STATE_COLUMNS
from veedor.simulate.flying.manoeuvres import LOOKALIKES, LOOKS, PLAIN, WANTED, seen
from veedor.tables import TRACKS
from veedor.tables.plots import ADSB, PSR, SIMULATED, SSR

DRAWN = {**WANTED, **LOOKALIKES, **PLAIN}
BEGIN_US = 1_750_000_000_000_000
_DAY_US = 86_400_000_000


def flights(kind: str, look: str, count: int, seed: int) -> pa.Table:
    """`count` flights of `kind` seen by `look`, far from everything, tracks numbered from 0, a day apart."""
    rng = np.random.default_rng([seed, *kind.encode(), *look.encode()])
    parts = []
    for number in range(count):
        flown = seen(DRAWN[kind](rng), LOOKS[look], rng, float(rng.uniform(-4, 4)) + 5.0, -70.0)
        size = len(flown.seconds)
        moments = BEGIN_US + number * _DAY_US + np.round(flown.seconds * 1e6).astype(np.int64)
        columns: dict[str, object] = {
            "track": np.full(size, number),
            "time": pa.array(moments).cast(pa.timestamp("us", "UTC")),
            "sensor": np.full(size, look),
            "mode": np.full(size, ADSB if look == "receiver" else PSR | SSR, np.uint8),
            "flags": np.full(size, SIMULATED, np.uint16),
            "lat_e7": np.round(flown.lat * 1e7).astype(np.int32),
            "lon_e7": np.round(flown.lon * 1e7).astype(np.int32),
            "altitude_mm": np.round(flown.height * 1000).astype(np.int64),
            "address": pa.nulls(size, pa.int32()),
            "code_3a": pa.nulls(size, pa.int16()),
            "call_sign": pa.nulls(size, pa.string()),
            "deposit": pa.array([b"s" * 32] * size, pa.binary(32)),
            "row": np.arange(size) + number * 100_000,
        }
        columns |= dict.fromkeys(STATE_COLUMNS, np.zeros(size, np.int64))  # legs and patterns read what was measured
        columns |= {"north_mm_s": _pace(flown.lat, flown.seconds), "east_mm_s": _pace(flown.lon, flown.seconds)}
        parts.append(TRACKS.cast(pa.table({name: pa.array(columns[name]) for name in TRACKS.schema.names})))
    return pa.concat_tables(parts)


def _pace(degrees: np.ndarray, seconds: np.ndarray) -> np.ndarray:
    """mm/s near the equator, over nine plots: but for its median nobody reads it."""
    window = np.ones(9) / 9
    moved = np.convolve(np.gradient(degrees, seconds) * 111.2e6, window, mode="same")
    return np.round(moved).astype(np.int64)
