"""Numbers that lists give, in the spelling by which they are compared: a scheme's, else as written."""

from __future__ import annotations

import re

from veedor.registers.identifiers import Identifier, read, recognise
from veedor.registers.identifiers.countries import country_code
from veedor.registers.identifiers.identifier import compact
from veedor.registers.sanctions.listed import ListedIdentifier

# What lists call numbers -> a scheme of registers/identifiers that may read them.
_SCHEMES = {
    "imo": "imo", "lei": "lei", "swift": "bic", "bic": "bic", "iban": "iban", "rif": "ve_rif", "nit": "co_nit",
    "cnpj": "br_cnpj", "cpf": "br_cpf", "rfc": "mx_rfc", "cuit": "ar_cuit", "ruc": "ec_ruc",
}  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+")
# Makers count their aircraft from one.
_SERIAL = {"serial", "msn", "construction"}


def listed_number(called: str, number: str, country: str | None) -> ListedIdentifier | None:
    """A number as called by its list, such as ("Passport", "OB 0243318"); None where there is nothing to compare."""
    code = country_code(country) if country else None
    words = set(_WORD.findall(called.casefold().replace(".", "")))
    if "currency" in words:
        # Addresses of digital currencies: small and capital letters differ.
        plain = number.strip()
        return ListedIdentifier("digital_currency", plain, None) if len(plain) > 20 and " " not in plain else None
    value = compact(number).strip("#:")
    if len(value) < (2 if words & _SERIAL else 4):
        return None
    for word, scheme in _SCHEMES.items():
        if word in words:
            reading = read(scheme, number)
            if isinstance(reading, Identifier):
                return ListedIdentifier(scheme, reading.value, reading.country or code)
    if words & {"tax", "registration", "fiscal"} and code:
        for found in recognise(number):
            if found.checked and found.country == code:
                return ListedIdentifier(found.scheme, found.value, code)
    return ListedIdentifier(_plain(words), value, code)


def _plain(words: set[str]) -> str:
    for name, among in (
        ("other", {"imo"}),  # only numbers whose check digit fails get so far
        ("passport", {"passport", "pasaporte", "passeport"}),
        ("national_id", {"national", "cedula", "identity", "identification", "dni", "id", "citizen", "ssn"}),
        ("icao_address", {"transponder"}),
        ("tail_number", {"tail"}),
        ("serial_number", _SERIAL),
        ("mmsi", {"mmsi"}),
        ("call_sign", {"sign"}),
        ("registration", {"registration", "registry", "company", "business", "matricula", "folio", "tax"}),
    ):  # fmt: skip
        if words & among:
            return name
    return "other"
