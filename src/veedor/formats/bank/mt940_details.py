"""What field 86 of an MT940 says of the other side: subfields behind `?` (Germany), words in slashes (SEPA in others).

Sources: the common format of German banks (DFÜ agreement, annex 3) and the code words of SEPA statements in MT940.
What has neither form is kept as remittance information as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from veedor.formats.bank.bank_values import Row, account_id, exact
from veedor.formats.bank.placeholders import given
from veedor.formats.currency import CODES

_GERMAN = re.compile(r"([0-9]{3})([^0-9A-Za-z\s])(?=[0-9]{2})")
_PURPOSE = (*range(20, 30), *range(60, 64))
# Key words inside the purpose of German subfields, with the column they fill.
_KEYS = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|UETR|COAM|OAMT)\+ ?")
_SLASHED = re.compile(
    r"/(EREF|PREF|MARF|CSID|ORDP|BENM|NAME|IBAN|BIC|REMI|UETR|CNTP|TRTP|ISDT|RTRN|ID|ADDR|CODE|OCMT|ULTD|ULTC|CHGS[0-9]?|CHRG|EXCH|USTD|PURP|"
    r"STRD|TXID|NRTX|OTHR)/"
)
_MONEY = re.compile(r"([A-Z]{3}) ?([0-9]{1,15}(?:[,.][0-9]*)?)")
_UETR = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def details(text: str) -> Row:
    """Columns of an entry that its field 86 fills."""
    german = _GERMAN.match(text)
    if german is not None:
        return _german(text.replace("\n", ""), german[2])
    flat = text.replace("\n", "")
    if _SLASHED.match(flat):
        return _slashed(flat)
    return {"purpose": " ".join(line.strip() for line in text.split("\n") if line.strip()) or None}


def _german(text: str, sign: str) -> Row:
    parts: dict[int, str] = {}
    for piece in text[3:].split(sign)[1:]:
        if piece[:2].isdigit():
            parts[int(piece[:2])] = parts.get(int(piece[:2]), "") + piece[2:]
        elif parts:
            # The sign stood in the words themselves.
            parts[max(parts)] += sign + piece
    purpose = "".join(parts.get(number, "") for number in _PURPOSE).strip()
    keyed = _keyed(purpose)
    name = parts.get(32, "") + parts.get(33, "")
    bank, number = given(parts.get(30, "")) or None, parts.get(31, "").strip() or None
    return _row(keyed, keyed.get("SVWZ", purpose if not keyed else ""), name, bank, number) | {
        "transaction_code": f"GVC {text[:3]}"
    }


def _keyed(purpose: str) -> dict[str, str]:
    found = list(_KEYS.finditer(purpose))
    ends = [*(match.start() for match in found[1:]), len(purpose)][: len(found)]
    return {match[1]: purpose[match.end() : end].strip() for match, end in zip(found, ends, strict=True)}


def _slashed(text: str) -> Row:
    found = list(_SLASHED.finditer(text))
    ends = [*(match.start() for match in found[1:]), len(text)]
    said: dict[str, str] = {}
    for match, end in zip(found, ends, strict=True):
        said.setdefault(match[1], text[match.end() : end].strip("/ "))
    number, bank, name = said.get("IBAN"), said.get("BIC"), said.get("NAME", "")
    if "CNTP" in said:
        number, bank, name, *_ = [*said["CNTP"].split("/"), "", "", ""]
    remittance = said.get("REMI", "")
    for kind in ("USTD", "STRD"):
        remittance = f"{remittance} {said.get(kind, '')}".strip("/ ")
    return _row(said, remittance, name, given(bank or "") or None, number or None)


def _row(said: Mapping[str, str], purpose: str, name: str, bank: str | None, number: str | None) -> Row:
    iban, bic = given(said.get("IBAN", "")) or None, given(said.get("BIC", "")) or bank
    end_to_end = given(said.get("EREF", ""))
    account = account_id(iban.split(" ")[0] if iban else None, number, bic)
    uetr = _UETR.fullmatch(said.get("UETR", "").strip())
    ordered = _MONEY.fullmatch(said.get("OCMT", said.get("OAMT", "")).strip(" /"))
    charges = [
        match
        for name, text in said.items()
        if name in ("COAM", "CHRG") or name[:4] == "CHGS"
        if (match := _MONEY.fullmatch(text.strip(" /")))
    ]
    return {
        "ultimate_debtor_name": _name(said, "ABWA", "ULTD"),
        "ultimate_creditor_name": _name(said, "ABWE", "ULTC"),
        "counterparty_address": ", ".join(part.strip() for part in said.get("ADDR", "").split("/") if part.strip())
        or None,
        "purpose_code": said.get("PURP", "").strip("/ ").removeprefix("CD/") or None,
        "exchange_rate": said.get("EXCH", "").strip("/ ") or None,
        "charges": [f"{_decimal(each[2])} {each[1]}" for each in charges] or None,
        "charges_agents": [""] * len(charges) or None,
        **_ordered(ordered),
        "purpose": purpose or None,
        "counterparty_name": given(name) or None,
        "counterparty_bank": bic,
        "counterparty_account": None if account is None else account[0],
        "end_to_end_id": end_to_end if end_to_end not in ("", "NONREF") else None,
        "uetr": uetr[0].lower() if uetr else None,
    }


def _name(said: Mapping[str, str], *keys: str) -> str | None:
    return next((text for key in keys if (text := given(said.get(key, "").strip("/ ")))), None)


def _decimal(text: str) -> str:
    return text.replace(",", ".").rstrip(".")


def _ordered(match: re.Match[str] | None) -> Row:
    """The amount that was ordered; what is no amount stays in the words it stands in."""
    if match is None or match[1] not in CODES:
        return {}
    units, places = exact(_decimal(match[2]), ":86:")
    return {"instructed_units": units, "instructed_exponent": places, "instructed_currency": match[1]}
