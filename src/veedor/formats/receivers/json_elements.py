"""Elements of a long JSON array one by one with their byte places, without holding the array.

Elements are told apart by what stands between them (`},{` or `],[`), not by counting brackets: a broken quote or
bracket then spoils one element, not the rest of the file. The elements themselves are decoded strictly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from veedor.errors import InputError
from veedor.formats.source import Truncated

CHUNK = 1 << 20
ELEMENT_BYTES = 8 << 20


@dataclass
class Elements:
    """One pass over `stream` from the element after `opening` (a pattern). `head` is what stands before the array,
    `tail` what stands behind; `cut` says why the file ends early, if it does. `wrapped`: the array stands in an object,
    which may say a few plain things behind it."""

    stream: BinaryIO
    name: str
    opening: re.Pattern[bytes]
    brackets: bytes  # b"{}" or b"[]"
    head: bytes = b""
    tail: bytes = b""
    cut: str = ""
    rest_at: int = -1
    wrapped: bool = False

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        """(byte offset, bytes) of each element; the rest of a cut-off file comes last, with `cut` and `rest_at` set."""
        opens, closes = re.escape(self.brackets[:1]), re.escape(self.brackets[1:])
        between = re.compile(closes + rb"(\s*,\s*)" + opens)
        data, start = self._before()
        while True:
            done = 0
            for match in between.finditer(data):
                yield start + done, data[done : match.start(1)]
                done = match.end(1)
            data, start = data[done:], start + done
            if len(data) > ELEMENT_BYTES:
                raise InputError(
                    "no end of a record found", file=self.name, place=f"byte {start}",
                    expected=f"records of at most {ELEMENT_BYTES} bytes", found=f"{len(data)} bytes without an end",
                    next_step="this is not JSON of the format, or it is damaged: ask for the file again",
                )  # fmt: skip
            more = self._more()
            if not more:
                break
            # A separator may lie across the seam; it is short, so only a short stretch is looked at twice.
            data += more
        end = re.compile(closes + rb"(\s*\])").search(data) if self.brackets == b"[]" else None
        if self.brackets == b"{}":
            behind = rb"(?:,[^{}\[\]]*)?\}\s*" if self.wrapped else b""
            end = re.compile(closes + rb"(\s*\]\s*" + behind + rb")$").search(data)
        if end is not None:
            self.tail = data[end.end(1) :]
            if not self.cut:
                yield start, data[: end.start(1)]
                return
        elif not self.cut and (
            data.strip() == b"]" or ((self.wrapped or self.brackets == b"[]") and re.match(rb"\s*\]", data))
        ):
            self.tail = data.split(b"]", 1)[1]
            return
        self.cut = self.cut or "end of file"
        if data:
            self.rest_at = start
            yield start, data

    def _before(self) -> tuple[bytes, int]:
        data = b""
        while True:
            match = self.opening.search(data)
            if match is not None:
                self.head = data[: match.end()]
                rest = data[match.end() :]
                kept = rest.lstrip()
                return kept, match.end() + len(rest) - len(kept)
            more = self._more()
            if not more or len(data) > ELEMENT_BYTES:
                raise self._no_array("the end of the file" if not more else f"{len(data)} bytes without it", len(data))
            data += more

    def _more(self) -> bytes:
        if self.cut:
            return b""
        try:
            return self.stream.read(CHUNK)
        except Truncated as error:
            self.cut = error.found or "cut off"
            return b""

    def _no_array(self, found: str, place: int) -> InputError:
        return InputError(
            "the array of records was not found", file=self.name, place=f"byte {place}",
            expected="a JSON array of records", found=found,
            next_step="ask for the file again, or give it to the reader of its format",
        )  # fmt: skip
