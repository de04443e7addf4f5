"""Real targets shown where they are not: through side lobes, by way of a reflector, in the next pulse's time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from veedor.simulate.lookalikes.episode import Episode, Report, echoes, noisy
from veedor.simulate.lookalikes.scene import Scene
from veedor.simulate.places import Radar, Receiver
from veedor.simulate.scale import DAY_S
from veedor.simulate.seeds import child
from veedor.simulate.sensing.ellipsoid import extracted
from veedor.simulate.sensing.hits import Hits
from veedor.simulate.sensing.sensors import Conduct
from veedor.tables.plots import MODE_S, MULTIPATH, PSR, SECOND_TIME_AROUND, SIDE_LOBE, SSR

_ANSWER = SSR | MODE_S


def _window(rng: np.random.Generator, scene: Scene, low_s: float, high_s: float) -> tuple[float, float]:
    """Some hours of the busy part of a day."""
    begin = scene.moment(rng, 6.0, 16.0)
    return begin, min(begin + rng.uniform(low_s, high_s), (begin // DAY_S + 1.0) * DAY_S - 1.0)


def _episode(
    kind: str, radar: Radar, window: tuple[float, float], radius_m: float, marked: bool, report: Report
) -> Episode:
    return Episode(kind, (radar.sensor,), *window, (radar.lat, radar.lon), radius_m, marked, report)


def side_lobes(rng: np.random.Generator, scene: Scene, serial: int) -> Episode:
    """Strong echoes from near by come in through the side lobes too: the same range, some degrees beside, while the
    gain is set too high. Half of these radars mark them."""
    radar, window = scene.radar(rng), _window(rng, scene, 2 * 3_600, 5 * 3_600)
    lobes, marked = np.array([-rng.uniform(3.5, 8.0), rng.uniform(3.5, 8.0)]), bool(rng.random() < 0.5)

    def report(sensor: Radar | Receiver, conduct: Conduct, hits: Hits, day: int, own: np.random.Generator) -> Hits:
        assert isinstance(sensor, Radar)
        strong = hits.take((hits.t >= window[0]) & (hits.t < window[1]) & (hits.range_m < 60e3) & (hits.mode & PSR > 0))
        lobe = own.integers(0, 2, len(strong))
        through = own.random(len(strong)) < 0.75 * np.clip(1.3 - strong.range_m / 60e3, 0, 1)
        azimuth = strong.azimuth + lobes[lobe] + own.normal(0, 0.25, len(strong))
        north = strong.t - strong.azimuth / 360.0 * sensor.turn_s
        flags = SIDE_LOBE if marked else 0
        return echoes(sensor, conduct, north[through], strong.range_m[through], azimuth[through], serial, flags)

    return _episode("side_lobes", radar, window, 60e3, marked, report)


def second_time_around(rng: np.random.Generator, scene: Scene, serial: int) -> Episode:
    """Echoes of large aircraft from beyond the unambiguous range come back after the next pulse: the same azimuth,
    nearer by that range. The radar's stagger is off for these hours; half of such radars mark what they suspect."""
    radar, window = scene.radar(rng), _window(rng, scene, 3 * 3_600, 8 * 3_600)
    ambiguous, marked = rng.uniform(150e3, 185e3), bool(rng.random() < 0.5)

    def report(sensor: Radar | Receiver, conduct: Conduct, hits: Hits, day: int, own: np.random.Generator) -> Hits:
        assert isinstance(sensor, Radar)
        beyond = (hits.range_m > ambiguous + 8e3) & (hits.pressure_m > 6_000)
        far = hits.take((hits.t >= window[0]) & (hits.t < window[1]) & beyond)
        far = far.take(own.random(len(far)) < 0.7)
        range_m, azimuth = noisy(conduct, own, far.range_m - ambiguous, far.azimuth)
        north = far.t - far.azimuth / 360.0 * sensor.turn_s
        return echoes(sensor, conduct, north, range_m, azimuth, serial, SECOND_TIME_AROUND if marked else 0)

    return _episode("second_time_around", radar, window, 200e3, marked, report)


def reflections(rng: np.random.Generator, scene: Scene, serial: int) -> Episode:
    """A hangar's wall beside the radar mirrors part of the sky into another: what flies there shows again, turned
    round and a little farther off. Half of the mirrored targets answer through the wall, the others only echo."""
    radar, window = scene.radar(rng), _window(rng, scene, 3 * 3_600, 8 * 3_600)
    wall = child(scene.seed, f"wall {radar.sensor}")
    shown, turn, width, detour = wall.uniform(0, 360), wall.uniform(60, 300), 14.0, wall.uniform(300, 2_500)
    marked = bool(rng.random() < 0.5)

    def report(sensor: Radar | Receiver, conduct: Conduct, hits: Hits, day: int, own: np.random.Generator) -> Hits:
        assert isinstance(sensor, Radar)
        lit = hits.take((hits.t >= window[0]) & (hits.t < window[1]))
        beside = (lit.azimuth - (shown + turn) + 180.0) % 360.0 - 180.0
        back = (np.abs(beside) < width) & (own.random(len(lit)) < 0.75)
        lit, beside = lit.take(back), beside[back]
        range_m, azimuth = noisy(conduct, own, lit.range_m + detour, shown - beside)
        north = lit.t - lit.azimuth / 360.0 * sensor.turn_s
        ghosts = echoes(sensor, conduct, north, range_m, azimuth, serial, MULTIPATH if marked else 0)
        if len(ghosts) != len(lit):  # beyond the range of the radar, or out of service
            return ghosts
        return _answering(sensor, ghosts, lit, (lit.code % 2 == 0) & (lit.mode & _ANSWER > 0))

    return _episode("reflections", radar, window, 200e3, marked, report)


def _answering(radar: Radar, ghosts: Hits, real: Hits, answers: np.ndarray) -> Hits:
    """The ghosts with what the real targets answer, for these of them."""
    height = np.where(answers, real.pressure_m, radar.plain_m + 1_500.0)
    lat, lon = extracted(radar.lat, radar.lon, radar.antenna_m, ghosts.range_m, ghosts.azimuth, height)
    said = real.call_sign.copy()
    said[~answers] = None
    return replace(
        ghosts,
        mode=np.where(answers, real.mode, PSR), lat=lat, lon=lon,
        pressure_m=np.where(answers, real.pressure_m, np.nan), code=np.where(answers, real.code, -1),
        address=np.where(answers, real.address, -1), call_sign=said,
    )  # fmt: skip
