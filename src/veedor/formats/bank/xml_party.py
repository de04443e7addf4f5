"""Where a party of an ISO 20022 message says who it is and where it lives, and what that is as columns.

A customer or a bank may stand in a party's place; some messages have a choice element (Pty, Agt) between.
"""

from __future__ import annotations

from veedor.formats.bank.xml_reading import Reading
from veedor.formats.bank.xml_shape import Leaves

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


def said_of(at: str, prefix: str) -> Reading:
    """Name, identifiers, address, town and country; a bank in the party's place has its name or nothing as name, its
    BIC as identifier."""
    customers = (at, f"{at}/Pty")
    everyone = (*customers, f"{at}/FinInstnId", f"{at}/Agt/FinInstnId")
    address = (
        *(f"{who}/{end}" for who in everyone for end in ADDRESS if end != LINE),
        *(f"{who}/{LINE}" for who in everyone),
    )
    identifiers = _Identifiers(at, customers)
    return Reading(
        {
            f"{prefix}_name": tuple(f"{who}/Nm" for who in everyone),
            f"{prefix}_town": tuple(f"{who}/{TOWN}" for who in everyone),
            f"{prefix}_country": tuple(f"{who}/{end}" for who in everyone for end in _COUNTRY),
        },
        {f"{prefix}_address": (", ", address)},
        {f"{prefix}_identifiers": (identifiers.paths, identifiers.of)},
    )


def place_of(leaves: Leaves, at: str) -> tuple[str | None, str | None, str | None]:
    """(address, town, country) that stand directly at `at`."""
    return (
        ", ".join([kept for end in ADDRESS if (kept := leaves.first(f"{at}/{end}"))] + leaves.all(f"{at}/{LINE}"))
        or None,
        leaves.first(f"{at}/{TOWN}"),
        leaves.first(f"{at}/PstlAdr/Ctry"),
    )


class _Identifiers:
    """Where one party says its numbers, and its birth, which tells namesakes apart."""

    def __init__(self, at: str, customers: tuple[str, str]) -> None:
        self._named = tuple(
            (kind, tuple(f"{who}/{path}" for path in paths for who in (*customers, f"{at}/Agt")))
            for kind, paths in _IDENTIFIERS
        )
        self._others = tuple(
            (f"{who}/{where}/Id", tuple(f"{who}/{where}/{scheme}" for scheme in _SCHEMES))
            for who in customers
            for where in OTHERS
        )
        self._birth = tuple(tuple(f"{who}/{end}" for end in _BIRTH) for who in customers)
        self.paths = (
            *(path for _, paths in self._named for path in paths),
            *(numbers for numbers, _ in self._others),
            *(path for paths in self._birth for path in paths),
        )

    def of(self, leaves: Leaves) -> list[str]:
        """`kind:number` each."""
        found = [f"{kind}:{said}" for kind, paths in self._named if (said := leaves.first(*paths))]
        for numbers, scheme in self._others:
            if numbers in leaves.lists:
                kind = leaves.first(*scheme) or "OTHER"
                found += [f"{kind}:{each}" for each in leaves.all(numbers)]
        for paths in self._birth:
            if birth := " ".join(said for path in paths if (said := leaves.first(path))):
                found.append(f"BIRTH:{birth}")
        return found
