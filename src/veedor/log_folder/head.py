"""Head records: the last head of each log, kept outside the mission, so that a restored backup cannot fork it.

Store: the user's state folder (`$VEEDOR_STATE`). TRUSTED. It must not be in any backup and never be rolled back.
Whoever can write it can make this copy sign a second history (a fork, which witnesses and other copies detect);
whoever deletes it stops this copy from appending, nothing more. Reading and verifying never need it.
"""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from veedor.errors import StoreError, VerifyError
from veedor.log.canonical_json import canonical_bytes, parse_object
from veedor.log.tree import HASH_BYTES, LARGEST_SIZE
from veedor.log_folder.files import Files, make_folders, write_durable

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_LARGEST_RECORD = 4096


@dataclass(frozen=True)
class Head:
    """What has been, or is about to be, signed: never two roots for one size."""

    origin: str
    size: int
    root: bytes


class HeadRecords:
    """The records of all logs that this user appends to, each under the digest of its genesis (hex)."""

    def __init__(self, folder: Path, files: Files) -> None:
        self.folder = folder
        self.files = files

    def read(self, genesis: str) -> Head | None:
        """The last recorded head of a log; None where there has never been one; StoreError where it is damaged."""
        path = self._path(genesis, "head")
        if not self.files.exists(path):
            return None
        try:
            record = parse_object(self.files.read(path, _LARGEST_RECORD + 1), largest=_LARGEST_RECORD)
            origin, size, root = record.get("origin"), record.get("size"), record.get("root")
            named = record.get("schema") == "head/1" and record.get("genesis") == genesis and len(record) == 5
            if named and isinstance(origin, str) and isinstance(root, str) and type(size) is int:
                head = Head(origin, size, bytes.fromhex(root))
                if 1 <= size <= LARGEST_SIZE and len(head.root) == HASH_BYTES:
                    return head
            problem = "fields missing or out of range"
        except (VerifyError, ValueError) as error:
            problem = str(error)
        raise StoreError(
            "the head record is damaged",
            file=str(path),
            found=problem,
            next_step="put the file aside, do not delete it; then `veedor log recover` asks the witnesses "
            "(docs/operating.md)",
        )

    def compare_and_swap(self, genesis: str, old: Head | None, new: Head) -> None:
        """Replace `old` by `new` durably; StoreError, and nothing changed, where something else is recorded.

        A head of a smaller size, or of the same size with another root, is refused whatever is recorded.
        """
        make_folders(self.files, self.folder)
        with self.files.lock(self._path(genesis, "lock")):
            found = self.read(genesis)
            if found != old:
                raise StoreError(
                    "the log was continued by another writer",
                    file=str(self._path(genesis, "head")),
                    expected=_show(old),
                    found=_show(found),
                    next_step="open the log again; append from one copy only",
                )
            if old is not None and new != old and (new.origin != old.origin or new.size <= old.size):
                raise StoreError("a head cannot go back", expected=f"after {_show(old)}", found=_show(new))
            record = {
                "schema": "head/1",
                "genesis": genesis,
                "origin": new.origin,
                "size": new.size,
                "root": new.root.hex(),
            }
            write_durable(self.files, self._path(genesis, "head"), canonical_bytes(record))

    def hold(self, genesis: str) -> AbstractContextManager[None]:
        """The lock that the one writer of this log holds while it is open; StoreError where another holds it."""
        make_folders(self.files, self.folder)
        return self.files.lock(self._path(genesis, "writer"))

    def _path(self, genesis: str, kind: str) -> Path:
        if not _DIGEST.fullmatch(genesis):
            raise StoreError("not the digest of a genesis", expected="64 hex digits", found=genesis[:100])
        return self.folder / f"{genesis}.{kind}"


def _show(head: Head | None) -> str:
    return "no head" if head is None else f"size {head.size}, root {head.root.hex()}"
