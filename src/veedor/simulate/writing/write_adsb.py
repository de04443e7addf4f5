"""What an ADS-B ground station puts on the wire: target reports as CAT021 data blocks; every one says SIM."""

from __future__ import annotations

import numpy as np

from veedor.formats.asterix.categories import find
from veedor.formats.asterix.encode import blocks, encode
from veedor.simulate.columns import Ints
from veedor.simulate.sensing.hits import Hits
from veedor.simulate.writing.write_asterix import Code, identification

EDITION = "2.4"
_TICKS = 128
_DAY_TICKS = 86_400 * _TICKS
_FOOT = 0.3048
_KNOT_MILES_S = 1 / 3600.0


def reports(code: Code, hits: Hits) -> bytes:
    """Data blocks of the reports of one day, one block a second; `hits` in order of time."""
    count = len(hits)
    layout = find(21, EDITION)
    spoken = np.array([identification(text) for text in hits.call_sign.tolist()], np.int64)
    knots = np.nan_to_num(hits.speed) / (1852.0 / 3600.0)
    values = {
        "010.SAC": np.full(count, code.sac), "010.SIC": np.full(count, code.sic),
        "040.ATP": np.zeros(count, np.int64), "040.SIM": np.ones(count, np.int64),
        "073": np.round(hits.t * _TICKS).astype(np.int64) % _DAY_TICKS, "080": np.maximum(hits.address, 0),
        "131.LAT": _turned(hits.lat), "131.LON": _turned(hits.lon),
        "140": _whole(hits.geometric_m / _FOOT / 6.25), "145": _whole(hits.pressure_m / _FOOT / 25.0),
        "160.GS": np.round(knots * _KNOT_MILES_S * 16_384).astype(np.int64),
        "160.TA": np.round(np.nan_to_num(hits.course) / 360.0 * 65_536).astype(np.int64) % 65_536,
        "170": np.maximum(spoken, 0),
    }  # fmt: skip
    known = {"140": ~np.isnan(hits.geometric_m), "145": ~np.isnan(hits.pressure_m), "160": ~np.isnan(hits.speed),
             "170": spoken >= 0}  # fmt: skip
    has = {path: known[path.partition(".")[0]] for path in values if path.partition(".")[0] in known}
    second = np.floor(hits.t).astype(np.int64)
    starts = np.flatnonzero(np.diff(second, prepend=second[:1] - 1)) if count else np.zeros(0, np.int64)
    data: bytes = blocks(layout, encode(layout, count, values, has), starts).data.tobytes()
    return data


def _turned(degrees: np.ndarray) -> Ints:
    return np.asarray(np.round(degrees / 180.0 * 1_073_741_824), dtype=np.int64)


def _whole(values: np.ndarray) -> Ints:
    return np.asarray(np.round(np.nan_to_num(values)), dtype=np.int64)
