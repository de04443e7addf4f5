"""ADS-B points as the `traffic` package writes them: JSON records, or by columns, usually in gzip.

`timestamp` is milliseconds since 1970, altitudes feet, `groundspeed` knots, `vertical_rate` feet per minute, `track`
degrees. By columns (`{"altitude":{"0":…},…}`) a record has no place of its own: it is placed at its timestamp.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from veedor.errors import InputError
from veedor.formats.arrow import Array, pc
from veedor.formats.checks import Checks
from veedor.formats.csv_blocks import BOM
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.receivers.json_elements import Elements
from veedor.formats.receivers.json_rows import Decoded, decoded
from veedor.formats.rows import plot_marks, positions_whole, single
from veedor.formats.source import head_of
from veedor.formats.times import instants
from veedor.formats.values import UNITS, coded, measure, truth
from veedor.tables import PLOTS, plots

SENSOR = "traffic-json"
BY_COLUMNS_BYTES = 256 << 20
_OPENING = re.compile(rb"\[\s*(?=[\{\]])")
_ENTRY = re.compile(rb'"(\d+)"\s*:\s*[^,}]*')
Number = float | None


class Point(msgspec.Struct):
    """One record; keys beyond these are passed over."""

    timestamp: float | str | None = None
    icao24: str | None = None
    latitude: Number = None
    longitude: Number = None
    altitude: Number = None
    geoaltitude: Number = None
    groundspeed: Number = None
    track: Number = None
    vertical_rate: Number = None
    callsign: str | None = None
    squawk: str | float | None = None
    onground: bool | None = None


_NOTHING = Point()
_SIGNATURE = (b'"timestamp"', b'"icao24"')
_MEASURED = (
    ("latitude", "lat_e7", "deg"), ("longitude", "lon_e7", "deg"), ("altitude", "altitude_pressure_mm", "ft"),
    ("geoaltitude", "altitude_geometric_mm", "ft"), ("groundspeed", "speed_mm_s", "kt"), ("track", "course_e7", "deg"),
    ("vertical_rate", "climb_mm_s", "ft/min"),
)  # fmt: skip
_TYPES = {column.name: column.type for column in PLOTS.columns}


@dataclass(frozen=True)
class TrafficJson:
    """The reader; the sensor is `traffic-json` unless the depositor names one."""

    name: str = "traffic_json"
    version: int = 1

    def sniff(self, head: bytes, name: str) -> bool:
        start = head.removeprefix(BOM).lstrip()
        # One of the two keys may be missing: that is told row by row.
        records = re.match(rb"\[\s*\{", start) is not None and any(key in head for key in _SIGNATURE)
        return records or re.match(rb'\{\s*"\w+"\s*:\s*\{\s*"0"\s*:', start) is not None

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        with closing(source.open()) as stream:
            if head_of(source, 64).removeprefix(BOM).lstrip()[:1] == b"{":
                groups = _by_columns(stream.read(BY_COLUMNS_BYTES + 1), source.name)
            else:
                groups = decoded(Elements(stream, source.name, _OPENING, b"{}"), Point, _NOTHING)
            seen = False
            for group in groups:
                seen = True
                yield _batch(group, options)
            if not seen:
                raise InputError(
                    "the file has no records", file=source.name, place="start of the file", expected="at least one",
                    found="none", next_step="leave it out, or ask its sender for it again",
                )  # fmt: skip


def _batch(group: Decoded, options: Options) -> Batch:
    points, checks, rows = group.items, group.checks, len(group.items)
    found: dict[str, Array] = {}
    stamps = [point.timestamp for point in points]
    found["time"] = _times(stamps, checks)
    checks.fail(_missing(stamps), "reject.missing", "timestamp", "a value", "nothing")
    found["time_raw"] = pa.array([None if stamp is None else _plain(stamp) for stamp in stamps], pa.string())
    for key, column, unit in _MEASURED:
        values = pa.array(list(map(attrgetter(key), points)), pa.float64())
        end = next(end for end in ("_mm_s", "_mm", "_e7") if column.endswith(end))
        found[column] = measure(values, UNITS[end][unit], column, _TYPES[column], checks, key)
    addresses = [point.icao24 for point in points]
    checks.fail(_missing(addresses), "reject.missing", "icao24", "a value", "nothing")
    found["address"] = coded(pa.array(addresses, pa.string()), 16, "address", pa.int32(), checks, "icao24")
    codes = pa.array([None if point.squawk is None else _plain(point.squawk) for point in points], pa.string())
    found["code_3a"] = coded(codes, 8, "code_3a", pa.int16(), checks, "squawk")
    names = [(point.callsign or "").rstrip() or None for point in points]
    found["call_sign"] = pa.array(names, pa.string())
    found["on_ground"] = truth(pa.array([point.onground for point in points], pa.bool_()), checks, "onground")
    found["altitude_pressure_source"] = _source(found["altitude_pressure_mm"], "adsb_barometric")
    found["altitude_geometric_source"] = _source(found["altitude_geometric_mm"], "adsb_geometric")
    found["sensor"] = pa.repeat(options.sensor or SENSOR, rows)
    positions_whole(found, checks)
    plot_marks(found, checks, options, "timestamp", simulated=False, mode=plots.ADSB)
    ordinals = np.arange(group.first, group.first + rows)
    rejects = checks.rejects(PLOTS.name, ordinals, group.offsets, group.lengths, group.raw)
    return single(PLOTS, found, checks, group.first, group.offsets, group.lengths, rejects)


def _times(stamps: list[float | str | None], checks: Checks) -> Array:
    """Milliseconds since 1970 or, where a record has text, ISO 8601."""
    worded = np.array([isinstance(stamp, str) for stamp in stamps], np.bool_)
    numbers = pa.array([None if isinstance(stamp, str) else stamp for stamp in stamps], pa.float64())
    found, _ = instants(numbers, "epoch_ms", None, 0, checks, "timestamp")
    if worded.any():
        text = pa.array([stamp if isinstance(stamp, str) else None for stamp in stamps], pa.string())
        found = pc.coalesce(found, instants(text, "iso", "UTC", 0, checks, "timestamp")[0])
    return found


def _by_columns(data: bytes, name: str) -> Iterator[Decoded]:
    try:
        if len(data) > BY_COLUMNS_BYTES:
            raise ValueError(f"more than {BY_COLUMNS_BYTES} bytes")
        data = data.removeprefix(BOM)
        columns: dict[str, dict[str, Any]] = msgspec.json.decode(data, type=dict[str, dict[str, Any]])
        keys = list(columns["timestamp"])
    except (ValueError, KeyError, RecursionError) as error:
        raise InputError(
            "the JSON by columns cannot be read", file=name, place="the whole file",
            expected="complete columns of records with `timestamp`",
            found=str(error)[:200], next_step="write it again as records (orient='records'), which survives damage",
        ) from error  # fmt: skip
    start = re.compile(rb'"timestamp"\s*:\s*\{').search(data)
    at = start.end() if start else 0
    spans = {match[1].decode(): match.span() for match in _ENTRY.finditer(data, at, data.find(b"}", at))}
    for first in range(0, len(keys), 32_768):
        some = keys[first : first + 32_768]
        checks = Checks(len(some))
        points = [_point(columns, key, row, checks) for row, key in enumerate(some)]
        offsets = np.array([spans[key][0] for key in some], np.int64)
        lengths = np.array([spans[key][1] - spans[key][0] for key in some], np.int64)
        pieces = [data[spans[key][0] : spans[key][1]] for key in some]
        yield Decoded(first, points, offsets, lengths, pieces, checks)


def _point(columns: dict[str, dict[str, Any]], key: str, row: int, checks: Checks) -> Point:
    try:
        return msgspec.convert({name: column.get(key) for name, column in columns.items()}, Point)
    except (ValueError, RecursionError) as error:
        checks.fail_row(row, "reject.json", f"record {key}", "values of the format", str(error))
        return _NOTHING


def _plain(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.0f}" if value == int(value) else repr(value)


def _missing(values: list[Any]) -> np.ndarray:
    return np.array([value is None for value in values], np.bool_)


def _source(values: Array, word: str) -> Array:
    return pc.if_else(pc.is_valid(values), word, pa.scalar(None, pa.string()))


READER = TrafficJson()
