"""Echoes of no target: ducts at the coast by night, wind turbines, a jammer's strobe."""

from __future__ import annotations

import numpy as np

from veedor.simulate.lookalikes.episode import Episode, echoes, every_turn, noisy, turns_of
from veedor.simulate.lookalikes.scene import Scene, around
from veedor.simulate.places import Radar, Receiver
from veedor.simulate.sensing.hits import Hits
from veedor.simulate.sensing.sensors import Conduct
from veedor.simulate.sphere import apart, point


def anomalous_propagation(rng: np.random.Generator, scene: Scene, serial: int) -> Episode:
    """A duct over warm water by night carries the beam far beyond the horizon: pieces of the far shore and of rough sea
    stand at 60 to 170 km, fade and return, creep as the duct changes, and keep that up for one to four hours."""
    radar = scene.radar(rng, coastal=True)
    begin = scene.moment(rng, 20.5, 23.0) if rng.random() < 0.5 else scene.moment(rng, 0.0, 2.2)
    end = _same_day(begin, begin + rng.uniform(3_600, 14_000))
    count = int(rng.integers(4, 11))
    far, where = rng.uniform(60e3, 170e3, count), rng.uniform(*radar.sea, count)
    creep, seen = rng.normal(0, 0.3, (2, count)), rng.uniform(0.35, 0.8, count)

    def report(sensor: Radar | Receiver, conduct: Conduct, hits: Hits, day: int, own: np.random.Generator) -> Hits:
        assert isinstance(sensor, Radar)
        north, spot = every_turn(turns_of(sensor, conduct, begin, end), count)
        age = north - begin
        fading = 0.5 + 0.5 * np.cos(age / 700.0 + 2.0 * spot)
        range_m = far[spot] + creep[0][spot] * age + own.normal(0, 350.0, len(north))
        azimuth = where[spot] + np.degrees(creep[1][spot] * age / far[spot]) + own.normal(0, 0.25, len(north))
        heard = own.random(len(north)) < seen[spot] * fading
        return echoes(sensor, conduct, north[heard], range_m[heard], azimuth[heard], serial)

    middle = point(radar.lat, radar.lon, float(where.mean()), float(far.mean()))
    return Episode("anomalous_propagation", (radar.sensor,), begin, end, middle, 90e3, False, report)


def wind_turbines(rng: np.random.Generator, scene: Scene, serial: int) -> Episode:
    """A wind farm that stands within sight of a radar: blades that flash now here, now there, while the wind blows."""
    radar = scene.radar(rng)
    farm, made = scene.beside_radar("wind farm", radar, 9e3, 30e3)
    masts = [around(made, farm, 100.0, 1_600.0) for _ in range(int(made.integers(6, 20)))]
    begin = scene.moment(rng, 8.0, 17.0)
    end = _same_day(begin, begin + rng.uniform(3_600, 5 * 3_600))
    flashing = rng.uniform(0.06, 0.25)

    def report(sensor: Radar | Receiver, conduct: Conduct, hits: Hits, day: int, own: np.random.Generator) -> Hits:
        assert isinstance(sensor, Radar)
        polar = np.array([apart(sensor.lat, sensor.lon, *mast) for mast in masts])
        north, mast = every_turn(turns_of(sensor, conduct, begin, end), len(masts))
        flash = own.random(len(north)) < flashing
        range_m, azimuth = noisy(conduct, own, polar[mast[flash], 0], polar[mast[flash], 1])
        return echoes(sensor, conduct, north[flash], range_m, azimuth, serial)

    return Episode("wind_turbines", (radar.sensor,), begin, end, farm, 2e3, False, report)


def jamming(rng: np.random.Generator, scene: Scene, serial: int) -> Episode:
    """Noise from one direction: in every turn plots at all ranges on a narrow strobe, for minutes up to an hour; the
    jammer stands, or moves slowly round."""
    radar = scene.radar(rng)
    begin = scene.moment(rng, 0.0, 22.0)
    end = _same_day(begin, begin + rng.uniform(420, 3_600))
    toward, turning, many = rng.uniform(0, 360), rng.normal(0, 0.002), rng.uniform(6, 22)

    def report(sensor: Radar | Receiver, conduct: Conduct, hits: Hits, day: int, own: np.random.Generator) -> Hits:
        assert isinstance(sensor, Radar)
        turns = turns_of(sensor, conduct, begin, end)
        north = np.repeat(turns, own.poisson(many, len(turns)))
        range_m = own.uniform(6e3, sensor.primary_m, len(north))
        azimuth = toward + turning * (north - begin) + own.normal(0, 0.5, len(north))
        return echoes(sensor, conduct, north, range_m, azimuth, serial)

    middle = point(radar.lat, radar.lon, toward, 0.5 * radar.primary_m)
    return Episode("jamming", (radar.sensor,), begin, end, middle, 0.5 * radar.primary_m, False, report)


def _same_day(begin: float, end: float) -> float:
    return min(end, (begin // 86_400.0 + 1.0) * 86_400.0 - 1.0)
