"""Tracks: plots of one target in order, the pieces they are joined from, and legs."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import TIME, Column, Table, provenance

_POINT = (
    Column("time", TIME, "time of the plot", nullable=False),
    Column("sensor", pa.string(), "sensor of the plot", nullable=False),
    Column("mode", pa.uint8(), "detection modes of the plot", nullable=False),
    Column("flags", pa.uint16(), "flags of the plot", nullable=False),
    Column("lat_e7", pa.int32(), "position as measured, which tracking starts from", nullable=False),
    Column("lon_e7", pa.int32(), "position as measured, which tracking starts from", nullable=False),
    Column("altitude_mm", pa.int64(), "pressure altitude if known, else geometric, else null"),
    Column("address", pa.int32(), "24-bit address if any"),
    Column("code_3a", pa.int16(), "Mode A code if any"),
    Column("call_sign", pa.string(), "call sign if any"),
    *provenance(),
    Column("smooth_lat_e7", pa.int32(), "where the target was by all plots of its piece", nullable=False),
    Column("smooth_lon_e7", pa.int32(), "where the target was by all plots of its piece", nullable=False),
    Column("north_mm_s", pa.int32(), "velocity, smoothed", nullable=False),
    Column("east_mm_s", pa.int32(), "velocity, smoothed", nullable=False),
    Column("var_north_mm2", pa.int64(), "variance of the smoothed position, north", nullable=False),
    Column("var_east_mm2", pa.int64(), "variance of the smoothed position, east", nullable=False),
    Column("cov_north_east_mm2", pa.int64(), "covariance of the smoothed position", nullable=False),
    Column("var_speed_mm2_s2", pa.int64(), "variance of the velocity, mean of north and east", nullable=False),
    Column("innovation_milli", pa.int32(), "squared distance plot to forecast in sigmas, thousandths", nullable=False),
    Column("existence_milli", pa.int16(), "probability that there is a target, thousandths", nullable=False),
)

PIECES = Table(
    "pieces",
    2,
    "Points of pieces of tracks found in one block of time; points outside it (owned = false) only join pieces.",
    (
        Column("piece", pa.int64(), "piece id: first 8 bytes of SHA-256 of its first owned plot", nullable=False),
        Column("owned", pa.bool_(), "the plot lies inside the block", nullable=False),
        Column("joins", pa.bool_(), "needed to join pieces: near an edge of the block or an end", nullable=False),
        *_POINT,
    ),
    order=("time", "sensor", "deposit", "row", "piece"),
    key="piece",
)

PIECE_LINKS = Table(
    "piece_links",
    1,
    "Which track each piece belongs to: pieces that share identical plots around an edge are one track.",
    (
        Column("piece", pa.int64(), "piece id", nullable=False),
        Column("track", pa.int64(), "track id: the piece id of the earliest piece", nullable=False),
    ),
    order=("piece",),
)

TRACKS = Table(
    "tracks",
    2,
    "Points of tracks: every tracked plot once.",
    (Column("track", pa.int64(), "track id", nullable=False), *_POINT),
    order=("track", "time", "sensor", "deposit", "row"),
    key="track",
)

LEGS = Table(
    "legs",
    5,
    "One continuous piece of flight, from its first to its last plot.",
    (
        Column("leg", pa.int64(), "leg id: first 8 bytes of SHA-256 of track and first plot", nullable=False),
        Column("track", pa.int64(), "track id", nullable=False),
        Column("number", pa.int32(), "ordinal of the leg in its track from 0", nullable=False),
        Column("start", TIME, "first plot", nullable=False),
        Column("end", TIME, "last plot", nullable=False),
        Column("plots", pa.int32(), "number of plots", nullable=False),
        Column("start_lat_e7", pa.int32(), "first position", nullable=False),
        Column("start_lon_e7", pa.int32(), "first position", nullable=False),
        Column("start_altitude_mm", pa.int64(), "first known altitude within the first 2 minutes"),
        Column("end_lat_e7", pa.int32(), "last position", nullable=False),
        Column("end_lon_e7", pa.int32(), "last position", nullable=False),
        Column("end_altitude_mm", pa.int64(), "last known altitude within the last 2 minutes"),
        Column("start_climb_mm_s", pa.int32(), "mean climb over the first 2 minutes"),
        Column("end_climb_mm_s", pa.int32(), "mean climb over the last 2 minutes"),
        Column("start_speed_mm_s", pa.int32(), "mean ground speed over the first 2 minutes", nullable=False),
        Column("end_speed_mm_s", pa.int32(), "mean ground speed over the last 2 minutes", nullable=False),
        Column("start_course_e7", pa.int32(), "smoothed course at the first plot", nullable=False),
        Column("end_course_e7", pa.int32(), "smoothed course at the last plot", nullable=False),
        Column("start_interval_us", pa.int64(), "longest of the first four steps between plots", nullable=False),
        Column("end_interval_us", pa.int64(), "longest of the last four steps between plots", nullable=False),
        Column("length_mm", pa.int64(), "length of the path", nullable=False),
        Column("usual_speed_mm_s", pa.int32(), "median of its smoothed speed at its plots", nullable=False),
        Column("highest_mm", pa.int64(), "highest altitude"),
        Column("lowest_mm", pa.int64(), "lowest altitude"),
        Column("longest_silence_us", pa.int64(), "longest time between two plots", nullable=False),
        Column("ends_on_ground", pa.bool_(), "last plot flagged on ground", nullable=False),
        Column("starts_on_ground", pa.bool_(), "first plot flagged on ground", nullable=False),
        Column("lifted_lat_e7", pa.int32(), "last plot on the ground before the flight; null: begins in the air"),
        Column("lifted_lon_e7", pa.int32(), "last plot on the ground before the flight; null: begins in the air"),
        Column("touched_lat_e7", pa.int32(), "first plot on the ground after the flight; null: ends in the air"),
        Column("touched_lon_e7", pa.int32(), "first plot on the ground after the flight; null: ends in the air"),
        Column("begun_by", pa.string(), "track, silence, landing or stop", nullable=False),
        Column("ended_by", pa.string(), "track, silence, landing or stop", nullable=False),
        Column("touches", pa.int32(), "times it touched the ground and flew on", nullable=False),
        Column("answers", pa.int32(), "plots with an answer of its transponder", nullable=False),
        Column(
            "dark_us",
            pa.int64(),
            "longest time of its echo without its answers; 0: none",
            nullable=False,
        ),
        Column("dark_echoes", pa.int32(), "echoes of that radar in it", nullable=False),
        Column("dark_ended", pa.bool_(), "it answered again after that", nullable=False),
        Column("late_us", pa.int64(), "time from its first echo until a radar had an answer; 0: soon", nullable=False),
        Column("late_echoes", pa.int32(), "echoes of that radar in it", nullable=False),
        Column("addresses", pa.int32(), "distinct 24-bit addresses", nullable=False),
        Column("call_signs", pa.int32(), "distinct call signs", nullable=False),
        Column("modes", pa.uint8(), "all detection modes seen", nullable=False),
        Column("flags", pa.uint16(), "all flags seen", nullable=False),
        Column("sensors", pa.list_(pa.string()), "sensors that saw it, sorted", nullable=False),
        Column("address", pa.int32(), "24-bit address, if only one"),
        Column("call_sign", pa.string(), "most frequent call sign, ties by smallest"),
        Column("first_deposit", pa.binary(32), "first plot", nullable=False),
        Column("first_row", pa.int64(), "first plot", nullable=False),
        Column("last_deposit", pa.binary(32), "last plot", nullable=False),
        Column("last_row", pa.int64(), "last plot", nullable=False),
    ),
    order=("track", "number"),
    key="track",
)

LEG_CELLS = Table(
    "leg_cells",
    1,
    "One visit of a leg to a cell: which way it crossed it, when, and which sensors saw it there.",
    (
        Column("leg", pa.int64(), "leg id", nullable=False),
        Column("track", pa.int64(), "track id", nullable=False),
        Column("number", pa.int32(), "ordinal of the visit in its leg from 0", nullable=False),
        Column("cell", pa.int64(), "cell of about 0.2 degree, rows from the south pole (air/grid.py)", nullable=False),
        Column("start", TIME, "first plot in the cell", nullable=False),
        Column("end", TIME, "last plot in the cell", nullable=False),
        Column("course_e7", pa.int32(), "course from its first plot there to its first plot beyond", nullable=False),
        Column("moved_mm", pa.int64(), "distance between these two", nullable=False),
        Column("modes", pa.uint8(), "all detection modes seen there", nullable=False),
        Column("sensors", pa.list_(pa.string()), "sensors that saw it there, sorted", nullable=False),
    ),
    order=("track", "leg", "number"),
    key="track",
)

BROADCASTS = Table(
    "broadcasts",
    2,
    "How sound the positions were that an aircraft broadcast in an hour, by themselves and beside radars.",
    (
        Column("address", pa.int32(), "24-bit address", nullable=False),
        Column("start", TIME, "begin of the hour", nullable=False),
        Column("lat_e7", pa.int32(), "position of the middle one of its broadcasts", nullable=False),
        Column("lon_e7", pa.int32(), "position of the middle one of its broadcasts", nullable=False),
        Column("plots", pa.int32(), "positions that it broadcast", nullable=False),
        Column("jumps", pa.int32(), "of these, farther from the one before than aircraft fly", nullable=False),
        Column("declared", pa.int32(), "of these, that say how sound they are", nullable=False),
        Column("unsure", pa.int32(), "of these, declared as uncertain though others were not", nullable=False),
        Column("compared", pa.int32(), "radar plots of this address beside them in time", nullable=False),
        Column("apart", pa.int32(), "of these, far from the broadcast, by radars that agree at times", nullable=False),
        Column("simulated", pa.bool_(), "any of them is simulated", nullable=False),
    ),
    order=("start", "address"),
)

GHOSTS = Table(
    "ghosts",
    1,
    "Tracks of echoes that keep beside a real target as its own false echoes do, by radar and hour.",
    (
        Column("track", pa.int64(), "track of echoes alone; mirror: or one that answers", nullable=False),
        Column("sensor", pa.string(), "the radar", nullable=False),
        Column("kind", pa.string(), "side_lobe, previous_pulse or mirror", nullable=False),
        Column("real", pa.int64(), "track that answers, beside which it kept", nullable=False),
        Column("start", TIME, "first plot beside it", nullable=False),
        Column("end", TIME, "last plot beside it", nullable=False),
        Column("plots", pa.int32(), "plots of the echoes at this radar in this hour", nullable=False),
        Column("together", pa.int32(), "of these, those at the usual offset", nullable=False),
        Column("azimuth_e7", pa.int64(), "usual offset in azimuth, or the wall's, 1e-7 degree", nullable=False),
        Column("range_mm", pa.int64(), "by how much it is usually nearer; mirror: less than 0", nullable=False),
    ),
    order=("track", "start", "sensor", "kind"),
    key="track",
)
