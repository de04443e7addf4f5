"""Where a party of an ISO 20022 message says who it is and where it lives, and what that is as columns.

A customer or a bank may stand in a party's place; some messages have a choice element (Pty, Agt) between.
"""

from __future__ import annotations

from functools import cache

from veedor.formats.bank_values import Row
from veedor.formats.xml_shape import Leaves

TOWN = "PstlAdr/TwnNm"
_ADDRESS = (
    "Dept", "SubDept", "BldgNm", "StrtNm", "BldgNb", "Flr", "PstBx", "Room", "PstCd", "TwnNm", "TwnLctnNm", "DstrctNm",
    "CtrySubDvsn",
)  # fmt: skip
LINE = "PstlAdr/AdrLine"
ADDRESS = (*(f"PstlAdr/{end}" for end in _ADDRESS), LINE)
_COUNTRY = ("PstlAdr/Ctry", "CtryOfRes", "PstlAdr/CtryOfRes")
BIC = ("BICFI", "BIC")
# BIC, else name, else clearing number of a bank.
AGENT = (*BIC, "Nm", "ClrSysMmbId/MmbId", "CmbndId/BICFI", "Othr/Id")
_BIRTH = tuple(f"Id/PrvtId/DtAndPlcOfBirth/{end}" for end in ("BirthDt", "CityOfBirth", "CtryOfBirth"))
_SCHEMES = ("SchmeNm/Cd", "SchmeNm/Prtry")
_IDENTIFIERS = (
    ("BIC", ("Id/OrgId/AnyBIC", "Id/OrgId/BICOrBEI", "FinInstnId/BICFI", "FinInstnId/BIC")),
    ("LEI", ("Id/OrgId/LEI", "FinInstnId/LEI")),
    ("CLEARING", ("FinInstnId/ClrSysMmbId/MmbId",)),
)
OTHERS = ("Id/OrgId/Othr", "Id/PrvtId/Othr")


def party(at: str) -> tuple[str, ...]:
    """The paths that are read of a party at `at`."""
    own = (
        "Nm",
        *ADDRESS,
        *_COUNTRY,
        *(path for _, paths in _IDENTIFIERS for path in paths if path[:2] == "Id"),
        *_BIRTH,
    )
    others = tuple(f"{where}/{end}" for where in OTHERS for end in ("Id", *_SCHEMES))
    bank = (*AGENT, *ADDRESS, "PstlAdr/Ctry", "LEI")
    return (
        *(f"{at}/{end}" for end in (*own, *others)),
        *(f"{at}/Pty/{end}" for end in (*own, *others)),
        *(f"{at}/FinInstnId/{end}" for end in bank),
        *(f"{at}/Agt/FinInstnId/{end}" for end in bank),
    )


def lists(at: str) -> tuple[str, ...]:
    """Those of them that may stand several times."""
    return tuple(
        f"{at}/{between}{end}"
        for between in ("", "Pty/", "FinInstnId/", "Agt/FinInstnId/")
        for end in (LINE, *(f"{where}/Id" for where in OTHERS))
    )


def said_of(leaves: Leaves, at: str, prefix: str) -> Row:
    """Name, identifiers, address, town and country; a bank in the party's place has its name or nothing as name, its
    BIC as identifier."""
    ends = _ends(at)
    texts = leaves.texts
    address = [kept for path in ends.address if path in texts and (kept := texts[path].strip())]
    address += leaves.all(*ends.lines)
    identifiers = [f"{kind}:{found}" for kind, paths in ends.identifiers if (found := leaves.first(*paths))]
    for numbers, scheme in ends.others:
        if numbers in leaves.lists:
            kind = leaves.first(*scheme) or "OTHER"
            identifiers += [f"{kind}:{each}" for each in leaves.all(numbers)]
    for paths in ends.birth:
        if birth := " ".join(found for path in paths if (found := leaves.first(path))):
            identifiers.append(f"BIRTH:{birth}")
    return {
        f"{prefix}_name": leaves.first(*ends.name), f"{prefix}_identifiers": identifiers or None,
        f"{prefix}_address": ", ".join(address) or None, f"{prefix}_town": leaves.first(*ends.town),
        f"{prefix}_country": leaves.first(*ends.country),
    }  # fmt: skip


def place_of(leaves: Leaves, at: str) -> tuple[str | None, str | None, str | None]:
    """(address, town, country) that stand directly at `at`."""
    return (
        ", ".join([kept for end in ADDRESS if (kept := leaves.first(f"{at}/{end}"))] + leaves.all(f"{at}/{LINE}"))
        or None,
        leaves.first(f"{at}/{TOWN}"),
        leaves.first(f"{at}/PstlAdr/Ctry"),
    )


class _Ends:
    """Where one party says what."""

    def __init__(self, at: str) -> None:
        customers = (at, f"{at}/Pty")
        everyone = (*customers, f"{at}/FinInstnId", f"{at}/Agt/FinInstnId")
        self.name = tuple(f"{who}/Nm" for who in everyone)
        self.address = tuple(f"{who}/{end}" for who in everyone for end in ADDRESS if end != LINE)
        self.lines = tuple(f"{who}/{LINE}" for who in everyone)
        self.town = tuple(f"{who}/{TOWN}" for who in everyone)
        self.country = tuple(f"{who}/{end}" for who in everyone for end in _COUNTRY)
        self.identifiers = tuple(
            (kind, tuple(f"{who}/{path}" for path in paths for who in (*customers, f"{at}/Agt")))
            for kind, paths in _IDENTIFIERS
        )
        self.others = tuple(
            (f"{who}/{where}/Id", (f"{who}/{where}/SchmeNm/Cd", f"{who}/{where}/SchmeNm/Prtry"))
            for who in customers
            for where in OTHERS
        )
        self.birth = tuple(tuple(f"{who}/{end}" for end in _BIRTH) for who in customers)


@cache
def _ends(at: str) -> _Ends:
    """Made once for each place a party can stand in."""
    return _Ends(at)
