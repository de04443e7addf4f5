"""Coverage as learnt from what was tracked: integer counters per cell and altitude band that merge exactly."""

from __future__ import annotations

import pyarrow as pa

from veedor.tables.declare import Column, Table

COVERAGE = Table(
    "coverage",
    1,
    "How many tracks were followed through a cell and how many were lost in it (the owner's secret: DESIGN rule 6.8).",
    (
        Column("cell", pa.int64(), "cell of about 0.2 degree, rows from the south pole (air/grid.py)", nullable=False),
        Column("band", pa.int8(), "altitude band (air/grid.py); -1: altitude not known", nullable=False),
        Column("plots", pa.int64(), "plots of tracks", nullable=False),
        Column("passes", pa.int64(), "tracks with at least one plot there", nullable=False),
        Column("losses", pa.int64(), "tracks last seen there before a silence or for good", nullable=False),
        Column("starts", pa.int64(), "tracks first seen there after a silence or at all", nullable=False),
    ),
    order=("cell", "band"),
)
