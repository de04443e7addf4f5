"""Checking a whole log folder in numbered steps, from the bytes on disk alone.

The steps, in this order; a step that fails ends the check:

1. `checkpoint`: the head is a well-formed signed note with origin, size and root.
2. `origin`: it is the head of the expected log.
3. `signature`: the log's key signed it, and no line of that key is wrong.
4. `genesis`: entry 0 has the digest that was trusted beforehand (skipped, and said so, where none was given).
5. `tiles`: every entry bundle parses, and every hash tile is exactly what follows from the entries.
6. `root`: the root of these tiles is the root that was signed.
7. `leftovers`: older partial tiles that are still there agree with their successors; other files are only counted.

A good check says: these entries, in this order, are what the holder of the log's key signed. It does not say that
others saw the same head (cosignatures), nor who signed the statements inside (the mission).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from veedor.errors import StoreError, VeedorError, VerifyError
from veedor.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from veedor.log.note import NoteVerifier, parse_note
from veedor.log.tiles import (
    ENTRIES,
    LARGEST_ENTRY,
    TILE_WIDTH,
    Tile,
    TileBuilder,
    parse_bundle,
    parse_tile_path,
    tile_at,
)
from veedor.log.tree import HASH_BYTES
from veedor.log_folder.files import ReadFiles
from veedor.log_folder.reader import CHECKPOINT, LogReader, tile_files

STEPS = ("checkpoint", "origin", "signature", "genesis", "tiles", "root", "leftovers")


@dataclass(frozen=True)
class Step:
    """One step's outcome: its number and name, the file it looked at, what was expected and what was found."""

    number: int
    name: str
    ok: bool
    file: str | None
    expected: str
    found: str


@dataclass(frozen=True)
class LogVerdict:
    """All steps up to the first that failed, and the head where it could be read (trust it only if `ok`)."""

    steps: tuple[Step, ...]
    checkpoint: Checkpoint | None

    @property
    def ok(self) -> bool:
        """Whether every step was taken and is good."""
        return len(self.steps) == len(STEPS) and all(step.ok for step in self.steps)

    def need(self) -> Checkpoint:
        """The verified head; VerifyError with the failed step otherwise."""
        last = self.steps[-1]
        if not self.ok or self.checkpoint is None:
            raise VerifyError(
                f"verification failed at step {last.number} ({last.name})",
                file=last.file,
                expected=last.expected,
                found=last.found,
            )
        return self.checkpoint


def verify_log(
    folder: Path,
    files: ReadFiles,
    origin: str,
    log_key: NoteVerifier,
    genesis: str | None = None,
    largest_entry: int = LARGEST_ENTRY,
) -> LogVerdict:
    """Check a log folder against its origin, its key and (hex, if known) its genesis digest; never raises on bytes.

    Memory is bounded by one bundle, time by the length of the files there are, whatever the head claims.
    """
    check = _Check(LogReader(folder, files, largest_entry, short_names=True), origin, log_key, genesis)
    steps: list[Step] = []
    for number, name in enumerate(STEPS, 1):
        try:
            file, expected, found = getattr(check, name)()
        except (VerifyError, StoreError) as error:
            steps.append(Step(number, name, False, error.file, error.expected or "", _found(error)))
            break
        steps.append(Step(number, name, True, file, expected, found))
    return LogVerdict(tuple(steps), check.head)


Outcome = tuple[str | None, str, str]


class _Check:
    """One method a step; each returns file, expected, found, or raises."""

    def __init__(self, reader: LogReader, origin: str, log_key: NoteVerifier, genesis: str | None) -> None:
        self.reader = reader
        self.expected_origin = origin
        self.log_key = log_key
        self.expected_genesis = genesis
        self.head: Checkpoint | None = None
        self._data = b""
        self._tree = TileBuilder()

    def checkpoint(self) -> Outcome:
        self._data = self.reader.checkpoint_bytes()
        self.head = parse_checkpoint(parse_note(self._data, CHECKPOINT).text, CHECKPOINT)
        return CHECKPOINT, "a signed note", f"size {self.head.size}"

    def origin(self) -> Outcome:
        found = self._head().origin
        if found != self.expected_origin:
            raise VerifyError("another log", file=CHECKPOINT, expected=self.expected_origin, found=found[:200])
        return CHECKPOINT, self.expected_origin, found

    def signature(self) -> Outcome:
        open_checkpoint(self._data, self.expected_origin, self.log_key, CHECKPOINT)
        return CHECKPOINT, self.log_key.name, self.log_key.name

    def genesis(self) -> Outcome:
        expected = self.expected_genesis
        if expected is None:
            return None, "no digest was given", "not checked"
        if self._head().size == 0:
            raise VerifyError("the log is empty", expected=expected, found="no entry 0")
        found = sha256(self.reader.entry(0, self._head().size)).hexdigest()
        if found != expected:
            raise VerifyError("another genesis", file="entry 0", expected=expected, found=found)
        return "entry 0", expected, found

    def tiles(self) -> Outcome:
        count = sum(1 for _ in self.reader.rebuild(self._tree, self._head().size))
        return "tile/", "every tile as it follows from the entries", f"{count} files, {self._tree.size} entries"

    def root(self) -> Outcome:
        expected, found = self._head().root.hex(), self._tree.root().hex()
        if found != expected:
            raise VerifyError("another root", file=CHECKPOINT, expected=expected, found=found)
        return CHECKPOINT, expected, found

    def leftovers(self) -> Outcome:
        agreeing = other = 0
        for tile in _tiles_there(self.reader.files, self.reader.folder):
            current = tile and tile_at(tile.level, tile.index, self._head().size)
            if tile is None or current is None or tile.width > current.width:
                other += 1
            elif tile.width < current.width:
                self._need_beginning(tile, current)
                agreeing += 1
        return "tile/", "older partial tiles agree", f"{agreeing} agree; {other} files outside the tree"

    def _need_beginning(self, old: Tile, current: Tile) -> None:
        files, folder = self.reader.files, self.reader.folder
        unit = HASH_BYTES if old.level != ENTRIES else 2 + self.reader.largest_entry
        data = files.read(folder / old.path(), TILE_WIDTH * unit + 1)
        whole = files.read(folder / current.path(), TILE_WIDTH * unit + 1)
        same = whole.startswith(data)
        if old.level == ENTRIES:
            same = same and len(parse_bundle(data, old.width, old.path())) == old.width
        elif same:
            same = len(data) == old.width * HASH_BYTES
        if not same:
            raise VerifyError(
                "an older partial tile differs", file=old.path(), expected=f"the start of {current.path()}"
            )

    def _head(self) -> Checkpoint:
        assert self.head is not None  # the first step sets it, or ends the check
        return self.head


def _tiles_there(files: ReadFiles, folder: Path) -> Iterator[Tile | None]:
    for path in tile_files(files, folder):
        try:
            yield parse_tile_path(path)
        except VerifyError:
            yield None


def _found(error: VeedorError) -> str:
    place = f"{error.place}: " if error.place else ""
    return f"{place}{error.problem}" + (f": {error.found}" if error.found else "")
