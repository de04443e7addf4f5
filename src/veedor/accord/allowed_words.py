"""The words of a closed list, or the fields of a table, that an accord may have at one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import inspect


def words_at(kind: type, tree: Any, path: Sequence[str | int]) -> tuple[str, ...]:
    """What the type allows at this path of a tree, itself any that was read; nothing where it is neither a closed list
    nor a table with fields of its own."""
    return _words(inspect.type_info(kind), tree, tuple(path))


def _words(node: inspect.Type, tree: Any, path: tuple[str | int, ...]) -> tuple[str, ...]:
    match node:
        case inspect.Metadata(type=described):
            return _words(described, tree, path)
        case inspect.LiteralType(values=values) if not path:
            return tuple(str(each) for each in values)
        case inspect.StructType(fields=fields) if not path:
            return tuple(each.encode_name for each in fields)
        case inspect.UnionType(types=types):
            return _of_union([each for each in types if not isinstance(each, inspect.NoneType)], tree, path)
    if not path:
        return ()
    step, rest = path[0], path[1:]
    below: Any = None
    if isinstance(tree, dict):
        below = tree.get(step)
    elif isinstance(tree, list | tuple) and isinstance(step, int):
        below = tree[step]
    match node:
        case inspect.StructType(fields=fields, tag_field=tag_field, tag=tag):
            if step == tag_field and not rest:
                return (str(tag),)
            return next((_words(each.type, below, rest) for each in fields if each.encode_name == step), ())
        case inspect.DictType(value_type=each) | inspect.VarTupleType(item_type=each):
            return _words(each, below, rest)
    return ()


def _of_union(kinds: list[inspect.Type], tree: Any, path: tuple[str | int, ...]) -> tuple[str, ...]:
    """By the word that says which of several tables it is; where that is the place, all of them."""
    tables = [each for each in kinds if isinstance(each, inspect.StructType) and each.tag_field is not None]
    tagged = [each for each in tables if path[:1] == (each.tag_field,) or _tag_of(tree, each) == each.tag]
    return tuple(word for each in tagged or kinds for word in _words(each, tree, path))


def _tag_of(tree: Any, table: inspect.StructType) -> Any:
    return tree.get(table.tag_field) if isinstance(tree, dict) else None
