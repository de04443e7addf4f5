"""Flights judged whole: pieces of one flight (aloft.py) stand as one leg in all that speaks of legs.

Where it came from, how high it flew, which border it crossed and where it went may each lie in another piece. A flight
bears the id and the track of its first piece; the time for which it was lost is a silence on its way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.announcements import plain
from veedor.air.arrow import array, ints
from veedor.air.routes.aloft import flights
from veedor.air.routes.flown import Flown
from veedor.air.routes.rules import UnexplainedRules
from veedor.geodesy import distance_mm
from veedor.tables import GHOSTS, LEG_GROUNDS, LEGS

Ints = npt.NDArray[np.int64]
Row = Mapping[str, Any]

# What a flight has of its pieces; of columns not named here it has what its first piece has.
_OF_THE_LAST = tuple(name for name in LEGS.schema.names if name.startswith(("end", "last_", "touched_")))
_TOGETHER = ("plots", "length_mm", "touches", "answers")
_MOST = ("highest_mm", "addresses", "call_signs")
_KNOWN = ("address", "call_sign")


@dataclass(frozen=True)
class Whole:
    """`tables`: what the judgement of legs reads, with flights in place of their pieces; `legs`: those long enough to
    be judged, in declared order; `pieces`: by flight its legs, rows of LEGS in order of time, of those that have
    several."""

    tables: Mapping[str, pa.Table]
    legs: pa.Table
    pieces: Mapping[int, Sequence[Row]]

    @staticmethod
    def of(tables: Mapping[str, pa.Table], rules: UnexplainedRules) -> Whole:
        legs = long_enough(tables["legs"], rules)
        found = flights(Flown.alone(legs), ints(legs["addresses"], 0) == 0, rules) if legs.num_rows else []
        pieces: dict[int, list[dict[str, Any]]] = {}
        for numbers in found:
            rows = list(plain(legs.take(array(np.array(numbers)))))
            pieces[rows[0]["leg"]] = rows
        if not pieces:
            return Whole(tables, legs, pieces)
        every = _united(tables["legs"], pieces)
        whole = dict(tables) | {
            "legs": every,
            "ghosts": _ghosts(tables["ghosts"], pieces),
            "leg_grounds": _grounds(tables["leg_grounds"], pieces),
            "strips": _strips(tables["strips"], pieces),
        }
        for name in ("leg_cells", "patterns"):
            at = tables[name].schema.get_field_index("leg")
            whole[name] = tables[name].set_column(at, "leg", array(_renamed(ints(tables[name]["leg"], 0), pieces)))
        return Whole(whole, long_enough(every, rules), pieces)

    def flight_of(self, legs: Ints) -> Ints:
        """The flight of each leg, which most of them are themselves."""
        return _renamed(legs, self.pieces)


def long_enough(legs: pa.Table, rules: UnexplainedRules) -> pa.Table:
    """Legs with enough plots and time to be judged, in declared order."""
    span = ints(legs["end"], 0) - ints(legs["start"], 0)
    kept = legs.filter(array((ints(legs["plots"], 0) >= rules.plots_at_least) & (span >= rules.duration_us)))
    return kept.sort_by([(name, "ascending") for name in LEGS.order])


def _renamed(legs: Ints, pieces: Mapping[int, Sequence[Row]]) -> Ints:
    """These ids of legs, of pieces those of their flights."""
    flight = {piece["leg"]: name for name, rows in pieces.items() for piece in rows}
    renamed = legs.copy()
    at = np.flatnonzero(np.isin(legs, np.array(sorted(flight), np.int64)))
    renamed[at] = [flight[leg] for leg in legs[at].tolist()]
    return renamed


def _united(legs: pa.Table, pieces: Mapping[int, Sequence[Row]]) -> pa.Table:
    mine = np.array([piece["leg"] for rows in pieces.values() for piece in rows], np.int64)
    others = legs.filter(array(~np.isin(ints(legs["leg"], 0), mine)))
    types = {field.name: pa.int64() if pa.types.is_timestamp(field.type) else field.type for field in LEGS.schema}
    made = [_flight(rows) for rows in pieces.values()]
    columns = {name: pa.array([row[name] for row in made], kind) for name, kind in types.items()}
    return pa.concat_tables([others, pa.table(columns).cast(LEGS.schema)]).combine_chunks()


def _flight(rows: Sequence[Row]) -> dict[str, Any]:
    """The flight of these pieces as a row of LEGS."""
    away = [
        int(distance_mm(one["end_lat_e7"], one["end_lon_e7"], other["start_lat_e7"], other["start_lon_e7"]))
        for one, other in pairwise(rows)
    ]
    lost_us = [other["start"] - one["end"] for one, other in pairwise(rows)]
    dark, late = (max(rows, key=lambda row: row[name]) for name in ("dark_us", "late_us"))
    flight = dict(rows[0]) | {name: rows[-1][name] for name in _OF_THE_LAST}
    flight |= {name: sum(row[name] for row in rows) for name in _TOGETHER}
    flight |= {name: max((row[name] for row in rows if row[name] is not None), default=None) for name in _MOST}
    flight |= {name: dark[name] for name in ("dark_us", "dark_echoes", "dark_ended")}
    flight |= {name: late[name] for name in ("late_us", "late_echoes")}
    flight |= {name: next((row[name] for row in rows if row[name] is not None), None) for name in _KNOWN}
    return flight | {
        "length_mm": flight["length_mm"] + sum(away),
        "lowest_mm": min((row["lowest_mm"] for row in rows if row["lowest_mm"] is not None), default=None),
        "usual_speed_mm_s": max(rows, key=lambda row: row["end"] - row["start"])["usual_speed_mm_s"],
        "longest_silence_us": max(*lost_us, *(row["longest_silence_us"] for row in rows)),
        "modes": int(np.bitwise_or.reduce([row["modes"] for row in rows])),
        "flags": int(np.bitwise_or.reduce([row["flags"] for row in rows])),
        "sensors": sorted({name for row in rows for name in row["sensors"]}),
    }


def _ghosts(ghosts: pa.Table, pieces: Mapping[int, Sequence[Row]]) -> pa.Table:
    """What a piece kept beside, told of the track of its flight."""
    if not ghosts.num_rows:
        return ghosts
    track, start, end = (ints(ghosts[name], 0) for name in ("track", "start", "end"))
    renamed = track.copy()
    for rows in pieces.values():
        for piece in rows[1:]:
            during = (track == piece["track"]) & (start <= piece["end"]) & (end >= piece["start"])
            renamed[during] = rows[0]["track"]
    return GHOSTS.cast(ghosts.set_column(ghosts.schema.get_field_index("track"), "track", array(renamed)))


def _grounds(grounds: pa.Table, pieces: Mapping[int, Sequence[Row]]) -> pa.Table:
    """The ground below the start of the first piece and below the end of the last."""
    if not grounds.num_rows:
        return grounds
    ends = [name for name in LEG_GROUNDS.schema.names if name.startswith("end_")]
    place = {leg: k for k, leg in enumerate(ints(grounds["leg"], 0).tolist())}
    rows = np.arange(grounds.num_rows)
    for flight, pieces_of in pieces.items():
        rows[place[flight]] = place[pieces_of[-1]["leg"]]
    last = grounds.take(array(rows))
    columns = {name: (last if name in ends else grounds)[name] for name in grounds.schema.names}
    return pa.table(columns)


def _strips(strips: pa.Table, pieces: Mapping[int, Sequence[Row]]) -> pa.Table:
    """The legs that used each strip, by their flights."""
    sizes = np.append(0, np.cumsum(ints(pc.list_value_length(strips["legs"]), 0)))
    legs = array(_renamed(ints(pc.list_flatten(strips["legs"]), 0), pieces))
    renamed = pa.ListArray.from_arrays(array(sizes.astype(np.int32)), legs)
    return strips.set_column(strips.schema.get_field_index("legs"), "legs", renamed)
