"""Values of bank messages: exact unsigned amounts, dates and times as written, accounts; and why one is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from veedor.formats.bank.placeholders import NOT_PROVIDED
from veedor.formats.bank.xml_shape import Leaves
from veedor.formats.currency import CODES

Row = dict[str, Any]
# As XML Schema writes decimals and dates: `.5`, `5.` and `+5` are amounts; a date may carry a zone.
_AMOUNT = re.compile(r"\+?([0-9]*)(?:\.([0-9]*))?")
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FARTHEST_ZONE = timedelta(hours=14)
DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Wrong(Exception):
    """Why an element cannot become rows: reason key, what was expected, what was found."""

    reason: str
    place: str
    expected: str
    found: str


def outside(data: bytes, expected: str) -> Wrong:
    """Why bytes outside of the documents or messages of a file are no rows."""
    return Wrong("reject.outside", "", expected, data[:80].decode("utf-8", "replace").partition("\n")[0].strip())


def amount(leaves: Leaves, path: str, place: str) -> tuple[int, int, str]:
    """(units, decimals as written, currency) of the amount at `path`."""
    text = leaves.texts.get(path, "").strip()
    if not text:
        raise Wrong("reject.missing", place, "an amount", "nothing")
    units, places = exact(text, place)
    return units, places, currency(leaves.texts.get(f"{path}@Ccy", ""), place + "/@Ccy")


def exact(text: str, place: str) -> tuple[int, int]:
    """(units, decimals as written) of an unsigned decimal with a point."""
    match = _AMOUNT.fullmatch(text)
    if match is None or not (match[1] or match[2]):
        reason = "reject.sign" if text.startswith("-") else "reject.amount"
        raise Wrong(reason, place, "an unsigned decimal", text)
    part = match[2] or ""
    units = int((match[1] + part)[:60])
    if len(match[1] + part) > 60 or units >= 2**63 or len(part) > 36:
        raise Wrong("reject.amount_too_large", place, "at most 63 bits", text)
    return units, len(part)


def currency(code: str, place: str) -> str:
    if code not in CODES:
        raise Wrong("reject.currency", place, "an ISO 4217 code", code or "nothing")
    return code


# Statements say the same days over and over.
@lru_cache(4096)
def day(text: str, place: str) -> date:
    """The day of a date, or of a date and time, as written: in its own zone."""
    match = _DATE.fullmatch(text)
    try:
        return date.fromisoformat(match[1]) if match is not None else _timed(text).date()
    except ValueError:
        raise Wrong("reject.time", place, "a date such as 2024-01-31", text) from None


def _timed(text: str) -> datetime:
    """A date and time as written; ValueError where it is none, or in a zone that no place on earth has."""
    found = datetime.fromisoformat(text)
    if text[10:11] != "T" or abs(found.utcoffset() or timedelta()) > _FARTHEST_ZONE:
        raise ValueError(text)
    return found


def moment(text: str, place: str) -> tuple[int, bool]:
    """(microseconds UTC, only a date). Without zone the time counts as UTC; a date with zone stays that date."""
    if "T" not in text:
        return (day(text, place) - date(1970, 1, 1)).days * DAY_US, True
    try:
        found = _timed(text)
    except ValueError:
        raise Wrong("reject.time", place, "a date and time such as 2024-01-31T09:30:00+01:00", text) from None
    found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return (found - _EPOCH) // _MICROSECOND, False


def is_iban(text: str) -> bool:
    """An IBAN by shape and check digits (ISO 13616, ISO 7064 mod 97-10): banks also write it as another id."""
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", text):
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def account_id(iban: str | None, number: str | None, bank: str | None) -> tuple[str, str] | None:
    """(canonical id, scheme): IBAN without spaces, also where a bank writes it as another number, else bank:number."""
    if iban is not None:
        return iban.replace(" ", "").upper(), "iban"
    if number is None or number.strip() == NOT_PROVIDED:
        return None
    plain = number.replace(" ", "").upper()
    if is_iban(plain):
        return plain, "iban"
    return (f"{bank}:{number}" if bank else number), "other"
