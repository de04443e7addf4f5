"""What one camt.053 element says, as rows: accounts, balances, entries (one row per transaction of a batched entry).

Names are those of BankToCustomerStatement V02 to V13, where they differ both are looked for (BIC/BICFI, Dbtr/Pty).
A credit's other side is the debtor, a debit's the creditor, a reversal's the other way round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from veedor.formats.camt053_node import Node
from veedor.formats.currency import CODES

Element = Node
Row = dict[str, Any]
_AMOUNT = re.compile(r"(\d+)(?:\.(\d*))?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTRUMENTS = {
    "RCDT": "transfer", "ICDT": "transfer", "IRCT": "transfer", "RRCT": "transfer", "RDDT": "transfer",
    "IDDT": "transfer", "CNTR": "cash", "CCRD": "card", "MCRD": "card", "RCHQ": "cheque", "ICHQ": "cheque",
}  # fmt: skip


@dataclass(frozen=True)
class Wrong(Exception):
    """Why an element cannot become rows: reason key, what was expected, what was found."""

    reason: str
    place: str
    expected: str
    found: str


@dataclass(frozen=True)
class Account:
    """The account of the statement that is being read."""

    account: str
    bank: str | None
    holder: str | None


def first(element: Element, *paths: str) -> str | None:
    """The first non-empty text at any of the paths."""
    for path in paths:
        text = element.findtext(path)
        if text is not None and (text := text.strip()):
            return str(text)
    return None


def amount(element: Element | None, place: str) -> tuple[int, int, str]:
    """(units, decimals as written, currency) of an Amt element."""
    if element is None or element.text is None:
        raise Wrong("reject.missing", place, "an amount", "nothing")
    text = element.text.strip()
    match = _AMOUNT.fullmatch(text)
    if match is None:
        reason = "reject.sign" if text.startswith("-") else "reject.amount"
        raise Wrong(reason, place, "an unsigned decimal (the sign is CdtDbtInd)", text)
    part = match[2] or ""
    units = int((match[1] + part)[:60])
    if len(match[1] + part) > 60 or units >= 2**63 or len(part) > 36:
        raise Wrong("reject.amount_too_large", place, "at most 63 bits", text)
    currency = element.get("Ccy") or ""
    if currency not in CODES:
        raise Wrong("reject.currency", place + "/@Ccy", "an ISO 4217 code", currency or "nothing")
    return units, len(part), currency


def direction(element: Element, place: str) -> bool:
    """True for CRDT."""
    text = first(element, "CdtDbtInd")
    if text not in ("CRDT", "DBIT"):
        raise Wrong("reject.code", place + "/CdtDbtInd", "CRDT or DBIT", text or "nothing")
    return text == "CRDT"


def day(text: str, place: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Wrong("reject.time", place, "a date", text) from None


def moment(text: str, place: str) -> tuple[int, bool]:
    """(microseconds UTC, only a date). Without zone the time counts as UTC; a date with zone stays that date."""
    if "T" not in text:
        return (day(text, place) - date(1970, 1, 1)).days * 86_400_000_000, True
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Wrong("reject.time", place, "a date and time", text) from None
    found = found if found.tzinfo is not None else found.replace(tzinfo=UTC)
    return (found - _EPOCH) // timedelta(microseconds=1), False


def bank_of(element: Element | None) -> str | None:
    """BIC, else name, else clearing member id of a FinInstnId's parent."""
    if element is None:
        return None
    return first(
        element, "FinInstnId/BICFI", "FinInstnId/BIC", "FinInstnId/Nm", "FinInstnId/ClrSysMmbId/MmbId",
        "FinInstnId/Othr/Id",
    )  # fmt: skip


def account_of(element: Element | None, bank: str | None) -> tuple[str, str] | None:
    """(canonical id, scheme): IBAN without spaces, else bank:number."""
    if element is None:
        return None
    iban = first(element, "Id/IBAN")
    if iban is not None:
        return iban.replace(" ", "").upper(), "iban"
    number = first(element, "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN")
    if number is None:
        return None
    if is_iban(number.replace(" ", "").upper()):
        return number.replace(" ", "").upper(), "iban"
    return (f"{bank}:{number}" if bank else number), "other"


def is_iban(text: str) -> bool:
    """An IBAN by shape and check digits (ISO 13616, ISO 7064 mod 97-10): banks also write it as another id."""
    if not re.fullmatch(r"[A-Z]{2}\d\d[A-Z0-9]{11,30}", text):
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def account_row(element: Element, simulated: bool) -> tuple[Row, Account]:
    """The statement's account."""
    bank = bank_of(element.find("Svcr"))
    found = account_of(element, bank)
    if found is None:
        raise Wrong("reject.missing", "Acct/Id", "an IBAN or another id", "nothing")
    holder = first(element, "Ownr/Nm", "Nm")
    currency = first(element, "Ccy")
    country = found[0][:2] if found[1] == "iban" else first(element, "Svcr/FinInstnId/PstlAdr/Ctry")
    row: Row = {
        "account": found[0], "scheme": found[1], "bank": bank, "country": country, "currency": currency,
        "holder": holder, "simulated": simulated,
    }  # fmt: skip
    return row, Account(found[0], bank, holder)


def balance_row(element: Element, account: Account, simulated: bool) -> Row:
    """One balance, negative when it is a debit balance."""
    units, places, currency = amount(element.find("Amt"), "Bal/Amt")
    text = first(element, "Dt/Dt", "Dt/DtTm")
    return {
        "account": account.account,
        "kind": first(element, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry") or "",
        "date": None if text is None else day(text, "Bal/Dt"),
        "balance_units": units if direction(element, "Bal") else -units,
        "balance_exponent": places,
        "currency": currency,
        "simulated": simulated,
    }


def entry_rows(element: Element, account: Account, simulated: bool) -> list[Row]:
    """One row per transaction of an entry; their amounts must add up to the entry's."""
    status = first(element, "Sts/Cd", "Sts/Prtry", "Sts")
    if status not in (None, "BOOK"):
        raise Wrong("reject.not_booked", "Ntry/Sts", "BOOK", status)
    units, places, currency = amount(element.find("Amt"), "Ntry/Amt")
    credit = direction(element, "Ntry")
    reversal = first(element, "RvslInd") in ("true", "1")
    raw = first(element, "BookgDt/DtTm", "BookgDt/Dt", "ValDt/DtTm", "ValDt/Dt")
    if raw is None:
        raise Wrong("reject.missing", "Ntry/BookgDt", "a booking or value date", "nothing")
    time, dated = moment(raw, "Ntry/BookgDt")
    if time < 0:
        raise Wrong("reject.time_early", "Ntry/BookgDt", "a time from 1970 on", raw)
    booked = first(element, "BookgDt/DtTm", "BookgDt/Dt")
    value = first(element, "ValDt/Dt", "ValDt/DtTm")
    base: Row = {
        "account": account.account, "bank": account.bank, "holder": account.holder, "time": time,
        "time_is_date": dated, "booking_date": None if booked is None else day(booked, "Ntry/BookgDt"),
        "value_date": None if value is None else day(value, "Ntry/ValDt"), "time_raw": raw, "credit": credit,
        "amount_units": units, "amount_exponent": places, "currency": currency, "reversal": reversal,
        "entry_reference": first(element, "NtryRef"), "simulated": simulated,
    }  # fmt: skip
    details = element.findall("NtryDtls/TxDtls")
    if len(details) > 1:
        shares = [_share(detail, currency, credit) for detail in details]
        if any(share is not None for share in shares):
            _check_sum(shares, units, places, credit)
            return [
                base | share | _transaction(detail, element, base | share)
                for detail, share in zip(details, shares, strict=True)
                if share is not None
            ]
        return [base | _transaction(None, element, base)]
    return [base | _transaction(details[0] if details else None, element, base)]


def _share(detail: Element, currency: str, credit: bool) -> Row | None:
    """A transaction's own part of a batched entry, in the entry's currency; None when it says none."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        found = detail.find(path)
        if found is not None and found.get("Ccy") == currency:
            units, places, _ = amount(found, f"TxDtls/{path}")
            own = credit if first(detail, "CdtDbtInd") is None else direction(detail, "TxDtls")
            return {"amount_units": units, "amount_exponent": places, "credit": own}
    return None


def _check_sum(shares: list[Row | None], units: int, places: int, credit: bool) -> None:
    given = [share for share in shares if share is not None]
    most = max([places, *(share["amount_exponent"] for share in given)])
    total = sum(
        (1 if share["credit"] == credit else -1) * share["amount_units"] * 10 ** (most - share["amount_exponent"])
        for share in given
    )
    if len(given) != len(shares) or total != units * 10 ** (most - places):
        raise Wrong(
            "reject.batch_sum", "Ntry/NtryDtls", f"transactions that add up to {units} x 10^-{places}",
            f"{total} x 10^-{most} in {len(given)} of {len(shares)} transactions",
        )  # fmt: skip


def _transaction(detail: Element | None, entry: Element, row: Row) -> Row:
    """References, codes, the other side and the purpose; from the transaction, else from the entry."""
    found: Row = {
        "servicer_reference": first(entry, "AcctSvcrRef"), "transaction_code": None, "instrument": None,
        "purpose": first(entry, "AddtlNtryInf"),
    }  # fmt: skip
    for source in (detail, entry):
        code = None if source is None else source.find("BkTxCd")
        if code is not None and found["transaction_code"] is None:
            parts = [first(code, path) for path in ("Domn/Cd", "Domn/Fmly/Cd", "Domn/Fmly/SubFmlyCd")]
            found["transaction_code"] = "/".join(part for part in parts if part) or first(code, "Prtry/Cd")
            if parts[1] is not None:
                found["instrument"] = _INSTRUMENTS.get(parts[1], "other")
    if detail is None:
        return found
    refs = detail.find("Refs")
    if refs is not None:
        end_to_end, uetr = first(refs, "EndToEndId"), first(refs, "UETR")
        found["end_to_end_id"] = None if end_to_end == "NOTPROVIDED" else end_to_end
        found["uetr"] = uetr and uetr.lower()
        found["transaction_id"] = first(refs, "TxId")
        found["servicer_reference"] = first(refs, "AcctSvcrRef") or found["servicer_reference"]
    side = "Dbtr" if row["credit"] != row["reversal"] else "Cdtr"
    bank = bank_of(detail.find(f"RltdAgts/{side}Agt"))
    account = account_of(detail.find(f"RltdPties/{side}Acct"), bank)
    found["counterparty_bank"] = bank
    found["counterparty_account"] = None if account is None else account[0]
    # The name as the payment gives it; an ultimate party stands in only where there is no other.
    found["counterparty_name"] = first(
        detail, *(f"RltdPties/{who}{path}" for who in (side, f"Ultmt{side}") for path in ("/Nm", "/Pty/Nm", "/Agt/Nm"))
    )
    texts = [item.text.strip() for item in detail.findall("RmtInf/Ustrd") if item.text and item.text.strip()]
    texts += [
        item.text.strip() for item in detail.findall("RmtInf/Strd/CdtrRefInf/Ref") if item.text and item.text.strip()
    ]
    found["purpose"] = " ".join(texts) or first(detail, "AddtlTxInf") or found["purpose"]
    return found
