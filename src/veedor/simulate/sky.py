"""The air side of a scenario, day by day: all flights in batches, what every sensor saw of them, in order of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from veedor.simulate.flying.flights import Flights, chosen, joined
from veedor.simulate.flying.illicit import illicit_missions
from veedor.simulate.flying.legal import legal_flights
from veedor.simulate.flying.missions import Mission, as_flights
from veedor.simulate.flying.strips import Strip, strips
from veedor.simulate.lookalikes.episode import Episode
from veedor.simulate.lookalikes.kinds import COASTAL, checked, episodes_of, missions_of
from veedor.simulate.lookalikes.ordinary import lookalike_missions
from veedor.simulate.lookalikes.scene import Scene
from veedor.simulate.lookalikes.state import with_state_addresses
from veedor.simulate.places import Radar
from veedor.simulate.scale import DAY_S, Scale
from veedor.simulate.seeds import child
from veedor.simulate.sensing.adsb import receive
from veedor.simulate.sensing.faults import checked as faults_checked
from veedor.simulate.sensing.faults import tabled
from veedor.simulate.sensing.hits import Hits, merged
from veedor.simulate.sensing.radar import clutter, observe
from veedor.simulate.sensing.sensors import Conduct, conducts
from veedor.simulate.switches import ALL_ON, Switches
from veedor.simulate.theatre import APURE, Theatre

_BATCH_FLIGHTS = 600


@dataclass(frozen=True)
class Sky:
    """Everything about the air side but the ordinary traffic, which is made a batch at a time."""

    seed: int
    scale: Scale
    strips: tuple[Strip, ...]
    missions: tuple[Mission, ...]  # illicit and ordinary look-alikes in random order, then those asked for
    special: Flights  # their legs; serial = ordinal of the leg over all missions
    conduct: dict[str, Conduct]
    theatre: Theatre
    asked_from: int  # serial of the first leg that a switch asked for
    episodes: tuple[Episode, ...]  # serials go on after those of legs
    tabled: Mapping[str, tuple[float, float]]  # where the site table puts each sensor

    @property
    def serials(self) -> int:
        """How many legs and episodes there are."""
        return len(self.special) + len(self.episodes)


@dataclass(frozen=True)
class DaySeen:
    """Hits by sensor that fall on one day, in order of time; `serial` of each hit's flight (-1 ordinary, clutter)."""

    day: int
    hits: dict[str, Hits]


def make_sky(seed: int, scale: Scale, switches: Switches = ALL_ON, theatre: Theatre = APURE) -> Sky:
    """The plan: strips, missions, sensors. What switches ask for beside draws from its own streams and comes last, so
    that everything else stays as it is."""
    kinds = checked(switches.lookalikes)
    if set(kinds) & set(COASTAL):
        theatre = theatre.at_the_coast()
    faults = faults_checked(switches.faults, theatre)
    places = strips(seed, scale.strips, theatre)
    illicit = illicit_missions(seed, scale.illicit_flights, scale.days, places, theatre)
    ordinary = lookalike_missions(seed, scale.flight_lookalikes * switches.ordinary, scale.days, illicit, theatre)
    missions = illicit + ordinary
    order = child(seed, "mission order").permutation(len(missions))
    mixed = tuple(missions[int(n)] for n in order)
    special = as_flights(mixed, child(seed, "mission identities"), 0)
    scene = Scene(seed, theatre, scale.days, tuple(illicit))
    asked = missions_of(kinds, scale.lookalikes_each, scene)
    asked_from = len(special)
    if asked:
        named = as_flights(asked, child(seed, "asked identities"), asked_from)
        special = joined([special, with_state_addresses(child(seed, "state addresses"), asked, named)])
    return Sky(
        seed, scale, places, (*mixed, *asked), special, conducts(seed, scale.days, switches, theatre), theatre,
        asked_from, tuple(episodes_of(kinds, scale.lookalikes_each, scene, len(special))), tabled(faults, theatre),
    )  # fmt: skip


def batches(sky: Sky, day: int) -> Iterator[Flights]:
    """All flights that depart on this day, at most a few hundred at a time."""
    today = np.nonzero((sky.special.start >= day * DAY_S) & (sky.special.start < (day + 1) * DAY_S))[0]
    planned, asked = today[today < sky.asked_from], today[today >= sky.asked_from]
    if len(planned):
        yield chosen(sky.special, planned)
    left, number = sky.scale.legal_flights_a_day, 0
    while left > 0:
        count = min(left, _BATCH_FLIGHTS)
        yield legal_flights(sky.seed, day, count, number, sky.theatre)
        left, number = left - count, number + 1
    if len(asked):
        yield chosen(sky.special, asked)


def seen_in(sky: Sky, flights: Flights, day: int, batch: int) -> dict[str, Hits]:
    """What every sensor saw of these flights, by sensor; `flight` of the hits is replaced by the flight's serial."""
    found = {}
    offset = float(child(sky.seed, "weather", day).normal(0, 35.0))
    for number, sensor in enumerate(sky.theatre.sensors):
        rng = child(sky.seed, "detection", day, batch, number)
        look = sky.conduct[sensor.sensor]
        if isinstance(sensor, Radar):
            hits = observe(sensor, look, flights, offset, rng)
        else:
            hits = receive(sensor, look, flights, offset, rng)
        found[sensor.sensor] = hits.take(hits.t < sky.scale.days * DAY_S)
    return {name: _by_serial(hits, flights) for name, hits in found.items()}


def _by_serial(hits: Hits, flights: Flights) -> Hits:
    return Hits(**{**vars(hits), "flight": flights.serial[hits.flight]})


def days_seen(sky: Sky) -> Iterator[DaySeen]:
    """Day after day, all hits of all sensors; flights that pass midnight go on in the next day."""
    waiting: dict[str, list[Hits]] = {s.sensor: [] for s in sky.theatre.sensors}
    for day in range(sky.scale.days):
        parts = waiting
        for number, flights in enumerate(batches(sky, day)):
            for name, hits in seen_in(sky, flights, day, number).items():
                parts[name].append(hits)
        for number, radar in enumerate(sky.theatre.radars):
            rng = child(sky.seed, "clutter", day, number)
            parts[radar.sensor].append(clutter(radar, sky.conduct[radar.sensor], day, rng))
        waiting, today = {}, {}
        for name, pieces in parts.items():
            whole = merged(pieces)
            late = whole.t >= (day + 1) * DAY_S
            waiting[name] = [whole.take(late)]
            today[name] = whole.take(~late)
        yield DaySeen(day, _with_episodes(sky, day, today))


def _with_episodes(sky: Sky, day: int, seen: dict[str, Hits]) -> dict[str, Hits]:
    """What sensors report of this day where episodes add to it or change it."""
    sensors = {sensor.sensor: sensor for sensor in sky.theatre.sensors}
    for number, episode in enumerate(sky.episodes):
        if episode.start // DAY_S != day:
            continue
        for name in episode.sensors:
            rng = child(sky.seed, f"episode {name}", number)
            said = episode.report(sensors[name], sky.conduct[name], seen[name], day, rng)
            whole = said if episode.replaces else merged([seen[name], said])
            seen[name] = whole.take(whole.t < (day + 1) * DAY_S)
    return seen
