"""readsb traces (`trace_full_*.json`): one aircraft, one line per point, seconds after `timestamp`, feet and knots.

A point is [seconds, lat, lon, altitude ft or "ground" or null, knots, track, flags, ft/min, details or null, source,
geometric ft, geometric ft/min, IAS, roll] (readsb README-json, "trace jsons"). Flags: 1 position was stale, 2 new
leg, 4 the rate is geometric, 8 the altitude is geometric. Older traces have 8 or 9 fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from veedor.errors import InputError
from veedor.formats.arrow import Array
from veedor.formats.checks import Checks
from veedor.formats.json_elements import Elements
from veedor.formats.json_rows import Decoded, decoded
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.readsb_encode import encode_trace
from veedor.formats.rows import plot_marks, single
from veedor.formats.times import instants
from veedor.formats.values import UNITS, coded, measure
from veedor.tables import PLOTS, plots

SENSOR = "readsb"
_OPENING = re.compile(rb'"trace"\s*:\s*\[')
_MODES = {"adsb": plots.ADSB, "adsr": plots.ADSB, "mlat": plots.MLAT, "mode": plots.MODE_S}
_EMERGENCIES = {"7500", "7600", "7700"}
_GEOMETRIC_RATE, _GEOMETRIC_ALTITUDE = 4, 8
_TYPES = {column.name: column.type for column in PLOTS.columns}


class Details(msgspec.Struct):
    """What a point says beyond its position; keys beyond these are passed over."""

    flight: str | None = None
    squawk: str | None = None
    emergency: str | None = None
    alt_geom: float | None = None


class Head(msgspec.Struct):
    """The aircraft; keys beyond these are passed over."""

    icao: str
    timestamp: float
    r: str | None = None
    t: str | None = None
    simulated: bool = False


class Point(msgspec.Struct, array_like=True):
    """One element of the trace."""

    seconds: float
    lat: float
    lon: float
    altitude: float | str | None
    speed: float | None
    track: float | None
    flags: int
    rate: float | None
    details: Details | None = None
    source: str | None = None
    geometric: float | None = None
    geometric_rate: float | None = None
    ias: float | None = None
    roll: float | None = None


_NOTHING = Point(0, 0, 0, None, None, None, 0, None)


@dataclass(frozen=True)
class Readsb:
    """The reader; the sensor is `readsb` unless the depositor names one."""

    name: str = "readsb"
    version: int = 1

    def sniff(self, head: bytes, name: str) -> bool:
        return head.lstrip()[:1] == b"{" and b'"icao"' in head and b'"trace"' in head and b'"timestamp"' in head

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        with closing(source.open()) as stream:
            elements = Elements(stream, source.name, _OPENING, b"[]")
            head: Head | None = None
            for group in decoded(elements, Point, _NOTHING):
                head = head or _head(elements.head, source.name)
                yield _batch(group, head, options)
            if head is None:
                raise InputError("the trace has no points", file=source.name, expected="at least one", found="none")


def _head(data: bytes, name: str) -> Head:
    try:
        head = msgspec.json.decode(data + b"]}", type=Head)
        int(head.icao.lstrip("~"), 16)
        return head
    except ValueError as error:
        raise InputError(
            "the head of the trace cannot be read", file=name, place="before `trace`",
            expected="icao and timestamp, then the trace", found=str(error)[:200],
            next_step="ask for the file again",
        ) from error  # fmt: skip


def _batch(group: Decoded, head: Head, options: Options) -> Batch:
    points, checks, rows = group.items, group.checks, len(group.items)
    # Thousandths first: sums of doubles would give 0.29999999.
    base, seconds = round(head.timestamp * 1_000), np.array([point.seconds for point in points])
    checks.fail(np.abs(seconds) > 10**9, "reject.time", "seconds", "seconds after the head's timestamp", seconds)
    millis = base + np.rint(np.where(checks.bad, 0, seconds) * 1_000).astype(np.int64)
    found: dict[str, Array] = {}
    found["time"], _ = instants(pa.array(millis), "epoch_ms", None, 0, checks, "seconds")
    found["time_raw"] = pa.array([f"{head.timestamp:.3f}+{point.seconds:.2f}" for point in points])
    ground = np.array([point.altitude == "ground" for point in points], np.bool_)
    words = np.array([isinstance(point.altitude, str) for point in points], np.bool_) & ~ground
    checks.fail(words, "reject.number", "altitude", 'feet, "ground" or null', [point.altitude for point in points])
    numeric = [point.altitude if not isinstance(point.altitude, str) else None for point in points]
    above = np.array([bool(point.flags & _GEOMETRIC_ALTITUDE) for point in points], np.bool_)
    pressure = [None if up else value for up, value in zip(above, numeric, strict=True)]
    geometric = [
        value if up else point.geometric if point.geometric is not None else point.details and point.details.alt_geom
        for up, value, point in zip(above, numeric, points, strict=True)
    ]
    rates = [point.rate if point.rate is not None else point.geometric_rate for point in points]
    for column, unit, values in (
        ("lat_e7", "deg", [point.lat for point in points]),
        ("lon_e7", "deg", [point.lon for point in points]),
        ("altitude_pressure_mm", "ft", pressure),
        ("altitude_geometric_mm", "ft", geometric),
        ("speed_mm_s", "kt", [point.speed for point in points]),
        ("course_e7", "deg", [point.track for point in points]),
        ("climb_mm_s", "ft/min", rates),
    ):
        end = next(end for end in ("_mm_s", "_mm", "_e7") if column.endswith(end))
        found[column] = measure(
            pa.array(values, pa.float64()), UNITS[end][unit], column, _TYPES[column], checks, column
        )
    found["altitude_pressure_source"] = _said(pressure, "adsb_barometric")
    found["altitude_geometric_source"] = _said(geometric, "adsb_geometric")
    _identity(found, points, head, checks)
    emergency = np.array([_emergency(point.details) for point in points], np.int64) * plots.EMERGENCY
    found["flags"] = pa.array(emergency)
    found["on_ground"] = pa.array(ground)
    found["mode"] = pa.array([_MODES.get((point.source or "adsb")[:4], plots.REPORT) for point in points], pa.uint8())
    found["sensor"] = pa.repeat(options.sensor or SENSOR, rows)
    plot_marks(found, rows, options, simulated=head.simulated, mode=plots.ADSB)
    ordinals = np.arange(group.first, group.first + rows)
    rejects = checks.rejects(PLOTS.name, ordinals, group.offsets, group.lengths, group.raw)
    return single(PLOTS, found, checks, group.first, group.offsets, group.lengths, rejects)


def _identity(found: dict[str, Array], points: list[Point], head: Head, checks: Checks) -> None:
    rows = len(points)
    # A leading ~ marks an identifier that is not an ICAO address (TIS-B, anonymous): no address then.
    real = not head.icao.startswith("~")
    found["address"] = pa.repeat(pa.scalar(int(head.icao, 16) if real else None, pa.int32()), rows)
    found["sensor_track"] = pa.repeat(pa.scalar(None if real else head.icao, pa.string()), rows)
    found["registration"] = pa.repeat(pa.scalar(head.r, pa.string()), rows)
    found["type_code"] = pa.repeat(pa.scalar(head.t, pa.string()), rows)
    details: list[Any] = [point.details or Details() for point in points]
    found["call_sign"] = pa.array([(detail.flight or "").rstrip() or None for detail in details], pa.string())
    squawks = pa.array([detail.squawk for detail in details], pa.string())
    found["code_3a"] = coded(squawks, 8, "code_3a", pa.int16(), checks, "squawk")


def _emergency(details: Details | None) -> bool:
    return details is not None and (
        details.squawk in _EMERGENCIES or (details.emergency is not None and details.emergency != "none")
    )


def _said(values: list[Any], word: str) -> Array:
    return pa.array([None if value is None else word for value in values], pa.string())


READER = Readsb()

__all__ = ["READER", "Readsb", "encode_trace"]
