"""Tiles: the tree cut into static files of 256 hashes, and the entries in bundles of 256 (c2sp.org/tlog-tiles).

A tile at level L, index N holds the roots of 256 subtrees of 256**L leaves each; the last tile of a level may be
partial and then carries its width in its name. An entry bundle is the level "entries": each entry after its length as
two big-endian bytes. A complete tile never changes; a partial one is superseded by a wider one under another name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from veedor.errors import VerifyError
from veedor.log.tree import HASH_BYTES, LARGEST_SIZE, Frontier, parents, root_of_peaks

TILE_WIDTH = 256
ENTRIES = -1
"""The level number that we use for entry bundles."""
LARGEST_ENTRY = 48 * 1024
"""Bytes that one entry of our logs may have; the format's own limit is 65,535."""
FORMAT_LARGEST_ENTRY = 2**16 - 1

_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)((?:/x[0-9]{3})*)/([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


@dataclass(frozen=True, order=True)
class Tile:
    """Which tile: its level (ENTRIES for bundles), its index in the level, and how many hashes or entries it has."""

    level: int
    index: int
    width: int = TILE_WIDTH

    def path(self) -> str:
        """Its path below the log's folder, for example tile/0/x001/067 or tile/entries/000.p/5."""
        digits = f"{self.index % 1000:03d}"
        rest = self.index // 1000
        while rest:
            digits = f"x{rest % 1000:03d}/{digits}"
            rest //= 1000
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{digits}" + (f".p/{self.width}" if self.width < TILE_WIDTH else "")


def parse_tile_path(path: str) -> Tile:
    """The tile that a path names; VerifyError where it is not exactly what `Tile.path` writes."""
    match = _PATH.fullmatch(path) if len(path) <= 100 else None
    if match:
        level = ENTRIES if match[1] == "entries" else int(match[1])
        index = int(match[2].replace("/x", "") + match[3])
        tile = Tile(level, index, int(match[4] or TILE_WIDTH))
        if level < 64 and tile.path() == path:
            return tile
    raise VerifyError("not the path of a tile", expected="tile/LEVEL/INDEX[.p/WIDTH]", found=path[:100])


def edge_tiles(size: int) -> Iterator[Tile]:
    """The partial tiles on the right edge of a tree of this size, bundle first, then level by level."""
    if size % TILE_WIDTH:
        yield Tile(ENTRIES, size // TILE_WIDTH, size % TILE_WIDTH)
    level = 0
    while size:
        if size % TILE_WIDTH:
            yield Tile(level, size // TILE_WIDTH, size % TILE_WIDTH)
        size //= TILE_WIDTH
        level += 1


def tile_at(level: int, index: int, size: int) -> Tile | None:
    """The tile as a tree of `size` leaves has it: complete, partial, or None where it does not exist yet."""
    hashes = size >> (8 * max(level, 0))
    width = min(TILE_WIDTH, hashes - TILE_WIDTH * index)
    return Tile(level, index, width) if width > 0 else None


def split_hashes(data: bytes, width: int, file: str | None = None) -> list[bytes]:
    """The hashes of a hash tile's bytes, which must be exactly `width`."""
    if len(data) != width * HASH_BYTES:
        raise VerifyError(
            "a tile has the wrong length",
            file=file,
            expected=f"{width * HASH_BYTES} bytes",
            found=f"{len(data)} bytes",
        )
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def encode_bundle(entries: Sequence[bytes], largest: int = LARGEST_ENTRY) -> bytes:
    """The bytes of an entry bundle, or of the part of one that these entries make."""
    for entry in entries:
        if not 1 <= len(entry) <= largest:
            raise VerifyError("an entry has the wrong size", expected=f"1 to {largest} bytes", found=str(len(entry)))
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(data: bytes, width: int, file: str | None = None, largest: int = FORMAT_LARGEST_ENTRY) -> list[bytes]:
    """The entries of a bundle's bytes: exactly `width` of them, and not a byte more."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        if len(entries) == width:
            raise VerifyError("bytes after the last entry of a bundle", file=file, place=f"byte {at}")
        length = int.from_bytes(data[at : at + 2], "big")
        end = at + 2 + length
        if at + 2 > len(data) or end > len(data):
            raise VerifyError("a bundle breaks off inside an entry", file=file, place=f"byte {at}")
        if length > largest:
            raise VerifyError(
                "an entry is too large", file=file, place=f"byte {at}", expected=f"up to {largest}", found=str(length)
            )
        entries.append(data[at + 2 : end])
        at = end
    if len(entries) != width:
        raise VerifyError("a bundle has too few entries", file=file, expected=str(width), found=str(len(entries)))
    return entries


class TileBuilder:
    """Turns leaf hashes into tiles: give it leaves, take complete tiles at once and the partial ones at the end.

    It holds at most 255 hashes per level, so a tree of any size is built, or rebuilt to be checked, in little memory.
    """

    def __init__(self) -> None:
        self.size = 0
        self._levels: list[list[bytes]] = []

    @classmethod
    def at(cls, size: int, levels: Sequence[Sequence[bytes]]) -> TileBuilder:
        """Go on from a tree of this size; `levels` are the hashes of its partial tiles, empty where there is none."""
        builder = cls()
        builder.size = size
        builder._levels = [list(level) for level in levels]
        return builder

    def copy(self) -> TileBuilder:
        """The same state, to try an append on without changing this one."""
        return TileBuilder.at(self.size, self._levels)

    def extend(self, leaf_hashes: Sequence[bytes]) -> list[tuple[Tile, bytes]]:
        """Add leaves; returns each hash tile that they complete, with its bytes, lower levels first."""
        if self.size + len(leaf_hashes) > LARGEST_SIZE:
            raise VerifyError("the tree would be too large", expected=f"up to {LARGEST_SIZE} leaves")
        complete: list[tuple[Tile, bytes]] = []
        hashes: Sequence[bytes] = leaf_hashes
        level, before = 0, self.size
        self.size += len(leaf_hashes)
        while hashes:
            if level == len(self._levels):
                self._levels.append([])
            row = self._levels[level]
            row.extend(hashes)
            index = before // TILE_WIDTH
            above: list[bytes] = []
            cut = len(row) - len(row) % TILE_WIDTH
            for start in range(0, cut, TILE_WIDTH):
                tile = row[start : start + TILE_WIDTH]
                complete.append((Tile(level, index), b"".join(tile)))
                index += 1
                while len(tile) > 1:
                    tile = parents(tile)
                above.append(tile[0])
            del row[:cut]
            hashes, level, before = above, level + 1, before // TILE_WIDTH
        return complete

    def partial(self) -> list[tuple[Tile, bytes]]:
        """The partial hash tiles on the right edge, with their bytes, lower levels first."""
        return [
            (Tile(level, self.size >> 8 * (level + 1), len(row)), b"".join(row))
            for level, row in enumerate(self._levels)
            if row
        ]

    def edge_leaves(self) -> list[bytes]:
        """The leaf hashes of the last, partial tile."""
        return list(self._levels[0]) if self._levels else []

    def root(self) -> bytes:
        """Root of the tree of all leaves so far."""
        peaks: list[bytes | None] = []
        for row in self._levels:
            frontier = Frontier()
            frontier.extend(row)
            peaks.extend(frontier.peaks)
        return root_of_peaks(peaks)
