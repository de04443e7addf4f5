"""In which form details of customers are compared: addresses, telephone numbers, mail, devices, people.

A form must bring spellings of one thing together and never two things: where a detail says too little (a telephone
number of five digits, an address of one word, a network address that stands for a whole house of machines) there is
none, and it is compared with nothing.
"""

from __future__ import annotations

import ipaddress
import re

from veedor.registers.names.fold import fold

KINDS = ("device", "email", "phone", "officer", "address")
"""From what says most to what says least."""

# What streets and their parts are called in short (Spanish, Portuguese, English), and words that addresses do without.
_STREETS = {
    "av": "avenida", "avda": "avenida", "ave": "avenue", "cl": "calle", "cll": "calle", "cra": "carrera",
    "kr": "carrera", "kra": "carrera", "cr": "carrera", "crr": "carrera", "tv": "transversal", "dg": "diagonal",
    "r": "rua", "st": "street", "rd": "road", "edf": "edificio", "edif": "edificio", "ed": "edificio",
    "apto": "apartamento", "apt": "apartamento", "ap": "apartamento", "of": "oficina", "ofc": "oficina",
    "ofic": "oficina", "urb": "urbanizacion", "pb": "bajo", "ste": "suite", "fl": "floor", "ps": "piso",
}  # fmt: skip
_SAID_NOT = frozenset(
    {"no", "nro", "num", "numero", "number", "n", "de", "del", "la", "el", "los", "las", "the", "con"}
)
_LEAST_LETTERS, _LEAST_WORDS = 8, 2
# A subscriber's number in full: what stands before it is the way to his country.
_PHONE_DIGITS, _LEAST_PHONE_DIGITS = 10, 7
_DIGITS = re.compile(r"\d+")
_LEAST_DEVICE, _LEAST_NUMBER = 6, 5


def address(text: str | None) -> str | None:
    """Words in their order, streets written out, without what addresses do without; needs a number and another word."""
    words = [_STREETS.get(word, word) for word in fold(text or "").split()]
    kept = [word for word in words if word not in _SAID_NOT]
    whole = " ".join(kept)
    says = any(any(sign.isdigit() for sign in word) for word in kept) and any(word.isalpha() for word in kept)
    return whole if says and len(kept) >= _LEAST_WORDS and len(whole) >= _LEAST_LETTERS else None


def phone(text: str | None) -> str | None:
    """The last ten digits; all of a shorter number, without the zero that is dialled first at home."""
    digits = "".join(_DIGITS.findall(text or "")).lstrip("0")
    if len(digits) < _LEAST_PHONE_DIGITS or len(set(digits)) < 3:
        return None
    return digits[-_PHONE_DIGITS:].lstrip("0")


def email(text: str | None) -> str | None:
    """Lower case; the part before the at sign and a domain."""
    whole = (text or "").strip().casefold()
    before, at, domain = whole.partition("@")
    return whole if before and at and "." in domain and not any(sign.isspace() for sign in whole) else None


def device(text: str | None) -> str | None:
    """As written but for case; no address of a network behind which many machines stand (RFC 1918, 4193, 6598)."""
    whole = (text or "").strip().casefold()
    try:
        return whole if ipaddress.ip_address(whole).is_global else None
    except ValueError:
        return whole if len(whole) >= _LEAST_DEVICE and len(set(whole)) > 2 else None


def number(text: str | None) -> str | None:
    """A number of a document or register: letters and digits in upper case."""
    whole = "".join(sign for sign in (text or "").upper() if sign.isalnum())
    return whole if len(whole) >= _LEAST_NUMBER and len(set(whole)) > 2 else None


def name(text: str | None) -> str | None:
    """Words of a name as they stand; one word names nobody."""
    whole = fold(text or "")
    return whole if " " in whole else None


def identities(written_name: str | None, written_number: str | None) -> tuple[str, ...]:
    """By which somebody is known to be the same at two accounts: the number, and the name."""
    by_number, by_name = number(written_number), name(written_name)
    return tuple(f"{kind}:{value}" for kind, value in (("number", by_number), ("name", by_name)) if value is not None)


def is_holder(role: str) -> bool:
    """Whether this role is the account holder's; whoever else stands at an account is one of its officers."""
    return fold(role) in _HOLDERS


_HOLDERS = frozenset(
    {"holder", "account holder", "customer", "titular", "cliente", "main holder", "joint holder", "cotitular"}
)
