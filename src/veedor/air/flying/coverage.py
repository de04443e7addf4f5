"""Coverage as the tracks themselves show it: per sensor, mode, cell, altitude band and day, what it could have detected
and what it did; and, for all sensors together, through which cells tracks were followed and where they were lost.

No circle around a radar and no constant detection probability. A turn counts for a sensor while other detections say
where the target was; primary coverage is the share of answers that came with an echo; an hour in which the sensor was
off gives nothing, nor does a sector that it does not look at. Turns are those that the radar tells of in its messages,
else of its site table, else as its answers come. Cells nobody flew in with a transponder are absent: unknown, not
covered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import NO_ALTITUDE, Array, array, ints, ranks, texts
from veedor.air.evidence import Sensors
from veedor.air.flying.legs import in_order
from veedor.air.flying.rules import CoverageRules
from veedor.air.flying.turns import DAY_US, HOURS_KEPT, SENSORS_MOST, turns
from veedor.air.grid import band_of, cell_of
from veedor.air.scales import HOUR_US, MINUTE_US
from veedor.air.sensing.blanked import BLANKED_NEEDED, Blanked
from veedor.engine.detector import Broadcast, Owner, Read, Whole
from veedor.kernel import kernel
from veedor.tables import BLANKINGS, COVERAGE, SENSOR_STATE, SENSOR_TURNS, SENSORS, TRACKS, Table
from veedor.tables.plots import ADSB, AIS, MLAT, PSR, REPORT, SSR

Ints = npt.NDArray[np.int64]

CELL_E7 = 2_000_000
ALL = ""  # the sensor of rows that count all sensors together
TURNS_NEEDED = ("sensor", "hour", "turns", "rotations", "rotation_sum_us", "message_silence_us")
MARKERS_LEAST = 60  # north markers of an hour that tell a turn time: one a minute
MODES = (PSR, SSR, ADSB, MLAT, AIS, REPORT)
_COUNTERS = ("opportunities", "hits", "passes", "losses", "starts")
_KEYS = ("sensor", "mode", "cell", "band", "day")


@dataclass(frozen=True)
class Coverage:
    """Reducer: TRACKS; SENSORS, SENSOR_STATE, SENSOR_TURNS, BLANKINGS broadcast -> COVERAGE. A stored bucket of tracks
    is never divided, so every track is seen whole."""

    parameters: CoverageRules = field(default_factory=CoverageRules)
    name: str = "coverage"
    version: int = 4
    writes: Table = COVERAGE

    @property
    def reads(self) -> tuple[Read, ...]:
        columns = ("track", "time", "sensor", "deposit", "row", "mode", "lat_e7", "lon_e7", "altitude_mm")
        return (
            Read(TRACKS, Whole(), columns),
            Read(SENSORS, Broadcast(), ("rotation_ms", *BLANKED_NEEDED)),
            Read(SENSOR_STATE, Broadcast()),
            Read(SENSOR_TURNS, Broadcast(), TURNS_NEEDED),
            Read(BLANKINGS, Broadcast()),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: CoverageRules) -> pa.Table:
        points = in_order(tables["tracks"])
        if not points.num_rows:
            return COVERAGE.empty()
        parts = [_together(points, parameters), _by_sensor(points, tables, parameters)]
        return self.merge(pa.concat_tables(parts), parameters)

    def merge(self, partial: pa.Table, parameters: CoverageRules) -> pa.Table:
        if not partial.num_rows:
            return COVERAGE.empty()
        # A sensor at a time, in arrays: Arrow's grouping takes ten times what the rows do, and was the chain's peak.
        names: Array = pc.unique(partial["sensor"]).sort()
        return pa.concat_tables(_summed(name, partial.filter(pc.equal(partial["sensor"], name))) for name in names)


def _summed(sensor: Array, partial: pa.Table) -> pa.Table:
    """Rows of one sensor in declared order, each key once."""
    keys = [ints(partial[name], 0) for name in _KEYS[1:]]
    order = np.lexsort(keys[::-1])
    new = np.zeros(len(order), np.bool_)
    new[0] = True
    for number, values in enumerate(keys):
        keys[number] = values[order]
        new[1:] |= keys[number][1:] != keys[number][:-1]
    first = np.flatnonzero(new)
    columns = {"sensor": pa.repeat(sensor, len(first))}
    columns |= {name: array(values[first]) for name, values in zip(_KEYS[1:], keys, strict=True)}
    columns |= {name: array(np.add.reduceat(ints(partial[name], 0)[order], first)) for name in _COUNTERS}
    return COVERAGE.cast(pa.table(columns))


def _by_sensor(points: pa.Table, tables: Mapping[str, pa.Table], parameters: CoverageRules) -> pa.Table:
    """Opportunities and hits of every sensor."""
    names: Array = pc.unique(points["sensor"]).sort()
    if len(names) >= SENSORS_MOST:
        raise ValueError(f"{len(names)} sensors on one bucket of tracks, at most {SENSORS_MOST - 1}")
    track, time = ints(points["track"], 0), ints(points["time"], 0)
    limits = np.append(np.flatnonzero(np.diff(track, prepend=track[0] - 1)), len(track))
    altitude = ints(points["altitude_mm"], NO_ALTITUDE)
    spread(limits, time, altitude, parameters.between_us)
    rotation, on = _rotations(tables["sensors"], texts(names)), _hours_on(tables["sensor_state"], texts(names))
    said = _turns_said(tables["sensor_turns"], texts(names))
    blanked = Blanked.load(tables["sensors"], tables["blankings"], texts(names))
    out = np.zeros((2, 3 * len(time) + 1_000), np.int64)
    scratch = np.zeros((2, int(np.diff(limits).max())), np.int64)
    while True:
        count = turns(
            limits, time, ints(points["lat_e7"], 0), ints(points["lon_e7"], 0), altitude, ranks(points["sensor"]),
            ints(points["mode"], 0), rotation, said, on, blanked.limits, blanked.windows, CELL_E7,
            parameters.between_us, parameters.beyond_us, np.full(len(names), -1), scratch, out,
        )  # fmt: skip
        if count <= out.shape[1]:
            break
        out = np.zeros((2, count), np.int64)
    events, opportunities, hits = _counted(out[0, :count], out[1, :count])
    rest = events >> 33
    nothing = np.zeros(len(events), np.int64)
    return _rows(
        names.take(array(rest // 8 % SENSORS_MOST)), np.array(MODES)[rest % 8], (events >> 3) & ((1 << 30) - 1),
        (events & 7) - 1, rest // (8 * SENSORS_MOST), (opportunities, hits, nothing, nothing, nothing),
    )  # fmt: skip


def _counted(events: Ints, hits: Ints) -> tuple[Ints, Ints, Ints]:
    """Distinct events in order, how often each occurs, and how many of them were hits.

    A target stays in a cell for many turns: runs of one event are counted before what is left is sorted, which would
    take longest. Echoes stand between the answers they came with, so they are taken apart first."""
    if not len(events):
        return events, events, events
    echo = (events >> 33) % 8 == 0
    order = np.concatenate([np.flatnonzero(~echo), np.flatnonzero(echo)])
    events, hits = events[order], hits[order]
    starts = np.flatnonzero(np.append(True, events[1:] != events[:-1]))
    lengths, hit = np.diff(np.append(starts, len(events))), np.add.reduceat(hits, starts)
    names, inverse = np.unique(events[starts], return_inverse=True)
    totals = [np.zeros(len(names), np.int64) for _ in range(2)]
    np.add.at(totals[0], inverse, lengths)
    np.add.at(totals[1], inverse, hit)
    return names, totals[0], totals[1]


def _rotations(sensors: pa.Table, names: list[str]) -> Ints:
    """Turn time by sensor in microseconds, the last that its site tables state; 0 where none does."""
    order = sensors.sort_by([(name, "ascending") for name in ("sensor", "valid_from", "deposit", "row")])
    stated = {row["sensor"]: row["rotation_ms"] for row in order.to_pylist() if row["rotation_ms"]}
    return np.array([1_000 * stated.get(name, 0) for name in names], np.int64)


def _turns_said(said: pa.Table, names: list[str]) -> Ints:
    """Two rows: sorted numbers sensor * HOURS_KEPT + hour, and the turn time that the sensor's messages give for it: as
    it says it, else the hour by its north markers, where messages came without a break."""
    known = {name: rank for rank, name in enumerate(names)}
    found = []
    for row in said.select(list(TURNS_NEEDED)).to_pylist():
        turn = row["rotation_sum_us"] // row["rotations"] if row["rotations"] else 0
        if not turn and row["turns"] >= MARKERS_LEAST and row["message_silence_us"] <= MINUTE_US:
            turn = HOUR_US // row["turns"]
        if turn and row["sensor"] in known:
            hour = round(row["hour"].timestamp()) * 1_000_000 // HOUR_US
            found.append((known[row["sensor"]] * HOURS_KEPT + hour, turn))
    return np.array(sorted(found), np.int64).reshape(-1, 2).T.copy()


def _hours_on(state: pa.Table, names: list[str]) -> Ints:
    """Sorted numbers sensor * HOURS_KEPT + hour, of hours in which a sensor was on as far as its own record shows."""
    sensors = Sensors.load(state)
    found = [
        rank * HOURS_KEPT + hour
        for rank, name in enumerate(names)
        for hour in sorted(sensors.hours.get(name, {}))
        if not sensors.off_us(name, hour * HOUR_US, (hour + 1) * HOUR_US)
    ]
    return np.array(found, np.int64)


def _together(points: pa.Table, parameters: CoverageRules) -> pa.Table:
    """Tracks followed through, lost in and begun in each cell, whatever the sensor."""
    track, time = ints(points["track"], 0), ints(points["time"], 0)
    place = np.empty(len(track), np.int64)
    places(ints(points["lat_e7"], 0), ints(points["lon_e7"], 0), ints(points["altitude_mm"], NO_ALTITUDE), place)
    place += time // DAY_US << 33
    new = np.ones(len(track), np.bool_)
    new[1:] = track[1:] != track[:-1]
    silent = np.zeros(len(track), np.bool_)
    silent[1:] = new[1:] | (time[1:] - time[:-1] >= parameters.silence_us)
    starts = silent.copy()
    starts[0] = True
    losses = np.append(silent[1:], True)
    change = new.copy()
    change[1:] |= place[1:] != place[:-1]
    visit = np.flatnonzero(change)
    order = np.lexsort((place[visit], track[visit]))
    visit = visit[order]
    once = np.ones(len(visit), np.bool_)
    once[1:] = (track[visit[1:]] != track[visit[:-1]]) | (place[visit[1:]] != place[visit[:-1]])
    names, inverse = np.unique(place[visit[once]], return_inverse=True)
    passes = np.bincount(inverse, minlength=len(names))
    lost, begun = (_tracks_in(names, track[rows], place[rows]) for rows in (losses, starts))
    nothing = np.zeros(len(names), np.int64)
    return _rows(
        pa.array([ALL] * len(names)), nothing, (names >> 3) & ((1 << 30) - 1), (names & 7) - 1, names >> 33,
        (nothing, nothing, passes, lost, begun),
    )  # fmt: skip


def _tracks_in(names: Ints, track: Ints, place: Ints) -> Ints:
    """How many tracks each place of `names` has: one that falls silent there again and again is one."""
    order = np.lexsort((place, track))
    track, place = track[order], place[order]
    first = np.ones(len(track), np.bool_)
    first[1:] = (track[1:] != track[:-1]) | (place[1:] != place[:-1])
    return np.bincount(np.searchsorted(names, place[first]), minlength=len(names))


def _rows(sensor: Array, mode: Ints, cell: Ints, band: Ints, day: Ints, counters: tuple[Ints, ...]) -> pa.Table:
    columns = dict(zip(_KEYS, (sensor, array(mode), array(cell), array(band), array(day)), strict=True))
    columns |= {name: array(values) for name, values in zip(_COUNTERS, counters, strict=True)}
    return COVERAGE.cast(pa.table(columns))


@kernel(
    examples=lambda: [
        (
            np.array([0, 70_000_000]),
            np.array([5, -670_000_000]),
            np.array([NO_ALTITUDE, 900_000]),
            np.empty(2, np.int64),
        )
    ]
)
def places(lat_e7: Ints, lon_e7: Ints, altitude: Ints, out: Ints) -> Ints:
    """Cell and band of each point as one number: cell * 8 + band + 1."""
    for i in range(len(lat_e7)):
        out[i] = cell_of(lat_e7[i], lon_e7[i], CELL_E7) * 8 + band_of(altitude[i], altitude[i] != NO_ALTITUDE) + 1
    return out


@kernel(
    examples=lambda: [
        (np.array([0, 4, 6]), np.array([0, 1, 2, 9, 0, 1]), np.array([NO_ALTITUDE, 5, NO_ALTITUDE, NO_ALTITUDE,
         NO_ALTITUDE, NO_ALTITUDE]), 3)
    ]
)  # fmt: skip
def spread(limits: Ints, time: Ints, altitude: Ints, within_us: int) -> Ints:
    """Fills unknown altitudes from the plot before on the same track, else from the one after, if that was near in
    time: an echo without an answer flies where the answers were."""
    for k in range(len(limits) - 1):
        first, last = limits[k], limits[k + 1] - 1
        known = -1
        for n in range(first, last + 1):
            if altitude[n] != NO_ALTITUDE:
                known = n
            elif known >= 0 and time[n] - time[known] <= within_us:
                altitude[n] = altitude[known]
        known = -1
        for n in range(last, first - 1, -1):
            if altitude[n] != NO_ALTITUDE:
                known = n
            elif known >= 0 and time[known] - time[n] <= within_us:
                altitude[n] = altitude[known]
    return altitude


@dataclass(frozen=True)
class Seen:
    """What all sensors together followed and lost, ready for look-ups: `of(lat, lon, altitude)` -> (passes, losses,
    starts), all 0 where nobody flew."""

    counters: Mapping[int, tuple[int, int, int]]

    @staticmethod
    def load(coverage: pa.Table) -> Seen:
        some: Array = pc
        rows = coverage.filter(some.equal(coverage["sensor"], ALL))
        rows = rows.group_by(["cell", "band"]).aggregate([(name, "sum") for name in _COUNTERS[2:]])
        key = ints(rows["cell"], 0) * 8 + ints(rows["band"], 0) + 1
        values = zip(*(ints(rows[f"{name}_sum"], 0).tolist() for name in _COUNTERS[2:]), strict=True)
        return Seen(dict(zip(key.tolist(), values, strict=True)))

    def of(self, lat_e7: int, lon_e7: int, altitude_mm: int | None) -> tuple[int, int, int]:
        band = band_of(altitude_mm or 0, altitude_mm is not None)
        return self.counters.get(cell_of(lat_e7, lon_e7, CELL_E7) * 8 + band + 1, (0, 0, 0))

    def low(self, lat_e7: int, lon_e7: int) -> tuple[int, int, int]:
        """The same for what is known to have flown low (the bands up to 2 km): to judge a target without height.

        Tracks of unknown height do not count: they are the silent flights that are looked for, and clutter."""
        first = cell_of(lat_e7, lon_e7, CELL_E7) * 8
        bands = [self.counters.get(first + number, (0, 0, 0)) for number in range(1, 4)]
        return sum(b[0] for b in bands), sum(b[1] for b in bands), sum(b[2] for b in bands)
