"""Holders as people read them: which names are likely one, what joined them, what speaks against, what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
from msgspec import Struct

from veedor.views.holders import plain
from veedor.words import say


class SaidTerm(Struct, frozen=True):
    """One thing that speaks for (above 0) or against that two names are one; `shown` is its weight in words."""

    label: str
    milli_log10: int
    shown: str


class NamesBeside(Struct, frozen=True):
    """A pair seen from one name: the other, the sum, what speaks for it and what against, what is not known; and, if
    they were not joined, why."""

    other: str
    milli_log10: int
    shown: str
    terms: tuple[SaidTerm, ...]
    unknown: tuple[str, ...]
    why: str


class MemberView(Struct, frozen=True):
    """A name with where it stands: account, birth date and numbers, first record. `joined` is None for the one that
    the others are told from, `near` the nearest name of another holder."""

    name: str
    where: str
    joined: NamesBeside | None
    near: NamesBeside | None
    disputed: bool
    left_out: tuple[str, ...]


class HolderView(Struct, frozen=True):
    """Names that are likely one person or firm, or a name alone."""

    id: str
    title: str
    members: tuple[MemberView, ...]
    simulated: bool


class Holding(Struct, frozen=True):
    """All holders of several names, those with most names first; names alone that something speaks for being another's;
    how many are left; and how often each budget cut the search."""

    several: tuple[HolderView, ...]
    near: tuple[HolderView, ...]
    alone: int
    names: int
    left_out: tuple[str, ...]


def holding(holders: pa.Table, places: Mapping[bytes, str], language: str) -> Holding:
    """Rows of HOLDERS in one language; `places` names the file of a deposit."""
    groups: dict[int, list[Mapping[str, Any]]] = {}
    budgets: Counter[str] = Counter()
    for batch in holders.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            groups.setdefault(row["holder"], []).append(row)
            budgets.update(each["key"] for each in row["left_out"])
    views = [_holder(rows, places, language) for rows in groups.values()]
    views.sort(key=lambda each: (-len(each.members), each.members[0].name, each.id))
    several = tuple(each for each in views if len(each.members) > 1)
    near = tuple(each for each in views if len(each.members) == 1 and each.members[0].near is not None)
    cut = tuple(say(f"{key}.count", language, {"n": count}) for key, count in sorted(budgets.items()))
    return Holding(several, near, len(views) - len(several) - len(near), holders.num_rows, cut)


def _holder(rows: Sequence[Mapping[str, Any]], places: Mapping[bytes, str], language: str) -> HolderView:
    first = _told_from(rows)
    ordered = [first, *(row for row in rows if row is not first)]
    members = tuple(_member(row, row is first and len(rows) > 1, places, language) for row in ordered)
    title = say(
        "holders.several" if len(rows) > 1 else "holders.one", language, {"n": len(rows), "name": first["name"]}
    )
    return HolderView(f"{first['holder'] % 2**64:016x}", title, members, any(row["simulated"] for row in rows))


def _told_from(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The name that most others are nearest to."""
    sought = Counter((row["linked_subject"], row["linked_name"]) for row in rows)
    return max(rows, key=lambda row: (sought[row["subject"], row["name"]], -rows.index(row)))


def _member(row: Mapping[str, Any], is_first: bool, places: Mapping[bytes, str], language: str) -> MemberView:
    kind, _, identity = row["subject"].partition(":")
    account = say("holders.account", language, {"account": identity}) if kind == "account" else ""
    # The header is line 1, and the first row is row 0.
    file = places.get(row["deposit"], row["deposit"].hex()[:12])
    place = say("holders.place", language, {"file": file, "row": row["row"], "records": row["records"]})
    linked = None if is_first else _beside(row, "linked_name", "link_milli_log10", "terms", language)
    return MemberView(
        row["name"], " · ".join(part for part in (account, row["beside"] or "", place) if part), linked,
        _beside(row, "near_name", "near_milli_log10", "near_terms", language), row["disputed"],
        tuple(say(each["key"], language, plain(each["values"])) for each in row["left_out"]),
    )  # fmt: skip


def _beside(row: Mapping[str, Any], name: str, score: str, terms: str, language: str) -> NamesBeside | None:
    if row[name] is None:
        return None
    said = [(each["milli_log10"], say(each["name"], language, plain(each["values"]))) for each in row[terms]]
    known = sorted(((worth, label) for worth, label in said if worth is not None), reverse=True)
    return NamesBeside(
        row[name], row[score], say("term.value", language, {"milli_log10": row[score]}),
        tuple(SaidTerm(label, worth, say("term.value", language, {"milli_log10": worth})) for worth, label in known),
        tuple(label for worth, label in said if worth is None),
        say(f"holders.why.{row['near_why']}", language) if name == "near_name" else "",
    )  # fmt: skip
