"""Findings: suspicion with reasons, evidence and innocent explanations tested on the data (DESIGN section 5).

They are stored as `findings`, and committed to as `finding_parts`: what one may want to show without the rest.
"""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa

from veedor.tables.declare import DIGEST, TIME, Column, Table

VALUES = pa.list_(
    pa.struct(
        [
            pa.field("name", pa.string(), nullable=False),
            pa.field("number", pa.int64()),
            pa.field("text", pa.string()),
        ]
    )
)
TERMS = pa.list_(
    pa.struct(
        [
            pa.field("name", pa.string(), nullable=False),  # message key
            pa.field("milli_log10", pa.int32()),  # null: not assessable, adds nothing
            pa.field("source", pa.string(), nullable=False),  # measured table, paper, "expert setting"
            pa.field("values", VALUES, nullable=False),
        ]
    )
)
REASONS = pa.list_(
    pa.struct([pa.field("key", pa.string(), nullable=False), pa.field("values", VALUES, nullable=False)])
)
EVIDENCE = pa.list_(
    pa.struct(
        [
            pa.field("deposit", DIGEST, nullable=False),
            pa.field("row", pa.int64(), nullable=False),
            pa.field("last_row", pa.int64(), nullable=False),  # a range of rows; equals row for a single record
            pa.field("role", pa.string(), nullable=False),  # message key: first plot, last plot, incoming payment ...
        ]
    )
)
INNOCENT = pa.list_(
    pa.struct(
        [
            pa.field("key", pa.string(), nullable=False),  # message key of the explanation
            pa.field("verdict", pa.string(), nullable=False),  # supports, contradicts, cannot_tell
            pa.field("values", VALUES, nullable=False),
            pa.field("milli_log10", pa.int32(), nullable=False),  # effect on the score, 0 when cannot_tell
        ]
    )
)

FINDINGS = Table(
    "findings",
    1,
    "One finding of one detector.",
    (
        Column("id", DIGEST, "digest of all other columns", nullable=False),
        Column(
            "anchor",
            DIGEST,
            "digest of kind, subject and first evidence: stable when more data arrives",
            nullable=False,
        ),
        Column("kind", pa.string(), "gap, landing_away, takeoff_away, pass_through, fan_in, ...", nullable=False),
        Column("subject", pa.string(), "track:<id>, account:<id>, ...", nullable=False),
        Column("start", TIME, "first moment it speaks of", nullable=False),
        Column("end", TIME, "last moment it speaks of", nullable=False),
        Column("lat_e7", pa.int32(), "place, if it has one"),
        Column("lon_e7", pa.int32(), "place"),
        Column("radius_mm", pa.int64(), "uncertainty of the place"),
        Column("simulated", pa.bool_(), "any evidence is simulated", nullable=False),
        Column("score_milli_log10", pa.int32(), "sum of terms and innocent effects", nullable=False),
        Column("terms", TERMS, "named log10 likelihood ratios", nullable=False),
        Column("reasons", REASONS, "message keys with values", nullable=False),
        Column("evidence", EVIDENCE, "at most 200 deciding records", nullable=False),
        Column("evidence_count", pa.int64(), "size of the full set", nullable=False),
        Column("evidence_digest", DIGEST, "digest of the full set", nullable=False),
        Column("innocent", INNOCENT, "innocent explanations as tests on the data", nullable=False),
        Column("searched", REASONS, "what was looked for and not found; budgets that cut a search", nullable=False),
        Column("supersedes", DIGEST, "id of the finding it replaces"),
        Column("detector", pa.string(), "name", nullable=False),
        Column("version", pa.int32(), "detector version", nullable=False),
        Column("parameters", DIGEST, "digest of the parameters", nullable=False),
    ),
    order=("kind", "subject", "start", "id"),
    key="anchor",
)


def _of_findings(group: str, *names: str) -> tuple[Column, ...]:
    """Those columns of FINDINGS, in a field group."""
    known = {column.name: column for column in FINDINGS.columns}
    return tuple(replace(known[name], group=group) for name in names)


FINDING_PARTS = Table(
    "finding_parts",
    1,
    "One finding as its statement commits to it, in groups that can be shown without each other.",
    (
        Column("row", pa.int64(), "place among the findings of the run in order of id, from 0", nullable=False),
        *_of_findings("what", "kind", "start", "end", "simulated", "detector", "version"),
        Column("area_south_e7", pa.int32(), "cell of at least 5 km that holds the place, if it has one", "area"),
        Column("area_west_e7", pa.int32(), "cell", "area"),
        Column("area_north_e7", pa.int32(), "cell", "area"),
        Column("area_east_e7", pa.int32(), "cell", "area"),
        *_of_findings("subject", "subject", "lat_e7", "lon_e7", "radius_mm"),
        *_of_findings("reasons", "score_milli_log10", "terms", "reasons", "innocent", "searched"),
        *_of_findings(
            "evidence", "id", "anchor", "evidence", "evidence_count", "evidence_digest", "supersedes", "parameters"
        ),
    ),
    order=("row",),
)
