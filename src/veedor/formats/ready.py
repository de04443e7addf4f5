"""Mappings that come along, found by the header of the file they were written for."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

from veedor.errors import UsageError
from veedor.formats.bank_csv import MAPPING_TOML as BANK
from veedor.formats.csv_blocks import BOM, Dialect
from veedor.formats.mapping import Mapping, parse
from veedor.formats.parquet_blocks import MAGIC
from veedor.formats.plots_csv import MAPPING_TOML as PLOTS


@cache
def ready() -> tuple[Mapping, ...]:
    """All of them, by name."""
    found = [parse(PLOTS, "plots-plain"), parse(BANK, "bank-plain")]
    for file in sorted(resources.files("veedor.formats.mappings").iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            found.append(parse(file.read_text(encoding="utf-8"), file.name))
    return tuple(found)


def by_name(name: str) -> Mapping:
    """The ready mapping of that name (with or without its version)."""
    for mapping in ready():
        if name in (mapping.name, mapping.name.split("/")[0]):
            return mapping
    raise UsageError("no such ready mapping", expected=", ".join(mapping.name for mapping in ready()), found=name)


def match_ready(head: bytes, name: str) -> Mapping | None:
    """The one ready mapping whose signature columns all stand in the header; None if none or several fit.

    A Parquet file has its header at its end, so only its name tells (`files` of the mapping).
    """
    from fnmatch import fnmatch

    if head[:4] == MAGIC:
        fits = [item for item in ready() if item.format == "parquet" and any(fnmatch(name, p) for p in item.files)]
    else:
        fits = [item for item in ready() if item.format == "csv" and item.header_has and _fits(head, item)]
    fits.sort(key=lambda item: -len(item.header_has))
    if len(fits) > 1 and len(fits[0].header_has) == len(fits[1].header_has):
        return None
    return fits[0] if fits else None


def _fits(head: bytes, mapping: Mapping) -> bool:
    line = head.removeprefix(BOM).split(b"\n", 1)[0].rstrip(b"\r")
    return set(mapping.header_has) <= set(_fields(line, mapping.dialect))


def _fields(line: bytes, dialect: Dialect) -> list[str]:
    try:
        return [field.strip() for field in next(csv.reader([line.decode()], delimiter=dialect.delimiter), [])]
    except (UnicodeDecodeError, csv.Error):
        return []


READY = ready
