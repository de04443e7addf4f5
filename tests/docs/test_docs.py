"""Docs are tested: pages made from the code are fresh, the navigation is whole, commands in the text exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tools.make_docs import PAGES
from veedor.cli.app import COMMANDS
from veedor.formats.mapping import TARGETS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_made_from_the_code_is_fresh(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run `.venv/bin/python -m tools.make_docs`"


def test_every_page_of_the_navigation_exists_and_every_page_stands_in_it() -> None:
    text = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    listed = set(re.findall(r'"([\w/.-]+\.md)"', text))
    assert tomllib.loads(text)["project"]["nav"]
    assert listed == {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}


def test_architecture_stays_short_and_names_what_exists() -> None:
    lines = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 100
    for room in re.findall(r"^\| `([\w./]+)`", "\n".join(lines), re.MULTILINE):
        assert (ROOT / "src/veedor" / room).exists(), room


def test_the_page_on_mappings_names_every_table_that_one_can_fill() -> None:
    text = (DOCS / "mappings.md").read_text(encoding="utf-8")
    assert not [name for name in TARGETS if not re.search(rf"\b{name}\b", text)]


@pytest.mark.parametrize("file", ["README.md", "docs/tutorial.md"])
def test_commands_in_the_text_exist(file: str) -> None:
    known = set(COMMANDS)
    for command in re.findall(r"(?<!import )\bveedor ([a-z]+)\b(?!\.)", (ROOT / file).read_text(encoding="utf-8")):
        assert command in known, command
