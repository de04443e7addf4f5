"""What a camt.053 element says, as the texts of the paths that are read: one pass of a parser, no tree.

A path is declared here or it is passed over, so that a file cannot make memory grow with names of its own. Names are
local: whatever prefix a bank gives the namespace. Of an element that stands several times at one path the first
counts, and of its text what stands before its first child.
"""

from __future__ import annotations

from dataclasses import dataclass, field

# Texts by path; those that may stand several times by path in `lists`.
Texts = dict[str, str]


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


@dataclass(slots=True)
class Leaves:
    """Texts of one element; amounts carry their currency under `path@Ccy`; an entry's transactions by themselves."""

    texts: Texts = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    transactions: list[Leaves] = field(default_factory=list)

    def first(self, *paths: str) -> str | None:
        """The first non-empty text at any of the paths."""
        texts = self.texts
        for path in paths:
            # Most paths are not there: asking first costs half of a call of `get`.
            if path in texts and (text := texts[path].strip()):
                return text
        return None


class Place:
    """A declared place in the tree of elements: what stands below it, and what to keep of it."""

    __slots__ = ("currency", "kids", "many", "parent", "path", "transaction")

    def __init__(self, parent: Place | None) -> None:
        self.parent = parent
        self.kids: dict[str, Place] = {}
        self.path = ""
        self.currency = ""  # where the currency of an amount goes
        self.many = self.transaction = False


def _places(paths: tuple[str, ...]) -> Place:
    top = Place(None)
    for path in paths:
        at = top
        for name in path.split("/"):
            if name not in at.kids:
                at.kids[name] = Place(at)
            at = at.kids[name]
        at.path = path.removeprefix(TRANSACTION + "/")
        at.currency = f"{at.path}@Ccy" if path.endswith("Amt") else ""
        at.many = at.path in LISTS
    if "NtryDtls" in top.kids:
        top.kids["NtryDtls"].kids["TxDtls"].transaction = True
    return top


PLACES: dict[str, Place] = {kind: _places(paths) for kind, paths in PATHS.items()}
