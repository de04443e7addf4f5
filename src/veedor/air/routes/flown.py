"""Legs as routes see them: when, where, by whom, how fast, and whether they begin and end in the air."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import array, ints

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

NO_ADDRESS = -1
_PLACES = ("start_lat_e7", "start_lon_e7", "end_lat_e7", "end_lon_e7")
_IN_THE_AIR = ("track", "silence")


@dataclass(frozen=True)
class Flown:
    """Legs (or flights of several pieces) in columns: id, id of the flight, track, start and end (microseconds), start
    and end places (latitude, longitude, twice), 24-bit address (NO_ADDRESS: none given), usual speed, whether it is
    unexplained; the course at its start and at its end (1e-7 degree), and whether it begins and ends in the air."""

    leg: Ints
    flight: Ints
    track: Ints
    start: Ints
    end: Ints
    place: Ints
    address: Ints
    speed_mm_s: Ints
    unexplained: Bools
    course_e7: Ints
    airborne: Bools

    @staticmethod
    def of(legs: pa.Table, scores: pa.Table) -> Flown:
        """The legs that LEG_SCORES names, in order of id."""
        scores = scores.sort_by([("leg", "ascending")])
        order = np.argsort(ints(legs["leg"], 0), kind="stable")
        rows = order[np.searchsorted(ints(legs["leg"], 0)[order], ints(scores["leg"], 0))]
        unexplained = np.asarray(scores["unexplained"].to_numpy(), np.bool_)
        return Flown._of(legs.take(array(rows, None)), ints(scores["flight"], 0), unexplained)

    @staticmethod
    def alone(legs: pa.Table) -> Flown:
        """These legs in their order, none judged yet, each a flight of its own."""
        return Flown._of(legs, ints(legs["leg"], 0), np.zeros(legs.num_rows, np.bool_))

    @staticmethod
    def _of(legs: pa.Table, flight: Ints, unexplained: Bools) -> Flown:
        in_the_air = pa.array(_IN_THE_AIR)
        airborne = [
            pa.compute.is_in(legs[why], in_the_air).to_numpy() & ~legs[ground].to_numpy()
            for why, ground in (("begun_by", "starts_on_ground"), ("ended_by", "ends_on_ground"))
        ]
        return Flown(
            ints(legs["leg"], 0), flight, ints(legs["track"], 0), ints(legs["start"], 0), ints(legs["end"], 0),
            np.stack([ints(legs[name], 0) for name in _PLACES], axis=1), ints(legs["address"], NO_ADDRESS),
            ints(legs["usual_speed_mm_s"], 0), unexplained,
            np.stack([ints(legs[name], 0) for name in ("start_course_e7", "end_course_e7")], axis=1),
            np.stack(airborne, axis=1),
        )  # fmt: skip

    def take(self, rows: Ints | Bools) -> Flown:
        return Flown(*(getattr(self, each.name)[rows] for each in fields(self)))

    def united(self, flights: Sequence[Sequence[int]]) -> Flown:
        """One row for each flight, of the numbers of its pieces in order of time. What any piece says of itself (an
        address, that it is unexplained) is said of the flight, its speed is that of its longest piece, and all tracks
        that pieces of one flight belong to are one aircraft's."""
        first, last = (np.array([pieces[at] for pieces in flights], np.int64) for at in (0, -1))
        longest = [max(pieces, key=lambda k: (self.end[k] - self.start[k], -k)) for pieces in flights]
        one: dict[int, int] = {}

        def aircraft(track: int) -> int:
            while track in one:
                track = one[track]
            return track

        for pieces in flights:
            for k in pieces[1:]:
                same = sorted({aircraft(int(self.track[pieces[0]])), aircraft(int(self.track[k]))})
                if len(same) > 1:
                    one[same[1]] = same[0]
        return Flown(
            self.leg[first], self.flight[first],
            np.array([aircraft(track) for track in self.track[first].tolist()], np.int64),
            self.start[first], self.end[last], np.hstack([self.place[first, :2], self.place[last, 2:]]),
            np.array([self.address[list(pieces)].max() for pieces in flights], np.int64),
            self.speed_mm_s[np.array(longest, np.int64)],
            np.array([self.unexplained[list(pieces)].any() for pieces in flights], np.bool_),
            np.stack([self.course_e7[first, 0], self.course_e7[last, 1]], axis=1),
            np.stack([self.airborne[first, 0], self.airborne[last, 1]], axis=1),
        )  # fmt: skip
