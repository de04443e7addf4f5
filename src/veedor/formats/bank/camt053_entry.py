"""What one camt.053 element says, as rows: accounts, balances, entries (one row per transaction of a batched entry).

Names are those of BankToCustomerStatement V02 to V13, where they differ both are looked for (BIC/BICFI, Dbtr/Pty).
A credit's other side is the debtor, a debit's the creditor, a reversal's the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from veedor.formats.bank.bank_values import Row, Wrong, account_id, amount, day, moment
from veedor.formats.bank.camt053_details import charges_of, details, ordered_of, place_of_money
from veedor.formats.bank.camt053_leaves import AMOUNTS, BRANCH, CHARGES, LISTS, SIDES, TRANSACTION, agent
from veedor.formats.bank.camt053_leaves import account as account_at
from veedor.formats.bank.xml_party import said_of
from veedor.formats.bank.xml_reading import Reading
from veedor.formats.bank.xml_shape import Leaves

_INSTRUMENTS = {
    "RCDT": "transfer", "ICDT": "transfer", "IRCT": "transfer", "RRCT": "transfer", "RDDT": "transfer",
    "IDDT": "transfer", "CNTR": "cash", "CCRD": "card", "MCRD": "card", "RCHQ": "cheque", "ICHQ": "cheque",
}  # fmt: skip
# Money paid in or drawn with a card is cash: at a machine, over the counter, abroad.
_CARDS, _CASH = ("CCRD", "MCRD"), ("CDPT", "CWDL", "XBCW")
CODE = {
    "domain": ("BkTxCd/Domn/Cd",), "family": ("BkTxCd/Domn/Fmly/Cd",), "sub_family": ("BkTxCd/Domn/Fmly/SubFmlyCd",),
    "own_code": ("BkTxCd/Prtry/Cd",),
}  # fmt: skip
# Where the other side stands, by the role it has; "" is the statement's own account.
_ACCOUNT = {"": account_at(""), **{side: account_at(f"RltdPties/{side}Acct") for side in SIDES}}
_NAME = ("Nm", "Pty/Nm", "FinInstnId/Nm", "Agt/FinInstnId/Nm", "Agt/Nm")
ENTRY = Reading(
    {
        "status": ("Sts/Cd", "Sts/Prtry", "Sts"), "direction": ("CdtDbtInd",), "reversal": ("RvslInd",),
        "time_raw": ("BookgDt/DtTm", "BookgDt/Dt"), "value": ("ValDt/Dt", "ValDt/DtTm"),
        "entry_reference": ("NtryRef",), "servicer_reference": ("AcctSvcrRef",), "purpose": ("AddtlNtryInf",), **CODE,
    }
)  # fmt: skip


def _reading(side: str) -> Reading:
    """Columns of a transaction whose other side is `side`."""
    iban, *numbers = _ACCOUNT[side]
    first = {
        "end_to_end_id": ("Refs/EndToEndId",), "uetr": ("Refs/UETR",), "transaction_id": ("Refs/TxId",),
        "servicer_reference": ("Refs/AcctSvcrRef",), "counterparty_bank": agent(f"RltdAgts/{side}Agt"),
        "iban": (iban,), "number": tuple(numbers), "further": ("AddtlTxInf",), **CODE,
        # The name as the payment gives it; an ultimate party stands in only where there is no other.
        "counterparty_name": tuple(f"RltdPties/{who}/{end}" for who in (side, f"Ultmt{side}") for end in _NAME),
    }  # fmt: skip
    return Reading(first, {"purpose": (" ", LISTS)}) | details(side)


TRANSACTION_READING = {side: _reading(side) for side in SIDES}
_OWNER = said_of("Ownr", "holder")


@dataclass(frozen=True)
class Account:
    """The account of the statement that is being read."""

    account: str
    bank: str | None
    holder: str | None


def direction(leaves: Leaves, place: str) -> bool:
    """True for CRDT."""
    return _is_credit(leaves.first("CdtDbtInd"), place)


def _is_credit(text: str | None, place: str) -> bool:
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
    owner = _OWNER.of(leaves)
    holder = owner.pop("holder_name", None) or leaves.first("Nm")
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
    said = ENTRY.of(leaves)
    status = said.pop("status", None)
    if status not in (None, "BOOK"):
        raise Wrong("reject.not_booked", "Ntry/Sts", "BOOK", status)
    units, places, currency = amount(leaves, "Amt", "Ntry/Amt")
    credit = _is_credit(said.pop("direction", None), "Ntry")
    booked, value = said.get("time_raw"), said.pop("value", None)
    raw = booked or leaves.first("ValDt/DtTm", "ValDt/Dt")
    if raw is None:
        raise Wrong("reject.missing", "Ntry/BookgDt", "a booking or value date", "nothing")
    time, dated = moment(raw, "Ntry/BookgDt")
    if time < 0:
        raise Wrong("reject.time_early", "Ntry/BookgDt", "a time from 1970 on", raw)
    said |= _coded(said)
    said["account"], said["bank"], said["holder"] = account.account, account.bank, account.holder
    said["time"], said["time_raw"], said["time_is_date"] = time, raw, dated
    # What `moment` has judged begins with its day, and days come over and over.
    said["booking_date"] = None if booked is None else day(booked[:10], "Ntry/BookgDt")
    said["value_date"] = None if value is None else day(value, "Ntry/ValDt")
    said["credit"], said["reversal"], said["simulated"] = credit, said.get("reversal") in ("true", "1"), simulated
    said["amount_units"], said["amount_exponent"], said["currency"] = units, places, currency
    details = leaves.repeated(TRANSACTION)
    charges = charges_of(leaves) if CHARGES in leaves.inner else {}
    shares = [_share(detail, currency, credit) for detail in details] if len(details) > 1 else []
    if any(share is not None for share in shares):
        _check_sum(shares, units, places, credit)
        rows = [said | share for share in shares if share is not None]
        for row, detail in zip(rows, details, strict=True):
            _put_transaction(row, detail, leaves)
    else:
        # Transactions without amounts of their own: whose parties are the entry's cannot be said.
        rows = [said]
        _put_transaction(said, details[0] if len(details) == 1 else None, leaves)
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


def _coded(said: Row) -> Row:
    """The bank's code and what it says of how money moved, taken out of what an entry or transaction says."""
    domain, family, sub_family, own = [said.pop(name, None) for name in CODE]
    return code_of(domain, family, sub_family, own) if domain or family or sub_family or own else {}


@lru_cache(1024)
def code_of(domain: str | None, family: str | None, sub_family: str | None, own: str | None) -> Row:
    code = "/".join(part for part in (domain, family, sub_family) if part) or own
    if family is None:
        return {"transaction_code": code, "instrument": None}
    cash = family in _CARDS and sub_family in _CASH
    return {"transaction_code": code, "instrument": "cash" if cash else _INSTRUMENTS.get(family, "other")}


def _put_transaction(row: Row, detail: Leaves | None, entry: Leaves) -> None:
    """Puts what a transaction says into `row`, over what its entry says: references, codes, other side, purpose."""
    if detail is None:
        row |= place_of_money(entry, None, row.get("instrument"), SIDES)
        return
    side = "Dbtr" if row["credit"] != row["reversal"] else "Cdtr"
    said = TRANSACTION_READING[side].of(detail)
    if "uetr" in said:
        said["uetr"] = said["uetr"].lower()
    account = account_id(said.pop("iban", None), said.pop("number", None), said.get("counterparty_bank"))
    if account is not None:
        said["counterparty_account"] = account[0]
    further = said.pop("further", None)
    if further is not None and "purpose" not in said:
        said["purpose"] = further
    row |= said
    if not said.keys().isdisjoint(CODE):
        row |= _coded(row)
    row |= ordered_of(detail, entry)
    if detail.inner:
        row |= charges_of(detail)
    row |= place_of_money(entry, detail, row.get("instrument"), ("Cdtr" if side == "Dbtr" else "Dbtr", side))
