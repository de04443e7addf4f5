"""Which paths are read of account statements, reports and notifications (camt.052, camt.053, camt.054)."""

from __future__ import annotations

from veedor.formats.bank.xml_party import ADDRESS, LINE, lists, party
from veedor.formats.bank.xml_shape import Shape, places

# BIC, else name, else clearing member id of an agent; IBAN, else another id of an account. In this order.
_AGENT = ("BICFI", "BIC", "Nm", "ClrSysMmbId/MmbId", "Othr/Id")
_IDS = ("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN")


def agent(at: str) -> tuple[str, ...]:
    """Where an agent says who it is."""
    return tuple(f"{at}/FinInstnId/{end}" for end in _AGENT)


def account(at: str) -> tuple[str, ...]:
    """Where an account says its id: the IBAN, then others."""
    return tuple(f"{at}/{end}" if at else end for end in _IDS)


_CODE = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd", "BkTxCd/Prtry/Cd")
AMOUNTS = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
INSTRUCTED = "AmtDtls/InstdAmt/Amt"
RATES = tuple(f"AmtDtls/{of}/CcyXchg/XchgRate" for of in ("TxAmt", "InstdAmt", "CntrValAmt"))
LISTS = ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref")
# Charges stand in Chrgs itself (up to V02), else each in a record of it.
CHARGES, RECORDS = "Chrgs", "Rcrd"
_CHARGE = ("Amt", "CdtDbtInd", "Br", *agent("Agt"), *agent("Pty"))
_CHARGES = (
    "Chrgs/TtlChrgsAndTaxAmt", *(f"Chrgs/{end}" for end in _CHARGE), *(f"Chrgs/Rcrd/{end}" for end in _CHARGE),
)  # fmt: skip
TERMINAL = ("CardTx/POI/Id/ShrtNm", "CardTx/POI/Id/Id", "CardTx/POI/SysNm")
BRANCH = ("BrnchId/Nm", "BrnchId/Id")
RETURNED = ("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RtrInf/AddtlInf")
SIDES = ("Dbtr", "Cdtr")
PARTIES = (*SIDES, *(f"Ultmt{side}" for side in SIDES))


def _branch(at: str) -> tuple[str, ...]:
    return tuple(f"{at}/{end}" for end in (*BRANCH, *(f"BrnchId/{line}" for line in (*ADDRESS, "PstlAdr/Ctry"))))


_TRANSACTION = (
    *AMOUNTS, *RATES, "CdtDbtInd", *_CODE, "Refs/EndToEndId", "Refs/UETR", "Refs/TxId", "Refs/AcctSvcrRef",
    *agent("RltdAgts/DbtrAgt"), *agent("RltdAgts/CdtrAgt"),
    *_branch("RltdAgts/DbtrAgt"), *_branch("RltdAgts/CdtrAgt"),
    *account("RltdPties/DbtrAcct"), *account("RltdPties/CdtrAcct"),
    *(path for who in PARTIES for path in (*party(f"RltdPties/{who}"), f"RltdPties/{who}/Agt/Nm")),
    "RltdPties/InitgPty/Nm", "RltdPties/InitgPty/Pty/Nm",
    *LISTS, "AddtlTxInf", "Purp/Cd", "Purp/Prtry", *RETURNED, *TERMINAL, *_CHARGES,
)  # fmt: skip
TRANSACTION = "NtryDtls/TxDtls"
PATHS: dict[str, tuple[str, ...]] = {
    "GrpHdr": (),
    "Acct": (
        *account(""), *agent("Svcr"), "Svcr/FinInstnId/PstlAdr/Ctry", *_branch("Svcr"), *party("Ownr"), "Nm", "Ccy",
    ),
    "Bal": ("Amt", "CdtDbtInd", "Dt/Dt", "Dt/DtTm", "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry"),
    "TxsSummry": tuple(
        f"{of}/{end}" for of in ("TtlNtries", "TtlCdtNtries", "TtlDbtNtries") for end in ("NbOfNtries", "Sum")
    ),
    "Ntry": (
        "Sts/Cd", "Sts/Prtry", "Sts", "Amt", "CdtDbtInd", "RvslInd", "BookgDt/DtTm", "BookgDt/Dt", "ValDt/DtTm",
        "ValDt/Dt", "NtryRef", "AcctSvcrRef", "AddtlNtryInf", INSTRUCTED, *RATES, *_CODE, *TERMINAL, *_CHARGES,
        *(f"{TRANSACTION}/{path}" for path in _TRANSACTION),
    ),
}  # fmt: skip
_REPEATED = {
    "Ntry": (
        TRANSACTION, *(f"{at}{end}" for at in ("", f"{TRANSACTION}/") for end in (CHARGES, f"{CHARGES}/{RECORDS}")),
    )
}  # fmt: skip
_MANY = (
    *LISTS, *(path for who in PARTIES for path in lists(f"RltdPties/{who}")), *lists("Ownr"),
    *(f"{at}/BrnchId/{LINE}" for at in ("Svcr", "RltdAgts/DbtrAgt", "RltdAgts/CdtrAgt")),
)  # fmt: skip

# A statement, a report during the day, a notification: what holds an account and its entries.
CONTAINERS = {"camt.053": "Stmt", "camt.052": "Rpt", "camt.054": "Ntfctn"}
SHAPE = Shape(
    {kind: places(paths, _REPEATED.get(kind, ()), _MANY) for kind, paths in PATHS.items()},
    containers=frozenset(CONTAINERS.values()),
    runs_of="Ntry",
)
