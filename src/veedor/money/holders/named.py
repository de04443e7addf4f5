"""Who is to be resolved: a name as written, with the accounts, banks, countries, births and numbers beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from veedor.registers.identifiers import recognise
from veedor.registers.sanctions.listed import Born

# Numbers of which one person or firm has one.
OF_ONE = ("lei", "ve_rif", "co_nit", "br_cpf", "br_cnpj", "mx_rfc", "ar_cuit", "pa_ruc", "ec_ruc")
_NUMBERS = re.compile(r"[A-Z]{0,4}[-.]?\d[\d./-]{6,}\d[-A-Z0-9]{0,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Account:
    """An account as written beside a name; `bank` is a BIC or the bank's own code, `country` where it is held."""

    number: str
    bank: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A name with its evidence. `key` tells it from all others and orders them; `identifiers` are (scheme, value) as
    registers.identifiers reads them; `born` the days that its birth date leaves possible."""

    key: str
    name: str
    accounts: tuple[Account, ...] = ()
    countries: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    born: Born | None = None


def identifiers_in(text: str) -> tuple[tuple[str, str], ...]:
    """Tax numbers and the like that banks write into the name's field, where check digits vouch for them."""
    found = set()
    for number in _NUMBERS.findall(text.upper()):
        found |= {(each.scheme, each.value) for each in recognise(number, OF_ONE) if each.checked}
    return tuple(sorted(found))
