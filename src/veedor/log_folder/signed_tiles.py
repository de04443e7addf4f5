"""Hash tiles from a source that is not trusted, each held against the signed root before a hash of it is used.

The partial tiles on the right edge must lead to the signed root; every complete tile must have the root that the tile
above it says. So a consistent answer of any size costs the few tiles it takes, a lie is found at the first tile that
it stands in, and a head that claims more entries than there are files fails at the first file that is missing.
"""

from __future__ import annotations

from collections.abc import Sequence

from veedor.errors import VerifyError
from veedor.log.proofs import TileProver, TileReader
from veedor.log.tiles import ENTRIES, TILE_WIDTH, Tile, TileBuilder, edge_tiles, tile_at
from veedor.log.tree import leaf_hash, node_hash, root_of


class SignedTiles(TileProver):
    """Roots and proofs of the tree of `size` leaves that has this root, from tiles that anybody may hold."""

    def __init__(self, reader: TileReader, size: int, root: bytes) -> None:
        """Reads the right edge; VerifyError where it does not lead to the root."""
        super().__init__(reader, size)
        self._edge = {tile.level: reader.hashes(tile) for tile in edge_tiles(size) if tile.level != ENTRIES}
        levels = [self._edge.get(level, []) for level in range(max(self._edge, default=-1) + 1)]
        found = TileBuilder.at(size, levels).root()
        if found != root:
            raise VerifyError(
                "the tiles do not lead to the signed root", file="tile/", expected=root.hex(), found=found.hex()
            )

    def need_bundle(self, tile: Tile, entries: Sequence[bytes]) -> None:
        """VerifyError unless these are the entries of this bundle as the tree has it."""
        leaves = [leaf_hash(entry) for entry in entries]
        if tile.width == TILE_WIDTH:
            right = root_of(leaves) == self.node(8, tile.index)
        else:
            right = leaves == self._edge[0]
        if not right:
            raise VerifyError("the entries of a bundle are not those of the signed tree", file=tile.path())

    def _hashes(self, tile: Tile) -> list[bytes]:
        return self._edge[tile.level] if tile.width < TILE_WIDTH else super()._hashes(tile)

    def _read(self, level: int, index: int) -> list[list[bytes]]:
        rows = super()._read(level, index)
        tile = tile_at(level, index, self.size)
        if tile is not None and tile.width == TILE_WIDTH:
            found, expected = node_hash(*rows[-1]), self.node(8 * (level + 1), index)
            if found != expected:
                raise VerifyError(
                    "a tile does not lead to the signed root",
                    file=tile.path(),
                    expected=expected.hex(),
                    found=found.hex(),
                )
        return rows
