"""Mode S frames as lines of hexadecimal digits, with or without a time stamp.

| line | from | time |
|---|---|---|
| `*8D40…;` | AVR | none |
| `@0000157F…8D40…;` | AVR | 48 bits (see clock.py) |
| `<0000157F…C48D40…;` | readsb | 48 bits, and the signal, which is relative and not stored |
| `1457996400.25,"8D40…",…` | CSV: seconds since 1970, the frame, columns that are passed over | UTC |

A first line of names is framing, as are blank lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

import numpy as np

from veedor.formats.arrow import Whole
from veedor.formats.checks import Checks
from veedor.formats.receivers.mode_s.checksum import Bytes
from veedor.formats.receivers.mode_s.clock import Clock
from veedor.formats.receivers.mode_s.codes import NONE
from veedor.formats.receivers.mode_s.frames import Frames
from veedor.formats.receivers.mode_s.reader import FrameReader
from veedor.formats.windows import Lines, line_blocks
from veedor.kernel import kernel

_FIRST = re.compile(
    rb"(?:[*@<][0-9A-Fa-f]{14,44};|\d{9,10}(?:\.\d*)?,\"?(?:[0-9A-Fa-f]{28}|[0-9A-Fa-f]{14})\"?(?:,[^\n]*)?)\r?(?:\n|$)"
)
_NAMES = re.compile(rb"\"?[A-Za-z_][^\n]*,[^\n]*\n")
# What is wrong with a line.
_GOOD, _NO_FRAME, _NO_TIME, _EARLY = 0, 1, 2, 3
_STAMPED, _UTC, _BARE = 1, 2, 0
_LATEST_US = 9_000_000_000_000_000


def recognised(head: bytes) -> bool:
    """One of the first lines is a frame: a broken first one does not hide the format."""
    lines = head.split(b"\n")[:20]
    return any(_FIRST.fullmatch(line.strip()) for line in lines)


def frames(stream: BinaryIO, name: str, date_us: int | None) -> Iterator[Frames]:
    """The lines of a file, block by block."""
    clock = Clock(name, date_us)
    for lines in line_blocks(stream, name, "lines of frames"):
        names = _NAMES.match(lines.data) if lines.at == 0 else None
        if names is not None:
            behind = lines.starts >= names.end()
            lines = replace(lines, starts=lines.starts[behind], ends=lines.ends[behind])
        if len(lines.starts):
            yield _block(lines, clock)


def _block(lines: Lines, clock: Clock) -> Frames:
    starts, ends, raw = lines.starts, lines.ends, lines.raw
    view, count, whole = np.frombuffer(lines.data, np.uint8), len(starts), lines.whole
    content, sizes = np.zeros((count, 14), np.uint8), np.full(count, 14, np.int64)
    stamps, kinds, wrong = np.full(count, NONE, np.int64), np.zeros(count, np.int64), np.zeros(count, np.int64)
    _parse(view, starts[:whole], ends[:whole], content, sizes, stamps, kinds, wrong)
    checks = Checks(count)
    lines.fail_cut(checks, "a complete line")
    shown = [raw(row)[:200].decode("latin-1") if wrong[row] else "" for row in range(count)] if wrong.any() else ""
    checks.fail(wrong == _NO_FRAME, "reject.frame", "line", "14 or 28 hexadecimal digits and no more", shown)
    checks.fail(wrong == _NO_TIME, "reject.time", "first column", "seconds since 1970", shown)
    checks.fail(wrong == _EARLY, "reject.time_early", "first column", "a time from 1970 on", shown)
    times, source = stamps, "record"
    if not (kinds == _UTC).any():
        times, source = clock.times(stamps)
    elif (kinds != _UTC).any():
        # Lines of two kinds in one file: only those that carry their own time have one.
        times = np.where(kinds == _UTC, stamps, NONE)
    return Frames(
        content, sizes, times, source, starts + lines.at, ends - starts, checks,
        lambda rows: [_written(raw(row), int(kinds[row])) for row in rows.tolist()], raw,
    )  # fmt: skip


def _written(line: bytes, kind: int) -> str | None:
    """The time as the line has it."""
    if kind == _UTC:
        return line.split(b",", 1)[0].decode("latin-1")
    return line[1:13].decode("latin-1") if kind == _STAMPED else None


def _example() -> list[tuple[object, ...]]:
    text = b'*8D406B902015A678D4D220AA4BDA;\n@00001 \n1457996400.1234567,"8D406B909945DE10000405999BE4","4",1\nx'
    text += b"\n<00000000000FC45D406B90999999;\n1,8D\n1457996400,8D406B909945DE"
    view = np.frombuffer(text, np.uint8)
    breaks = np.flatnonzero(view == 10)
    starts, ends = np.append(0, breaks + 1), np.append(breaks, len(view))
    rows = len(starts)
    return [
        (view, starts, ends, np.zeros((rows, 14), np.uint8), np.zeros(rows, np.int64), np.full(rows, NONE, np.int64),
         np.zeros(rows, np.int64), np.zeros(rows, np.int64)),
    ]  # fmt: skip


@kernel(examples=_example)
def _parse(
    view: Bytes, starts: Whole, ends: Whole, content: Bytes, sizes: Whole, stamps: Whole, kinds: Whole, wrong: Whole
) -> int:
    """Fills frames, sizes, stamps (48 bits, or microseconds for _UTC) and what is wrong; the number of good lines."""
    good = 0
    for row in range(len(starts)):
        at, end = starts[row], ends[row]
        mark = view[at]
        if mark == 0x2A or mark == 0x40 or mark == 0x3C:  # * @ <
            at += 1
            if mark != 0x2A:
                kinds[row] = _STAMPED
                stamp, digits = 0, 0
                while digits < 12 and at < end and _digit(view[at]) >= 0:
                    stamp = stamp * 16 + _digit(view[at])
                    digits += 1
                    at += 1
                stamps[row] = stamp
                wrong[row] = _GOOD if digits == 12 else _NO_FRAME
                at += 2 if mark == 0x3C else 0
            size, at = _frame(view, at, end, content, row)
            whole = at + 1 == end and view[end - 1] == 0x3B  # ;
            if size == 0 or not whole:
                wrong[row] = _NO_FRAME
        else:
            kinds[row] = _UTC
            micros, scale, whole_digits = 0, 1_000_000, 0
            while at < end and 0x30 <= view[at] <= 0x39 and whole_digits < 12:
                micros = micros * 10 + (int(view[at]) - 0x30)
                whole_digits += 1
                at += 1
            micros *= 1_000_000
            if at < end and view[at] == 0x2E and whole_digits > 0:
                at += 1
                while at < end and 0x30 <= view[at] <= 0x39:
                    scale //= 10
                    micros += (int(view[at]) - 0x30) * scale
                    at += 1
            if whole_digits == 0 or at >= end or view[at] != 0x2C or micros > _LATEST_US:
                wrong[row] = _EARLY if mark == 0x2D else _NO_TIME
                continue
            stamps[row] = micros
            at += 1
            quoted = at < end and view[at] == 0x22
            at += 1 if quoted else 0
            size, at = _frame(view, at, end, content, row)
            if quoted:
                whole = at < end and view[at] == 0x22
                at += 1
            else:
                whole = True
            if size == 0 or not whole or (at < end and view[at] != 0x2C):
                wrong[row] = _NO_FRAME
        sizes[row] = size if size else 14
        if wrong[row] == _GOOD:
            good += 1
        else:
            stamps[row] = NONE
    return good


@kernel(
    examples=lambda: [
        (np.frombuffer(b"8D406B902015A678D4D220AA4BDA", np.uint8), 0, 28, np.zeros((1, 14), np.uint8), 0),
        (np.frombuffer(b"8D406B902015A6,", np.uint8), 0, 15, np.zeros((1, 14), np.uint8), 0),
        (np.frombuffer(b"8D406", np.uint8), 0, 5, np.zeros((1, 14), np.uint8), 0),
    ]
)
def _frame(view: Bytes, at: int, end: int, content: Bytes, row: int) -> tuple[int, int]:
    """(bytes of the frame or 0, where its digits end)."""
    digits = 0
    while at < end and digits <= 28:
        value = _digit(view[at])
        if value < 0:
            break
        if digits < 28:
            half = digits // 2
            content[row, half] = value << 4 if digits % 2 == 0 else content[row, half] | value
        digits += 1
        at += 1
    if digits != 14 and digits != 28:
        return 0, at
    return digits // 2, at


@kernel(inline=True, examples=lambda: [(0x30,), (0x39,), (0x41,), (0x66,), (0x67,), (0x2F,), (0xFF,)])
def _digit(letter: int) -> int:
    if 0x30 <= letter <= 0x39:
        return letter - 0x30
    if 0x41 <= letter <= 0x46:
        return letter - 0x37
    if 0x61 <= letter <= 0x66:
        return letter - 0x57
    return -1


READER = FrameReader("mode_s_lines", "mode-s", recognised, frames, reads_date=True)
