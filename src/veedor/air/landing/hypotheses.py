"""Landing and take-off hypotheses: for each end of a leg a region where the ground was met, and how likely it was.

A region is a normal distribution along and across the course at the end. Its shape says what the last plot leaves open:
a target lost at 100 m stood near its runway, one lost at 600 m may still have had a turn to make, and one whose height
nobody knows may have flown on for minutes. For how long nobody
heard it says nothing beside that. The figures were fitted to real landings and take-offs (see `RegionRules`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.air.arrow import NO_ALTITUDE
from veedor.air.evidence import graded_all
from veedor.air.landing.heights import Heights, heights
from veedor.air.landing.leg_ends import Ends
from veedor.air.landing.rules import StripRules
from veedor.air.plane import Plane, plane_of
from veedor.air.scales import DAY_US
from veedor.geodesy import destination
from veedor.kernel.exactmath import cos_array, exp_array, sin_array
from veedor.kernel.sphere import RADIANS_PER_E7

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_LN10 = 2.302585092994046


@dataclass(frozen=True)
class Hypotheses:
    """In order of day, time, place and leg. `end` is the number among the ends; the middle of each region as a Plane
    and in 1e-7 degree, half axes (one sigma) in metres along and across the direction (`to_east`, `to_north`)."""

    end: Ints
    day: Ints
    lat_e7: Ints
    lon_e7: Ints
    plane: Plane
    along_m: Floats
    across_m: Floats
    to_east: Floats
    to_north: Floats
    chance: Floats  # that there was a landing (take-off) at all
    shared: Floats  # which part of the variance along is of errors that other flights to the same place have too
    known: Bools  # its height was measured, or it stood on the ground
    turning: Floats  # how far it had turns of a circuit yet to fly, 0 to 1; 0 where the height is not known

    def __len__(self) -> int:
        return len(self.end)

    def take(self, numbers: Ints) -> Hypotheses:
        """Some of them, in this order."""
        plane = Plane(self.plane.north[numbers], self.plane.lon[numbers], self.plane.cosine[numbers])
        return Hypotheses(
            self.end[numbers], self.day[numbers], self.lat_e7[numbers], self.lon_e7[numbers], plane,
            self.along_m[numbers], self.across_m[numbers], self.to_east[numbers], self.to_north[numbers],
            self.chance[numbers], self.shared[numbers], self.known[numbers], self.turning[numbers],
        )  # fmt: skip


def hypotheses(ends: Ends, possible: Bools, pressure: Ints, rules: StripRules) -> Hypotheses:
    """Of ends that are `possible`, could be landings or take-offs, and whose region names a place. `pressure`: what
    pressure altitude read on the ground (pressure.py)."""
    left = heights(ends, pressure, rules)
    chance = _chance(ends, left.height_mm, left.known, rules)
    ahead, along, across, shared = _shape(ends, left, rules)
    turning = _turning(ends, left, rules)
    lat, lon = destination(ends.lat_e7, ends.lon_e7, ends.course_e7, ahead)
    time = ends.time_us
    likely = chance >= rules.chance_least_permille / 1000
    keep = np.flatnonzero(possible & likely & (along <= rules.along_most_mm / 1000))
    day = time // DAY_US
    order = keep[np.lexsort((keep, lon[keep], lat[keep], time[keep], day[keep]))]
    angle = ends.course_e7[order] * RADIANS_PER_E7
    return Hypotheses(
        order, day[order], lat[order], lon[order], plane_of(lat[order], lon[order]), along[order], across[order],
        sin_array(angle), cos_array(angle), chance[order], shared[order], left.known[order], turning[order],
    )  # fmt: skip


def _chance(ends: Ends, height: Ints, known: Bools, rules: StripRules) -> Floats:
    """From the same named weights as single events (descent, height, hidden height, speed, slowing), and from what the
    track shows later: that it took off again there. And from other tracks of its address: that it flew on."""
    aloft = ~ends.on_ground
    sinks = (ends.climb_mm_s != NO_ALTITUDE) & aloft
    weight = np.where(sinks, graded_all(ends.climb_mm_s, rules.descent_mm_s, rules.climbing), 0)
    weight += np.where(known, graded_all(height, rules.height_mm, rules.high), 0)
    weight += np.where(~known & (ends.hidden_mm >= 0), graded_all(height, rules.hidden_mm, rules.hidden_more), 0)
    above = known & (ends.hidden_mm >= 0) & (height > ends.hidden_mm + rules.visible_mm)
    weight += np.where(above, rules.visible, 0)
    weight += graded_all(ends.speed_mm_s, rules.speed_mm_s, rules.fast)
    leads = ends.leads(rules.slow_mm_s)
    share = ends.speed_mm_s * 1_000 // np.maximum(1, ends.mean_mm_s)
    weight += np.where(ends.landing & leads, graded_all(share, rules.slowing_permille, rules.not_slowing), 0)
    weight += np.where(ends.touched, rules.touched, 0)
    weight = np.minimum(weight, rules.landing_most) + np.where(ends.flies_on, rules.goes_on, 0)
    odds = exp_array((weight + rules.prior_milli_log10) * (_LN10 / 1000.0))
    return odds / (1.0 + odds)


def _shape(ends: Ends, left: Heights, rules: StripRules) -> tuple[Ints, Floats, Floats, Floats]:
    """Way ahead to the middle of the region (mm), sigma along and across (m), and the shared part of the variance.
    Independent errors add up as squares.

    The height that was left says how far off the ground was met, whatever the sensors were silent for: an aircraft low
    over its strip lands there, heard or not. Whoever sinks is believed his sinking; whoever flew level, or is not known
    to have sunk, came down some usual way ahead; and who is known to have flown level turned first. What is not known
    of the height is not known of the way ahead either, and all who come to one place have it in common: the ground and
    the weather are the same."""
    height, widest = left.height_mm, left.widest_mm
    sink = np.where(ends.climb_mm_s == NO_ALTITUDE, 0, -ends.climb_mm_s)
    sinks = sink >= rules.sink_mm_s
    level = ~sinks & (ends.climb_mm_s != NO_ALTITUDE)

    def of_side(name: str) -> Ints:
        sides: Ints = np.where(ends.landing, getattr(rules, name), getattr(rules, f"{name}_takeoff"))
        return sides

    # Ways per height, in thousandths: over the ground, as far as it led to the strip, and the spread along it.
    way = ends.speed_mm_s * 1000 // np.maximum(1, sink)
    way = np.minimum(np.maximum(way, rules.steep * 1000), of_side("shallow") * 1000)
    direct = np.where(sinks, way * of_side("direct_permille") // 1000, of_side("ahead_permille"))
    spread = np.where(sinks, way * of_side("along_permille") // 1000, of_side("along_height_permille"))
    turned = np.where(level, rules.level_permille, 1000)
    stopped = ends.on_ground | (left.known & (ends.speed_mm_s <= rules.stopped_mm_s))
    blind = ~left.known & ~stopped
    ahead = np.where(stopped, 0, np.where(blind, rules.blind_ahead_mm, height * direct // 1000))
    unsure = left.error_mm * direct // 1000
    own = widest * spread // 1000 * turned // 1000
    along = _together(rules.extent_mm, rules.sigma_mm, own, unsure)
    aside = widest * of_side("across_height_permille") // 1000
    across = _together(rules.extent_mm, rules.sigma_mm, aside * turned // 1000)
    apron = np.where(ends.on_ground, 0, rules.apron_mm)
    still = _together(rules.extent_mm, rules.sigma_mm, apron, widest * rules.still_permille // 1000)
    along = np.where(stopped, still, np.where(blind, rules.blind_along_mm / 1000.0, along))
    across = np.where(stopped, still, np.where(blind, rules.blind_across_mm / 1000.0, across))
    least = rules.shared_permille / 1000.0
    common, alone = np.where(stopped | blind, 0.0, unsure / 1000.0), _together(rules.sigma_mm, own)
    shared = least + (1.0 - least) * common * common / (common * common + alone * alone)
    return ahead, along, across, shared


def _turning(ends: Ends, left: Heights, rules: StripRules) -> Floats:
    """How far each end counts as one of a flight that had turns of a circuit yet to fly, 0 to 1. Of unknown height none
    does: shapes of such regions are expert settings that leave it open."""
    low, high = rules.circuit_low_mm, rules.circuit_high_mm
    share = np.minimum(np.maximum(left.height_mm - low, 0), high - low) / (high - low)
    moves = ~ends.on_ground & (ends.speed_mm_s > rules.stopped_mm_s)
    return np.where(left.known & moves, share, 0.0)


def _together(*sigmas_mm: Ints | int) -> Floats:
    """Independent errors in mm as one, in metres."""
    total = np.zeros(1)
    for sigma in sigmas_mm:
        metres = np.asarray(sigma) / 1000.0
        total = total + metres * metres
    return np.sqrt(total)
