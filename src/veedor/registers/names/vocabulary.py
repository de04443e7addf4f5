"""Words in names that are no names: legal forms, titles, particles, numbers, and what every other firm is called.

The lists are data/name_words.toml: own ones, for Latin America and the languages its trade is done in, short on
purpose. A word that is missing there is compared like a name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from types import MappingProxyType

DATA = tomllib.loads((resources.files("veedor.registers") / "data" / "name_words.toml").read_text(encoding="utf-8"))


def _set(name: str) -> frozenset[str]:
    return frozenset(DATA["words"][name].split())


def pairs(text: str) -> Mapping[str, str]:
    """`a=b c=d` as a mapping."""
    return MappingProxyType({one: other for one, _, other in (each.partition("=") for each in text.split())})


def with_slips(same: Mapping[str, str]) -> Mapping[str, str]:
    """These spellings, and each with two neighbours behind the first letter swapped or one letter written twice. A
    spelling of its own, or what slips of two words would share, is none."""
    made: dict[str, str] = {}
    for spelling, word in same.items():
        for at in range(1, len(spelling)):
            swapped = spelling[:at] + spelling[at : at + 2][::-1] + spelling[at + 2 :]
            for slip in (swapped, spelling[:at] + spelling[at - 1 :]):
                made[slip] = word if made.get(slip, word) == word else slip
    return MappingProxyType(made | dict(same))


FORMS: Mapping[tuple[str, ...], str] = MappingProxyType(
    {tuple(form.split()): kind for kind, forms in DATA["forms"].items() for form in forms.split("|")}
)
"""Legal forms by what they are: the same class does not contradict, and `any` stands with every other."""
FORMS_BEGIN = frozenset(form[0] for form in FORMS)
LONGEST_FORM = max(len(form) for form in FORMS)

TITLES = _set("titles")
PARTICLES = _set("particles")
SMALL_WITHOUT_VOWELS = _set("small_without_vowels")
FATHER_OF = _set("father_of")
GENERIC = _set("generic")
COMMON = _set("common")
NUMBERS = pairs(DATA["words"]["numbers"])
NUMBERS_OR_NAMES = frozenset(("vi", "xi"))
"""Roman numerals that are surnames where a name begins with them."""
SAME = with_slips(pairs(DATA["words"]["same"]))
"""Spellings of one word by that word, and slips in them: letter by letter, "Adbul" is nothing like "Abd"."""
PATRONYMIC_ENDS = (
    "ovich", "evich", "ovych", "evych", "ovna", "evna", "ivna", "yevich", "oglu", "ogly", "ovitch", "evitch",
)  # fmt: skip
