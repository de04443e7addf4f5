"""The scene in which look-alikes are drawn: the theatre, its days, who else flies, and places that stay the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from veedor.simulate.flying.missions import Leg, Mission, Touch
from veedor.simulate.flying.paths import Path
from veedor.simulate.places import Aerodrome, Radar
from veedor.simulate.scale import DAY_S
from veedor.simulate.seeds import child
from veedor.simulate.sphere import point, separation
from veedor.simulate.theatre import Theatre

Place = tuple[float, float]
NEVER = (float("inf"), float("-inf"))
# Seconds from midnight UTC to local midnight in both theatres, roughly.
LOCAL_S = 4 * 3600.0
_WATCHED_M = 95_000.0


@dataclass(frozen=True)
class Scene:
    """`illicit` missions are there for those who chase them."""

    seed: int
    theatre: Theatre
    days: int
    illicit: tuple[Mission, ...] = ()

    def moment(self, rng: np.random.Generator, first_local: float, last_local: float, spare_days: int = 1) -> float:
        """A second of some day between two local hours; the last `spare_days` days are left out."""
        day = int(rng.integers(0, max(1, self.days - spare_days)))
        return day * DAY_S + LOCAL_S + rng.uniform(first_local, last_local) * 3600.0

    def places(self, purpose: str, count: int) -> list[Place]:
        """The same unlisted places of one purpose for all look-alikes of a seed, where radars see low."""
        rng = child(self.seed, f"places {purpose}")
        south, north, west, east = self.theatre.fields
        made: list[Place] = []
        while len(made) < count:
            place = rng.uniform(south, north), rng.uniform(west, east)
            if self.watched(place):
                made.append(place)
        return made

    def watched(self, place: Place) -> bool:
        """Whether a radar stands near enough to see there what flies low."""
        radars = self.theatre.radars
        distance, _ = separation(np.array([r.lat for r in radars]), np.array([r.lon for r in radars]), *place)
        return bool(distance.min() < _WATCHED_M)

    def aerodrome(self, rng: np.random.Generator) -> Aerodrome:
        """One from which light aircraft fly within sight of a radar."""
        fields = [a for a in self.theatre.local if self.watched((a.lat, a.lon))]
        return fields[int(rng.integers(len(fields)))]

    def one_of(self, rng: np.random.Generator, purpose: str, count: int) -> Place:
        return self.places(purpose, count)[int(rng.integers(count))]

    def some_of(self, rng: np.random.Generator, purpose: str, count: int, wanted: int) -> list[Place]:
        """Different ones of these places."""
        places = self.places(purpose, count)
        return [places[int(n)] for n in rng.permutation(count)[:wanted]]

    def aerodrome_near(self, rng: np.random.Generator, place: Place) -> Aerodrome:
        """One of the four nearest from which light aircraft fly."""
        fields = self.theatre.local
        distance, _ = separation(np.array([a.lat for a in fields]), np.array([a.lon for a in fields]), *place)
        return fields[int(np.argsort(distance)[int(rng.integers(4))])]

    def radar(self, rng: np.random.Generator, coastal: bool = False) -> Radar:
        """A radar, or one at the coast."""
        these = [r for r in self.theatre.radars if r.coastal == coastal]
        return these[int(rng.integers(len(these)))]

    def beside_radar(
        self, purpose: str, radar: Radar, low_m: float, high_m: float
    ) -> tuple[Place, np.random.Generator]:
        """A place that stays the same for a seed, so far from the radar, and the stream it was drawn from."""
        rng = child(self.seed, f"{purpose} {radar.sensor}")
        return around(rng, (radar.lat, radar.lon), low_m, high_m), rng


def around(rng: np.random.Generator, place: Place, low_m: float, high_m: float) -> Place:
    """A point in any direction at such a distance."""
    return point(*place, rng.uniform(0, 360), rng.uniform(low_m, high_m))


def at_aerodrome(field: Aerodrome, t: float) -> Touch:
    return Touch("aerodrome", -1, field.lat, field.lon, t)


def at_field(place: Place, t: float) -> Touch:
    return Touch("field", -1, *place, t)


def nowhere(place: Place, t: float) -> Touch:
    """The end of something that neither takes off nor lands."""
    return Touch("none", -1, *place, t)


def flown(
    rng: np.random.Generator, kind: str, profile: str, size: int, legs: Sequence[Leg], transponder: float, adsb: float
) -> Mission:
    """A mission whose aircraft has a transponder, and ADS-B, with these chances."""
    answers = bool(rng.random() < transponder)
    return Mission(kind, profile, size, answers, answers and bool(rng.random() < adsb), tuple(legs))


def adrift(kind: str, profile: str, size: int, paths: Sequence[Path]) -> Mission:
    """Things that nobody flies and that never answer, at one time in one place."""
    return Mission(kind, profile, size, False, False, tuple(
        Leg(path, nowhere((path.lat[0], path.lon[0]), path.t[0]), nowhere((path.lat[-1], path.lon[-1]), path.end))
        for path in paths
    ))  # fmt: skip
