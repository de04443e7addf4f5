"""Finding the parts of a damaged XML message by their tags, so that a damaged entry spoils only itself.

Parts and their containers are those of a shape (xml_shape.py); parts never nest in each other. A part whose end tag is
missing ends where the next begins; an end tag without a start makes a damaged part of what stands before it. A file is
read this way from the end of its last whole part before the damage on (xml_stream.py).

What stands in comments, CDATA sections and processing instructions is no tag, however long they are: what an XML parser
passes over makes no entry here. One that never ends hides the rest of the file, which is then one reject. Any other `<`
begins a tag (XML allows none in attributes or text). What a part says is judged by the parser, not here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

from veedor.errors import InputError
from veedor.formats.bank.xml_shape import Leaves, Shape
from veedor.formats.source import Truncated

CHUNK = 1 << 20
PART_BYTES = 16 << 20
TAG_BYTES = 4096  # of a longer tag of a part the end is not looked for
_PASSED_OVER = ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>"), (b"<?", b"?>"))
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
# Longer than the openings above and than any name of a part with its prefix: what a chunk cuts waits for more.
_NAME_BYTES = 64
_ELEMENT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")
_NAME_ENDS = bytes.maketrans(b"\t\r\n/>", b"     ")


class Part(NamedTuple):
    """`kind` is the name of an element or of a container that begins, `rest` (the file was cut), `damaged`, `Document`
    where a further document of the same kind begins, or `outside` (what belongs to none); `leaves` what it says, where
    that is known already. The data of a head (xml_shape.py) end before its end tag."""

    kind: str
    offset: int
    data: bytes
    leaves: Leaves | None = None

    def closed(self) -> bytes:
        """The data of a head as a whole element."""
        name = self.data[1:_NAME_BYTES].translate(_NAME_ENDS).partition(b" ")[0]
        return self.data + b"</" + name + b">"


class _Marks:
    """The names whose tags matter in messages of one shape."""

    def __init__(self, shape: Shape) -> None:
        names = (*shape.parts, *shape.containers, "Document")
        self.kinds = frozenset(kind.encode() for kind in names)
        # The first two bytes behind the `<` of anything that matters without a prefix: most tags are passed by these.
        self.first_two = frozenset(
            (begins + bytes((byte,)) * 2)[:2]
            for begins in (*(pair[0][1:] for pair in _PASSED_OVER), *(each[1:] for each in _DECLARATIONS))
            for byte in range(256)
        ) | frozenset(each[:2] for kind in self.kinds for each in (kind, b"/" + kind))


@dataclass(frozen=True, slots=True)
class _Tag:
    """A tag of a part from `start` to before `end`; `kind` is empty for a declaration."""

    kind: str
    start: int
    end: int
    closing: bool = False
    empty: bool = False


def scanned(
    shape: Shape, stream: BinaryIO, name: str, before: bytes = b"", start: int = 0, others: frozenset[str] = frozenset()
) -> Iterator[Part]:
    """Parts in order of the file; `rest` last when the document does not end. `before` are bytes taken from the stream
    already, the first of them the file's byte `start`. A document whose root is one of `others` is `outside`, and so is
    what stands before, between and behind documents."""
    marks = _Marks(shape)
    data, position, done, cut = before, 0, False, ""
    opened: tuple[str, int] | None = None
    outside: int | None = None if start else 0  # where it begins that no document of this kind is open
    documents = bool(start)
    while True:
        try:
            more = b"" if cut else stream.read(CHUNK)
        except Truncated as error:
            more, cut = b"", error.found or "cut off"
        final = not more
        data += more
        consumed = position
        while True:
            tag, position = _next_tag(marks, data, position, final=final)
            if tag is None:
                break
            if not tag.kind:
                raise InputError(
                    "the XML declares a document type or entities", file=name, place=f"byte {start + tag.start}",
                    expected="plain ISO 20022 XML", found=data[tag.start : tag.end].decode(),
                    next_step="bank messages never need one; ask for the file as the bank made it",
                )  # fmt: skip
            if tag.kind == "Document" and not tag.closing:
                if not final and len(data) - tag.end < TAG_BYTES:
                    position = tag.start
                    break
                other = _root(data[tag.end : tag.end + TAG_BYTES]) in others
                if opened is not None:
                    yield Part("damaged", start + opened[1], data[opened[1] : tag.start].rstrip())
                    opened = None
                if outside is not None and not other:
                    yield from _outside(data, start, outside, tag.start)
                if not other:
                    if documents:
                        yield Part("Document", start + tag.start, b"")
                    documents, done, outside = True, False, None
                elif outside is None:
                    outside = tag.start
                consumed = tag.end
                continue
            if outside is not None:
                if documents or tag.closing:
                    continue
                # A piece of a message, without what should stand around it.
                yield from _outside(data, start, outside, tag.start)
                outside = None
            head = opened is not None and opened[0] in shape.heads
            if opened is not None and opened[0] != tag.kind and tag.kind in shape.outer:
                continue
            if opened is not None and head and (not tag.closing or tag.kind == opened[0]):
                yield Part(opened[0], start + opened[1], data[opened[1] : tag.start].rstrip())
                opened, consumed = None, tag.start
                if tag.closing:
                    consumed = tag.end
                    continue
            if tag.kind == "Document" or tag.kind in shape.containers:
                done = done or (tag.kind == "Document" and tag.closing)
                if opened is not None:
                    yield Part("damaged", start + opened[1], data[opened[1] : tag.start])
                    opened = None
                if tag.kind in shape.containers and not tag.closing:
                    yield Part(tag.kind, start + tag.start, b"")
                if tag.kind == "Document":
                    outside = tag.end
                consumed = tag.end
            elif not tag.closing:
                if opened is not None:
                    yield Part("damaged", start + opened[1], data[opened[1] : tag.start].rstrip())
                opened = None if tag.empty else (tag.kind, tag.start)
                consumed = tag.end if tag.empty else tag.start
                if tag.empty:
                    yield Part(tag.kind, start + tag.start, data[tag.start : tag.end])
            elif tag.kind in shape.heads and opened is None:
                consumed = tag.end
            else:
                if opened is not None and opened[0] == tag.kind:
                    yield Part(tag.kind, start + opened[1], data[opened[1] : tag.end])
                else:
                    since = opened[1] if opened is not None else consumed
                    lead = len(data[since : tag.start]) - len(data[since : tag.start].lstrip())
                    yield Part("damaged", start + since + lead, data[since + lead : tag.end])
                opened = None
                consumed = tag.end
        if outside is not None:
            upto = len(data) if final else position
            yield from _outside(data, start, outside, upto)
            outside = consumed = upto
        if final:
            break
        keep = opened[1] if opened is not None else min(consumed, position)
        if len(data) - keep > PART_BYTES:
            raise InputError(
                "no end of an element found", file=name, place=f"byte {start + keep}",
                expected=f"elements of at most {PART_BYTES} bytes", found="more",
                next_step="this is no message of that kind",
            )  # fmt: skip
        opened = (opened[0], 0) if opened is not None else None
        outside = None if outside is None else outside - keep
        data, start, position = data[keep:], start + keep, max(position - keep, 0)
    if (not done and outside is None) or cut:
        since = opened[1] if opened is not None else consumed
        yield Part("rest", start + since, data[since:])


def _root(data: bytes) -> str:
    """The local name of the first element in what stands behind the tag of a document; empty where there is none."""
    found = _ELEMENT.search(data)
    return found[1].decode() if found is not None else ""


def _outside(data: bytes, start: int, begin: int, end: int) -> Iterator[Part]:
    """What stands outside of documents, but for what XML allows there: blanks, comments, processing instructions."""
    at = begin
    while at < end:
        if data.startswith(b"\xef\xbb\xbf", at):
            at += 3
        elif data[at : at + 1].isspace():
            at += 1
        elif data.startswith((b"<!--", b"<?"), at):
            found = data.find(b"-->" if data.startswith(b"<!", at) else b"?>", at, end)
            at = found + 2 if found >= 0 else end
            at += data.startswith(b">", at)
        else:
            piece = data[at:end].rstrip()
            yield Part("outside", start + at, piece)
            return


def _next_tag(marks: _Marks, data: bytes, at: int, *, final: bool) -> tuple[_Tag | None, int]:
    """The next tag of a part from `at` on, and where to go on; None where the data end before it is sure."""
    sure = len(data) if final else len(data) - _NAME_BYTES
    while (at := data.find(b"<", at)) >= 0:
        if at > sure:
            return None, at
        if data[at + 1 : at + 3] not in marks.first_two and data.find(b":", at, at + _NAME_BYTES) < 0:
            at += 1
            continue
        passed = next((pair for pair in _PASSED_OVER if data.startswith(pair[0], at)), None)
        if passed is not None:
            end = data.find(passed[1], at + len(passed[0]))
            if end < 0:
                return None, at
            at = end + len(passed[1])
            continue
        if data.startswith(_DECLARATIONS, at):
            return _Tag("", at, at + len(_DECLARATIONS[0])), at
        closing = data.startswith(b"/", at + 1)
        name = data[at + 1 + closing : at + _NAME_BYTES].translate(_NAME_ENDS).partition(b" ")[0].rpartition(b":")[2]
        if name in marks.kinds:
            size = tag_size(data[at : at + TAG_BYTES])
            if size is None and len(data) - at < TAG_BYTES:
                return None, at
            if size is None and len(data) - at >= TAG_BYTES:
                # Where it ends nobody knows, but something of that name begins here.
                size = 1 + closing + len(name)
            if size:
                end = at + size
                return _Tag(name.decode(), at, end, closing, empty=data[end - 2] == ord("/")), end
        at += 1
    return None, len(data)


def tag_size(data: bytes) -> int | None:
    """Bytes of the tag that `data` begin with, a `>` inside quotes passed over; 0 where another tag begins inside it,
    None where the data end first."""
    at = 1
    while at < len(data):
        match data[at]:
            case 0x3E:  # >
                return at + 1
            case 0x3C:  # <
                return 0
            case 0x22 | 0x27:  # a quote: on to its like
                at = data.find(data[at], at + 1)
                if at < 0:
                    return None
        at += 1
    return None
