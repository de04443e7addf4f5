"""Who declared cash: people by the number of their document, else by name, and how a bank's customer is known as one.

A name that people of different numbers bear is nobody's: cash is then tied to a declaration by number alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from veedor.money import columns
from veedor.money.shells import details

Row = dict[str, Any]


def rows(declarations: pa.Table) -> list[Row]:
    """Declarations as rows in order of time, times in microseconds."""
    times = columns.integers(declarations["time"]).tolist()
    made = [row | {"time": time} for row, time in zip(declarations.drop(["time"]).to_pylist(), times, strict=True)]
    return sorted(made, key=lambda row: (row["time"], row["deposit"], row["row"]))


@dataclass(frozen=True)
class Declarers:
    """`by_name`: keys of all who declared under a name; a key is `number:` and number, or `name:` and name."""

    keys: frozenset[str]
    by_name: dict[str, frozenset[str]]

    @classmethod
    def of(cls, declarations: Iterable[Row]) -> Declarers:
        """Everybody who declared something under a number or under a name of two words or more."""
        numbers: dict[str, set[str]] = {}
        unnumbered = set()
        for row in declarations:
            said = details.identities(row["person"], row["identifier"])
            named = next((each for each in said if each.startswith("name:")), None)
            if said and said[0].startswith("number:"):
                numbers.setdefault(named or said[0], set()).add(said[0])
            elif named is not None:
                unnumbered.add(named)
        by_name = {named: frozenset(keys) for named, keys in numbers.items() if named.startswith("name:")}
        by_name |= {named: frozenset({named}) for named in unnumbered - by_name.keys()}
        keys = frozenset().union(*numbers.values(), *by_name.values())
        return cls(keys, by_name)

    def key(self, name: str | None, number: str | None) -> str | None:
        """Who this is, or None: nobody who declared, or one of several of one name. A number that nobody declared
        under speaks against a namesake, unless who declared gave none."""
        said = details.identities(name, number)
        if said and said[0] in self.keys and said[0].startswith("number:"):
            return said[0]
        found = self.by_name.get(said[-1], frozenset()) if said else frozenset()
        if len(found) != 1:
            return None
        (only,) = found
        return None if said[0].startswith("number:") and only.startswith("number:") else only
