"""Any spelling to plain Latin letters and digits: marks off, special letters to their usual two, scripts by table."""

from __future__ import annotations

import unicodedata

from veedor.registers.names.scripts import LETTERS

# Letters that Unicode does not take apart, as passports write them (ICAO Doc 9303, part 3, section 6).
_SPECIAL = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i",
    "ŋ": "ng", "ə": "a", "ĸ": "k", "ƙ": "k", "ɓ": "b", "ɗ": "d", "€": "e", "$": "s",
}  # fmt: skip
_TABLE = {ord(key): value for key, value in _SPECIAL.items()} | {ord(key): value for key, value in LETTERS.items()}
# Written inside words: 'Abd, O'Brien, Ch'o, and the Arabic and Hebrew signs for the same sounds.
_DROPPED = dict.fromkeys(map(ord, "'\u2019\u2018\u02bc\u02bf\u02be\u0060\u00b4\u0640\u05f3\u05f4"), None)


def fold(text: str) -> str:
    """Lower-case letters a to z, digits, and spaces between words; `&` becomes `and`. Characters of scripts without a
    table stay as they are, so that two such names can still be equal."""
    if text.isascii():
        plain = text.lower().translate(_DROPPED)
    else:
        lower = unicodedata.normalize("NFKC", text).casefold().translate(_DROPPED).translate(_TABLE)
        # Taken apart only after the table: й and ё are letters of their own, not и and е with a mark.
        marked = unicodedata.normalize("NFKD", lower)
        plain = "".join(each for each in marked if not unicodedata.combining(each)).translate(_TABLE)
    return " ".join("".join(each if each.isalnum() else " " for each in plain.replace("&", " and ")).split())
