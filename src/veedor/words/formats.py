"""How numbers, units and times read in each language. Integers in; no locale of the machine is ever consulted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_POINT = {"en": ".", "es": ","}
_GROUP = {"en": ",", "es": "."}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WHOLE = re.compile("[0-9]{1,99}")
_UNKNOWN = {"en": "unknown", "es": "desconocido"}


def integer(value: int, language: str) -> str:
    """1234567 -> 1,234,567 or 1.234.567; four digits stay together, as the Spanish academies ask."""
    digits = str(abs(value))
    if len(digits) > 4:
        digits = f"{abs(value):,}".replace(",", _GROUP[language])
    return ("-" if value < 0 else "") + digits


def decimal(value: int, divisor: int, places: int, language: str) -> str:
    """`value` / `divisor` to `places` decimals, half away from zero, in exact integer arithmetic."""
    scale = 10**places
    scaled = (abs(value) * scale * 2 + divisor) // (2 * divisor)
    whole, part = divmod(scaled, scale)
    sign = "-" if value < 0 and scaled else ""
    return sign + integer(whole, language) + (_POINT[language] + str(part).zfill(places) if places else "")


def moment(value: int, pattern: str) -> str:
    """A time in UTC; one beyond the year 9999, which anybody may claim, as its number of microseconds."""
    try:
        return (_EPOCH + timedelta(microseconds=value)).strftime(pattern)
    except OverflowError:
        return str(value)


def age(value_us: int, language: str) -> str:
    """A length of time in the unit that reads best: minutes below two hours, hours below two days, else days."""
    size = abs(value_us)
    form = "minutes" if size < 7_200_000_000 else "hours" if size < 172_800_000_000 else "days"
    return _FORMS[form](value_us, language)


_FORMS: dict[str, Callable[[int, str], str]] = {
    "integer": integer,
    "km": lambda v, lang: decimal(v, 1_000_000, 1 if abs(v) < 100_000_000 else 0, lang) + " km",
    "m": lambda v, lang: decimal(v, 1_000, 0, lang) + " m",
    "kmh": lambda v, lang: decimal(v * 36, 10_000, 0, lang) + " km/h",
    "ms": lambda v, lang: decimal(v, 1_000, 1, lang) + " m/s",
    "minutes": lambda v, lang: decimal(v, 60_000_000, 0, lang) + " min",
    "hours": lambda v, lang: decimal(v, 3_600_000_000, 1, lang) + " h",
    "days": lambda v, lang: decimal(v, 86_400_000_000, 1, lang) + (" days" if lang == "en" else " días"),
    "seconds": lambda v, lang: decimal(v, 1_000_000, 3, lang) + " s",
    "time": lambda v, lang: moment(v, "%Y-%m-%d %H:%M UTC"),
    "time_s": lambda v, lang: moment(v * 1_000_000, "%Y-%m-%d %H:%M:%S UTC"),
    "age_s": lambda v, lang: age(v * 1_000_000, lang),
    "date": lambda v, lang: moment(v, "%Y-%m-%d"),
    "degrees": lambda v, lang: decimal(v, 10_000_000, 4, lang) + "°",
    "angle": lambda v, lang: decimal(v, 10_000_000, 0, lang) + "°",
    "percent": lambda v, lang: decimal(v, 10, 1, lang) + (" %" if lang == "es" else "%"),
    "times": lambda v, lang: (
        decimal(v, 1_000, 0 if v >= 10_000 else 1, lang) + (" times" if lang == "en" else " veces")
    ),
    "score": lambda v, lang: ("+" if v > 0 else "") + decimal(v, 1_000, 2, lang),
}
FORMATS = (*sorted(_FORMS), "money")


def money(value: str, language: str) -> str:
    """`1234.50 USD`, exact as written, with the language's separators."""
    number, _, currency = value.partition(" ")
    whole, _, part = number.partition(".")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    shown = integer(int(whole), language) if _WHOLE.fullmatch(whole) else whole
    return sign + shown + (_POINT[language] + part if part else "") + (f" {currency}" if currency else "")


def render(value: int | str | None, form: str | None, language: str) -> str:
    """One value in one format; an absent or empty value reads as unknown, a wrong type as itself."""
    if value is None or value == "":
        return _UNKNOWN[language]
    if form == "money":
        return money(str(value), language)
    if isinstance(value, str):
        return value
    return _FORMS.get(form or "integer", integer)(value, language)
