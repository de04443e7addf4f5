"""Making inclusion and consistency proofs (RFC 6962 section 2.1), from the static tiles or any other store of nodes.

A proof is made of roots of ranges of leaves; each range falls into complete subtrees, and every hash of those stands
in one tile, whatever the size of the tree asked about. So a log of a million entries takes three tiles for a proof,
also of a tree whose own partial tiles are long gone. Nothing made here is trusted: whoever takes a proof checks it
against a signed root (`veedor.log.tree`), and damaged tiles give proofs that fail there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Protocol

from veedor.errors import VerifyError
from veedor.log.tiles import TILE_WIDTH, Tile, tile_at
from veedor.log.tree import parents, root_of_peaks

_TILE_HEIGHT = 8
# About 10 MB; a proof takes one tile for each 8 bits of the tree's size.
_TILES_KEPT = 256


class Prover(ABC):
    """Proofs about the trees of the first 0, 1, 2, … up to `size` leaves of one list."""

    def __init__(self, size: int) -> None:
        self.size = size

    @abstractmethod
    def node(self, height: int, index: int) -> bytes:
        """Hash of complete subtree number `index` of that height: the 2**height leaves from index * 2**height on."""

    def root(self, size: int) -> bytes:
        """Root of the tree of the first `size` leaves."""
        self._need_size(size)
        return self._range(0, size)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """PATH(index, D[size]), the leaf's sibling first; VerifyError where there is no such leaf or size."""
        self._need_size(size)
        if not 0 <= index < size:
            raise VerifyError("no such leaf in a tree of this size", expected=f"index below {size}", found=str(index))
        start, end = 0, size
        proof: list[bytes] = []
        while end - start > 1:
            cut = start + _left_part(end - start)
            if index < cut:
                proof.append(self._range(cut, end))
                end = cut
            else:
                proof.append(self._range(start, cut))
                start = cut
        return proof[::-1]

    def consistency(self, old_size: int, new_size: int) -> list[bytes]:
        """PROOF(old_size, D[new_size]); empty from size 0 (as witnesses want it) and between equal sizes."""
        self._need_size(new_size)
        if not 0 <= old_size <= new_size:
            raise VerifyError("no such older size", expected=f"0 to {new_size}", found=str(old_size))
        if old_size == 0:
            return []
        start, end = 0, new_size
        proof: list[bytes] = []
        while end != old_size:
            cut = start + _left_part(end - start)
            if old_size <= cut:
                proof.append(self._range(cut, end))
                end = cut
            else:
                proof.append(self._range(start, cut))
                start = cut
        if start:
            # Left out where it would be the old root itself, which the verifier has.
            proof.append(self._range(start, end))
        return proof[::-1]

    def _need_size(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise VerifyError("no tree of this size", expected=f"0 to {self.size} leaves", found=str(size))

    def _range(self, start: int, end: int) -> bytes:
        # `start` is a multiple of the range's length rounded up to a power of two: the parts below are whole subtrees.
        peaks: list[bytes] = []
        count, at = end - start, end
        for height in range(count.bit_length()):
            if count >> height & 1:
                at -= 1 << height
                peaks.append(self.node(height, at >> height))
        return root_of_peaks(peaks)


class TileReader(Protocol):
    """Whoever has the hash tiles of a log: `LogReader`, or a copy elsewhere."""

    def hashes(self, tile: Tile) -> list[bytes]:
        """The hashes of a tile at level 0 or above; VerifyError where it is missing or has another length."""


class TileProver(Prover):
    """Proofs from a log's tile files, which are read as they are needed and kept for the next proof."""

    def __init__(self, reader: TileReader, size: int) -> None:
        """`size` is that of the head: the widest tiles there are, which also hold every smaller tree."""
        super().__init__(size)
        self._reader = reader
        self._tile = lru_cache(maxsize=_TILES_KEPT)(self._read)

    def node(self, height: int, index: int) -> bytes:
        """As `Prover.node`; VerifyError where the tile is missing or has another length."""
        level, above = divmod(height, _TILE_HEIGHT)
        per_tile = TILE_WIDTH >> above
        return self._tile(level, index // per_tile)[above][index % per_tile]

    def _read(self, level: int, index: int) -> list[list[bytes]]:
        tile = tile_at(level, index, self.size)
        assert tile is not None  # a complete subtree within `size` has a tile
        rows = [self._hashes(tile)]
        while len(rows) < _TILE_HEIGHT:
            rows.append(parents(rows[-1]))
        return rows

    def _hashes(self, tile: Tile) -> list[bytes]:
        return self._reader.hashes(tile)


def _left_part(count: int) -> int:
    """The largest power of two below the count: where RFC 6962 splits a tree."""
    return 1 << (count - 1).bit_length() - 1
