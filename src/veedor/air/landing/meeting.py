"""Where the courses of silent flights meet: the place that several of them made for, though each was lost before it.

A radar loses a low target behind the first hill, kilometres before it lands, and finds it again as far out. One such
loss names a course, not a place; courses of several days that cross at one point name it, as bearings do in direction
finding. Each end of a silent flight is a ray: from where it was lost along its course (for a take-off, from where it
was found back along its course). Along each ray the point is sought through which rays of most other days pass.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from veedor.air.landing.leg_ends import Ends
from veedor.air.landing.rules import LandingRules
from veedor.air.plane import east_m, plane_of
from veedor.air.scales import DAY_US
from veedor.geodesy import destination
from veedor.kernel import kernel
from veedor.kernel.exactmath import cos_array, sin_array
from veedor.kernel.sphere import RADIANS_PER_E7
from veedor.registers.aerodromes import Aerodromes

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def with_meetings(ends: Ends, aerodromes: Aerodromes, rules: LandingRules) -> Ends:
    """The ends, those of silent flights with the number of other days whose courses meet theirs, and with the meeting
    as their place where it is of days enough."""
    rays = _Rays.of(ends, np.flatnonzero(ends.silent & ends.leads(rules.slow_mm_s)))
    if len(rays.number) < 2:
        return ends
    along, days = rays.meetings(rules)
    enough = days >= rules.meeting_days_at_least
    numbers, ahead = rays.number[enough], along[enough]
    lat, lon = destination(rays.lat[enough], rays.lon[enough], rays.course[enough], ahead)
    found, away = aerodromes.nearest(lat, lon) if len(numbers) else (numbers, numbers)
    changed = {
        "place_lat_e7": lat,
        "place_lon_e7": lon,
        "radius_mm": rules.meeting_radius_mm + np.maximum(ahead, 0) * rules.meeting_radius_permille // 1000,
        "aerodrome": found,
        "aerodrome_mm": away,
        "met": np.ones(len(numbers), np.bool_),
    }
    columns = {name: getattr(ends, name).copy() for name in (*changed, "meeting_days")}
    for name, values in changed.items():
        columns[name][numbers] = values
    columns["meeting_days"][rays.number] = days
    return replace(ends, **columns)


@dataclass(frozen=True)
class _Rays:
    """Rays sorted by day, then from south to north; `number` says which end each is of."""

    number: Ints
    day: Ints
    lat: Ints
    lon: Ints
    course: Ints
    track: Ints

    @staticmethod
    def of(ends: Ends, numbers: Ints) -> _Rays:
        columns = (ends.time_us // DAY_US, ends.lat_e7, ends.lon_e7, ends.course_e7, ends.track)
        day, lat, lon, course, track = (values[numbers] for values in columns)
        order = np.lexsort((track, course, lon, lat, day))
        return _Rays(numbers[order], day[order], lat[order], lon[order], course[order], track[order])

    def meetings(self, rules: LandingRules) -> tuple[Ints, Ints]:
        """For each ray the distance to its best meeting in mm (0 where it meets none) and the other days there."""
        plane = plane_of(self.lat, self.lon)
        angle = self.course * RADIANS_PER_E7
        days = np.flatnonzero(np.diff(self.day, prepend=self.day[0] - 1))
        count = len(self.day)
        steps = (rules.meeting_reach_mm + rules.meeting_behind_mm) // rules.meeting_step_mm + 1
        along, met = np.zeros(count, np.int64), np.zeros(count, np.int64)
        meet(
            plane.north, plane.lon, plane.cosine, sin_array(angle), cos_array(angle), self.track, self.day,
            np.append(days, count), rules.meeting_reach_mm / 1000, rules.meeting_behind_mm / 1000,
            rules.meeting_step_mm / 1000, rules.meeting_wide_mm / 1000, rules.meeting_widening_permille / 1000,
            np.zeros((3, steps)), along, met,
        )  # fmt: skip
        return along, met


def _examples() -> list[tuple[object, ...]]:
    step = np.arange(12, dtype=np.int64)
    plane = plane_of(70_000_000 + step % 4 * 300_000, -670_000_000 + step % 3 * 500_000)
    angle = (step * 700_000_000 % 3_600_000_000) * RADIANS_PER_E7
    return [(plane.north, plane.lon, plane.cosine, sin_array(angle), cos_array(angle), step, step // 4,
             np.array([0, 4, 8, 12]), 20_000.0, 2_000.0, 500.0, 1_500.0, 0.1, np.zeros((3, 45)),
             np.zeros(12, np.int64), np.zeros(12, np.int64))]  # fmt: skip


@kernel(examples=_examples)
def meet(
    north: Floats, lon: Floats, cosine: Floats, to_east: Floats, to_north: Floats, track: Ints, day: Ints,
    limits: Ints, reach_m: float, behind_m: float, step_m: float, wide_m: float, widening: float, scratch: Floats,
    along_mm: Ints, days: Ints,
) -> Ints:  # fmt: skip
    """For each ray (sorted by day and `north`; `limits` are where days begin, and the number of rays) the point on it
    through which rays of most other days pass.

    A ray passes where it comes within `wide_m`, plus its share `widening` of the way from its own start. Each other day
    counts once, by how near its nearest ray comes: 1 for through the point, 0 at the limit. Points are tried every
    `step_m` from `behind_m` behind to `reach_m` ahead; of equal ones the nearest to the start of the scale is kept.
    `scratch` has three rows of a place for each point."""
    steps = scratch.shape[1]
    total, today, passed = scratch[0], scratch[1], scratch[2]
    widest = wide_m + widening * reach_m
    for i in range(len(north)):
        for j in range(steps):
            total[j], passed[j] = 0.0, 0.0
        for d in range(len(limits) - 1):
            if day[limits[d]] == day[i]:
                continue
            low, high = limits[d], limits[d + 1]
            last = high
            while low < high:
                middle = (low + high) // 2
                if north[middle] < north[i] - 2.0 * reach_m:
                    low = middle + 1
                else:
                    high = middle
            some = False
            for n in range(low, last):
                dy = north[n] - north[i]
                if dy > 2.0 * reach_m:
                    break
                dx = east_m(lon[i], lon[n], cosine[i], cosine[n])
                if dx * dx + dy * dy > 4.0 * reach_m * reach_m or track[n] == track[i]:
                    continue
                # Way along the other ray and distance from it, both linear in the way along this one.
                off, off_more = dy * to_east[n] - dx * to_north[n], to_east[i] * to_north[n] - to_north[i] * to_east[n]
                way = -dx * to_east[n] - dy * to_north[n]
                way_more = to_east[i] * to_east[n] + to_north[i] * to_north[n]
                near, far = off - behind_m * off_more, off + reach_m * off_more
                if (near > widest and far > widest) or (near < -widest and far < -widest):
                    continue
                for j in range(steps):
                    t = j * step_m - behind_m
                    w = way + t * way_more
                    if w < -behind_m or w > reach_m:
                        continue
                    limit = wide_m + widening * max(0.0, w)
                    share = 1.0 - abs(off + t * off_more) / limit
                    if share > 0.0:
                        if not some:
                            some = True
                            for k in range(steps):
                                today[k] = 0.0
                        today[j] = max(today[j], share)
            if some:
                for j in range(steps):
                    if today[j] > 0.0:
                        total[j] += today[j]
                        passed[j] += 1.0
        best = -1
        for j in range(steps):
            if total[j] > 0.0 and (best < 0 or total[j] > total[best]):
                best = j
        if best >= 0:
            along_mm[i] = int((best * step_m - behind_m) * 1000.0)
            days[i] = int(passed[best])
    return days
