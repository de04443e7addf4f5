"""Where an accord stands, as HTML: obligations, measures in two columns with their course, calendar, every rule.

A section for the overview of a mission, or a page of its own in both languages; no script, no request.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import resources

from veedor.export.accord_svg import course_svg
from veedor.views.accord_calendar import AccordCalendar
from veedor.views.accord_course import MeasureCourse
from veedor.views.accord_incident import ClaimLine, IncidentView
from veedor.views.accord_shown import AccordShown
from veedor.views.accord_status import AccordStatus, ChangeLine, MeasureLine, ObligationLine
from veedor.words import say

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = "accord.css"


def accord_page(pages: Sequence[AccordShown], simulated: bool = False) -> str:
    """One page out of the same accord in each language."""
    style = "".join(
        resources.files(__package__).joinpath(name).read_text(encoding="utf-8") for name in ("overview.css", STYLE)
    )
    banner = '<div class="simulated">SIMULATED · SIMULADO</div>' if simulated else ""
    first = pages[0].status
    languages = [each.status.language for each in pages]
    switch = "".join(f'<label for="{each}">{say("overview.language", each)}</label> ' for each in languages)
    radios = "".join(
        f'<input type="radio" name="language" id="{each}"{"" if number else " checked"}>'
        for number, each in enumerate(languages)
    )
    body = "\n".join(
        f'<div class="{page.status.language}" lang="{page.status.language}">'
        f"<header><h1>{escape(page.status.title)}</h1></header>\n{accord_section(page)}</div>"
        for page in pages
    )
    return (
        f'<!doctype html>\n<html lang="{first.language}">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(first.title)} · Veedor</title>\n<style>\n{style}</style></head>\n<body>\n{radios}{banner}\n"
        f'<main><div class="languages">{switch}</div>\n{body}\n</main></body></html>\n'
    )


def accord_section(shown: AccordShown) -> str:
    """The section of one accord in one language."""
    page = shown.status
    note = f"<p>{escape(page.note)}</p>" if page.note else ""
    parts = [f'<p class="standing"><b>{escape(page.standing)}</b></p>{note}', _obligations(page)]
    parts += [_measures(page, shown.courses), _calendar(shown.calendar)]
    parts += [_incidents(shown.incidents, page), _rules(page)]
    if page.ignored:
        items = "".join(f"<li>{escape(line)}</li>" for line in page.ignored)
        parts.append(f"<h2>{_said('accord.status.ignored', page)}</h2><ul>{items}</ul>")
    return "\n".join(part for part in parts if part)


def _obligations(page: AccordStatus) -> str:
    head = "".join(
        f"<th>{_said(f'accord.status.column.{name}', page)}</th>" for name in ("obligation", "owed", "state", "due")
    )
    rows = "".join(_obligation(line) for line in page.obligations)
    return f"<h2>{_said('accord.status.obligations', page)}</h2><table><tr>{head}</tr>{rows}</table>"


def _obligation(line: ObligationLine) -> str:
    notes = "".join(f"<br><small>{escape(note)}</small>" for note in line.notes)
    return (
        f"<tr><td>{escape(line.title)}<br><small>{escape(line.article)} · <code>{escape(line.id)}</code></small></td>"
        f"<td>{escape(line.owed)}</td>"
        f'<td><span class="state {line.state}">{escape(line.standing)}</span>{notes}</td>'
        f"<td>{escape(line.due)}</td></tr>"
    )


def _measures(page: AccordStatus, courses: Sequence[MeasureCourse]) -> str:
    if not page.measures:
        return ""
    drawn = {course.id: course_svg(course) for course in courses}
    names = ("status.follows", "status.did")
    head = f"<th>{_said('accord.status.column.measure', page)}</th>"
    head += "".join(f"<th>{_said(f'accord.{name}', page)}</th>" for name in names)
    rows = "".join(_measure(line, drawn.get(line.id, "")) for line in page.measures)
    return (
        f"<h2>{_said('accord.status.measures', page)}</h2><p>{_said('accord.status.two_columns', page)}</p>"
        f'<table class="measures"><tr>{head}</tr>{rows}</table>'
    )


def _measure(line: MeasureLine, drawing: str) -> str:
    notes = "".join(f"<li>{escape(note)}</li>" for note in line.notes)
    difference = f'<p class="difference">{escape(line.difference)}</p>' if line.difference else ""
    more = f"{difference}<ul>{notes}</ul>{drawing}"
    return (
        f"<tr><td>{escape(line.title)}<br><small>{escape(line.by)} → {escape(line.to)} · "
        f"<code>{escape(line.id)}</code></small></td>"
        f'<td><span class="state {line.state}">{escape(line.follows)}</span></td>'
        f'<td><span class="state did {line.did_state}">{escape(line.did)}</span></td></tr>'
        f'<tr><td colspan="3" class="more">{more}</td></tr>'
    )


def _calendar(calendar: AccordCalendar) -> str:
    rows = "".join(
        f'<tr class="{line.kind}"><td>{escape(line.when)}</td><td>{escape(line.text)}</td></tr>'
        for line in calendar.lines
    )
    body = f"<table>{rows}</table>" if rows else f"<p>{escape(calendar.nothing)}</p>"
    return f"<h2>{escape(calendar.title)}</h2>{body}"


def _incidents(incidents: Sequence[IncidentView], page: AccordStatus) -> str:
    if not incidents:
        return ""
    parts = [f"<h2>{_said('accord.status.incidents', page)}</h2>"]
    for incident in incidents:
        claims = "".join(_claim(each) for each in incident.claims)
        shown = "".join(f'<p class="difference">{escape(text)}</p>' for text in incident.contradictions)
        parts.append(f"<h3>{escape(incident.title)}</h3>{shown}<table>{claims}</table>")
    return "".join(parts)


def _claim(line: ClaimLine) -> str:
    beside = "".join(f"<br><small>{escape(text)}</small>" for text in (line.words, line.findings) if text)
    answers = "<br>".join(escape(answer) for answer in line.answers)
    return f"<tr><td>{escape(line.text)}{beside}</td><td>{answers}</td></tr>"


def _rules(page: AccordStatus) -> str:
    changes = {f"measures.{line.id}": _changes(line.changes) for line in page.measures}
    for line in page.obligations:
        said = []
        for each in line.occurrences:
            tests = "".join(f"<li>{escape(test)}</li>" for test in each.tests)
            said.append(f"<h4>{escape(each.title)}</h4><ul>{tests}</ul>{_changes(each.changes)}")
        changes[f"obligations.{line.id}"] = "".join(said)
    items = []
    for rule in page.rules:
        evidence = changes.get(rule.rule, "")
        items.append(
            f"<li><code>{escape(rule.rule)}</code> {escape(rule.text)}"
            + (
                f"<details><summary>{_said('accord.status.history', page)}</summary>{evidence}</details>"
                if evidence
                else ""
            )
            + "</li>"
        )
    return f'<h2>{_said("accord.status.rules", page)}</h2><ol class="rules">{"".join(items)}</ol>'


def _changes(changes: Sequence[ChangeLine]) -> str:
    items = "".join(
        f"<li>{escape(change.text)}"
        + (
            f' <span class="mono">{escape(", ".join(digest[:12] for digest in change.evidence))}</span>'
            if change.evidence
            else ""
        )
        + "</li>"
        for change in changes
    )
    return f"<ul>{items}</ul>" if items else ""


def _said(key: str, page: AccordStatus) -> str:
    return escape(say(key, page.language))
