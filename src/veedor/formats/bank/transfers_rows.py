"""What one transaction of a message on transfers says, as a row of `transfers`.

Names are those of all versions; where they differ all are looked for (Dbtr/Nm and Dbtr/Pty/Nm, BIC and BICFI). Of a
return, a recall and an answer the references and parties are those of the transfer they speak of.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from veedor.formats.bank import transfers_shape as shape
from veedor.formats.bank.bank_values import Row, Wrong, account_id, amount, day, moment
from veedor.formats.bank.xml_party import AGENT, said_of
from veedor.formats.bank.xml_reading import Reading
from veedor.formats.bank.xml_shape import Leaves

KINDS = {
    "pacs.008": "transfer", "pacs.009": "institution", "pacs.004": "return", "pain.001": "initiation",
    "camt.056": "recall", "camt.029": "answer",
}  # fmt: skip
_WHY = ("RtrRsnInf", "CxlRsnInf", "CxlStsRsnInf")
_ULTIMATE = dict(zip(shape.ULTIMATES, ("ultimate_debtor", "ultimate_creditor"), strict=True))
ABSENT = "NONREF"
# Messages that say the transfer itself; others speak of it under OrgnlTxRef.
_OWN = ("pacs.008", "pacs.009", "pain.001")
SETTLED = (
    "IntrBkSttlmAmt", "RtrdIntrBkSttlmAmt", "OrgnlIntrBkSttlmAmt", f"{shape.ORIGINAL}IntrBkSttlmAmt",
)  # fmt: skip
INSTRUCTED = (
    "InstdAmt", "Amt/InstdAmt", "Amt/EqvtAmt/Amt", "RtrdInstdAmt", f"{shape.ORIGINAL}Amt/InstdAmt",
    f"{shape.UNDERLYING}InstdAmt",
)  # fmt: skip


def _agents(*at: str) -> tuple[str, ...]:
    return tuple(f"{place}/FinInstnId/{end}" for place in at for end in AGENT)


def _account_paths(at: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (f"{at}/{shape.IBAN}",), tuple(f"{at}/{end}" for end in shape.NUMBERS)


def _side(at: str, prefix: str) -> Reading:
    """The columns of one party with its bank; its account as written, in `…_iban` and `…_number`."""
    iban, numbers = _account_paths(f"{at}Acct")
    return said_of(at, prefix) | Reading(
        {f"{prefix}_agent": _agents(f"{at}Agt"), f"{prefix}_iban": iban, f"{prefix}_number": numbers}
    )


class _Between:
    """The banks between the two parties' banks, with their accounts."""

    def __init__(self, at: str) -> None:
        self._each = [(_agents(f"{at}{who}"), *_account_paths(f"{at}{who}Acct")) for who in shape.INTERMEDIARIES]
        self.paths = tuple(path for agents, _, _ in self._each for path in agents)

    def agents(self, leaves: Leaves) -> list[str]:
        return [found for agents, _, _ in self._each if (found := leaves.first(*agents))]

    def accounts(self, leaves: Leaves) -> list[str]:
        named = ((leaves.first(*agents), iban, numbers) for agents, iban, numbers in self._each)
        found = [account_id(leaves.first(*iban), leaves.first(*numbers), bank) for bank, iban, numbers in named if bank]
        return ["" if account is None else account[0] for account in found]


def _reading(message: str) -> Reading:
    """Columns of a transaction of that message; names that are no column are worked with and taken out."""
    at = "" if message in _OWN else shape.ORIGINAL
    between = _Between(at)
    previous = [_agents(f"{at}{who}") for who in shape.PREVIOUS]
    found = Reading(
        {
            "original_message_id": ("OrgnlGrpInf/OrgnlMsgId",), "instructing_agent": _agents("InstgAgt"),
            "instructed_agent": _agents("InstdAgt"), "uetr": ("PmtId/UETR", "OrgnlUETR"),
            "end_to_end_id": ("PmtId/EndToEndId", "OrgnlEndToEndId"),
            "instruction_id": ("PmtId/InstrId", "RtrId", "CxlId", "CxlStsId"),
            "transaction_id": ("PmtId/TxId", "OrgnlTxId"), "clearing_reference": ("PmtId/ClrSysRef", "OrgnlClrSysRef"),
            "original_instruction_id": ("OrgnlInstrId",), "status": ("TxCxlSts",),
            "reason": tuple(f"{why}/Rsn/{end}" for why in _WHY for end in ("Cd", "Prtry")),
            "exchange_rate": ("XchgRate", "XchgRateInf/XchgRate"), "charges_bearer": ("ChrgBr",),
            "settled": ("IntrBkSttlmDt",), "exact": ("SttlmTmIndctn/CdtDtTm", "SttlmTmIndctn/DbtDtTm"),
            "original_day": ("OrgnlIntrBkSttlmDt", f"{shape.ORIGINAL}IntrBkSttlmDt"),
            "initiating_name": (f"{at}InitgPty/Nm", f"{at}InitgPty/Pty/Nm"),
            "purpose_code": (f"{at}Purp/Cd", f"{at}Purp/Prtry"),
        },
        {
            "reason_text": (" ", tuple(f"{why}/{shape.REASON_TEXT}" for why in _WHY)),
            "remittance": (" ", tuple(f"{at}{path}" for path in shape.REMITTANCE)),
            "instructions": (" ", shape.INSTRUCTIONS),
        },
        {
            "intermediary_agents": (between.paths, between.agents),
            "intermediary_accounts": (between.paths, between.accounts),
            "previous_agents": (
                tuple(path for paths in previous for path in paths),
                lambda leaves: [said for paths in previous if (said := leaves.first(*paths))],
            ),
        },
    )  # fmt: skip
    found |= _side(f"{at}Dbtr", "debtor") | _side(f"{at}Cdtr", "creditor")
    for who in shape.ULTIMATES:
        found |= said_of(f"{at}{who}", _ULTIMATE[who])
    return found


READINGS = {message: _reading(message) for message in KINDS}
_COVERED = (
    _side(f"{shape.UNDERLYING}Dbtr", "underlying_debtor")
    | _side(f"{shape.UNDERLYING}Cdtr", "underlying_creditor")
)  # fmt: skip
_COVERED_WORDS = Reading({}, {"underlying_remittance": (" ", tuple(shape.UNDERLYING + at for at in shape.REMITTANCE))})
_HEADER = Reading(
    {
        "message_id": ("MsgId", "Id"), "created_raw": ("CreDtTm",), "settled": ("IntrBkSttlmDt",),
        "instructing_agent": _agents("InstgAgt", "Assgnr/Agt"), "instructed_agent": _agents("InstdAgt", "Assgne/Agt"),
        "initiating_name": ("InitgPty/Nm",),
    }
)  # fmt: skip
_DEBTOR, _ULTIMATE_DEBTOR = _side("Dbtr", "debtor"), said_of("UltmtDbtr", "ultimate_debtor")
_BLOCK = Reading({"requested": ("ReqdExctnDt/DtTm", "ReqdExctnDt/Dt", "ReqdExctnDt"), "charges_bearer": ("ChrgBr",)})


@dataclass
class Around:
    """What stands around a transaction: the message's header, its group, the debtor's block of an initiation."""

    message: str
    header: Row = field(default_factory=dict)
    original_message_id: str | None = None
    block: Row = field(default_factory=dict)
    debtor: Row = field(default_factory=dict)
    ultimate_debtor: Row = field(default_factory=dict)
    outcome: str | None = None
    lost: bool = False  # the block could not be read

    def take_header(self, leaves: Leaves) -> None:
        self.header = _HEADER.of(leaves)

    def lose_block(self) -> None:
        """A block begins of which nothing is known yet."""
        self.block, self.debtor, self.ultimate_debtor, self.lost = {}, {}, {}, True

    def take_block(self, leaves: Leaves) -> None:
        """The debtor of the payments that follow."""
        self.lost = False
        self.block, self.debtor = _BLOCK.of(leaves), _with_accounts(_DEBTOR.of(leaves), "debtor")
        self.ultimate_debtor = _ULTIMATE_DEBTOR.of(leaves)


def transfer_row(leaves: Leaves, around: Around) -> Row:
    """The row of one transaction; Wrong where an amount, a time or a currency cannot be, or its debtor was lost."""
    if around.lost:
        raise Wrong("reject.around", "", "a readable PmtInf around it", "a damaged one")
    row = READINGS[around.message].of(leaves)
    header = around.header
    row["message"], row["kind"] = around.message, KINDS[around.message]
    row["message_id"], row["created_raw"] = header.get("message_id"), header.get("created_raw")
    for name in ("instructing_agent", "instructed_agent"):
        if name not in row and name in header:
            row[name] = header[name]
    if "original_message_id" not in row:
        row["original_message_id"] = around.original_message_id
    if "uetr" in row:
        row["uetr"] = row["uetr"].lower()
    if "status" not in row:
        row["status"] = around.outcome
    _put_amounts(row, leaves)
    _put_times(row, around)
    if row.get("end_to_end_id") == ABSENT:
        del row["end_to_end_id"]
    _with_accounts(row, "debtor", "creditor")
    if around.message == "pain.001":
        _put_block(row, around)
    if around.message == "pacs.009" and (below := _with_accounts(_COVERED.of(leaves), *_UNDERLYING)):
        row |= {"kind": "cover", **below, **_COVERED_WORDS.of(leaves)}
    row["reference"] = reference(row)
    return row


_UNDERLYING = ("underlying_debtor", "underlying_creditor")


def reference(row: Row) -> str:
    """What the legs of one transfer share, as far as this one says."""
    for name in ("uetr", "end_to_end_id"):
        if row.get(name):
            return str(row[name])
    own = (row.get(name) for name in ("message_id", "instruction_id", "transaction_id"))
    return "message/" + "/".join(part for part in own if part)


def _with_accounts(row: Row, *prefixes: str) -> Row:
    """`row` with accounts in their canonical form in place of what was written."""
    for prefix in prefixes:
        iban, number = row.pop(f"{prefix}_iban", None), row.pop(f"{prefix}_number", None)
        found = account_id(iban, number, row.get(f"{prefix}_agent"))
        if found is not None:
            row[f"{prefix}_account"] = found[0]
    return row


def _put_block(row: Row, around: Around) -> None:
    """What an initiation says once for all payments of one debtor."""
    row |= around.debtor
    if "ultimate_debtor_name" not in row:
        for name in [name for name in row if name.startswith("ultimate_debtor_")]:
            del row[name]
        row |= around.ultimate_debtor
    if "charges_bearer" not in row:
        row["charges_bearer"] = around.block.get("charges_bearer")
    row["initiating_name"] = around.header.get("initiating_name")


def _put_amounts(row: Row, leaves: Leaves) -> None:
    texts = leaves.texts
    settled = next((path for path in SETTLED if path in texts), None)
    instructed = next((path for path in INSTRUCTED if path in texts), None)
    if instructed is not None:
        found = amount(leaves, instructed, instructed)
        row["instructed_units"], row["instructed_exponent"], row["instructed_currency"] = found
    at = settled or instructed
    if at is not None:
        row["amount_units"], row["amount_exponent"], row["currency"] = amount(leaves, at, at)
    # Also by the word for no reference: what has a place for one is a transfer, and has an amount.
    elif any(texts.get(path, "").strip() for path in ("PmtId/EndToEndId", "PmtId/TxId", "RtrId")):
        raise Wrong("reject.missing", "IntrBkSttlmAmt", "an amount", "nothing")
    charges = [each for each in leaves.repeated(shape.CHARGES) if "Amt" in each.texts]
    if charges:
        for each in charges:
            amount(each, "Amt", "ChrgsInf/Amt")
        row["charges"] = [f"{each.texts['Amt'].strip()} {each.texts['Amt@Ccy']}" for each in charges]
        row["charges_agents"] = [each.first(*CHARGING) or "" for each in charges]


CHARGING = _agents("Agt", "Pty")


def _put_times(row: Row, around: Around) -> None:
    settled = row.pop("settled", None) or around.header.get("settled")
    exact, original = row.pop("exact", None), row.pop("original_day", None)
    requested = around.block.get("requested")
    raw = exact or settled or requested or around.header.get("created_raw")
    if raw is None:
        raise Wrong("reject.missing", "IntrBkSttlmDt", "a settlement, execution or creation time", "nothing")
    named = (("SttlmTmIndctn", exact), ("IntrBkSttlmDt", settled), ("PmtInf/ReqdExctnDt", requested))
    place = next((place for place, said in named if said), "GrpHdr/CreDtTm")
    time, dated = moment(raw, place)
    if time < 0:
        raise Wrong("reject.time_early", place, "a time from 1970 on", raw)
    settled = settled or (original if around.message.startswith("camt") else None)
    row["time"], row["time_is_date"] = time, dated
    row["settlement_date"] = None if settled is None else day(settled, "IntrBkSttlmDt")
    row["requested_date"] = None if requested is None else day(requested, "PmtInf/ReqdExctnDt")
