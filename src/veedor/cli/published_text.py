"""What became of a signed statement, for people: its entry in the log, or where it waits and who must append it."""

from __future__ import annotations

from veedor.mission.copy.append import Mission, Published
from veedor.words import Language, Value, say


def published_line(mission: Mission, published: Published, language: Language, logged: str = "statement.logged") -> str:
    """One sentence; `logged` is the message for a statement that the log holds already."""
    values: dict[str, Value] = {
        "statement": published.digest,
        "index": published.index,
        "folder": str(mission.folder.outbox),
        "appender": mission.pending().roster.appender,
    }
    return say("statement.waits" if published.index is None else logged, language, values)
