"""Proofs over leaf hashes in memory: for tests that need proofs without a log on disk."""

from __future__ import annotations

from collections.abc import Sequence

from veedor.log.proofs import Prover
from veedor.log.tree import parents


class LeafProver(Prover):
    """All nodes of the tree of these leaf hashes."""

    def __init__(self, leaf_hashes: Sequence[bytes]) -> None:
        super().__init__(len(leaf_hashes))
        self._rows = [list(leaf_hashes)]
        while len(self._rows[-1]) > 1:
            self._rows.append(parents(self._rows[-1]))

    def node(self, height: int, index: int) -> bytes:
        """Hash of a complete subtree."""
        return self._rows[height][index]
