"""Messages of SWIFT's FIN (MT): a file's blocks and tagged fields with their places, whatever the bank put around them.

A message stands in blocks, `{1:…}{2:…}{3:…}{4:` fields `-}{5:…}`, or bare: fields line by line, `-` behind the last. A
field begins with `:` tag `:` at the start of a line and goes on until the next. Block 1 begins a message wherever it
stands, so that a line without end spoils no message but its own. Lines of other kinds outside a message (headers of
banks, control characters) are framing, but for what looks like XML or is long: another file was put behind this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from veedor.errors import InputError
from veedor.formats.windows import LINE_BYTES, windows

_TAG = re.compile(rb":([0-9]{2}[A-Z]?|NS):")
_WITHIN = re.compile(rb"\{4:[^\n\r]*?(:[0-9]{2}[A-Z]?:.*)", re.DOTALL)
_EDGES = b" \t\r\n\x00\x01\x03\x1a"
_BOM = b"\xef\xbb\xbf"
_MESSAGE = b"{1:F"
FIELD_BYTES = 1 << 20
# What banks put around messages is short.
_FRAMING_BYTES = 4096
# Lengths of records are kept in 31 bits.
_MOST_PASSED_OVER = 1 << 30
LINES_EXPECTED = "each field on a line of its own"
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


def without_lines(header: bytes) -> str | None:
    """What stands behind the header blocks of a message in one line with them, if fields do; else None."""
    match = _WITHIN.search(header)
    return None if match is None else text_of(match[1])


def joined(fields: Sequence[Field]) -> bytes:
    """The bytes of fields that follow each other, as far as they are kept, without the last line end."""
    data = b""
    for each in fields:
        if each.offset != fields[0].offset + len(data):
            break
        data += each.data
    return data.rstrip(b"\r\n")


def fields(stream: BinaryIO, name: str) -> Iterator[Field]:
    """All fields in order of the file. InputError where one is longer than lengths of records can say."""
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

    for at, lines, goes_on, left in _lines(stream, name):
        for line in lines:
            match = _TAG.match(line) if line[:1] == b":" and not goes_on else None
            if match is not None:
                yield from done()
                kept, parts, size = Field(match[1].decode(), at, b"", 0, blocks), [line], len(line)
            elif line[:1] == b"{" and not goes_on:
                yield from done()
                blocks = True
                kept, parts, size = Field("{", at, b"", 0, blocks), [line], len(line)
            elif line[:1] in (b"-", b"\x01") and not goes_on and _ends(line):
                yield from done()
                yield Field("-", at, line, len(line.rstrip(b"\r\n")), blocks)
                blocks = False
            elif kept is not None:
                size += len(line)
                if size <= FIELD_BYTES:
                    parts.append(line)
            elif line.removeprefix(_BOM).lstrip()[:1] == b"<" or len(line) > _FRAMING_BYTES:
                kept, parts, size = Field("<", at, b"", 0), [line], len(line)
            at += len(line)
            goes_on = False
        if kept is not None and size > _MOST_PASSED_OVER:
            raise InputError(
                "no end of a field found", file=name, place=f"byte {kept.offset}",
                expected=f"fields of at most {FIELD_BYTES} bytes", found=f"{size} bytes without an end",
                next_step="split the file before that message, or ask for it again",
            )  # fmt: skip
        if left is not None:
            yield _cut(kept, parts, size, left, at, blocks)
            return
    yield from done()


def _ends(line: bytes) -> bool:
    return line.startswith(b"-}") or line.strip(_EDGES) == b"-"


def _cut(kept: Field | None, parts: list[bytes], size: int, left: bytes, at: int, blocks: bool) -> Field:
    if kept is None:
        return Field("cut", at, left, len(left), blocks)
    data = b"".join(parts)
    return Field("cut", kept.offset, data + left if size <= FIELD_BYTES else data, size + len(left), blocks)


def _lines(stream: BinaryIO, name: str) -> Iterator[tuple[int, list[bytes], bool, bytes | None]]:
    """(first byte, lines, whether the first of them goes on with the last ones before, what is left of a line where the
    file's packing breaks off). A line of more than LINE_BYTES comes in pieces; block 1 begins a line wherever it is."""
    goes_on = False
    for window in windows(stream, name, "a line of an MT message"):
        data, at = window.data, window.at
        used = len(data) if window.final else data.rfind(b"\n") + 1
        if len(data) - used > LINE_BYTES:
            # Not within what may be the first bytes of a message.
            whole = len(data) - len(_MESSAGE) + 1
            begun = data.rfind(_MESSAGE, max(whole - len(_MESSAGE) + 1, 0))
            used = begun if begun > 0 else whole
        window.used = used
        goes_on = goes_on and not data.startswith(_MESSAGE)
        first, *others = data[:used].split(_MESSAGE)
        lines = first.splitlines(keepends=True)
        for other in others:
            lines += (_MESSAGE + other).splitlines(keepends=True)
        if at == 0 and lines and lines[0].startswith(_BOM):
            # What Windows puts before a text is no part of its first line.
            lines[0], at = lines[0].removeprefix(_BOM), len(_BOM)
        ended = not lines or lines[-1].endswith((b"\n", b"\r"))
        left = (b"" if ended else lines.pop()) if window.cut else None
        yield at, lines, goes_on, left
        goes_on = not ended
