"""A list's file as handed in: name and bytes, with what every reader needs first: digest, text, a whole-file error."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from veedor.errors import InputError


@dataclass(frozen=True)
class ListFile:
    """`name` is for messages, and for telling which of OFAC's three files it is."""

    name: str
    content: bytes

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.content).digest()

    def text(self) -> str:
        """UTF-8 if it is, else Latin-1 (OFAC's files were), without byte order mark or end-of-file sign."""
        try:
            found = self.content.decode("utf-8-sig")
        except UnicodeDecodeError:
            found = self.content.decode("latin-1")
        return found.rstrip("\x1a")

    def refused(self, problem: str, expected: str, found: str, place: str | None = None) -> InputError:
        """The error of a file that is no such list at all."""
        return InputError(
            problem, file=self.name, place=place, expected=expected, found=found[:200],
            next_step="ask for the file again as the list's authority publishes it",
        )  # fmt: skip
