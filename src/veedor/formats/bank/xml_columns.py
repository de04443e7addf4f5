"""Many elements of one form as columns: what each says at a path is one text of an Arrow column, no Python object.

Elements of one form say something at the same paths in the same order; most of a file has few forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.formats.arrow import Array, Mask, Whole, pc
from veedor.formats.bank.bank_values import account_id
from veedor.formats.bank.placeholders import BYTES
from veedor.formats.bank.xml_shape import Leaves
from veedor.formats.currency import CODES
from veedor.kernel.xml_texts import gather, read_amounts, trim

# Fewer elements of one form cost more as columns than one by one.
LEAST = 24
Value = TypeVar("Value")
Places = npt.NDArray[np.int32]


class Form:
    """Which of the rows told of an element is its text at which path."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, int]] = []
        self.lists: list[tuple[str, int]] = []
        self.inner: list[tuple[str, Form]] = []
        self.seen: set[str] = set()

    def rows(self) -> int:
        """How many rows, from an element's first one on, it and what is inside it need."""
        own = max([1 + row for _, row in (*self.texts, *self.lists)], default=0)
        return max([own, *(form.rows() for _, form in self.inner)])

    def leaves(self, data: bytes, plain: str | None, begins: list[int], ends: list[int], first: int) -> Leaves:
        """What one element of this form says, whose rows begin with row `first`."""
        if plain is not None:
            found = Leaves({path: plain[begins[first + row] : ends[first + row]] for path, row in self.texts})
        else:
            found = Leaves({path: data[begins[first + row] : ends[first + row]].decode() for path, row in self.texts})
        for path, row in self.lists:
            found.lists.setdefault(path, []).append(data[begins[first + row] : ends[first + row]].decode())
        for path, form in self.inner:
            found.inner.setdefault(path, []).append(form.leaves(data, plain, begins, ends, first))
        return found


@dataclass(frozen=True)
class Block:
    """Elements `which` of a run, all of one form, whose rows in `begins` and `ends` begin with `firsts`."""

    which: Whole
    form: Form
    data: bytes
    begins: Places
    ends: Places
    firsts: Whole
    texts: Mapping[str, int] = field(init=False)
    lists: Mapping[str, Sequence[int]] = field(init=False)

    def __post_init__(self) -> None:
        lists: dict[str, list[int]] = {}
        for path, row in self.form.lists:
            lists.setdefault(path, []).append(row)
        object.__setattr__(self, "texts", dict(self.form.texts))
        object.__setattr__(self, "lists", lists)

    def __len__(self) -> int:
        return len(self.which)

    def only(self, mask: Mask) -> Block:
        """Some of its elements."""
        return Block(self.which[mask], self.form, self.data, self.begins, self.ends, self.firsts[mask])

    @property
    def repeated(self) -> frozenset[str]:
        """The paths at which elements stand that are kept one by one."""
        return frozenset(path for path, _ in self.form.inner)

    def inner(self, path: str) -> list[Block]:
        """The elements at a path that may stand several times, in order."""
        return [
            Block(self.which, form, self.data, self.begins, self.ends, self.firsts)
            for at, form in self.form.inner
            if at == path
        ]

    def leaves(self) -> Iterator[Leaves]:
        """What each says, one by one."""
        data, size = self.data, self.form.rows()
        for first in self.firsts.tolist():
            begins, ends = self.begins[first : first + size].tolist(), self.ends[first : first + size].tolist()
            yield self.form.leaves(data, None, begins, ends, 0)

    def text(self, path: str) -> Array:
        """What stands at a path, without blanks around; null where nothing is said."""
        return self._said(self.texts[path])

    def several(self, path: str) -> list[Array]:
        """What stands at a path of which all texts are kept: a column for each."""
        return [self._said(row) for row in self.lists[path]]

    def first(self, *paths: str) -> Array:
        """The first text at any of the paths; null where there is none."""
        found = [self.text(path) for path in paths if path in self.texts]
        if not found:
            return pa.nulls(len(self), pa.string())
        return found[0] if not found[0].null_count else pc.coalesce(*found)

    def amount(self, path: str) -> tuple[Whole, Whole, Array, Mask]:
        """(units, decimals as written, currency, which surely are amounts) of what stands at a path."""
        begins, ends = self._trimmed(self.texts[path])
        size = len(self)
        units, places, good = np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.bool_)
        read_amounts(np.frombuffer(self.data, np.uint8), begins, ends, units, places, good)
        row = self.texts.get(f"{path}@Ccy")
        if row is None:
            return units, places, pa.nulls(size, pa.string()), np.zeros(size, np.bool_)
        code = self._column(self.begins[self.firsts + row], self.ends[self.firsts + row])
        known = by_word(code, lambda word: word in CODES, pa.bool_())
        return units, places, code, good & truths(known)

    def _said(self, row: int) -> Array:
        begins, ends = self._trimmed(row)
        for at in np.flatnonzero(ends - begins == len(BYTES)).tolist():
            if self.data[begins[at] : ends[at]] == BYTES:
                ends[at] = begins[at]
        return self._column(begins, ends)

    def _trimmed(self, row: int) -> tuple[Places, Places]:
        begins, ends = self.begins[self.firsts + row], self.ends[self.firsts + row]
        odd = np.zeros(len(self), np.bool_)
        trim(np.frombuffer(self.data, np.uint8), begins, ends, odd)
        for at in np.flatnonzero(odd).tolist():
            text = self.data[begins[at] : ends[at]].decode()
            left = text.lstrip()
            begins[at] += len(text[: len(text) - len(left)].encode())
            ends[at] = begins[at] + len(left.rstrip().encode())
        return begins, ends

    def _column(self, begins: Places, ends: Places) -> Array:
        size = len(begins)
        offsets = np.zeros(size + 1, np.int32)
        np.cumsum(ends - begins, out=offsets[1:])
        out = np.empty(int(offsets[-1]), np.uint8)
        gather(np.frombuffer(self.data, np.uint8), begins, offsets, out)
        there = ends > begins
        mask: Any = None if there.all() else np.packbits(there, bitorder="little")
        buffers: list[Any] = [mask, offsets, out]
        return pa.Array.from_buffers(
            pa.string(), size, [None if each is None else pa.py_buffer(each) for each in buffers]
        )


def by_word(column: Array, work: Callable[[str], Value | None], kind: pa.DataType) -> Array:
    """What `work` gives for each text, asked once for each that differs; null stays null."""
    words = pc.dictionary_encode(column)
    found: Array = pa.array([work(word) for word in words.dictionary.to_pylist()], kind)
    return found.take(words.indices)


def truths(column: Array) -> Mask:
    """A column of truths; what is null is not true."""
    found: Mask = pc.fill_null(column, False).to_numpy(zero_copy_only=False)
    return found


def over(columns: dict[str, Array], said: Mapping[str, Array]) -> None:
    """Puts what is said into `columns`, over what stands there; where nothing is said that stays."""
    for name, column in said.items():
        columns[name] = pc.coalesce(column, columns[name]) if name in columns and column.null_count else column


def accounts(iban: Array | None, number: Array | None, bank: Array | None, size: int) -> Array:
    """Accounts in their canonical form, as `bank_values.account_id` gives it."""
    if iban is not None and not iban.null_count and pc.all(pc.string_is_ascii(iban)).as_py():
        return pc.ascii_upper(pc.replace_substring(iban, " ", ""))
    columns = [[None] * size if column is None else column.to_pylist() for column in (iban, number, bank)]
    found = [account_id(*each) for each in zip(*columns, strict=True)]
    return pa.array([None if account is None else account[0] for account in found], pa.string())
