"""The log of another copy, file by file, from a source that is not trusted; nothing here is verified yet.

Every file is asked for with the length that it may have. A partial tile may be gone by the time it is asked for,
because the log went on: the complete one begins with it.
"""

from __future__ import annotations

from veedor.errors import VerifyError
from veedor.log.note import LARGEST_NOTE
from veedor.log.tiles import ENTRIES, LARGEST_ENTRY, TILE_WIDTH, Tile, parse_bundle, split_hashes
from veedor.log.tree import HASH_BYTES
from veedor.log_folder.reader import CHECKPOINT
from veedor.mission.exchange.source import Source

FOLDERS = ("log/", "")


class RemoteLog:
    """A `TileReader`. The log lies in `log/` of the source, or is the source itself."""

    def __init__(self, source: Source) -> None:
        self.name = source.name
        self._source = source
        self._folder = FOLDERS[0]

    def checkpoint(self) -> bytes | None:
        """The signed head as it stands; None where there is no log."""
        for folder in FOLDERS:
            data = self._source.read(folder + CHECKPOINT, LARGEST_NOTE)
            if data is not None:
                self._folder = folder
                return data
        return None

    def hashes(self, tile: Tile) -> list[bytes]:
        data = self._read(tile, HASH_BYTES)
        if data is None:
            whole = split_hashes(self._need(Tile(tile.level, tile.index), HASH_BYTES), TILE_WIDTH, tile.path())
            return whole[: tile.width]
        return split_hashes(data, tile.width, tile.path())

    def entries(self, tile: Tile) -> list[bytes]:
        """The entries of a bundle."""
        data = self._read(tile, 2 + LARGEST_ENTRY)
        if data is None:
            whole = self._need(Tile(ENTRIES, tile.index), 2 + LARGEST_ENTRY)
            return parse_bundle(whole, TILE_WIDTH, tile.path(), LARGEST_ENTRY)[: tile.width]
        return parse_bundle(data, tile.width, tile.path(), LARGEST_ENTRY)

    def _read(self, tile: Tile, unit: int) -> bytes | None:
        data = self._source.read(self._folder + tile.path(), tile.width * unit)
        if data is None and tile.width == TILE_WIDTH:
            raise self._missing(tile)
        return data

    def _need(self, tile: Tile, unit: int) -> bytes:
        data = self._source.read(self._folder + tile.path(), TILE_WIDTH * unit)
        if data is None:
            raise self._missing(tile)
        return data

    def _missing(self, tile: Tile) -> VerifyError:
        return VerifyError(
            "a file of the other copy's log is missing",
            file=f"{self.name}: {tile.path()}",
            expected="every file that its head needs",
            found="no file",
            next_step="that copy is incomplete, or its head lies; nothing of it was taken",
        )
