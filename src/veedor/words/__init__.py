"""English and Spanish catalogue: message keys to sentences, with units, plurals and number rules of each language."""

from __future__ import annotations

from veedor.words.catalogue import LANGUAGES, Language, Value, keys, known, say
from veedor.words.said import Said, phrase, phrase_or_quote, told

__all__ = ["LANGUAGES", "Language", "Said", "Value", "keys", "known", "phrase", "phrase_or_quote", "say", "told"]
