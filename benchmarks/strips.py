"""Strips inferred from real flights to aerodromes that the register hides, against where their runways really are.

Of every recording in the folder of outside data the aerodromes are taken at which at least two legs end or begin low.
Each is hidden from the register in turn, tracks are cut below 0, 500, 1,000, 2,000 and 5,000 ft above it, and k of its
flights are drawn 100 times. Found: a strip (of one flight: a single event) whose place is within 5 km of a runway.

"Error" is to the nearest ground of a runway (benchmarks/runways.py), of aerodromes without runways there to the
reference point; the error to the reference point, which lies up to 2 km from where anybody touches down, stands beside
it. Intervals are over aerodromes, drawn again: draws of one aerodrome are alike.

A low end near an aerodrome is not yet a landing there: fire-fighters are lost low over a fire or a lake. So ends that
were seen on the ground, or below 300 ft within 1 km of a runway, are shown apart from those that were not, and the
former also with a plot a minute kept: what is known of them is known from the whole recording. Nor is an end of a leg
always that of a flight: tracks break while their aircraft circles. So ends from which the plots themselves show the
same aircraft to fly on (come flying) are left out in one part, beside all that counts them.

What could be had at all: of the same draws the flights' own last plot that is nearest to a runway, picked by one who
knows it; and what takes no model, the middle of their last plots.

Half of the aerodromes, by the first byte of the SHA-256 of their identifier, is what shapes of regions were fitted to
(even); the figures are of the other half (odd). What falls short here stays as it is. Aerodromes of the odd half of
recordings beyond the folder of outside data (VEEDOR_TRAFFIC_SAMPLES) were not looked at while anything was set.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks import strip_flights as flown
from benchmarks.record import Measure
from benchmarks.strip_false import measured as false
from benchmarks.strip_sites import FOUND_M, RULES, taken
from benchmarks.strips_simulated import measure as simulated
from veedor.air.landing.gathering import Site
from veedor.air.landing.leg_ends import Ends, ends
from veedor.air.landing.pressure import readings
from veedor.registers.aerodromes import Aerodromes, listed, make
from veedor.tables import SENSORS

Ints = npt.NDArray[np.int64]

CUTS_FT, FLIGHTS, DRAWS = (0, 500, 1_000, 2_000, 5_000), (1, 2, 3, 5), 100
OFTEN_S, SELDOM_S = 15, 60
_NOT_ON = "uncut, flights not seen to fly on"


@dataclass
class Tally:
    """What the draws of one cut and number of flights came to, each aerodrome counting alike."""

    recall: list[float] = field(default_factory=list)  # of each aerodrome
    # Of each aerodrome, of the draws in which it was found: metres to a runway, and to the reference point; whether the
    # region holds a runway.
    errors: list[list[float]] = field(default_factory=list)
    from_point: list[list[float]] = field(default_factory=list)
    inside: list[list[float]] = field(default_factory=list)
    # Of the same draws: metres from a runway to the nearest of the flights' last (first) plots, and to their middle.
    nearest: list[list[float]] = field(default_factory=list)
    middle: list[list[float]] = field(default_factory=list)
    drawn: int = 0


def measure() -> Sequence[Measure]:
    """Figures of the half that nothing was fitted to, of further recordings if they are there, of simulated flights."""
    further = flown.further()
    made = [*measured(flown.plots(flown.recordings(flown.FOLDER)), 1, CUTS_FT, "")]
    if further:
        made += measured(flown.plots(further), 1, (0, 1_000), "further recordings, ")
    return [*made, *simulated()]


def measured(plots: pa.Table, half: int, cuts_ft: Sequence[int], of: str) -> Iterator[Measure]:
    """Figures of the aerodromes of one half that these plots show; `of` begins their names."""
    whole = flown.legs(flown.tracks(plots))
    known = flown.events(whole)
    fields = _only(listed(), known)
    cut = {feet: flown.legs(flown.tracks(flown.above(plots, fields, feet))) if feet else whole for feet in cuts_ft}
    chosen = {name: some for name, some in known.items() if hashlib.sha256(name.encode()).digest()[0] % 2 == half}
    tallies = {(feet, count): Tally() for feet in cuts_ft for count in FLIGHTS}
    seen = flown.seen_down(whole, chosen)
    thin = flown.legs(flown.tracks(flown.thinned(plots, SELDOM_S)))
    often = flown.watched(whole, chosen, OFTEN_S)
    on = flown.flown_on(plots, whole, chosen)
    stopped = {name: [event for event in some if event not in on] for name, some in chosen.items()}
    stopped = {name: some for name, some in stopped.items() if some}
    parts = {
        _NOT_ON: (whole, stopped),
        f"uncut, plots at least every {OFTEN_S} s": (whole, {name: chosen[name] for name in chosen if name in often}),
        "uncut, ends seen at a runway": (whole, seen),
        "uncut, ends not seen there": (whole, _others(chosen, seen)),
        f"a plot every {SELDOM_S} s, ends seen at a runway without that": (thin, seen),
    }
    apart = {(part, count): Tally() for part in parts for count in FLIGHTS}
    for name, some in chosen.items():
        hidden = _without(listed(), name)
        for feet in cuts_ft:
            _draw(name, some, cut[feet], hidden, {count: tallies[feet, count] for count in FLIGHTS}, feet)
        for part, (legs, ends_of) in parts.items():
            if name in ends_of:
                _draw(name, ends_of[name], legs, hidden, {count: apart[part, count] for count in FLIGHTS}, 0)
    note = f"{len(chosen)} aerodromes: {', '.join(chosen)}"
    yield Measure(f"{of}aerodromes hidden, of the half that nothing was fitted to", len(chosen), "", note=note)
    ends_of_all = sum(len(some) for some in chosen.values())
    told = ", ".join(f"{name} {sum(e in on for e in some)} of {len(some)}" for name, some in chosen.items())
    yield Measure(
        f"{of}low ends from which the plots show the aircraft to fly on", len(on) / ends_of_all, "", note=told
    )
    for (feet, count), tally in tallies.items():
        how = of + ("uncut" if not feet else f"cut below {feet:,} ft")
        yield from _figures(how, feet == 0 and count >= 3, count, tally)
    for (part, count), tally in apart.items():
        yield from _figures(f"{of}{part}", part == _NOT_ON and count >= 3, count, tally)
    yield from false(cut, listed(), of)


def _others(
    every: Mapping[str, Sequence[flown.Event]], some: Mapping[str, Sequence[flown.Event]]
) -> dict[str, list[flown.Event]]:
    """The events that are not among some of them."""
    left = {name: [event for event in events if event not in some.get(name, ())] for name, events in every.items()}
    return {name: events for name, events in left.items() if events}


def _draw(
    name: str, some: Sequence[flown.Event], legs: pa.Table, hidden: Aerodromes, tallies: Mapping[int, Tally], feet: int
) -> None:
    found = ends(legs, SENSORS.empty(), hidden, RULES)
    by_leg = {pair: k for k, pair in enumerate(zip(found.legs["leg"].to_pylist(), found.landing.tolist(), strict=True))}
    pressure = readings(found, hidden, RULES)
    names = legs["leg"].to_pylist()
    left = [
        by_leg.get((names[row], event.side == "end"), -1) if row >= 0 else -1
        for event, row in zip(some, flown.matched(some, legs), strict=True)
    ]
    seed = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    for count, tally in tallies.items():
        if len(left) < count:
            continue
        known = dict[tuple[int, ...], Site | None]()
        errors, from_point, inside = list[float](), list[float](), list[float]()
        nearest, middle = list[float](), list[float]()
        for drawn in flown.draws(count, len(left), (seed, count, feet), DRAWS):
            numbers = tuple(left[k] for k in drawn.tolist() if left[k] >= 0)
            if numbers not in known:  # of few flights the same are drawn again and again
                known[numbers] = _best(name, numbers, found, pressure, count)
            site = known[numbers]
            tally.drawn += 1
            if site is not None:
                truth = flown.truth_m(name, site.lat_e7, site.lon_e7, listed())
                errors.append(flown.error_m(truth))
                from_point.append(flown.error_m(flown.point_m(name, site.lat_e7, site.lon_e7, listed())))
                inside.append(flown.held(truth, site.major_mm, site.minor_mm, site.major_azimuth_e7))
                lat, lon = found.lat_e7[list(numbers)], found.lon_e7[list(numbers)]
                places = zip(lat.tolist(), lon.tolist(), strict=True)
                nearest.append(min(flown.error_m(flown.truth_m(name, *place, listed())) for place in places))
                at = round(float(lat.mean())), round(float(lon.mean()))
                middle.append(flown.error_m(flown.truth_m(name, *at, listed())))
        tally.recall.append(len(errors) / DRAWS)
        tally.errors.append(errors)
        tally.from_point.append(from_point)
        tally.inside.append(inside)
        tally.nearest.append(nearest)
        tally.middle.append(middle)


def _best(
    name: str, numbers: Sequence[int], found: Ends, pressure: Ints, count: int
) -> Site | None:  # fmt: skip
    """The strongest strip near the aerodrome that these ends, each on a day of its own, come to."""
    if not numbers:
        return None
    made, _ = taken(found, np.array(numbers, np.int64), pressure, np.arange(len(numbers)))
    for site in made:
        if (count == 1) or site.evidence_milli_log10 > 0:
            truth = flown.truth_m(name, site.lat_e7, site.lon_e7, listed())
            if flown.error_m(truth) <= FOUND_M:
                return site
    return None


def _figures(how: str, goal: bool, count: int, tally: Tally) -> Iterator[Measure]:
    if not tally.recall:
        return
    what = f"{how}, {count} flight{'s' if count > 1 else ''}"
    recall = [[value] for value in tally.recall]
    yield Measure(
        f"{what}: recall", _mean(recall), "", goal=">= 0.9" if goal else "",
        note=f"{_spread(recall, _mean)}, {tally.drawn} draws",
    )  # fmt: skip
    if any(tally.errors):
        every = [error for some in tally.errors for error in some]
        note = f"{_spread(tally.errors, _median, ' m')}; 90 % within {np.percentile(every, 90):.0f} m; median "
        note += f"{_median(tally.from_point):.0f} m from the reference point"
        yield Measure(f"{what}: median error", _median(tally.errors), "m", goal="<= 500 m" if goal else "", note=note)
        yield Measure(
            f"{what}: 95 % regions that hold a runway", _mean(tally.inside), "", goal="0.92 to 0.98",
            note=_spread(tally.inside, _mean),
        )  # fmt: skip
    if goal and any(tally.errors):
        yield Measure(
            f"{what}: limit, last plot nearest to a runway", _median(tally.nearest), "m",
            note=f"picked by one who knows the runway; {_spread(tally.nearest, _median, ' m')}",
        )  # fmt: skip
        yield Measure(
            f"{what}: middle of the last plots", _median(tally.middle), "m", note=_spread(tally.middle, _median, " m")
        )


def _mean(values: Sequence[Sequence[float]]) -> float:
    return float(np.mean(np.concatenate([np.asarray(some, np.float64) for some in values])))


def _median(values: Sequence[Sequence[float]]) -> float:
    return float(np.median(np.concatenate([np.asarray(some, np.float64) for some in values])))


def _spread(
    values: Sequence[Sequence[float]], figure: Callable[[Sequence[Sequence[float]]], float], unit: str = ""
) -> str:
    """Interval of a figure over aerodromes, by drawing those that have any values again 1,000 times."""
    rng = np.random.default_rng(1)
    some = [value for value in values if len(value)]
    figures = [figure([some[k] for k in rng.integers(0, len(some), len(some))]) for _ in range(1_000)]
    low, high = np.percentile(figures, [2.5, 97.5])
    said = f"{low:.0f} to {high:.0f}" if unit else f"{low:.2f} to {high:.2f}"
    return f"95 % interval {said}{unit} over {len(some)} aerodromes"


def _only(register: Aerodromes, names: Mapping[str, object]) -> Aerodromes:
    return make([row for row in _rows(register) if row[0] in names], "those measured")


def _without(register: Aerodromes, name: str) -> Aerodromes:
    return make([row for row in _rows(register) if row[0] != name], f"without {name}")


def _rows(register: Aerodromes) -> list[tuple]:
    return list(zip(*(register.table[column].to_pylist() for column in register.table.column_names), strict=True))
