"""Scenes for the tracker's figures: targets with truth, radars, clutter. Own geometry and noise, nothing of veedor.air.

A scene lives on a flat map (metres east and north of its middle); places go to and from the ellipsoid by pyproj.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyproj

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MIDDLE = (7.0, -69.0)
NAUTICAL_MILE = 1852.0
MAP = pyproj.Proj(proj="aeqd", lat_0=MIDDLE[0], lon_0=MIDDLE[1], ellps="WGS84")
GEOD = pyproj.Geod(ellps="WGS84")
START_US = 1_750_032_000_000_000  # 00:00 UTC


@dataclass(frozen=True)
class Radar:
    """`east`, `north` on the map; noise, detection of echoes and answers, clutter plots per turn; biases."""

    name: str
    east: float = 0.0
    north: float = 0.0
    turn_s: float = 6.0
    reach_m: float = 100 * NAUTICAL_MILE
    sigma_range_m: float = 70.0
    sigma_azimuth_deg: float = 0.12
    echo: float = 0.9
    answer: float = 0.0
    clutter: float = 50.0
    spots: int = 0
    bias_range_m: float = 0.0
    bias_azimuth_deg: float = 0.0


@dataclass(frozen=True)
class Seen:
    """Plots in order of time: radar, place as drawn on the map, polar values, which target (-1 clutter)."""

    radar: Ints
    time_s: Floats
    east: Floats
    north: Floats
    range_m: Floats
    azimuth_deg: Floats
    target: Ints
    answers: npt.NDArray[np.bool_]
    height_m: Floats
    code: Ints


@dataclass(frozen=True)
class Scene:
    """`truth[k]` are times by rows (s, east, north, height) of target k at a step of `step_s`."""

    radars: Sequence[Radar]
    step_s: float
    truth: Floats
    seen: Seen
    silent_from_s: Floats  # when the transponder of each target stops; inf: never


def paths(rng: np.random.Generator, count: int, steps: int, step_s: float, reach_m: float) -> Floats:
    """Targets of 60 to 130 m/s that turn now and then at 1.5 degrees a second, to either side, within `reach_m`."""
    distance, bearing = reach_m * np.sqrt(rng.random(count)), rng.random(count) * 2 * np.pi
    place = np.stack([distance * np.sin(bearing), distance * np.cos(bearing)], axis=1)
    speed, course = rng.uniform(60, 130, count), rng.random(count) * 2 * np.pi
    rate = np.zeros(count)
    out = np.empty((count, steps, 2))
    for step in range(steps):
        out[:, step] = place
        turning = rate != 0
        ends = rng.random(count) < step_s / 40.0
        begins = rng.random(count) < step_s / 120.0
        side = np.where(rng.random(count) < 0.5, 1.0, -1.0)
        rate = np.where(turning, np.where(ends, 0.0, rate), np.where(begins, side * np.radians(1.5), 0.0))
        for _ in range(10):
            course = course + rate * step_s / 10
            place = place + (speed * step_s / 10)[:, None] * np.stack([np.sin(course), np.cos(course)], axis=1)
        # Whoever would leave turns back at once: the count of targets stays.
        out_of = np.hypot(place[:, 0], place[:, 1]) > reach_m
        course = np.where(out_of, np.arctan2(-place[:, 0], -place[:, 1]), course)
    return out


def uniform(seed: int, scans: int, targets: int = 50, clutter: float = 50.0) -> Scene:
    """One radar whose plots of a scan carry one time, uniform clutter, targets without height or transponder."""
    rng = np.random.default_rng([4, seed])
    radar = Radar("uniform", clutter=clutter)
    truth = paths(rng, targets, scans, radar.turn_s, radar.reach_m)
    parts = []
    for scan in range(scans):
        place = truth[:, scan]
        hit = np.flatnonzero(rng.random(targets) < radar.echo)
        distance = np.hypot(place[hit, 0], place[hit, 1]) + radar.sigma_range_m * rng.standard_normal(len(hit))
        bearing = np.degrees(np.arctan2(place[hit, 0], place[hit, 1]))
        bearing = bearing + radar.sigma_azimuth_deg * rng.standard_normal(len(hit))
        false = rng.poisson(clutter)
        distance = np.append(distance, radar.reach_m * np.sqrt(rng.random(false)))
        bearing = np.append(bearing, rng.random(false) * 360.0)
        who = np.append(hit, np.full(false, -1))
        order = rng.permutation(len(who))
        parts.append((np.full(len(who), scan * radar.turn_s), distance[order], bearing[order], who[order]))
    time, distance, bearing, who = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    east, north = distance * np.sin(np.radians(bearing)), distance * np.cos(np.radians(bearing))
    count = len(time)
    seen = Seen(
        np.zeros(count, np.int64), time, east, north, distance, bearing, who.astype(np.int64),
        np.zeros(count, np.bool_), np.full(count, np.nan), np.full(count, -1),
    )  # fmt: skip
    return Scene((radar,), radar.turn_s, truth, seen, np.full(targets, np.inf))


def hard(seed: int, seconds: int = 1_200) -> Scene:
    """Three biased radars over one another, one slow, with clustered clutter and poor echoes; 48 targets of which some
    cross, fly in formation, fade for a minute; two thirds answer, and a tenth of all stop answering half-way."""
    rng = np.random.default_rng([5, seed])
    radars = (
        Radar("north", 0.0, 40e3, 6.0, 150e3, 70.0, 0.12, 0.8, 0.95, 300.0, 12, 180.0, 0.35),
        Radar("west", -60e3, -30e3, 6.0, 150e3, 60.0, 0.10, 0.65, 0.95, 200.0, 8, -120.0, -0.40),
        Radar("slow", 50e3, -40e3, 12.0, 180e3, 90.0, 0.15, 0.5, 0.93, 500.0, 20, 90.0, 0.25),
    )
    step_s, count = 3.0, 48
    truth = paths(rng, count, seconds // 3 + 1, step_s, 100e3)
    middle = truth.shape[1] // 2
    for k in range(0, 8, 2):  # pairs that cross half-way
        truth[k + 1] += truth[k, middle] - truth[k + 1, middle]
    for k in range(8, 16, 2):  # pairs that fly 600 m apart
        truth[k + 1] = truth[k] + np.array([600.0, 0.0])
    height = rng.uniform(800.0, 7_000.0, count)
    whole = np.concatenate([truth, np.broadcast_to(height[:, None, None], (*truth.shape[:2], 1))], axis=2)
    answers = rng.random(count) < 0.67
    silent = np.full(count, np.inf)
    dark = rng.choice(np.flatnonzero(answers), round(count / 10), replace=False)
    silent[dark] = rng.uniform(0.4, 0.6, len(dark)) * seconds
    fade = np.where(rng.random(count) < 0.3, rng.uniform(0.2, 0.8, count) * seconds, np.inf)
    code = rng.integers(1, 4_095, count)
    parts = [
        _turns(rng, n, radar, seconds, step_s, whole, answers, silent, fade, code) for n, radar in enumerate(radars)
    ]
    rows = [np.concatenate(values) for values in zip(*parts, strict=True)]
    order = np.argsort(rows[1], kind="stable")
    return Scene(radars, step_s, whole, Seen(*(values[order] for values in rows)), silent)


def _turns(
    rng: np.random.Generator, number: int, radar: Radar, seconds: int, step_s: float, truth: Floats,
    answers: npt.NDArray[np.bool_], silent: Floats, fade: Floats, code: Ints,
) -> tuple[npt.NDArray[np.generic], ...]:  # fmt: skip
    """All plots of one radar: the columns of Seen, times by when the beam passes."""
    spots = np.stack([rng.random(radar.spots) * 360.0, radar.reach_m * np.sqrt(rng.random(radar.spots))], axis=1)
    made = []
    for turn in range(int(seconds / radar.turn_s)):
        now = turn * radar.turn_s
        drawn = truth[:, min(truth.shape[1] - 1, int(now / step_s + 0.5))]
        beam = np.degrees(np.arctan2(drawn[:, 0] - radar.east, drawn[:, 1] - radar.north)) % 360.0
        time = now + radar.turn_s * beam / 360.0
        at = np.minimum(time / step_s, truth.shape[1] - 1.001)
        share = (at - np.floor(at))[:, None]
        place = truth[np.arange(len(truth)), at.astype(int)] * (1 - share)
        place = place + truth[np.arange(len(truth)), at.astype(int) + 1] * share
        distance, bearing = _echo(radar, place)
        seen = (distance < radar.reach_m) & ~((time >= fade) & (time < fade + 60.0))
        echo = seen & (rng.random(len(truth)) < radar.echo)
        answer = seen & answers & (time < silent) & (rng.random(len(truth)) < radar.answer)
        hit = np.flatnonzero(echo | answer)
        distance = distance + radar.bias_range_m + radar.sigma_range_m * rng.standard_normal(len(truth))
        bearing = bearing + radar.bias_azimuth_deg + radar.sigma_azimuth_deg * rng.standard_normal(len(truth))
        false = rng.poisson(radar.clutter)
        which = rng.integers(0, radar.spots, false)
        near = rng.random(false) < 0.8
        wide, far = rng.random(false) * 360.0, radar.reach_m * np.sqrt(rng.random(false))
        wide = np.where(near, spots[which, 0] + 3.0 * rng.standard_normal(false), wide) % 360.0
        far = np.where(near, np.abs(spots[which, 1] + 4e3 * rng.standard_normal(false)), far)
        nothing = np.full(false, np.nan)
        made.append(
            (
                np.full(len(hit) + false, number), np.append(time[hit], now + radar.turn_s * wide / 360.0),
                np.full(len(hit) + false, np.nan), np.full(len(hit) + false, np.nan), np.append(distance[hit], far),
                np.append(bearing[hit], wide), np.append(hit, np.full(false, -1)),
                np.append(answer[hit], np.zeros(false, np.bool_)),
                np.append(np.where(answer, place[:, 2], np.nan)[hit], nothing),
                np.append(np.where(answer, code, -1)[hit], np.full(false, -1)),
            )
        )  # fmt: skip
    return tuple(np.concatenate(values) for values in zip(*made, strict=True))


def _echo(radar: Radar, place: Floats) -> tuple[Floats, Floats]:
    """Slant range (m) and azimuth (degrees from true north) of places on the map, by the ellipsoid."""
    lon, lat = MAP(place[:, 0], place[:, 1], inverse=True)
    site_lon, site_lat = MAP(radar.east, radar.north, inverse=True)
    azimuth, _, _ = GEOD.inv(np.full(len(lon), site_lon), np.full(len(lat), site_lat), lon, lat)
    away = _earth(lon, lat, place[:, 2]) - _earth(np.array([site_lon]), np.array([site_lat]), np.zeros(1))
    return np.sqrt((away**2).sum(axis=1)), azimuth % 360.0


def _earth(lon: Floats, lat: Floats, height: Floats) -> Floats:
    """Earth-centred coordinates (m) on WGS84."""
    lam, phi = np.radians(lon), np.radians(lat)
    square = 0.00669437999014
    normal = 6_378_137.0 / np.sqrt(1 - square * np.sin(phi) ** 2)
    level = (normal + height) * np.cos(phi)
    return np.stack([level * np.cos(lam), level * np.sin(lam), (normal * (1 - square) + height) * np.sin(phi)], axis=1)


def columns(scene: Scene) -> dict[str, object]:
    """The plots as columns of a plots table, polar, with the radar's own sigma in `sites`."""
    seen = scene.seen
    count = len(seen.time_s)
    known = np.isfinite(seen.height_m)
    return {
        "sensor": np.array([r.name for r in scene.radars], object)[seen.radar],
        "time": START_US + np.round(seen.time_s * 1e6).astype(np.int64),
        "mode": (1 + 2 * seen.answers).astype(np.uint8),
        "flags": np.ones(count, np.uint16),
        "range_mm": np.round(seen.range_m * 1e3).astype(np.int64),
        "azimuth_e7": np.round(((seen.azimuth_deg + 180.0) % 360.0 - 180.0) * 1e7).astype(np.int64),
        "altitude_pressure_mm": np.ma.array(
            np.round(np.where(known, seen.height_m, 0.0) * 1e3).astype(np.int64), mask=~known
        ),
        "code_3a": np.ma.array(np.maximum(seen.code, 0), mask=seen.code < 0),
    }


def sites(scene: Scene) -> list[dict[str, object]]:
    """The site table of the radars."""
    rows = []
    for radar in scene.radars:
        lon, lat = MAP(radar.east, radar.north, inverse=True)
        rows.append(
            {
                "sensor": radar.name,
                "lat_e7": round(lat * 1e7),
                "lon_e7": round(lon * 1e7),
                "antenna_altitude_mm": 0,
                "rotation_ms": round(radar.turn_s * 1000),
                "sigma_range_mm": round(radar.sigma_range_m * 1000),
                "sigma_azimuth_e7": round(radar.sigma_azimuth_deg * 1e7),
            }
        )
    return rows


def on_map(lat_e7: npt.ArrayLike, lon_e7: npt.ArrayLike) -> Floats:
    """East and north on the map of places in 1e-7 degree."""
    east, north = MAP(np.asarray(lon_e7) / 1e7, np.asarray(lat_e7) / 1e7)
    return np.stack([east, north], axis=-1)
