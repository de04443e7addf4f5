"""Sites that are not as their table says: north taken from a compass, another datum, two sites exchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from veedor.errors import UsageError
from veedor.simulate.sphere import point
from veedor.simulate.theatre import Theatre

KINDS = ("north", "datum", "exchanged")
# A compass in Venezuela and Colombia points about eleven degrees west of north, so azimuths from it are too large.
COMPASS_DEG = 11.0
# Numbers of an old survey (PSAD56) taken for WGS84 put a site about so far north and east of where it stands.
_SURVEY_M = (350.0, 220.0)
Fault = tuple[str, str]  # sensor and kind


def checked(faults: Sequence[Fault], theatre: Theatre) -> tuple[Fault, ...]:
    """These faults; UsageError where a radar or a kind does not exist or a radar has two."""
    radars = [radar.sensor for radar in theatre.radars]
    for sensor, kind in faults:
        if sensor not in radars or kind not in KINDS:
            raise UsageError(
                "there is no such fault of a site",
                expected=f"SENSOR=KIND with one of {', '.join(radars)} and one of {', '.join(KINDS)}",
                found=f"{sensor}={kind}",
                next_step="name a radar of the scenario and a kind",
            )
    if len({sensor for sensor, _ in faults}) < len(faults):
        raise UsageError(
            "a site has one fault at most", found=", ".join(f"{s}={k}" for s, k in faults), next_step="leave one out"
        )
    if sum(kind == "exchanged" for _, kind in faults) == 1:
        raise UsageError("one site cannot be exchanged with none", next_step="name two radars that are exchanged")
    return tuple(faults)


def tabled(faults: Sequence[Fault], theatre: Theatre) -> Mapping[str, tuple[float, float]]:
    """Where the site table puts each sensor: where it stands, but for the faulty ones."""
    places = {sensor.sensor: (sensor.lat, sensor.lon) for sensor in theatre.sensors}
    said = dict(places)
    exchanged = [sensor for sensor, kind in faults if kind == "exchanged"]
    for sensor, kind in faults:
        if kind == "datum":
            said[sensor] = point(*point(*places[sensor], 0.0, _SURVEY_M[0]), 90.0, _SURVEY_M[1])
        elif kind == "exchanged":
            said[sensor] = places[exchanged[exchanged.index(sensor) - 1]]
    return said
