"""Which identifier a piece of text could be: every scheme is asked, the checked ones come first."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from veedor.errors import UsageError
from veedor.registers.identifiers import (
    ar_cbu,
    ar_cuit,
    bic,
    br_cnpj,
    br_cpf,
    co_nit,
    ec_ruc,
    iban,
    imo,
    lei,
    mx_clabe,
    mx_rfc,
    pa_ruc,
    us_aba,
    ve_account,
    ve_rif,
)  # fmt: skip
from veedor.registers.identifiers.identifier import Identifier, Read, Reading

_SCHEMES = (
    iban, ve_account, mx_clabe, ar_cbu, bic, lei, imo, ve_rif, co_nit, br_cpf, br_cnpj, mx_rfc, ar_cuit, pa_ruc, ec_ruc,
    us_aba,
)  # fmt: skip
SCHEMES: Mapping[str, Read] = MappingProxyType({each.SCHEME: each.read for each in _SCHEMES})
ACCOUNTS = ("iban", "ve_account", "mx_clabe", "ar_cbu")
"""Schemes that number accounts."""


def read(scheme: str, text: str) -> Reading:
    """The text as an identifier of one scheme, or why it is none; UsageError for a scheme that is not known."""
    if scheme not in SCHEMES:
        raise UsageError("no such scheme of identifiers", expected=", ".join(SCHEMES), found=scheme)
    return SCHEMES[scheme](text)


def recognise(text: str, schemes: tuple[str, ...] = tuple(SCHEMES)) -> tuple[Identifier, ...]:
    """All readings of the text, those vouched for by check digits first, then in the order of `schemes`. Several may
    hold: eleven digits can be a CPF and a CUIT."""
    found = [reading for scheme in schemes if isinstance(reading := SCHEMES[scheme](text), Identifier)]
    return tuple(sorted(found, key=lambda each: not each.checked))
