"""Gaps: silences of a track that coverage, sensors and landings do not explain.

Two shapes. A target falls silent and comes back; or its transponder falls silent while the same radar goes on seeing
its echo, until it answers again or to the end of the track (dark.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.announcements import Announcements
from veedor.air.arrow import NO_ALTITUDE, NONE, array, blobs, ints, ranks, texts
from veedor.air.evidence import Sensors
from veedor.air.flying.coverage import Seen
from veedor.air.flying.dark import RECENT, TRANSPONDER, darkened
from veedor.air.flying.detection import Detection
from veedor.air.flying.gap_score import judge
from veedor.air.flying.legs import in_order
from veedor.air.flying.navigation import Navigation
from veedor.air.flying.rules import GapRules
from veedor.air.flying.silence import Silence, Way, Witness
from veedor.air.sensing.blanked import Blanked
from veedor.air.terrain.horizons import Profiles
from veedor.air.tracking.targets import SITE_NEEDED
from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.engine.findings import findings_table
from veedor.geodesy import bearing_e7, distance_mm
from veedor.kernel.parameters import parameters_digest
from veedor.registers.aerodromes import listed
from veedor.tables import (
    BLANKINGS,
    BROADCASTS,
    COVERAGE,
    FINDINGS,
    FLIGHT_PLANS,
    HORIZONS,
    MOVEMENTS,
    OUTAGES,
    SENSOR_STATE,
    SENSORS,
    TRACKS,
    Table,
)
from veedor.tables.plots import MODE_S, ON_GROUND, SIMULATED, SSR

Ints = npt.NDArray[np.int64]

_STEP_US = 10_000_000  # between places of which the way is made: turns of spraying take half a minute


@dataclass(frozen=True)
class Gaps:
    """Detector: TRACKS by track; what explains silences broadcast -> FINDINGS `gap`."""

    parameters: GapRules = field(default_factory=GapRules)
    name: str = "gaps"
    version: int = 7
    writes: Table = FINDINGS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (
            Read(TRACKS, ByKey(("track",))),
            Read(COVERAGE, Broadcast()),
            Read(SENSOR_STATE, Broadcast()),
            Read(BLANKINGS, Broadcast()),
            Read(HORIZONS, Broadcast()),
            Read(SENSORS, Broadcast(), (*SITE_NEEDED, "range_max_mm", "north_offset_e7", "blanked")),
            Read(FLIGHT_PLANS, Broadcast()),
            Read(MOVEMENTS, Broadcast()),
            Read(OUTAGES, Broadcast()),
            Read(BROADCASTS, Broadcast()),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: GapRules) -> pa.Table:
        points = in_order(tables["tracks"])
        found = silences(points, parameters) if points.num_rows else []
        if not found:
            return FINDINGS.empty()
        aerodromes = listed(parameters.own_aerodromes)
        witness = Witness(
            Seen.load(tables["coverage"]),
            Detection.load(tables["coverage"]),
            Sensors.load(tables["sensor_state"]),
            Blanked.load(
                tables["sensors"], tables["blankings"], sorted({name for one in found for name in one.sensors})
            ),
            Profiles.load(tables["horizons"]),
            tables["sensors"].to_pylist(),
            aerodromes,
            Announcements.load(tables["flight_plans"], tables["movements"], tables["outages"], aerodromes),
            Navigation.load(tables["broadcasts"]),
        )
        judged = [judge(silence, witness, parameters) for silence in found]
        kept = [finding for finding in judged if finding is not None]
        return findings_table(kept, self.name, self.version, parameters_digest(parameters))


def silences(points: pa.Table, rules: GapRules) -> list[Silence]:
    """All silences worth judging, in order of track and time."""
    track, time = ints(points["track"], 0), ints(points["time"], 0)
    mode, flags = ints(points["mode"], 0), ints(points["flags"], 0)
    ground = (flags & ON_GROUND) != 0
    pairs: list[tuple[int, int, int]] = []
    whole = np.flatnonzero(
        (track[1:] == track[:-1]) & (time[1:] - time[:-1] >= rules.silence_us) & ~ground[1:] & ~ground[:-1]
    )
    pairs += [(int(i), int(i) + 1, 0) for i in whole]
    sensor = ranks(points["sensor"])
    pairs += darkened(track, time, mode, sensor, ground, rules.silence_us, rules.primary_plots_at_least)
    columns = _Columns(points, track, time, mode, flags)
    return [columns.silence(*pair) for pair in sorted(pairs)]


class _Columns:
    """Columns of the points as arrays, to build a Silence from row numbers."""

    def __init__(self, points: pa.Table, track: Ints, time: Ints, mode: Ints, flags: Ints) -> None:
        self.points, self.track, self.time, self.flags = points, track, time, flags
        self.lat, self.lon = ints(points["lat_e7"], 0), ints(points["lon_e7"], 0)
        self.altitude = ints(points["altitude_mm"], NO_ALTITUDE)
        self.address = ints(points["address"], NONE)
        self.rows = ints(points["row"], 0)
        self.smooth_lat, self.smooth_lon = ints(points["smooth_lat_e7"], 0), ints(points["smooth_lon_e7"], 0)
        self.north, self.east = ints(points["north_mm_s"], 0), ints(points["east_mm_s"], 0)
        mode = ints(points["mode"], 0)
        self.answers, self.by_radar = (mode & TRANSPONDER) != 0, (mode & (SSR | MODE_S)) != 0

    def silence(self, a: int, b: int, echoes: int) -> Silence:
        recent = [k for k in range(max(0, a - RECENT), a + 1) if self.track[k] == self.track[a]]
        late = [k for k in range(b, min(len(self.track), b + 4)) if self.track[k] == self.track[a]]
        steps = sorted(int(self.time[k] - self.time[k - 1]) for k in recent[1:] if self.time[k] > self.time[k - 1])
        sensors = tuple(sorted(set(texts(self.points["sensor"].take(array(recent))))))
        shown = [a, b, *reversed(recent[:-1]), *late[1:]][:12]
        return Silence(
            track=int(self.track[a]),
            start_us=int(self.time[a]),
            end_us=int(self.time[b]),
            loss=(int(self.lat[a]), int(self.lon[a]), self._height(a)),
            back=(int(self.lat[b]), int(self.lon[b]), self._height(b)),
            revisit_us=steps[len(steps) // 2] if steps else 0,
            speed_before_mm_s=self._speed(recent),
            speed_after_mm_s=self._speed(late),
            sensors=sensors,
            turns_us=self._turns(recent),
            echoes=echoes,
            way=self._way(a, b),
            came_back=echoes == 0 or bool(self.answers[b]),
            by_radar=bool(np.any(self.by_radar[recent])),
            simulated=bool(np.any(self.flags[shown] & SIMULATED)),
            flight=self._flight(a),
            records=tuple(
                (deposit, int(self.rows[k]))
                for k, deposit in zip(shown, blobs(self.points["deposit"].take(array(shown))), strict=True)
            ),
        )

    def _way(self, a: int, b: int) -> Way:
        """What the plots of row `a` to row `b` of one track tell, and how far its whole flight got."""
        first, last = (int(np.searchsorted(self.track, self.track[a], side=side)) for side in ("left", "right"))
        lat, lon, time = self.smooth_lat, self.smooth_lon, self.time[a : b + 1]
        begins = np.flatnonzero(np.diff(time // _STEP_US, prepend=-1))
        marks = a + np.append(begins, b - a)
        steps = distance_mm(lat[marks[:-1]], lon[marks[:-1]], lat[marks[1:]], lon[marks[1:]])
        between = slice(a + 1, b) if b > a + 1 else slice(a, a + 1)
        speeds = np.sort(np.sqrt(self.north[between] ** 2 + self.east[between] ** 2).astype(np.int64))
        before = int(bearing_e7(0, 0, self.north[a], self.east[a]))
        turned = int(bearing_e7(lat[a], lon[a], lat[b], lon[b])) - before
        return Way(
            length_mm=int(steps.sum()),
            usual_mm_s=int(speeds[len(speeds) // 2]),
            longest_us=int(np.diff(time).max()),
            turned_e7=abs((turned + 1_800_000_000) % 3_600_000_000 - 1_800_000_000),
            gained_mm=int(distance_mm(lat[first], lon[first], lat[last - 1], lon[last - 1])),
        )

    def _flight(self, a: int) -> dict[str, int | str | None]:
        """The whole flight of row `a`, with the last address and the last call sign that it gave until then."""
        first = int(np.searchsorted(self.track, self.track[a], side="left"))
        last = int(np.searchsorted(self.track, self.track[a], side="right")) - 1
        names = [name for name in self.points["call_sign"].slice(first, a - first + 1).to_pylist() if name is not None]
        addresses = self.address[first : a + 1][self.address[first : a + 1] != NONE]
        ends = {"start": first, "end": last}
        places = {f"{end}_{axis}_e7": int(getattr(self, axis)[k]) for end, k in ends.items() for axis in ("lat", "lon")}
        return {
            **{end: int(self.time[k]) for end, k in ends.items()}, **places,
            "call_sign": names[-1] if names else None,
            "address": int(addresses[-1]) if len(addresses) else None,
        }  # fmt: skip

    def _speed(self, rows: list[int]) -> int:
        """Over these rows of one track, 0 where they tell none."""
        if len(rows) < 2 or self.time[rows[-1]] <= self.time[rows[0]]:
            return 0
        a, b = rows[0], rows[-1]
        metres = int(distance_mm(self.lat[a], self.lon[a], self.lat[b], self.lon[b]))
        return metres * 1_000_000 // int(self.time[b] - self.time[a])

    def _turns(self, recent: list[int]) -> tuple[tuple[str, int], ...]:
        """Sensors that had answers of the target, with the lower quartile of their own intervals."""
        names = texts(self.points["sensor"].take(array(recent)))
        found = []
        for name in sorted(set(names)):
            times = [
                int(self.time[k]) for k, other in zip(recent, names, strict=True) if other == name and self.answers[k]
            ]
            steps = sorted(b - a for a, b in pairwise(times) if b > a)
            if len(steps) >= 2:
                found.append((name, steps[len(steps) // 4]))
        return tuple(found)

    def _height(self, k: int) -> int | None:
        return None if self.altitude[k] == NO_ALTITUDE else int(self.altitude[k])
