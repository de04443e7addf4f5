"""Venezuelan account (código cuenta cliente): bank 4, office 4, check digits 2, account 10.

The first check digit is over bank and office, the second over office and account; weights 3 2 7 6 5 4 3 2 and again, 11
less the remainder by 11; 10 is written 0 and 11 is written 1. Checked against account numbers that associations and
firms publish, which settle what 10 and 11 become: descriptions disagree. Venezuela has no IBAN.
"""

from __future__ import annotations

from veedor.registers.identifiers import identifier as say
from veedor.registers.identifiers.check_digits import weighted
from veedor.registers.identifiers.identifier import Identifier, Reading, Wrong, compact

SCHEME = "ve_account"
_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def read(text: str) -> Reading:
    """Twenty digits in any grouping."""
    value = compact(text)
    if not say.is_digits(value):
        return Wrong(SCHEME, say.CHARACTERS, "digits", text)
    if len(value) != 20:
        return Wrong(SCHEME, say.LENGTH, "20", str(len(value)))
    bank, office, check, account = value[:4], value[4:8], value[8:10], value[10:]
    expected = check_digits(bank, office, account)
    if check != expected:
        return Wrong(SCHEME, say.CHECK, expected, check)
    return Identifier(SCHEME, value, "VE", True, {"bank": bank, "office": office, "account": account})


def check_digits(bank: str, office: str, account: str) -> str:
    """The two digits between office and account."""
    return _digit(bank + office) + _digit(office + account)


def _digit(digits: str) -> str:
    return "10987654321"[weighted(digits, _WEIGHTS[: len(digits)]) % 11]
