"""A store that breaks on purpose: it dies or fails at the k-th operation, and forgets what was never synced.

    broken = BrokenFiles(DiskFiles(), [mission, state])
    broken.break_at(7, "during")        # "before", "during", "after": SimulatedCrash; "fails": StoreError once
    with contextlib.suppress(SimulatedCrash):
        the_work(broken)
    broken.lose_unsynced()              # what a loss of power leaves; leave out for a killed process

Without `break_at` it only counts: `operations` then lists every operation that changes something, so a test runs the
work once to learn how many there are and then once for each of them (`every_crash`).

The model of a loss of power is the harshest one that POSIX allows: content that no `create` or finished `writer` has
synced is cut off (also of files written behind this wrapper's back), and a name made, replaced or removed counts only
once its folder has been synced. With `keep`, some unsynced names survive after all, each on its own: file systems write
names in no promised order. After a crash the wrapper is dead: every further call raises again, so that no clean-up code
runs that a dead process could not have run, and its locks are let go.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Literal

from veedor.errors import StoreError
from veedor.log_folder.files import Files

Moment = Literal["before", "during", "after", "fails"]
MOMENTS: tuple[Moment, ...] = ("before", "during", "after")


class SimulatedCrash(BaseException):
    """The process is dead; not an Exception, so that nothing catches it by accident."""


class BrokenFiles:
    """Wraps a real store; all the folders whose loss is modelled are given at the start."""

    def __init__(self, files: Files, roots: Sequence[Path]) -> None:
        self.files = files
        self.operations: list[str] = []
        self.dead = False
        self._at: int | None = None
        self._moment: Moment = "before"
        self._scratch = Path(tempfile.mkdtemp(prefix="durable-"))
        self._kept = 0
        self._durable_names: dict[Path, Path | None] = {}  # dirty name -> what the disk holds: a kept copy, or nothing
        self._new_folders: set[Path] = set()
        self._synced: set[tuple[int, int]] = set()
        self._locks = ExitStack()
        self._roots = tuple(roots)
        self._synced.update(_inode(path) for path in self._plain_files())

    def break_at(self, operation: int, moment: Moment) -> None:
        """Break at this operation, counted from 0."""
        self._at, self._moment = operation, moment

    # Operations that change nothing.

    def read(self, path: Path, at_most: int | None = None) -> bytes:
        self._need_alive()
        return self.files.read(path, at_most)

    def exists(self, path: Path) -> bool:
        self._need_alive()
        return self.files.exists(path)

    def list(self, folder: Path) -> tuple[str, ...]:
        self._need_alive()
        return self.files.list(folder)

    def is_folder(self, path: Path) -> bool:
        self._need_alive()
        return self.files.is_folder(path)

    @contextlib.contextmanager
    def lock(self, path: Path) -> Iterator[None]:
        self._need_alive()
        held = ExitStack()
        held.enter_context(self.files.lock(path))
        self._locks.callback(held.close)
        try:
            yield
        finally:
            held.close()

    # Operations that do.

    def create(self, path: Path, data: bytes) -> None:
        with self._step(f"create {path.name}", lambda: self._half(path, data)):
            self._remember(path)
            self.files.create(path, data)
            self._synced.add(_inode(path))

    @contextlib.contextmanager
    def writer(self, path: Path) -> Iterator[BinaryIO]:
        with self._step(f"open {path.name}"):
            self._remember(path)
        with ExitStack() as stack:
            file = stack.enter_context(self.files.writer(path))
            yield file
            self._need_alive()
            with self._step(f"sync {path.name}", lambda: _cut(path, file)):
                stack.close()
                self._synced.add(_inode(path))

    def rename(self, old: Path, new: Path) -> None:
        with self._step(f"rename {old.name} {new.name}"):
            self._remember(old)
            self._remember(new)
            self._forget_inode(new)
            self.files.rename(old, new)

    def link(self, old: Path, new: Path) -> None:
        with self._step(f"link {old.name} {new.name}"):
            self._remember(new)
            self.files.link(old, new)

    def remove(self, path: Path) -> None:
        with self._step(f"remove {path.name}"):
            self._remember(path)
            self._forget_inode(path)
            self.files.remove(path)

    def sync_folder(self, folder: Path) -> None:
        with self._step(f"sync folder {folder.name}"):
            self.files.sync_folder(folder)
            for path in [path for path in self._durable_names if path.parent == folder]:
                del self._durable_names[path]
            self._new_folders = {path for path in self._new_folders if path.parent != folder}

    def make_folder(self, folder: Path) -> None:
        with self._step(f"make folder {folder.name}"):
            fresh = not self.files.exists(folder)
            self.files.make_folder(folder)
            if fresh:
                self._new_folders.add(folder)

    # After the crash.

    def lose_unsynced(self, keep: Callable[[Path], bool] = lambda path: False) -> None:
        """Leave on disk what a loss of power would: unsynced names undone (but those kept), unsynced content cut."""
        self._die()
        for path, durable in sorted(self._durable_names.items(), key=lambda item: len(item[0].parts), reverse=True):
            if keep(path):
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
            if durable is not None and path.parent.is_dir():
                os.link(durable, path)
        for folder in sorted(self._new_folders, key=lambda path: len(path.parts), reverse=True):
            if not keep(folder):
                shutil.rmtree(folder, ignore_errors=True)
        for path in self._plain_files():
            if _inode(path) not in self._synced:
                os.truncate(path, 0)

    def close(self) -> None:
        """Remove the kept copies."""
        self._die()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _plain_files(self) -> list[Path]:
        found = [path for root in self._roots for path in root.rglob("*")]
        return [path for path in found if path.is_file() and not path.is_symlink()]

    def _forget_inode(self, path: Path) -> None:
        # The system gives the number of a file that is gone to the next new one, which is not synced.
        if path.is_file() and path.stat().st_nlink == 1:
            self._synced.discard(_inode(path))

    def _remember(self, path: Path) -> None:
        if path in self._durable_names:
            return
        kept: Path | None = None
        if path.is_file():
            kept = self._scratch / str(self._kept)
            self._kept += 1
            os.link(path, kept)
        self._durable_names[path] = kept

    def _half(self, path: Path, data: bytes) -> None:
        self._remember(path)
        if not path.exists():
            path.write_bytes(data[: len(data) // 2])

    @contextlib.contextmanager
    def _step(self, name: str, half: Callable[[], None] = lambda: None) -> Iterator[None]:
        self._need_alive()
        due = len(self.operations) == self._at
        self.operations.append(name)
        if due and self._moment != "after":
            if self._moment != "before":
                half()
            if self._moment == "fails":
                raise StoreError("a file operation failed", file=name, found="No space left on device")
            self._die()
            raise SimulatedCrash(name)
        yield
        if due:
            self._die()
            raise SimulatedCrash(name)

    def _die(self) -> None:
        self.dead = True
        self._locks.close()

    def _need_alive(self) -> None:
        if self.dead:
            raise SimulatedCrash("the process is dead")


def distinct(operations: Sequence[str], moment: Moment) -> list[int]:
    """Where dying at that moment leaves a disk that no other moment leaves.

    Every operation has a `before`; only what is written can be half done; what comes after one is what comes before the
    next, but for the last, and for an opened file, into which its writer writes between two operations."""
    last = len(operations) - 1
    if moment == "during":
        return [at for at, name in enumerate(operations) if re.match(r"create |sync (?!folder )", name)]
    if moment == "after":
        return [at for at, name in enumerate(operations) if at == last or name.startswith("open ")]
    return list(range(len(operations)))


def every_crash(count: int, moments: Sequence[Moment] = MOMENTS) -> Iterator[tuple[int, Moment]]:
    """Each operation with each moment, where nobody has listed the operations."""
    for operation in range(count):
        for moment in moments:
            yield operation, moment


def _cut(path: Path, file: BinaryIO) -> None:
    file.flush()
    os.truncate(path, path.stat().st_size // 2)


def _inode(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino
