"""The Merkle tree of RFC 6962: hashes of leaves and nodes, roots, and the two proofs checked.

Leaves and nodes are hashed under different first bytes (0 and 1), so that no inner node can pass for an entry; an odd
last node is promoted, never doubled (RFC 6962 section 2.1; the algorithms of the two checks are those of RFC 9162,
sections 2.1.3.2 and 2.1.4.2). Every hash that comes from outside must be exactly 32 bytes long before it is used:
an empty "hash" that equals an empty "root" is otherwise a proof of anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256

from veedor.errors import VerifyError

HASH_BYTES = 32
LARGEST_SIZE = 2**63 - 1
"""The largest tree size that we write or read: that of the signed 64-bit sizes of the Go tools."""
MOST_PROOF_HASHES = 63
"""What a proof in the largest tree takes, and what c2sp.org/tlog-witness allows."""


def leaf_hash(data: bytes) -> bytes:
    """Hash of one entry as it stands in the tree."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node from its two children."""
    return sha256(b"\x01" + left + right).digest()


def empty_root() -> bytes:
    """Root of the tree of size 0."""
    return sha256(b"").digest()


def parents(hashes: Sequence[bytes]) -> list[bytes]:
    """Inner nodes over neighbouring pairs; an odd last hash is left out."""
    hasher = sha256
    return [hasher(b"\x01" + left + right).digest() for left, right in zip(hashes[::2], hashes[1::2], strict=False)]


class Frontier:
    """The roots of the complete subtrees on the right edge: all that is needed to append, and to know the root.

    `peaks[h]` is the root of the complete subtree of 2**h leaves that the current size needs there, or None. Memory is
    64 hashes at most, whatever the size.
    """

    def __init__(self) -> None:
        self.peaks: list[bytes | None] = []
        self.size = 0

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.extend((leaf,))

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Add leaf hashes in order; a batch costs one pass per height over half as many hashes each time."""
        level = list(leaf_hashes)
        self.size += len(level)
        height = 0
        while level:
            if height == len(self.peaks):
                self.peaks.append(None)
            peak = self.peaks[height]
            if peak is not None:
                level.insert(0, peak)
            self.peaks[height] = level.pop() if len(level) % 2 else None
            level = parents(level)
            height += 1

    def root(self) -> bytes:
        """Root of the tree of the leaves added so far."""
        return root_of_peaks(self.peaks)


def root_of_peaks(peaks: Iterable[bytes | None]) -> bytes:
    """Root from the subtree roots of the right edge, smallest first; holes are skipped."""
    root: bytes | None = None
    for peak in peaks:
        if peak is not None:
            root = peak if root is None else node_hash(peak, root)
    return empty_root() if root is None else root


def root_of(leaf_hashes: Iterable[bytes]) -> bytes:
    """Root of the tree that has exactly these leaf hashes."""
    frontier = Frontier()
    frontier.extend(leaf_hashes)
    return frontier.root()


def verify_inclusion(index: int, size: int, leaf_hash: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf stands at `index` in the tree of `size` leaves with this root; VerifyError otherwise."""
    if not 0 <= index < size <= LARGEST_SIZE:
        raise VerifyError("no such leaf in a tree of this size", expected=f"index below {size}", found=str(index))
    _need_hashes((leaf_hash, root, *proof))
    node, last, current = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            raise VerifyError("inclusion proof is too long", found=f"{len(proof)} hashes")
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            # Above a promoted node there is no sibling to combine with until it becomes a right child.
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise VerifyError("inclusion proof is too short", found=f"{len(proof)} hashes")
    _need_root(current, root, f"leaf {index} in size {size}")


def verify_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the tree of `new_size` begins with the tree of `old_size`; VerifyError otherwise.

    Old size 0 is refused: every tree begins with the empty one, so such a proof would prove nothing about the roots
    (a witness that starts from nothing handles that case itself).
    """
    _need_hashes((new_root,))
    old, new = roots_of_consistency(old_size, new_size, proof, old_root)
    _need_root(old, old_root, f"old size {old_size}")
    _need_root(new, new_root, f"new size {new_size}")


def roots_of_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes) -> tuple[bytes, bytes]:
    """The two roots that a consistency proof leads to, from the old root where its size makes that a node of the path.

    A proof that leads to a signed new root, but to another old root than was signed for that size, shows a fork.
    """
    if not 1 <= old_size <= new_size <= LARGEST_SIZE:
        raise VerifyError(
            "consistency needs an old size from 1 to the new size", expected=f"1 to {new_size}", found=str(old_size)
        )
    _need_hashes((old_root, *proof))
    if old_size == new_size:
        if proof:
            raise VerifyError("consistency of equal sizes takes no proof", found=f"{len(proof)} hashes")
        return old_root, old_root
    # A complete old tree is itself a node of the new one, so its root starts the path and is not sent.
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if not path:
        raise VerifyError("consistency proof is empty", expected="at least one hash")
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise VerifyError("consistency proof is too long", found=f"{len(proof)} hashes")
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise VerifyError("consistency proof is too short", found=f"{len(proof)} hashes")
    return old, new


def _need_hashes(hashes: Iterable[bytes]) -> None:
    for value in hashes:
        if len(value) != HASH_BYTES:
            raise VerifyError(
                "a hash has the wrong length", expected=f"{HASH_BYTES} bytes", found=f"{len(value)} bytes"
            )


def _need_root(found: bytes, expected: bytes, place: str) -> None:
    if found != expected:
        raise VerifyError("the proof leads to another root", place=place, expected=expected.hex(), found=found.hex())
