"""The house keeps its shape: files stay small, every table is declared once, and nothing reaches for the clock."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

import pytest

from veedor.accord.page import DECIDES, EXPLAINS, MODULES
from veedor.cli.app import COMMANDS
from veedor.tables import TABLES

SOURCE = Path(__file__).resolve().parents[2] / "src" / "veedor"
FILES = sorted(SOURCE.rglob("*.py"))
# Declared data, not code: may be longer than 500 lines.
DATA = {"formats/currency.py"}


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_file_outgrows_500_lines(file: Path) -> None:
    if file.relative_to(SOURCE).as_posix() not in DATA:
        assert len(file.read_text(encoding="utf-8").splitlines()) <= 500


def test_the_median_file_stays_under_175_lines() -> None:
    assert statistics.median(len(file.read_text(encoding="utf-8").splitlines()) for file in FILES) < 175


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_every_file_says_its_one_idea_first(file: Path) -> None:
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    assert docstring, "the file's first sentence says which idea it holds"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_a_thin_shell(name: str) -> None:
    """At most 25 lines beside its signature and its help."""
    tree = ast.parse((SOURCE / "cli" / f"{COMMANDS[name][0].replace('.', '/')}.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    # A command, or a group of commands that are decorated with its name.
    handlers = [
        node for node in functions if node.name == name or any(_group(each) == name for each in node.decorator_list)
    ]
    assert handlers
    for handler in handlers:
        lines = handler.body[-1].end_lineno - handler.body[0].end_lineno  # type: ignore[operator] # parsed from a file
        assert ast.get_docstring(handler) and lines <= 25, handler.name


def _group(decorator: ast.expr) -> str:
    made = decorator.func if isinstance(decorator, ast.Call) else decorator
    return made.value.id if isinstance(made, ast.Attribute) and isinstance(made.value, ast.Name) else ""


def test_every_table_is_declared_once_with_a_total_order() -> None:
    assert len({table.id for table in TABLES}) == len(TABLES)
    for table in TABLES:
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        assert set(table.order) <= set(names)
        assert table.key is None or table.key in names
        assert len(table.groups) <= (4 if table.sourced else 5)


def test_columns_that_carry_a_unit_name_it() -> None:
    """A float column would break exactness; an angle, length, speed or power column must end in its unit."""
    for table in TABLES:
        for column in table.columns:
            assert "float" not in str(column.type) and "double" not in str(column.type), (table.id, column.name)


def test_what_judges_a_log_is_read_in_a_day() -> None:
    """About 900 lines of code were asked for; docstrings, comments and blank lines are not counted."""
    assert sum(_code_lines(path.read_text(encoding="utf-8")) for path in (SOURCE / "log").glob("*.py")) <= 900


def test_the_second_evaluator_of_accords_is_read_in_an_hour() -> None:
    """At most 700 lines of code that decide every state and what comes next, with what explains them; comments and
    blank lines are not counted. What joins them to the page is counted apart and may not grow."""
    folder = SOURCE / "accord" / "page"
    texts = {
        name: (folder / f"{name}.js").read_text(encoding="utf-8")
        for name in MODULES
        if name not in ("incidents", "determined")
    }
    assert all(len(line) <= 120 for text in texts.values() for line in text.splitlines())
    code = {name: [line for line in text.splitlines() if re.match(r" *(?!//)\S", line)] for name, text in texts.items()}
    assert sum(len(code.pop(name)) for name in (*DECIDES, *EXPLAINS)) <= 700
    assert sum(map(len, code.values())) <= 165


def test_what_decides_over_accords_imports_nothing_that_explains() -> None:
    folder = SOURCE / "accord" / "page" / "decide"
    assert {f"decide/{path.stem}" for path in folder.iterdir()} == set(DECIDES)
    for file in folder.iterdir():
        text = re.sub(r"//.*", "", file.read_text(encoding="utf-8"))
        imports = re.findall(r'^import \{[^}]*\} from "\./([a-z]+)\.js";$', text, re.MULTILINE)
        assert len(re.findall(r"\bimport\b|\brequire\b|\bglobalThis\b", text)) == len(imports), file.name
        assert {f"decide/{name}" for name in imports} <= set(DECIDES), file.name


def _code_lines(text: str) -> int:
    bodies = [
        node.body for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
    ]
    told = [
        line
        for body in bodies
        for node in body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    ]
    lines = [line.strip() for number, line in enumerate(text.splitlines(), 1) if number not in told]
    return len([line for line in lines if line and not line.startswith("#")])
