"""Whether a Latin word is a usual spelling of a word in Arabic or Hebrew letters: letter by letter, vowels put in.

Each letter has the spellings that Spanish, English, French, German and Turkish writers give it (data/name_words.toml,
`spelled`). Letters for long vowels must be met; short vowels, which these scripts do not write, may stand anywhere but
at the beginning and end of a word, where they are written.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from veedor.kernel import kernel
from veedor.registers.names.vocabulary import DATA

Ints = npt.NDArray[np.int32]
_OTHERWISE, _NEXT = "|", ";"
_ARTICLE = "ال"
_LONG_ENOUGH = 5


def _table() -> dict[str, str]:
    found: dict[str, str] = {}
    for said in (each for text in DATA["spelled"].values() for each in text.split()):
        letters, _, ways = said.partition("=")
        found |= {letter: ways.replace("_", "") for letter in letters}
    return found


_WAYS = _table()
_ARTICLES = "|".join(["", *(vowel + letter for vowel in ("a", "e", "i", "o", "u", "ou", "oo") for letter in "ldrznst")])


@lru_cache(maxsize=200_000)
def ways(word: str) -> str:
    """The spellings of each letter of a raw word, parted by `|`, letters closed by `;`. An article written as one with
    the word may be spelled, also as it sounds before the next letter (ud-Din), or left out."""
    plain = "".join(each for each in unicodedata.normalize("NFKC", word) if each in _WAYS)
    made = ""
    if plain.startswith(_ARTICLE) and len(plain) >= _LONG_ENOUGH:
        made, plain = _ARTICLES + _NEXT, plain[len(_ARTICLE) :]
    return made + "".join(_WAYS[each] + _NEXT for each in plain)


def _examples() -> list[tuple[object, ...]]:
    read = ("!g|k;!i|ee;!m;", "kim"), ("!o;!|u|h;!no;", "ohno")
    pairs = [("محمد", "mohammed"), ("قذافي", "gadhafi"), ("الدين", "uddin"), ("علي", "omar"), ("", "ab"), ("يحيى", "")]
    made: list[tuple[object, ...]] = []
    for said, other in (*((ways(one), other) for one, other in pairs), *read):
        arrays = [np.array([*map(ord, text)], np.int32) for text in (said, other)]
        made.append((arrays[0], 0, len(said), arrays[1], 0, len(other), 2, np.zeros((2, len(other) + 1), np.int32)))
    return made


@kernel(examples=lambda: [(97,), (98,), (121,)])
def _vowel(letter: int) -> bool:
    return letter == 97 or letter == 101 or letter == 105 or letter == 111 or letter == 117


@kernel(examples=_examples)
def letters_off(said: Ints, s0: int, s1: int, word: Ints, w0: int, w1: int, most: int, rows: Ints) -> int:
    """In how many letters `word` is no spelling of what `said` (see `ways`) allows; `most` + 1 where in more."""
    m = w1 - w0
    before, after = 0, 1
    rows[before, 0] = 0
    for j in range(1, m + 1):
        rows[before, j] = j  # a vowel at the beginning is written, so it is no vowel put in
    at = s0
    while at < s1:
        whole = said[at] == 33  # "!": read as a whole, no vowel may be put in
        if whole:
            at += 1
        for j in range(m + 1):
            rows[after, j] = rows[before, j] + 1  # the letter is not spelled at all
            if j > 0:
                rows[after, j] = min(rows[after, j], rows[before, j - 1] + 1)
        begin = at
        while True:
            if said[at] == 124 or said[at] == 59:
                size = at - begin
                for j in range(m - size + 1):
                    same = True
                    for i in range(size):
                        if word[w0 + j + i] != said[begin + i]:
                            same = False
                            break
                    if same:
                        rows[after, j + size] = min(rows[after, j + size], rows[before, j])
                begin = at + 1
            at += 1
            if said[at - 1] == 59:
                break
        least = rows[after, 0]
        for j in range(1, m + 1):
            letter = word[w0 + j - 1]
            ahead = word[w0 + j - 2] if j > 1 else 0
            # One vowel may be put in (ou is one), and a letter doubled; the French write an e behind the last one.
            short = _vowel(letter) and (not _vowel(ahead) or (ahead == 111 and letter == 117))
            free = (short and j < m) or letter == ahead or (j == m and letter == 101)
            rows[after, j] = min(rows[after, j], rows[after, j - 1] + (0 if free and not whole else 1))
            least = min(least, rows[after, j])
        if least > most:
            return most + 1
        before, after = after, before
    return int(min(rows[before, m], most + 1))
