"""Building findings: typed parts in, rows of the findings table out, with id, anchor and score computed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import pyarrow as pa

from veedor.kernel.canonical import encode_rows
from veedor.tables import FINDINGS

EVIDENCE_SHOWN = 200
LAW = "role.threshold"
"""The role of a record by which a finding judges, and of which it does not tell: two findings may share it."""

Values = Mapping[str, int | str]
Verdict = Literal["supports", "contradicts", "cannot_tell"]


@dataclass(frozen=True)
class Term:
    """One log10 likelihood ratio in thousandths with its source; None: not assessable, adds nothing."""

    name: str
    milli_log10: int | None
    source: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Reason:
    """A sentence of words/ with its values."""

    key: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Evidence:
    """A record, or a range of rows of one deposit, with its part in the finding (a message key)."""

    deposit: bytes
    row: int
    last_row: int
    role: str


@dataclass(frozen=True)
class Innocent:
    """An innocent explanation tested on the data; "supports" lowers the score, "contradicts" may raise it."""

    key: str
    verdict: Verdict
    values: Values
    milli_log10: int


@dataclass(frozen=True)
class Place:
    lat_e7: int
    lon_e7: int
    radius_mm: int


@dataclass(frozen=True)
class Finding:
    """One finding before it gets its id. `evidence` is the full set, most deciding first; 200 of it are shown."""

    kind: str
    subject: str
    start_us: int
    end_us: int
    place: Place | None
    simulated: bool
    terms: Sequence[Term]
    reasons: Sequence[Reason]
    evidence: Sequence[Evidence]
    innocent: Sequence[Innocent]
    searched: Sequence[Reason]
    supersedes: bytes | None = None


def findings_table(findings: Sequence[Finding], detector: str, version: int, parameters: bytes) -> pa.Table:
    """Rows of FINDINGS in declared order. `parameters` is the digest of the detector's parameters."""
    if not findings:
        return FINDINGS.schema.empty_table()
    rows = [_row(finding, detector, version, parameters) for finding in findings]
    table = pa.Table.from_pylist(rows, schema=FINDINGS.schema)
    table = table.set_column(0, FINDINGS.schema.field("id"), pa.array(_ids(table), pa.binary(32)))
    return table.sort_by([(name, "ascending") for name in FINDINGS.order])


def _ids(table: pa.Table) -> list[bytes]:
    data, offsets = encode_rows(table, [name for name in FINDINGS.schema.names if name != "id"])
    blob = data.tobytes()
    return [hashlib.sha256(b"veedor/finding/1\0" + blob[start:end]).digest() for start, end in pairwise(offsets)]


def _row(finding: Finding, detector: str, version: int, parameters: bytes) -> dict[str, Any]:
    score = sum(term.milli_log10 or 0 for term in finding.terms) + sum(test.milli_log10 for test in finding.innocent)
    return {
        "id": bytes(32),
        "anchor": _anchor(finding),
        "kind": finding.kind,
        "subject": finding.subject,
        "start": finding.start_us,
        "end": finding.end_us,
        "lat_e7": finding.place.lat_e7 if finding.place else None,
        "lon_e7": finding.place.lon_e7 if finding.place else None,
        "radius_mm": finding.place.radius_mm if finding.place else None,
        "simulated": finding.simulated,
        "score_milli_log10": score,
        "terms": [
            {"name": t.name, "milli_log10": t.milli_log10, "source": t.source, "values": _values(t.values)}
            for t in finding.terms
        ],
        "reasons": [{"key": r.key, "values": _values(r.values)} for r in finding.reasons],
        "evidence": [vars(e) for e in finding.evidence[:EVIDENCE_SHOWN]],
        "evidence_count": len(finding.evidence),
        "evidence_digest": _evidence_digest(finding.evidence),
        "innocent": [
            {"key": i.key, "verdict": i.verdict, "values": _values(i.values), "milli_log10": i.milli_log10}
            for i in finding.innocent
        ],
        "searched": [{"key": r.key, "values": _values(r.values)} for r in finding.searched],
        "supersedes": finding.supersedes,
        "detector": detector,
        "version": version,
        "parameters": parameters,
    }


def _values(values: Values) -> list[dict[str, int | str | None]]:
    return [
        {"name": name, "number": None, "text": value}
        if isinstance(value, str)
        else {"name": name, "number": int(value), "text": None}
        for name, value in sorted(values.items())
    ]


def _anchor(finding: Finding) -> bytes:
    """Kind, subject and earliest evidence: what stays the same when more data arrives later."""
    first = min(((e.deposit, e.row) for e in finding.evidence if e.role != LAW), default=(b"", -1))
    parts = (finding.kind.encode(), finding.subject.encode(), first[0], first[1].to_bytes(8, "big", signed=True))
    return hashlib.sha256(b"veedor/anchor/1\0" + b"".join(len(p).to_bytes(4, "big") + p for p in parts)).digest()


def _evidence_digest(evidence: Sequence[Evidence]) -> bytes:
    hasher = hashlib.sha256(b"veedor/evidence/1\0")
    for item in sorted(set(evidence)):
        role = item.role.encode()
        hasher.update(item.deposit + item.row.to_bytes(8, "big") + item.last_row.to_bytes(8, "big"))
        hasher.update(len(role).to_bytes(4, "big") + role)
    return hasher.digest()
