"""Writing transfers as pacs.008.001.08, and covers and banks' own transfers as pacs.009.001.08 (ISO 20022)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import pyarrow as pa

from veedor.formats.bank.camt053_encode import account_element, bank_element
from veedor.formats.decimals import amount_text

SIMULATED_MARK = "SIMULATED"
_LINES = 1_024
_ROOTS = {"pacs.008": "FIToFICstmrCdtTrf", "pacs.009": "FICdtTrf"}


def encode_transfers(
    rows: pa.Table, *, message: str, message_id: str, created: datetime, simulated: bool
) -> Iterator[bytes]:
    """One message with all `rows`, which hold columns of the transfers table. `message` is `pacs.008` for customers'
    transfers or `pacs.009`: there the debtor and creditor are the banks named as agents, and rows with an underlying
    debtor or creditor are covers. `simulated` writes the word SIMULATED into the header.
    """
    root = _ROOTS[message]
    moment = created.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    mark = f"<!-- {SIMULATED_MARK} -->" if simulated else ""
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{message}.001.08">\n<{root}>\n'
        f"<GrpHdr>{mark}<MsgId>{escape(message_id)}</MsgId><CreDtTm>{moment}</CreDtTm><NbOfTxs>{rows.num_rows}</NbOfTxs>"
        "<SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf></GrpHdr>\n"
    ).encode()
    for start in range(0, rows.num_rows, _LINES):
        lines = [_transaction(row, message) for row in rows.slice(start, _LINES).to_pylist()]
        yield "".join(lines).encode()
    yield f"</{root}>\n</Document>\n".encode()


def _text(tag: str, value: object) -> str:
    return f"<{tag}>{escape(str(value))}</{tag}>" if value is not None else ""


def _money(tag: str, units: object, exponent: object, currency: object) -> str:
    if units is None:
        return ""
    return f'<{tag} Ccy="{currency}">{amount_text(int(str(units)), int(str(exponent)))}</{tag}>'


def _transaction(row: Mapping[str, Any], message: str) -> str:
    get = row.get
    ids = (
        _text("InstrId", get("instruction_id"))
        + _text("EndToEndId", get("end_to_end_id") or "NOTPROVIDED")
        + _text("TxId", get("transaction_id"))
        + _text("UETR", get("uetr"))
    )
    day = _text("IntrBkSttlmDt", get("settlement_date"))
    amounts = _money("IntrBkSttlmAmt", get("amount_units"), get("amount_exponent"), get("currency")) + day
    made = f"<CdtTrfTxInf><PmtId>{ids}</PmtId>{amounts}"
    if message == "pacs.009":
        below = _customers(row, "underlying_") + _remittance(get("underlying_remittance"))
        debtor, creditor = (f"<{tag}>{_bank(get(f'{who}_agent'))}</{tag}>" for tag, who in
                            (("Dbtr", "debtor"), ("Cdtr", "creditor")))  # fmt: skip
        return f"{made}{debtor}{creditor}" + _wrapped("UndrlygCstmrCdtTrf", below) + "</CdtTrfTxInf>\n"
    made += _money("InstdAmt", get("instructed_units"), get("instructed_exponent"), get("instructed_currency"))
    made += _text("ChrgBr", get("charges_bearer"))
    for charge, agent in zip(get("charges") or (), get("charges_agents") or (), strict=True):
        value, _, currency = charge.partition(" ")
        made += f'<ChrgsInf><Amt Ccy="{currency}">{value}</Amt><Agt>{_bank(agent or None)}</Agt></ChrgsInf>'
    for tag, name in (("InstgAgt", "instructing_agent"), ("InstdAgt", "instructed_agent")):
        made += _wrapped(tag, _bank(get(name)))
    for number, agent in enumerate(get("intermediary_agents") or (), 1):
        made += _wrapped(f"IntrmyAgt{number}", _bank(agent))
    made += _wrapped("UltmtDbtr", _text("Nm", get("ultimate_debtor_name")))
    made += _customers(row, "")
    made += _wrapped("UltmtCdtr", _text("Nm", get("ultimate_creditor_name")))
    return (
        made + _wrapped("Purp", _text("Cd", get("purpose_code"))) + _remittance(get("remittance")) + "</CdtTrfTxInf>\n"
    )


def _customers(row: Mapping[str, Any], prefix: str) -> str:
    made = {}
    for tag, who in (("Dbtr", f"{prefix}debtor"), ("Cdtr", f"{prefix}creditor")):
        agent, account = row.get(f"{who}_agent"), row.get(f"{who}_account")
        address = _wrapped(
            "PstlAdr", _text("Ctry", row.get(f"{who}_country")) + _text("AdrLine", row.get(f"{who}_address"))
        )
        party = _text("Nm", row.get(f"{who}_name")) + address + _identifiers(row.get(f"{who}_identifiers") or ())
        made[tag] = (
            f"<{tag}>{party}</{tag}>",
            f"<{tag}Acct>{account_element(account, agent)}</{tag}Acct>" if account else "",
            _wrapped(f"{tag}Agt", _bank(agent)),
        )
    debtor, creditor = made["Dbtr"], made["Cdtr"]
    if prefix and not (row.get(f"{prefix}debtor_name") or row.get(f"{prefix}creditor_name")):
        return ""
    return "".join((*debtor, creditor[2], creditor[0], creditor[1]))


def _identifiers(found: tuple[str, ...]) -> str:
    firms, persons = "", ""
    for kind, _, value in (each.partition(":") for each in found):
        if kind in ("BIC", "LEI"):
            firms += _text("AnyBIC" if kind == "BIC" else kind, value)
        elif kind == "BIRTH":
            date, city, country = [*value.split(" "), "", ""][:3]
            parts = _text("BirthDt", date) + _text("CityOfBirth", city) + _text("CtryOfBirth", country)
            persons += f"<DtAndPlcOfBirth>{parts}</DtAndPlcOfBirth>"
        else:
            persons += f"<Othr>{_text('Id', value)}<SchmeNm>{_text('Cd', kind)}</SchmeNm></Othr>"
    inner = _wrapped("OrgId", firms) + _wrapped("PrvtId", persons)
    return _wrapped("Id", inner)


def _wrapped(tag: str, inner: str) -> str:
    return f"<{tag}>{inner}</{tag}>" if inner else ""


def _bank(bank: object) -> str:
    return _wrapped("FinInstnId", bank_element(str(bank))) if bank else ""


def _remittance(text: object) -> str:
    return _wrapped("RmtInf", _text("Ustrd", text))
