"""The few file operations that storage needs, so that a crash can be tested between any two of them.

`veedor.log_folder.files.DiskFiles` satisfies the same protocol; a mission passes that one. `PlainFiles` serves
everybody who has no mission: a notebook, `veedor flights FILE…`, and worker processes writing derived tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from veedor.errors import StoreError


class Files(Protocol):
    """Primitive operations. Content is durable once `create` or `writer` is done, a name once `sync_folder` is."""

    def read(self, path: Path, at_most: int | None = None) -> bytes: ...
    def exists(self, path: Path) -> bool: ...
    def list(self, folder: Path) -> tuple[str, ...]: ...
    def create(self, path: Path, data: bytes) -> None: ...
    def writer(self, path: Path) -> AbstractContextManager[BinaryIO]: ...
    def rename(self, old: Path, new: Path) -> None: ...

    def link(self, old: Path, new: Path) -> None:
        """A second name for a file; StoreError where the name is taken, so it works as a commit."""
        ...

    def remove(self, path: Path) -> None: ...
    def sync_folder(self, folder: Path) -> None: ...

    def make_folder(self, folder: Path) -> None:
        """Make a folder whose parent exists; nothing happens where it exists already."""
        ...


class PlainFiles:
    """The operations on a local POSIX file system; failures are StoreErrors that name the file."""

    def read(self, path: Path, at_most: int | None = None) -> bytes:
        with _named(path), path.open("rb") as file:
            return file.read() if at_most is None else file.read(at_most)

    def exists(self, path: Path) -> bool:
        return path.exists()

    def list(self, folder: Path) -> tuple[str, ...]:
        return tuple(sorted(path.name for path in folder.iterdir())) if folder.is_dir() else ()

    def create(self, path: Path, data: bytes) -> None:
        with self.writer(path) as file:
            file.write(data)

    @contextmanager
    def writer(self, path: Path) -> Iterator[BinaryIO]:
        with _named(path), path.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())

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
                os.fsync(handle)
            finally:
                os.close(handle)

    def make_folder(self, folder: Path) -> None:
        with _named(folder):
            folder.mkdir(exist_ok=True)


def make_folders(files: Files, folder: Path) -> None:
    """The folder and the parents it lacks, each name durable in its own parent."""
    missing: list[Path] = []
    while not files.exists(folder):
        missing.append(folder)
        folder = folder.parent
    for new in reversed(missing):
        files.make_folder(new)
        files.sync_folder(new.parent)


def empty_folder(files: Files, folder: Path) -> None:
    """Removes what lies in a folder, with the folders in it; the folder itself stays."""
    for name in files.list(folder):
        if (folder / name).is_dir():
            empty_folder(files, folder / name)
        files.remove(folder / name)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError("a file operation failed", file=str(path), found=error.strerror) from error
