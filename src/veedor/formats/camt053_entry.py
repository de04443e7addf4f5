"""What one camt.053 element says, as rows: accounts, balances, entries (one row per transaction of a batched entry).

Names are those of BankToCustomerStatement V02 to V13, where they differ both are looked for (BIC/BICFI, Dbtr/Pty).
A credit's other side is the debtor, a debit's the creditor, a reversal's the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass

from veedor.formats.bank_values import Row, Wrong, account_id, amount, day, moment
from veedor.formats.camt053_details import charges_of, details_of, place_of_money
from veedor.formats.camt053_leaves import AMOUNTS, BRANCH, LISTS, SIDES, TRANSACTION, agent
from veedor.formats.camt053_leaves import account as account_at
from veedor.formats.xml_party import said_of
from veedor.formats.xml_shape import Leaves

_INSTRUMENTS = {
    "RCDT": "transfer", "ICDT": "transfer", "IRCT": "transfer", "RRCT": "transfer", "RDDT": "transfer",
    "IDDT": "transfer", "CNTR": "cash", "CCRD": "card", "MCRD": "card", "RCHQ": "cheque", "ICHQ": "cheque",
}  # fmt: skip
# Money paid in or drawn with a card is cash: at a machine, over the counter, abroad.
_CARDS, _CASH = ("CCRD", "MCRD"), ("CDPT", "CWDL", "XBCW")
_DOMAIN = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")
# Where the other side stands, by the role it has; "" is the statement's own account.
_AGENT = {side: agent(f"RltdAgts/{side}Agt") for side in SIDES}
_ACCOUNT = {"": account_at(""), **{side: account_at(f"RltdPties/{side}Acct") for side in SIDES}}
_NAME = ("Nm", "Pty/Nm", "FinInstnId/Nm", "Agt/FinInstnId/Nm", "Agt/Nm")
# The name as the payment gives it; an ultimate party stands in only where there is no other.
_NAMES = {side: tuple(f"RltdPties/{who}/{end}" for who in (side, f"Ultmt{side}") for end in _NAME) for side in SIDES}


@dataclass(frozen=True)
class Account:
    """The account of the statement that is being read."""

    account: str
    bank: str | None
    holder: str | None


def direction(leaves: Leaves, place: str) -> bool:
    """True for CRDT."""
    text = leaves.first("CdtDbtInd")
    if text not in ("CRDT", "DBIT"):
        raise Wrong("reject.code", place + "/CdtDbtInd", "CRDT or DBIT", text or "nothing")
    return text == "CRDT"


def account_of(leaves: Leaves, at: str, bank: str | None) -> tuple[str, str] | None:
    """(canonical id, scheme)."""
    iban_at, *others = _ACCOUNT[at]
    return account_id(leaves.first(iban_at), leaves.first(*others), bank)


def account_row(leaves: Leaves, simulated: bool) -> tuple[Row, Account]:
    """The statement's account."""
    bank = leaves.first(*agent("Svcr"))
    found = account_of(leaves, "", bank)
    if found is None:
        raise Wrong("reject.missing", "Acct/Id", "an IBAN or another id", "nothing")
    owner = said_of(leaves, "Ownr", "holder")
    holder = owner.pop("holder_name") or leaves.first("Nm")
    country = found[0][:2] if found[1] == "iban" else leaves.first("Svcr/FinInstnId/PstlAdr/Ctry")
    row: Row = {
        "account": found[0], "scheme": found[1], "bank": bank, "country": country, "currency": leaves.first("Ccy"),
        "holder": holder, "branch": leaves.first(*(f"Svcr/{end}" for end in BRANCH)), "simulated": simulated, **owner,
    }  # fmt: skip
    return row, Account(found[0], bank, holder)


def balance_row(leaves: Leaves, account: Account, simulated: bool) -> Row:
    """One balance, negative when it is a debit balance."""
    units, places, currency = amount(leaves, "Amt", "Bal/Amt")
    text = leaves.first("Dt/Dt", "Dt/DtTm")
    return {
        "account": account.account,
        "kind": leaves.first("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry") or "",
        "date": None if text is None else day(text, "Bal/Dt"),
        "balance_units": units if direction(leaves, "Bal") else -units,
        "balance_exponent": places,
        "currency": currency,
        "simulated": simulated,
    }


def entry_rows(leaves: Leaves, account: Account, simulated: bool) -> list[Row]:
    """One row per transaction of an entry; their amounts must add up to the entry's."""
    status = leaves.first("Sts/Cd", "Sts/Prtry", "Sts")
    if status not in (None, "BOOK"):
        raise Wrong("reject.not_booked", "Ntry/Sts", "BOOK", status)
    units, places, currency = amount(leaves, "Amt", "Ntry/Amt")
    credit = direction(leaves, "Ntry")
    reversal = leaves.first("RvslInd") in ("true", "1")
    raw = leaves.first("BookgDt/DtTm", "BookgDt/Dt", "ValDt/DtTm", "ValDt/Dt")
    if raw is None:
        raise Wrong("reject.missing", "Ntry/BookgDt", "a booking or value date", "nothing")
    time, dated = moment(raw, "Ntry/BookgDt")
    if time < 0:
        raise Wrong("reject.time_early", "Ntry/BookgDt", "a time from 1970 on", raw)
    booked = leaves.first("BookgDt/DtTm", "BookgDt/Dt")
    value = leaves.first("ValDt/Dt", "ValDt/DtTm")
    base: Row = {
        "account": account.account, "bank": account.bank, "holder": account.holder, "time": time,
        "time_is_date": dated, "booking_date": None if booked is None else day(booked, "Ntry/BookgDt"),
        "value_date": None if value is None else day(value, "Ntry/ValDt"), "time_raw": raw, "credit": credit,
        "amount_units": units, "amount_exponent": places, "currency": currency, "reversal": reversal,
        "entry_reference": leaves.first("NtryRef"), "simulated": simulated,
    }  # fmt: skip
    details = leaves.repeated(TRANSACTION)
    charges = charges_of(leaves)
    shares = [_share(detail, currency, credit) for detail in details] if len(details) > 1 else []
    if any(share is not None for share in shares):
        _check_sum(shares, units, places, credit)
        rows = [
            base | share | _transaction(detail, leaves, base | share)
            for detail, share in zip(details, shares, strict=True)
            if share is not None
        ]
    else:
        # Transactions without amounts of their own: whose parties are the entry's cannot be said.
        rows = [base | _transaction(details[0] if len(details) == 1 else None, leaves, base)]
    if charges:
        # What the whole entry cost stands once.
        for name, said in charges.items():
            rows[0][name] = (rows[0].get(name) or []) + said if isinstance(said, list) else rows[0].get(name) or said
    return rows


def _share(detail: Leaves, currency: str, credit: bool) -> Row | None:
    """A transaction's own part of a batched entry, in the entry's currency; None when it says none."""
    for path in AMOUNTS:
        if detail.texts.get(f"{path}@Ccy") == currency:
            units, places, _ = amount(detail, path, f"TxDtls/{path}")
            own = credit if detail.first("CdtDbtInd") is None else direction(detail, "TxDtls")
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


def _transaction(detail: Leaves | None, entry: Leaves, row: Row) -> Row:
    """References, codes, the other side and the purpose; from the transaction, else from the entry."""
    found: Row = {
        "servicer_reference": entry.first("AcctSvcrRef"), "transaction_code": None, "instrument": None,
        "purpose": entry.first("AddtlNtryInf"),
    }  # fmt: skip
    for source in (detail, entry):
        if source is not None and found["transaction_code"] is None:
            parts = [source.first(path) for path in _DOMAIN]
            found["transaction_code"] = "/".join(part for part in parts if part) or source.first("BkTxCd/Prtry/Cd")
            if parts[1] is not None:
                cash = parts[1] in _CARDS and parts[2] in _CASH
                found["instrument"] = "cash" if cash else _INSTRUMENTS.get(parts[1], "other")
    if detail is None:
        return found | place_of_money(entry, None, found["instrument"], SIDES)
    end_to_end, uetr = detail.first("Refs/EndToEndId"), detail.first("Refs/UETR")
    found["end_to_end_id"] = None if end_to_end == "NOTPROVIDED" else end_to_end
    found["uetr"] = uetr and uetr.lower()
    found["transaction_id"] = detail.first("Refs/TxId")
    found["servicer_reference"] = detail.first("Refs/AcctSvcrRef") or found["servicer_reference"]
    side = "Dbtr" if row["credit"] != row["reversal"] else "Cdtr"
    bank = detail.first(*_AGENT[side])
    account = account_of(detail, side, bank)
    found["counterparty_bank"] = bank
    found["counterparty_account"] = None if account is None else account[0]
    found["counterparty_name"] = detail.first(*_NAMES[side])
    texts = [kept for path in LISTS for text in detail.lists.get(path, ()) if (kept := text.strip())]
    found["purpose"] = " ".join(texts) or detail.first("AddtlTxInf") or found["purpose"]
    found |= details_of(detail, entry, side)
    return found | place_of_money(entry, detail, found["instrument"], ("Cdtr" if side == "Dbtr" else "Dbtr", side))
