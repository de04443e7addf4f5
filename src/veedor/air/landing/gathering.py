"""Regions to strips: the place for which flights of most days speak first, then the next, each flight used once."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from veedor.air.arrow import NONE, ints
from veedor.air.grid import cells_of
from veedor.air.landing.coincidence import Coincidence
from veedor.air.landing.hypotheses import Hypotheses
from veedor.air.landing.leg_ends import Ends
from veedor.air.landing.occupancy import MODES, evidence, keep_single, misfits, settle
from veedor.air.landing.region import region
from veedor.air.landing.rules import RegionRules
from veedor.air.plane import Plane, plane_of
from veedor.air.scales import MINUTE_US
from veedor.geodesy import destination, distance_mm
from veedor.kernel.exactmath import atan2
from veedor.kernel.sphere import E7_PER_RADIAN, RADIANS_PER_E7, RADIUS_M, to_int

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_BIN_E7 = 2_000_000
_HALF_BIN_MM = 11_000_000
_REACH_SIGMAS = 5
_SEED_E7 = 36_000  # places that are nearer to each other than this (400 m) are tried once
_ABSORB = 1.4  # flights a little beyond the gate belong to the strip too, and speak for no other
_SAME_ADDRESS_US = 30 * MINUTE_US


@dataclass(frozen=True)
class Site:
    """A strip before anything is said of its use: place, 95 % region, evidence (thousandths of log10), its flights as
    numbers of hypotheses, in order."""

    lat_e7: int
    lon_e7: int
    major_mm: int
    minor_mm: int
    major_azimuth_e7: int
    evidence_milli_log10: int
    flights: Ints


def sites(found: Hypotheses, ends: Ends, rules: RegionRules) -> list[Site]:
    """All places that flights of at least the days asked for share, strongest evidence first, then every likely single
    event: of flights whose transponder answered at that end, then of silent ones.

    They add up apart: beside an aerodrome in use a hundred flights that answer would swallow the few that do not."""
    alive = single(found, ends, rules)
    silent = ends.silent[found.end]
    made: list[Site] = []
    for kind in (~silent, silent):
        numbers = np.flatnonzero(alive & kind)
        made += [replace(site, flights=numbers[site.flights]) for site in _gathered(found.take(numbers), rules)]
    return made


def _gathered(found: Hypotheses, rules: RegionRules) -> list[Site]:
    """Strips and single events of some hypotheses, `flights` numbered among them."""
    if not len(found):
        return []
    field = _Field.of(found, np.ones(len(found), np.bool_), rules)
    seeds = _Seeds.of(found, rules)
    # What a seed is worth only falls as flights are used up: the largest is taken, asked again, and used or put back.
    worth = field.evidence(seeds.plane, seeds.lat_e7, seeds.lon_e7)
    waiting = [(-to_int(value * 1000.0), k) for k, value in enumerate(worth.tolist())]
    waiting = [pair for pair in waiting if -pair[0] >= rules.evidence_least_milli_log10]
    heapq.heapify(waiting)
    made: list[tuple[Site, Ints]] = []
    while waiting:
        before, k = heapq.heappop(waiting)
        now = -to_int(float(field.evidence(*seeds.at(k))[0]) * 1000.0)
        if now > before and -now >= rules.evidence_least_milli_log10:
            heapq.heappush(waiting, (now, k))
        elif now <= before:
            one = field.strip(seeds, k, -now)
            if one is not None:
                made.append(one)
    return field.more_than_chance(made) + field.rest()


def single(found: Hypotheses, ends: Ends, rules: RegionRules) -> Bools:
    """Which hypotheses stand for flights of their own, and not for another's flight measured again."""
    time = ends.time_us[found.end]
    order = np.lexsort((found.end, time))
    end = found.end[order]
    address, track = ints(ends.legs["address"], NONE)[end], ends.track[end]
    last = plane_of(ends.lat_e7[end], ends.lon_e7[end])  # what was measured, not where it leads
    alive = keep_single(
        time[order], end, ends.landing[end], address, track, found.chance[order], last.north, last.lon, last.cosine,
        rules.same_us, _SAME_ADDRESS_US, rules.same_mm / 1000.0,
        np.ones(len(end), np.bool_),
    )  # fmt: skip
    kept = np.zeros(len(end), np.bool_)
    kept[order] = alive
    return kept


def neighbours(made: Sequence[Site], within_mm: int) -> list[tuple[list[int], list[int]]]:
    """For each strip the numbers of the others within a distance, and of those whose 95 % regions reach to its own."""
    if not made:
        return []
    lat, lon = np.array([site.lat_e7 for site in made]), np.array([site.lon_e7 for site in made])
    reach = np.array([site.major_mm for site in made])
    found = []
    for k in range(len(made)):
        away = distance_mm(lat[k], lon[k], lat, lon)
        other = np.arange(len(made)) != k
        near = np.flatnonzero(other & ((away <= within_mm) | (away <= reach[k] + reach)))
        found.append((near.tolist(), [n for n in near.tolist() if away[n] <= reach[k] + reach[n]]))
    return found


@dataclass(frozen=True)
class _Seeds:
    """Places to try: points along the axis of every region, each once."""

    lat_e7: Ints
    lon_e7: Ints
    plane: Plane

    @staticmethod
    def of(found: Hypotheses, rules: RegionRules) -> _Seeds:
        step = rules.seed_step_mm
        reach = np.minimum((found.along_m * 2000.0).astype(np.int64), 40 * step) // step
        course = np.array([to_int(atan2(e, n) * E7_PER_RADIAN) for e, n in zip(found.to_east.tolist(),
                           found.to_north.tolist(), strict=True)], np.int64)  # fmt: skip
        parts = []
        for number in range(-int(reach.max()), int(reach.max()) + 1):
            some = np.flatnonzero(reach >= abs(number))
            parts.append(destination(found.lat_e7[some], found.lon_e7[some], course[some],
                                     np.full(len(some), number * step)))  # fmt: skip
        lat, lon = (np.concatenate([part[k] for part in parts]) for k in (0, 1))
        cell = cells_of(lat, lon, _SEED_E7, np.empty(len(lat), np.int64))
        order = np.lexsort((lon, lat, cell))
        first = order[np.flatnonzero(np.diff(cell[order], prepend=-1))]
        return _Seeds(lat[first], lon[first], plane_of(lat[first], lon[first]))

    def at(self, k: int) -> tuple[Plane, Ints, Ints]:
        some = slice(k, k + 1)
        plane = Plane(self.plane.north[some], self.plane.lon[some], self.plane.cosine[some])
        return plane, self.lat_e7[some], self.lon_e7[some]


@dataclass
class _Field:
    """The hypotheses that are still free, by the bins of the map that their regions reach into."""

    found: Hypotheses
    alive: Bools
    rules: RegionRules
    names: Ints  # bins, sorted
    offsets: Ints
    members: Ints  # by bin, each bin in order

    @staticmethod
    def of(found: Hypotheses, alive: Bools, rules: RegionRules) -> _Field:
        reach = (np.maximum(found.along_m, found.across_m) * (_REACH_SIGMAS * 1000.0)).astype(np.int64)
        most = int(reach.max()) // _HALF_BIN_MM + 1
        pairs = []
        for north in range(-most, most + 1):
            for east in range(-most, most + 1):
                away = max(abs(north), abs(east)) - 1
                some = np.flatnonzero(reach >= away * _HALF_BIN_MM)
                if not len(some):
                    continue
                lat, lon = destination(found.lat_e7[some], found.lon_e7[some], np.zeros_like(some),
                                       np.full(len(some), north * _HALF_BIN_MM))  # fmt: skip
                eastward = np.full(len(some), 900_000_000)
                lat, lon = destination(lat, lon, eastward, np.full(len(some), east * _HALF_BIN_MM))
                pairs.append((cells_of(lat, lon, _BIN_E7, np.empty(len(some), np.int64)), some))
        name, member = (np.concatenate([pair[k] for pair in pairs]) for k in (0, 1))
        order = np.lexsort((member, name))
        name, member = name[order], member[order]
        new = np.append(True, (name[1:] != name[:-1]) | (member[1:] != member[:-1]))
        name, member = name[new], member[new]
        names, offsets = np.unique(name, return_index=True)
        return _Field(found, alive, rules, names, np.append(offsets, len(name)), member)

    def evidence(self, plane: Plane, lat_e7: Ints, lon_e7: Ints) -> npt.NDArray[np.float64]:
        """log10 of what the free hypotheses say for each place."""
        out = np.zeros(len(lat_e7))
        bins = cells_of(lat_e7, lon_e7, _BIN_E7, np.empty(len(lat_e7), np.int64))
        place = np.minimum(np.searchsorted(self.names, bins), len(self.names) - 1)
        order = np.argsort(place, kind="stable")
        columns = self._columns()
        for group in np.split(order, np.flatnonzero(np.diff(place[order])) + 1):
            bin_ = place[group[0]]
            if self.names[bin_] != bins[group[0]]:
                continue
            members = self.members[self.offsets[bin_] : self.offsets[bin_ + 1]]
            out[group] = evidence(
                plane.north[group], plane.lon[group], plane.cosine[group], members, *columns, self.found.chance,
                self.found.day, self.alive, self.rules.elsewhere_km2 * 1e6, np.zeros(len(group)),
            )  # fmt: skip
        return out

    def strip(self, seeds: _Seeds, k: int, worth: int) -> tuple[Site, Ints] | None:
        """The strip at seed `k`, and the hypotheses that are no longer free for it; None where they are of too few
        days."""
        place = int(seeds.lat_e7[k]), int(seeds.lon_e7[k])
        members = self._members(*place)
        before = self.alive[members]
        site = self._settled(members, *place, worth, self.rules.days_at_least)
        return None if site is None else (site, members[before & ~self.alive[members]])

    def more_than_chance(self, made: Sequence[tuple[Site, Ints]]) -> list[Site]:
        """Those strips of `made` that are more than what as many flights would do that no strip explains. What the
        others took is free again."""
        chance, kept, free = Coincidence.of(self.found, self.rules), [], self.alive.copy()
        for site, taken in made:
            ways = to_int(chance.ways(site.lat_e7, site.lon_e7, site.flights, free) * 1000.0)
            if site.evidence_milli_log10 - ways >= self.rules.evidence_least_milli_log10:
                kept.append(site)
            else:
                self.alive[taken] = True
        return kept

    def rest(self) -> list[Site]:
        """Single events: each likely one that no strip used, as a strip of one flight."""
        made = []
        for j in np.flatnonzero(self.alive & (self.found.chance >= 0.5)).tolist():
            if self.alive[j]:
                lat, lon = int(self.found.lat_e7[j]), int(self.found.lon_e7[j])
                site = self._settled(np.array([j], np.int64), lat, lon, 0, 1)
                if site is not None:
                    made.append(site)
        return made

    def _settled(self, members: Ints, lat_e7: int, lon_e7: int, worth: int, days: int) -> Site | None:
        rules, start = self.rules, plane_of(np.array([lat_e7]), np.array([lon_e7]))
        used, sums, out = np.zeros(len(members), np.bool_), np.zeros(13), np.zeros(6)
        guess = (float(start.north[0]), float(start.lon[0]), float(start.cosine[0]))
        settle(
            *guess, members, *self._columns(), self.found.chance, self.found.shared, self.alive,
            rules.gate_milli_chi2 / 1000.0, float(rules.freedom), rules.common_mm / 1000.0, rules.extent_mm / 1000.0,
            used, sums, np.zeros((MODES, 6)), out,
        )  # fmt: skip
        flights = members[used]
        if len(np.unique(self.found.day[flights])) < days or out[2] <= 0.0:
            return None
        lat = lat_e7 + to_int(out[1] / RADIUS_M / RADIANS_PER_E7)
        lon = lon_e7 + to_int(out[0] / (RADIUS_M * guess[2]) / RADIANS_PER_E7)
        end = plane_of(np.array([lat]), np.array([lon]))
        place = (float(end.north[0]), float(end.lon[0]), float(end.cosine[0]))
        off = misfits(*place, members, *self._columns(), np.zeros(len(members)))
        self.alive[members[off <= rules.gate_milli_chi2 * _ABSORB / 1000.0]] = False
        self.alive[flights] = False
        lon = (lon + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
        held = region(out[2:5], self.found, flights, rules)
        return Site(lat, lon, held.major_mm, held.minor_mm, held.major_azimuth_e7, worth, flights)

    def _members(self, lat_e7: int, lon_e7: int) -> Ints:
        name = int(cells_of(np.array([lat_e7]), np.array([lon_e7]), _BIN_E7, np.empty(1, np.int64))[0])
        k = int(np.searchsorted(self.names, name))
        if k == len(self.names) or self.names[k] != name:
            return np.empty(0, np.int64)
        return self.members[self.offsets[k] : self.offsets[k + 1]]

    def _columns(self) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats, Floats]:
        found = self.found
        plane = found.plane
        return plane.north, plane.lon, plane.cosine, found.along_m, found.across_m, found.to_east, found.to_north
