"""One finding as an HTML card: terms with bars, reasons, innocent explanations with verdicts, records to look at."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from veedor.views.finding import FindingView, TermView
from veedor.words import say

EVIDENCE_SHOWN = 12
_BAR_PIXELS_PER_UNIT = 40


def finding_card(number: int, finding: FindingView, language: str, *, kept: bool) -> str:
    """The card that the map links to; everything but the first lines is folded. `kept`: a mission keeps the
    records, so that one can be shown."""
    value = say("term.value", language, {"milli_log10": finding.score_milli_log10})
    # The public gets neither subject nor reasons: then kind and time must do.
    title = " · ".join(part for part in (finding.subject or finding.title, finding.where) if part)
    meta = finding.reasons[0] if finding.reasons else finding.when
    parts = [
        _list(say("finding.reasons", language), finding.reasons),
        _terms(finding, language),
        _innocent(finding, language),
        _list(say("finding.searched", language), finding.searched),
        _evidence(finding, language, kept),
    ]
    strength = f"{escape(finding.strength)} <small>{escape(value)}</small>"
    return (
        f'<details class="finding" id="{language}-f-{number}"><summary><span class="title">{escape(title)}</span>'
        f'<span class="strength">{strength}</span><span class="meta">{escape(meta)}</span></summary>'
        f'<div class="body">{"".join(part for part in parts if part)}</div></details>'
    )


def _list(title: str, sentences: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    return f"<h3>{escape(title)}</h3><ul>{items}</ul>" if items else ""


def _terms(finding: FindingView, language: str) -> str:
    rows = "".join(
        f"<tr><td>{escape(term.label)}</td><td class=number>{escape(term.shown)}</td><td>{_bar(term)}</td>"
        f"<td>{escape(term.source)}</td></tr>"
        for term in finding.terms
    )
    names = ("finding.term", "finding.value", "finding.bar", "finding.source")
    head = "".join(f"<th>{escape(say(name, language))}</th>" for name in names)
    title = f"{say('finding.terms', language)}: {finding.score}"
    return f"<h3>{escape(title)}</h3><table class=terms><tr>{head}</tr>{rows}</table>"


def _bar(term: TermView) -> str:
    if not term.milli_log10:
        return ""
    width = min(160, abs(term.milli_log10) * _BAR_PIXELS_PER_UNIT // 1000)
    return f'<span class="bar{" minus" if term.milli_log10 < 0 else ""}" style="width:{width}px"></span>'


def _innocent(finding: FindingView, language: str) -> str:
    rows = "".join(
        f"<tr><td>{escape(test.sentence)}</td><td>{escape(test.verdict_word)}</td>"
        f"<td class=number>{escape(_effect(test.milli_log10, language))}</td></tr>"
        for test in finding.innocent
    )
    return f"<h3>{escape(say('finding.innocent', language))}</h3><table>{rows}</table>" if rows else ""


def _effect(milli_log10: int, language: str) -> str:
    return say("term.value", language, {"milli_log10": milli_log10}) if milli_log10 else ""


def _evidence(finding: FindingView, language: str, kept: bool) -> str:
    title = say("finding.evidence", language, {"n": finding.evidence_count})
    items = "".join(
        f'<li>{escape(item.role)}: <span class="mono">{escape(item.record)}</span></li>'
        for item in finding.evidence[:EVIDENCE_SHOWN]
    )
    hint = f"<p>{escape(say('finding.show_hint', language))}</p>" if items and kept else ""
    return f"<h3>{escape(title)}</h3><ul>{items}</ul>{hint}"
