"""What one transaction of a message on transfers says, as a row of `transfers`.

Names are those of all versions; where they differ all are looked for (Dbtr/Nm and Dbtr/Pty/Nm, BIC and BICFI). Of a
return, a recall and an answer the references and parties are those of the transfer they speak of.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from veedor.formats import transfers_shape as shape
from veedor.formats.bank_values import Row, Wrong, account_id, amount, day, moment
from veedor.formats.xml_party import AGENT, said_of
from veedor.formats.xml_shape import Leaves

KINDS = {
    "pacs.008": "transfer", "pacs.009": "institution", "pacs.004": "return", "pain.001": "initiation",
    "camt.056": "recall", "camt.029": "answer",
}  # fmt: skip
_WHY = ("RtrRsnInf", "CxlRsnInf", "CxlStsRsnInf")
_REASONS = tuple(f"{why}/Rsn/{end}" for why in _WHY for end in ("Cd", "Prtry"))
_REASON_TEXTS = tuple(f"{why}/{shape.REASON_TEXT}" for why in _WHY)
_ULTIMATE = dict(zip(shape.ULTIMATES, ("ultimate_debtor", "ultimate_creditor"), strict=True))
_ABSENT = ("NOTPROVIDED", "NONREF")


@dataclass
class Around:
    """What stands around a transaction: the message's header, its group, the debtor's block of an initiation."""

    message: str
    header: Leaves = field(default_factory=Leaves)
    group: Leaves = field(default_factory=Leaves)
    block: Leaves = field(default_factory=Leaves)
    outcome: str | None = None

    def message_id(self) -> str | None:
        return self.header.first("MsgId", "Id")


def transfer_row(leaves: Leaves, around: Around) -> Row:
    """The row of one transaction; Wrong where an amount, a time or a currency cannot be."""
    row: Row = {
        "message": around.message,
        "kind": KINDS[around.message],
        "message_id": around.message_id(),
        "original_message_id": leaves.first("OrgnlGrpInf/OrgnlMsgId") or around.group.first("OrgnlMsgId"),
        "created_raw": around.header.first("CreDtTm"),
        "instructing_agent": _agent(leaves, "InstgAgt") or _agent(around.header, "InstgAgt", "Assgnr/Agt"),
        "instructed_agent": _agent(leaves, "InstdAgt") or _agent(around.header, "InstdAgt", "Assgne/Agt"),
    }
    row |= _references(leaves, around) | _amounts(leaves) | _times(leaves, around)
    original = "" if around.message in ("pacs.008", "pacs.009", "pain.001") else shape.ORIGINAL
    row |= _parties(leaves, original, "")
    if around.message == "pain.001":
        row |= {name: said for name, said in _side(around.block, "Dbtr", "debtor").items() if said}
        if not row.get("ultimate_debtor_name"):
            row |= said_of(around.block, "UltmtDbtr", "ultimate_debtor")
        row["charges_bearer"] = row["charges_bearer"] or around.block.first("ChrgBr")
        row["initiating_name"] = around.header.first("InitgPty/Nm")
    if around.message == "pacs.009":
        below = _side(leaves, f"{shape.UNDERLYING}Dbtr", "underlying_debtor")
        below |= _side(leaves, f"{shape.UNDERLYING}Cdtr", "underlying_creditor")
        if any(below.values()):
            row |= below | {
                "kind": "cover", "underlying_remittance": _words(leaves, shape.UNDERLYING, shape.REMITTANCE),
            }  # fmt: skip
    row["instructions"] = _words(leaves, "", shape.INSTRUCTIONS)
    row["reference"] = reference(row)
    return row


def reference(row: Row) -> str:
    """What the legs of one transfer share, as far as this one says."""
    for name in ("uetr", "end_to_end_id"):
        if row.get(name):
            return str(row[name])
    own = (row.get(name) for name in ("message_id", "instruction_id", "transaction_id"))
    return "message/" + "/".join(part for part in own if part)


def _references(leaves: Leaves, around: Around) -> Row:
    uetr = leaves.first("PmtId/UETR", "OrgnlUETR")
    end_to_end = leaves.first("PmtId/EndToEndId", "OrgnlEndToEndId")
    return {
        "uetr": uetr and uetr.lower(),
        "end_to_end_id": None if end_to_end in _ABSENT else end_to_end,
        "instruction_id": leaves.first("PmtId/InstrId", "RtrId", "CxlId", "CxlStsId"),
        "transaction_id": leaves.first("PmtId/TxId", "OrgnlTxId"),
        "clearing_reference": leaves.first("PmtId/ClrSysRef", "OrgnlClrSysRef"),
        "original_instruction_id": leaves.first("OrgnlInstrId"),
        "status": leaves.first("TxCxlSts") or around.outcome,
        "reason": leaves.first(*_REASONS),
        "reason_text": " ".join(leaves.all(*_REASON_TEXTS)) or None,
    }


def _amounts(leaves: Leaves) -> Row:
    settled = next(
        (
            path
            for path in (
                "IntrBkSttlmAmt", "RtrdIntrBkSttlmAmt", "OrgnlIntrBkSttlmAmt", f"{shape.ORIGINAL}IntrBkSttlmAmt",
            )
            if path in leaves.texts
        ),
        None,
    )  # fmt: skip
    told = ("InstdAmt", "Amt/InstdAmt", "Amt/EqvtAmt/Amt", "RtrdInstdAmt", f"{shape.ORIGINAL}Amt/InstdAmt")
    instructed = next((path for path in told if path in leaves.texts), None)
    if f"{shape.UNDERLYING}InstdAmt" in leaves.texts and instructed is None:
        instructed = f"{shape.UNDERLYING}InstdAmt"
    row: Row = {"exchange_rate": leaves.first("XchgRate", "XchgRateInf/XchgRate")}
    if instructed is not None:
        found = amount(leaves, instructed, instructed)
        row |= dict(zip(("instructed_units", "instructed_exponent", "instructed_currency"), found, strict=True))
    at = settled or instructed
    if at is not None:
        found = amount(leaves, at, at)
        row |= dict(zip(("amount_units", "amount_exponent", "currency"), found, strict=True))
    elif leaves.first("PmtId/EndToEndId", "PmtId/TxId", "RtrId") is not None:
        raise Wrong("reject.missing", "IntrBkSttlmAmt", "an amount", "nothing")
    row["charges_bearer"] = leaves.first("ChrgBr")
    charges = [each for each in leaves.repeated(shape.CHARGES) if "Amt" in each.texts]
    if charges:
        for each in charges:
            amount(each, "Amt", "ChrgsInf/Amt")
        row["charges"] = [f"{each.texts['Amt'].strip()} {each.texts['Amt@Ccy']}" for each in charges]
        row["charges_agents"] = [_agent(each, "Agt", "Pty") or "" for each in charges]
    return row


def _times(leaves: Leaves, around: Around) -> Row:
    settled = leaves.first("IntrBkSttlmDt") or around.header.first("IntrBkSttlmDt")
    requested = around.block.first("ReqdExctnDt/DtTm", "ReqdExctnDt/Dt", "ReqdExctnDt")
    exact = leaves.first("SttlmTmIndctn/CdtDtTm", "SttlmTmIndctn/DbtDtTm")
    created = around.header.first("CreDtTm")
    raw = exact or settled or requested or created
    if raw is None:
        raise Wrong("reject.missing", "IntrBkSttlmDt", "a settlement, execution or creation time", "nothing")
    time, dated = moment(raw, "IntrBkSttlmDt" if raw == settled else "CreDtTm")
    if time < 0:
        raise Wrong("reject.time_early", "IntrBkSttlmDt", "a time from 1970 on", raw)
    original = leaves.first("OrgnlIntrBkSttlmDt", f"{shape.ORIGINAL}IntrBkSttlmDt")
    return {
        "time": time,
        "time_is_date": dated,
        "settlement_date": _day(settled or (original if around.message.startswith("camt") else None), "IntrBkSttlmDt"),
        "requested_date": _day(requested, "ReqdExctnDt"),
    }


def _day(text: str | None, place: str) -> object:
    return None if text is None else day(text, place)


def _parties(leaves: Leaves, at: str, prefix: str) -> Row:
    row = _side(leaves, f"{at}Dbtr", f"{prefix}debtor") | _side(leaves, f"{at}Cdtr", f"{prefix}creditor")
    for who in shape.ULTIMATES:
        if leaves.has(f"{at}{who}/"):
            row |= said_of(leaves, f"{at}{who}", _ULTIMATE[who])
    row["initiating_name"] = leaves.first(f"{at}InitgPty/Nm", f"{at}InitgPty/Pty/Nm")
    between = [(who, _agent(leaves, f"{at}{who}")) for who in shape.INTERMEDIARIES]
    if any(found for _, found in between):
        row["intermediary_agents"] = [found for _, found in between if found]
        row["intermediary_accounts"] = [
            _account(leaves, f"{at}{who}Acct", found) or "" for who, found in between if found
        ]
    previous = [found for who in shape.PREVIOUS if (found := _agent(leaves, f"{at}{who}"))]
    if previous:
        row["previous_agents"] = previous
    row["remittance"] = _words(leaves, at, shape.REMITTANCE)
    row["purpose_code"] = leaves.first(f"{at}Purp/Cd", f"{at}Purp/Prtry")
    return row


def _side(leaves: Leaves, at: str, prefix: str) -> Row:
    """The columns of one party with its account and bank."""
    agent = _agent(leaves, f"{at}Agt")
    row: Row = {f"{prefix}_agent": agent, f"{prefix}_account": _account(leaves, f"{at}Acct", agent)}
    return row | said_of(leaves, at, prefix)


def _agent(leaves: Leaves, *at: str) -> str | None:
    return leaves.first(*_agent_paths(at))


# Paths are the same for every row: spelled once.
@cache
def _agent_paths(at: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{place}/FinInstnId/{end}" for place in at for end in AGENT)


@cache
def _account_paths(at: str) -> tuple[str, tuple[str, ...]]:
    return f"{at}/{shape.IBAN}", tuple(f"{at}/{end}" for end in shape.NUMBERS)


@cache
def _word_paths(at: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{at}{path}" for path in paths)


def _account(leaves: Leaves, at: str, bank: str | None) -> str | None:
    iban, others = _account_paths(at)
    found = account_id(leaves.first(iban), leaves.first(*others), bank)
    return None if found is None else found[0]


def _words(leaves: Leaves, at: str, paths: tuple[str, ...]) -> str | None:
    return " ".join(leaves.all(*_word_paths(at, paths))) or None
