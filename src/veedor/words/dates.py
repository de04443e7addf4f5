"""Dates in full words: 28 September 2025, 28 de septiembre de 2025."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from veedor.words.catalogue import say

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
}
_WEEKDAYS = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "es": ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
}


def day_in_words(time_us: int, language: str) -> str:
    """The UTC date of an instant; an instant beyond the year 9999 as its number."""
    try:
        moment = _EPOCH + timedelta(microseconds=time_us)
    except OverflowError:
        return str(time_us)
    month = _MONTHS[language][moment.month - 1]
    between = " de " if language == "es" else " "
    return f"{moment.day}{between}{month}{between}{moment.year}"


def moment_in_words(time_us: int, language: str) -> str:
    """Date and time in UTC: 28 September 2025, 00:00 UTC; seconds only where there are any."""
    try:
        moment = _EPOCH + timedelta(microseconds=time_us)
    except OverflowError:
        return str(time_us)
    return f"{day_in_words(time_us, language)}, {moment.strftime('%H:%M:%S' if moment.second else '%H:%M')} UTC"


def weekday_name(weekday: int, language: str) -> str:
    """0 is Monday; Spanish names are lower-case."""
    return _WEEKDAYS[language][weekday]


def length_in_words(length_us: int, language: str) -> str:
    """A length of time in whole units, rounded down: days from two days on, hours from two hours on, else minutes."""
    size = abs(length_us)
    unit, divisor = "minutes", 60_000_000
    if size >= 172_800_000_000:
        unit, divisor = "days", 86_400_000_000
    elif size >= 7_200_000_000:
        unit, divisor = "hours", 3_600_000_000
    return say(f"accord.age.{unit}", language, {"n": size // divisor})
