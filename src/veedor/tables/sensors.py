"""Sensors: the site table signed by its owner, and what each sensor says of its own state."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import SOURCE, TIME, Column, Table, provenance

SENSORS = Table(
    "sensors",
    1,
    "Site table: one row per sensor and period of validity.",
    (
        Column("sensor", pa.string(), "sensor id", "site", nullable=False),
        Column("party", pa.string(), "owner", "site"),
        Column("kind", pa.string(), "radar, receiver, multilateration, ais, tracker, moving", "site"),
        Column("modes", pa.uint8(), "detection modes it has (bits as in plots.mode)", "site"),
        Column("lat_e7", pa.int32(), "position WGS84", "site"),
        Column("lon_e7", pa.int32(), "position WGS84", "site"),
        Column("antenna_altitude_mm", pa.int64(), "antenna above mean sea level", "site"),
        Column("datum", pa.string(), "datum of the position as surveyed", "site"),
        Column("north", pa.string(), "true, grid or magnetic", "site"),
        Column("range_max_mm", pa.int64(), "instrumented range", "performance"),
        Column("rotation_ms", pa.int32(), "turn time", "performance"),
        Column("sigma_range_mm", pa.int32(), "range noise, one sigma", "performance"),
        Column("sigma_azimuth_e7", pa.int32(), "azimuth noise, one sigma", "performance"),
        Column("time_source", pa.string(), "GNSS, NTP, operator", "performance"),
        Column("valid_from", TIME, "from when the row holds", "site"),
        Column("valid_to", TIME, "until when; null: open", "site"),
        Column("simulated", pa.bool_(), "marked as simulated by its source", "site", nullable=False),
        *provenance(),
        *SOURCE,
    ),
    order=("sensor", "valid_from", "deposit", "row"),
)

SENSOR_STATE = Table(
    "sensor_state",
    2,
    "Hits per sensor and UTC hour, counted from its deposited plots or its own service messages.",
    (
        Column("sensor", pa.string(), "sensor id", nullable=False),
        Column("hour", TIME, "start of the UTC hour", nullable=False),
        Column("plots", pa.int64(), "plots deposited", nullable=False),
        Column("first", TIME, "first plot", nullable=False),
        Column("last", TIME, "last plot", nullable=False),
        Column("longest_silence_us", pa.int64(), "longest time without any plot inside the hour", nullable=False),
        Column("unplaced", pa.int64(), "plots without a position of their own: tracked only by a site", nullable=False),
    ),
    order=("sensor", "hour"),
)
