"""One pass of expat over an XML message: parts with their texts and byte places, without a tree and without entities.

Expat and not lxml: docs/decisions/0003-camt-parser.md. A document type ends the pass before anything it declares is
seen; so there are no entities, no external files and no network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.parsers import expat

from veedor.formats.bank.xml_shape import Leaves, Place, Shape, Texts

_TEXT_BYTES = 1 << 16
# What the parser is given at once, and how long a tag or comment may be: it keeps all of one until it ends, and of a
# tag's attributes fifty times their bytes.
_FED_BYTES = 1 << 20
# Real messages have some twenty levels; each costs memory until it ends.
_MOST_LEVELS = 256


class NotWellFormed(Exception):
    """The bytes are not well-formed XML, or parts lie in each other."""


class DocumentType(Exception):
    """The XML declares a document type; `args[0]` is its byte place."""


class Parser:
    """Feed bytes; `on_open(kind, byte)` tells of each part and container that begins, `on_close(kind, byte of the end
    tag, leaves)` of each part that is complete, with the byte where the next part begins for one of `shape.heads`."""

    def __init__(
        self,
        shape: Shape,
        encoding: str | None,
        on_open: Callable[[str, int], None],
        on_close: Callable[[str, int, Leaves], None],
    ) -> None:
        parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.buffer_size = _TEXT_BYTES
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        # Bytes that the parser was not fed: places that it tells lie behind them.
        self._passed_over = 0
        _listen(
            parser,
            shape,
            lambda kind, byte: on_open(kind, byte + self._passed_over),
            lambda kind, byte, leaves: on_close(kind, byte + self._passed_over, leaves),
        )
        self._parser = parser
        self._fed = 0

    def pass_over(self, size: int) -> None:
        """So many next bytes are whole elements between parts, well-formed by other judgement: nothing is told."""
        self._passed_over += size

    def feed(self, data: bytes, *, final: bool) -> None:
        """The next bytes; NotWellFormed or DocumentType."""
        try:
            for at in range(0, len(data), _FED_BYTES):
                piece = data[at : at + _FED_BYTES]
                self._fed += len(piece)
                self._parser.Parse(piece, False)
                if self._fed - self._parser.CurrentByteIndex > 2 * _FED_BYTES:
                    raise NotWellFormed(f"a tag or comment of more than {_FED_BYTES} bytes")
            if final:
                self._parser.Parse(b"", True)
        except DocumentType as error:
            raise DocumentType(error.args[0] + self._passed_over) from error
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise NotWellFormed(str(error)) from error


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def leaves_of(shape: Shape, parts: Sequence[bytes], encoding: str) -> list[Leaves]:
    """The texts of parts that were cut out; NotWellFormed if any is not one well-formed element of those read."""
    found: list[Leaves] = []
    parser = Parser(shape, encoding, lambda kind, byte: None, lambda kind, byte, leaves: found.append(leaves))
    parser.feed(b"<r>" + b"".join(parts) + b"</r>", final=True)
    if len(found) != len(parts):
        raise NotWellFormed(f"{len(found)} elements instead of {len(parts)}")
    return found


def _listen(
    parser: expat.XMLParserType,
    shape: Shape,
    on_open: Callable[[str, int], None],
    on_close: Callable[[str, int, Leaves], None],
) -> None:
    """Handlers as closures: they are called for every tag, and a look-up in an object would cost a third more."""
    known, containers, heads, bounds = shape.parts, shape.containers, shape.heads, shape.bounds
    place: Place | None = None
    top: Place | None = None  # the place of the part itself
    texts: Texts = {}
    lists: dict[str, list[str]] = {}
    leaves = inner = Leaves()
    around: list[Leaves] = []  # what the element that is kept by itself lies in
    part, text = "", ""
    closed = False  # behind a child: this text is not the element's own any more
    passed_over = 0  # depth inside an element that nothing is read of
    outside = 0  # depth where no part has begun

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal place, top, texts, lists, leaves, inner, around, part, text, closed, passed_over, outside
        if part in heads and place is not None and place is top and not passed_over and _local(name) in known:
            # The head's own element goes on around the parts that end it.
            place = None
            on_close(part, parser.CurrentByteIndex, leaves)
        if place is None:
            outside += 1
            if outside > _MOST_LEVELS:
                raise NotWellFormed(f"elements in more than {_MOST_LEVELS} levels")
            local = name.rpartition(":")[2]
            if local in known:
                leaves = inner = Leaves()
                around = []
                part, place, texts, lists = local, known[local], leaves.texts, leaves.lists
                top, text, closed = place, "", False
            if local in known or local in containers:
                on_open(local, parser.CurrentByteIndex)
            return
        kid = None if passed_over else place.kids.get(name)
        if kid is None:
            local = name.rpartition(":")[2]
            if local in bounds:
                raise NotWellFormed(f"{local} inside {part}")
            kid = None if passed_over else place.kids.get(local)
            if kid is None:
                passed_over += 1
                if passed_over > _MOST_LEVELS:
                    raise NotWellFormed(f"elements in more than {_MOST_LEVELS} levels")
                return
        place, text, closed = kid, "", False
        if kid.currency:
            if kid.currency not in texts:
                texts[kid.currency] = attributes.get("Ccy", "")
        elif kid.repeated:
            around.append(inner)
            inner = Leaves()
            around[-1].inner.setdefault(kid.repeated, []).append(inner)
            texts, lists = inner.texts, inner.lists

    def end(name: str) -> None:
        nonlocal place, texts, lists, inner, text, closed, passed_over, outside
        if place is None:
            outside -= 1
            return
        if passed_over:
            passed_over -= 1
            closed = True
            return
        if place.path:
            if place.many:
                lists.setdefault(place.path, []).append(text)
            elif place.path not in texts:
                texts[place.path] = text
        if place.repeated:
            inner = around.pop()
            texts, lists = inner.texts, inner.lists
        place, text, closed = place.parent, "", True
        if place is None:
            outside -= 1
            on_close(part, parser.CurrentByteIndex, leaves)

    def characters(data: str) -> None:
        nonlocal text
        if not closed and not passed_over:
            text += data

    def document_type(*_: object) -> None:
        raise DocumentType(parser.CurrentByteIndex)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = document_type
