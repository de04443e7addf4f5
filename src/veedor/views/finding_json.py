"""A finding as one JSON object (`finding/1`): the fields of the table, score and evidence as objects of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from veedor.views.rows import plain_rows


def finding_objects(findings: pa.Table) -> Iterator[dict[str, Any]]:
    """One object per row of FINDINGS, in the order given; digests in hex, times in microseconds since 1970."""
    for row in plain_rows(findings):
        yield {
            "id": row["id"].hex(),
            "anchor": row["anchor"].hex(),
            "kind": row["kind"],
            "subject": row["subject"],
            "start_us": row["start"],
            "end_us": row["end"],
            "place": _place(row),
            "simulated": row["simulated"],
            "score": {"total_milli_log10": row["score_milli_log10"], "terms": [_said(t, "name") for t in row["terms"]]},
            "reasons": [_said(reason, "key") for reason in row["reasons"]],
            "innocent": [_said(test, "key") for test in row["innocent"]],
            "searched": [_said(item, "key") for item in row["searched"]],
            "evidence": [{**item, "deposit": item["deposit"].hex()} for item in row["evidence"]],
            "evidence_count": row["evidence_count"],
            "evidence_digest": row["evidence_digest"].hex(),
            "supersedes": None if row["supersedes"] is None else row["supersedes"].hex(),
            "detector": row["detector"],
            "version": row["version"],
            "parameters": row["parameters"].hex(),
        }


def _place(row: Mapping[str, Any]) -> dict[str, int] | None:
    if row["lat_e7"] is None:
        return None
    return {"lat_e7": row["lat_e7"], "lon_e7": row["lon_e7"], "radius_mm": row["radius_mm"]}


def _said(item: Mapping[str, Any], first: str) -> dict[str, Any]:
    values: Sequence[Mapping[str, Any]] = item["values"]
    plain = {value["name"]: value["number"] if value["text"] is None else value["text"] for value in values}
    return {first: item[first], **{k: v for k, v in item.items() if k not in (first, "values")}, "values": plain}
