"""What a look at files without a mission had before it: sensors, times, flights, and what could not be a flight.

That nothing was found says little where nothing could be placed: range and azimuth need the radar's site.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from veedor.views.line import Line
from veedor.words import say


@dataclass(frozen=True)
class Watched:
    """`unsited`: by sensor without a site, how many of its plots have no place of their own, so that no track has
    them. `vessels`: plots of ships, which no detector takes for flights. Times null where no plot has one."""

    sensors: int
    plots: int
    first_us: int | None
    last_us: int | None
    flights: int
    vessels: int
    unsited: Mapping[str, int]


class WatchedLine(Line, frozen=True, kw_only=True):
    """The same for machines."""

    schema: Literal["watched/1"] = "watched/1"
    sensors: int
    plots: int
    first_us: int | None
    last_us: int | None
    flights: int
    vessels: int
    unsited: dict[str, int]


def watched(state: pa.Table, legs: pa.Table, sites: pa.Table, vessels: int) -> Watched:
    """`state`: SENSOR_STATE; `legs`: LEGS; `sites`: SENSORS; `vessels`: how many plots are of ships."""
    placed = {row["sensor"] for row in sites.select(["sensor", "lat_e7"]).to_pylist() if row["lat_e7"] is not None}
    unsited: dict[str, int] = {}
    for row in state.select(["sensor", "unplaced"]).to_pylist():
        if row["unplaced"] and row["sensor"] not in placed:
            unsited[row["sensor"]] = unsited.get(row["sensor"], 0) + row["unplaced"]
    first, last = (
        pc.min(state["first"].cast(pa.int64())).as_py(), pc.max(state["last"].cast(pa.int64())).as_py(),
    )  # fmt: skip
    return Watched(
        len(pc.unique(state["sensor"])), pc.sum(state["plots"]).as_py() or 0, first, last, legs.num_rows, vessels,
        dict(sorted(unsited.items())),
    )  # fmt: skip


def watched_line(seen: Watched) -> WatchedLine:
    return WatchedLine(
        sensors=seen.sensors, plots=seen.plots, first_us=seen.first_us, last_us=seen.last_us, flights=seen.flights,
        vessels=seen.vessels, unsited=dict(seen.unsited),
    )  # fmt: skip


def watched_sentences(seen: Watched, language: str) -> Iterator[str]:
    """What was seen, and what of it could not be a flight, with what would help."""
    values = {"plots": seen.plots, "sensors": seen.sensors, "flights": seen.flights}
    if seen.first_us is None:
        yield say("watched.untimed", language, values)
    else:
        yield say("watched.seen", language, {**values, "first_us": seen.first_us, "last_us": seen.last_us or 0})
    if seen.vessels:
        yield say("watched.vessels", language, {"n": seen.vessels})
    for sensor, plots in seen.unsited.items():
        yield say("watched.unsited", language, {"sensor": sensor, "n": plots})
