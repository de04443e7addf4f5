"""Aircraft of a state, those that chase, and those whose transponder gives up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from veedor.simulate.flying.flights import MEDIUM, SMALL, Flights
from veedor.simulate.flying.missions import Leg, Mission
from veedor.simulate.flying.paths import Path
from veedor.simulate.lookalikes import ordinary
from veedor.simulate.lookalikes.scene import NEVER, Scene, around, at_aerodrome, at_field, flown


def interceptor(rng: np.random.Generator, scene: Scene) -> Mission:
    """One that closes on somebody, silent for a while by order; where nobody flies, a patrol without a target."""
    return ordinary.interceptor(rng, scene.moment(rng, 0, 24), scene.illicit, scene.theatre)


def state_aircraft(rng: np.random.Generator, scene: Scene) -> Mission:
    """A transport from a base to a garrison's field and back, at any hour, silent on the last part by order."""
    base = scene.theatre.aerodrome(scene.theatre.bases[int(rng.integers(len(scene.theatre.bases)))])
    garrison, start, speed = scene.one_of(rng, "garrisons", 4), scene.moment(rng, 0, 22), rng.uniform(95, 130)
    level = max(base.elevation_m + 600.0, rng.uniform(1_500, 4_000))
    there = Path.take_off(start, base.lat, base.lon, base.elevation_m)
    there.go(0.5 * (base.lat + garrison[0]), 0.5 * (base.lon + garrison[1]), level, speed)
    half = there.end
    there.land(*garrison, scene.theatre.field_m, speed)
    leave = there.end + rng.uniform(1_800, 9_000)
    back = Path.take_off(leave, *garrison, scene.theatre.field_m)
    back.go(0.5 * (base.lat + garrison[0]), 0.5 * (base.lon + garrison[1]), level, speed)
    back_half = back.end
    back.land(base.lat, base.lon, base.elevation_m, speed)
    silent = rng.random() < 0.5
    legs = (
        Leg(there, at_aerodrome(base, start), at_field(garrison, there.end), *((half, there.end) if silent else NEVER)),
        Leg(back, at_field(garrison, leave), at_aerodrome(base, back.end), *((leave, back_half) if silent else NEVER)),
    )
    return flown(rng, "state_aircraft", "garrison", MEDIUM, legs, 1.0, 0.05)


def transponder_failure(rng: np.random.Generator, scene: Scene) -> Mission:
    """An ordinary flight between two aerodromes whose transponder fails somewhere on the way, for good."""
    home = scene.aerodrome(rng)
    to = scene.aerodrome_near(rng, around(rng, (home.lat, home.lon), 150e3, 280e3))
    size, speed = (MEDIUM, 120.0) if rng.random() < 0.4 else (SMALL, 75.0)
    start, level = scene.moment(rng, 5, 20), max(home.elevation_m, to.elevation_m) + rng.uniform(1_200, 2_800)
    path = Path.take_off(start, home.lat, home.lon, home.elevation_m)
    path.go(0.5 * (home.lat + to.lat), 0.5 * (home.lon + to.lon) + 0.05, level, speed, rng.normal(0, 3e3))
    path.land(to.lat, to.lon, to.elevation_m, speed)
    failed = start + rng.uniform(0.15, 0.7) * (path.end - start)
    leg = Leg(path, at_aerodrome(home, start), at_aerodrome(to, path.end), failed, path.end)
    return flown(rng, "transponder_failure", "failed", size, (leg,), 1.0, 0.5)


# State aircraft have addresses from the end of their state's block, by and large; so have a few others by chance.
STATE_ADDRESSES = ((0x0DF800, 0x0DFFFF), (0x0ACF00, 0x0ACFFF))
_OF_THE_STATE, _SHARE = ("state_aircraft", "interceptor", "eradication"), 0.85


def with_state_addresses(rng: np.random.Generator, missions: Sequence[Mission], flights: Flights) -> Flights:
    """The flights with addresses of state aircraft for most of the missions that states fly; one for each mission."""
    address, first = flights.address.copy(), 0
    for mission in missions:
        low, high = STATE_ADDRESSES[int(rng.integers(len(STATE_ADDRESSES)))]
        drawn, given = int(rng.integers(low, high + 1)), rng.random() < _SHARE
        if mission.kind in _OF_THE_STATE and given:
            address[first : first + len(mission.legs)] = drawn
        first += len(mission.legs)
    return replace(flights, address=address)
