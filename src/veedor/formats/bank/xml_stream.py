"""The parts of an XML message in order: strictly as long as the XML is sound, by their tags from the damage on.

The strict pass says what each part holds as it goes; the bytes are only kept from the last whole part on, so that the
tolerant pass can begin there.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import BinaryIO

from veedor.errors import InputError
from veedor.formats.bank.xml_parse import DocumentType, NotWellFormed, Parser
from veedor.formats.bank.xml_run import Run, Runs
from veedor.formats.bank.xml_scan import CHUNK, PART_BYTES, TAG_BYTES, Part, scanned, tag_size
from veedor.formats.bank.xml_shape import Leaves, Shape
from veedor.formats.source import Truncated


def parts(shape: Shape, stream: BinaryIO, name: str, others: frozenset[str] = frozenset()) -> Iterator[Part]:
    """Parts in order of the file, with their leaves where the file was sound so far; `rest` last when it breaks off.
    Further documents whose root is one of `others` are told as `outside` (xml_scan.py). InputError for a document type,
    and for elements of absurd size."""
    for each in parts_and_runs(shape, stream, name, others):
        if isinstance(each, Run):
            yield from each.parts()
        else:
            yield each


def parts_and_runs(
    shape: Shape, stream: BinaryIO, name: str, others: frozenset[str] = frozenset()
) -> Iterator[Part | Run]:
    """The same, with those parts together that the kernel told together."""
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
        yield from scanned(shape, stream, name, strict.rest(), strict.sure, others)


@cache
def _runs(shape: Shape) -> Runs:
    return Runs(shape, shape.runs_of)


def _is_utf8(head: bytes) -> bool:
    """Whether an XML message says that it is in UTF-8, or nothing, so that it is."""
    declaration = head[: head.find(b"?>") + 2] if head.startswith(b"<?xml") else b""
    return head.startswith(b"<") and (b"encoding" not in declaration or b"utf-8" in declaration.lower())


class _Strict:
    """The strict pass; `sure` is the byte up to which all parts are told."""

    def __init__(self, shape: Shape) -> None:
        self.kept = b""
        self.sure = 0
        self._start = 0  # the file's byte that `kept` begins with
        self._begin = 0
        self._found: list[Part | Run] = []
        self._shape = shape
        self._fed = 0  # up to which of the file's bytes the parser has seen
        self._runs = _runs(shape) if shape.runs_of else None
        self._opening = f"<{shape.runs_of}>".encode()
        self._ending = f"</{shape.runs_of}>".encode()
        self._parser = Parser(shape, None, self._open, self._close)

    def feed(self, chunk: bytes) -> None:
        self.kept += chunk
        if self._runs is not None and self._fed == 0:
            # Where texts are not UTF-8, handlers decode them.
            self._runs = self._runs if _is_utf8(chunk) else None
        while self._runs is not None and chunk:
            at = self._fed - self._start
            between = self._fed > 0 and not self.kept[self.sure - self._start : at].strip()
            if between:
                end, said = self._runs.end(self.kept, at)
                if len(said):
                    self._run(self._runs.run(self.kept, said, self._start), at, end)
                    continue
            # One that is not plain goes by the handlers, and what is not whole yet waits.
            end = self.kept.find(self._ending, at)
            if end < 0:
                if between and self.kept[at:].lstrip().startswith(self._opening):
                    return
                break
            self._plainly(end + len(self._ending))
        self._plainly(len(self.kept))
        if not chunk:
            self._parser.feed(b"", final=True)

    def _plainly(self, end: int) -> None:
        data = self.kept[self._fed - self._start : end]
        self._fed = self._start + end
        self._parser.feed(data, final=False)

    def _run(self, run: Run, at: int, end: int) -> None:
        self._parser.pass_over(end - at)
        self._fed = self.sure = self._start + end
        self._found.append(run)

    def taken(self) -> list[Part | Run]:
        """What was found since."""
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
