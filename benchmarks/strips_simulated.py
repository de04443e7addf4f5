"""Strips of simulated flights to places of the real list: found and false, by the lowest height they were seen at.

Two weeks over Roraima, and two over the Tapajos (benchmarks/tapajos.py) for strips beside listed aerodromes, by the
simulator's own radars and receivers; strips are taken from the real list of 2021, those in reach of these radars. A
strip is found if a finding `strip` lies within 5 km of it (or, as a second figure, a strip that silent flights share,
whatever it scores). Of the latter regions are asked too whether they hold the strip. Its lowest height seen is that of
the lowest plot of any of its flights within half an hour of a landing or take-off, by the simulator's truth; aerodromes
are those of the shipped register. Nothing was set on these seeds.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.patterns import interval
from benchmarks.record import Measure
from benchmarks.strip_flights import FOLDER, from_m, held
from benchmarks.tapajos import tapajos
from benchmarks.unexplained import START_US, stored
from veedor.engine.detector import Detector
from veedor.engine.execute import execute
from veedor.engine.read import derived, read_table
from veedor.engine.records import RecordStore
from veedor.geodesy import distance_mm
from veedor.house import AIR
from veedor.registers.aerodromes import listed
from veedor.simulate.roraima import RORAIMA
from veedor.simulate.scale import Scale
from veedor.simulate.sensing.hits import plot_rows
from veedor.simulate.sky import Sky, days_seen, make_sky
from veedor.simulate.strip_list import with_listed
from veedor.simulate.theatre import Theatre
from veedor.tables import FINDINGS, LEGS, PLOTS
from veedor.tables import STRIPS as INFERRED

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

SEEDS, SEEDS_BESIDE, STRIPS, FLIGHTS_EACH, DAYS = (611, 612, 613), (614, 615, 616), 70, 5, 14
LIST = FOLDER.parent / "airstrips" / "airstrips_brazil_2021_part_a.csv"
FOUND_MM = 5_000_000
# Upper limits of the lowest height seen, metres; of the distance from a listed aerodrome, kilometres.
HEIGHTS_M = (50, 150, 500, 1_500)
AWAY_KM = (0.5, 5.0)
_NEAR_S = 1_800.0  # plots so long before a landing (after a take-off) tell how low it was seen


@dataclass
class Month:
    """What one seed came to. Places in 1e-7 degree; heights in metres above the strip, infinite where it was unseen."""

    strips: list[tuple[int, int]] = field(default_factory=list)
    lowest_m: list[float] = field(default_factory=list)
    fields: list[tuple[int, int]] = field(default_factory=list)  # where innocent flights landed off aerodromes
    findings: list[tuple[int, int]] = field(default_factory=list)
    silent: list[tuple[int, int]] = field(default_factory=list)
    regions: list[tuple[int, int, int]] = field(default_factory=list)  # of `silent`: half axes, azimuth of the longer
    hours: float = 0.0


def measure() -> Iterator[Measure]:
    """Recall by lowest height seen, by distance from aerodromes, and false findings by flight hours."""
    theatre = with_listed(RORAIMA, LIST, STRIPS)
    months = [_month(seed, theatre, STRIPS) for seed in SEEDS]
    beside = tapajos(LIST)
    months += [_month(seed, beside, len(beside.listed)) for seed in SEEDS_BESIDE]
    height = np.array([value for month in months for value in month.lowest_m])
    lat, lon = (np.array([place[k] for month in months for place in month.strips]) for k in (0, 1))
    away_km = listed().nearest(lat, lon)[1] / 1e6
    hours = sum(month.hours for month in months)
    for what in ("findings", "silent"):
        name = {"findings": "finding", "silent": "strip of silent flights"}[what]
        found = np.array([_near(place, getattr(month, what)) for month in months for place in month.strips])
        yield from _curve(name, found, "seen down to", height, HEIGHTS_M, "m")
        yield from _curve(name, found, "from a listed aerodrome", away_km, AWAY_KM, "km")
        some = [(place, month) for month in months for place in getattr(month, what)]
        false = [(place, month) for place, month in some if not _near(place, month.strips)]
        fields = sum(_near(place, month.fields) for place, month in false)
        yield Measure(
            f"simulated, {name}: where no illicit strip is", len(false) * 1000 / hours, "per 1,000 flight hours",
            note=f"{len(false)} of {len(some)}, {fields} of them where innocent flights land off aerodromes; "
            f"{hours:.0f} hours of legs",
        )  # fmt: skip
    yield from _held(months)


def _held(months: Sequence[Month]) -> Iterator[Measure]:
    """Whether regions of strips that silent flights share hold the strip that they are within 5 km of; the nearest."""
    inside = list[bool]()
    for month in months:
        for place, region in zip(month.silent, month.regions, strict=True):
            away = [int(distance_mm(*place, *strip)) for strip in month.strips]
            if away and min(away) <= FOUND_MM:
                lat, lon = month.strips[away.index(min(away))]
                point = from_m(np.array([lat / 1e7]), np.array([lon / 1e7]), *place)
                inside.append(held(point, *region))
    if inside:
        least, most = interval(sum(inside), len(inside))
        yield Measure(
            "simulated, strip of silent flights: 95 % regions that hold it", sum(inside) / len(inside), "",
            goal="0.92 to 0.98", note=f"{sum(inside)} of {len(inside)} (95 %: {least:.2f} to {most:.2f})",
        )  # fmt: skip


def _curve(what: str, found: Bools, of: str, values: Floats, limits: Sequence[float], unit: str) -> Iterator[Measure]:
    bands = [-np.inf, *limits, np.inf]
    for low, high in pairwise(bands):
        some = found[(values > low) & (values <= high)]
        said = f"up to {high:g} {unit}" if np.isfinite(high) else f"more than {low:g} {unit}"
        if len(some):
            least, most = interval(int(some.sum()), len(some))
            yield Measure(
                f"simulated, {what}, {of} {said}: recall", float(some.mean()), "of strips flown to",
                note=f"{int(some.sum())} of {len(some)} (95 %: {least:.2f} to {most:.2f})",
            )  # fmt: skip


def _near(place: tuple[int, int], places: Sequence[tuple[int, int]]) -> bool:
    return any(int(distance_mm(*place, *other)) <= FOUND_MM for other in places)


def _month(seed: int, theatre: Theatre, strips: int) -> Month:
    scale = Scale(factor=0.1, days=DAYS, legal_flights_a_day=25, flight_lookalikes=40, strips=strips,
                  illicit_flights=strips * FLIGHTS_EACH, payments_a_day=1, instances_each=1, money_lookalikes=1,
                  people=10)  # fmt: skip
    sky = make_sky(seed, scale, theatre=theatre)
    lowest: dict[int, float] = {}
    touches = _touches(sky)
    with tempfile.TemporaryDirectory(prefix="veedor-strips-") as scratch:
        folder = Path(scratch)
        store = RecordStore(folder / "records")
        for day in days_seen(sky):
            for name, hits in day.hits.items():
                _lower(lowest, touches, hits.flight, hits.t)
                deposit = hashlib.sha256(f"{name} {day.day}".encode()).digest()
                store.append(deposit.hex(), PLOTS, [stored(plot_rows(hits, name, START_US), deposit)])
        (folder / "out").mkdir()
        execute(_needed(("strips", "strip_findings")), store, folder / "out")
        findings, strips, legs = (read_table(derived(folder / "out", table)) for table in (FINDINGS, INFERRED, LEGS))
    used = [strip for strip in sky.strips if strip.number in lowest]
    silent = [row for row in strips.to_pylist() if row["days"] > 1 and row["silent"]]
    spans = [(row["end"] - row["start"]).total_seconds() for row in legs.select(["start", "end"]).to_pylist()]
    return Month(
        strips=[(_e7(strip.lat), _e7(strip.lon)) for strip in used],
        lowest_m=[lowest[strip.number] for strip in used],
        fields=[(_e7(touch.lat), _e7(touch.lon)) for mission in sky.missions for leg in mission.legs
                for touch in (leg.take_off, leg.landing) if touch.where == "field"],
        findings=[(row["lat_e7"], row["lon_e7"]) for row in findings.to_pylist() if row["kind"] == "strip"],
        silent=[(row["lat_e7"], row["lon_e7"]) for row in silent],
        regions=[(row["major_mm"], row["minor_mm"], row["major_azimuth_e7"]) for row in silent],
        hours=sum(spans) / 3600.0,
    )  # fmt: skip


def _e7(degrees: float) -> int:
    return round(degrees * 1e7)


Touches = Mapping[int, list[tuple[int, float, float, Floats, Floats]]]


def _touches(sky: Sky) -> Touches:
    """By serial of flight: strip, its height, time of the touch, and the flight's times and heights."""
    found: dict[int, list[tuple[int, float, float, Floats, Floats]]] = defaultdict(list)
    ground = {strip.number: strip.elevation_m for strip in sky.strips}
    legs = [leg for mission in sky.missions for leg in mission.legs]
    for serial, leg in enumerate(legs):
        for touch in (leg.take_off, leg.landing):
            if touch.where == "strip":
                times, heights = np.array(leg.path.t), np.array(leg.path.alt)
                found[serial].append((touch.number, ground[touch.number], touch.t, times, heights))
    return found


def _lower(lowest: dict[int, float], touches: Touches, flight: Ints, t: Floats) -> None:
    """Takes note of the lowest plots of one sensor's day; every strip flown to gets an entry."""
    for serial, some in touches.items():
        moments = t[flight == serial]
        for number, ground, touched, times, heights in some:
            near = moments[np.abs(moments - touched) <= _NEAR_S]
            seen = float(np.interp(near, times, heights).min()) - ground if len(near) else np.inf
            lowest[number] = min(lowest.get(number, np.inf), seen)


def _needed(names: Sequence[str]) -> tuple[Detector, ...]:
    """These detectors and all whose tables they are made from, in the order of the house."""
    wanted = set(names)
    for detector in reversed(AIR):
        if detector.name in wanted:
            read = {read.table.name for read in detector.reads}
            wanted |= {other.name for other in AIR if other.writes.name in read}
    return tuple(detector for detector in AIR if detector.name in wanted)
