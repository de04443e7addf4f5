"""Things that move without anybody aboard, or on the ground and at sea: none of them ever answers."""

from __future__ import annotations

import numpy as np

from veedor.simulate.flying.flights import BALLOON, BIRDS, DRONE, RAIN, SHIP, VEHICLE
from veedor.simulate.flying.missions import Mission
from veedor.simulate.flying.paths import Path
from veedor.simulate.lookalikes.scene import Place, Scene, adrift, around
from veedor.simulate.scale import DAY_S
from veedor.simulate.sphere import apart, point


def _carried(t: float, place: Place, alt: float, steps: list[tuple[float, float, float, float]]) -> Path:
    """A path of (seconds, course, speed, climb) one after the other."""
    path = Path([t], [place[0]], [place[1]], [alt])
    for seconds, course, speed, climb in steps:
        lat, lon = point(path.lat[-1], path.lon[-1], course, speed * seconds)
        path.t.append(path.t[-1] + seconds)
        path.lat.append(lat)
        path.lon.append(lon)
        path.alt.append(max(1.0, path.alt[-1] + climb * seconds))
    return path


def radiosonde(rng: np.random.Generator, scene: Scene) -> Mission:
    """Let go three quarters of an hour before 00 or 12 UTC from a weather station at an aerodrome: up at 5 m/s with the
    wind of each height, bursts at 24 to 31 km, and comes down under a parachute, first fast, then at 5 m/s."""
    station = scene.aerodrome(rng)
    start = int(rng.integers(1, 2 * scene.days - 1)) * DAY_S / 2 - rng.uniform(2_400, 3_000)
    top, rise = rng.uniform(24_000, 31_000), rng.uniform(4.5, 5.6)
    low, high = rng.uniform(240, 290), rng.uniform(60, 120)  # trade wind below, westerlies above

    def wind(height: float) -> tuple[float, float]:
        return (low, 4.0 + height / 2_000) if height < 7_000 else (high, 6.0 + min(16.0, height / 1_500))

    steps, height = [], station.elevation_m
    while height < top:
        steps.append((120.0, *wind(height), rise))
        height += 120.0 * rise
    while height > station.elevation_m + 400.0:
        fall = 5.0 + height / 1_200
        steps.append((60.0, *wind(height), -fall))
        height -= 60.0 * fall
    return adrift("radiosonde", "00 UTC" if (start + 3_600) % DAY_S < DAY_S / 4 else "12 UTC", BALLOON,
                  [_carried(start, (station.lat, station.lon), station.elevation_m + 10.0, steps)])  # fmt: skip


def drone(rng: np.random.Generator, scene: Scene) -> Mission:
    """A small multicopter or wing that films or sprays at 60 to 120 m, near enough to a radar to be seen at all."""
    radar = scene.radar(rng)
    place, start = around(rng, (radar.lat, radar.lon), 3e3, 9e3), scene.moment(rng, 7, 17)
    steps = [(30.0, 0.0, 0.0, 3.0)]
    course = rng.uniform(0, 360)
    for row in range(int(rng.integers(12, 30))):
        steps += [(rng.uniform(40, 90), course + 180.0 * (row % 2), rng.uniform(8, 16), 0.0), (8.0, course + 90, 6, 0)]
    return adrift("drone", "lines", DRONE, [_carried(start, place, radar.plain_m + 5.0, steps)])


def birds(rng: np.random.Generator, scene: Scene) -> Mission:
    """An evening at a roost: dozens of flocks that leave or come home within an hour of dusk, at 10 to 18 m/s."""
    radar = scene.radar(rng)
    roost, _ = scene.beside_radar("roost", radar, 8e3, 30e3)
    dusk, wind = scene.moment(rng, 18.45, 18.9), rng.uniform(0, 360)
    home = rng.random() < 0.5
    paths = []
    for _ in range(int(rng.integers(18, 45))):
        away, speed = rng.uniform(0, 360), rng.uniform(10, 18)
        start, seconds = dusk + rng.uniform(-1_500, 3_300), rng.uniform(900, 2_400)
        begin = point(*roost, away, speed * seconds) if home else roost
        course = away + 180.0 if home else away
        steps = [(60.0, course + rng.normal(0, 9), speed + 2.0 * np.cos(np.radians(course - wind)), 0.0)
                 for _ in range(int(seconds / 60))]  # fmt: skip
        paths.append(_carried(start, begin, radar.plain_m + rng.uniform(150, 700), steps))
    return adrift("birds", "to roost" if home else "from roost", BIRDS, paths)


def rain(rng: np.random.Generator, scene: Scene) -> Mission:
    """A line of showers of an afternoon or night: cells that drift together while their cores wander, grow and die."""
    radar = scene.radar(rng)
    middle, start = around(rng, (radar.lat, radar.lon), 30e3, 110e3), scene.moment(rng, 13, 23)
    course, speed, along = rng.uniform(230, 310), rng.uniform(6, 14), rng.uniform(0, 360)
    paths = []
    for _ in range(int(rng.integers(12, 30))):
        begin = around(rng, point(*middle, along, rng.uniform(-45e3, 45e3)), 0.0, 9e3)
        steps = [(60.0, course + rng.normal(0, 14), max(1.0, speed + rng.normal(0, 3)), 0.0)
                 for _ in range(int(rng.uniform(15, 60)))]  # fmt: skip
        paths.append(_carried(start + rng.uniform(0, 7_200), begin, 3_000.0, steps))
    return adrift("rain", "showers", RAIN, paths)


def ships(rng: np.random.Generator, scene: Scene) -> Mission:
    """A ship that passes off the coast within the horizon of a coastal radar, at 4 to 11 m/s."""
    radar = scene.radar(rng, coastal=True)
    (first, last), speed = radar.sea, rng.uniform(4, 11)
    one = point(radar.lat, radar.lon, first + rng.uniform(0, 20), rng.uniform(22e3, 60e3))
    other = point(radar.lat, radar.lon, last - rng.uniform(0, 20), rng.uniform(22e3, 60e3))
    metres, course = apart(*one, *other)
    steps = [(300.0, course + rng.normal(0, 1.5), speed, 0.0) for _ in range(int(metres / speed / 300.0))]
    return adrift("ships", "coasting", SHIP, [_carried(scene.moment(rng, 0, 24), one, 15.0, steps)])


def road_traffic(rng: np.random.Generator, scene: Scene) -> Mission:
    """Lorries one behind the other on a straight road near a radar, at the speed of lorries, day after day."""
    radar = scene.radar(rng)
    begin, road = scene.beside_radar("road", radar, 5e3, 14e3)
    course, start = road.uniform(0, 360), scene.moment(rng, 5, 21)
    while any(radar.over_water(*point(*begin, course, metres)) for metres in (0.0, 12e3, 24e3)):
        begin, course = around(road, (radar.lat, radar.lon), 5e3, 14e3), road.uniform(0, 360)
    paths = []
    for _ in range(int(rng.integers(4, 12))):
        speed, t = rng.uniform(18, 31), start + rng.uniform(0, 3_600)
        steps = [(20.0, course + 6.0 * np.sin(k / 9.0), speed + rng.normal(0, 1), 0.0) for k in range(45)]
        paths.append(_carried(t, begin, radar.plain_m + 3.0, steps))
    return adrift("road_traffic", "lorries", VEHICLE, paths)
