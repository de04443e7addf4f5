"""An accord from its file: strict YAML, or its own canonical JSON, to the struct, its canonical bytes and its digest.

Every error names file, line and column. What is read back from canonical JSON must be exactly those bytes.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from types import GenericAlias
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from veedor.accord.allowed_words import words_at
from veedor.accord.model.accord import Accord
from veedor.accord.strict_yaml import LARGEST_BYTES, Mark, Node, plain, read_yaml, refuse
from veedor.errors import InputError, VerifyError
from veedor.log.canonical_json import canonical_bytes, parse_canonical

LARGEST_CANONICAL = 2 * LARGEST_BYTES
_PATH = re.compile(r"\.([^.\[\]`]+)|\[([0-9]+)\]|(\[\.\.\.\])")
_MISSING = re.compile(r"Object missing required field `([^`]*)`")
_NO_NUMBER = "Expected `int`, got `str`"


@dataclass(frozen=True)
class Loaded:
    """An accord with what is signed. `source`: the tree of the YAML file, for places in later errors; None from
    JSON."""

    accord: Accord = field(repr=False)
    canonical: bytes = field(repr=False)
    digest: str
    file: str
    source: Node | None = field(default=None, repr=False)

    def mark(self, *path: str | int) -> Mark:
        """Where this path stands in the file; of what can be found of it, the last."""
        return place_of(self.source, path) if self.source is not None else Mark(1, 1)


def read_accord(data: bytes, file: str) -> Loaded:
    """The accord in these bytes; InputError with line and column for anything else. Names are not looked up here."""
    if data[:1] == b"{" and b"\n" not in data[:200]:
        return _read_canonical(data, file)
    source = read_yaml(data, file)
    accord = _convert(source, file)
    _need_as_written(msgspec.to_builtins(accord), source, file)
    return _loaded(accord, file, source)


def schema_text() -> bytes:
    """The JSON Schema of `accord/1`, made from the structs."""
    return msgspec.json.format(msgspec.json.encode(msgspec.json.schema(Accord)), indent=1) + b"\n"


def place_of(source: Node, path: tuple[str | int, ...]) -> Mark:
    """Where a path leads in a tree: the key for a table, the item for a list."""
    node, mark = source, source.mark
    for step in path:
        if isinstance(node.value, dict) and isinstance(step, str) and step in node.value:
            mark = (node.keys or {}).get(step, node.mark)
            node = node.value[step]
        elif isinstance(node.value, tuple) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            mark = node.mark
        else:
            break
    return mark


def _loaded(accord: Accord, file: str, source: Node | None) -> Loaded:
    canonical = canonical_bytes(msgspec.to_builtins(accord))
    return Loaded(accord, canonical, hashlib.sha256(canonical).hexdigest(), file, source)


def _read_canonical(data: bytes, file: str) -> Loaded:
    try:
        value = parse_canonical(data, largest=LARGEST_CANONICAL, file=file)
        accord = msgspec.convert(value, Accord, strict=True)
    except (VerifyError, msgspec.ValidationError) as error:
        raise refuse(
            "this is no canonical accord", file, Mark(1, 1), expected="accord/1", found=str(error)[:300]
        ) from None
    loaded = _loaded(accord, file, None)
    if loaded.canonical != data:
        raise refuse("this is no canonical accord", file, Mark(1, 1), expected="every field, in canonical form")
    return loaded


def _convert(source: Node, file: str) -> Accord:
    tree = plain(source)
    assert isinstance(tree, dict)
    try:
        return msgspec.convert(tree, Accord, strict=False)
    except msgspec.ValidationError as error:
        raise _located(error, tree, source, file) from None


def _located(error: msgspec.ValidationError, tree: dict[str, Any], source: Node, file: str) -> InputError:
    """The same error with its place. msgspec does not say under which key of a table something is wrong, so each entry
    of the tables is converted by itself to find out."""
    for name, annotated in get_type_hints(Accord, include_extras=True).items():
        kind = get_args(annotated)[0] if get_origin(annotated) is Annotated else annotated
        section = tree.get(name)
        if get_origin(kind) is not dict or not isinstance(section, dict):
            continue
        key_type, value_type = get_args(kind)
        for key, value in section.items():
            try:
                msgspec.convert({key: None}, GenericAlias(dict, (key_type, None)))
            except msgspec.ValidationError as inner:
                return _error(inner, (name, key), tree, source, file)
            try:
                msgspec.convert(value, value_type, strict=False)
            except msgspec.ValidationError as inner:
                return _error(inner, (name, key, *_steps(str(inner))), tree, source, file)
    return _error(error, _steps(str(error)), tree, source, file)


def _steps(message: str) -> tuple[str | int, ...]:
    where = message.rpartition(" - at `$")[2] if " - at `$" in message else ""
    return tuple(int(index) if index else key for key, index, _ in _PATH.findall(where) if key or index)


def _error(
    error: msgspec.ValidationError, path: tuple[str | int, ...], tree: dict[str, Any], source: Node, file: str
) -> InputError:
    problem = str(error).partition(" - at ")[0]
    unknown = re.search(r"contains unknown field `([^`]*)`", problem)
    mark = place_of(source, (*path, unknown[1]) if unknown else path)
    named = ".".join(str(step) for step in path) or "the accord"
    expected, found = problem[:300], named
    if unknown and (fields := words_at(Accord, tree, path)):
        # Every field must be written, so a misspelt one is most likely one of those that are lacking.
        written: Any = tree
        for step in path:
            written = written[step]
        lacking = [field for field in fields if field not in written]
        expected = f"one of {', '.join(lacking or fields)}"
        found = f"{named}: {unknown[1]}" if path else unknown[1]
    elif missing := _MISSING.fullmatch(problem):
        expected, found = f"the field `{missing[1]}`", f"{named} without it"
    elif problem.startswith("Invalid ") and (words := words_at(Accord, tree, path)):
        expected, found = ", ".join(words), f"{named}: {problem.split(maxsplit=3)[-1]}"
    elif problem == _NO_NUMBER:
        expected = "a whole number as it is written shortest, such as 10"
    return refuse("this is not what an accord says", file, mark, expected=expected, found=found)


def _need_as_written(value: Any, node: Node, file: str) -> None:
    """Numbers must be written the one way in which they are canonical: 10, never 010, 1e1 or 10.0."""
    match node.value:
        case dict() as table:
            for key, each in table.items():
                _need_as_written(value[key], each, file)
        case tuple() as items:
            for item, each in zip(value, items, strict=True):
                _need_as_written(item, each, file)
        case scalar:
            if isinstance(value, int) and str(value) != scalar:
                raise refuse("a number is written otherwise", file, node.mark, expected=str(value), found=str(scalar))
            if (value is None) != (scalar is None):
                raise refuse("nothing is written ~", file, node.mark, expected="~", found=str(scalar))
