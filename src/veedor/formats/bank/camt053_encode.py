"""Writing an account statement as camt.053.001.08, a notification as camt.054.001.08 (ISO 20022)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

import pyarrow as pa

from veedor.formats.decimals import amount_text

SIMULATED_NOTE = "SIMULATED"
_LINES = 1_024
# Bank transaction codes (ISO 20022 external code set) that say the instrument.
CODES: Mapping[str, tuple[str, str, str]] = {
    "transfer": ("PMNT", "RCDT", "ESCT"),
    "cash": ("PMNT", "CNTR", "CDPT"),
    "card": ("PMNT", "CCRD", "POSD"),
    "cheque": ("PMNT", "RCHQ", "CCHQ"),
}
_COLUMNS = (
    "time", "time_is_date", "value_date", "credit", "amount_units", "amount_exponent", "currency", "reversal",
    "entry_reference", "servicer_reference", "uetr", "end_to_end_id", "transaction_id", "instrument",
    "counterparty_account", "counterparty_bank", "counterparty_name", "purpose",
)  # fmt: skip


def encode_statement(
    entries: pa.Table,
    *,
    message_id: str,
    created: datetime,
    account: str,
    holder: str | None,
    bank: str | None,
    currency: str,
    opening_units: int,
    closing_units: int,
    exponent: int,
    opening_date: date,
    closing_date: date,
    simulated: bool,
) -> Iterator[bytes]:
    """One message with one statement of one account. `entries` holds columns of the entries table, in booking order;
    balances are integer units of 10^-exponent `currency`, negative when overdrawn.

    An account that looks like an IBAN is written as IBAN, `bank:number` as other id `number`. `simulated` writes the
    word SIMULATED into the group header's additional information; the reader marks every row from it.
    """
    opening = _balance("OPBD", opening_units, exponent, currency, opening_date)
    closing = _balance("CLBD", closing_units, exponent, currency, closing_date)
    head = _Head(message_id, created, account, holder, bank, currency, simulated)
    return _message(entries, head, ("camt.053", "BkToCstmrStmt", "Stmt"), opening + closing)


def encode_notification(
    entries: pa.Table,
    *,
    message_id: str,
    created: datetime,
    account: str,
    holder: str | None,
    bank: str | None,
    currency: str,
    simulated: bool,
) -> Iterator[bytes]:
    """The same entries as a debit and credit notification (camt.054), which states no balances."""
    head = _Head(message_id, created, account, holder, bank, currency, simulated)
    return _message(entries, head, ("camt.054", "BkToCstmrDbtCdtNtfctn", "Ntfctn"), "")


class _Head(NamedTuple):
    message_id: str
    created: datetime
    account: str
    holder: str | None
    bank: str | None
    currency: str
    simulated: bool


def _message(entries: pa.Table, head: _Head, names: tuple[str, str, str], balances: str) -> Iterator[bytes]:
    message, root, container = names
    note = f"<AddtlInf>{SIMULATED_NOTE}</AddtlInf>" if head.simulated else ""
    servicer = f"<Svcr><FinInstnId>{bank_element(head.bank)}</FinInstnId></Svcr>" if head.bank else ""
    owner = f"<Ownr><Nm>{escape(head.holder)}</Nm></Ownr>" if head.holder else ""
    moment = head.created.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    number = escape(head.message_id)
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{message}.001.08">\n<{root}>\n'
        f"<GrpHdr><MsgId>{number}</MsgId><CreDtTm>{moment}</CreDtTm>{note}</GrpHdr>\n"
        f"<{container}>\n<Id>{number}</Id><CreDtTm>{moment}</CreDtTm>\n"
        f"<Acct>{account_element(head.account, head.bank)}<Ccy>{head.currency}</Ccy>{owner}{servicer}</Acct>\n"
        f"{balances}"
    ).encode()
    columns = [
        entries[name].to_pylist() if name in entries.column_names else [None] * entries.num_rows for name in _COLUMNS
    ]
    lines: list[str] = []
    for values in zip(*columns, strict=True):
        lines.append(_entry(dict(zip(_COLUMNS, values, strict=True))))
        if len(lines) == _LINES:
            yield "".join(lines).encode()
            lines = []
    yield ("".join(lines) + f"</{container}>\n</{root}>\n</Document>\n").encode()


def looks_like_iban(account: str) -> bool:
    """Two letters, two digits, then up to 30 letters and digits (ISO 13616 shape, no check digits)."""
    return 15 <= len(account) <= 34 and account[:2].isalpha() and account[2:4].isdigit() and account.isalnum()


def account_element(account: str, bank: str | None) -> str:
    """Id of an account: IBAN where it looks like one, else the number without the bank in front."""
    if looks_like_iban(account):
        return f"<Id><IBAN>{account}</IBAN></Id>"
    return f"<Id><Othr><Id>{escape(account.removeprefix(f'{bank}:'))}</Id></Othr></Id>"


def bank_element(bank: str) -> str:
    """Who a bank is: by its BIC where it looks like one, else by name."""
    is_bic = len(bank) in (8, 11) and bank.isalnum() and bank.isupper() and bank[:6].isalpha()
    return f"<BICFI>{bank}</BICFI>" if is_bic else f"<Nm>{escape(bank)}</Nm>"


def _balance(kind: str, units: int, exponent: int, currency: str, day: date) -> str:
    sign = "CRDT" if units >= 0 else "DBIT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">'
        f"{amount_text(abs(units), exponent)}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>\n"
    )


def _entry(row: Mapping[str, object]) -> str:
    time, credit = row["time"], bool(row["credit"])
    assert isinstance(time, datetime)
    booked = (
        f"<Dt>{time:%Y-%m-%d}</Dt>"
        if row["time_is_date"]
        else f"<DtTm>{time:%Y-%m-%dT%H:%M:%S}{f'.{time.microsecond:06d}' if time.microsecond else ''}Z</DtTm>"
    )
    amount = (
        f'<Amt Ccy="{row["currency"]}">{amount_text(int(str(row["amount_units"])), int(str(row["amount_exponent"])))}'
        "</Amt>"
    )
    code = CODES.get(str(row["instrument"]))
    family = code and (code[0], "ICDT" if code[1] == "RCDT" and not credit else code[1], code[2])
    codes = (
        f"<BkTxCd><Domn><Cd>{family[0]}</Cd><Fmly><Cd>{family[1]}</Cd><SubFmlyCd>{family[2]}</SubFmlyCd></Fmly>"
        "</Domn></BkTxCd>"
        if family
        else "<BkTxCd/>"
    )
    refs = "".join(
        f"<{tag}>{escape(str(row[name]))}</{tag}>"
        for tag, name in (
            ("AcctSvcrRef", "servicer_reference"),
            ("EndToEndId", "end_to_end_id"),
            ("UETR", "uetr"),
            ("TxId", "transaction_id"),
        )
        if row[name] is not None
    )
    purpose = f"<RmtInf><Ustrd>{escape(str(row['purpose']))}</Ustrd></RmtInf>" if row["purpose"] is not None else ""
    value_date = f"<ValDt><Dt>{row['value_date']}</Dt></ValDt>" if row["value_date"] else ""
    reference = f"<NtryRef>{escape(str(row['entry_reference']))}</NtryRef>" if row["entry_reference"] else ""
    return (
        f"<Ntry>{reference}{amount}<CdtDbtInd>{'CRDT' if credit else 'DBIT'}</CdtDbtInd>"
        f"{'<RvslInd>true</RvslInd>' if row['reversal'] else ''}<Sts><Cd>BOOK</Cd></Sts><BookgDt>{booked}</BookgDt>"
        f"{value_date}{codes}"
        f"<NtryDtls><TxDtls>{f'<Refs>{refs}</Refs>' if refs else ''}{amount}{_parties(row, credit)}{purpose}</TxDtls>"
        "</NtryDtls></Ntry>\n"
    )


def _parties(row: Mapping[str, object], credit: bool) -> str:
    """The other side: debtor of a credit, creditor of a debit."""
    side = "Dbtr" if credit else "Cdtr"
    name, account, bank = row["counterparty_name"], row["counterparty_account"], row["counterparty_bank"]
    parts = ""
    if name is not None:
        parts += f"<{side}><Pty><Nm>{escape(str(name))}</Nm></Pty></{side}>"
    if account is not None:
        parts += f"<{side}Acct>{account_element(str(account), None if bank is None else str(bank))}</{side}Acct>"
    agents = (
        f"<RltdAgts><{side}Agt><FinInstnId>{bank_element(str(bank))}</FinInstnId></{side}Agt></RltdAgts>"
        if bank
        else ""
    )
    return (f"<RltdPties>{parts}</RltdPties>" if parts else "") + agents
