"""YAML with one reading only: tables, lists and strings, each with its line and column.

PyYAML's parser gives events, which resolve no types; nothing of its loaders is used. So `no` is the word "no" and `010`
the text "010". The one word that is not a string is a plain `~`: nothing.

Refused: anchors, aliases, tags, directives, document markers, duplicate or empty keys, keys that are no plain words,
block scalars and strings over several lines, tabs, characters that cannot be seen. Bounded: bytes, levels, nodes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TypeAlias

import yaml
from msgspec import Struct

from veedor.errors import InputError

LARGEST_BYTES = 1 << 20
DEEPEST = 12
MOST_NODES = 60_000
LONGEST_SCALAR = 1000


# Tens of thousands for a long accord, none of which refers back: the collector need not look at them.
class Mark(Struct, frozen=True, gc=False):
    """Where something stands, both from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


class Node(Struct, frozen=True, gc=False):
    """One value and where it begins. `keys`: where each key of a table stands."""

    value: Value
    mark: Mark
    keys: dict[str, Mark] | None = None


Value: TypeAlias = "str | tuple[Node, ...] | dict[str, Node] | None"
Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"


def refuse(problem: str, file: str, mark: Mark, **fields: str) -> InputError:
    """The error of this room: always with line and column."""
    return InputError(problem, file=file, place=str(mark), **fields)


def read_yaml(data: bytes, file: str) -> Node:
    """The tree of a file; InputError with line and column for everything that is refused."""
    text = _text(data, file)
    try:
        reader = _Reader(_events(text, file), file)
        root = reader.document()
    except yaml.MarkedYAMLError as error:
        found = error.problem_mark or error.context_mark
        mark = Mark(found.line + 1, found.column + 1) if found else Mark(1, 1)
        raise refuse("this is not YAML", file, mark, found=(error.problem or "")[:200]) from None
    except yaml.YAMLError as error:
        raise refuse("this is not YAML", file, Mark(1, 1), found=str(error)[:200]) from None
    if not isinstance(root.value, dict):
        raise refuse("an accord is a table", file, root.mark, expected="key: value")
    return root


def plain(node: Node) -> Plain:
    """The values without their places."""
    match node.value:
        case dict() as table:
            return {key: plain(each) for key, each in table.items()}
        case tuple() as items:
            return [plain(each) for each in items]
        case scalar:
            return scalar


def _text(data: bytes, file: str) -> str:
    if len(data) > LARGEST_BYTES:
        mark = _mark_at(data[:LARGEST_BYTES].decode("utf-8", "replace"))
        raise refuse(
            "the file is too long", file, mark, expected=f"up to {LARGEST_BYTES} bytes", found=f"{len(data)} bytes"
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        mark = _mark_at(data[: error.start].decode("utf-8"))
        raise refuse("this is not UTF-8", file, mark, found=f"byte {data[error.start]:#04x}") from None
    for at, letter in enumerate(text):
        if letter != "\n" and unicodedata.category(letter) in _HIDDEN:
            raise refuse(
                "a character that cannot be seen",
                file,
                _mark_at(text[:at]),
                found=f"U+{ord(letter):04X}",
                next_step="remove it; lines end in a line feed, blanks are spaces",
            )
    return text


_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _mark_at(before: str) -> Mark:
    return Mark(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _events(text: str, file: str) -> Iterator[yaml.Event]:
    nodes = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.NodeEvent):
            nodes += 1
            if nodes > MOST_NODES:
                raise refuse("too many values", file, _mark(event), expected=f"up to {MOST_NODES}")
        yield event


def _mark(event: yaml.Event) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


class _Reader:
    """Reads one document from events; each method consumes what it reads."""

    def __init__(self, events: Iterator[yaml.Event], file: str) -> None:
        self._events = events
        self._file = file

    def document(self) -> Node:
        next(self._events)
        start = next(self._events)
        if not isinstance(start, yaml.DocumentStartEvent):
            raise refuse("the file is empty", self._file, Mark(1, 1))
        if start.explicit or start.version or start.tags:
            raise refuse("document markers and directives have no place in an accord", self._file, _mark(start))
        root = self._node(next(self._events), 1)
        end = next(self._events)
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent) or getattr(end, "explicit", False):
            raise refuse("an accord is one document", self._file, _mark(end))
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        mark = _mark(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise refuse("anchors and aliases have no place in an accord", self._file, mark, next_step="write it out")
        if getattr(event, "tag", None) is not None:
            raise refuse("tags have no place in an accord", self._file, mark, found=str(event.tag)[:80])
        if depth > DEEPEST:
            raise refuse("too many levels", self._file, mark, expected=f"up to {DEEPEST}")
        match event:
            case yaml.ScalarEvent():
                return Node(self._scalar(event, mark), mark)
            case yaml.SequenceStartEvent():
                return Node(self._list(depth), mark)
            case yaml.MappingStartEvent():
                return self._table(mark, depth)
        raise refuse("this is not YAML", self._file, mark)

    def _scalar(self, event: yaml.ScalarEvent, mark: Mark) -> str | None:
        if event.style in ("|", ">") or event.end_mark.line != event.start_mark.line:
            raise refuse("a text stands on one line", self._file, mark, next_step="write it in one line, in quotes")
        if len(event.value) > LONGEST_SCALAR:
            raise refuse("a text is too long", self._file, mark, expected=f"up to {LONGEST_SCALAR} letters")
        if event.style is None and event.value in ("", "~"):
            if event.value == "":
                raise refuse("a value is missing", self._file, mark, next_step='write "" for no text, ~ for nothing')
            return None
        hidden = next((each for each in event.value if unicodedata.category(each) in _HIDDEN), None)
        if hidden is not None:
            raise refuse("a character that cannot be seen", self._file, mark, found=f"U+{ord(hidden):04X}")
        return str(event.value)

    def _list(self, depth: int) -> tuple[Node, ...]:
        items = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return tuple(items)

    def _table(self, mark: Mark, depth: int) -> Node:
        table: dict[str, Node] = {}
        keys: dict[str, Mark] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if not isinstance(key.value, str) or not key.value or key.value == "<<":
                raise refuse("a key is a word", self._file, key.mark)
            if key.value in table:
                raise refuse(
                    "a key stands twice", self._file, key.mark, found=key.value, expected=f"once, at {keys[key.value]}"
                )
            keys[key.value] = key.mark
            table[key.value] = self._node(next(self._events), depth + 1)
        return Node(table, mark, keys)
