"""Who likely stands behind accounts: one line for every name at an account (`holder/1`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pyarrow as pa
from msgspec import Struct


class HolderTerm(Struct, frozen=True):
    """`milli_log10` null: not assessable, adds nothing."""

    name: str
    milli_log10: int | None
    source: str
    values: dict[str, int | str | None]


class HolderLine(Struct, frozen=True, kw_only=True):
    """A name at an account. Lines with the same `holder` are likely one person or firm; `linked_…` is the nearest other
    member, with the terms that add up to that score; `compared` false: the budget was used up."""

    schema: Literal["holder/1"] = "holder/1"
    holder: str
    subject: str
    name: str
    members: int
    linked_subject: str | None
    linked_name: str | None
    link_milli_log10: int | None
    terms: tuple[HolderTerm, ...]
    compared: bool
    records: int
    simulated: bool
    deposit: str
    row: int


HOLDER_LINES: tuple[type[Struct], ...] = (HolderLine,)


def holder_lines(holders: pa.Table) -> Iterator[HolderLine]:
    """Rows of HOLDERS in their order."""
    for row in holders.to_pylist():
        terms = tuple(
            HolderTerm(
                term["name"], term["milli_log10"], term["source"],
                {each["name"]: each["text"] if each["number"] is None else each["number"] for each in term["values"]},
            )
            for term in row.pop("terms")
        )  # fmt: skip
        holder, deposit = f"{row.pop('holder') % 2**64:016x}", row.pop("deposit").hex()
        yield HolderLine(**row, holder=holder, deposit=deposit, terms=terms)
