"""Countries by ISO 3166 code (with XK, which banks use for Kosovo), and the code of a name as lists write it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources


@cache
def _rows() -> tuple[tuple[str, tuple[str, ...]], ...]:
    text = (resources.files("veedor.registers") / "data" / "countries.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines())
    return tuple((code, tuple(names.split("|"))) for code, names in rows)


COUNTRIES = frozenset(code for code, _ in _rows())


def country_code(name: str) -> str | None:
    """The code of a country named by its code or by one of its names in English or Spanish; None where unknown."""
    plain = _plain(name)
    return name.strip().upper() if name.strip().upper() in COUNTRIES else _codes().get(plain)


@cache
def _codes() -> Mapping[str, str]:
    return {_plain(name): code for code, names in _rows() for name in names}


def _plain(name: str) -> str:
    marked = unicodedata.normalize("NFKD", name.replace("\u2019", "'"))
    return " ".join("".join(each for each in marked if not unicodedata.combining(each)).casefold().split())
