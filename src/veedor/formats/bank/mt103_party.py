"""Parties of MT messages: options A, D, F, K of fields 50 to 59, as columns of `transfers`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from veedor.formats.bank.bank_values import Row, account_id
from veedor.formats.bank.placeholders import given

_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_NUMBERED = re.compile(r"([1-8])/(.*)")


def agent(text: str | None) -> tuple[str | None, str | None]:
    """(bank: its BIC, else its name; its account) of fields 51 to 58."""
    if text is None:
        return None, None
    lines = [said for line in text.split("\n") if (said := given(line))]
    account = None
    if lines and lines[0].startswith("/"):
        account = given(lines.pop(0).split("/")[-1]) or None
    return (lines[0] if lines else None), account


def party(text: str | None, prefix: str, bank: str | None) -> Row:
    """The columns of a customer in field 50 or 59: account line, then BIC, numbered lines (option F) or name and
    address."""
    row: Row = {}
    if text is None:
        return row
    lines = [said for line in text.split("\n") if (said := given(line))]
    identifiers: list[str] = []
    if lines and lines[0].startswith("/"):
        number = lines.pop(0)[1:].strip("/")
        found = account_id(None, number or None, bank)
        row[f"{prefix}_account"] = None if found is None else found[0]
    elif lines and re.match(r"[A-Z]{4}/[A-Z]{2}/", lines[0]):
        # A code for an identifier in place of the account: passport, tax number, ...
        code, country, value = lines.pop(0).split("/", 2)
        identifiers.append(f"{code}:{country}/{value}")
    if len(lines) == 1 and _BIC.fullmatch(lines[0]):
        identifiers.append(f"BIC:{lines[0]}")
    elif lines and all(_NUMBERED.match(line) for line in lines):
        row |= _numbered(lines, prefix, identifiers)
    elif lines:
        row[f"{prefix}_name"] = lines[0]
        row[f"{prefix}_address"] = ", ".join(lines[1:]) or None
    row[f"{prefix}_identifiers"] = identifiers or None
    return row


def _numbered(lines: Sequence[str], prefix: str, identifiers: list[str]) -> Row:
    said: dict[str, list[str]] = {}
    for line in lines:
        match = _NUMBERED.match(line)
        if match is not None and given(match[2]):
            said.setdefault(match[1], []).append(match[2])
    place = said.get("3", [])
    country = place[0][:2] if place and re.match(r"[A-Z]{2}(/|$)", place[0]) else None
    towns = [place[0][3:], *place[1:]] if country else place
    if "4" in said:
        day = said["4"][0]
        spelled = f"{day[:4]}-{day[4:6]}-{day[6:8]}" if len(day) == 8 and day.isdigit() else day
        born = said.get("5", [""])[0].partition("/")
        identifiers.append("BIRTH:" + " ".join(part for part in (spelled, born[2], born[0]) if part))
    identifiers += [f"CUST:{each}" for each in said.get("6", [])]
    identifiers += [f"NIDN:{each}" for each in said.get("7", [])]
    return {
        f"{prefix}_name": " ".join(said.get("1", [])) or None,
        f"{prefix}_address": ", ".join(part for part in (*said.get("2", []), *towns) if part) or None,
        f"{prefix}_town": (towns[0].strip() or None) if country and towns else None,
        f"{prefix}_country": country,
    }
