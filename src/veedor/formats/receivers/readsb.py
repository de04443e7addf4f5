"""readsb traces (`trace_full_*.json`): one aircraft, one line per point, seconds after `timestamp`, feet and knots.

A point is [seconds, lat, lon, altitude ft or "ground" or null, knots, track, flags, ft/min, details or null, source,
geometric ft, geometric ft/min, IAS, roll] (readsb README-json, "trace jsons"). Flags: 1 position was stale, 2 new
leg, 4 the rate is geometric, 8 the altitude is geometric. Older traces have 8 or 9 fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from veedor.errors import InputError
from veedor.formats.arrow import Array, Whole
from veedor.formats.checks import Checks
from veedor.formats.csv_blocks import BOM
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.receivers.json_elements import Elements
from veedor.formats.receivers.json_quality import Declared, identifying, quality
from veedor.formats.receivers.json_rows import BATCH_ELEMENTS, Decoded, decoded, head_before
from veedor.formats.receivers.readsb_encode import encode_trace
from veedor.formats.rows import complete, plot_marks
from veedor.formats.times import instants
from veedor.formats.values import UNITS, coded, measure
from veedor.tables import PLOTS, plots

SENSOR = "readsb"
_ICAO = re.compile(r"~?[0-9A-Fa-f]{6}")
_LATEST_S = 9_000_000_000
_OPENING = re.compile(rb'"trace"\s*:\s*\[')
_MODES = {"adsb": plots.ADSB, "adsr": plots.ADSB, "mlat": plots.MLAT, "mode": plots.MODE_S}
_EMERGENCIES = {"7500", "7600", "7700"}
_GEOMETRIC_RATE, _GEOMETRIC_ALTITUDE = 4, 8
_TYPES = {column.name: column.type for column in PLOTS.columns}


class Details(Declared):
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
_NO_DETAILS = Details()


@dataclass(frozen=True)
class Readsb:
    """The reader; the sensor is `readsb` unless the depositor names one."""

    name: str = "readsb"
    version: int = 2

    def sniff(self, head: bytes, name: str) -> bool:
        known = b'"icao"' in head or b'"timestamp"' in head  # if one is missing, the head says so
        return head.removeprefix(BOM).lstrip()[:1] == b"{" and b'"trace"' in head and known

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        yield from (batch for _, batch in self.read_many([source], options))

    def read_many(self, sources: Sequence[Source], options: Options) -> Iterator[tuple[int, Batch]]:
        """The batches of many files one after the other, each with the place of its file in `sources`: a day of
        receivers is a thousand small files, and columns of a few hundred points cost as much as of many thousand."""
        waiting: list[_Piece] = []
        rows = 0
        for place, source in enumerate(sources):
            with closing(source.open()) as stream:
                elements = Elements(stream, source.name, _OPENING, b"[]")
                head: Head | None = None
                for group in decoded(elements, Point, _NOTHING):
                    head = head or _head(elements.head, source.name)
                    waiting.append(_Piece(place, group, head))
                    rows += len(group.items)
                    if rows >= BATCH_ELEMENTS:
                        yield from _batches(waiting, options)
                        waiting, rows = [], 0
                if head is None:
                    raise InputError(
                        "the trace has no points", file=source.name, place="trace", expected="at least one",
                        found="none", next_step="leave it out, or ask its sender for it again",
                    )  # fmt: skip
        if waiting:
            yield from _batches(waiting, options)


@dataclass(frozen=True)
class _Piece:
    """Points of one file in a row; `place` is that of the file."""

    place: int
    group: Decoded
    head: Head


def _head(data: bytes, name: str) -> Head:
    try:
        head = head_before(data, Head)
        if not _ICAO.fullmatch(head.icao):
            raise ValueError(f"icao {head.icao}")
        if not 0 <= head.timestamp < _LATEST_S:
            raise ValueError(f"timestamp {head.timestamp}")
        return head
    except (ValueError, RecursionError) as error:
        raise InputError(
            "the head of the trace cannot be read", file=name, place="before `trace`",
            found=str(error)[:200],
            expected="icao (six hexadecimal digits) and timestamp (seconds since 1970), then the trace",
            next_step="ask for the file again",
        ) from error  # fmt: skip


def _batches(pieces: Sequence[_Piece], options: Options) -> Iterator[tuple[int, Batch]]:
    """One batch for each piece; the columns of all are made together."""
    sizes = [len(piece.group.items) for piece in pieces]
    points = [point for piece in pieces for point in piece.group.items]
    checks = Checks.joined([piece.group.checks for piece in pieces])
    found = _columns(
        points, [piece.head for piece in pieces], np.repeat(np.arange(len(pieces)), sizes), checks, options
    )
    ordinals = np.concatenate(
        [np.arange(piece.group.first, piece.group.first + n) for piece, n in zip(pieces, sizes, strict=True)]
    )
    offsets = np.concatenate([piece.group.offsets for piece in pieces])
    lengths = np.concatenate([piece.group.lengths for piece in pieces])
    found |= {"row": pa.array(ordinals), "offset": pa.array(offsets), "length": pa.array(lengths, pa.int32())}
    rows = complete(PLOTS, found, len(points))
    start = 0
    for piece, size in zip(pieces, sizes, strict=True):
        own, here = piece.group, rows.slice(start, size)
        wrong = checks.part(start, size)
        if wrong.bad.any():
            here = here.filter(pa.array(~wrong.bad))
        places = ordinals[start : start + size]
        rejects = wrong.rejects(PLOTS.name, places, own.offsets, own.lengths, own.raw)
        yield piece.place, Batch(PLOTS, here, rejects)
        start += size


def _columns(
    points: list[Point], heads: Sequence[Head], of: Whole, checks: Checks, options: Options
) -> dict[str, Array]:
    """Columns of points; `of` says which head each belongs to."""
    # Thousandths first: sums of doubles would give 0.29999999.
    base = np.array([round(head.timestamp * 1_000) for head in heads])
    seconds = np.array([point.seconds for point in points])
    checks.fail(np.abs(seconds) > 10**9, "reject.time", "seconds", "seconds after the head's timestamp", seconds)
    millis = base[of] + np.rint(np.where(checks.bad, 0, seconds) * 1_000).astype(np.int64)
    found: dict[str, Array] = {}
    found["time"], _ = instants(pa.array(millis), "epoch_ms", None, 0, checks, "seconds")
    begun = [f"{head.timestamp:.3f}+" for head in heads]
    found["time_raw"] = pa.array(
        [f"{begun[head]}{point.seconds:.2f}" for head, point in zip(of.tolist(), points, strict=True)]
    )
    altitudes = [point.altitude for point in points]
    ground = np.array([altitude == "ground" for altitude in altitudes], np.bool_)
    words = np.array([isinstance(altitude, str) for altitude in altitudes], np.bool_)
    checks.fail(words & ~ground, "reject.number", "altitude", 'feet, "ground" or null', altitudes)
    above = (np.array([point.flags for point in points]) & _GEOMETRIC_ALTITUDE) != 0
    numeric = [None if isinstance(altitude, str) else altitude for altitude in altitudes]
    pressure, geometric = numeric, [_geometric(point) for point in points]
    if above.any():
        pressure = [None if up else value for up, value in zip(above, numeric, strict=True)]
        geometric = [value if up else other for up, value, other in zip(above, numeric, geometric, strict=True)]
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
    _identity(found, points, heads, of, checks)
    details = [point.details or _NO_DETAILS for point in points]
    found |= quality(details, checks)
    emergency = np.array([_emergency(point.details) for point in points], np.int64) * plots.EMERGENCY
    found["flags"] = pa.array(emergency | identifying(details))
    found["on_ground"] = pa.array(ground)
    found["mode"] = pa.array([_MODES.get((point.source or "adsb")[:4], plots.REPORT) for point in points], pa.uint8())
    found["sensor"] = pa.repeat(options.sensor or SENSOR, len(points))
    found["simulated"] = pa.array(np.array([head.simulated for head in heads], np.bool_)[of])
    plot_marks(found, checks, options, "seconds", simulated=False, mode=plots.ADSB)
    return found


def _geometric(point: Point) -> float | None:
    if point.geometric is not None or point.details is None:
        return point.geometric
    return point.details.alt_geom


def _identity(found: dict[str, Array], points: list[Point], heads: Sequence[Head], of: Whole, checks: Checks) -> None:
    # A leading ~ marks an identifier that is not an ICAO address (TIS-B, anonymous): no address then.
    addresses = [None if head.icao.startswith("~") else int(head.icao, 16) for head in heads]
    tracks = [head.icao if head.icao.startswith("~") else None for head in heads]
    which: Array = pa.array(of)
    found["address"] = pa.array(addresses, pa.int32()).take(which)
    found["sensor_track"] = pa.array(tracks, pa.string()).take(which)
    found["registration"] = pa.array([head.r for head in heads], pa.string()).take(which)
    found["type_code"] = pa.array([head.t for head in heads], pa.string()).take(which)
    details: list[Any] = [point.details or _NO_DETAILS for point in points]
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
