"""IBAN (ISO 13616): country, two check digits modulo 97, and the country's own account number of fixed length.

Lengths and the places of the bank's code are facts of SWIFT's IBAN Registry, with those that states use without having
registered them (Angola, Algeria, the CFA countries and others). Modulo 97 finds every wrong character and every swap of
two neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.check_digits import mod97
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "iban"

_LENGTHS = (
    "AD24 AE23 AL28 AO25 AT20 AX18 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BL27 BR29 BY28 CF27 CG27 CH21 CI28 "
    "CM27 CR22 CV25 CY28 CZ24 DE22 DJ27 DK18 DO28 DZ26 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GA27 GB22 GE22 GF27 "
    "GG22 GI23 GL18 GP27 GQ27 GR27 GT28 GW25 HN28 HR21 HU28 IE22 IL23 IM22 IQ23 IR26 IS26 IT27 JE22 JO30 KM27 "
    "KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MA28 MC27 MD24 ME22 MF27 MG27 MK19 ML28 MN20 MQ27 MR27 MT31 "
    "MU30 MZ25 NC27 NE28 NI28 NL18 NO15 OM23 PF27 PK24 PL28 PM27 PS29 PT25 QA29 RE27 RO24 RS22 RU33 SA24 SC31 "
    "SD18 SE24 SI19 SK24 SM27 SN28 SO23 ST25 SV28 TD27 TF27 TG28 TL23 TN24 TR26 UA29 VA22 VG24 WF27 XK20 YE30 "
    "YT27"
)
LENGTHS: Mapping[str, int] = MappingProxyType({each[:2]: int(each[2:]) for each in _LENGTHS.split()})

# Where the country's own number begins to name the account behind bank and branch, where that is of use here.
_ACCOUNT_BEGINS: Mapping[str, int] = MappingProxyType(
    {"AD": 8, "AE": 3, "BR": 13, "CR": 4, "DE": 8, "DO": 4, "EE": 4, "ES": 10, "GB": 10, "GT": 8, "HN": 4, "NI": 4,
     "PT": 8, "SV": 4}
)  # fmt: skip


def read(text: str) -> Reading:
    """An IBAN in any grouping, with or without the word IBAN before it."""
    value = compact(text).removeprefix("IBAN")
    if not say.is_letters_or_digits(value) or not value[2:4].isdigit():
        return Wrong(SCHEME, say.CHARACTERS, "two letters, two digits, then letters and digits", text)
    country = value[:2]
    if country not in LENGTHS:
        return Wrong(SCHEME, say.COUNTRY, "a country with IBANs", country)
    if len(value) != LENGTHS[country]:
        return Wrong(SCHEME, say.LENGTH, str(LENGTHS[country]), str(len(value)))
    # 00, 01 and 99 give the right remainder but are never made (ISO 7064, 02 to 98).
    if mod97(value[4:] + value[:4]) != 1 or value[2:4] in ("00", "01", "99"):
        return Wrong(SCHEME, say.CHECK, with_check_digits(country, value[4:])[2:4], value[2:4])
    return Identifier(SCHEME, value, country, True, {"bban": value[4:], "account": value[4:][_account(country) :]})


def with_check_digits(country: str, bban: str) -> str:
    """The IBAN of a country's own account number."""
    return f"{country}{98 - mod97(bban + country + '00'):02}{bban}"


def _account(country: str) -> int:
    return _ACCOUNT_BEGINS.get(country, 0)
