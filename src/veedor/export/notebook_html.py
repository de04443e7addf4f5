"""Findings as a table for a notebook: a line each, unfolding to terms, innocent explanations and records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from veedor.views.finding import FindingView
from veedor.words import say

EVIDENCE_SHOWN = 3
_COLUMNS = ("kind", "log10", "strength", "subject", "why")
_TOP_LEFT = 'style="text-align:left;vertical-align:top"'
_MARK = '<p style="background:#9a3412;color:#fff;text-align:center;font-weight:bold">SIMULATED · SIMULADO</p>'


def notebook_html(
    findings: Sequence[FindingView],
    files: int,
    accepted: int,
    rejected: int,
    most: int,
    language: str,
    refused: Sequence[str] = (),
) -> str:
    """A fragment without style sheet or script: the `most` strongest of `findings`, the counts of what was read,
    and why files were `refused`."""
    counts = {"n": len(findings), "shown": min(most, len(findings))}
    read = {"files": files, "accepted": accepted, "rejected": rejected}
    head = "".join(f"<th>{escape(say(f'findings.head.{name}', language))}</th>" for name in _COLUMNS)
    rows = "".join(_row(finding, language) for finding in findings[:most])
    return (
        (_MARK if any(finding.simulated for finding in findings) else "")
        + f"<p>{escape(say('findings.count', language, counts))}<br>{escape(say('findings.read', language, read))}</p>"
        + _list(say("rejects.refused", language, {"n": len(refused)}), refused)
        + (f"<table><tr>{head}</tr>{rows}</table>" if findings else "")
    )


def _row(finding: FindingView, language: str) -> str:
    simulated = " [SIMULATED]" if finding.simulated else ""
    value = say("term.value", language, {"milli_log10": finding.score_milli_log10})
    why = finding.reasons[0] if finding.reasons else finding.when
    who = " · ".join(part for part in (finding.subject, finding.where) if part)
    unfolding = f"<details><summary>{escape(why)}</summary>{_whole(finding, language)}</details>"
    cells = [*map(escape, (finding.title + simulated, value, finding.strength, who)), unfolding]
    return "<tr>" + "".join(f"<td {_TOP_LEFT}>{cell}</td>" for cell in cells) + "</tr>"


def _whole(finding: FindingView, language: str) -> str:
    records = [f"{item.role}: {item.record}" for item in finding.evidence[:EVIDENCE_SHOWN]]
    parts = (
        ("finding.reasons", finding.reasons[1:]),
        ("finding.terms", [f"{term.shown}: {term.label} ({term.source})" for term in finding.terms]),
        ("finding.innocent", [f"{test.verdict_word}: {test.sentence}" for test in finding.innocent]),
        ("finding.searched", finding.searched),
    )
    evidence = say("finding.evidence", language, {"n": finding.evidence_count})
    return "".join(_list(say(key, language), items) for key, items in parts) + _list(evidence, records)


def _list(title: str, items: Iterable[str]) -> str:
    lines = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f"<b>{escape(title)}</b><ul>{lines}</ul>" if lines else ""
