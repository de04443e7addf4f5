"""The course of one measure as a figure: two rows over one scale of time, each span with its state in words.

No colour says anything that a word does not say too. Beginnings of spans are written under the rows, in steps where
they would run into each other.
"""

from __future__ import annotations

from html import escape

from veedor.views.accord_course import MeasureCourse, Span
from veedor.words.dates import day_in_words

WIDTH, LEFT, RIGHT = 960, 12, 12
_ROW, _GAP, _TOP = 30, 26, 24
_LETTER, _SMALL = 7.1, 6.4
"""Width of a letter in a bar and in a date, by which labels are found to fit."""


def course_svg(course: MeasureCourse) -> str:
    """An SVG element of 960 units in width; colours come from classes `span STATE` of the page's style."""
    spans = [*course.follows, *course.did]
    start_us, end_us = min(span.start_us for span in spans), max(span.end_us for span in spans)
    shown_us = max(end_us, course.ends_us or end_us)
    scale = (WIDTH - LEFT - RIGHT) / max(shown_us - start_us, 1)

    def x(at_us: int) -> float:
        return LEFT + (at_us - start_us) * scale

    parts = []
    for number, (title, row) in enumerate(((course.follows_title, course.follows), (course.did_title, course.did))):
        y = _TOP + number * (_ROW + _GAP)
        parts.append(f'<text class="row" x="{LEFT}" y="{y - 7}">{escape(title)}</text>')
        parts += [_bar(span, x(span.start_us), x(span.end_us), y) for span in row]
    bottom = _TOP + 2 * _ROW + _GAP
    if course.ends_us is not None and course.ends_us > end_us:
        at = x(course.ends_us)
        parts.append(f'<path class="ends" d="M{at:.1f} {_TOP}V{bottom}"><title>{escape(course.ends)}</title></path>')
        if at - x(end_us) > len(course.ends) * _SMALL + 20:
            y = _TOP + _ROW + _GAP // 2 + 4
            parts.append(f'<text class="row" text-anchor="end" x="{at - 8:.1f}" y="{y}">{escape(course.ends)}</text>')
    dates, height = _dates(course, x, bottom)
    label = f"{course.title}: " + "; ".join(f"{span.words}, {span.since}" for span in course.follows)
    return (
        f'<svg class="course" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}">'
        + "".join([*parts, *dates])
        + "</svg>"
    )


def _bar(span: Span, left: float, right: float, y: int) -> str:
    width = max(right - left, 2.0)
    label = ""
    if len(span.words) * _LETTER < width - 8:
        label = f'<text x="{left + 6:.1f}" y="{y + 20}">{escape(span.words)}</text>'
    title = escape(f"{span.words}: {span.since}")
    return (
        f'<g class="span {span.state}"><rect x="{left:.1f}" y="{y}" width="{width:.1f}" height="{_ROW}"/>'
        f"<title>{title}</title>{label}</g>"
    )


def _dates(course: MeasureCourse, x: object, bottom: int) -> tuple[list[str], int]:
    """The beginning of every span, its state beside it, each on the first step on which it fits."""
    assert callable(x)
    begun: dict[int, list[str]] = {}
    for span in (*course.follows, *course.did):
        words = begun.setdefault(span.start_us, [])
        if span.words not in words:
            words.append(span.words)
    steps: list[float] = []
    parts = []
    for at_us in sorted(begun):
        text = f"{day_in_words(at_us, course.language)}: {' · '.join(begun[at_us])}"
        at = x(at_us)
        wide = len(text) * _SMALL
        left = min(at, WIDTH - RIGHT - wide)
        step = next((number for number, taken in enumerate(steps) if taken + 10 <= left), len(steps))
        steps[step : step + 1] = [left + wide]
        y = bottom + 18 + step * 18
        parts.append(f'<path class="tick" d="M{at:.1f} {bottom}V{y - 11}"/>')
        parts.append(f'<text class="date" x="{left:.1f}" y="{y}">{escape(text)}</text>')
    return parts, bottom + 26 + len(steps) * 18
