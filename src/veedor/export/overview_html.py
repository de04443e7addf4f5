"""The overview as one self-contained HTML file in English and Spanish: no script, no request, readable from disk."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib import resources

from veedor.export.accord_html import STYLE, accord_section
from veedor.export.finding_html import finding_card
from veedor.export.map_svg import OTHER_SHAPE, SHAPES, Outlines, frame_of, map_svg
from veedor.views.accord_shown import AccordShown
from veedor.views.covers import cover_words
from veedor.views.overview import DepositLine, Overview, ScoreLine
from veedor.words import say

MOST_CARDS = 400
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def overview_html(pages: Sequence[Overview], outlines: Outlines, accords: Sequence[AccordShown] = ()) -> str:
    """One page out of the same overview in each language; `outlines` gives the lines to draw in a box, `accords` where
    each accord stands, in each language."""
    first = pages[0]
    style = "".join(
        resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
        for name in ("overview.css", *((STYLE,) if accords else ()))
    )
    banner = '<div class="simulated">SIMULATED · SIMULADO</div>' if first.simulated else ""
    radios = "".join(
        f'<input type="radio" name="language" id="{page.language}"{" checked" if number == 0 else ""}>'
        for number, page in enumerate(pages)
    )
    body = "\n".join(_language(page, outlines, accords) for page in pages)
    switch = "".join(f'<label for="{p.language}">{say("overview.language", p.language)}</label> ' for p in pages)
    return (
        f'<!doctype html>\n<html lang="{first.language}">\n<head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(first.mission)} · Veedor</title>\n<style>\n{style}</style></head>\n<body>\n{radios}{banner}\n"
        f'<main><div class="languages">{switch}</div>\n{body}\n</main></body></html>\n'
    )


def _language(page: Overview, outlines: Outlines, accords: Sequence[AccordShown]) -> str:
    stand = [_accord(each) for each in accords if each.language == page.language]
    parts = [_header(page), _cards(page), _verdict(page), *stand, _map(page, outlines), _findings(page), _scores(page)]
    parts += [_deposits(page), _footer(page)]
    return f'<div class="{page.language}" lang="{page.language}">\n' + "\n".join(p for p in parts if p) + "\n</div>"


def _header(page: Overview) -> str:
    said = say(
        "overview.subtitle" if page.as_of_us else "overview.subtitle.no_run",
        page.language,
        {"as_of_us": page.as_of_us, "audience": _word("audience", page.audience, page)},
    )
    return f"<header><h1>{escape(page.mission)}</h1><p>{escape(said)}</p></header>"


def _accord(shown: AccordShown) -> str:
    title = say("accord.page.section", shown.language, {"title": shown.speaker.text_plain(shown.accord.title)})
    return f"<h2>{escape(title)}</h2>{accord_section(shown)}"


def _cards(page: Overview) -> str:
    accepted = sum(line.accepted for line in page.deposits)
    rejected = sum(line.rejected for line in page.deposits)
    figures = [("overview.findings", len(page.findings))] if page.as_of_us else []
    if page.deposits:  # files looked at without a mission are no deposits
        figures += [("overview.deposits", len(page.deposits)), ("overview.accepted", accepted)]
        figures += [("overview.rejected", rejected)]
    cards = "".join(
        f'<div class="card"><b>{say("overview.figure", page.language, {"n": figure})}</b>'
        f"<span>{escape(say(key, page.language))}</span></div>"
        for key, figure in figures
    )
    return f'<div class="cards">{cards}</div>'


def _verdict(page: Overview) -> str:
    if page.verdict is None:
        return ""
    verdict = page.verdict
    kind = verdict.verdict.replace(" ", "_")
    said = escape(say(f"verdict.{kind}", page.language))
    detail = f"<br>{escape(verdict.sentence)}" if verdict.sentence else ""
    return (
        f"<h2>{escape(say('overview.verification', page.language))}</h2>"
        f'<div class="verdict {kind}"><b>{said}</b>{detail}'
        f"<br>{escape(say('overview.size', page.language, {'n': verdict.size}))} · <code>{verdict.root}</code></div>"
    )


def _map(page: Overview, outlines: Outlines) -> str:
    placed = [f for f in page.findings if f.lat_e7 is not None and f.lon_e7 is not None]
    frame = frame_of((f.lat_e7 or 0, f.lon_e7 or 0) for f in placed)
    if frame is None:
        return ""
    label = say("overview.map", page.language)
    kinds = sorted({f.kind for f in placed})
    legend = "".join(
        f'<span><svg viewBox="-8 -8 16 16"><g class="mark {kind}">'
        f'<path d="{SHAPES.get(kind, OTHER_SHAPE)}"/></g></svg> {escape(say("kind." + kind, page.language))}</span>'
        for kind in kinds
    )
    policy = say("overview.borders", page.language, {"policy": _word("borders", page.border_policy, page)})
    drawing = map_svg(page.findings[:MOST_CARDS], outlines, frame, label, page.language)
    lines = "" if page.border_policy == "de_facto" else ' class="noborders"'
    legend = f'<p class="legend">{legend}<span>{escape(policy)}</span></p>'
    return f"<h2>{escape(label)}</h2><div{lines}>{drawing}</div>{legend}"


def _findings(page: Overview) -> str:
    """Findings by kind, the kind with the strongest one first, each kind with its strongest first."""
    if not page.as_of_us:
        return ""  # nothing was run: "no findings" would be a lie
    notes = []
    if page.withheld:
        notes.append(say("overview.withheld", page.language, {"n": page.withheld}))
    if len(page.findings) > MOST_CARDS:
        notes.append(say("overview.more", page.language, {"shown": MOST_CARDS, "n": len(page.findings)}))
    cards: dict[str, list[str]] = {}
    for number, finding in enumerate(page.findings[:MOST_CARDS]):
        cards.setdefault(finding.kind, []).append(
            finding_card(number, finding, page.language, kept=bool(page.deposits))
        )
    kinds = {kind.kind: kind for kind in page.kinds}
    shown = [kinds[kind] for kind in [*cards, *(kind for kind in kinds if kind not in cards)]]
    rows = "".join(
        f'<tr><td><a href="#{page.language}-k-{kind.kind}">{escape(kind.title)}</a></td>'
        f"<td class=number>{say('overview.figure', page.language, {'n': kind.count})}</td></tr>"
        for kind in shown
    )
    groups = "\n".join(
        f'<h3 class="kind" id="{page.language}-k-{kind.kind}">{escape(kind.title)}</h3>\n'
        + "\n".join(cards.get(kind.kind, ()))
        for kind in shown
    )
    return (
        f"<h2>{escape(say('overview.what', page.language))}</h2>"
        f"<p>{escape(say('overview.suspicion', page.language))}</p>"
        f"<table>{rows}</table>" + "".join(f"<p>{escape(note)}</p>" for note in notes) + groups
    )


def _scores(page: Overview) -> str:
    if not page.scores:
        return ""
    head = "".join(
        f"<th{' class=number' if number else ''}>{escape(say(f'score.{name}', page.language))}</th>"
        for number, name in enumerate(("kind", "findings", "truths", "matched", "precision", "recall", "error"))
    )
    rows = "".join(_score(line, page.language) for line in page.scores)
    return (
        f"<h2>{escape(say('overview.scores', page.language))}</h2><table><tr>{head}</tr>{rows}</table>"
        f"<p>{escape(say('overview.scores_note', page.language))}</p>"
    )


def _score(line: ScoreLine, language: str) -> str:
    def share(value: int | None) -> str:
        return "" if value is None else say("score.share", language, {"value": value})

    error = "" if line.median_error_mm is None else say("score.distance", language, {"value": line.median_error_mm})
    cells = [
        line.findings,
        line.truths,
        line.matched,
        share(line.precision_permille),
        share(line.recall_permille),
        error,
    ]
    figures = "".join(f"<td class=number>{escape(str(cell))}</td>" for cell in cells)
    return f"<tr><td>{escape(say(f'kind.{line.kind}', language))}</td>{figures}</tr>"


def _deposits(page: Overview) -> str:
    if not page.deposits:
        return ""
    names = ("party", "classes", "mode", "period", "files", "accepted", "rejected")
    head = "".join(
        f"<th{' class=number' if number > 3 else ''}>{escape(say(f'deposit.{name}', page.language))}</th>"
        for number, name in enumerate(names)
    )
    rows = []
    for line in page.deposits:
        texts = [
            line.party.upper(),
            ", ".join(line.classes),
            _word("mode", line.mode, page),
        ]
        figures = [say("overview.figure", page.language, {"n": n}) for n in (line.files, line.accepted, line.rejected)]
        cells = "".join(f"<td>{escape(text)}</td>" for text in texts)
        cells += f"<td>{_period(line, page)}</td>"
        rows.append(f"<tr>{cells}{''.join(f'<td class=number>{figure}</td>' for figure in figures)}</tr>")
    title = escape(say("overview.handed_in", page.language))
    return f"<h2>{title}</h2><table><tr>{head}</tr>{''.join(rows)}</table>"


def _period(line: DepositLine, page: Overview) -> str:
    """The period; where the deposit was restated, also what was said of it before, until when, and what is said now."""
    said = [say("deposit.span", page.language, {"start_us": line.stated.start_us, "end_us": line.stated.end_us})]
    for each in line.earlier:
        was = {"was": cover_words(each.stated, page.language)}
        known = each.until_us is not None
        said.append(
            say(f"deposit.earlier{'' if known else '.waits'}", page.language, was | {"until_us": each.until_us})
        )
    if line.earlier:
        said.append(say("deposit.now", page.language, {"now": cover_words(line.stated, page.language)}))
    first, *rest = map(escape, said)
    return first + "".join(f"<br><small>{each}</small>" for each in rest)


def _footer(page: Overview) -> str:
    return f"<footer>{escape(say('overview.footer', page.language))}</footer>"


def _word(group: str, name: str, page: Overview) -> str:
    return say(f"{group}.{name}", page.language)
