"""What is wrong with which row of a batch: the first thing found counts, the row becomes one reject."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from veedor.formats.arrow import Array, Mask, Whole
from veedor.formats.reader import FOUND_SHOWN_CHARACTERS, RAW_KEPT_BYTES, Reject


class Checks:
    """Collects failures of `rows` rows; `bad` says which have failed so far."""

    def __init__(self, rows: int) -> None:
        self.bad: Mask = np.zeros(rows, np.bool_)
        self._said: dict[int, tuple[str, str, str, str]] = {}

    def fail(self, where: Mask, reason: str, place: str, expected: str, found: Array | Sequence[object] | str) -> None:
        """Rows of `where` fail for `reason` (a message key) unless they failed before."""
        for row in np.flatnonzero(where & ~self.bad).tolist():
            value = found if isinstance(found, str) else found[row]
            shown = value.as_py() if hasattr(value, "as_py") else value
            self.fail_row(row, reason, place, expected, "nothing" if shown is None else str(shown))

    def fail_row(self, row: int, reason: str, place: str, expected: str, found: str) -> None:
        """One row fails, unless it failed before."""
        if not self.bad[row]:
            self._said[row] = (reason, place, expected, found[:FOUND_SHOWN_CHARACTERS])
            self.bad[row] = True

    def take(self, other: Checks, where: Mask) -> None:
        """The failures of another collection, for rows of `where` only."""
        for row, said in other._said.items():
            if where[row] and not self.bad[row]:
                self._said[row] = said
                self.bad[row] = True

    @classmethod
    def joined(cls, parts: Sequence[Checks]) -> Checks:
        """The failures of rows that follow each other."""
        whole = cls(sum(len(part.bad) for part in parts))
        start = 0
        for part in parts:
            whole.bad[start : start + len(part.bad)] = part.bad
            whole._said.update({start + row: said for row, said in part._said.items()})
            start += len(part.bad)
        return whole

    def part(self, start: int, size: int) -> Checks:
        """The failures of some rows that follow each other."""
        some = Checks(size)
        some.bad = self.bad[start : start + size]
        some._said = {row - start: said for row, said in self._said.items() if start <= row < start + size}
        return some

    def chosen(self, rows: Whole) -> Checks:
        """The failures of some rows, ascending."""
        some = Checks(len(rows))
        some.bad = self.bad[rows]
        some._said = {new: self._said[old] for new, old in enumerate(rows.tolist()) if old in self._said}
        return some

    def rejects(
        self, table: str | Sequence[str], ordinals: Whole, offsets: Whole, lengths: Whole, raw: Callable[[int], bytes]
    ) -> tuple[Reject, ...]:
        """Rejects in order of rows; arrays are by row, `raw(row)` gives its bytes."""
        return tuple(
            Reject(
                table if isinstance(table, str) else table[row],
                int(ordinals[row]),
                int(offsets[row]),
                int(lengths[row]),
                reason,
                place,
                expected,
                found,
                raw(row)[:RAW_KEPT_BYTES],
            )
            for row, (reason, place, expected, found) in sorted(self._said.items())
        )
