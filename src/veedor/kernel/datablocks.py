"""Cutting bytes into ASTERIX data blocks, in datagrams and in files that are one long run of them.

A data block is one octet of category, two of length (most significant first, the header counted) and records
(EUROCONTROL-SPEC-0149 Part 1, section 5.2). The first octets of a record say which items follow; where the very first
is set the record begins with its source, SAC and SIC.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel.compile import kernel

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

# Columns of a block row: place, length, category, frame, source (SAC * 256 + SIC, or NO_SOURCE).
BLOCK_COLUMNS = 5
NO_SOURCE = -1
HEADER = 3
# Why bytes are no blocks: columns of a spoiled row are place, length, reason, what the header says.
SPOILED_COLUMNS = 4
NO_BLOCK, CUT_OFF = 1, 2
# Before each block of some recordings: its length and this header's (two octets), the time of day in ms (four).
WRAPPER = 6
# So many headers that follow each other are no accident.
CHAIN = 3
# The farthest that a chain of headers reaches.
REACH = CHAIN * 65_535 + HEADER


def _known() -> npt.NDArray[np.bool_]:
    known = np.zeros(256, np.bool_)
    known[[34, 48]] = True
    return known


def _run(*blocks: bytes) -> Bytes:
    return np.frombuffer(b"".join(blocks), np.uint8).copy()


_NORTH = bytes([34, 0, 8, 0xC0, 25, 201, 2, 1])
_PLOT = bytes([48, 0, 7, 0x80, 25, 201, 9])


@kernel(inline=True, examples=lambda: [(_run(_NORTH), 0)])
def length_at(data: Bytes, at: int) -> int:
    """The length that the header at `at` says."""
    return int(np.int64(data[at + 1])) * 256 + int(np.int64(data[at + 2]))


@kernel(examples=lambda: [(_run(_NORTH), 3, 8), (_run(_PLOT), 3, 7), (_run(b"\x80"), 0, 1), (_run(b"\x01\x01"), 0, 2)])
def source_of(data: Bytes, at: int, end: int) -> int:
    """SAC * 256 + SIC of the record at `at`, NO_SOURCE where it does not begin with it."""
    if at >= end or data[at] & 0x80 == 0:
        return NO_SOURCE
    while at < end and data[at] & 1:
        at += 1
    if at + 3 > end:
        return NO_SOURCE
    return int(np.int64(data[at + 1])) * 256 + int(np.int64(data[at + 2]))


@kernel(inline=True, examples=lambda: [(_run(b"\0\x0e\1\2\3\4", _NORTH), 0, end) for end in (14, 13, 5)])
def _wraps(data: Bytes, at: int, end: int) -> bool:
    """Whether a wrapper stands at `at`: its length is that of the block behind it and its own."""
    if at + WRAPPER + HEADER > end:
        return False
    whole = int(np.int64(data[at])) * 256 + int(np.int64(data[at + 1]))
    return at + whole <= end and whole == WRAPPER + length_at(data, at + WRAPPER)


@kernel(
    examples=lambda: [
        (
            _run(_NORTH, _PLOT, b"\x30\xff\xff\x00", b"\x00", b"\0\x0e\1\2\3\4", _NORTH, b"\0\x0e\1\2\3\4", _NORTH),
            np.array([[0, 8], [8, 15], [15, 19], [19, 20], [20, 20], [20, 48]], np.int64),
            np.zeros((9, BLOCK_COLUMNS), np.int64),
            np.zeros((9, SPOILED_COLUMNS), np.int64),
        )
    ]
)
def split_frames(data: Bytes, frames: Ints, blocks: Ints, spoiled: Ints) -> tuple[int, int]:
    """Blocks of each frame (start, end); the rest of a frame after a header that does not fit is spoiled. A frame may
    have its blocks in WRAPPERs.

    Rows beyond what `blocks` and `spoiled` hold are counted, not written. Returns how many there are of each."""
    found, lost = 0, 0
    for frame in range(len(frames)):
        at, end = frames[frame, 0], frames[frame, 1]
        wrapped = _wraps(data, at, end)
        while at < end:
            if wrapped and _wraps(data, at, end):
                at += WRAPPER
            length = length_at(data, at) if at + HEADER <= end else 0
            if length <= HEADER or at + length > end:
                if lost < len(spoiled):
                    spoiled[lost, 0] = at
                    spoiled[lost, 1] = end - at
                    spoiled[lost, 2] = NO_BLOCK
                    spoiled[lost, 3] = length
                lost += 1
                break
            if found < len(blocks):
                blocks[found, 0] = at
                blocks[found, 1] = length
                blocks[found, 2] = data[at]
                blocks[found, 3] = frame
                blocks[found, 4] = source_of(data, at + HEADER, at + length)
            found += 1
            at += length
    return found, lost


@kernel(inline=True, examples=lambda: [(_run(_NORTH), at, _known()) for at in (0, 1, 6)])
def _fits(data: Bytes, at: int, known: npt.NDArray[np.bool_]) -> bool:
    return at + HEADER <= len(data) and known[data[at]] and length_at(data, at) > HEADER


@kernel(
    inline=True, examples=lambda: [(_run(_NORTH), at, _known(), last) for at in (0, 1, 6, 8) for last in (True, False)]
)
def _follows(data: Bytes, at: int, known: npt.NDArray[np.bool_], last: bool) -> bool:
    """Whether a block may begin, or the file may end, at `at`."""
    if at >= len(data) - HEADER + 1:
        return at == len(data) if last else at >= len(data) - HEADER + 1
    return _fits(data, at, known)


@kernel(
    examples=lambda: [
        (_run(b"\x00\x00", _NORTH, _PLOT, _NORTH), 0, _known(), True),
        (_run(b"\x00\x00", _NORTH, _PLOT), 0, _known(), True),
        (_run(b"\x00\x00", _NORTH, b"\x30"), 0, _known(), True),
        (_run(b"\x00\x00", _NORTH, b"\x30"), 0, _known(), False),
    ]
)
def next_chain(data: Bytes, at: int, known: npt.NDArray[np.bool_], last: bool) -> int:
    """The first place from `at` on where CHAIN headers follow each other, or fewer and then the end; -1: none."""
    for start in range(at, len(data) - HEADER + 1):
        place = start
        for _ in range(CHAIN):
            if not _fits(data, place, known):
                break
            place += length_at(data, place)
            if place >= len(data):
                break
        else:
            return start
        if last and place == len(data):
            return start
    return -1


@kernel(
    examples=lambda: [
        (
            _run(
                _NORTH, _PLOT, _PLOT, _PLOT, bytes([7, 0, 5, 1, 1]), _PLOT, b"\0\0", _NORTH, _NORTH, _PLOT, b"\x30\1\1"
            ),
            _known(),
            last,
            np.zeros((20, BLOCK_COLUMNS), np.int64),
            np.zeros((20, SPOILED_COLUMNS), np.int64),
        )
        for last in (True, False)
    ]
)
def split_run(
    data: Bytes, known: npt.NDArray[np.bool_], last: bool, blocks: Ints, spoiled: Ints
) -> tuple[int, int, int]:
    """Blocks of a file that is one run of them; `known` are the categories that exist. A block whose successor is none
    is believed only if no chain of blocks begins inside it; what lies before the next chain is spoiled.

    With `last` the data are the end of the file. Returns the numbers of blocks and spoiled rows and how many bytes
    were dealt with; rows beyond what the arrays hold are counted, not written."""
    found, lost, at = 0, 0, 0
    while at + HEADER <= len(data):
        length = length_at(data, at)
        good = length > HEADER and data[at] != 0
        if good and at + length > len(data) and not last:
            break
        if good and at + length <= len(data) and _follows(data, at + length, known, last):
            if found < len(blocks):
                blocks[found, 0] = at
                blocks[found, 1] = length
                blocks[found, 2] = data[at]
                blocks[found, 3] = 0
                blocks[found, 4] = source_of(data, at + HEADER, at + length)
            found += 1
            at += length
            continue
        if not last and len(data) - at < 2 * REACH:
            break  # too little is seen to say where blocks go on
        chain = next_chain(data, at + 1, known, last)
        inside = chain >= 0 and chain < at + length
        if good and at + length <= len(data) and not inside and known[data[at]]:
            # Damage begins behind this block.
            if found < len(blocks):
                blocks[found, 0] = at
                blocks[found, 1] = length
                blocks[found, 2] = data[at]
                blocks[found, 3] = 0
                blocks[found, 4] = source_of(data, at + HEADER, at + length)
            found += 1
            at += length
            continue
        stop = chain
        if chain < 0:
            stop = len(data) if last else len(data) - REACH
        if lost < len(spoiled):
            spoiled[lost, 0] = at
            spoiled[lost, 1] = stop - at
            spoiled[lost, 2] = CUT_OFF if good and last and chain < 0 else NO_BLOCK
            spoiled[lost, 3] = length
        lost += 1
        at = stop
    if last and at < len(data):
        if lost < len(spoiled):
            spoiled[lost, 0] = at
            spoiled[lost, 1] = len(data) - at
            spoiled[lost, 2] = CUT_OFF
            spoiled[lost, 3] = 0
        lost += 1
        at = len(data)
    return found, lost, at


@kernel(
    examples=lambda: [
        (_run(_NORTH, _PLOT, _NORTH), np.array([[0, 8], [8, 7], [15, 8]], np.int64), np.zeros(3, np.int64)),
    ]
)
def fingerprints(data: Bytes, spans: Ints, out: Ints) -> None:
    """A 63-bit number of the bytes of each span (place, length): FNV-1a. Equal bytes have equal numbers."""
    for i in range(len(spans)):
        value = np.uint64(0xCBF29CE484222325)
        for at in range(spans[i, 0], spans[i, 0] + spans[i, 1]):
            value = (value ^ np.uint64(data[at])) * np.uint64(0x100000001B3)
        out[i] = np.int64(value >> np.uint64(1))
