"""What really happened: tracks, touches, silences, instances and innocent look-alikes, written apart from the data.

Truth refers to data only by what both can see: times and places, accounts, amounts and dates. No id of a row, flight or
payment stands in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from veedor.simulate.flying.missions import Leg, Mission
from veedor.simulate.scale import DAY_S
from veedor.simulate.sky import Sky

_E7 = 1e7
_I64: pa.DataType = pa.int64()
_STR: pa.DataType = pa.string()
_BOOL: pa.DataType = pa.bool_()
_LIST: pa.DataType = pa.list_(_I64)
TRACKS = pa.schema(
    [
        ("mission", _I64), ("leg", _I64), ("kind", _STR), ("profile", _STR), ("illicit", _BOOL),
        ("start_us", _I64), ("end_us", _I64), ("silent_from_us", _I64), ("silent_to_us", _I64),
        ("plots", _I64), ("first_seen_us", _I64), ("last_seen_us", _I64),
        ("point_us", _LIST), ("point_lat_e7", _LIST), ("point_lon_e7", _LIST),
        ("point_altitude_mm", _LIST), ("simulated", _STR),
    ]
)  # fmt: skip
TOUCHES = pa.schema(
    [
        ("mission", _I64), ("leg", _I64), ("kind", _STR), ("illicit", _BOOL), ("event", _STR), ("where", _STR),
        ("strip", _I64), ("time_us", _I64), ("lat_e7", _I64), ("lon_e7", _I64), ("simulated", _STR),
    ]
)  # fmt: skip
STRIPS = pa.schema(
    [("strip", _I64), ("lat_e7", _I64), ("lon_e7", _I64), ("beside", _STR), ("touches", _I64), ("simulated", _STR)]
)
PAYMENTS = pa.schema(
    [
        ("instance", _I64), ("typology", _STR), ("illicit", _BOOL), ("subject", _STR), ("mission", _I64),
        ("payer", _STR), ("payee", _STR), ("units", _I64), ("exponent", _I64), ("currency", _STR),
        ("debit_us", _I64), ("credit_us", _I64), ("simulated", _STR),
    ]
)  # fmt: skip
SENSORS = pa.schema(
    [
        ("sensor", _STR), ("sigma_range_mm", _I64), ("sigma_azimuth_e7", _I64), ("bias_range_mm", _I64),
        ("bias_azimuth_e7", _I64), ("bias_time_us", _I64), ("clutter_a_day", _I64), ("spot_azimuth_e7", _LIST),
        ("spot_range_mm", _LIST), ("spot_spread_mm", _LIST), ("outage_start_us", _LIST), ("outage_end_us", _LIST),
        ("simulated", _STR),
    ]
)  # fmt: skip
PHENOMENA = pa.schema(
    [
        ("phenomenon", _I64), ("kind", _STR), ("sensors", pa.list_(_STR)), ("start_us", _I64), ("end_us", _I64),
        ("lat_e7", _I64), ("lon_e7", _I64), ("radius_mm", _I64), ("marked", _BOOL), ("plots", _I64),
        ("simulated", _STR),
    ]
)  # fmt: skip
FILES: Mapping[str, pa.Schema] = {
    "flights": TRACKS,
    "touches": TOUCHES,
    "strips": STRIPS,
    "instances": PAYMENTS,
    "sensors": SENSORS,
    "phenomena": PHENOMENA,
}
# Written only where there are some.
_OPTIONAL = ("phenomena",)
MARK = "SIMULATED"


@dataclass(frozen=True)
class Truth:
    """The tables of a truth folder, by the columns above."""

    flights: pa.Table
    touches: pa.Table
    strips: pa.Table
    instances: pa.Table
    sensors: pa.Table
    phenomena: pa.Table = field(default_factory=PHENOMENA.empty_table)


@dataclass
class Seen:
    """How often, first and last each leg was seen by any sensor (seconds from the start)."""

    plots: np.ndarray
    first: np.ndarray
    last: np.ndarray

    @staticmethod
    def nothing(legs: int) -> Seen:
        return Seen(np.zeros(legs, dtype=np.int64), np.full(legs, np.inf), np.full(legs, -np.inf))

    def add(self, serial: np.ndarray, t: np.ndarray) -> None:
        known = serial >= 0
        np.add.at(self.plots, serial[known], 1)
        np.minimum.at(self.first, serial[known], t[known])
        np.maximum.at(self.last, serial[known], t[known])


def air_truth(sky: Sky, seen: Seen, start_us: int) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Flights, touches and strips of a scenario."""
    flights: list[dict[str, Any]] = []
    touches: list[dict[str, Any]] = []
    serial = 0
    for number, mission in enumerate(sky.missions):
        for ordinal, leg in enumerate(mission.legs):
            flights.append(_flight(number, ordinal, mission, leg, seen, serial, start_us))
            touches += _touches(number, ordinal, mission, leg, start_us)
            serial += 1
    used = [t["strip"] for t in touches]
    strips = [
        {
            "strip": s.number, "lat_e7": round(s.lat * _E7), "lon_e7": round(s.lon * _E7), "beside": s.beside,
            "touches": used.count(s.number), "simulated": MARK,
        }
        for s in sky.strips
    ]  # fmt: skip
    return (
        pa.Table.from_pylist(flights, TRACKS),
        pa.Table.from_pylist(touches, TOUCHES),
        pa.Table.from_pylist(strips, STRIPS),
    )


def _flight(
    number: int, ordinal: int, mission: Mission, leg: Leg, seen: Seen, serial: int, start_us: int
) -> dict[str, Any]:
    path = leg.path
    at = np.append(np.arange(path.t[0], path.end, 60.0), path.end)
    silent = leg.off_start <= leg.off_end or not mission.transponder
    from_s, to_s = (leg.off_start, leg.off_end) if leg.off_start <= leg.off_end else (path.t[0], path.end)

    def us(seconds: float) -> int:
        return start_us + round(seconds * 1e6)

    def points(values: list[float], unit: float) -> list[int]:
        return [int(value) for value in np.round(np.interp(at, path.t, values) * unit)]

    hit = bool(seen.plots[serial])
    return {
        "mission": number, "leg": ordinal, "kind": mission.kind, "profile": mission.profile,
        "illicit": mission.kind == "illicit", "start_us": us(path.t[0]), "end_us": us(path.end),
        "silent_from_us": us(from_s) if silent else None, "silent_to_us": us(to_s) if silent else None,
        "plots": int(seen.plots[serial]), "first_seen_us": us(seen.first[serial]) if hit else None,
        "last_seen_us": us(seen.last[serial]) if hit else None,
        "point_us": [us(t) for t in at.tolist()], "point_lat_e7": points(path.lat, _E7),
        "point_lon_e7": points(path.lon, _E7), "point_altitude_mm": points(path.alt, 1e3), "simulated": MARK,
    }  # fmt: skip


def _touches(number: int, ordinal: int, mission: Mission, leg: Leg, start_us: int) -> list[dict[str, Any]]:
    return [
        {
            "mission": number, "leg": ordinal, "kind": mission.kind, "illicit": mission.kind == "illicit",
            "event": event, "where": touch.where, "strip": touch.number if touch.number >= 0 else None,
            "time_us": start_us + round(touch.t * 1e6), "lat_e7": round(touch.lat * _E7),
            "lon_e7": round(touch.lon * _E7), "simulated": MARK,
        }
        for event, touch in (("takeoff", leg.take_off), ("landing", leg.landing))
    ]  # fmt: skip


def phenomena_truth(sky: Sky, seen: Seen, start_us: int) -> pa.Table:
    """What sensors reported that was not there, or not where it was."""
    return pa.Table.from_pylist(
        [
            {
                "phenomenon": number, "kind": one.kind, "sensors": list(one.sensors),
                "start_us": start_us + round(one.start * 1e6), "end_us": start_us + round(one.end * 1e6),
                "lat_e7": round(one.place[0] * _E7), "lon_e7": round(one.place[1] * _E7),
                "radius_mm": round(one.radius_m * 1e3), "marked": one.marked,
                "plots": int(seen.plots[len(sky.special) + number]), "simulated": MARK,
            }
            for number, one in enumerate(sky.episodes)
        ],
        PHENOMENA,
    )  # fmt: skip


def sensor_truth(sky: Sky, start_us: int) -> pa.Table:
    """What each radar and receiver is off by, where its clutter comes and goes, and when it is out of service."""
    turns = {radar.sensor: DAY_S / radar.turn_s for radar in sky.theatre.radars}
    rows = []
    for name, conduct in sky.conduct.items():
        spots, outages = np.round(conduct.spots * [_E7, 1e3, 1e3, 1.0]), np.round(conduct.outages * 1e6)
        rows.append(
            {
                "sensor": name, "sigma_range_mm": round(conduct.sigma_range_m * 1e3),
                "sigma_azimuth_e7": round(conduct.sigma_azimuth_deg * _E7),
                "bias_range_mm": round(conduct.bias_range_m * 1e3),
                "bias_azimuth_e7": round(conduct.bias_azimuth_deg * _E7),
                "bias_time_us": round(conduct.bias_time_s * 1e6),
                "clutter_a_day": round(conduct.clutter_a_turn * turns.get(name, 0.0)),
                "spot_azimuth_e7": spots[:, 0].astype(np.int64).tolist(),
                "spot_range_mm": spots[:, 1].astype(np.int64).tolist(),
                "spot_spread_mm": spots[:, 2].astype(np.int64).tolist(),
                "outage_start_us": (start_us + outages[:, 0].astype(np.int64)).tolist(),
                "outage_end_us": (start_us + outages[:, 1].astype(np.int64)).tolist(), "simulated": MARK,
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows, SENSORS)


def write_truth(folder: Path, truth: Truth) -> None:
    """One Parquet file per table."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        if name not in _OPTIONAL or getattr(truth, name).num_rows:
            pq.write_table(getattr(truth, name), folder / f"{name}.parquet", compression="zstd")


def holds_truth(folder: Path) -> bool:
    """Whether all tables that every scenario writes are there."""
    return all((folder / f"{name}.parquet").is_file() for name in FILES if name not in _OPTIONAL)


def read_truth(folder: Path) -> Truth:
    """The tables of a truth folder; a missing file raises FileNotFoundError."""
    return Truth(
        **{
            name: pq.read_table(file, schema=schema)
            for name, schema in FILES.items()
            if (file := folder / f"{name}.parquet").exists() or name not in _OPTIONAL
        }
    )
