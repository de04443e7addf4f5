"""Strips: landing sites inferred from where flights came down and rose, listed as aerodromes or not."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import DIGEST, TIME, Column, Table

# What is known of a strip's use (column `state`).
STRIP_STATES = ("active", "unconfirmed", "inactive", "not_observable", "single_event")

RECORDS = pa.list_(
    pa.struct(
        [
            pa.field("deposit", DIGEST, nullable=False),
            pa.field("row", pa.int64(), nullable=False),
            pa.field("landing", pa.bool_(), nullable=False),  # last plot of a landing, else first of a take-off
        ]
    )
)

STRIPS = Table(
    "strips",
    2,
    "Landing sites as flights of several days show them, answering and silent apart; aerodromes are no filter.",
    (
        Column("strip", pa.int64(), "first 8 bytes of SHA-256 of its smallest record (deposit, row)", nullable=False),
        Column("lat_e7", pa.int32(), "where the strip is thought to be", nullable=False),
        Column("lon_e7", pa.int32(), "where the strip is thought to be", nullable=False),
        Column("major_mm", pa.int64(), "longer half axis of the 95 % region", nullable=False),
        Column("minor_mm", pa.int64(), "shorter half axis of the 95 % region", nullable=False),
        Column("major_azimuth_e7", pa.int32(), "direction of the longer axis, [0, 180) degrees", nullable=False),
        Column("heading_e7", pa.int32(), "direction of landings and take-offs, [0, 180) degrees; null: unclear"),
        Column("first_use", TIME, "first landing or take-off", nullable=False),
        Column("last_use", TIME, "last landing or take-off", nullable=False),
        Column("flights", pa.int32(), "independent landings and take-offs", nullable=False),
        Column("days", pa.int32(), "UTC days on which there were some", nullable=False),
        Column("landings", pa.int32(), "independent landings", nullable=False),
        Column("silent", pa.int32(), "of the flights, those whose transponder did not answer there", nullable=False),
        Column("named", pa.int32(), "of the flights, those that said address and call sign there", nullable=False),
        Column("near_named", pa.int32(), "named flights of other strips within 5 km", nullable=False),
        Column("same_named", pa.int32(), "of those, of strips whose regions reach to this one's", nullable=False),
        Column("night", pa.int32(), "of the flights, those after dusk and before dawn", nullable=False),
        Column("crossing", pa.int32(), "of the flights, those from or to another state", nullable=False),
        Column("sensors", pa.list_(pa.string()), "sensors that saw them, sorted", nullable=False),
        Column("parties", pa.list_(pa.string()), "owners of these sensors by site table, sorted", nullable=False),
        Column("aerodrome", pa.string(), "nearest listed aerodrome", nullable=False),
        Column("aerodrome_mm", pa.int64(), "distance to it", nullable=False),
        Column("evidence_milli_log10", pa.int32(), "what the flights together say for a strip there", nullable=False),
        Column("state", pa.string(), "one of STRIP_STATES", nullable=False),
        Column("observed_permille", pa.int32(), "of the time since the last use: when use would have shown"),
        Column("simulated", pa.bool_(), "any of the flights is simulated", nullable=False),
        Column("legs", pa.list_(pa.int64()), "legs that ended or began there, in order of time", nullable=False),
        Column("records", RECORDS, "the plot of each that was nearest the ground, in order of time", nullable=False),
    ),
    order=("first_use", "lat_e7", "lon_e7", "strip"),
)
