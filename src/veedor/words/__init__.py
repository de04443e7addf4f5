"""English and Spanish catalogue: message keys to sentences, with units, plurals and number rules of each language."""

from __future__ import annotations

from veedor.words.catalogue import LANGUAGES, Language, Value, keys, known, say

__all__ = ["LANGUAGES", "Language", "Value", "keys", "known", "say"]
