"""Chinese, Korean and Japanese writing by its readings: every syllable in each spelling that Latin letters give it.

Korean syllables are taken apart into their letters, kana have a table (data/name_words.toml, `read`); both with the
spellings of several systems, since lists and passports follow none. Chinese characters have the readings of pypinyin
(all that a character has) in pinyin and Wade-Giles, and common ones as names have them in Hong Kong and Korea.
Japanese readings of Chinese characters are not known here.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

from veedor.registers.names.vocabulary import DATA

MARK = "!"
"""Begins the ways (spelled.py) of what is read as a whole: no vowel may be put in."""
_OTHERWISE, _NEXT = "|", ";"
_HANGUL, _HANGUL_ENDS = 0xAC00, 0xD7A4
_FIRST = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_MIDDLE = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_LAST = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_KATAKANA, _KATAKANA_ENDS, _TO_HIRAGANA = 0x30A1, 0x30F7, 0x60
_LONG = "ー"


@cache
def _table(name: str) -> dict[str, str]:
    said = (each.partition("=") for each in DATA["read"][name].split())
    return {writing: ways.replace("_", "") for writing, _, ways in said}


@cache
def _elsewhere() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in ("han_surnames", "han_given"):
        for written, ways in _table(name).items():
            for each in written:
                found.setdefault(each, []).extend(ways.split(_OTHERWISE))
    return found


def _is_hangul(letter: str) -> bool:
    return _HANGUL <= ord(letter) < _HANGUL_ENDS


def _is_kana(letter: str) -> bool:
    return "ぁ" <= letter <= "ゖ" or letter == _LONG


def _is_han(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff" or "\U00020000" <= letter <= "\U000323af" or letter == "々"


def is_read(text: str) -> bool:
    """Whether a word holds such writing."""
    return not text.isascii() and any(
        _is_hangul(each) or _is_kana(each) or _is_han(each) for each in _one_kana(unicodedata.normalize("NFKC", text))
    )


@lru_cache(maxsize=100_000)
def syllables(text: str) -> tuple[tuple[str, str], ...]:
    """A word taken apart into what is written as a word in Latin letters, each with its ways (spelled.py): Korean
    syllables and Chinese characters one by one, kana together. What is neither stays as it is, without ways."""
    found: list[tuple[str, str]] = []
    kana = other = ""
    for letter in _one_kana(unicodedata.normalize("NFKC", text)) + " ":
        if kana and not _is_kana(letter):
            found.append((kana, _kana(kana)))
            kana = ""
        if other and (letter == " " or _is_kana(letter) or _is_han(letter) or _is_hangul(letter)):
            found.append((other, ""))
            other = ""
        if _is_kana(letter):
            kana += letter
        elif _is_hangul(letter):
            found.append((letter, _hangul(letter)))
        elif _is_han(letter):
            found.append((letter, _han(letter)))
        elif letter != " ":
            other += letter
    return tuple(found)


def reading(ways: str) -> str:
    """The first spelling of what `syllables` says."""
    return "".join(each.strip(MARK).partition(_OTHERWISE)[0] for each in ways.split(_NEXT))


def _one_kana(text: str) -> str:
    """Katakana as hiragana; the two sorts have the same sounds."""
    return "".join(chr(ord(each) - _TO_HIRAGANA) if _KATAKANA <= ord(each) < _KATAKANA_ENDS else each for each in text)


def _hangul(syllable: str) -> str:
    whole = _table("hangul_whole").get(syllable)
    if whole is not None:
        return MARK + whole + _NEXT
    middle, last = divmod(ord(syllable) - _HANGUL, len(_LAST))
    first, middle = divmod(middle, len(_MIDDLE))
    ways = [_table("hangul_first")[_FIRST[first]], _table("hangul_middle")[_MIDDLE[middle]]]
    if last:
        ways.append(_table("hangul_last")[_LAST[last]])
    return "".join(MARK + each + _NEXT for each in ways)


def _kana(word: str) -> str:
    """Two kana that make one sound are one; a vowel after the same vowel makes it long."""
    table, ways, at = _table("kana"), "", 0
    while at < len(word):
        size = 2 if word[at : at + 2] in table and len(word) > at + 1 else 1
        ends = table.get(word[at : at + size], "").partition(_OTHERWISE)[0][-1:]
        ways += MARK + table.get(word[at : at + size], "") + _NEXT
        at += size
        if word[at : at + 1] in ("う", "お", "い") and ends and ends + word[at] in ("oう", "oお", "uう", "eい", "iい"):
            long = "u" if word[at] == "う" else ends if word[at] == "お" else "i"
            ways += f"{MARK}{_OTHERWISE}{long}{_OTHERWISE}{ends}{_OTHERWISE}h{_NEXT}"
            at += 1
    return ways


@cache
def _han(character: str) -> str:
    from pypinyin import Style, pinyin  # takes half a second, and few files need it

    found: dict[str, None] = {}
    for style in (Style.NORMAL, Style.WADEGILES):
        for each in pinyin(character, style=style, heteronym=True)[0]:
            plain = "".join(letter for letter in unicodedata.normalize("NFKD", each) if "a" <= letter <= "z")
            # What is not known comes back as it was; v stands for ü.
            found |= dict.fromkeys([plain.replace("v", "u"), plain.replace("v", "yu")] if "v" in plain else [plain])
    found |= dict.fromkeys(_elsewhere().get(character, ()))
    found.pop("", None)
    return MARK + _OTHERWISE.join(found) + _NEXT if found else ""
