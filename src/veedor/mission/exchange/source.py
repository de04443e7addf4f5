"""Where another copy's files come from: a folder (a stick, a mounted disk) or a web server. Neither is trusted.

A source gives bytes under relative names and nothing else; whoever asks says how many bytes a file may have, and checks
what they mean. Names of what lies in a folder come from the folder itself, or from the file `list` in it, because web
servers list nothing in a form to rely on.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Protocol

from veedor.errors import UsageError, VeedorError, VerifyError

LISTING = "list"
LARGEST_LISTING = 1 << 23
MOST_NAMES = 100_000
BLOCK = 1 << 16

_PATH = re.compile(r"[a-zA-Z0-9_-][a-zA-Z0-9._-]*(?:/[a-zA-Z0-9_-][a-zA-Z0-9._-]*)*", re.ASCII)
_WEB = re.compile(r"https?://", re.ASCII | re.IGNORECASE)


class UnreachableError(VeedorError):
    """Another copy's files cannot be fetched now; what was fetched and checked before is kept."""


class Source(Protocol):
    """Files of another copy, read only. `name` is what people call it."""

    name: str

    def read(self, path: str, largest: int) -> bytes | None:
        """The whole file, None where there is none; VerifyError where it is larger, UnreachableError where it cannot be
        read."""

    def blocks(self, path: str, largest: int) -> Iterator[bytes] | None:
        """The same in blocks, for files that do not fit into memory; the errors come while it is read."""

    def list(self, folder: str) -> tuple[str, ...]:
        """Names of the files in a folder, sorted; at most `MOST_NAMES`."""


class FolderSource:
    """A folder, which may change while it is read."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self._folder = folder

    def read(self, path: str, largest: int) -> bytes | None:
        found = self.blocks(path, largest)
        return None if found is None else b"".join(found)

    def blocks(self, path: str, largest: int) -> Iterator[bytes] | None:
        place = self._folder / need_path(path)
        try:
            # A pipe or a device on a hostile stick would keep the reader waiting, or feed it, for ever.
            handle = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise self._failed(place, error) from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            return None
        return self._blocks(place, handle, largest)

    def list(self, folder: str) -> tuple[str, ...]:
        place = self._folder / need_path(folder)
        try:
            with os.scandir(place) as entries:
                return tuple(sorted(entry.name for entry in islice(entries, MOST_NAMES)))
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except OSError as error:
            raise self._failed(place, error) from None

    def _blocks(self, place: Path, handle: int, largest: int) -> Iterator[bytes]:
        count = 0
        with open(handle, "rb") as file:
            while block := self._block(place, file.read):
                count += len(block)
                if count > largest:
                    raise too_large(str(place), largest)
                yield block

    def _block(self, place: Path, read: Callable[[int], bytes]) -> bytes:
        try:
            return read(BLOCK)
        except OSError as error:
            raise self._failed(place, error) from None

    def _failed(self, place: Path, error: OSError) -> UnreachableError:
        return UnreachableError(
            "a file of the other copy cannot be read",
            file=str(place),
            found=error.strerror or type(error).__name__,
            next_step="what was fetched is kept; repeat the command when the folder can be read",
        )


def open_source(text: str, clock_s: Callable[[], float]) -> Source:
    """The source meant by a person: an http(s) address or a folder. `clock_s` counts seconds, from any start."""
    if _WEB.match(text):
        from veedor.mission.exchange.http import HttpSource  # only where there is a line

        return HttpSource(text, clock_s)
    if not Path(text).is_dir():
        raise UsageError(
            "there is no such copy", file=text, expected="a folder, or an address that begins with https:// or http://"
        )
    return FolderSource(Path(text))


def listed(data: bytes | None) -> tuple[str, ...]:
    """The names in a `list` file: one a line; lines that are no names are left out."""
    lines = (data or b"").decode("ascii", "replace").split("\n")[:MOST_NAMES]
    return tuple(sorted({line for line in lines if _PATH.fullmatch(line) and "/" not in line}))


def need_path(path: str) -> str:
    """The path itself; VerifyError where it could lead out of the source."""
    if not _PATH.fullmatch(path):
        raise VerifyError("not a path inside a copy", found=path[:100])
    return path


def too_large(file: str, largest: int) -> VerifyError:
    return VerifyError(
        "a file of the other copy is larger than it may be", file=file, expected=f"at most {largest} bytes"
    )
