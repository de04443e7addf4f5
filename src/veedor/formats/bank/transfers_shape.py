"""Which paths are read of messages on transfers: pacs.008, pacs.009, pacs.004, pain.001, camt.056, camt.029."""

from __future__ import annotations

from dataclasses import replace

from veedor.formats.bank.xml_party import AGENT, lists, party
from veedor.formats.bank.xml_shape import Shape, places

IBAN, NUMBERS = "Id/IBAN", ("Id/Othr/Id", "Id/BBAN", "Id/PrtryAcct/Id")
INTERMEDIARIES = ("IntrmyAgt1", "IntrmyAgt2", "IntrmyAgt3")
PREVIOUS = ("PrvsInstgAgt", "PrvsInstgAgt1", "PrvsInstgAgt2", "PrvsInstgAgt3")
REMITTANCE = ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref", "RmtInf/Strd/RfrdDocInf/Nb", "RmtInf/Strd/AddtlRmtInf")
INSTRUCTIONS = ("InstrForCdtrAgt/InstrInf", "InstrForNxtAgt/InstrInf", "InstrForDbtrAgt", "InstrForDbtrAgt/InstrInf")
REASON_TEXT = "AddtlInf"
ULTIMATES = ("UltmtDbtr", "UltmtCdtr")


def agent(at: str) -> tuple[str, ...]:
    return tuple(f"{at}/FinInstnId/{end}" for end in AGENT)


def account(at: str) -> tuple[str, ...]:
    return tuple(f"{at}/{end}" for end in (IBAN, *NUMBERS))


def _transfer(at: str = "") -> tuple[str, ...]:
    """Parties, banks and words of one transfer; `at` is where it stands, with its slash."""
    return (
        *party(f"{at}Dbtr"), *account(f"{at}DbtrAcct"), *agent(f"{at}DbtrAgt"),
        *party(f"{at}Cdtr"), *account(f"{at}CdtrAcct"), *agent(f"{at}CdtrAgt"),
        *(path for who in ULTIMATES for path in party(f"{at}{who}")),
        *(f"{at}InitgPty/{end}" for end in ("Nm", "Pty/Nm")),
        *(path for who in (*INTERMEDIARIES, *PREVIOUS) for path in agent(f"{at}{who}")),
        *(path for who in INTERMEDIARIES for path in account(f"{at}{who}Acct")),
        *(f"{at}{path}" for path in (*REMITTANCE, "Purp/Cd", "Purp/Prtry")),
    )  # fmt: skip


ORIGINAL = "OrgnlTxRef/"
UNDERLYING = "UndrlygCstmrCdtTrf/"
CHARGES = "ChrgsInf"
_CHARGES = ("Amt", *agent("Agt"), *agent("Pty"))
_BANKS = (*agent("InstgAgt"), *agent("InstdAgt"))
_SETTLED = ("IntrBkSttlmAmt", "IntrBkSttlmDt", "InstdAmt", "XchgRate", "ChrgBr")
_ORIGINAL_IDS = (
    "OrgnlGrpInf/OrgnlMsgId", "OrgnlInstrId", "OrgnlEndToEndId", "OrgnlTxId", "OrgnlUETR", "OrgnlClrSysRef",
    "OrgnlIntrBkSttlmAmt", "OrgnlIntrBkSttlmDt",
)  # fmt: skip
# How many transactions, and what they come to, as a header or a debtor's block says it.
COUNTED, SUMMED = "NbOfTxs", ("CtrlSum", "TtlIntrBkSttlmAmt", "TtlRtrdIntrBkSttlmAmt")
_PATHS: dict[str, tuple[str, ...]] = {
    "GrpHdr": ("MsgId", "CreDtTm", "IntrBkSttlmDt", *_BANKS, "InitgPty/Nm", COUNTED, *SUMMED),
    "Assgnmt": (
        "Id", "CreDtTm", *agent("Assgnr/Agt"), *agent("Assgne/Agt"), "Assgnr/Pty/Nm", "Assgne/Pty/Nm",
    ),
    "CtrlData": (COUNTED, *SUMMED),
    "Sts": ("Conf",),
    "OrgnlGrpInf": ("OrgnlMsgId",),
    "OrgnlGrpInfAndCxl": ("OrgnlMsgId",),
    "OrgnlGrpInfAndSts": ("OrgnlMsgId",),
    # The payments of one debtor in an initiation: what it says before the first of them.
    "PmtInf": (
        "PmtInfId", COUNTED, *SUMMED, "ReqdExctnDt", "ReqdExctnDt/Dt", "ReqdExctnDt/DtTm", "ChrgBr",
        *party("UltmtDbtr"), *party("Dbtr"), *account("DbtrAcct"), *agent("DbtrAgt"),
    ),
    "CdtTrfTxInf": (
        *(f"PmtId/{end}" for end in ("InstrId", "EndToEndId", "TxId", "UETR", "ClrSysRef")),
        *_SETTLED, "Amt/InstdAmt", "Amt/EqvtAmt/Amt", "XchgRateInf/XchgRate",
        "SttlmTmIndctn/CdtDtTm", "SttlmTmIndctn/DbtDtTm",
        *_BANKS, *_transfer(), *INSTRUCTIONS, *_transfer(UNDERLYING), f"{UNDERLYING}InstdAmt",
        *(f"{CHARGES}/{end}" for end in _CHARGES),
    ),
    "TxInf": (
        "RtrId", "CxlId", *_ORIGINAL_IDS, *_SETTLED, "RtrdIntrBkSttlmAmt", "RtrdInstdAmt", *_BANKS,
        *(f"{why}/{end}" for why in ("RtrRsnInf", "CxlRsnInf") for end in ("Rsn/Cd", "Rsn/Prtry", REASON_TEXT)),
        *_transfer(ORIGINAL), f"{ORIGINAL}IntrBkSttlmAmt", f"{ORIGINAL}IntrBkSttlmDt", f"{ORIGINAL}Amt/InstdAmt",
        *(f"{CHARGES}/{end}" for end in _CHARGES),
    ),
    "TxInfAndSts": (
        "CxlStsId", *_ORIGINAL_IDS, "TxCxlSts",
        *(f"CxlStsRsnInf/{end}" for end in ("Rsn/Cd", "Rsn/Prtry", REASON_TEXT)),
        *_transfer(ORIGINAL), f"{ORIGINAL}IntrBkSttlmAmt", f"{ORIGINAL}IntrBkSttlmDt",
    ),
}  # fmt: skip
_WHOS = ("Dbtr", "Cdtr", *ULTIMATES)
_MANY = (
    *(f"{at}{path}" for at in ("", ORIGINAL, UNDERLYING) for path in REMITTANCE),
    *(path for at in ("", ORIGINAL, UNDERLYING) for who in _WHOS for path in lists(f"{at}{who}")),
    *INSTRUCTIONS,
    *(f"{why}/{REASON_TEXT}" for why in ("RtrRsnInf", "CxlRsnInf", "CxlStsRsnInf")),
)
_REPEATED = {"CdtTrfTxInf": (CHARGES,), "TxInf": (CHARGES,)}
# The elements that give a row each.
TRANSACTIONS = ("CdtTrfTxInf", "TxInf", "TxInfAndSts")
SHAPE = Shape(
    {kind: places(paths, _REPEATED.get(kind, ()), _MANY) for kind, paths in _PATHS.items()},
    containers=frozenset(("Undrlyg", "CxlDtls")),
    heads=frozenset(("PmtInf",)),
    outer=frozenset(("Assgnmt", "Sts", "OrgnlGrpInf", "OrgnlGrpInfAndCxl", "OrgnlGrpInfAndSts")),
)
# The same for each message: most of it are transactions of its own kind.
SHAPES = {
    message: replace(SHAPE, runs_of=kind)
    for message, kind in (
        ("pacs.008", "CdtTrfTxInf"), ("pacs.009", "CdtTrfTxInf"), ("pain.001", "CdtTrfTxInf"), ("pacs.004", "TxInf"),
        ("camt.056", "TxInf"), ("camt.029", "TxInfAndSts"),
    )
}  # fmt: skip
