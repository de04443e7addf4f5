"""Days as sanctions lists write them: 10 Dec 1948, Dec 1948, 1948, circa 1948, 1948 to 1950, 1948-1950, 1948-12-10."""

from __future__ import annotations

import re
from datetime import date, timedelta

from veedor.registers.sanctions.listed import Born

_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: at for at, name in enumerate(_NAMES.split(), 1)}
_WRITTEN = re.compile(r"(?:(\d{1,2})\s+)?(?:([A-Za-z]{3})[a-z]*\.?\s+)?(\d{4})")
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")
ABOUT_DAYS = 366
"""How far a day that is only about right may lie from the true one."""


def born(text: str) -> Born | None:
    """The days that a birth date leaves possible; None where it says none."""
    plain = text.strip().rstrip(".").casefold()
    about = False
    for word in ("circa", "approximately", "approx.", "about", "c."):
        if plain.startswith(word):
            plain, about = plain[len(word) :].strip(), True
    parts = re.split(r"\s+(?:to|and)\s+|(?<=\d{4})\s?-\s?(?=\d{4}$)", plain)
    spans = [_span(part) for part in parts]
    if not spans or len(spans) > 2 or any(span is None for span in spans):
        return None
    first, last = spans[0], spans[-1]
    assert first is not None and last is not None
    return between(first[0], last[1], about)


def between(first: date, last: date, about: bool = False) -> Born | None:
    """A span of days, widened by a year either way where it is only about right; None where it ends too early."""
    if last < first:
        return None
    if about:
        widened = timedelta(days=ABOUT_DAYS)
        return Born(max(first, date.min + widened) - widened, min(last, date.max - widened) + widened, True)
    return Born(first, last, False)


def day(text: str) -> date | None:
    """A single day, also with a time behind it; None for anything else."""
    span = _span(text.strip()[:10].casefold())
    return span[0] if span and span[0] == span[1] else None


def _span(text: str) -> tuple[date, date] | None:
    iso, written = _ISO.fullmatch(text), _WRITTEN.fullmatch(text)
    if iso:
        year, month, of_month = (int(part) if part else None for part in iso.groups())
    elif written:
        number, name, of_year = written.groups()
        if name and name not in _MONTHS:
            return None
        year, month = int(of_year), _MONTHS[name] if name else None
        of_month = int(number) if number else None
    else:
        return None
    return span_of(year or 0, month, of_month)


def span_of(year: int, month: int | None, of_month: int | None) -> tuple[date, date] | None:
    """First and last day of a year, a month or a day; None where it does not exist."""
    try:
        if month is None:
            return (date(year, 1, 1), date(year, 12, 31)) if of_month is None else None
        if of_month is not None:
            return date(year, month, of_month), date(year, month, of_month)
        following = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, 1), following - timedelta(days=1)
    except ValueError:
        return None
