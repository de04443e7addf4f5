"""The whole example of decision 9, read from there, so that the document and the software cannot part."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from veedor.accord.load import read_accord
from veedor.accord.model.accord import Accord

DECISION = Path(__file__).resolve().parents[2] / "docs" / "decisions" / "0009-accord.md"


def corridor() -> Accord:
    """The accord between parties a and b that decision 9 shows."""
    found = re.search(r"```yaml\n(.*?)```", DECISION.read_text(encoding="utf-8"), re.DOTALL)
    assert found, "decision 9 shows a whole accord"
    return read_accord(found[1].encode(), DECISION.name).accord


def corridor_tree() -> dict[str, object]:
    """The same as plain tables, to change it."""
    tree = msgspec.to_builtins(corridor())
    assert isinstance(tree, dict)
    return tree
