"""A word without its vowels, as Arabic and Hebrew write it: equal for a name in such a script and in Latin letters.

The letters for long vowels stand for consonants too (w, v, y), and h is written or not, so all of them fall out on both
sides. What spellings in Latin letters part (q and k, j and g, sh and ch, p and b) falls together. Broad on purpose: it
leads to words that spelled.py then looks at letter by letter.
"""

from __future__ import annotations

import re
from functools import lru_cache

_RULES = (
    ("tch", "s"), ("sch", "s"), ("dj", "j"), ("dsh", "j"), ("ch", "s"), ("sh", "s"), ("ph", "f"), ("ck", "k"),
    ("tz", "ts"), ("ce", "s"), ("ci", "s"), ("zh", "j"), ("c", "k"), ("q", "k"), ("x", "ks"), ("p", "b"),
    ("g", "j"),
)  # fmt: skip
_PATTERN = re.compile("|".join(pattern for pattern, _ in _RULES))
_MADE = dict(_RULES)
# Where a name in one word keeps the article of its second part: Abdelkader and Nureldin, beside Abdurrahman. The l of
# Abdallah belongs to the name behind it.
_ARTICLE = re.compile("^abd(?:ou|oo|[aeiou])l(?!l|ah?$)|(?<=.)[aeu]l(?=d(?:i|ee)n$)")
_OPEN = re.compile("[aeiouywvh]+")
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=200_000)
def bones(word: str) -> str:
    """The consonants of a folded word. Doubled letters are one, as these scripts write them; two that a vowel parts
    (Mohammed: m, m, d) stay two. An article inside it falls out, as it does before a word of its own."""
    plain = _TWICE.sub(r"\1", _ARTICLE.sub(lambda match: match.group()[:-1], word))
    return _OPEN.sub("", _PATTERN.sub(lambda match: _MADE[match.group()], plain))
