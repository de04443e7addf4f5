"""One key, for people."""

from __future__ import annotations

from typing import Any

from msgspec import to_builtins

from veedor.mission.rows.access import KeyRow
from veedor.words import Language, say


def key_sentence(row: KeyRow, language: Language) -> str:
    """Whose, what for, since when, and whether it still signs."""
    values: dict[str, Any] = to_builtins(row)
    values |= {"key": row.key[:16], "use": say(f"key.use.{row.use}", language), "scope": ", ".join(row.scope)}
    return say(f"state.key.{row.status}", language, values)
