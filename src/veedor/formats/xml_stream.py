"""The parts of an XML message in order: strictly as long as the XML is sound, by their tags from the damage on.

The strict pass says what each part holds as it goes; the bytes are only kept from the last whole part on, so that the
tolerant pass can begin there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from veedor.errors import InputError
from veedor.formats.source import Truncated
from veedor.formats.xml_parse import DocumentType, NotWellFormed, Parser
from veedor.formats.xml_scan import CHUNK, PART_BYTES, TAG_BYTES, Part, scanned, tag_size
from veedor.formats.xml_shape import Leaves, Shape


def parts(shape: Shape, stream: BinaryIO, name: str) -> Iterator[Part]:
    """Parts in order of the file, with their leaves where the file was sound so far; `rest` last when it breaks off.
    InputError for a document type, and for elements of absurd size."""
    strict = _Strict(shape)
    sound = True
    while sound:
        try:
            chunk = stream.read(CHUNK)
            strict.feed(chunk)
            sound = bool(chunk) and len(strict.kept) <= PART_BYTES
        except DocumentType as error:
            raise InputError(
                "the XML declares a document type or entities", file=name, place=f"byte {error.args[0]}",
                expected="plain ISO 20022 XML", found="<!DOCTYPE",
                next_step="bank messages never need one; ask for the file as the bank made it",
            ) from error  # fmt: skip
        except (NotWellFormed, Truncated):
            chunk, sound = b"?", False
        yield from strict.taken()
        if sound:
            strict.forget()
    if chunk:
        yield from scanned(shape, stream, name, strict.rest(), strict.sure)


class _Strict:
    """The strict pass; `sure` is the byte up to which all parts are told."""

    def __init__(self, shape: Shape) -> None:
        self.kept = b""
        self.sure = 0
        self._start = 0  # the file's byte that `kept` begins with
        self._begin = 0
        self._found: list[Part] = []
        self._shape = shape
        self._parser = Parser(shape, None, self._open, self._close)

    def feed(self, chunk: bytes) -> None:
        self.kept += chunk
        self._parser.feed(chunk, final=not chunk)

    def taken(self) -> list[Part]:
        found, self._found = self._found, []
        return found

    def rest(self) -> bytes:
        """What is not told yet."""
        return self.kept[self.sure - self._start :]

    def forget(self) -> None:
        """Lets go of the bytes of parts that were told."""
        self.kept, self._start = self.rest(), self.sure

    def _open(self, kind: str, byte: int) -> None:
        if kind in self._shape.containers:
            self._found.append(Part(kind, byte, b""))
            tag = self.kept[byte - self._start : byte - self._start + TAG_BYTES]
            self.sure = byte + (tag_size(tag) or 0)
        self._begin = byte

    def _close(self, kind: str, byte: int, leaves: Leaves) -> None:
        data = self.kept
        at = byte - self._start
        begin = self._begin - self._start
        if kind in self._shape.heads:
            self._found.append(Part(kind, self._begin, data[begin:at].rstrip(), leaves))
            self.sure = byte
            return
        # Of an element without content expat tells the end behind it, of others before the end tag.
        empty = data.startswith(b"/>", at - 2) and tag_size(data[begin:at]) == at - begin
        end = at if empty else data.index(b">", at) + 1
        self.sure = self._start + end
        self._found.append(Part(kind, self._begin, data[begin:end], leaves))
