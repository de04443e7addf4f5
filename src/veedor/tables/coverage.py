"""Coverage as learnt from what was tracked: integer counters per sensor, mode, cell, altitude band and day."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import Column, Table

COVERAGE = Table(
    "coverage",
    2,
    "How often each sensor could have detected targets that were there, and did (the owner's secret: DESIGN rule 6.8).",
    (
        Column("sensor", pa.string(), "sensor id; empty: all sensors together, as tracks show them", nullable=False),
        Column(
            "mode", pa.uint8(), "PSR, SSR (Mode S too), ADSB, MLAT, AIS or REPORT; 0 for all together", nullable=False
        ),
        Column("cell", pa.int64(), "cell of about 0.2 degree, rows from the south pole (air/grid.py)", nullable=False),
        Column("band", pa.int8(), "altitude band (air/grid.py); -1: altitude not known", nullable=False),
        Column("day", pa.int32(), "UTC day since 1970-01-01", nullable=False),
        Column("opportunities", pa.int64(), "turns during which a target was known to be there", nullable=False),
        Column("hits", pa.int64(), "of these, those in which this sensor detected it", nullable=False),
        Column("passes", pa.int64(), "all together: tracks with a plot there", nullable=False),
        Column(
            "losses", pa.int64(), "all together: tracks last seen there before a silence or for good", nullable=False
        ),
        Column("starts", pa.int64(), "all together: tracks first seen there after a silence or at all", nullable=False),
    ),
    order=("sensor", "mode", "cell", "band", "day"),
)
