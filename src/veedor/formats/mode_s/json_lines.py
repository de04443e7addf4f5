"""Frames as rs1090 and jet1090 write them: one JSON object a line with `timestamp` (seconds since 1970) and `frame`.

What the line says was decoded is not read: the frame is the measurement, and it is decoded here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

import msgspec
import numpy as np

from veedor.errors import InputError
from veedor.formats.checks import Checks
from veedor.formats.json_rows import has_twice
from veedor.formats.mode_s.codes import NONE
from veedor.formats.mode_s.frames import Frames, Tally, batches
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.source import Truncated

SENSOR = "rs1090"
CHUNK = 1 << 20
LINE_BYTES = 1 << 20
_SIGNATURE = re.compile(rb'(?:^|\n)\s*\{[^\n]*"frame"\s*:\s*"')
_HEX = re.compile(r"(?:[0-9A-Fa-f]{14}){1,2}")
_LATEST_S = 9_000_000_000.0


class Line(msgspec.Struct):
    """What is taken of a line; keys beyond these are passed over."""

    timestamp: float
    frame: str


_NOTHING = Line(-1.0, "")


@dataclass(frozen=True)
class JsonLines:
    """The reader; the sensor is `rs1090` unless the depositor names one."""

    name: str = "rs1090"
    version: int = 1

    def sniff(self, head: bytes, name: str) -> bool:
        return _SIGNATURE.search(head) is not None

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        with closing(source.open()) as stream:
            yield from batches(frames(stream, source.name), options, SENSOR)

    def census(self, source: Source) -> Tally:
        """How many lines of a file are what."""
        tally = Tally()
        with closing(source.open()) as stream:
            for _ in batches(frames(stream, source.name), Options(), SENSOR, tally):
                pass
        return tally


def frames(stream: BinaryIO, name: str) -> Iterator[Frames]:
    """The lines of a file, block by block."""
    decoder = msgspec.json.Decoder(Line)
    at, rest, ended, cut = 0, b"", False, ""
    while not ended:
        try:
            more = stream.read(CHUNK)
        except Truncated as error:
            more, cut = b"", error.found or "cut off"
        ended = not more
        data = rest + more
        used = len(data) if ended else data.rfind(b"\n") + 1
        if len(data) - used > LINE_BYTES:
            raise InputError(
                "no line end found", file=name, place=f"byte {at + used}",
                expected=f"lines of at most {LINE_BYTES} bytes", found=f"{len(data) - used} bytes without one",
                next_step="this is not JSON by lines, or it is damaged: ask for the file again",
            )  # fmt: skip
        lines = _lines(data[:used], cut if ended else "")
        if lines:
            yield _block(lines, at, decoder, cut if ended else "")
        at += used
        rest = data[used:]


def _lines(data: bytes, cut: str) -> list[tuple[int, bytes]]:
    """Place and bytes of each line that is not blank; a cut-off file has one more, which may be empty."""
    found, place = [], 0
    for line in data.split(b"\n"):
        if line.strip():
            found.append((place, line.removesuffix(b"\r")))
        place += len(line) + 1
    if cut and (not data or data.endswith(b"\n")):
        found.append((len(data), b""))
    return found


def _block(lines: list[tuple[int, bytes]], at: int, decoder: msgspec.json.Decoder[Line], cut: str) -> Frames:
    checks = Checks(len(lines))
    content, sizes = np.zeros((len(lines), 14), np.uint8), np.full(len(lines), 14, np.int64)
    times = np.full(len(lines), NONE, np.int64)
    said: list[Line] = []
    for row, (_, line) in enumerate(lines):
        one = _decode(decoder, line, row, checks)
        said.append(one)
        if one is _NOTHING:
            continue
        if not _HEX.fullmatch(one.frame):
            checks.fail(_only(row, lines), "reject.frame", "frame", "14 or 28 hexadecimal digits", one.frame)
        elif not abs(one.timestamp) <= _LATEST_S:
            checks.fail(_only(row, lines), "reject.time", "timestamp", "seconds since 1970", str(one.timestamp))
        elif one.timestamp < 0:
            checks.fail(_only(row, lines), "reject.time_early", "timestamp", "a time from 1970 on", str(one.timestamp))
        else:
            frame = bytes.fromhex(one.frame)
            sizes[row] = len(frame)
            content[row, : len(frame)] = np.frombuffer(frame, np.uint8)
            times[row] = round(one.timestamp * 1e6)
    if cut:
        # Whatever its last line looks like, nobody knows whether it is whole.
        checks = _cut_last(checks, len(lines), cut)
    places = np.array([place for place, _ in lines], np.int64)
    lengths = np.array([len(line) for _, line in lines], np.int64)
    return Frames(
        content, sizes, times, "record", places + at, lengths, checks,
        lambda rows: [None if said[row] is _NOTHING else repr(said[row].timestamp) for row in rows.tolist()],
        lambda row: lines[row][1],
    )  # fmt: skip


def _decode(decoder: msgspec.json.Decoder[Line], line: bytes, row: int, checks: Checks) -> Line:
    try:
        one = decoder.decode(line)
        if (line.count(b'"frame"') > 1 or line.count(b'"timestamp"') > 1 or b"\\" in line) and has_twice(line):
            raise ValueError("a key that stands twice")
    except (ValueError, RecursionError) as error:
        here = np.arange(len(checks.bad)) == row
        checks.fail(here, "reject.json", "record", "one JSON record of the format", str(error))
        return _NOTHING
    return one


def _cut_last(checks: Checks, rows: int, cut: str) -> Checks:
    last = np.arange(rows) == rows - 1
    found = Checks(rows)
    found.take(checks, ~last)
    found.fail(last, "reject.truncated", "end of file", "a complete line", cut)
    return found


def _only(row: int, lines: list[tuple[int, bytes]]) -> np.ndarray:
    found: np.ndarray = np.arange(len(lines)) == row
    return found


READER = JsonLines()
