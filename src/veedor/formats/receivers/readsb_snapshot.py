"""Snapshots of dump1090 and readsb (`aircraft.json`): one aircraft a record, as seen `seen_pos` seconds before `now`.

Feet, knots, feet per minute, degrees. dump1090 before 2018 wrote `altitude`, `speed` and `vert_rate`. A record without
position is a plot without a place at `now` less `seen`. Fields: readsb README-json, "aircraft.json".
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
from veedor.formats.arrow import Array, pc
from veedor.formats.csv_blocks import BOM
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.receivers.json_elements import Elements
from veedor.formats.receivers.json_quality import Declared, Number, identifying, quality
from veedor.formats.receivers.json_rows import Decoded, decoded, head_before
from veedor.formats.rows import plot_marks, positions_whole, single
from veedor.formats.times import instants
from veedor.formats.values import UNITS, coded, measure
from veedor.tables import PLOTS, plots

SENSOR = "readsb"
_OPENING = re.compile(rb'"aircraft"\s*:\s*\[\s*(?=[\{\]])')
_HEX = re.compile(r"~?[0-9A-Fa-f]{6}")
_LATEST_S, _LONGEST_S = 9_000_000_000, 1_000_000
_MODES = {"adsb": plots.ADSB, "adsr": plots.ADSB, "mlat": plots.MLAT, "mode": plots.MODE_S}
_EMERGENCIES = {"7500", "7600", "7700"}
_TYPES = {column.name: column.type for column in PLOTS.columns}


class Head(msgspec.Struct):
    """The snapshot; keys beyond these are passed over."""

    now: float
    simulated: bool = False


class Aircraft(Declared, kw_only=True):
    """One record; keys beyond these are passed over."""

    hex: str
    type: str | None = None
    flight: str | None = None
    r: str | None = None
    t: str | None = None
    alt_baro: float | str | None = None
    altitude: float | str | None = None
    alt_geom: Number = None
    gs: Number = None
    speed: Number = None
    track: Number = None
    baro_rate: Number = None
    geom_rate: Number = None
    vert_rate: Number = None
    squawk: str | None = None
    emergency: str | None = None
    lat: Number = None
    lon: Number = None
    seen: Number = None
    seen_pos: Number = None
    mlat: list[str] = msgspec.field(default_factory=list)


_NOTHING = Aircraft(hex="")


@dataclass(frozen=True)
class Snapshot:
    """The reader; the sensor is `readsb` unless the depositor names one."""

    name: str = "readsb_snapshot"
    version: int = 2

    def sniff(self, head: bytes, name: str) -> bool:
        start = head.removeprefix(BOM).lstrip()[:1] == b"{"
        return start and _OPENING.search(head) is not None

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        with closing(source.open()) as stream:
            elements = Elements(stream, source.name, _OPENING, b"{}", wrapped=True)
            head: Head | None = None
            for group in decoded(elements, Aircraft, _NOTHING):
                head = head or _head(elements.head, source.name)
                yield _batch(group, head, options)
            if head is None:
                raise InputError(
                    "the snapshot has no aircraft", file=source.name, place="aircraft", expected="at least one",
                    found="none", next_step="leave it out, or ask its sender for it again",
                )  # fmt: skip


def _head(data: bytes, name: str) -> Head:
    try:
        head = head_before(data, Head)
        if not 0 <= head.now < _LATEST_S:
            raise ValueError(f"now {head.now}")
        return head
    except (ValueError, RecursionError) as error:
        raise InputError(
            "the head of the snapshot cannot be read", file=name, place="before `aircraft`",
            expected="now (seconds since 1970), then the aircraft", found=str(error)[:200],
            next_step="ask for the file again",
        ) from error  # fmt: skip


def _batch(group: Decoded, head: Head, options: Options) -> Batch:
    all_of, checks, rows = group.items, group.checks, len(group.items)
    found: dict[str, Array] = {}
    ages = np.array([_age(one) for one in all_of])
    checks.fail(~(np.abs(ages) <= _LONGEST_S), "reject.time", "seen", "seconds before `now`", ages.tolist())
    # Thousandths first: differences of doubles would give 0.29999999.
    millis = round(head.now * 1_000) - np.rint(np.where(checks.bad, 0, ages) * 1_000).astype(np.int64)
    found["time"], _ = instants(pa.array(millis), "epoch_ms", None, 0, checks, "now")
    found["time_raw"] = pa.array([f"{head.now:.3f}-{age:g}" for age in ages.tolist()])
    altitudes = [one.alt_baro if one.alt_baro is not None else one.altitude for one in all_of]
    ground = np.array([altitude == "ground" for altitude in altitudes], np.bool_)
    words = np.array([isinstance(altitude, str) for altitude in altitudes], np.bool_)
    checks.fail(words & ~ground, "reject.number", "alt_baro", 'feet or "ground"', altitudes)
    for column, unit, values in (
        ("lat_e7", "deg", [one.lat for one in all_of]),
        ("lon_e7", "deg", [one.lon for one in all_of]),
        ("altitude_pressure_mm", "ft", [None if isinstance(each, str) else each for each in altitudes]),
        ("altitude_geometric_mm", "ft", [one.alt_geom for one in all_of]),
        ("speed_mm_s", "kt", [_first(one.gs, one.speed) for one in all_of]),
        ("course_e7", "deg", [one.track for one in all_of]),
        ("climb_mm_s", "ft/min", [_first(one.baro_rate, one.geom_rate, one.vert_rate) for one in all_of]),
    ):
        end = next(end for end in ("_mm_s", "_mm", "_e7") if column.endswith(end))
        found[column] = measure(
            pa.array(values, pa.float64()), UNITS[end][unit], column, _TYPES[column], checks, column
        )
    for kind, word in (("pressure", "adsb_barometric"), ("geometric", "adsb_geometric")):
        there = pc.is_valid(found[f"altitude_{kind}_mm"])
        found[f"altitude_{kind}_source"] = pc.if_else(there, word, pa.scalar(None, pa.string()))
    wrong = np.array([_HEX.fullmatch(one.hex) is None for one in all_of], np.bool_)
    checks.fail(wrong & ~checks.bad, "reject.code", "hex", "six hexadecimal digits", [one.hex for one in all_of])
    named = [not bad and not one.hex.startswith("~") for bad, one in zip(checks.bad.tolist(), all_of, strict=True)]
    found["address"] = pa.array(
        [int(one.hex, 16) if own else None for own, one in zip(named, all_of, strict=True)], pa.int32()
    )
    # A leading ~ marks an identifier that is not an ICAO address.
    found["sensor_track"] = pa.array(
        [one.hex if one.hex.startswith("~") else None for one in all_of], pa.string()
    )  # fmt: skip
    found["registration"] = pa.array([one.r for one in all_of], pa.string())
    found["type_code"] = pa.array([one.t for one in all_of], pa.string())
    found["call_sign"] = pa.array([(one.flight or "").rstrip() or None for one in all_of], pa.string())
    found["code_3a"] = coded(
        pa.array([one.squawk for one in all_of], pa.string()), 8, "code_3a", pa.int16(), checks, "squawk"
    )
    emergency = np.array([_emergency(one) for one in all_of], np.int64) * plots.EMERGENCY
    found |= quality(all_of, checks)
    found |= {"flags": pa.array(emergency | identifying(all_of)), "on_ground": pa.array(ground)}
    found["mode"] = pa.array([_mode(one) for one in all_of], pa.uint8())
    found["sensor"] = pa.repeat(options.sensor or SENSOR, rows)
    positions_whole(found, checks)
    plot_marks(found, checks, options, "now", simulated=head.simulated, mode=plots.ADSB)
    ordinals = np.arange(group.first, group.first + rows)
    rejects = checks.rejects(PLOTS.name, ordinals, group.offsets, group.lengths, group.raw)
    return single(PLOTS, found, checks, group.first, group.offsets, group.lengths, rejects)


def _age(one: Aircraft) -> float:
    """Seconds before `now`: of the position where there is one."""
    age = one.seen_pos if one.lat is not None and one.seen_pos is not None else one.seen
    return 0.0 if age is None else age


def _first(*values: Any) -> Any:
    return next((value for value in values if value is not None), None)


def _mode(one: Aircraft) -> int:
    if "lat" in one.mlat:
        return plots.MLAT
    if one.type is None and one.lat is None:
        return plots.MODE_S
    return _MODES.get((one.type or "adsb")[:4], plots.REPORT)


def _emergency(one: Aircraft) -> bool:
    return one.squawk in _EMERGENCIES or (one.emergency is not None and one.emergency != "none")


READER = Snapshot()
