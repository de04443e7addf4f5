"""Patterns: pieces of legs that do not lead anywhere, with what they measure; findings are judged from these."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import TIME, Column, Table

PATTERNS = Table(
    "patterns",
    1,
    "One orbit, racetrack, run of search lines, low pass, or long stay of a leg.",
    (
        Column("leg", pa.int64(), "leg id", nullable=False),
        Column("track", pa.int64(), "track id", nullable=False),
        Column("kind", pa.string(), "orbit, racetrack, search_lines, drop or loiter", nullable=False),
        Column("start", TIME, "its first plot", nullable=False),
        Column("end", TIME, "its last plot", nullable=False),
        Column("lat_e7", pa.int32(), "middle of its plots; of a drop the place of the pass", nullable=False),
        Column("lon_e7", pa.int32(), "middle of its plots; of a drop the place of the pass", nullable=False),
        Column("radius_mm", pa.int64(), "distance of its farthest plot from there", nullable=False),
        Column("times", pa.int32(), "loops, lines or passes; of a loiter windows of 90 min", nullable=False),
        Column("apart", pa.int32(), "distinct tracks among search lines, else 0", nullable=False),
        Column("right", pa.int32(), "loops that turn right, else 0", nullable=False),
        Column("path_mm", pa.int64(), "mean length of a loop or line; of a drop the shorter way, in or out"),
        Column("spacing_mm", pa.int64(), "mean distance between neighbouring lines"),
        Column("round_permille", pa.int32(), "mean area of a loop by that of a circle of its length"),
        Column("slowed_permille", pa.int32(), "speed at a low pass by that on the way in"),
        Column("winding_permille", pa.int32(), "of a loiter: greatest path by extent of a window"),
        Column("lowest_mm", pa.int64(), "lowest altitude"),
        Column("highest_mm", pa.int64(), "highest altitude"),
        Column("climb_mm_s", pa.int32(), "altitude won in it by its duration"),
        Column("drift_mm_s", pa.int32(), "movement of the middle of its loops by the time between", nullable=False),
        Column("speed_mm_s", pa.int32(), "mean ground speed", nullable=False),
        Column("plots", pa.int32(), "plots", nullable=False),
        Column("answers", pa.int32(), "plots with an answer of its transponder", nullable=False),
        Column("flags", pa.uint16(), "all flags seen", nullable=False),
        Column("first_deposit", pa.binary(32), "its first plot", nullable=False),
        Column("first_row", pa.int64(), "its first plot", nullable=False),
        Column("last_deposit", pa.binary(32), "its last plot", nullable=False),
        Column("last_row", pa.int64(), "its last plot", nullable=False),
    ),
    order=("track", "start", "kind", "leg"),
    key="track",
)
