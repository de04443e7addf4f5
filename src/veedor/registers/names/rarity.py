"""How common each word is in a population of names, as the part of its mass that agreeing in it is worth.

Sharing Rodríguez with one of eighty Rodríguez of a list says less than sharing a name that the list holds once. The
steps are an expert setting; the counts are the list's own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from veedor.registers.names.prepare import PreparedName

# In how many names or fewer: per cent of the mass.
_STEPS = ((4, 100), (12, 85), (40, 70), (120, 55))
_MOST_COMMON = 45


def rarity(names: Iterable[PreparedName]) -> Mapping[str, int]:
    """Per cent by word, for words that are not rare. Each name counts once; alternative spellings of one entry should
    come as one name, or they make their words look common."""
    counts = Counter(word for name in names for word in {word.text for word in name.words})
    return {word: _percent(count) for word, count in counts.items() if count > _STEPS[0][0]}


def _percent(count: int) -> int:
    return next((percent for most, percent in _STEPS if count <= most), _MOST_COMMON)
