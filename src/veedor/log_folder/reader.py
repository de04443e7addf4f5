"""Reading a log from its static files, and checking all of it against its signed head.

Nothing here needs a key to read, a lock, or the head record. Every file is read with the length it may have as a limit,
so a hostile folder costs no more memory than one bundle (about 12 MB) and no more time than its files are long.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from veedor.errors import VerifyError
from veedor.log.checkpoint import Checkpoint, parse_checkpoint
from veedor.log.note import LARGEST_NOTE, parse_note
from veedor.log.tiles import (
    ENTRIES,
    FORMAT_LARGEST_ENTRY,
    LARGEST_ENTRY,
    TILE_WIDTH,
    Tile,
    TileBuilder,
    edge_tiles,
    parse_bundle,
    parse_tile_path,
    split_hashes,
    tile_at,
)
from veedor.log.tree import HASH_BYTES, leaf_hash
from veedor.log_folder.files import Files, MissingError, ReadFiles

CHECKPOINT = "checkpoint"


class LogReader:
    """The entries and tiles of one log folder.

    `largest_entry` is our own limit; other logs may use the whole of the format's 65,535 bytes. Errors name files with
    their folder, and what to do; with `short_names`, by their names in the log, for verifiers that tell of one log.
    """

    def __init__(
        self, folder: Path, files: ReadFiles, largest_entry: int = LARGEST_ENTRY, *, short_names: bool = False
    ) -> None:
        self.folder = folder
        self.files = files
        self.largest_entry = min(largest_entry, FORMAT_LARGEST_ENTRY)
        self.short_names = short_names

    def checkpoint_bytes(self) -> bytes:
        """The signed head as it stands on disk; VerifyError where there is none."""
        with self._told():
            try:
                return self.files.read(self.folder / CHECKPOINT, LARGEST_NOTE + 1)
            except MissingError:
                raise VerifyError(
                    "the log has no checkpoint", file=CHECKPOINT, next_step="check that this is the log's folder"
                ) from None

    def checkpoint(self) -> Checkpoint:
        """What the head says; its signature is *not* verified here (see `verify_log`)."""
        data = self.checkpoint_bytes()
        with self._told():
            return parse_checkpoint(parse_note(data, CHECKPOINT).text, CHECKPOINT)

    def size(self) -> int:
        """How many entries the head says there are."""
        return self.checkpoint().size

    def entries(self, start: int = 0, end: int | None = None, size: int | None = None) -> Iterator[bytes]:
        """Entries from `start` up to, not including, `end` (default: to the end), one bundle in memory at a time.

        `size` is the size of the tree that is read (default: the head's), which decides the names of partial bundles.
        """
        size = self.size() if size is None else size
        end = size if end is None else end
        if not 0 <= start <= end <= size:
            raise VerifyError("no such entries", expected=f"within 0 to {size}", found=f"{start} to {end}")
        at = start
        while at < end:
            tile = tile_at(ENTRIES, at // TILE_WIDTH, size)
            assert tile is not None  # at < size
            first = tile.index * TILE_WIDTH
            stop = min(end - first, tile.width)
            yield from self._bundle(tile)[at - first : stop]
            at = first + stop

    def entry(self, index: int, size: int | None = None) -> bytes:
        """One entry."""
        return next(self.entries(index, index + 1, size))

    def hashes(self, tile: Tile) -> list[bytes]:
        """The hashes of a tile at level 0 or above."""
        with self._told():
            return split_hashes(self._tile_bytes(tile, TILE_WIDTH * HASH_BYTES), tile.width, tile.path())

    def builder(self, size: int) -> TileBuilder:
        """The right edge of the tree of this size, from its partial tiles; they are not checked against a root."""
        rows: dict[int, list[bytes]] = {}
        for tile in edge_tiles(size):
            if tile.level != ENTRIES:
                rows[tile.level] = self.hashes(tile)
        return TileBuilder.at(size, [rows.get(level, []) for level in range(max(rows, default=-1) + 1)])

    def rebuild(self, builder: TileBuilder, size: int) -> Iterator[Tile]:
        """Add the entries up to `size` to the builder and compare each tile that follows from them with its file.

        Yields each tile that was found right, bundles included; VerifyError names the first file that is not.
        """
        while builder.size < size:
            bundle = tile_at(ENTRIES, builder.size // TILE_WIDTH, size)
            assert bundle is not None  # builder.size < size
            fresh = self._bundle(bundle)[builder.size % TILE_WIDTH :]
            made = builder.extend([leaf_hash(entry) for entry in fresh])
            yield bundle
            for tile, data in made:
                self._compare(tile, data)
                yield tile
        for tile, data in builder.partial():
            self._compare(tile, data)
            yield tile

    def _compare(self, tile: Tile, data: bytes) -> None:
        with self._told():
            self._hold_against(tile, data)

    def _hold_against(self, tile: Tile, data: bytes) -> None:
        found = self._tile_bytes(tile, len(data))
        if found != data:
            at = next(i for i in range(len(data) + 1) if found[i : i + 1] != data[i : i + 1]) // HASH_BYTES
            place = at * HASH_BYTES
            raise VerifyError(
                "a tile does not follow from the entries",
                file=tile.path(),
                place=f"hash {at}",
                expected=data[place : place + HASH_BYTES].hex() or "the end of the file",
                found=found[place : place + HASH_BYTES].hex() or "the end of the file",
            )

    def _bundle(self, tile: Tile) -> list[bytes]:
        with self._told():
            data = self._tile_bytes(tile, TILE_WIDTH * (2 + self.largest_entry))
            return parse_bundle(data, tile.width, tile.path(), self.largest_entry)

    def _tile_bytes(self, tile: Tile, limit: int) -> bytes:
        try:
            return self.files.read(self.folder / tile.path(), limit + 1)
        except MissingError:
            if tile.width == TILE_WIDTH:
                raise VerifyError("a file of the log is missing", file=tile.path(), found="no file") from None
        # A partial tile may be removed once the complete one is there, which begins with it.
        return self._beginning(tile, limit)

    def _beginning(self, tile: Tile, limit: int) -> bytes:
        whole = Tile(tile.level, tile.index)
        if not self.files.exists(self.folder / whole.path()):
            raise VerifyError("a file of the log is missing", file=tile.path(), found="no file")
        if tile.level != ENTRIES:
            data = self.files.read(self.folder / whole.path(), TILE_WIDTH * HASH_BYTES + 1)
            split_hashes(data, TILE_WIDTH, whole.path())
            return data[: tile.width * HASH_BYTES]
        data = self.files.read(self.folder / whole.path(), TILE_WIDTH * (2 + self.largest_entry) + 1)
        entries = parse_bundle(data, TILE_WIDTH, whole.path(), self.largest_entry)
        return data[: sum(2 + len(entry) for entry in entries[: tile.width])]

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors about files of this log, as its readers are to see them."""
        try:
            yield
        except VerifyError as error:
            if self.short_names:
                raise
            raise VerifyError(
                error.problem,
                file=str(self.folder / (error.file or "")),
                place=error.place,
                expected=error.expected,
                found=error.found,
                next_step=error.next_step
                or "`veedor verify` says what else is wrong; take the log from another copy: `veedor sync`",
            ) from None


def tile_files(files: ReadFiles, folder: Path) -> Iterator[str]:
    """The path, below the log's folder, of every file under tile/, whatever it is."""
    stack = ["tile"] if files.exists(folder / "tile") else []
    while stack:
        path = stack.pop()
        # No path of a tile is longer; the limit also ends a walk through links that lead in circles.
        if len(path) < 100 and files.is_folder(folder / path):
            stack.extend(f"{path}/{name}" for name in reversed(files.list(folder / path)))
        else:
            yield path


def remove_leftovers(files: Files, folder: Path, size: int) -> None:
    """Remove what a head of this size does not need: unfinished files, tiles beyond it, superseded partial tiles."""
    for path in list(tile_files(files, folder)):
        try:
            tile = parse_tile_path(path.removesuffix(".part"))
        except VerifyError:
            continue  # not ours to remove
        current = tile_at(tile.level, tile.index, size)
        superseded = current is not None and current.width == TILE_WIDTH > tile.width
        if path.endswith(".part") or current is None or tile.width > current.width or superseded:
            files.remove(folder / path)
