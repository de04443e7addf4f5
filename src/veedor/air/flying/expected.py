"""Detections that a silence should have held: turns of the sensors that had followed a target, all of them missed.

Nobody knows where a silent target was, so only what is certain counts: right after it was lost and right before it came
back, for as long as it cannot have left the surroundings of that place. Detection probabilities are the lower ends of
their intervals, in the band it was in and in the one it might have sunk to. A sensor that looks away from a place
expects nothing there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from veedor.air.evidence import milli_log10
from veedor.air.flying.coverage import Seen
from veedor.air.flying.detection import Detection, bounds_permille
from veedor.air.flying.rules import GapRules
from veedor.air.grid import BAND_EDGES_MM, band_of
from veedor.air.sensing.blanked import Blanked
from veedor.registers.aerodromes import Aerodromes

Point = tuple[int, int, int | None]  # latitude, longitude, altitude


@dataclass(frozen=True)
class Expected:
    """Turns that should have shown the target, of how many sensors, at how many of the two ends detection is known at
    all; what missing all of them says for a target that was there and did not answer, thousandths of log10; the
    lowest detection probability it rests on."""

    turns: int
    sensors: int
    known_ends: int
    milli_log10: int
    lowest_permille: int


def expected(
    turns_us: Sequence[tuple[str, int]], ends: Sequence[tuple[Point, int, int]], silence_us: int, seen: Seen,
    detection: Detection, blanked: Blanked, aerodromes: Aerodromes, rules: GapRules,
) -> Expected:  # fmt: skip
    """`ends`: where it was lost and where it came back, each with its speed there in mm/s and the time. Beside a listed
    aerodrome and low it may have landed at once: nothing is expected there. Where too few others flew nothing is known:
    a target's own plots do not say how far its sensors see."""
    turns = known = weight = 0
    lowest, seen_by = 1000, set()
    for point, speed, time_us in ends:
        window_us = min(silence_us // 2, rules.near_mm_flown * 1_000_000 // max(speed, rules.slowest_mm_s))
        of_end = False
        if seen.of(*point)[0] - 1 < rules.others_at_least:
            continue
        for sensor, turn_us in turns_us:
            if blanked.hides(sensor, time_us, *point[:2]):
                continue
            low = _lowest(sensor, point, window_us, detection, rules)
            if low is None:
                continue
            of_end = True
            count = min(rules.turns_most, window_us // turn_us)
            if count and low and not _may_land(point, aerodromes, rules):
                turns += count
                weight += count * milli_log10(1000, 1000 - min(999, low))
                seen_by.add(sensor)
                lowest = min(lowest, low)
        known += of_end
    return Expected(turns, len(seen_by), known, weight, lowest if turns else 0)


def _lowest(sensor: str, point: Point, window_us: int, detection: Detection, rules: GapRules) -> int | None:
    """The lower bound of the detection probability there (thousandths), also should it sink; None: not known."""
    lat, lon, altitude = point
    heights = [altitude]
    if altitude is not None:
        sunk = altitude - rules.sink_mm_s * window_us // 1_000_000
        if band_of(sunk, True) != band_of(altitude, True):
            heights.append(BAND_EDGES_MM[band_of(altitude, True) - 1] - 1)
    bounds = []
    for height in heights:
        opportunities, hits = detection.of(sensor, lat, lon, height)
        if opportunities < rules.opportunities_at_least:
            return None
        bounds.append(bounds_permille(hits, opportunities)[0])
    return min(bounds)


def _may_land(point: Point, aerodromes: Aerodromes, rules: GapRules) -> bool:
    lat, lon, altitude = point
    if altitude is not None and altitude > rules.near_height_mm:
        return False
    return int(aerodromes.nearest([lat], [lon])[1][0]) <= rules.near_mm
