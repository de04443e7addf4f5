"""The durable writes of the whole house, down to the single operations a crash can fall between.

Every room that must not lose anything writes through a `Files`: tests wrap it to die before, in and after each
operation, and to drop what was not yet synced. An operation either happened or raises StoreError; none of them retries.

What each promises after a loss of power: `create` and `writer` make the *content* durable, but the name only after
`sync_folder` on its folder; the same holds for `rename`, `link`, `remove` and `make_folder`.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, Protocol

from veedor.errors import StoreError


class MissingError(StoreError):
    """The file or folder is not there."""


class AlreadyThereError(StoreError):
    """A file that must be new exists already."""


class ReadFiles(Protocol):
    """What reading takes: verifying, proving and folding need no more, so it can be a folder or an archive."""

    def read(self, path: Path, at_most: int | None = None) -> bytes:
        """The content, or its first `at_most` bytes; MissingError where there is none."""

    def exists(self, path: Path) -> bool:
        """Whether a file or folder of this name is there."""

    def list(self, folder: Path) -> tuple[str, ...]:
        """The sorted names in a folder; empty where there is no folder."""

    def is_folder(self, path: Path) -> bool:
        """Whether this is a folder."""


class Files(ReadFiles, Protocol):
    """The primitive operations. Paths are absolute or relative to the process, never interpreted."""

    def create(self, path: Path, data: bytes) -> None:
        """Write a new file and sync its content; AlreadyThereError where the name is taken."""

    def writer(self, path: Path) -> AbstractContextManager[BinaryIO]:
        """A new file to stream into; its content is synced when the block ends without an error."""

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name, replacing what had that name."""

    def link(self, old: Path, new: Path) -> None:
        """Give a file a second name; AlreadyThereError where the name is taken, so it works as a commit."""

    def remove(self, path: Path) -> None:
        """Remove a file, or a folder that is empty."""

    def sync_folder(self, folder: Path) -> None:
        """Make the names in a folder durable."""

    def make_folder(self, folder: Path) -> None:
        """Make a folder whose parent exists; nothing happens where it exists already."""

    def lock(self, path: Path) -> AbstractContextManager[None]:
        """Hold an exclusive lock until the block or the process ends; StoreError at once where another holds it."""


class DiskFiles:
    """The operations on a local POSIX file system (needs fsync, hard links and flock)."""

    def read(self, path: Path, at_most: int | None = None) -> bytes:
        with _named(path), open(_regular(path), "rb") as file:
            return file.read() if at_most is None else file.read(at_most)

    def exists(self, path: Path) -> bool:
        with _named(path):
            return path.exists()

    def list(self, folder: Path) -> tuple[str, ...]:
        with _named(folder):
            try:
                return tuple(sorted(path.name for path in folder.iterdir()))
            except (FileNotFoundError, NotADirectoryError):
                return ()

    def is_folder(self, path: Path) -> bool:
        with _named(path):
            return path.is_dir()

    def create(self, path: Path, data: bytes) -> None:
        with self.writer(path) as file:
            file.write(data)

    @contextlib.contextmanager
    def writer(self, path: Path) -> Iterator[BinaryIO]:
        with _named(path), path.open("xb") as file:
            yield file
            file.flush()
            _sync(file.fileno())

    def rename(self, old: Path, new: Path) -> None:
        with _named(new):
            old.replace(new)

    def link(self, old: Path, new: Path) -> None:
        with _named(new):
            os.link(old, new)

    def remove(self, path: Path) -> None:
        with _named(path):
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                path.unlink()

    def sync_folder(self, folder: Path) -> None:
        with _named(folder):
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                _sync(handle)
            finally:
                os.close(handle)

    def make_folder(self, folder: Path) -> None:
        with _named(folder):
            folder.mkdir(exist_ok=True)

    @contextlib.contextmanager
    def lock(self, path: Path) -> Iterator[None]:
        with _named(path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise StoreError(
                    "another process is writing here",
                    file=str(path),
                    found=error.strerror,
                    next_step="wait until it has ended, then try again",
                ) from None
            yield
        finally:
            os.close(handle)


def write_durable(files: Files, path: Path, data: bytes) -> None:
    """Replace a file so that after a crash either the old or the new content is there, whole."""
    write_all_durable(files, {path: data})


def write_all_durable(files: Files, contents: Mapping[Path, bytes]) -> None:
    """Replace many files, each whole; all are durable on return, each folder synced once.

    The temporary name is fixed (`NAME.part`), so what a crash leaves behind is replaced by the next write; callers that
    could meet hold a lock.
    """
    for path, data in contents.items():
        part = _fresh_part(files, path)
        files.create(part, data)
        files.rename(part, path)
    for folder in sorted({path.parent for path in contents}):
        files.sync_folder(folder)


def commit_new(files: Files, path: Path, data: bytes) -> None:
    """Write a file that must not exist yet: whole and durable, or AlreadyThereError and nothing changed."""
    part = _fresh_part(files, path)
    files.create(part, data)
    try:
        files.link(part, path)
    finally:
        files.remove(part)
    files.sync_folder(path.parent)


def make_folders(files: Files, folder: Path) -> None:
    """Make a folder and the parents it lacks, each durable in its own parent."""
    missing: list[Path] = []
    while not files.is_folder(folder):
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        files.make_folder(new)
        files.sync_folder(new.parent)


def _fresh_part(files: Files, path: Path) -> Path:
    part = path.with_name(path.name + ".part")
    if files.exists(part):
        files.remove(part)
    return part


def _regular(path: Path) -> int:
    # A pipe or a device in a hostile folder would keep the reader waiting, or feed it, for ever.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise StoreError("not an ordinary file", file=str(path))
    return handle


def _sync(handle: int) -> None:
    full = getattr(fcntl, "F_FULLFSYNC", None)
    # On macOS fsync leaves the data in the drive's own cache.
    os.fsync(handle) if full is None else fcntl.fcntl(handle, full)


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise MissingError("a file is missing", file=str(error.filename or path)) from error
    except FileExistsError as error:
        raise AlreadyThereError("a file that must be new exists already", file=str(path)) from error
    except OSError as error:
        advice = "free some space, then try again" if error.errno in (errno.ENOSPC, errno.EDQUOT) else None
        raise StoreError("a file operation failed", file=str(path), found=error.strerror, next_step=advice) from error
