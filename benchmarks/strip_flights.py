"""Real flights for measuring strips: recordings to legs, cut below a height, and which legs end low at an aerodrome.

A flight is drawn by one end of a leg, and gets a day of its own: most recordings hold one day, and a strip needs two.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.runways import RUNWAYS
from veedor.air.detectors import DETECTORS
from veedor.engine.detector import Owner
from veedor.formats.reader import Options
from veedor.formats.receivers.traffic_json import READER
from veedor.formats.source import FileSource
from veedor.geodesy import distance_mm
from veedor.registers.aerodromes import Aerodromes, listed
from veedor.tables import BIASES, LEGS, PLOTS, SENSORS
from veedor.tables.plots import NOT_A_TARGET, ON_GROUND

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

FOLDER = Path(os.environ.get("VEEDOR_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data/air/traffic"
# Further recordings of the package `traffic` 2.13 (its folder `data/samples`), which the outside data leave out.
FURTHER = os.environ.get("VEEDOR_TRAFFIC_SAMPLES")
# Labels of broken recordings, whose places are wrong on purpose, and of formats of their own.
LEFT_OUT = ("noisy", "performance")
FOOT_MM = 304.8
LOW_FT, NEAR_MM, CUT_WITHIN_MM = 1_500, 10_000_000, 40_000_000
# An end belongs to an aerodrome if a glide of 4 % would bring it there, and somebody was seen to use it.
GLIDE_MM, GLIDE_PERMILLE = 2_000_000, 40
SURE_FT, SURE_MM = 500, 4_000_000
SEEN_FT, SEEN_M = 300, 1_000.0
# Who gets on no slower than this, in steps of so long, for a minute, has not landed.
FLIES_MM_S, STEP_US, FLIES_US = 25_000, 10_000_000, 60_000_000
LEG_PLOTS, LEG_US = 3, 60_000_000  # a leg of fewer plots, or of moments and never on the ground, is a scrap of one
_CHAIN = ("associate", "join", "tracks")


def recordings(folder: Path) -> list[Path]:
    """Files of ADS-B points, by label and name."""
    return [path for path in sorted(folder.glob("*/*.json.gz")) if path.parent.name not in LEFT_OUT]


def further() -> list[Path]:
    """Recordings that lie in no folder of outside data; none where nobody says where the package is."""
    known = {path.name for path in FOLDER.glob("*/*.json.gz")}
    return [path for path in recordings(Path(FURTHER)) if path.name not in known] if FURTHER else []


def plots(paths: Sequence[Path]) -> pa.Table:
    """Every point of these recordings as a plot, one sensor a file."""
    parts = []
    for number, path in enumerate(paths):
        for batch in READER.read(FileSource(path), Options(sensor=path.name.removesuffix(".json.gz"))):
            rows = batch.rows.num_rows
            parts.append(
                batch.rows.append_column("deposit", pa.array([bytes([number]) * 32] * rows, pa.binary(32)))
                .append_column("file", pa.array(np.zeros(rows, np.int32)))
            )  # fmt: skip
    return pa.concat_tables([PLOTS.cast(part) for part in parts])


def tracks(table: pa.Table) -> pa.Table:
    """The shipped chain from plots to tracks."""
    table = table.filter(pa.array((table["flags"].to_numpy() & NOT_A_TARGET) == 0))
    tables = {"plots": table, "sensors": SENSORS.empty(), "biases": BIASES.empty()}
    for detector in DETECTORS:
        if detector.name in _CHAIN:
            given = {}
            for read in detector.reads:
                rows = tables[read.table.name]
                for column, _, value in read.filter:
                    rows = rows.filter(pa.array(rows[column].to_numpy(zero_copy_only=False) == value))
                given[read.name] = rows.select(list(read.columns)) if read.columns else rows
            tables[detector.writes.name] = detector.run(given, Owner(), detector.parameters)
    return tables["tracks"]


def legs(table: pa.Table) -> pa.Table:
    """The shipped legs."""
    found = next(detector for detector in DETECTORS if detector.name == "legs")
    return LEGS.cast(found.run({"tracks": table}, Owner(), found.parameters))


def above(table: pa.Table, fields: Aerodromes, cut_ft: int) -> pa.Table:
    """Plots without those that are lower than `cut_ft` above the nearest of these aerodromes, within 40 km; 0 cuts
    nothing. Plots are cut, not tracks: a smoothed course would know what comes after the cut."""
    if not cut_ft:
        return table
    place = table["lat_e7"].is_valid().to_numpy()
    lat, lon = (table[name].fill_null(0).to_numpy().astype(np.int64) for name in ("lat_e7", "lon_e7"))
    row, away = fields.nearest(lat, lon)
    ground = fields.table["elevation_mm"].to_numpy()[row]
    altitude = pc.coalesce(table["altitude_pressure_mm"], table["altitude_geometric_mm"]).fill_null(0).to_numpy()
    return table.filter(pa.array(~place | (away > CUT_WITHIN_MM) | (altitude - ground >= cut_ft * FOOT_MM)))


@dataclass(frozen=True)
class Event:
    """One low end of one leg: a landing or a take-off that the recording shows."""

    leg: int
    flight: tuple[str, int]  # recording and address: legs of cut plots have other names
    side: str  # start or end
    time_us: int
    aerodrome: str


def events(legs_table: pa.Table) -> dict[str, list[Event]]:
    """Low ends by aerodrome: at most 1,500 ft above the nearest listed one, or on the ground, within 10 km and within
    a glide; of aerodromes at which at least two legs have such ends, one of them below 500 ft within 4 km. One aircraft
    that comes down twice counts twice: its track may go on over the ground, its legs do not."""
    register = listed()
    idents = register.table["ident"].to_pylist()
    ground = register.table["elevation_mm"].to_numpy()
    found: dict[str, list[Event]] = {}
    sure: set[str] = set()
    lasts = _span_us(legs_table) >= LEG_US
    for side in ("start", "end"):
        lat, lon = (legs_table[f"{side}_{name}_e7"].to_numpy().astype(np.int64) for name in ("lat", "lon"))
        row, away = register.nearest(lat, lon)
        height = legs_table[f"{side}_altitude_mm"].fill_null(1 << 40).to_numpy() - ground[row]
        stopped = legs_table[f"{side}s_on_ground" if side == "start" else "ends_on_ground"].to_numpy()
        height = np.where(stopped, 0, height)
        glide = away <= GLIDE_MM + np.maximum(0, height) * 1000 // GLIDE_PERMILLE
        flown = (legs_table["plots"].to_numpy() >= LEG_PLOTS) & (lasts | stopped)
        low = flown & (away <= NEAR_MM) & (height <= LOW_FT * FOOT_MM) & glide
        sure.update(
            idents[int(row[k])] for k in np.flatnonzero(low & (height <= SURE_FT * FOOT_MM) & (away <= SURE_MM))
        )
        times = legs_table[side].cast(pa.int64()).to_numpy()
        names, numbers = flights(legs_table), legs_table["leg"].to_pylist()
        for k in np.flatnonzero(low).tolist():
            event = Event(numbers[k], names[k], side, int(times[k]), idents[int(row[k])])
            found.setdefault(event.aerodrome, []).append(event)
    return {
        name: sorted(some, key=lambda e: (e.time_us, e.leg, e.side))
        for name, some in sorted(found.items())
        if name in sure and len({event.leg for event in some}) >= 2
    }


def watched(legs_table: pa.Table, known: Mapping[str, Sequence[Event]], seconds: int) -> set[str]:
    """Aerodromes whose flights were plotted at least every so many seconds, by the median over them: a recording
    with a plot a minute shows neither the last turn nor the last kilometre."""
    times = [legs_table[side].cast(pa.int64()).to_numpy() for side in ("start", "end")]
    every = (times[1] - times[0]) // np.maximum(1, legs_table["plots"].to_numpy() - 1)
    found = set()
    for name, some in known.items():
        rows = [row for row in matched(some, legs_table) if row >= 0]
        if np.median(every[rows]) <= seconds * 1_000_000:
            found.add(name)
    return found


def seen_down(legs_table: pa.Table, known: Mapping[str, Sequence[Event]]) -> dict[str, list[Event]]:
    """Those events that are landings or take-offs there for certain: seen on the ground, or below 300 ft within 1 km of
    a runway."""
    register = listed()
    idents = register.table["ident"].to_pylist()
    found: dict[str, list[Event]] = {}
    for name, some in known.items():
        ground = register.table["elevation_mm"][idents.index(name)].as_py()
        for event, row in zip(some, matched(some, legs_table), strict=True):
            leg = legs_table.slice(row, 1).to_pylist()[0]
            stood = leg["ends_on_ground" if event.side == "end" else "starts_on_ground"]
            altitude = leg[f"{event.side}_altitude_mm"]
            height = 1 << 40 if altitude is None else altitude - ground
            truth = truth_m(name, leg[f"{event.side}_lat_e7"], leg[f"{event.side}_lon_e7"], register)
            if stood or (height <= SEEN_FT * FOOT_MM and error_m(truth) <= SEEN_M):
                found.setdefault(name, []).append(event)
    return found


def flown_on(plots_table: pa.Table, legs_table: pa.Table, known: Mapping[str, Sequence[Event]]) -> set[Event]:
    """Events that were no landings (take-offs), by the plots themselves: from there the same aircraft moves on (comes)
    from plot to plot no slower than 25 m/s for a minute, never on the ground. No track and no leg is asked."""
    place = plots_table.filter(pc.and_(plots_table["lat_e7"].is_valid(), plots_table["address"].is_valid()))
    names, address = place["sensor"].to_pylist(), place["address"].to_numpy()
    time = place["time"].cast(pa.int64()).to_numpy()
    lat, lon = (place[name].to_numpy().astype(np.int64) for name in ("lat_e7", "lon_e7"))
    ground = (place["flags"].to_numpy() & ON_GROUND) != 0
    of: dict[tuple[str, int], list[int]] = {}
    for k, flight in enumerate(zip(names, address.tolist(), strict=True)):
        of.setdefault(flight, []).append(k)
    found = set()
    for events_of in known.values():
        for event, row in zip(events_of, matched(events_of, legs_table), strict=True):
            sign = 1 if event.side == "end" else -1
            at = [(sign * (int(time[k]) - event.time_us), k) for k in of.get(event.flight, [])]
            leg = legs_table.slice(row, 1).to_pylist()[0]
            here = leg[f"{event.side}_lat_e7"], leg[f"{event.side}_lon_e7"]
            since = 0
            for later, k in sorted(at):
                if later - since < STEP_US:
                    continue
                there = int(lat[k]), int(lon[k])
                if ground[k] or int(distance_mm(*here, *there)) < FLIES_MM_S * (later - since) // 1_000_000:
                    break
                if later >= FLIES_US:
                    found.add(event)
                    break
                here, since = there, later
    return found


def thinned(table: pa.Table, seconds: int) -> pa.Table:
    """The first plot of each recording and address in every so many seconds."""
    time = table["time"].cast(pa.int64()).to_numpy() // (seconds * 1_000_000)
    sensor = table["sensor"].combine_chunks().dictionary_encode().indices.to_numpy()
    address = table["address"].fill_null(-1).to_numpy().astype(np.int64)
    _, first = np.unique(np.stack([sensor.astype(np.int64), address, time]), axis=1, return_index=True)
    return table.take(pa.array(np.sort(first)))


def matched(wanted: Sequence[Event], legs_table: pa.Table) -> list[int]:
    """For each event the row of the leg that (after cutting) still shows it: the same flight and side, its time nearest
    and within 10 minutes; -1 where nothing is left of it."""
    by_flight: dict[tuple[str, int], list[int]] = {}
    for k, name in enumerate(flights(legs_table)):
        by_flight.setdefault(name, []).append(k)
    times = {side: legs_table[side].cast(pa.int64()).to_numpy() for side in ("start", "end")}
    rows = []
    for event in wanted:
        near = [(abs(int(times[event.side][k]) - event.time_us), k) for k in by_flight.get(event.flight, [])]
        best = min(near, default=(1 << 60, -1))
        rows.append(best[1] if best[0] <= 10 * 60_000_000 else -1)
    return rows


def flights(legs_table: pa.Table) -> list[tuple[str, int]]:
    """Recording and address of each leg; every recording says addresses."""
    addresses = legs_table["address"].fill_null(-1).to_pylist()
    return [(names[0], who) for names, who in zip(legs_table["sensors"].to_pylist(), addresses, strict=True)]


def truth_m(ident: str, lat_e7: int, lon_e7: int, register: Aerodromes) -> Floats:
    """Where the ground of an aerodrome's runways lies from a place: points along every centre line, metres to the east
    and to the north; of an aerodrome without runways here its reference point alone."""
    lines = RUNWAYS.get(ident)
    if lines is None:
        return point_m(ident, lat_e7, lon_e7, register)
    share = np.linspace(0.0, 1.0, 41)
    ends = np.array(lines)
    lat = (ends[:, :1] + share * (ends[:, 2:3] - ends[:, :1])).ravel()
    lon = (ends[:, 1:2] + share * (ends[:, 3:4] - ends[:, 1:2])).ravel()
    return from_m(lat, lon, lat_e7, lon_e7)


def point_m(ident: str, lat_e7: int, lon_e7: int, register: Aerodromes) -> Floats:
    """Where the reference point of an aerodrome lies from a place, as one point of `truth_m`."""
    row = pc.index(register.table["ident"], ident).as_py()
    lat, lon = (np.array([register.table[name][row].as_py() / 1e7]) for name in ("lat_e7", "lon_e7"))
    return from_m(lat, lon, lat_e7, lon_e7)


def from_m(lat: Floats, lon: Floats, lat_e7: int, lon_e7: int) -> Floats:
    """Places in degrees as metres to the east and north of one."""
    north = (lat - lat_e7 / 1e7) * 111_195.0
    return np.stack([(lon - lon_e7 / 1e7) * 111_195.0 * np.cos(np.radians(lat)), north], axis=1)


def error_m(truth: Floats) -> float:
    """Metres to the nearest runway."""
    return float(np.hypot(truth[:, 0], truth[:, 1]).min())


def held(truth: Floats, major_mm: int, minor_mm: int, azimuth_e7: int) -> bool:
    """Whether an ellipse around the place holds some of a runway."""
    angle = np.radians(azimuth_e7 / 1e7)
    along = truth[:, 0] * np.sin(angle) + truth[:, 1] * np.cos(angle)
    across = truth[:, 0] * np.cos(angle) - truth[:, 1] * np.sin(angle)
    return bool(((along / (major_mm / 1000)) ** 2 + (across / (minor_mm / 1000)) ** 2 <= 1.0).any())


def flight_hours(legs_table: pa.Table) -> float:
    """Time in the air that the legs show."""
    return float(_span_us(legs_table).sum()) / 3.6e9


def _span_us(legs_table: pa.Table) -> Ints:
    """From first plot to last."""
    end, start = (legs_table[side].cast(pa.int64()).to_numpy() for side in ("end", "start"))
    return np.asarray(end - start, np.int64)


def draws(count: int, of: int, seed: Sequence[int], times: int) -> Iterator[Ints]:
    """`times` draws of `count` out of `of`, each without repetition, the same for the same seed."""
    rng = np.random.default_rng(list(seed))
    for _ in range(times):
        yield np.sort(rng.choice(of, count, replace=False)).astype(np.int64)


def by_name(register: Aerodromes) -> Mapping[str, int]:
    return {name: k for k, name in enumerate(register.table["ident"].to_pylist())}
