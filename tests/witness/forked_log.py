"""One log that was signed twice: two histories that share their first entries, with heads and proofs of any size."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner
from veedor.log.tree import leaf_hash, node_hash, root_of
from veedor.witness.decision import write_request

ORIGIN = "example.org/corridor"
SIGNER = NoteSigner(ORIGIN, SigningKey(b"\x11" * 32))
HEAD_SIZES = (1, 2, 3, 5, 8, 9, 13, 64, 100)


class ForkedLog:
    """`ForkedLog()` is the history; `ForkedLog(fork=3)` has other entries from index 3 on."""

    log_id = sha256(ORIGIN.encode()).hexdigest()

    def __init__(self, fork: int = 10**9) -> None:
        self.fork = fork

    def leaf(self, index: int) -> bytes:
        return leaf_hash(b"entry %d%s" % (index, b" of the fork" if index >= self.fork else b""))

    def head(self, size: int) -> Checkpoint:
        return Checkpoint(ORIGIN, size, root_of(self.leaf(index) for index in range(size)))

    def signed(self, size: int) -> bytes:
        return _signed(self.fork, size)

    def proof(self, old: int, new: int) -> list[bytes]:
        """The consistency proof, made as RFC 6962 section 2.1.2 defines it, by recursion."""
        return _subproof(self.fork, old, 0, new, True)

    def request(self, old: int, size: int) -> bytes:
        return write_request(old, self.proof(old, size) if 0 < old < size else [], self.signed(size))


@cache
def _signed(fork: int, size: int) -> bytes:
    return sign_checkpoint(ForkedLog(fork).head(size), SIGNER)


@cache
def _root(fork: int, start: int, end: int) -> bytes:
    if end - start == 1:
        return ForkedLog(fork).leaf(start)
    middle = start + _split(end - start)
    return node_hash(_root(fork, start, middle), _root(fork, middle, end))


def _split(count: int) -> int:
    return 1 << (count - 1).bit_length() - 1


def _subproof(fork: int, old: int, start: int, end: int, whole: bool) -> list[bytes]:
    if old == end - start:
        return [] if whole else [_root(fork, start, end)]
    middle = start + _split(end - start)
    if old <= middle - start:
        return [*_subproof(fork, old, start, middle, whole), _root(fork, middle, end)]
    return [*_subproof(fork, old - (middle - start), middle, end, False), _root(fork, start, middle)]
