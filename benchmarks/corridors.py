"""Corridors: how often a recurring silent route is found, how well it is drawn, how often one is drawn that is none.

Skies of two months with one planted route (benchmarks/corridor_skies.py) among ordinary traffic, other illicit flights
and silent innocent ones, judged whole and by their first month; and skies where nobody smuggles. Settings were made on
seeds 901 to 916.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from shapely import LineString, Polygon

from benchmarks.corridor_skies import START_US, CorridorSky, Kind, corridor_sky
from benchmarks.patterns import interval
from benchmarks.record import Measure
from veedor.air.routes.corridor_findings import CorridorFindings
from veedor.air.routes.corridors import Corridors
from veedor.engine.detector import Owner
from veedor.simulate.sphere import apart

SEEDS = (931, 932, 933, 934, 935, 936)
INNOCENT_SEEDS = (941, 942, 943, 944, 945, 946)
EVERY = (1, 2, 3, 5, 7, 10)
MONTHS = (1, 2)
PLANTED = Kind(illicit_a_month=20, vfr_a_day=4, crop_a_day=4)
INNOCENT = {
    "ordinary traffic alone": Kind(),
    "many silent innocents": Kind(vfr_a_day=15, crop_a_day=15),
    "three innocent silent runs, each every 2 days": Kind(vfr_a_day=4, crop_a_day=4, commuters=3),
}
_DAY_US, _E7 = 86_400_000_000, 1e7
_BESIDE_DEG = 0.25  # as far from the planned route is on it: weaving, and the width of a cell


@dataclass
class Tally:
    """Planted skies of one interval and length, and their corridors."""

    skies: int = 0
    found: int = 0
    seen: list[int] = field(default_factory=list)  # unexplained legs of the route, by sky
    inside: list[float] = field(default_factory=list)  # share of the outline that lies beside the route
    covered: list[float] = field(default_factory=list)  # share of the route within the outline
    rightly: list[bool] = field(default_factory=list)  # direction within 45 degrees
    weekly: list[float] = field(default_factory=list)  # error of a week's volume, flights
    share: list[float] = field(default_factory=list)  # of the flights that were flown in its weeks
    smuggled: int = 0
    legs: int = 0
    false: int = 0


def measure() -> Sequence[Measure]:
    """By interval and length: found, drawn how; then false corridors of skies without smugglers."""
    tallies = {(every, months): Tally() for every in EVERY for months in MONTHS}
    for every in EVERY:
        for seed in SEEDS:
            sky = corridor_sky(seed, 60, replace(PLANTED, every=every))
            for months in MONTHS:
                _planted(_first(sky, 30 * months), tallies[every, months])
    return [
        *(figure for (every, months), tally in tallies.items() for figure in _figures(every, months, tally)),
        *(figure for name, kind in INNOCENT.items() for figure in _innocent(name, kind)),
    ]


def _first(sky: CorridorSky, days: int) -> CorridorSky:
    """The sky's first days alone."""
    end = pa.scalar(START_US + days * _DAY_US, pa.timestamp("us", "UTC"))
    legs = sky.tables["legs"].filter(pa.compute.less(sky.tables["legs"]["start"], end))
    kept = {
        name: table.filter(pa.compute.is_in(table["leg"], legs["leg"])) if "leg" in table.column_names else table
        for name, table in sky.tables.items()
    }
    return replace(sky, tables=kept, days=tuple(day for day in sky.days if day < days))


def _corridors(sky: CorridorSky) -> list[dict[str, Any]]:
    """The corridors that are told as findings."""
    detector, findings = Corridors(), CorridorFindings()
    made = detector.run(sky.tables, Owner(), detector.parameters)
    told = findings.run({**sky.tables, "corridors": made}, Owner(), findings.parameters)
    names = {int(subject.partition(":")[2]) for subject in told["subject"].to_pylist()}
    return [row for row in made.to_pylist() if row["corridor"] in names]


def _planted(sky: CorridorSky, tally: Tally) -> None:
    assert sky.route is not None
    scores = sky.tables["leg_scores"]
    out = [leg for leg, is_out in zip(scores["leg"].to_pylist(), scores["unexplained"].to_pylist(), strict=True)
           if is_out]  # fmt: skip
    tally.skies += 1
    tally.seen.append(sum(sky.flew[leg] == "planted" for leg in out))
    found = False
    for row in _corridors(sky):
        flown = Counter(sky.flew[leg] for leg in row["legs"])
        tally.legs += len(row["legs"])
        tally.smuggled += flown["planted"] + flown["illicit"]
        tally.false += 2 * (flown["planted"] + flown["illicit"]) < len(row["legs"])
        if 2 * flown["planted"] >= len(row["legs"]):
            found = True
            _drawn(row, sky, tally)
    tally.found += found


def _drawn(row: Mapping[str, Any], sky: CorridorSky, tally: Tally) -> None:
    """How a corridor of the planted route lies beside it, and what it says of direction and volume."""
    assert sky.route is not None
    (lat, lon), (to_lat, to_lon) = sky.route
    line = LineString([(lon, lat), (to_lon, to_lat)])
    corners = zip(row["polygon_lon_e7"], row["polygon_lat_e7"], strict=True)
    outline = Polygon([(x / _E7, y / _E7) for x, y in corners])
    tally.inside.append(outline.intersection(line.buffer(_BESIDE_DEG)).area / outline.area)
    tally.covered.append(outline.intersection(line).length / line.length)
    off = (row["direction_e7"] / _E7 - apart(lat, lon, to_lat, to_lon)[1] + 180.0) % 360.0 - 180.0
    tally.rightly.append(abs(off) <= 45.0)
    true = np.bincount([day // 7 for day in sky.days], minlength=len(row["weeks"]))
    # The first leg of the record begins its first week.
    tally.weekly.append(float(np.mean(np.abs(np.array(row["weeks"]) - true[: len(row["weeks"])]))))
    tally.share.append(sum(row["weeks"]) / len(sky.days))


def _figures(every: int, months: int, tally: Tally) -> Iterator[Measure]:
    name = f"a flight every {every} days" if every > 1 else "a flight a day"
    name += f", {months} month{'s' if months > 1 else ''}"
    low, high = interval(tally.found, tally.skies)
    note = (
        f"{tally.found} of {tally.skies} (95 %: {low:.2f} to {high:.2f}); unexplained legs of the route by sky: "
        f"{', '.join(map(str, tally.seen))}; false corridors: {tally.false}"
    )
    yield Measure(f"{name}: route found", tally.found / tally.skies, "of skies", note=note)
    if not tally.share:
        return
    middle = {k: float(np.median(getattr(tally, k))) for k in ("inside", "covered", "weekly", "share")}
    note = (
        f"{middle['covered']:.2f} of the route in the outline; direction right in {sum(tally.rightly)} of "
        f"{len(tally.rightly)}; error of a week {middle['weekly']:.2g} flights, {middle['share']:.2f} of all flown "
        f"counted; {tally.smuggled} of {tally.legs} legs behind corridors flown by smugglers"
    )
    yield Measure(f"{name}: outline within 28 km of the route", middle["inside"], "of its area, median", note=note)


def _innocent(name: str, kind: Kind) -> Iterator[Measure]:
    found = [len(_corridors(corridor_sky(seed, 60, kind))) for seed in INNOCENT_SEEDS]
    note = f"in skies of two months: {', '.join(map(str, found))}"
    yield Measure(f"nobody smuggles, {name}: false corridors", sum(found) / (2 * len(found)), "a month", note=note)


if __name__ == "__main__":
    for measured in measure():
        print(measured.what, f"{measured.value:.3g}", measured.unit, measured.note)
