"""What readers of Mode S frames are beside how a file wraps its frames: blocks of frames in, plots out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

from veedor.formats.reader import Batch, Options, Source
from veedor.formats.receivers.mode_s.frames import Frames, Tally, batches

Wrapping = Callable[[BinaryIO, str, int | None], Iterator[Frames]]
"""(bytes, file name, the day that the depositor says) -> its frames, block by block."""


@dataclass(frozen=True)
class FrameReader:
    """A reader; the sensor is named after the format unless the depositor names one."""

    name: str
    sensor: str
    recognised: Callable[[bytes], bool]
    frames: Wrapping
    reads_date: bool
    version: int = 2

    def sniff(self, head: bytes, name: str) -> bool:
        return self.recognised(head)

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        with closing(source.open()) as stream:
            yield from batches(self.frames(stream, source.name, options.date_us), options, self.sensor)

    def census(self, source: Source) -> Tally:
        """How many records of a file are what."""
        tally = Tally()
        with closing(source.open()) as stream:
            for _ in batches(self.frames(stream, source.name, None), Options(), self.sensor, tally):
                pass
        return tally
