"""How a word sounds to Spanish, Portuguese and English ears: a key of consonants, equal for spellings of one sound.

Own rules, broad on purpose: b and v, s z and soft c, silent h, y ll and i, k c and qu, x j and soft g. What the key
makes equal is only a hint that spelling has to support (compare.py).
"""

from __future__ import annotations

import re
from functools import lru_cache

_RULES = (
    ("tsch", "c"), ("shch", "s"), ("sch", "s"), ("tch", "c"), ("dzh", "j"), ("kh", "k"), ("gh", "g"), ("dh", "d"),
    ("th", "t"), ("ph", "f"), ("sh", "s"), ("zh", "s"), ("ch", "c"), ("tz", "s"), ("ts", "s"), ("cz", "c"), ("nh", "n"),
    ("lh", "l"), ("ll", "l"), ("dj", "j"), ("dz", "s"), ("ck", "k"), ("que", "ke"), ("qui", "ki"), ("gue", "ge"),
    ("gui", "gi"), ("ce", "se"), ("ci", "si"), ("cy", "si"), ("x", "s"), ("z", "s"), ("q", "k"), ("v", "b"), ("w", "b"),
    ("h", ""),
)  # fmt: skip
_PATTERN = re.compile("|".join(pattern for pattern, _ in _RULES))
_MADE = dict(_RULES)
_OPEN = "aeiou"
_VOWELS = re.compile("[aeiouy]+")
_HARD_C = re.compile("c(?=[aourltkn]|$)")
_TWICE = re.compile(r"(.)\1+")


@lru_cache(maxsize=200_000)
def sound(word: str) -> str:
    """The key of a folded word: what is left without vowels and doubled letters; a beginning vowel counts as `a`."""
    # Doubled letters go first: what the rules bring together (mohammed: m-h-m) are two sounds.
    hard = _PATTERN.sub(lambda match: _MADE[match.group()], _TWICE.sub(r"\1", word))
    # A c that is soft or stands for ch is taken care of above; the others are k. Soft g and j sound alike.
    hard = _HARD_C.sub("k", hard).replace("ge", "je").replace("gi", "ji")
    if word[:1] == "y" and word[1:2] in _OPEN and word[1:2]:
        return "l" + _VOWELS.sub("", hard[1:])  # y and ll sound alike before a vowel
    begins = "a" if word[:1] and word[0] in "aeiouy" else ""
    return begins + _VOWELS.sub("", hard)
