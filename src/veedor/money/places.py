"""In which country an account is kept: as deposits state it, else as its own identifiers say (IBAN, bank's BIC)."""

from __future__ import annotations

import re
from functools import lru_cache

import pyarrow as pa

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z0-9]{4}([A-Z]{2})[A-Z0-9]{2}([A-Z0-9]{3})?")

_NUMBERS = {ord(sign): str(int(sign, 36)) for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def stated_countries(accounts: pa.Table) -> dict[str, str]:
    """Countries as rows of `accounts` (account, country) state them; the alphabetically first where they differ."""
    made: dict[str, str] = {}
    for account, stated in zip(accounts["account"].to_pylist(), accounts["country"].to_pylist(), strict=True):
        if account and stated:
            made[str(account)] = min(str(stated), made.get(str(account), str(stated)))
    return made


@lru_cache(maxsize=65_536)
def country(account: str | None, bank: str | None) -> str | None:
    """ISO 3166 alpha-2 code, or None if neither says. Sources: ISO 13616 (check digits verified), ISO 9362."""
    if account and _IBAN.fullmatch(account) and _check_digits(account):
        return account[:2]
    code = _BIC.fullmatch(bank) if bank else None
    return code.group(1) if code else None


def _check_digits(iban: str) -> bool:
    """ISO 7064 MOD 97-10 over the rearranged IBAN."""
    return int((iban[4:] + iban[:4]).translate(_NUMBERS)) % 97 == 1
