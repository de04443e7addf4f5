"""Where an accord stands, as HTML: obligations, measures in two columns with their course, calendar, every rule.

A section for the overview of a mission, or a page of its own in both languages; no script, no request.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import resources

from veedor.accord.determined import Determined
from veedor.accord.explain import explain
from veedor.accord.explain.speaker import Speaker
from veedor.accord.verdict import MeasureVerdict, ObligationVerdict, Transition, Verdict
from veedor.export.accord_svg import course_svg
from veedor.views.accord_around import around_lines, determined_line
from veedor.views.accord_calendar import AccordCalendar
from veedor.views.accord_course import MeasureCourse
from veedor.views.accord_incident import ClaimLine, IncidentView
from veedor.views.accord_shown import AccordShown
from veedor.views.accord_status import (
    change_line,
    did_line,
    difference_line,
    due_line,
    follows_line,
    ignored_line,
    measure_notes,
    measure_title,
    obligation_line,
    obligation_title,
    occurrence_line,
    occurrence_notes,
    open_occurrences,
    owed_line,
    standing_line,
    tested_line,
)
from veedor.words import say

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = "accord.css"


def accord_page(pages: Sequence[AccordShown], simulated: bool = False) -> str:
    """One page out of the same accord in each language."""
    style = "".join(
        resources.files(__package__).joinpath(name).read_text(encoding="utf-8") for name in ("overview.css", STYLE)
    )
    banner = '<div class="simulated">SIMULATED · SIMULADO</div>' if simulated else ""
    languages = [each.language for each in pages]
    titles = {each.language: escape(each.speaker.text_plain(each.accord.title)) for each in pages}
    switch = "".join(f'<label for="{each}">{say("overview.language", each)}</label> ' for each in languages)
    radios = "".join(
        f'<input type="radio" name="language" id="{each}"{"" if number else " checked"}>'
        for number, each in enumerate(languages)
    )
    body = "\n".join(
        f'<div class="{page.language}" lang="{page.language}">'
        f"<header><h1>{titles[page.language]}</h1></header>\n{accord_section(page)}</div>"
        for page in pages
    )
    return (
        f'<!doctype html>\n<html lang="{languages[0]}">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{titles[languages[0]]} · Veedor</title>\n<style>\n{style}</style></head>\n<body>\n{radios}{banner}\n"
        f'<main><div class="languages">{switch}</div>\n{body}\n</main></body></html>\n'
    )


def accord_section(shown: AccordShown) -> str:
    """The section of one accord in one language."""
    speaker, verdict = shown.speaker, shown.verdict
    note = f"<p>{escape(shown.note)}</p>" if shown.note else ""
    parts = [f'<p class="standing"><b>{escape(standing_line(verdict, speaker))}</b></p>{note}']
    parts += [f"<p>{escape(line)}</p>" for line in around_lines(verdict, speaker)]
    parts += [_obligations(verdict, speaker), _measures(verdict, shown.courses, speaker), _calendar(shown.calendar)]
    parts += [_incidents(shown.incidents, speaker), _determined(shown.determined, speaker), _rules(verdict, speaker)]
    if verdict.ignored:
        lines = (ignored_line(each, speaker.party(each.party), speaker.language) for each in verdict.ignored)
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        parts.append(f"<h2>{_said('accord.status.ignored', speaker)}</h2><ul>{items}</ul>")
    return "\n".join(part for part in parts if part)


def _obligations(verdict: Verdict, speaker: Speaker) -> str:
    head = "".join(
        f"<th>{_said(f'accord.status.column.{name}', speaker)}</th>" for name in ("obligation", "owed", "state", "due")
    )
    rows = "".join(_obligation(each, speaker) for each in verdict.obligations)
    return f"<h2>{_said('accord.status.obligations', speaker)}</h2><table><tr>{head}</tr>{rows}</table>"


def _obligation(each: ObligationVerdict, speaker: Speaker) -> str:
    rule = speaker.accord.obligations.get(each.id)
    article = "" if rule is None else f"{escape(rule.article)} · "
    notes = (
        " ".join([occurrence_line(one, speaker) + ".", *occurrence_notes(one, speaker)])
        for one in open_occurrences(each)
    )
    note = "".join(f"<br><small>{escape(text)}</small>" for text in notes)
    return (
        f"<tr><td>{escape(obligation_title(each.id, speaker))}<br>"
        f"<small>{article}<code>{escape(each.id)}</code></small></td>"
        f"<td>{escape(owed_line(each, speaker))}</td>"
        f'<td><span class="state {each.state}">{escape(obligation_line(each, speaker))}</span>{note}</td>'
        f"<td>{escape(due_line(each, speaker))}</td></tr>"
    )


def _measures(verdict: Verdict, courses: Sequence[MeasureCourse], speaker: Speaker) -> str:
    if not verdict.measures:
        return ""
    drawn = {course.id: course_svg(course) for course in courses}
    names = ("status.follows", "status.did")
    head = f"<th>{_said('accord.status.column.measure', speaker)}</th>"
    head += "".join(f"<th>{_said(f'accord.{name}', speaker)}</th>" for name in names)
    rows = "".join(_measure(each, drawn.get(each.id, ""), speaker) for each in verdict.measures)
    return (
        f"<h2>{_said('accord.status.measures', speaker)}</h2><p>{_said('accord.status.two_columns', speaker)}</p>"
        f'<table class="measures"><tr>{head}</tr>{rows}</table>'
    )


def _measure(each: MeasureVerdict, drawing: str, speaker: Speaker) -> str:
    notes = "".join(f"<li>{escape(note)}</li>" for note in measure_notes(each, speaker))
    differs = difference_line(each.difference, speaker)
    difference = f'<p class="difference">{escape(differs)}</p>' if differs else ""
    more = f"{difference}<ul>{notes}</ul>{drawing}"
    by, to = speaker.party(each.by), speaker.party(each.to)
    return (
        f"<tr><td>{escape(measure_title(each.id, speaker))}<br><small>{escape(by)} → {escape(to)} · "
        f"<code>{escape(each.id)}</code></small></td>"
        f'<td><span class="state {each.state}">{escape(follows_line(each, speaker))}</span></td>'
        f'<td><span class="state did {each.did}">{escape(did_line(each, speaker))}</span></td></tr>'
        f'<tr><td colspan="3" class="more">{more}</td></tr>'
    )


def _calendar(calendar: AccordCalendar) -> str:
    rows = "".join(
        f'<tr class="{line.kind}"><td>{escape(line.when)}</td><td>{escape(line.text)}</td></tr>'
        for line in calendar.lines
    )
    body = f"<table>{rows}</table>" if rows else f"<p>{escape(calendar.nothing)}</p>"
    return f"<h2>{escape(calendar.title)}</h2>{body}"


def _determined(made: Sequence[Determined], speaker: Speaker) -> str:
    if not made:
        return ""
    items = "".join(f'<li class="{each.standing}">{escape(determined_line(each, speaker))}</li>' for each in made)
    return f"<h2>{_said('accord.determined', speaker)}</h2><ul>{items}</ul>"


def _incidents(incidents: Sequence[IncidentView], speaker: Speaker) -> str:
    if not incidents:
        return ""
    parts = [f"<h2>{_said('accord.status.incidents', speaker)}</h2>"]
    for incident in incidents:
        claims = "".join(_claim(each) for each in incident.claims)
        shown = "".join(f'<p class="difference">{escape(text)}</p>' for text in incident.contradictions)
        parts.append(f"<h3>{escape(incident.title)}</h3>{shown}<table>{claims}</table>")
    return "".join(parts)


def _claim(line: ClaimLine) -> str:
    beside = "".join(f"<br><small>{escape(text)}</small>" for text in (line.words, line.findings) if text)
    answers = "<br>".join(escape(answer) for answer in line.answers)
    return f"<tr><td>{escape(line.text)}{beside}</td><td>{answers}</td></tr>"


def _rules(verdict: Verdict, speaker: Speaker) -> str:
    changes = {f"measures.{each.id}": _changes(each.history, "measure", speaker) for each in verdict.measures}
    for obligation in verdict.obligations:
        said = []
        for one in obligation.occurrences:
            tests = "".join(f"<li>{escape(tested_line(test, speaker))}</li>" for test in one.tests)
            history = _changes(one.history, "obligation", speaker)
            said.append(f"<h4>{escape(occurrence_line(one, speaker))}</h4><ul>{tests}</ul>{history}")
        changes[f"obligations.{obligation.id}"] = "".join(said)
    items = []
    for rule in explain(speaker.accord, speaker.language):
        evidence = changes.get(rule.rule, "")
        items.append(
            f"<li><code>{escape(rule.rule)}</code> {escape(rule.text)}"
            + (
                f"<details><summary>{_said('accord.status.history', speaker)}</summary>{evidence}</details>"
                if evidence
                else ""
            )
            + "</li>"
        )
    return f'<h2>{_said("accord.status.rules", speaker)}</h2><ol class="rules">{"".join(items)}</ol>'


def _changes(changes: Sequence[Transition], kind: str, speaker: Speaker) -> str:
    items = "".join(
        f"<li>{escape(change_line(change, kind, speaker))}"
        + (
            f' <span class="mono">{escape(", ".join(digest[:12] for digest in change.evidence))}</span>'
            if change.evidence
            else ""
        )
        + "</li>"
        for change in changes
    )
    return f"<ul>{items}</ul>" if items else ""


def _said(key: str, speaker: Speaker) -> str:
    return escape(say(key, speaker.language))
