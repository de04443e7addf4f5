"""What is read of an element as columns, looked for only where elements of its form say anything.

Nearly all elements of a file have one form, the same paths at which something stands. Of hundreds of paths that could
be asked for, a form has some twenty; which these are is worked out once for each form.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

import pyarrow as pa

from veedor.formats.arrow import Array, pc
from veedor.formats.bank.bank_values import Row
from veedor.formats.bank.placeholders import NOT_PROVIDED, given
from veedor.formats.bank.xml_columns import Block
from veedor.formats.bank.xml_shape import Leaves

# A hostile file can make a new form with every element: what was worked out is forgotten then.
_MOST_FORMS = 1024
Paths = tuple[str, ...]
Worked = Callable[[Leaves], object]


class _Form(NamedTuple):
    """(column, first path there, further ones); (column, what stands between, single texts, lists); (column, how)."""

    first: tuple[tuple[str, str, Paths], ...]
    joined: tuple[tuple[str, str, Paths, Paths], ...]
    worked: tuple[tuple[str, Worked], ...]


def _those(paths: Paths, said: Collection[str]) -> Paths:
    return tuple(path for path in paths if path in said)


class Reading:
    """Columns of one kind of element. `first`: the first text at any of the paths; `joined`: all texts at the paths,
    with what stands between; `worked`: what a function gives, asked where something stands at any of the paths."""

    def __init__(
        self,
        first: Mapping[str, Paths],
        joined: Mapping[str, tuple[str, Paths]] | None = None,
        worked: Mapping[str, tuple[Paths, Worked]] | None = None,
    ) -> None:
        self._first, self._joined, self._worked = dict(first), dict(joined or {}), dict(worked or {})
        self._forms: dict[tuple[str, ...], _Form] = {}

    def __or__(self, other: Reading) -> Reading:
        """The columns of both."""
        return Reading(
            self._first | other._first, self._joined | other._joined, self._worked | other._worked
        )  # fmt: skip

    def without(self, column: str) -> Reading:
        """The columns but for one of `first`."""
        return Reading({name: at for name, at in self._first.items() if name != column}, self._joined, self._worked)

    def of(self, leaves: Leaves) -> Row:
        """The columns that an element says something for."""
        texts, lists = leaves.texts, leaves.lists
        key = (*texts, "", *lists) if lists else (*texts,)
        form = self._forms.get(key) or self._learned(key, texts, lists)
        row: Row = {name: texts[path].strip() for name, path, _ in form.first}
        if "" in row.values() or NOT_PROVIDED in row.values():
            row = {name: text for name, path, others in form.first if (text := leaves.first(path, *others))}
        for name, between, alone, several in form.joined:
            kept = [text for path in alone if (text := given(texts[path]))] + leaves.all(*several)
            if kept:
                row[name] = between.join(kept)
        for name, work in form.worked:
            if value := work(leaves):
                row[name] = value
        return row

    def columns(self, block: Block) -> dict[str, Array]:
        """The same for many elements of one form: null where one says nothing."""
        texts, lists = block.texts, block.lists
        key = (*texts, "", *lists) if lists else (*texts,)
        form = self._forms.get(key) or self._learned(key, texts, lists)
        found = {name: block.first(path, *others) for name, path, others in form.first}
        for name, between, alone, several in form.joined:
            said = [block.text(path) for path in alone] + [text for path in several for text in block.several(path)]
            # Arrow gives no rows where all texts to join are null.
            said = [text for text in said if text.null_count < len(text)] or said[:1]
            joined = pc.binary_join_element_wise(*said, between, null_handling="skip") if len(said) > 1 else said[0]
            found[name] = pc.if_else(pc.equal(joined, ""), None, joined)
        if form.worked:
            each = list(block.leaves())
            for name, work in form.worked:
                found[name] = pa.array([work(leaves) or None for leaves in each])
        return found

    def _learned(self, key: tuple[str, ...], texts: Collection[str], lists: Collection[str]) -> _Form:
        there = {name: _those(paths, texts) for name, paths in self._first.items()}
        joined = (
            (name, between, _those(paths, texts), _those(paths, lists))
            for name, (between, paths) in self._joined.items()
        )
        form = _Form(
            tuple((name, paths[0], paths[1:]) for name, paths in there.items() if paths),
            tuple(each for each in joined if each[2] or each[3]),
            tuple(
                (name, work)
                for name, (paths, work) in self._worked.items()
                if any(path in texts or path in lists for path in paths)
            ),
        )
        if len(self._forms) >= _MOST_FORMS:
            self._forms.clear()
        self._forms[key] = form
        return form
