"""Routes: what each leg scores as unexplained, and corridors in which unexplained legs come back."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import TIME, Column, Table

LEG_SCORES = Table(
    "leg_scores",
    2,
    "How unexplained the flight of each leg is: terms and innocent explanations together; legs too short to judge are "
    "absent.",
    (
        Column("leg", pa.int64(), "leg id", nullable=False),
        Column("track", pa.int64(), "track id", nullable=False),
        Column("flight", pa.int64(), "first leg of the flight that it is a piece of; most are one", nullable=False),
        Column("start", TIME, "first plot", nullable=False),
        Column("score_milli_log10", pa.int32(), "of its flight, thousandths of log10", nullable=False),
        Column("assessed", pa.int32(), "terms that could be assessed", nullable=False),
        Column("unexplained", pa.bool_(), "at or above the threshold of its finding", nullable=False),
    ),
    order=("track", "leg"),
    key="track",
)

CORRIDORS = Table(
    "corridors",
    4,
    "Recurring directed routes of unexplained legs, against legal traffic in the same cells.",
    (
        Column("corridor", pa.int64(), "first 8 bytes of SHA-256 of its cells and direction", nullable=False),
        Column("direction_e7", pa.int32(), "mean direction, one of eight", nullable=False),
        Column("cells", pa.list_(pa.int64()), "its cells that stand out (air/grid.py), sorted", nullable=False),
        Column(
            "between",
            pa.list_(pa.int64()),
            "further cells that at least half of its legs cross, touching these or each other, sorted",
            nullable=False,
        ),
        Column("polygon_lat_e7", pa.list_(pa.int32()), "convex hull of both, anticlockwise", nullable=False),
        Column("polygon_lon_e7", pa.list_(pa.int32()), "convex hull of both, anticlockwise", nullable=False),
        Column("start_lat_e7", pa.int32(), "median of where its legs begin", nullable=False),
        Column("start_lon_e7", pa.int32(), "median of where its legs begin", nullable=False),
        Column("end_lat_e7", pa.int32(), "median of where its legs end", nullable=False),
        Column("end_lon_e7", pa.int32(), "median of where its legs end", nullable=False),
        Column("first", TIME, "first of its legs", nullable=False),
        Column("last", TIME, "last of its legs", nullable=False),
        Column("legs", pa.list_(pa.int64()), "unexplained legs that follow it, by time", nullable=False),
        Column("others", pa.int32(), "other legs that follow it", nullable=False),
        Column("weeks", pa.list_(pa.int32()), "its legs by week of the record, from the first", nullable=False),
        Column("first_half", pa.int32(), "its legs in the first half of the record", nullable=False),
        Column("second_half", pa.int32(), "its legs in the second half of the record", nullable=False),
        Column("onward", pa.int32(), "its flights that another one follows from their end within days", nullable=False),
        Column(
            "routes",
            pa.list_(pa.list_(pa.int64())),
            "routes of several legs that its legs are part of: leg ids by time",
            nullable=False,
        ),
        Column("joined_at_strip", pa.int32(), "joins in them at one inferred strip", nullable=False),
        Column("joined_by_address", pa.int32(), "joins in them by one address", nullable=False),
        Column("tested", pa.int32(), "cells and directions that could show anything", nullable=False),
        Column(
            "chance_e15",
            pa.int64(),
            "chance of as many by shuffling, greatest of its cells, parts of 10^15, rounded up",
            nullable=False,
        ),
        Column("expected_milli", pa.int64(), "legs expected in its cells, mean of shuffles, thousandths per cell"),
        Column("simulated", pa.bool_(), "any of its legs is simulated", nullable=False),
    ),
    order=("first", "corridor"),
)
