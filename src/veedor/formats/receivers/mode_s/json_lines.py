"""Frames as rs1090 and jet1090 write them: one JSON object a line with `timestamp` (seconds since 1970) and `frame`.

What the line says was decoded is not read: the frame is the measurement, and it is decoded here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

import msgspec
import numpy as np

from veedor.formats.checks import Checks
from veedor.formats.receivers.json_rows import has_twice
from veedor.formats.receivers.mode_s.codes import NONE
from veedor.formats.receivers.mode_s.frames import Frames
from veedor.formats.receivers.mode_s.reader import FrameReader
from veedor.formats.windows import Lines, line_blocks

LINE_BYTES = 1 << 20
_SIGNATURE = re.compile(rb'(?:^|\n)\s*\{[^\n]*"frame"\s*:\s*"')
_HEX = re.compile(r"(?:[0-9A-Fa-f]{14}){1,2}")
_LATEST_S = 9_000_000_000.0


class Line(msgspec.Struct):
    """What is taken of a line; keys beyond these are passed over."""

    timestamp: float
    frame: str


_NOTHING = Line(-1.0, "")


def recognised(head: bytes) -> bool:
    return _SIGNATURE.search(head) is not None


def frames(stream: BinaryIO, name: str, date_us: int | None) -> Iterator[Frames]:
    """The lines of a file, block by block. Each says its day, so that `date_us` decides nothing."""
    decoder = msgspec.json.Decoder(Line)
    for lines in line_blocks(stream, name, "JSON records", LINE_BYTES):
        yield _block(lines, decoder)


def _block(lines: Lines, decoder: msgspec.json.Decoder[Line]) -> Frames:
    count = len(lines.starts)
    checks = Checks(count)
    lines.fail_cut(checks, "a complete line")
    content, sizes = np.zeros((count, 14), np.uint8), np.full(count, 14, np.int64)
    times = np.full(count, NONE, np.int64)
    said: list[Line] = []
    for row in range(count):
        one = _decode(decoder, lines.raw(row), row, checks) if row < lines.whole else _NOTHING
        said.append(one)
        if one is _NOTHING:
            continue
        if not _HEX.fullmatch(one.frame):
            checks.fail_row(row, "reject.frame", "frame", "14 or 28 hexadecimal digits", one.frame)
        elif not abs(one.timestamp) <= _LATEST_S:
            checks.fail_row(row, "reject.time", "timestamp", "seconds since 1970", str(one.timestamp))
        elif one.timestamp < 0:
            checks.fail_row(row, "reject.time_early", "timestamp", "a time from 1970 on", str(one.timestamp))
        else:
            frame = bytes.fromhex(one.frame)
            sizes[row] = len(frame)
            content[row, : len(frame)] = np.frombuffer(frame, np.uint8)
            times[row] = round(one.timestamp * 1e6)
    return Frames(
        content, sizes, times, "record", lines.starts + lines.at, lines.ends - lines.starts, checks,
        lambda rows: [None if said[row] is _NOTHING else repr(said[row].timestamp) for row in rows.tolist()],
        lines.raw,
    )  # fmt: skip


def _decode(decoder: msgspec.json.Decoder[Line], line: bytes, row: int, checks: Checks) -> Line:
    try:
        one = decoder.decode(line)
        if (line.count(b'"frame"') > 1 or line.count(b'"timestamp"') > 1 or b"\\" in line) and has_twice(line):
            raise ValueError("a key that stands twice")
    except (ValueError, RecursionError) as error:
        checks.fail_row(row, "reject.json", "record", "one JSON record of the format", str(error))
        return _NOTHING
    return one


READER = FrameReader("rs1090", "rs1090", recognised, frames, reads_date=False)
