"""Satellite navigation disturbed: aircraft broadcast positions where they are not, radars see them where they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from veedor.simulate.lookalikes.episode import Episode
from veedor.simulate.lookalikes.scene import Scene
from veedor.simulate.places import Radar, Receiver
from veedor.simulate.sensing.hits import Hits
from veedor.simulate.sensing.sensors import Conduct
from veedor.simulate.sphere import moved, separation


def gnss_interference(rng: np.random.Generator, scene: Scene, serial: int) -> Episode:
    """For one to three hours, within 60 to 140 km of a transmitter, positions drift off at 20 to 90 m/s for minutes,
    jump back or elsewhere, and a third of the reports is not sent at all."""
    heard = scene.theatre.receivers[int(rng.integers(len(scene.theatre.receivers)))]
    begin = scene.moment(rng, 5.0, 18.0)
    end = min(begin + rng.uniform(3_600, 10_800), (begin // 86_400.0 + 1.0) * 86_400.0 - 1.0)
    centre, radius = (heard.lat + rng.uniform(-0.5, 0.5), heard.lon + rng.uniform(-0.5, 0.5)), rng.uniform(60e3, 140e3)
    spell, pace, way = rng.uniform(240, 600), rng.uniform(20, 90), rng.uniform(0, 360)

    def report(sensor: Radar | Receiver, conduct: Conduct, hits: Hits, day: int, own: np.random.Generator) -> Hits:
        metres, _ = separation(*centre, hits.lat, hits.lon)
        inside = (metres < radius) & (hits.t >= begin) & (hits.t < end)
        kept = ~inside | (own.random(len(hits)) > 0.35)
        hits, inside = hits.take(kept), inside[kept]
        number, age = np.floor((hits.t - begin) / spell), (hits.t - begin) % spell
        # Receivers of different aircraft are led off in different directions; each spell has its own.
        toward = way + 137.5 * number + 61.0 * (hits.address % 7)
        off = np.where(number % 3 == 2, 4e3 + 30.0 * (hits.address % 997), pace * age)
        lat, lon = moved(hits.lat, hits.lon, toward, off)
        return replace(
            hits, lat=np.where(inside, np.round(lat, 6), hits.lat), lon=np.where(inside, np.round(lon, 6), hits.lon),
            flight=np.where(inside & (hits.flight < 0), serial, hits.flight),
        )  # fmt: skip

    every = tuple(receiver.sensor for receiver in scene.theatre.receivers)
    return Episode("gnss_interference", every, begin, end, centre, radius, False, report, replaces=True)
