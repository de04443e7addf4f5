"""Mappings that come along, found by the header of the file they were written for."""

from __future__ import annotations

import csv
from contextlib import closing
from functools import cache
from importlib import resources

import pyarrow as pa
import pyarrow.parquet as pq

from veedor.errors import UsageError
from veedor.formats.bank.bank_csv import MAPPING_TOML as BANK
from veedor.formats.csv_blocks import BOM, Dialect
from veedor.formats.mapping import Mapping, parse
from veedor.formats.parquet_blocks import MAGIC, unreadable
from veedor.formats.plots_csv import MAPPING_TOML as PLOTS
from veedor.formats.plots_parquet import MAPPING_TOML as PLOTS_PARQUET
from veedor.formats.reader import Source
from veedor.formats.source import head_of


@cache
def ready() -> tuple[Mapping, ...]:
    """All of them, by name."""
    found = [parse(PLOTS, "plots-plain"), parse(PLOTS_PARQUET, "plots-plain"), parse(BANK, "bank-plain")]
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


def match_ready(head: bytes) -> Mapping | None:
    """The one ready mapping whose signature columns all stand in the header; None if none or several fit.

    A Parquet file has its header at its end: `match_source` is for that.
    """
    return _best([item for item in ready() if item.format == "csv" and item.header_has and fits(head, item)])


def match_source(source: Source) -> Mapping | None:
    """The same for a file, CSV or Parquet."""
    head = head_of(source, 1 << 16)
    if head[:4] != MAGIC:
        return match_ready(head)
    with closing(source.open()) as stream:
        try:
            names = set(pq.read_schema(stream).names)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise unreadable(source.name, error) from error
    return _best([item for item in ready() if item.format == "parquet" and set(item.header_has) <= names])


def nearest(head: bytes) -> tuple[str, list[str]] | None:
    """The name of the ready CSV mapping of whose signature columns most stand in the header, and those that do not."""
    found: list[tuple[int, Mapping, list[str]]] = []
    for item in ready():
        if item.format == "csv" and item.header_has:
            names = columns_of(head, item.dialect)
            missing = [name for name in item.header_has if name not in names]
            if 2 * len(missing) < len(item.header_has):
                found.append((len(missing), item, missing))
    found.sort(key=lambda each: (each[0], each[1].name))
    return (found[0][1].name, found[0][2]) if found else None


def columns_of(head: bytes, dialect: Dialect) -> list[str]:
    """The names in the header line of a CSV file."""
    return _fields(head.removeprefix(BOM).split(b"\n", 1)[0].rstrip(b"\r"), dialect)


def _best(fits: list[Mapping]) -> Mapping | None:
    fits.sort(key=lambda item: -len(item.header_has))
    if len(fits) > 1 and len(fits[0].header_has) == len(fits[1].header_has):
        return None
    return fits[0] if fits else None


def fits(head: bytes, mapping: Mapping) -> bool:
    """Whether the columns that a CSV mapping goes by all stand in the header."""
    return set(mapping.header_has) <= set(columns_of(head, mapping.dialect))


def _fields(line: bytes, dialect: Dialect) -> list[str]:
    try:
        return [field.strip() for field in next(csv.reader([line.decode()], delimiter=dialect.delimiter), [])]
    except (UnicodeDecodeError, csv.Error):
        return []
