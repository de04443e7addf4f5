"""Preparing a name once: words, what each is, how it sounds, how much it says; pairs are compared on these alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from veedor.registers.names import vocabulary as known
from veedor.registers.names.bones import bones
from veedor.registers.names.fold import fold
from veedor.registers.names.parts import omissible
from veedor.registers.names.readings import MARK, is_read, reading, syllables
from veedor.registers.names.scripts import compound, is_skeleton, without_article
from veedor.registers.names.sounds import sound
from veedor.registers.names.spelled import ways

NAME, INITIAL, NUMBER, SMALL = 0, 1, 2, 3
"""Kinds of words; SMALL are particles and titles, which only help."""

MOST_WORDS = 16
LONGEST_WORD = 24
# How much one letter of a name says, in units; at most ten letters count.
_PLAIN, _COMMON, _GENERIC, _SMALL = 10, 6, 4, 1
_LETTERS_COUNTED = 10
# A.B.C. and J.P are one word in a firm's name and initials in a person's.
_DOTTED = re.compile(r"\b(?:\w\.){1,}\w\b\.?")


@dataclass(frozen=True)
class Word:
    """One word of a name. `mass` is how much agreeing in it says; `may_go` whether its bearer may leave it out;
    `skeleton` whether it is written in a script that Latin letters do not follow: without vowels, or in syllables;
    `ways` how it may be spelled then (spelled.py, readings.py)."""

    text: str
    key: str
    kind: int
    mass: int
    may_go: bool
    skeleton: bool
    bones: str
    ways: str


@dataclass(frozen=True)
class PreparedName:
    """`forms` are the classes of its legal forms. `whole` is the folded text without forms, sorted by word, for looking
    names up. `cut` says how many words beyond MOST_WORDS were left out."""

    written: str
    words: tuple[Word, ...]
    forms: frozenset[str]
    whole: str
    cut: int


def prepare(name: str, rarity: Mapping[str, int] | None = None) -> PreparedName:
    """Prepares one name as written. `rarity` gives words that are common in the population their mass in per cent."""
    words, given = _split(name)
    kept, forms = _without_forms(words)
    if _DOTTED.search(name) and (forms or any(word.text in known.GENERIC for word in words)):
        words, given = _split(_DOTTED.sub(lambda match: match.group().replace(".", ""), name))
        kept, forms = _without_forms(words)
    if not kept:  # a firm may be called by nothing but such words
        kept = list(range(len(words)))
    kept, cut = kept[:MOST_WORDS], max(0, len(kept) - MOST_WORDS)
    texts = [_one_spelling(words[at].text, place == 0) for place, at in enumerate(kept)]
    kinds = [_kind(text, words[at].skeleton) for at, text in zip(kept, texts, strict=True)]
    if NAME not in kinds:
        kinds = [NAME if kind == SMALL else kind for kind in kinds]
    read = [words[at].ways.startswith(MARK) for at in kept]
    # A syllable of a Chinese or Korean name is no middle name.
    names = [at for at, kind in enumerate(kinds) if kind == NAME and not read[at]]
    # Whether words may go is asked of persons' names; firms' words are told apart by GENERIC.
    may_go = set() if forms else omissible(texts, names, sum(1 for at in kept if at < given))
    made = tuple(
        Word(
            text[:LONGEST_WORD],
            "" if read[at] else sound(text)[:LONGEST_WORD],
            kind,
            _mass((reading(words[kept[at]].ways) if read[at] else "") or text, kind, rarity),
            at in may_go,
            words[kept[at]].skeleton,
            "" if read[at] else bones(text)[:LONGEST_WORD],
            words[kept[at]].ways,
        )
        for at, (text, kind) in enumerate(zip(texts, kinds, strict=True))
    )
    return PreparedName(name, made, forms, " ".join(sorted(word.text for word in made)), cut)


class _Raw(NamedTuple):
    text: str
    skeleton: bool
    marked: bool
    ways: str


def _split(name: str) -> tuple[list[_Raw], int]:
    """Folded words in speaking order, and how many of them are given names that stood behind a comma: "SURNAME, Given"
    is turned round (0: there was no such comma)."""
    parts = [[word for whole in part.split() for word in _words(whole)] for part in name.split(",")]
    if len(parts) == 2 and all(parts) and not _is_form(parts[1]):
        return parts[1] + parts[0], len(parts[1])
    return [word for part in parts for word in part], 0


@lru_cache(maxsize=200_000)
def _words(whole: str) -> tuple[_Raw, ...]:
    """What stands between two spaces, folded: more than one word where signs, syllables or an article part it."""
    if is_read(whole):
        return tuple(
            _Raw(text, bool(said), True, said)
            for each, said in syllables(whole)
            for text in ([each] if said else fold(each).split())
        )
    return tuple(
        _Raw(word, is_skeleton(raw), not raw.isascii(), ways(raw) if is_skeleton(raw) else "")
        for raw in compound(whole)
        for word in fold(without_article(raw)).split()
    )


def _is_form(words: list[_Raw]) -> bool:
    return tuple(word.text for word in words) in known.FORMS


def _without_forms(words: list[_Raw]) -> tuple[list[int], frozenset[str]]:
    """Places of words that belong to no legal form, and the classes of the forms."""
    kept: list[int] = []
    forms: set[str] = set()
    texts = [word.text for word in words]
    at = 0
    while at < len(texts):
        if texts[at] not in known.FORMS_BEGIN:
            kept.append(at)
            at += 1
            continue
        for size in range(min(known.LONGEST_FORM, len(texts) - at), 0, -1):
            kind = known.FORMS.get(tuple(texts[at : at + size]))
            # "SA" or "AS" stand at an end; in the middle, or with an accent (Sá), they are words.
            ends = at == 0 or at + size >= len(texts) - 2 or kind == "any"
            if kind is not None and (size > 1 or (ends and not (words[at].marked and len(texts[at]) == 2))):
                forms.add(kind)
                at += size
                break
        else:
            kept.append(at)
            at += 1
    return kept, frozenset(forms - {"any"})


def _one_spelling(text: str, first: bool) -> str:
    if first and text in known.NUMBERS_OR_NAMES:
        return text
    return known.NUMBERS.get(text) or known.SAME.get(text, text)


def _kind(text: str, skeleton: bool) -> int:
    if text.isdigit():
        return NUMBER
    if skeleton:
        return SMALL if text in known.SMALL_WITHOUT_VOWELS else NAME
    if text in known.TITLES or text in known.PARTICLES:
        return SMALL
    return INITIAL if len(text) == 1 and text.isascii() else NAME


def _mass(text: str, kind: int, rarity: Mapping[str, int] | None) -> int:
    letters = min(len(text), _LETTERS_COUNTED)
    if kind == NUMBER:
        return 2 * _PLAIN
    if kind == INITIAL:
        return _PLAIN
    if kind == SMALL:
        return _SMALL * letters
    each = _GENERIC if text in known.GENERIC else _COMMON if text in known.COMMON else _PLAIN
    mass = letters * each
    return mass if rarity is None else mass * rarity.get(text, 100) // 100
