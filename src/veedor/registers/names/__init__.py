"""Names of persons, firms and ships: prepared once, found by their words, compared with a score that says why."""

from __future__ import annotations

from veedor.registers.names.index import NameIndex, name_index
from veedor.registers.names.nobody import names_nobody
from veedor.registers.names.prepare import PreparedName, prepare
from veedor.registers.names.rarity import rarity
from veedor.registers.names.score import NameScore, score, scores
from veedor.registers.names.weights import REPORT_MILLI_LOG10

__all__ = [
    "REPORT_MILLI_LOG10", "NameIndex", "NameScore", "PreparedName", "name_index", "names_nobody", "prepare",
    "rarity", "score", "scores",
]  # fmt: skip
