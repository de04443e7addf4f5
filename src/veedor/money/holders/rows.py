"""Rows of `holders`: each name with its holder, what it was joined by, what it was not joined to, what was left out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.engine.findings import Term
from veedor.money.holders.births import shown
from veedor.money.holders.named import Named
from veedor.money.holders.pairing import LeftOut
from veedor.money.holders.resolve import Link, Resolution
from veedor.tables import HOLDERS

Row = dict[str, Any]
# Rows that are objects at a time.
_CHUNK = 10_000
_LINKED = ("linked_subject", "linked_name", "link_milli_log10", "terms")
_NEAR = ("near_subject", "near_name", "near_milli_log10", "near_terms", "near_why")


@dataclass(frozen=True, slots=True)
class About:
    """What the records of one name say beside what it is compared by. `deposit` and `row`: the smallest of them."""

    subject: str
    records: int
    simulated: bool
    deposit: bytes
    row: int


def holder_rows(found: Resolution, about: Mapping[str, About]) -> pa.Table:
    """All names in the order of HOLDERS; `about` by key."""
    members = np.bincount(found.group, minlength=len(found.named)).tolist()
    pieces = [HOLDERS.empty()]
    for begin in range(0, len(found.named), _CHUNK):
        places = range(begin, min(begin + _CHUNK, len(found.named)))
        pieces.append(pa.Table.from_pylist([*_rows(found, about, members, places)], schema=HOLDERS.schema))
    return pa.concat_tables(pieces).sort_by([(name, "ascending") for name in HOLDERS.order])


def _rows(found: Resolution, about: Mapping[str, About], members: Sequence[int], places: range) -> Iterator[Row]:
    for at in places:
        said, group = about[found.named[at].key], int(found.group[at])
        yield {
            "holder": _id(found.named[group].key), "subject": said.subject, "name": found.named[at].name,
            "beside": _beside(found.named[at]), "members": members[group],
            **_link(found, about, "linked", found.link(at)),
            **_link(found, about, "near", found.near(at)),
            "disputed": at in found.disputed, "left_out": [_left_out(each) for each in found.left_out.get(at, ())],
            "records": said.records, "simulated": said.simulated, "deposit": said.deposit, "row": said.row,
        }  # fmt: skip


def _beside(named: Named) -> str | None:
    said = [*([shown(named.born)] if named.born else []), *(value for _, value in named.identifiers)]
    return ", ".join(said) or None


def _link(found: Resolution, about: Mapping[str, About], side: str, link: Link | None) -> Row:
    names = _LINKED if side == "linked" else _NEAR
    if link is None:
        values: tuple[Any, ...] = (None, None, None, [], None)
    else:
        other, terms = found.named[link.other], [_term(term) for term in link.terms]
        values = about[other.key].subject, other.name, link.milli_log10, terms, link.why_apart
    return dict(zip(names, values, strict=False))


def _id(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)


def _term(term: Term) -> Row:
    return {"name": term.name, "milli_log10": term.milli_log10, "source": term.source, "values": _values(term.values)}


def _left_out(each: LeftOut) -> Row:
    return {"key": f"holder.left_out.{each.kind}", "values": _values({"names": each.names, "text": each.text})}


def _values(values: Mapping[str, int | str]) -> list[Row]:
    return [
        {"name": name, "number": None, "text": value}
        if isinstance(value, str)
        else {"name": name, "number": value, "text": None}
        for name, value in sorted(values.items())
    ]
