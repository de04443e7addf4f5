"""Beast: frames in binary with 48-bit time stamps, as Mode-S Beast, Radarcape, dump1090 and readsb write them.

    1A type  stamp (6 bytes)  signal (1)  frame          every 1A inside doubled

| type | frame |
|---|---|
| `1` | 2 bytes of Mode A or C: no address, no use |
| `2`, `3` | 7 or 14 bytes of Mode S |
| `4` | 14 bytes of the receiver's own state |
| E3 | 8 bytes of the receiver's id, no stamp and no signal |

What lies between frames, and a frame that the next one interrupts, are rejects; the reader goes on at the next `1A`
with a type. The signal is relative to the receiver's full scale, not to a milliwatt: it is not stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from veedor.formats.arrow import Mask, Whole
from veedor.formats.checks import Checks
from veedor.formats.receivers.mode_s.checksum import Bytes
from veedor.formats.receivers.mode_s.clock import Clock
from veedor.formats.receivers.mode_s.codes import NONE
from veedor.formats.receivers.mode_s.frames import Frames
from veedor.formats.receivers.mode_s.reader import FrameReader
from veedor.formats.windows import Window, windows
from veedor.kernel import kernel

_ESCAPE, _ID = 0x1A, 0xE3
_BEGINNING = re.compile(rb"\x1a[1-4\xe3]")
_BODY = 21  # stamp, signal, longest frame
# How a record ended.
_WHOLE, _BETWEEN, _BROKEN, _CUT = 0, 1, 2, 3
_SIZES: Whole = np.array([9, 14, 21, 21], np.int64)  # stamp, signal and frame of types 1 to 4


def recognised(head: bytes) -> bool:
    """Two frames behind each other, somewhere near the start: one pair of bytes proves nothing."""
    if _BEGINNING.search(head, 0, 256) is None:
        return False
    data = np.frombuffer(head, np.uint8)
    starts, ends, kinds, ended, _, _ = _walked(data, final=False)
    whole = (ended == _WHOLE) & (kinds <= 4)
    behind = whole[1:] & whole[:-1] & (starts[1:] == ends[:-1])
    alone = len(whole) == 1 and bool(whole[0]) and int(ends[0]) == len(head)
    return bool(behind.any() and whole.mean() > 0.5) or alone


def frames(stream: BinaryIO, name: str, date_us: int | None) -> Iterator[Frames]:
    """The records of a file, block by block; receiver ids are framing between them."""
    clock = Clock(name, date_us)
    for window in windows(stream, name, "frames"):
        view = np.frombuffer(window.data, np.uint8)
        starts, ends, kinds, how, bodies, used = _walked(view, final=window.final)
        window.used = used
        if window.cut and not (len(how) and how[-1] == _CUT):
            # A packed file may break off exactly behind a frame: then the last one has no bytes, but it is told.
            starts, ends = np.append(starts, used), np.append(ends, used)
            kinds, how = np.append(kinds, 0), np.append(how, _CUT)
            bodies = np.concatenate([bodies, np.zeros((1, _BODY), np.uint8)])
        keep = (kinds != _ID) | (how != _WHOLE)
        if keep.any():
            yield _block(window, starts[keep], ends[keep], kinds[keep], how[keep], bodies[keep], clock)


def _block(window: Window, starts: Whole, ends: Whole, kinds: Whole, how: Whole, bodies: Bytes, clock: Clock) -> Frames:
    checks = Checks(len(starts))
    checks.fail(how == _BETWEEN, "reject.frame", "between frames", "1A and a type", "other bytes")
    checks.fail(how == _BROKEN, "reject.frame", "frame", "all bytes of the frame", "the next frame inside it")
    checks.fail(how == _CUT, "reject.truncated", "end of file", "a complete frame", window.cut or "end of file")
    stamps = np.zeros(len(starts), np.int64)
    for place in range(6):
        stamps = stamps << 8 | bodies[:, place]
    written = stamps.copy()
    stamps[how != _WHOLE] = NONE
    times, source = clock.times(stamps)
    sizes = np.where(kinds == 2, 7, 14)
    content = bodies[:, 7:].copy()
    # Mode A and C and the receiver's state are told by a frame that decodes as nothing.
    content[_not_mode_s(kinds)] = 0x18
    sizes[_not_mode_s(kinds)] = 7
    return Frames(
        content, sizes, times, source, starts + window.at, ends - starts, checks,
        lambda rows: [f"{stamp:012x}" for stamp in written[rows].tolist()],
        lambda row: window.data[int(starts[row]) : int(ends[row])],
    )  # fmt: skip


def _not_mode_s(kinds: Whole) -> Mask:
    found: Mask = (kinds != 2) & (kinds != 3)
    return found


def _walked(data: Bytes, *, final: bool) -> tuple[Whole, Whole, Whole, Whole, Bytes, int]:
    """(starts, ends, types, how each ended, bodies, bytes used) of the records in `data`."""
    most = len(data) // 2 + 2
    starts, ends, kinds, how = (np.zeros(most, np.int64) for _ in range(4))
    bodies = np.zeros((len(data) // 8 + 2, _BODY), np.uint8)
    count, used = _walk(data, final, _SIZES, starts, ends, kinds, how, bodies)
    whole = np.zeros((count, _BODY), np.uint8)
    good = how[:count] == _WHOLE
    whole[good] = bodies[: int(good.sum())]
    return starts[:count], ends[:count], kinds[:count], how[:count], whole, used


def _example() -> list[tuple[object, ...]]:
    first = bytes.fromhex("1a320000 15be1a1a 0c0f 02e18ca8f1d2ed".replace(" ", ""))
    data = b"xx" + first + bytes.fromhex("1ae30102030405060708") + first[:9] + first + b"\x1a\x31" + bytes(9) + b"\x1a"
    made = np.frombuffer(data, np.uint8)
    empty = [np.zeros(len(data), np.int64) for _ in range(4)]
    bodies = np.zeros((len(data), _BODY), np.uint8)
    return [(made, final, _SIZES, *empty, bodies) for final in (False, True)]


@kernel(examples=_example)
def _walk(
    data: Bytes, final: bool, sizes: Whole, starts: Whole, ends: Whole, kinds: Whole, how: Whole, bodies: Bytes
) -> tuple[int, int]:
    """Fills a row for every record, a body for every whole one; (records, bytes used)."""
    size, at, count, whole = len(data), 0, 0, 0
    while at < size:
        start = at
        if data[at] != _ESCAPE or (at + 1 < size and not _begins(data[at + 1])):
            at += 1
            while at < size and not (data[at] == _ESCAPE and (at + 1 >= size or _begins(data[at + 1]))):
                at += 1
            starts[count], ends[count], kinds[count], how[count] = start, at, 0, _BETWEEN
            count += 1
            continue
        if at + 1 >= size:
            if not final:
                return count, start
            starts[count], ends[count], kinds[count], how[count] = start, size, 0, _CUT
            return count + 1, size
        kind = int(data[at + 1])
        wanted = 8 if kind == _ID else sizes[kind - 0x31]
        at += 2
        have, broken = 0, False
        while have < wanted and at < size:
            if data[at] == _ESCAPE:
                if at + 1 >= size:
                    break
                if data[at + 1] != _ESCAPE:
                    broken = True
                    break
                at += 1
            bodies[whole, have] = data[at]
            have += 1
            at += 1
        if have < wanted and not broken:
            if not final:
                return count, start
            starts[count], ends[count], kinds[count], how[count] = start, size, 0, _CUT
            return count + 1, size
        starts[count], ends[count] = start, at
        kinds[count] = kind if kind == _ID else kind - 0x30
        how[count] = _BROKEN if broken else _WHOLE
        count += 1
        if not broken:
            whole += 1
    return count, size


@kernel(inline=True, examples=lambda: [(0x31,), (0x34,), (0x35,), (0xE3,), (0x1A,)])
def _begins(kind: int) -> bool:
    return 0x31 <= kind <= 0x34 or kind == _ID


READER = FrameReader("beast", "beast", recognised, frames, reads_date=True)
