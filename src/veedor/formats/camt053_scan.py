"""Finding the parts of a damaged camt.053 file by their tags, so that a damaged entry spoils only itself.

Parts are GrpHdr, Acct, Bal, Ntry (they never nest in each other) and the bounds of each Stmt. A part whose end tag is
missing ends where the next begins; an end tag without a start makes a damaged part of what stands before it. A file is
read this way from the end of its last whole part before the damage on (camt053_stream.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from veedor.errors import InputError
from veedor.formats.camt053_leaves import Leaves
from veedor.formats.source import Truncated

CHUNK = 1 << 20
PART_BYTES = 16 << 20
_TAG = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<!DOCTYPE|<!ENTITY|<(/?)(?:[A-Za-z_][\w.-]*:)?(GrpHdr|Acct|Bal|Ntry|Stmt|Document)(?=[\s/>])[^>]*>",
    re.S,
)
# A tag or comment may be cut by the end of a chunk: this much is looked at again with the next one.
_SEAM = 4096


@dataclass(frozen=True, slots=True)
class Part:
    """`kind` is the element's name, `Stmt` (start), `rest` (the file was cut) or `damaged`; `leaves` what it says,
    where that is known already."""

    kind: str
    offset: int
    data: bytes
    leaves: Leaves | None = None


def scanned(stream: BinaryIO, name: str, before: bytes = b"", start: int = 0) -> Iterator[Part]:
    """Parts in order of the file; `rest` last when the document does not end. `before` are bytes taken from the stream
    already, the first of them the file's byte `start`."""
    data, position, done, cut = before, 0, False, ""
    opened: tuple[str, int] | None = None
    while True:
        try:
            more = b"" if cut else stream.read(CHUNK)
        except Truncated as error:
            more, cut = b"", error.found or "cut off"
        final = not more
        data += more
        consumed = position
        limit = len(data) if final else len(data) - _SEAM
        for tag in _TAG.finditer(data, position):
            if tag.start() >= limit:
                break
            position = tag.end()
            if tag[0][:9] in (b"<!DOCTYPE", b"<!ENTITY"):
                raise InputError(
                    "the XML declares a document type or entities", file=name, place=f"byte {start + tag.start()}",
                    expected="plain ISO 20022 XML", found=tag[0][:9].decode(),
                    next_step="bank messages never need one; ask for the file as the bank made it",
                )  # fmt: skip
            if tag[2] is None:
                continue
            kind, closing, empty = tag[2].decode(), bool(tag[1]), tag[0].endswith(b"/>")
            if kind in ("Stmt", "Document"):
                done = done or (kind == "Document" and closing)
                if opened is not None:
                    yield Part("damaged", start + opened[1], data[opened[1] : tag.start()])
                    opened = None
                if kind == "Stmt" and not closing:
                    yield Part("Stmt", start + tag.start(), b"")
                consumed = tag.end()
            elif not closing:
                if opened is not None:
                    yield Part("damaged", start + opened[1], data[opened[1] : tag.start()].rstrip())
                opened = None if empty else (kind, tag.start())
                consumed = tag.end() if empty else tag.start()
            else:
                if opened is not None and opened[0] == kind:
                    yield Part(kind, start + opened[1], data[opened[1] : tag.end()])
                else:
                    since = opened[1] if opened is not None else consumed
                    lead = len(data[since : tag.start()]) - len(data[since : tag.start()].lstrip())
                    yield Part("damaged", start + since + lead, data[since + lead : tag.end()])
                opened = None
                consumed = tag.end()
        if final:
            break
        keep = opened[1] if opened is not None else min(consumed, position)
        if len(data) - keep > PART_BYTES:
            raise InputError(
                "no end of an element found", file=name, place=f"byte {start + keep}",
                expected=f"elements of at most {PART_BYTES} bytes", found="more", next_step="this is no camt.053",
            )  # fmt: skip
        opened = (opened[0], 0) if opened is not None else None
        data, start, position = data[keep:], start + keep, max(position - keep, 0)
    if not done:
        since = opened[1] if opened is not None else consumed
        yield Part("rest", start + since, data[since:])
