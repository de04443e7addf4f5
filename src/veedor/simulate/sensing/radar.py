"""One rotating radar against a batch of flights: turns, sight, detection, noise, and the numbers its tracker gives."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.simulate.columns import Floats, Ints, Truths
from veedor.simulate.flying.flights import Flights
from veedor.simulate.places import Radar
from veedor.simulate.scale import DAY_S
from veedor.simulate.sensing.ellipsoid import extracted, sighted
from veedor.simulate.sensing.hits import Hits, blank, merged
from veedor.simulate.sensing.sensors import Conduct
from veedor.simulate.sphere import elevation, in_sight, separation
from veedor.tables.plots import MODE_S, PSR, SSR

# Primary detection falls to half at this range: aircraft by size, then what else echoes (flights.py).
_HALF_RANGE_M = np.array([125e3, 160e3, 215e3, 75e3, 50e3, 28e3, 150e3, 170e3, 13e3])
_FOOT = 0.3048
_LOST_S = 65.0  # a radar's own tracker gives up after five turns


def observe(
    radar: Radar, conduct: Conduct, flights: Flights, pressure_offset_m: float, rng: np.random.Generator
) -> Hits:
    """Plots of these flights at this radar, by flight and time."""
    flight, t = _looks(radar, conduct, flights)
    lat, lon, alt = flights.at(flight, t)
    ground, azimuth = separation(radar.lat, radar.lon, lat, lon)
    near = ground < radar.secondary_m + 5_000.0
    near &= in_sight(ground, radar.antenna_m - radar.plain_m, alt - radar.plain_m + 500.0)
    flight, t, azimuth = flight[near], t[near], azimuth[near]
    t = t + azimuth / 360.0 * radar.turn_s  # the beam gets there later in the turn
    keep = t <= flights.end[flight]
    flight, t = flight[keep], t[keep]
    lat, lon, alt = flights.at(flight, t)
    ground, _ = separation(radar.lat, radar.lon, lat, lon)
    range_m, azimuth = sighted(radar.lat, radar.lon, radar.antenna_m, lat, lon, alt)
    seen = _lit(radar, ground, azimuth, alt) & conduct.working(t)
    psr = seen & (rng.random(len(t)) < _primary(radar, range_m, flights.size[flight]))
    replies = flights.transponder[flight] & ~flights.silent(flight, t)
    ssr = seen & replies & (range_m < radar.secondary_m) & (rng.random(len(t)) < 0.965)
    hit = psr | ssr
    flight, t, range_m, azimuth, alt = flight[hit], t[hit], range_m[hit], azimuth[hit], alt[hit]
    psr, ssr = psr[hit], ssr[hit]
    return _measured(radar, conduct, flights, flight, t, range_m, azimuth, alt + pressure_offset_m, psr, ssr, rng)


def _looks(radar: Radar, conduct: Conduct, flights: Flights) -> tuple[Ints, Floats]:
    """Every turn of the antenna in every flight: the flight and the moment the beam points north."""
    first = np.ceil((flights.start - conduct.phase_s) / radar.turn_s).astype(np.int64)
    last = np.floor((flights.end - conduct.phase_s) / radar.turn_s).astype(np.int64)
    counts = np.maximum(last - first + 1, 0)
    flight = np.repeat(np.arange(len(flights)), counts)
    turn = np.arange(len(flight)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
    return flight, np.maximum(turn * radar.turn_s + conduct.phase_s, flights.start[flight])


def _lit(radar: Radar, ground: Floats, azimuth: Floats, alt: Floats) -> Truths:
    angle = elevation(ground, radar.antenna_m, alt)
    lit = in_sight(ground, radar.antenna_m - radar.plain_m, alt - radar.plain_m) & (angle < 42.0)
    for start, end, lowest in radar.screens:
        lit &= ~((azimuth >= start) & (azimuth <= end) & (angle < lowest))
    return lit


def _primary(radar: Radar, range_m: Floats, size: Ints) -> Floats:
    falling = 1.0 / (1.0 + np.exp((range_m - _HALF_RANGE_M[size]) / 14_000.0))
    return np.where(range_m < radar.primary_m, 0.93 * falling, 0.0)


def _measured(
    radar: Radar, conduct: Conduct, flights: Flights, flight: Ints, t: Floats, range_m: Floats, azimuth: Floats,
    pressure: Floats, psr: Truths, ssr: Truths, rng: np.random.Generator,
) -> Hits:  # fmt: skip
    count = len(t)
    height = np.round(pressure / (100 * _FOOT)) * 100 * _FOOT
    range_seen = range_m + conduct.bias_range_m + conduct.sigma_range_m * rng.standard_normal(count)
    azimuth_seen = azimuth + conduct.bias_azimuth_deg + conduct.sigma_azimuth_deg * rng.standard_normal(count)
    range_seen = np.maximum(range_seen, 100.0)
    # The extractor's plane position: with the height it knows, else as if the target flew at 1,500 m.
    assumed = np.where(ssr, height, radar.plain_m + 1_500.0)
    lat, lon = extracted(radar.lat, radar.lon, radar.antenna_m, range_seen, azimuth_seen, assumed)
    garbled = rng.random(count) < 0.004
    code = np.where(garbled, rng.integers(0, 4096, count), flights.code[flight])
    hits = blank(
        count,
        t=np.round((t + conduct.bias_time_s) * 128) / 128,
        mode=psr * PSR + ssr * (MODE_S if radar.mode_s else SSR),
        range_m=range_seen,
        azimuth=azimuth_seen % 360.0,
        lat=lat,
        lon=lon,
        pressure_m=np.where(ssr, height, np.nan),
        code=np.where(ssr, code, -1),
        address=np.where(ssr & radar.mode_s, flights.address[flight], -1),
        call_sign=_said(flights.call_sign[flight], ssr & radar.mode_s),
        flight=flight,
        track=_numbers(flight, t) if radar.track_numbers else np.full(count, -1, dtype=np.int64),
    )
    return hits


def _said(texts: npt.NDArray[np.object_], where: Truths) -> npt.NDArray[np.object_]:
    told = texts.copy()
    told[~where] = None
    return told


def _numbers(flight: Ints, t: Floats) -> Ints:
    """Track numbers 0..4095 in order of first plot; a new one after a loss, none for the first two plots."""
    if len(t) == 0:
        return np.zeros(0, dtype=np.int64)
    fresh = np.ones(len(t), dtype=bool)
    fresh[1:] = (flight[1:] != flight[:-1]) | (t[1:] - t[:-1] > _LOST_S)
    starts = np.nonzero(fresh)[0]
    order = np.argsort(t[starts], kind="stable")
    number = np.empty(len(starts), dtype=np.int64)
    # Counted from the second of the day, so that batches of flights follow on from each other.
    number[order] = (t[starts][order] * 7).astype(np.int64) % 4096
    piece = np.cumsum(fresh) - 1
    age = np.arange(len(t)) - starts[piece]
    return np.where(age < 2, -1, number[piece])


def clutter(radar: Radar, conduct: Conduct, day: int, rng: np.random.Generator) -> Hits:
    """False primary plots of one day: most at spots that come and go by the hour, the rest anywhere."""
    turns = int(DAY_S / radar.turn_s)
    active = rng.random((24, len(conduct.spots))) < 0.45
    hourly = rng.poisson(conduct.clutter_a_turn * turns / 24, 24)
    hour = np.repeat(np.arange(24), hourly)
    count = len(hour)
    weight = active[hour] * conduct.spots[:, 3] + 1e-9
    running = np.cumsum(weight, axis=1)
    spot = (running / running[:, -1:] < rng.random(count)[:, None]).sum(axis=1)
    anywhere = rng.random(count) < 0.3
    spread = conduct.spots[spot, 2]
    range_m = np.where(
        anywhere,
        np.minimum(rng.gamma(2.0, 26e3, count), radar.primary_m),
        conduct.spots[spot, 1] + rng.standard_normal(count) * spread,
    )
    range_m = np.maximum(range_m, 1_000.0)
    turned = np.degrees(spread / range_m) * rng.standard_normal(count)
    azimuth = np.where(anywhere, rng.uniform(0, 360, count), conduct.spots[spot, 0] + turned) % 360.0
    turn = np.floor(rng.random(count) * turns / 24) + hour * turns / 24
    t = day * DAY_S + turn * radar.turn_s + conduct.phase_s + azimuth / 360.0 * radar.turn_s
    lat, lon = extracted(radar.lat, radar.lon, radar.antenna_m, range_m, azimuth, np.full(count, 1_500.0))
    hits = blank(
        count,
        t=np.round(t * 128) / 128,
        mode=np.full(count, PSR, dtype=np.int64),
        range_m=range_m,
        azimuth=azimuth,
        lat=lat,
        lon=lon,
    )
    return merged([hits.take(conduct.working(t))])
