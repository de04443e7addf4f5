"""Findings as lines of text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from veedor.views.finding import FindingView
from veedor.words import Language, say


def lines_of(findings: Sequence[FindingView], limit: int, language: Language, audience: str) -> Iterator[str]:
    """A block for each of the `limit` strongest findings (0: all), then how many there are."""
    shown = findings if limit == 0 else findings[:limit]
    for finding in shown:
        yield from _block(finding, language)
    counts: dict[str, int] = {}
    for finding in findings:
        counts[finding.title] = counts.get(finding.title, 0) + 1
    yield say("findings.count", language, {"n": len(findings), "shown": len(shown)})
    for title, count in sorted(counts.items()):
        yield f"  {count:>6}  {title}"
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
        yield f"  {test.verdict_word}: {test.sentence}"
    for item in finding.evidence[:3]:
        yield f"  {item.role}: {item.record}"
    yield ""
