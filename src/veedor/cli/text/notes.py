"""What readers chose and measured, for people: a line per note, each file's name before its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from veedor.mission.deposits.intake import FileCount
from veedor.views.file_places import names_apart
from veedor.words import Language, say

# A note that many files share is told for so many of them.
MOST_FILES = 20


def note_lines(files: Sequence[FileCount], language: Language) -> Iterator[str]:
    """Notes of the first MOST_FILES files that have any; the details of a deposit hold all of them."""
    noted = [(name, count.notes) for name, count in zip(names_apart(files), files, strict=True) if count.notes]
    for name, notes in noted[:MOST_FILES]:
        for note in notes:
            yield f"{name}: {say(note.key, language, dict(note.values))}"
    if len(noted) > MOST_FILES:
        yield say("note.more", language, {"n": len(noted) - MOST_FILES})
