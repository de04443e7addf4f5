"""A stream piece by piece, with what the last piece left over, and blocks of its whole lines.

The one place where readers of messages and lines meet the end of a file: its real end, or packing that breaks off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from veedor.errors import InputError
from veedor.formats.arrow import Whole
from veedor.formats.checks import Checks
from veedor.formats.source import Truncated

WINDOW_BYTES = 1 << 20
LINE_BYTES = 1 << 16
_INK = np.ones(256, np.bool_)
_INK[[9, 10, 11, 12, 13, 32]] = False


@dataclass
class Window:
    """Bytes of a file from byte `at` on. Whoever reads it sets `used`; the rest comes again with the next window.
    The last window of a file has `final`, and `cut` where the file's packing breaks off there: then nobody knows
    whether its last record is whole."""

    data: bytes
    at: int
    final: bool
    cut: str = ""
    used: int = 0


@dataclass(frozen=True)
class Lines:
    """Lines that are not blank, without their line ends: `starts` and `ends` in `data`, whose first byte is the
    file's byte `at`. Where the file breaks off, `cut` says why; the last line is what is left, and may be empty."""

    data: bytes
    at: int
    starts: Whole
    ends: Whole
    cut: str = ""

    @property
    def whole(self) -> int:
        """How many of the lines are whole."""
        return len(self.starts) - bool(self.cut)

    def raw(self, row: int) -> bytes:
        return self.data[int(self.starts[row]) : int(self.ends[row])]

    def fail_cut(self, checks: Checks, expected: str) -> None:
        """What is left of a line where the file breaks off fails, whatever it looks like."""
        for row in range(self.whole, len(self.starts)):
            checks.fail_row(row, "reject.truncated", "end of file", expected, self.cut)


def windows(stream: BinaryIO, name: str, what: str, most: int = LINE_BYTES) -> Iterator[Window]:
    """Windows in order of the file, at least one. InputError where `most` bytes and more stay unused: they hold no end
    of a record of the kind that `what` names."""
    at, rest, final, cut = 0, b"", False, ""
    while not final:
        try:
            more = stream.read(WINDOW_BYTES)
        except Truncated as error:
            more, cut = b"", error.found or "cut off"
        final = not more
        window = Window(rest + more, at, final, cut)
        yield window
        at += window.used
        rest = window.data[window.used :]
        if not final and len(rest) > most:
            raise InputError(
                "no end of a record found", file=name, place=f"byte {at}",
                expected=f"{what} of at most {most} bytes", found=f"{len(rest)} bytes without an end",
                next_step="this is not a file of that format, or it is damaged: ask for it again",
            )  # fmt: skip


def line_blocks(stream: BinaryIO, name: str, what: str, most: int = LINE_BYTES) -> Iterator[Lines]:
    """The lines of a file, block by block; blocks without lines are left out."""
    for window in windows(stream, name, what, most):
        window.used = len(window.data) if window.final else window.data.rfind(b"\n") + 1
        found = _lines(window.data[: window.used], window.at, window.cut)
        if len(found.starts):
            yield found


def _lines(data: bytes, at: int, cut: str) -> Lines:
    view = np.frombuffer(data, np.uint8)
    breaks = np.flatnonzero(view == 10)
    starts = np.concatenate([[0], breaks + 1]).astype(np.int64)
    ends = np.append(breaks, len(view)).astype(np.int64)
    if len(view):
        ends = ends - ((ends > starts) & (view[np.maximum(ends - 1, 0)] == 13))
    seen = np.append(0, np.cumsum(_INK[view]))
    kept = seen[ends] > seen[starts]
    # A packed file may break off exactly behind a line: then the last one has no bytes, but it is told.
    kept[-1] |= bool(cut)
    return Lines(data, at, starts[kept], ends[kept], cut)
