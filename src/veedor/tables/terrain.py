"""Terrain: heights of the ground as deposited, and what follows from them for sensors and for ends of flights."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import SOURCE, TIME, Column, Table, provenance

CELLS_A_DEGREE = 240  # cells of 15 seconds of arc: 463 m
VOID_M = -32_768

_METRES = pa.list_(pa.int16())

TERRAIN = Table(
    "terrain",
    1,
    "One row of cells of an elevation model: 240 cells from west to east, 15 seconds of arc high and wide.",
    (
        Column("tile", pa.string(), "name of the tile, for its south-western corner: N05W073", "place", nullable=False),
        Column("south_deg", pa.int16(), "southern edge of the tile, whole degrees", "place", nullable=False),
        Column("west_deg", pa.int16(), "western edge of the tile, whole degrees", "place", nullable=False),
        Column("band", pa.int16(), "number of the row of cells, from the south", "place", nullable=False),
        Column("simulated", pa.bool_(), "marked as simulated by its source", "place", nullable=False),
        Column("lowest_m", _METRES, "lowest ground of each cell above mean sea level; -32768: void", "heights"),
        Column("mean_m", _METRES, "mean of each cell, rounded down", "heights"),
        Column("highest_m", _METRES, "highest ground of each cell", "heights"),
        Column("voids", pa.int32(), "samples without a height", "heights", nullable=False),
        *provenance(),
        *SOURCE,
    ),
    order=("south_deg", "west_deg", "band", "deposit", "row"),
)

HORIZONS = Table(
    "horizons",
    1,
    "What terrain hides from a sensor: for each of 720 azimuths, how high a sight line must rise to pass all ground "
    "up to a range (4/3 earth; the owner's secret, as coverage is).",
    (
        Column("sensor", pa.string(), "sensor id", nullable=False),
        Column("valid_from", TIME, "from when its site row holds"),
        Column("valid_to", TIME, "until when"),
        Column("lat_e7", pa.int32(), "position WGS84", nullable=False),
        Column("lon_e7", pa.int32(), "position WGS84", nullable=False),
        Column("antenna_mm", pa.int64(), "antenna above mean sea level, as used", nullable=False),
        Column("azimuth", pa.int16(), "number of the azimuth: half degrees from true north", nullable=False),
        Column("range_m", pa.list_(pa.int32()), "ranges at which the ground rises above all before", nullable=False),
        Column("rise_e7", pa.list_(pa.int32()), "tangent of the elevation angle there, 1e-7", nullable=False),
        Column("unknown_m", pa.int32(), "of the way, how much lies in no tile (taken as sea)", nullable=False),
        Column("terrain", pa.string(), "the terrain used: number of tiles and start of its digest", nullable=False),
    ),
    order=("sensor", "valid_from", "lat_e7", "lon_e7", "antenna_mm", "azimuth"),
)

LEG_GROUNDS = Table(
    "leg_grounds",
    1,
    "The ground below both ends of a leg, and the height above it below which its sensors see nothing.",
    (
        Column("leg", pa.int64(), "leg id", nullable=False),
        Column("track", pa.int64(), "track id", nullable=False),
        Column("start_ground_mm", pa.int64(), "mean ground in the cell of its start; null: in no tile, or void"),
        Column("start_spread_mm", pa.int64(), "half of what ground varies by around that"),
        Column("start_hidden_mm", pa.int64(), "height above that ground below which none sees; null: not known"),
        Column("end_ground_mm", pa.int64(), "the same of its end"),
        Column("end_spread_mm", pa.int64(), "the same of its end"),
        Column("end_hidden_mm", pa.int64(), "the same of its end"),
        Column("terrain", pa.string(), "the terrain used: number of tiles and start of its digest", nullable=False),
    ),
    order=("track", "leg"),
    key="track",
)
