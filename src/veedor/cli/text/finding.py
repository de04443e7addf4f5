"""Findings as lines of text for a terminal: a line each, or a block each with all that is known of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from veedor.views.finding import FindingView
from veedor.words import Language, say

SHORT_ID = 10
MOST_RECORDS = 3
_COLUMNS = ("finding", "log10", "strength", "kind", "when", "subject", "where")


def table_of(findings: Sequence[FindingView], limit: int, language: Language, audience: str) -> Iterator[str]:
    """A line for each of the `limit` strongest findings (0: all), then how many there are. Columns are as wide as what
    stands in them."""
    shown = _shown(findings, limit)
    if shown:
        rows = [
            tuple(say(f"findings.head.{name}", language) for name in _COLUMNS),
            *(_cells(f, language) for f in shown),
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_COLUMNS))]
        for row in rows:
            yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        yield ""
    yield from _count(findings, len(shown), language, audience)


def blocks_of(findings: Sequence[FindingView], limit: int, language: Language, audience: str) -> Iterator[str]:
    """A block for each of the `limit` strongest findings (0: all), then how many there are."""
    shown = _shown(findings, limit)
    for finding in shown:
        yield from _block(finding, language)
    yield from _count(findings, len(shown), language, audience)


def _shown(findings: Sequence[FindingView], limit: int) -> Sequence[FindingView]:
    return findings if limit == 0 else findings[:limit]


def _cells(finding: FindingView, language: Language) -> tuple[str, ...]:
    simulated = " [SIMULATED]" if finding.simulated else ""
    value = say("term.value", language, {"milli_log10": finding.score_milli_log10})
    return (
        finding.id[:SHORT_ID], value, finding.strength, finding.kind + simulated, finding.when, finding.subject,
        finding.where,
    )  # fmt: skip


def _count(findings: Sequence[FindingView], shown: int, language: Language, audience: str) -> Iterator[str]:
    counts: dict[tuple[str, str], int] = {}
    for finding in findings:
        key = (finding.kind, finding.title)
        counts[key] = counts.get(key, 0) + 1
    yield say("findings.count", language, {"n": len(findings), "shown": shown})
    wide = max((len(kind) for kind, _ in counts), default=0)
    for (kind, title), count in sorted(counts.items()):
        yield f"  {count:>6}  {kind.ljust(wide)}  {title}"
    yield say("findings.audience", language, {"audience": say(f"audience.{audience}", language)})


def _block(finding: FindingView, language: Language) -> Iterator[str]:
    simulated = " [SIMULATED]" if finding.simulated else ""
    yield f"{finding.title}{simulated}: {finding.strength}, {finding.score}"
    yield "  " + " · ".join(part for part in (finding.subject, finding.when, finding.where) if part)
    for reason in finding.reasons:
        yield f"  - {reason}"
    for term in finding.terms:
        yield f"  {term.shown:>16}  {term.label} ({term.source})"
    for test in finding.innocent:
        effect = say("term.value", language, {"milli_log10": test.milli_log10}) if test.milli_log10 else ""
        yield f"  {effect:>16}  {test.verdict_word}: {test.sentence}"
    for sentence in finding.searched:
        yield f"  {sentence}"
    for item in finding.evidence[:MOST_RECORDS]:
        yield f"  {item.role}: {item.record}"
    if finding.evidence and finding.evidence_count > MOST_RECORDS:
        yield f"  {say('findings.more_records', language, {'n': finding.evidence_count - MOST_RECORDS})}"
    if finding.id:
        yield f"  {say('findings.id', language, {'id': finding.id})}"
    yield ""
