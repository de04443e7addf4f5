"""Every reason for which a statement has no effect is told in words, in both languages."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

from veedor.accord import evaluate
from veedor.words import known

ROOM = Path(evaluate.__file__).parent
FILES = ("hearing", "measures", "claims", "versions", "obligations", "occurrence", "quotas")
NO_REASONS = {"in_force", "takes_part"}
"""States, which functions beside these return too."""


def reasons() -> set[str]:
    text = "".join((ROOM / f"{each}.py").read_text(encoding="utf-8") for each in FILES)
    lines = [line for line in text.splitlines() if line.strip().startswith("return ") and ', "' not in line]
    return {word for line in lines for word in re.findall(r'"([a-z]+(?:_[a-z]+)+)"', line)}


def test_a_lawyer_reads_why_a_statement_has_no_effect() -> None:
    found = reasons() - NO_REASONS
    assert len(found) > 15 and "another_key" in found
    lacking = sorted(each for each in found if not known(f"accord.ignored.{each}"))
    assert lacking == []
    words = resources.files("veedor.words").joinpath("accord_ignored.toml").read_text(encoding="utf-8")
    assert set(re.findall(r"accord\.ignored\.(\w+)", words)) == found, "none is told that no statement gets"
