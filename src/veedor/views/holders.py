"""Who likely stands behind accounts: one line for every name at an account (`holder/2`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import pyarrow as pa
from msgspec import Struct


class HolderTerm(Struct, frozen=True):
    """`milli_log10` null: not assessable, adds nothing."""

    name: str
    milli_log10: int | None
    source: str
    values: dict[str, int | str | None]


class HolderLeftOut(Struct, frozen=True):
    """A budget that cut the search: `key` a sentence of words/ with its values."""

    key: str
    values: dict[str, int | str | None]


class HolderLine(Struct, frozen=True, kw_only=True):
    """A name at an account. Lines with the same `holder` are likely one person or firm; `linked_…` is the nearest other
    member, `near_…` the nearest name that it was not joined to, each with the terms that add up to its score;
    `left_out` says where a budget cut the search."""

    schema: Literal["holder/2"] = "holder/2"
    holder: str
    subject: str
    name: str
    beside: str | None
    members: int
    linked_subject: str | None
    linked_name: str | None
    link_milli_log10: int | None
    terms: tuple[HolderTerm, ...]
    near_subject: str | None
    near_name: str | None
    near_milli_log10: int | None
    near_terms: tuple[HolderTerm, ...]
    near_why: str | None
    disputed: bool
    left_out: tuple[HolderLeftOut, ...]
    records: int
    simulated: bool
    deposit: str
    row: int


HOLDER_LINES: tuple[type[Struct], ...] = (HolderLine,)


def holder_lines(holders: pa.Table) -> Iterator[HolderLine]:
    """Rows of HOLDERS in their order."""
    for batch in holders.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            terms, near_terms = (tuple(map(_term, row.pop(name))) for name in ("terms", "near_terms"))
            left_out = tuple(HolderLeftOut(each["key"], plain(each["values"])) for each in row.pop("left_out"))
            holder, deposit = f"{row.pop('holder') % 2**64:016x}", row.pop("deposit").hex()
            yield HolderLine(
                **row, holder=holder, deposit=deposit, terms=terms, near_terms=near_terms, left_out=left_out
            )


def plain(values: Sequence[Mapping[str, Any]]) -> dict[str, int | str | None]:
    """Values of a term or sentence by name."""
    return {each["name"]: each["number"] if each["text"] is None else each["text"] for each in values}


def _term(term: Mapping[str, Any]) -> HolderTerm:
    return HolderTerm(term["name"], term["milli_log10"], term["source"], plain(term["values"]))
