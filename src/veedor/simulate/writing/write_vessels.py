"""What a coastal AIS station writes down: a log of sentences with a TAG block each, of the vessels near enough to hear.

A class A transponder says where it is every ten seconds to three minutes; here every minute. Numbers of vessels begin
with 99999, which no state uses, and every station is called SIMULATED.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import xor

import numpy as np

from veedor.simulate.flying.flights import SHIP
from veedor.simulate.flying.missions import Mission
from veedor.simulate.places import Radar
from veedor.simulate.seeds import child
from veedor.simulate.sphere import separation

_EVERY_S = 60.0
_HEARD_M = 75_000.0
_FIRST_MMSI = 999_990_000
_LETTERS = "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW`abcdefghijklmnopqrstuvw"


def sentences(station: Radar, missions: tuple[Mission, ...], seed: int, start_us: int) -> Iterator[str]:
    """The station's log in order of time: position reports (type 1, ITU-R M.1371) of all vessels it hears."""
    said = []
    ships = [mission for mission in missions if mission.size == SHIP]
    for number, ship in enumerate(ships):
        path, rng = ship.legs[0].path, child(seed, "vessel", number)
        t = np.arange(path.t[0] + rng.uniform(0, _EVERY_S), path.end, _EVERY_S)
        lat, lon = (np.interp(t, path.t, part) for part in (path.lat, path.lon))
        ahead = [np.interp(t + 20.0, path.t, part) for part in (path.lat, path.lon)]
        way, course = separation(lat, lon, *ahead)
        metres, _ = separation(station.lat, station.lon, lat, lon)
        heard = (metres < _HEARD_M) & (rng.random(len(t)) < 0.93)
        for row in np.flatnonzero(heard).tolist():
            knots_10 = round(float(way[row]) / 20.0 / (1852.0 / 3600.0) * 10.0)
            bits = _report(_FIRST_MMSI + number, float(lat[row]), float(lon[row]), knots_10, float(course[row]))
            said.append((float(t[row]), bits))
    for moment, bits in sorted(said):
        tag = f"s:SIMULATED-{station.sensor},c:{(start_us + round(moment * 1e6)) // 1_000_000}"
        body = f"AIVDM,1,1,,A,{bits},0"
        yield f"\\{tag}*{_sum(tag)}\\!{body}*{_sum(body)}\n"


def _report(mmsi: int, lat: float, lon: float, knots_10: int, course: float) -> str:
    """A position report of 168 bits in six-bit letters: under way, no rate of turn, position from GNSS."""
    fields = (
        (1, 6), (0, 2), (mmsi, 30), (0, 4), (128, 8), (min(knots_10, 1022), 10), (1, 1), (round(lon * 600_000), 28),
        (round(lat * 600_000), 27), (round(course * 10) % 3600, 12), (511, 9), (60, 6), (0, 2), (0, 3), (0, 1), (0, 19),
    )  # fmt: skip
    value = 0
    for number, width in fields:
        value = value << width | (number & ((1 << width) - 1))
    return "".join(_LETTERS[value >> shift & 63] for shift in range(162, -6, -6))


def _sum(text: str) -> str:
    return f"{reduce(xor, text.encode('ascii')):02X}"
