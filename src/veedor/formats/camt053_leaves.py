"""Which paths are read of account statements, reports and notifications (camt.052, camt.053, camt.054)."""

from __future__ import annotations

from veedor.formats.xml_shape import Shape, places

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
LISTS = ("RmtInf/Ustrd", "RmtInf/Strd/CdtrRefInf/Ref")
_TRANSACTION = (
    *AMOUNTS, "CdtDbtInd", *_CODE, "Refs/EndToEndId", "Refs/UETR", "Refs/TxId", "Refs/AcctSvcrRef",
    *agent("RltdAgts/DbtrAgt"), *agent("RltdAgts/CdtrAgt"),
    *account("RltdPties/DbtrAcct"), *account("RltdPties/CdtrAcct"),
    *(
        f"RltdPties/{who}/{end}"
        for who in ("Dbtr", "Cdtr", "UltmtDbtr", "UltmtCdtr")
        for end in ("Nm", "Pty/Nm", "Agt/Nm")
    ),
    *LISTS, "AddtlTxInf",
)  # fmt: skip
TRANSACTION = "NtryDtls/TxDtls"
PATHS: dict[str, tuple[str, ...]] = {
    "GrpHdr": (),
    "Acct": (*account(""), *agent("Svcr"), "Svcr/FinInstnId/PstlAdr/Ctry", "Ownr/Nm", "Nm", "Ccy"),
    "Bal": ("Amt", "CdtDbtInd", "Dt/Dt", "Dt/DtTm", "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry"),
    "Ntry": (
        "Sts/Cd", "Sts/Prtry", "Sts", "Amt", "CdtDbtInd", "RvslInd", "BookgDt/DtTm", "BookgDt/Dt", "ValDt/DtTm",
        "ValDt/Dt", "NtryRef", "AcctSvcrRef", "AddtlNtryInf", *_CODE,
        *(f"{TRANSACTION}/{path}" for path in _TRANSACTION),
    ),
}  # fmt: skip

# A statement, a report during the day, a notification: what holds an account and its entries.
CONTAINERS = {"camt.053": "Stmt", "camt.052": "Rpt", "camt.054": "Ntfctn"}
SHAPE = Shape(
    {kind: places(paths, TRANSACTION if kind == "Ntry" else "", LISTS) for kind, paths in PATHS.items()},
    containers=frozenset(CONTAINERS.values()),
)
