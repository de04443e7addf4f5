"""Names prepared for comparison, in arrays: of a million names the arrays stay, never a million objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from veedor.money.holders.named import Named
from veedor.registers.names import PreparedName, prepare, rarity
from veedor.registers.names.table import NameTable, name_table

# Names that are prepared as objects at a time.
_CHUNK = 10_000


@dataclass(frozen=True)
class Prepared:
    """Names in the order of their keys; `table` holds them in the same order. `common`: words that many of them hold,
    with the part of their mass that they keep."""

    named: tuple[Named, ...]
    common: Mapping[str, int]
    table: NameTable

    def __len__(self) -> int:
        return len(self.named)

    def name(self, at: int) -> PreparedName:
        """One name as an object, made anew."""
        return prepare(self.named[at].name, self.common)


def prepared(named: Sequence[Named]) -> Prepared:
    """Prepares all names, twice: how common words are must be known before they are weighed."""
    common = rarity(_distinct(named))
    tables = [
        name_table([prepare(each.name, common) for each in named[at : at + _CHUNK]])
        for at in range(0, max(len(named), 1), _CHUNK)
    ]
    return Prepared(tuple(named), common, _one_after_the_other(tables))


def _distinct(named: Sequence[Named]) -> Iterator[PreparedName]:
    """Each set of words once: a firm at a hundred accounts does not make its own name common."""
    known: set[str] = set()
    for each in named:
        made = prepare(each.name)
        if made.whole not in known:
            known.add(made.whole)
            yield made


def _one_after_the_other(tables: Sequence[NameTable]) -> NameTable:
    made = {}
    for name in NameTable._fields:
        parts = [getattr(table, name) for table in tables]
        if name.startswith("first_"):
            ends = np.cumsum([0, *(int(part[-1]) for part in parts)], dtype=np.int64)
            moved = [part[:-1] + end for part, end in zip(parts, ends, strict=False)]
            parts = [*moved, ends[-1:]]
        made[name] = np.concatenate(parts).astype(np.int32)
    return NameTable(**made)
