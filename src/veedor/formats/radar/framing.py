"""ASTERIX data blocks out of whatever they were recorded in: raw files, pcap, pcapng, IOSS frames.

Streaming, with the byte offset of everything: each octet of a file is in a block, is framing, or is spoiled for a
reason. Recordings are cut per datagram, since the payloads of a recording need not form one stream.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

import numpy as np
import numpy.typing as npt

from veedor.formats.source import Truncated
from veedor.kernel.captures import (
    KIND,
    LINK,
    MOST_INTERFACES,
    NANO,
    NO_TIME,
    PCAP,
    PCAPNG,
    ROW_COLUMNS,
    STATE,
    SWAPPED,
    walk_final,
    walk_pcap,
    walk_pcapng,
)
from veedor.kernel.datablocks import (
    BLOCK_COLUMNS,
    CUT_OFF,
    HEADER,
    NO_BLOCK,
    SPOILED_COLUMNS,
    split_frames,
    split_run,
)
from veedor.kernel.packets import BROKEN, CUT, DATAGRAM, FRAGMENT, OTHER

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Bools = npt.NDArray[np.bool_]

# Sixteen thousand plots of CAT048. With twice as many a deposit took 298 MB and not 280, in the same time: the limit is
# 300 (benchmarks/deposit_large.py, three million records, 2026-11-28).
WINDOW_BYTES = 1 << 19
# Categories that EUROCONTROL or its users have given a meaning: a header of another is no header in a damaged file.
CATEGORIES = (
    1, 2, 3, 4, 7, 8, 9, 10, 11, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25, 30, 31, 32, 33, 34, 48, 61, 62, 63, 64, 65, 68,
    128, 129, 150, 151, 152, 153, 204, 205, 240, 241, 247, 252,
)  # fmt: skip
RAW, PCAP_FILE, PCAPNG_FILE, FINAL, GPS = "raw", "pcap", "pcapng", "IOSS final", "IOSS with trailers"
# An IOSS recording of the other form: a header of so many octets, then blocks, each with a trailer that says no more
# than when it was recorded, by a clock whose start is not written down.
GPS_HEADER, GPS_TRAILER = 2_200, 10
PCAP_HEADER = 24
_PCAP = {
    b"\xd4\xc3\xb2\xa1": (1, 0), b"\xa1\xb2\xc3\xd4": (0, 0), b"\x4d\x3c\xb2\xa1": (1, 1), b"\xa1\xb2\x3c\x4d": (0, 1),
}  # fmt: skip
_PCAPNG = b"\x0a\x0d\x0d\x0a"
# Why octets are spoiled, as message keys.
REASONS = {
    "block": "reject.asterix_block",
    "cut": "reject.truncated",
    "fragment": "reject.fragment",
    "packet": "reject.packet",
}


class Spoiled(NamedTuple):
    """Octets that are no block: place in the piece's data, length, reason, what was expected and what is there."""

    offset: int
    length: int
    reason: str
    expected: str
    found: str


@dataclass(frozen=True)
class Piece:
    """Some of a file: `data` begins at byte `base` of it. `blocks` are rows (place in data, length), by place;
    `category`, `source` (SAC * 256 + SIC of the first record, or -1), `time_us` (of the recording, or NO_TIME) and
    `line` (a number for where the datagram was sent to) go with them."""

    data: Bytes
    base: int
    blocks: Ints
    category: Ints
    source: Ints
    time_us: Ints
    line: Ints
    spoiled: tuple[Spoiled, ...] = ()


@dataclass
class Recording:
    """What a file is recorded in, and how many packets it held by kind: filled while pieces are read."""

    kind: str
    packets: Counter[str] = field(default_factory=Counter)
    lines: Counter[int] = field(default_factory=Counter)


def known_categories() -> Bools:
    known = np.zeros(256, np.bool_)
    known[list(CATEGORIES)] = True
    return known


def kind_of(head: bytes) -> str | None:
    """What a file that begins with these octets (4 KiB are enough) is recorded in; None: nothing known."""
    if head[:4] in _PCAP:
        return PCAP_FILE
    if head[:4] == _PCAPNG:
        return PCAPNG_FILE
    if _chain(head, 0, 0):
        return RAW
    if re.match(rb"..\S?", head, re.DOTALL) and _final(head):
        return FINAL
    if _chain(head, GPS_HEADER, GPS_TRAILER):
        return GPS
    return None


def _chain(head: bytes, at: int, between: int) -> bool:
    """Whether blocks of categories that exist follow each other from `at` to the end of what is seen."""
    seen = 0
    while at + HEADER <= len(head):
        length = int.from_bytes(head[at + 1 : at + HEADER], "big")
        if head[at] not in CATEGORIES or length <= HEADER:
            # One damaged header behind good ones makes a damaged file, not another one.
            return seen > 1
        at += length + between
        seen += 1
    return seen > 1 or (seen == 1 and at == len(head))


def _final(head: bytes) -> bool:
    size = int.from_bytes(head[:2], "big")
    return 12 < size <= len(head) and head[size - 4 : size] == b"\xa5" * 4 and _chain(head[8 : size - 4], 0, 0)


def pieces(stream: BinaryIO, recording: Recording) -> Iterator[Piece]:
    """The file piece by piece, each of about WINDOW_BYTES. Truncated packing ends as a spoiled row of what is left."""
    cut, skip = _cutter(recording)
    data, base, ended = b"", 0, ""
    while not ended:
        try:
            more = stream.read(WINDOW_BYTES)
            ended = "" if more else "end"
        except Truncated as error:
            more, ended = b"", error.found or "cut off"
        if more and skip is not None:
            data += more
            if len(data) < WINDOW_BYTES and len(data) < skip(b""):
                continue
            at = skip(data)
            data, base, skip = data[at:], base + at, None
        else:
            data += more
        found, used = cut(np.frombuffer(data, np.uint8), bool(ended))
        spoiled = found.spoiled
        told = any(each.reason == REASONS["cut"] and each.offset + each.length == len(data) for each in spoiled)
        if ended and ended != "end" and not told:
            # That its packing broke off is told even where the last block is whole.
            spoiled = (*spoiled, Spoiled(len(data), 0, REASONS["cut"], "a complete file", ended))
        found = _placed(found, base, spoiled)
        if len(found.blocks) or found.spoiled:
            yield found
        data, base = data[used:], base + used


def _placed(piece: Piece, base: int, spoiled: tuple[Spoiled, ...]) -> Piece:
    parts = (piece.blocks, piece.category, piece.source, piece.time_us, piece.line)
    return Piece(piece.data, base, *parts, tuple(sorted(spoiled)))


Cutter = Callable[[Bytes, bool], tuple[Piece, int]]


def _cutter(recording: Recording) -> tuple[Cutter, Callable[[bytes], int] | None]:
    """How a window is cut, and how many octets of the file's beginning are its header (asked with nothing: at most)."""
    if recording.kind == RAW:
        return _Run(), None
    if recording.kind == GPS:
        return _Trailers(), lambda head: min(len(head), GPS_HEADER) if head else GPS_HEADER
    walker = _Packets(recording)
    if recording.kind == PCAP_FILE:
        return walker, lambda head: walker.begun(head) if head else PCAP_HEADER
    return walker, None


class _Run:
    """A file that is one run of blocks."""

    def __init__(self) -> None:
        self.known = known_categories()

    def __call__(self, data: Bytes, last: bool) -> tuple[Piece, int]:
        room, lost = len(data) // 16 + 16, 256
        while True:
            blocks, spoiled = np.empty((room, BLOCK_COLUMNS), np.int64), np.empty((lost, SPOILED_COLUMNS), np.int64)
            n, m, used = split_run(data, self.known, last, blocks, spoiled)
            if n <= room and m <= lost:
                break
            room, lost = max(n, room), max(m, lost)
        return _piece(data, blocks[:n], None, _lost(spoiled[:m])), used


class _Trailers:
    """Blocks with a trailer behind each."""

    def __call__(self, data: Bytes, last: bool) -> tuple[Piece, int]:
        frames, at = [], 0
        spoiled: list[Spoiled] = []
        while at + HEADER <= len(data):
            size = int(data[at + 1]) * 256 + int(data[at + 2])
            if size > HEADER and at + size + GPS_TRAILER > len(data) and not last:
                break
            if size <= HEADER or at + size > len(data):
                spoiled.append(Spoiled(at, len(data) - at, REASONS["block"], "a data block", f"length {size}"))
                at = len(data)
                break
            frames.append((at, at + size))
            at = min(at + size + GPS_TRAILER, len(data))
        if last and at < len(data):
            spoiled.append(Spoiled(at, len(data) - at, REASONS["cut"], "a data block", f"{len(data) - at} octets"))
            at = len(data)
        found, lost = _blocks(data, np.array(frames, np.int64).reshape(-1, 2))
        return _piece(data, found, None, (*spoiled, *_lost(lost))), at


class _Packets:
    """Datagrams of a recording of a network, or frames of an IOSS recording."""

    def __init__(self, recording: Recording) -> None:
        self.recording = recording
        self.state = np.zeros(STATE, np.int64)
        self.state[KIND] = PCAP if recording.kind == PCAP_FILE else PCAPNG
        self.interfaces = np.zeros((MOST_INTERFACES, 4), np.int64)

    def begun(self, head: bytes) -> int:
        """Reads the file header of a pcap; returns how long it is."""
        self.state[SWAPPED], self.state[NANO] = _PCAP[head[:4]]
        order = "little" if self.state[SWAPPED] else "big"
        # The upper bits say whether a checksum follows each packet, which is none of its octets counted here.
        self.state[LINK] = int.from_bytes(head[20:24], "little" if order == "little" else "big") & 0xFFFF
        return min(len(head), PCAP_HEADER)

    def __call__(self, data: Bytes, last: bool) -> tuple[Piece, int]:
        rows = np.empty((len(data) // 12 + 2, ROW_COLUMNS), np.int64)
        if self.recording.kind == PCAP_FILE:
            n, used = walk_pcap(data, last, self.state, rows)
        elif self.recording.kind == PCAPNG_FILE:
            n, used = walk_pcapng(data, last, self.state, self.interfaces, rows)
        else:
            n, used = walk_final(data, last, rows)
        rows = rows[:n]
        self._count(rows)
        whole = rows[(rows[:, 0] == DATAGRAM) & (rows[:, 2] > 0)]
        blocks, lost = _blocks(data, np.column_stack([whole[:, 1], whole[:, 1] + whole[:, 2]]))
        spoiled = [*_lost(lost), *(_unread(row) for row in rows[(rows[:, 0] != DATAGRAM) & (rows[:, 2] > 0)].tolist())]
        return _piece(data, blocks, whole, tuple(spoiled)), used

    def _count(self, rows: Ints) -> None:
        kinds = ("datagram", "other", "fragment", "cut", "broken")
        for kind, count in zip(*np.unique(rows[:, 0], return_counts=True), strict=True):
            self.recording.packets[kinds[kind]] += int(count)
        lines, counts = np.unique(rows[rows[:, 0] == DATAGRAM, 4], return_counts=True)
        for line, count in zip(lines.tolist(), counts.tolist(), strict=True):
            self.recording.lines[line] += count


def _unread(row: list[int]) -> Spoiled:
    kind, at, length = row[:3]
    if kind == FRAGMENT:
        return Spoiled(at, length, REASONS["fragment"], "a datagram in one packet", "a fragment of one")
    if kind == CUT:
        return Spoiled(at, length, REASONS["cut"], "the whole packet", f"{length} octets of it")
    assert kind in (BROKEN, OTHER)
    return Spoiled(at, length, REASONS["packet"], "a packet whose lengths fit", f"{length} octets")


def _blocks(data: Bytes, frames: Ints) -> tuple[Ints, Ints]:
    room = int((frames[:, 1] - frames[:, 0]).sum()) // 16 + len(frames) + 16
    while True:
        blocks = np.empty((room, BLOCK_COLUMNS), np.int64)
        spoiled = np.empty((len(frames), SPOILED_COLUMNS), np.int64)
        n, m = split_frames(data, np.ascontiguousarray(frames), blocks, spoiled)
        if n <= room:
            return blocks[:n], spoiled[:m]
        room = n


def _lost(rows: Ints) -> tuple[Spoiled, ...]:
    return tuple(
        Spoiled(
            at, length, REASONS["cut"] if reason == CUT_OFF else REASONS["block"],
            "a data block", f"length {said}" if said else f"{length} octets",
        )
        for at, length, reason, said in rows.tolist()
    )  # fmt: skip


def _piece(data: Bytes, blocks: Ints, frames: Ints | None, spoiled: tuple[Spoiled, ...]) -> Piece:
    spans = np.ascontiguousarray(blocks[:, :2])
    if frames is None or not len(frames):
        time_us, line = np.full(len(blocks), NO_TIME), np.zeros(len(blocks), np.int64)
    else:
        time_us, line = frames[blocks[:, 3], 3], frames[blocks[:, 3], 4]
    return Piece(data, 0, spans, blocks[:, 2].copy(), blocks[:, 4].copy(), time_us, line, spoiled)


__all__ = ["NO_BLOCK", "Piece", "Recording", "Spoiled", "kind_of", "pieces"]
