"""What became of a signed statement, for people: its entry in the log or where it waits, and what went with it."""

from __future__ import annotations

from veedor.cli import output
from veedor.mission.copy.append import Mission, Published
from veedor.views.private import stated_line
from veedor.words import Language, Value, say


def published_line(mission: Mission, published: Published, language: Language, logged: str = "statement.logged") -> str:
    """One sentence; `logged` is the message for a statement that the log holds already."""
    appender = mission.pending().roster.appender
    values: dict[str, Value] = {
        "statement": published.digest,
        "index": published.index,
        "folder": str(mission.folder.outbox),
        "appender": appender,
    }
    waits = "statement.waits_here" if appender in mission.folder.parties else "statement.waits"
    return say(waits if published.index is None else logged, language, values)


def sent_lines(published: Published, language: Language) -> list[str]:
    """To whom the private side of the statement was sealed, and who has no mailbox; nothing where nothing was sent."""
    sent = published.sent
    if sent is None:
        return []
    readers = ", ".join(party for party in sent.readers if party != published.party)
    lines = [say("statement.sent", language, {"readers": readers, "payload": published.payload})]
    if sent.unreached:
        lines.append(say("statement.unreached", language, {"members": ", ".join(sent.unreached)}))
    return lines


def show_stated(mission: Mission, published: Published, language: Language, *, json: bool) -> None:
    """One statement that a command made, as text or as its line."""
    if json:
        output.line(stated_line(published))
        return
    for line in (published_line(mission, published, language), *sent_lines(published, language)):
        output.text(line)
