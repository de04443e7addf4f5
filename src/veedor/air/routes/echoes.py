"""What other echoes did around a leg that never answered: what drifts, stands, or lies on one line from a radar comes
many at a time, an aeroplane seldom does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import array, ints
from veedor.air.routes.rules import UnexplainedRules
from veedor.air.scales import DAY_US, HOUR_US
from veedor.air.sensing.sites import nearest_site
from veedor.geodesy import bearing_e7, distance_mm
from veedor.tables.plots import PSR

Ints = npt.NDArray[np.int64]
NOT_KNOWN = -1
_HALF_TURN_E7, _TURN_E7 = 1_800_000_000, 3_600_000_000


@dataclass(frozen=True)
class Around:
    """One leg of echoes among the others. `slow` are those whose usual speed is that of
    vehicles, birds, rain and of what stands."""

    slow_near: int  # slow ones at the same time, within 50 km of where it began
    along: int  # of these such as drift the same way, within 60 degrees
    same_sensor: int  # slow ones of its only sensor at the same time, anywhere
    on_line: int  # echoes of its only sensor at the same time that keep to its azimuth, within 3 degrees
    apart_mm: int  # and by how much the ranges of these and its own differ at most
    other_days: int  # other days on which slow ones began or ended within 3 km of where it began
    same_day: int  # slow ones of its day that did so
    hidden_mm: int | None  # height above the sea up to which its sensors see nothing at one of its ends; None: no site
    nearest_mm: int | None  # from the nearer of its ends to the nearest of its sensors


NOBODY = Around(0, 0, 0, 0, 0, 0, 0, None, None)


@dataclass(frozen=True)
class Echoes:
    """Legs without any answer, in order of start; places of both ends, azimuth and range from their only sensor
    (NOT_KNOWN where several saw it or the site is not known)."""

    leg: Ints
    start: Ints
    end: Ints
    lat: tuple[Ints, Ints]
    lon: tuple[Ints, Ints]
    course: Ints
    slow: npt.NDArray[np.bool_]
    sensor: Ints
    azimuth: tuple[Ints, Ints]
    range_mm: tuple[Ints, Ints]
    hidden: Ints
    nearest: Ints
    northward: tuple[Ints, Ints]  # slow ones in order of the latitude of each end
    longest_us: int
    rules: UnexplainedRules

    @staticmethod
    def load(legs: pa.Table, sensors: pa.Table, rules: UnexplainedRules) -> Echoes:
        """All legs of primary echoes alone; `sensors`: the site table."""
        rows = legs.filter(array(ints(legs["modes"], 0) == PSR))
        rows = rows.take(pc.sort_indices(rows, [("start", "ascending"), ("leg", "ascending")]))
        lat = ints(rows["start_lat_e7"], 0), ints(rows["end_lat_e7"], 0)
        lon = ints(rows["start_lon_e7"], 0), ints(rows["end_lon_e7"], 0)
        sites = sensors.filter(pc.and_(sensors["lat_e7"].is_valid(), sensors["lon_e7"].is_valid())).to_pylist()
        sites.sort(key=lambda site: (site["sensor"], site["deposit"], site["row"]))
        ground = np.zeros(rows.num_rows, np.int64)
        seen = [nearest_site(rows["sensors"], lat[k], lon[k], ground, sites) for k in (0, 1)]
        sensor, azimuth, reach = _polar(rows["sensors"], lat, lon, sites)
        start, end = ints(rows["start"], 0), ints(rows["end"], 0)
        slow = ints(rows["usual_speed_mm_s"], 0) <= rules.road_mm_s
        some = np.flatnonzero(slow)
        return Echoes(
            ints(rows["leg"], 0), start, end, lat, lon, bearing_e7(lat[0], lon[0], lat[1], lon[1]), slow, sensor,
            azimuth, reach, np.maximum(seen[0][0], seen[1][0]), np.minimum(seen[0][1], seen[1][1]),
            (some[np.argsort(lat[0][some], kind="stable")], some[np.argsort(lat[1][some], kind="stable")]),
            int((end - start).max(initial=0)), rules,
        )  # fmt: skip

    def around(self, leg: Mapping[str, Any]) -> Around:
        """The others around this leg, which is one of them."""
        low = np.searchsorted(self.start, leg["start"] - HOUR_US // 2 - self.longest_us, side="left")
        high = np.searchsorted(self.start, leg["end"] + HOUR_US // 2, side="right")
        there = np.arange(low, high)
        there = there[self.end[there] >= leg["start"] - HOUR_US // 2]
        (own,) = there[self.leg[there] == leg["leg"]].tolist()
        others = there[there != own]
        slow = others[self.slow[others]]
        begun = leg["start_lat_e7"], leg["start_lon_e7"]
        near = slow[distance_mm(*begun, self.lat[0][slow], self.lon[0][slow]) <= self.rules.around_mm]
        mine = int(self.sensor[own])
        same = slow[self.sensor[slow] == mine] if mine != NOT_KNOWN else slow[:0]
        on_line, apart = self._on_line(own, others)
        days, today = self._same_place(own)
        return Around(
            len(near), int(np.count_nonzero(_turn(self.course[near], int(self.course[own])) <= self.rules.along_e7)),
            len(same), on_line, apart, days, today,
            None if self.hidden[own] < 0 else int(self.hidden[own]),
            None if self.nearest[own] < 0 else int(self.nearest[own]),
        )  # fmt: skip

    def _on_line(self, own: int, others: Ints) -> tuple[int, int]:
        """How many others of its only sensor keep to its azimuth while it does, and over how long a piece of it."""
        mine = int(self.sensor[own])
        aim = int(self.azimuth[0][own])
        keeps = int(_turn(self.azimuth[1][own : own + 1], aim)[0]) <= self.rules.line_e7
        if mine == NOT_KNOWN or not keeps:
            return 0, 0
        same = others[self.sensor[others] == mine]
        both = np.maximum(_turn(self.azimuth[0][same], aim), _turn(self.azimuth[1][same], aim))
        same = np.append(same[both <= self.rules.line_e7], own)
        ranges = np.concatenate([self.range_mm[0][same], self.range_mm[1][same]])
        return len(same) - 1, int(ranges.max() - ranges.min())

    def _same_place(self, own: int) -> tuple[int, int]:
        """(other days, others of its day) of slow ones with an end near where it began."""
        box = self.rules.place_mm // 10  # 1e-7 degree of latitude is 11 mm
        at = int(self.lat[0][own]), int(self.lon[0][own])
        found = []
        for lat, lon, order in zip(self.lat, self.lon, self.northward, strict=True):
            low, high = np.searchsorted(lat[order], [at[0] - box, at[0] + box + 1])
            some = order[low:high]
            found.append(some[distance_mm(*at, lat[some], lon[some]) <= self.rules.place_mm])
        hit = np.unique(np.concatenate(found))
        days = self.start[hit[hit != own]] // DAY_US
        today = days == self.start[own] // DAY_US
        return len(np.unique(days[~today])), int(np.count_nonzero(today))


def _turn(one: Ints, other: int) -> Ints:
    """Between directions, 0 to half a turn."""
    away: Ints = np.abs((one - other + _HALF_TURN_E7) % _TURN_E7 - _HALF_TURN_E7)
    return away


def _polar(
    sensors: Any, lat: tuple[Ints, Ints], lon: tuple[Ints, Ints], sites: list[dict[str, Any]]
) -> tuple[Ints, tuple[Ints, Ints], tuple[Ints, Ints]]:
    """The only sensor of each leg by number of site, azimuth and range of both ends; of several surveys the first."""
    names = [row[0] if len(row) == 1 else "" for row in sensors.to_pylist()]
    number = {site["sensor"]: k for k, site in reversed(list(enumerate(sites)))}
    own = np.array([number.get(name, NOT_KNOWN) for name in names], np.int64)
    if not sites:
        empty = np.zeros(len(own), np.int64)
        return own, (empty, empty), (empty, empty)
    site_lat, site_lon = (np.array([site[axis] for site in sites], np.int64)[own] for axis in ("lat_e7", "lon_e7"))
    azimuth = [bearing_e7(site_lat, site_lon, lat[k], lon[k]) for k in (0, 1)]
    reach = [distance_mm(site_lat, site_lon, lat[k], lon[k]) for k in (0, 1)]
    return own, (azimuth[0], azimuth[1]), (reach[0], reach[1])
