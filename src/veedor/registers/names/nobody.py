"""Whether what stands in a name's place names nobody: a filler, or words for whoever it may be.

Supervisors treat such information as missing (European Supervisory Authorities, Joint Guidelines JC/GL/2017/16 on
transfers of funds: strings of random characters, and words that make no sense as a name, such as "my customer"). The
list is short on purpose: a word that may be somebody's name is none of it.
"""

from __future__ import annotations

import re

from veedor.registers.names import vocabulary as known
from veedor.registers.names.fold import fold

_PHRASES = frozenset(fold(phrase) for phrase in known.DATA["nobody"]["phrases"].split("|"))
_KEYS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
# One sign again and again; three of most letters may be a firm (AAA).
_ONE_SIGN = re.compile(r"[x0]{2,}|(.)\1{3,}")
_LEAST_RUN = 4


def names_nobody(name: str) -> bool:
    """True for `UNKNOWN`, `One of our customers`, `N/A`, `xxxxx`, `ABCDEFG`, `---`; a name in any script is not."""
    words = fold(name)
    letters = words.replace(" ", "")
    if not letters or words in _PHRASES or _ONE_SIGN.fullmatch(letters):
        return True
    return len(letters) >= _LEAST_RUN and any(keys.startswith(letters) for keys in _KEYS)
