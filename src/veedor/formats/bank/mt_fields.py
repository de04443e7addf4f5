"""Messages of SWIFT's FIN (MT): a file's blocks and tagged fields with their places, whatever the bank put around them.

A message stands in blocks, `{1:…}{2:…}{3:…}{4:` fields `-}{5:…}`, or bare: fields line by line, `-` behind the last. A
field begins with `:` tag `:` at the start of a line and goes on until the next. Lines of other kinds outside a message
(headers of banks, control characters) are framing, but for what looks like XML: another file was put behind this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from veedor.formats.windows import windows

_TAG = re.compile(rb":([0-9]{2}[A-Z]?|NS):")
_ENDS = (b"-", b"-}")
_EDGES = b" \t\r\n\x00\x01\x03\x1a"
_BOM = b"\xef\xbb\xbf"
FIELD_BYTES = 1 << 20
OTHER_FILE = "messages of SWIFT's FIN and nothing beside them"


@dataclass(slots=True)
class Field:
    """`tag` is that of a field, `{` for the header blocks of a message, `-` for its end, `<` for XML, `cut` for what is
    left where the file's packing breaks off, `long` for a field of more than FIELD_BYTES, of which only the first are
    kept. `data` are its bytes from `offset` on, up to the next field's; `length` is how many there are in the file
    without the last line end; `blocks` says that its message stands in blocks."""

    tag: str
    offset: int
    data: bytes
    length: int
    blocks: bool = False

    @property
    def text(self) -> str:
        """What stands behind the tag, line by line."""
        return text_of(self.data[len(self.tag) + 2 :])


def text_of(body: bytes) -> str:
    """Lines of a field. Banks write UTF-8 or, against the rules, their old code page."""
    try:
        found = body.decode()
    except UnicodeDecodeError:
        found = body.decode("latin-1")
    return found.replace("\r\n", "\n").replace("\r", "\n").strip("\n\x00\x03")


def joined(fields: Sequence[Field]) -> bytes:
    """The bytes of fields that follow each other, as far as they are kept, without the last line end."""
    data = b""
    for each in fields:
        if each.offset != fields[0].offset + len(data):
            break
        data += each.data
    return data.rstrip(b"\r\n")


def fields(stream: BinaryIO, name: str) -> Iterator[Field]:
    """All fields in order of the file. InputError where a line is longer than any bank's."""
    kept: Field | None = None
    parts: list[bytes] = []
    size, blocks = 0, False

    def done() -> Iterator[Field]:
        nonlocal kept
        if kept is not None:
            kept.data = b"".join(parts)
            kept.length = len(kept.data.rstrip(b"\r\n")) if size <= FIELD_BYTES else size
            kept.tag = kept.tag if size <= FIELD_BYTES else "long"
            yield kept
        kept = None

    for window in windows(stream, name, "a line of an MT message"):
        window.used = len(window.data) if window.final else window.data.rfind(b"\n") + 1
        at = window.at
        lines = window.data[: window.used].splitlines(keepends=True)
        if at == 0 and lines and lines[0].startswith(_BOM):
            # What Windows puts before a text is no part of its first line.
            lines[0], at = lines[0].removeprefix(_BOM), len(_BOM)
        left = lines.pop() if window.cut and lines and not lines[-1].endswith(b"\n") else b""
        for line in lines:
            match = _TAG.match(line) if line[:1] == b":" else None
            if match is not None:
                yield from done()
                kept, parts, size = Field(match[1].decode(), at, b"", 0, blocks), [line], len(line)
            elif line[:1] == b"{":
                yield from done()
                blocks = True
                kept, parts, size = Field("{", at, b"", 0, blocks), [line], len(line)
            elif line[:1] in (b"-", b"\x01") and (line.startswith(_ENDS[1]) or line.strip(_EDGES) == _ENDS[0]):
                yield from done()
                again = line.find(b"{1:")
                end = line[:again] if again >= 0 else line
                yield Field("-", at, end, len(end.rstrip(b"\r\n")), blocks)
                blocks = again >= 0
                if blocks:
                    kept, parts, size = Field("{", at + again, b"", 0, blocks), [line[again:]], len(line) - again
            elif kept is None and line.removeprefix(_BOM).lstrip()[:1] == b"<":
                kept, parts, size = Field("<", at, b"", 0), [line], len(line)
            elif kept is not None:
                size += len(line)
                if size <= FIELD_BYTES:
                    parts.append(line)
            at += len(line)
        if window.cut:
            begin = at if kept is None else kept.offset
            data = left if kept is None else b"".join(parts) + left
            yield Field("cut", begin, data, len(data), blocks)
            return
    yield from done()
