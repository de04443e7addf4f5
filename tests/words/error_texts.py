"""What the errors of the source say, read from its syntax: each text with the place where it is made.

A text is a constant, or a template `{name}` for one made with values. Followed are what an error is given, both sides
of a choice, a name given a text in the same file, functions that hand what they are given on to an error, and what a
function of the same file gives back in place of what it could not read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).resolve().parents[2] / "src" / "veedor"
TOLD = ("problem", "expected", "next_step")
BESIDE = ("place", "found")
BECOME_ERRORS = {"Wrong": SOURCE / "accord" / "check"}
"""Records of a problem that is raised later, with its place: the name, and the room of it."""
REJECTED = {
    "Wrong": {1: "place", 2: "expected", 3: "found"},
    "Unlisted": {1: "place", 3: "expected", 4: "found"},
    "fail": {2: "place", 3: "expected", 4: "found"},
    "fail_row": {2: "place", 3: "expected", 4: "found"},
    "fail_line": {3: "place", 4: "expected", 5: "found"},
    "FieldError": {1: "expected", 2: "found"},
    "NotamError": {1: "expected", 2: "found"},
    "Spoiled": {3: "expected", 4: "found"},
    "Lost": {3: "place", 4: "expected", 5: "found"},
    "ValueError": {0: "found"},
}
"""What says why one row is no row: the name, and which of its arguments are texts."""
TABLES = ("RANGES", "_TURN", "_ALTITUDE", "_TROUBLES")
"""Names of constants of which a row holds what is expected."""
READERS = (SOURCE / "formats", SOURCE / "money", SOURCE / "registers" / "sanctions")
_FIELDS = (*TOLD, *BESIDE)
_LETTERS = re.compile(r"[a-z]{2}")


class Text(NamedTuple):
    """One text: the field it stands in, and whether it is one sentence whatever the values."""

    text: str
    field: str
    constant: bool
    where: str


@cache
def texts() -> tuple[Text, ...]:
    """Every text of every error under src/veedor."""
    found: list[Text] = []
    for file in _nodes():
        found.extend(_of_file(file))
    return tuple(found)


def shape(text: str) -> str:
    """The text without the names of its values, by which a template and its entry are compared."""
    return re.sub(r"\{\w*\}", "{}", text)


@cache
def _nodes() -> dict[Path, tuple[ast.AST, ...]]:
    """Every file with what stands in it that is of interest here."""
    kinds = (ast.Call, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    return {
        file: tuple(each for each in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(each, kinds))
        for file in sorted(SOURCE.rglob("*.py"))
    }


def _of_file(file: Path) -> Iterator[Text]:
    given = {**_shared(), **_assigned(_nodes()[file]), **_given_back(_nodes()[file])}
    for node in _nodes()[file]:
        for field, value in _handed(node, file):
            for text, constant in _read(value, given, 0):
                where = f"{file.relative_to(SOURCE).as_posix()}:{value.lineno}"
                worded = _LETTERS.search(re.sub(r"\{\w*\}", "", text)) is not None
                yield Text(text, field if worded else "found", constant, where)


def _tabled(node: ast.AST, file: Path) -> Iterator[ast.expr]:
    """Texts of several words in a table of what is expected."""
    if isinstance(node, ast.Assign | ast.AnnAssign) and _reads(file):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is not None and any(_name(each) in TABLES for each in targets):
            words = (each for each in ast.walk(node.value) if isinstance(each, ast.Constant))
            yield from (each for each in words if isinstance(each.value, str) and " " in each.value)


def _handed(call: ast.AST, file: Path) -> Iterator[tuple[str, ast.expr]]:
    """What a call gives to which field of an error; and how a place of a file is written."""
    yield from (("expected", each) for each in _tabled(call, file))
    if isinstance(call, ast.FunctionDef) and call.name == "__str__":
        yield from (("place", each.value) for each in ast.walk(call) if isinstance(each, ast.Return) and each.value)
    if not isinstance(call, ast.Call):
        return
    name = _name(call.func)
    if name in _errors():
        places = {0: "problem"}
    elif BECOME_ERRORS.get(name) == file.parent:
        places = {1: "problem"}
    elif name in REJECTED and _reads(file):
        places = REJECTED[name]
    else:
        places = _helpers().get((file, name)) or _helpers().get((None, name)) or {}
    if not places:
        return
    yield from ((places[at], value) for at, value in enumerate(call.args) if at in places)
    yield from ((each.arg, each.value) for each in call.keywords if each.arg in _FIELDS)


@cache
def _errors() -> set[str]:
    """The family of errors: VeedorError and every class made from it."""
    every = (node for nodes in _nodes().values() for node in nodes)
    bases = {each.name: {_name(base) for base in each.bases} for each in every if isinstance(each, ast.ClassDef)}
    family = {"VeedorError"}
    while more := {name for name, of in bases.items() if of & family} - family:
        family |= more
    return family


@cache
def _helpers() -> dict[tuple[Path | None, str], dict[int, str]]:
    """Functions that make an error from what they are given: by file (none where other files may call it) and name,
    the field of each argument."""
    found: dict[tuple[Path | None, str], dict[int, str]] = {}
    for file, nodes in _nodes().items():
        for function in nodes:
            if isinstance(function, ast.FunctionDef):
                names = [each.arg for each in function.args.args if each.arg != "self"]
                handed = {at: name for at, name in enumerate(names) if name in _FIELDS}
                if handed and any(_makes_error(each, file) for each in ast.walk(function)):
                    found[file if function.name.startswith("_") else None, function.name] = handed
    return found


@cache
def _shared() -> dict[str, list[ast.expr]]:
    """Constants that other files import, by name."""
    return {
        name: values
        for nodes in _nodes().values()
        for name, values in _assigned(nodes).items()
        if name.isupper() and not name.startswith("_")
    }


def _makes_error(node: ast.AST, file: Path) -> bool:
    name = _name(node.func) if isinstance(node, ast.Call) else ""
    return name in _errors() or BECOME_ERRORS.get(name) == file.parent or (name in REJECTED and _reads(file))


def _reads(file: Path) -> bool:
    return any(file.is_relative_to(room) for room in READERS)


def _assigned(nodes: tuple[ast.AST, ...]) -> dict[str, list[ast.expr]]:
    """What each name of a file is given."""
    given: dict[str, list[ast.expr]] = {}
    for each in nodes:
        if isinstance(each, ast.Assign):
            for target in each.targets:
                pairs = [(target, each.value)]
                if isinstance(target, ast.Tuple) and isinstance(each.value, ast.Tuple):
                    pairs = list(zip(target.elts, each.value.elts, strict=False))
                for one, value in pairs:
                    if isinstance(one, ast.Name):
                        given.setdefault(one.id, []).append(value)
        elif isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name) and each.value is not None:
            given.setdefault(each.target.id, []).append(each.value)
    return given


def _given_back(nodes: tuple[ast.AST, ...]) -> dict[str, list[ast.expr]]:
    """What each function of a file returns, by its name and ()."""
    return {
        f"{each.name}()": [one.value for one in ast.walk(each) if isinstance(one, ast.Return) and one.value]
        for each in nodes
        if isinstance(each, ast.FunctionDef)
    }


def _read(value: ast.expr, given: dict[str, list[ast.expr]], depth: int) -> Iterator[tuple[str, bool]]:
    match value:
        case ast.Constant(value=str() as text):
            yield text, True
        case ast.JoinedStr(values=parts):
            yield _template(value), False
            for part in parts:
                if isinstance(part, ast.FormattedValue):
                    inner = _read(part.value, given, depth + 1)
                    yield from ((text, constant) for text, constant in inner if " " in text)
        case ast.BinOp(op=ast.Add()):
            yield _template(value), False
        case ast.IfExp(body=body, orelse=other):
            yield from _read(body, given, depth)
            yield from _read(other, given, depth)
        case ast.BoolOp(values=values):
            for each in values:
                yield from _read(each, given, depth)
        case ast.Name(id=name) if depth < 3:
            for each in given.get(name, []):
                yield from _read(each, given, depth + 1)
        case ast.Call(func=ast.Name(id=name)) if depth < 3:
            for each in given.get(f"{name}()", []):
                yield from _read(each, given, depth + 1)
        case _:
            return


def _template(value: ast.expr) -> str:
    match value:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_template(part) for part in parts)
        case ast.FormattedValue(value=inner):
            return "{" + (_name(inner) or "value") + "}"
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            return _template(left) + _template(right)
        case _:
            return "{" + (_name(value) or "value") + "}"


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
