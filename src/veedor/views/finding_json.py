"""A finding as one JSON object (`finding/1`): the fields of the table, score and evidence as objects of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa
from msgspec import UNSET

from veedor.mission.runs.results import Results, kind_counts
from veedor.views.lines import (
    EvidenceLine,
    FindingLine,
    InnocentLine,
    Place,
    ReasonLine,
    ScoreOfFinding,
    SummaryLine,
    TermLine,
    Values,
)
from veedor.views.rows import plain_rows


def finding_lines(findings: pa.Table) -> Iterator[FindingLine]:
    """One line per row of FINDINGS, in the order given."""
    for row in plain_rows(findings):
        yield FindingLine(
            id=row["id"].hex(),
            anchor=row["anchor"].hex(),
            kind=row["kind"],
            subject=row["subject"],
            start_us=row["start"],
            end_us=row["end"],
            place=_place(row),
            simulated=row["simulated"],
            score=ScoreOfFinding(
                row["score_milli_log10"],
                tuple(TermLine(t["name"], t["milli_log10"], t["source"], _values(t)) for t in row["terms"]),
            ),
            reasons=_reasons(row["reasons"]),
            innocent=tuple(
                InnocentLine(test["key"], test["verdict"], test["milli_log10"], _values(test))
                for test in row["innocent"]
            ),
            searched=_reasons(row["searched"]),
            evidence=tuple(
                EvidenceLine(item["deposit"].hex(), item["row"], item["last_row"], item["role"])
                for item in row["evidence"]
            ),
            evidence_count=row["evidence_count"],
            evidence_digest=row["evidence_digest"].hex(),
            supersedes=None if row["supersedes"] is None else row["supersedes"].hex(),
            detector=row["detector"],
            version=row["version"],
            parameters=row["parameters"].hex(),
        )


def run_summary(results: Results, shown: pa.Table, audience: str | None = None) -> SummaryLine:
    """The summary of a run of which these findings are shown."""
    return SummaryLine(
        findings=kind_counts(shown),
        withheld=results.record.withheld,
        run=results.record.run,
        as_of_us=results.as_of_us,
        seconds=round(sum(results.record.seconds.values()), 1),
        audience=UNSET if audience is None else audience,
    )


def _place(row: Mapping[str, Any]) -> Place | None:
    return None if row["lat_e7"] is None else Place(row["lat_e7"], row["lon_e7"], row["radius_mm"])


def _reasons(items: Sequence[Mapping[str, Any]]) -> tuple[ReasonLine, ...]:
    return tuple(ReasonLine(item["key"], _values(item)) for item in items)


def _values(item: Mapping[str, Any]) -> Values:
    values: Sequence[Mapping[str, Any]] = item["values"]
    return {value["name"]: value["number"] if value["text"] is None else value["text"] for value in values}
