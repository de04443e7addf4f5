"""The outbox: this copy's signed statements that are not in the log yet, durable before anybody is told of them.

A statement is named by its party, its place in the chain and its digest, so writing it twice is writing it once. It
leaves the outbox only when the log holds it. Not trusted: whoever takes it away delays the party and
can forge nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from veedor.errors import StoreError
from veedor.log.envelope import digest as digest_of
from veedor.log.files import Files, make_folders, write_durable
from veedor.log.tiles import LARGEST_ENTRY

_NAME = re.compile(r"([a-z][a-z0-9-]*)\.([0-9]{8})\.([0-9a-f]{64})\.json", re.ASCII)


@dataclass(frozen=True, order=True)
class Waiting:
    """One statement in the outbox."""

    party: str
    seq: int
    digest: str
    envelope: bytes


class Outbox:
    """The folder of waiting statements."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._folder = folder
        self._files = files

    def put(self, party: str, seq: int, envelope: bytes) -> Waiting:
        """Make a statement durable here; on return it survives a crash."""
        make_folders(self._files, self._folder)
        waiting = Waiting(party, seq, digest_of(envelope), envelope)
        write_durable(self._files, self._path(waiting), envelope)
        return waiting

    def waiting(self) -> tuple[Waiting, ...]:
        """All statements by party and `seq`; StoreError for a file whose name does not fit its content."""
        found = []
        for name in self._files.list(self._folder):
            match = _NAME.fullmatch(name)
            if match is None:
                continue  # a temporary file that a crash left, or not ours
            data = self._files.read(self._folder / name, LARGEST_ENTRY + 1)
            if digest_of(data) != match[3]:
                raise StoreError(
                    "a statement in the outbox was changed",
                    file=str(self._folder / name),
                    expected=match[3],
                    found=digest_of(data),
                    next_step="remove the file and repeat the command that made it",
                )
            found.append(Waiting(match[1], int(match[2]), match[3], data))
        return tuple(sorted(found))

    def remove(self, waiting: Waiting) -> None:
        """Forget a statement that the log holds."""
        self._files.remove(self._path(waiting))
        self._files.sync_folder(self._folder)

    def _path(self, waiting: Waiting) -> Path:
        return self._folder / f"{waiting.party}.{waiting.seq:08d}.{waiting.digest}.json"
