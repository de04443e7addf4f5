"""What readers chose and measured, for people: a line per note, with its file, or the first of several files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from veedor.mission.deposits.intake import FileCount
from veedor.views.file_places import names_apart
from veedor.words import Language, say

MOST_NOTES = 20


def note_lines(files: Sequence[FileCount], language: Language) -> Iterator[str]:
    """The first MOST_NOTES notes by name of their files; one that several files share stands once, with how many they
    are. The details of a deposit hold all of them."""
    noted: dict[str, list[str]] = {}
    for name, count in sorted(zip(names_apart(files), files, strict=True), key=lambda each: each[0]):
        for note in count.notes:
            noted.setdefault(say(note.key, language, dict(note.values)), []).append(name)
    told = list(noted.items())
    for note_text, names in told[:MOST_NOTES]:
        others = len(set(names)) - 1
        and_others = f" {say('note.others', language, {'n': others})}" if others else ""
        yield f"{names[0]}{and_others}: {note_text}"
    left = {name for _, names in told[MOST_NOTES:] for name in names}
    left -= {name for _, names in told[:MOST_NOTES] for name in names}
    if left:
        yield say("note.more", language, {"n": len(left)})
