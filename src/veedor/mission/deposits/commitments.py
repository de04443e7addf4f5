"""Record commitments: every row of a deposit becomes a leaf that can later be revealed alone, or one field group of it.

Findings of a run are committed to in the same way. Layout (docs/formats/records.md has vectors), for the row with
ordinal `row` of a statement with the 32-byte `secret`:

1. key = HKDF-SHA256(secret, no salt, info "veedor/record-salts/1"); the keystream of AES-256-CTR under it, counter from
   zero, is cut into salts of 32 bytes; salt number row * 5 + slot, slots 0..3 the field groups, 4 the source bytes
   (of a table whose rows stand in no file: a fifth field group).
2. group digest = SHA-256("veedor/field-group/1" 0x00 table-id 0x00 group 0x00, salt, canonical encoding of the group)
3. source digest = SHA-256("veedor/source/1" 0x00, salt, source bytes); a format without byte spans has no source
   bytes, a table whose rows stand in no file no such digest
4. leaf = SHA-256(0x00, u32 length of table-id, table-id, u64 row, u8 number of digests, group digests, source digest)
5. root = RFC 6962 tree over the leaves in order of `row`: of a deposit one tree over accepted rows, one over rejected
   rows; of findings one.

Knowing a root tells nothing about any row; knowing one row with its salts tells nothing about the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from veedor.kernel.canonical import encode_rows
from veedor.kernel.hashing import salted_digests, salted_spans, sha256_many
from veedor.log.tree import empty_root, node_hash
from veedor.tables import Table

SLOTS = 5
SOURCE_SLOT = 4
SALT_BYTES = 32
SOURCE_PREFIX = b"veedor/source/1\0"
SUBTREE = 1 << 16

Bytes = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int64]
Spans = tuple[Bytes, Counts, Counts]


class Salts:
    """The salts of one statement, by row and slot; any row can be reached without the ones before it."""

    def __init__(self, secret: bytes) -> None:
        self._key = HKDF(SHA256(), 32, salt=None, info=b"veedor/record-salts/1").derive(secret)

    def block(self, first_row: int, rows: int) -> Bytes:
        """Salts of `rows` consecutive rows, shape (rows, SLOTS, 32)."""
        counter = first_row * SLOTS * SALT_BYTES // 16
        stream = Cipher(algorithms.AES(self._key), modes.CTR(counter.to_bytes(16, "big"))).encryptor()
        data = stream.update(bytes(rows * SLOTS * SALT_BYTES))
        return np.frombuffer(data, np.uint8).reshape(rows, SLOTS, SALT_BYTES)

    def of(self, rows: Counts) -> Bytes:
        """Salts of the given rows (ascending), shape (len(rows), SLOTS, 32)."""
        if len(rows) == 0:
            return np.empty((0, SLOTS, SALT_BYTES), np.uint8)
        first, last = int(rows[0]), int(rows[-1])
        if last - first < 4 * len(rows) + 1024:
            return self.block(first, last - first + 1)[rows - first]
        return np.concatenate([self.block(int(row), 1) for row in rows])


def leaves(table: Table, rows: pa.Table, sources: tuple[Bytes, Counts], salts: Salts) -> Bytes:
    """Leaf hashes of `rows`; `sources` are the source bytes of each row, concatenated, with n + 1 offsets."""
    data, offsets = sources
    return span_leaves(table, rows, (data, offsets[:-1], offsets[1:]), salts)


def span_leaves(table: Table, rows: pa.Table, sources: Spans | None, salts: Salts) -> Bytes:
    """Leaf hashes of `rows` (all columns of `table`, ascending by `row`), shape (n, 32).

    `sources` are (data, starts, ends): the source bytes of row i are data[starts[i]:ends[i]]; None for a table whose
    rows stand in no file.
    """
    return _leaf_hashes(table.id.encode(), rows["row"].to_numpy(), part_digests(table, rows, sources, salts))


def part_digests(table: Table, rows: pa.Table, sources: Spans | None, salts: Salts) -> list[Bytes]:
    """The salted digests that make the leaves of `span_leaves`: one per field group, then that of the source bytes."""
    assert (sources is not None) == table.sourced
    salt = salts.of(rows["row"].to_numpy())
    digests = [
        salted_digests(np.ascontiguousarray(salt[:, slot]), group_prefix(table.id, name), *encode_rows(rows, columns))
        for slot, (name, columns) in enumerate(table.groups.items())
    ]
    if sources is not None:
        digests.append(salted_spans(np.ascontiguousarray(salt[:, SOURCE_SLOT]), SOURCE_PREFIX, *sources))
    return digests


def group_prefix(table_id: str, group: str) -> bytes:
    """What stands before the salt in a field group's digest."""
    return b"veedor/field-group/1\0" + table_id.encode() + b"\0" + group.encode() + b"\0"


def record_leaf(table_id: str, row: int, digests: Sequence[bytes]) -> bytes:
    """Leaf hash of one row, from the digests of its parts."""
    parts = [np.frombuffer(digest, np.uint8).reshape(1, 32) for digest in digests]
    return bytes(_leaf_hashes(table_id.encode(), np.array([row], np.int64), parts)[0])


def _leaf_hashes(table_id: bytes, ordinals: Counts, digests: Sequence[Bytes]) -> Bytes:
    count = len(ordinals)
    head = b"\0" + len(table_id).to_bytes(4, "big") + table_id
    width = len(head) + 8 + 1 + 32 * len(digests)
    message = np.empty((count, width), np.uint8)
    message[:, : len(head)] = np.frombuffer(head, np.uint8)
    at = len(head)
    message[:, at : at + 8] = ordinals.astype(">u8").view(np.uint8).reshape(count, 8)
    message[:, at + 8] = len(digests)
    for slot, digest in enumerate(digests):
        message[:, at + 9 + 32 * slot : at + 41 + 32 * slot] = digest
    return sha256_many(message.reshape(-1), np.arange(count + 1, dtype=np.int64) * width)


class RecordTree:
    """RFC 6962 root over leaf hashes that arrive in blocks; keeps one hash per 65,536 leaves."""

    def __init__(self) -> None:
        self._subtrees: list[bytes] = []
        self._pending: list[Bytes] = []
        self._waiting = 0
        self.size = 0

    def add(self, leaf_hashes: Bytes) -> None:
        """The next leaves; hashes of no width only count (nothing is committed then, and there is no root)."""
        if leaf_hashes.shape[1] == 0:
            self.size += len(leaf_hashes)
            return
        self._pending.append(leaf_hashes)
        self._waiting += len(leaf_hashes)
        self.size += len(leaf_hashes)
        if self._waiting < SUBTREE:
            return
        waiting = np.concatenate(self._pending)
        whole = len(waiting) // SUBTREE * SUBTREE
        for start in range(0, whole, SUBTREE):
            self._subtrees.append(subtree_root(waiting[start : start + SUBTREE]))
        self._pending = [waiting[whole:]]
        self._waiting = len(waiting) - whole

    def root(self) -> bytes:
        """The root so far. Subtrees are aligned, so the tree over their roots has RFC 6962's shape."""
        tops = list(self._subtrees)
        rest = np.concatenate(self._pending) if self._pending else np.empty((0, 32), np.uint8)
        if len(rest):
            tops.append(subtree_root(rest))
        if not tops:
            return empty_root()
        while len(tops) > 1:
            tops = [node_hash(*tops[i : i + 2]) if i + 1 < len(tops) else tops[i] for i in range(0, len(tops), 2)]
        return tops[0]


def subtree_root(level: Bytes) -> bytes:
    """Root over leaf hashes, shape (n, 32): pairs are hashed level by level, an odd last node is promoted."""
    while len(level) > 1:
        pairs = len(level) // 2
        message = np.empty((pairs, 65), np.uint8)
        message[:, 0] = 1
        message[:, 1:] = level[: 2 * pairs].reshape(pairs, 64)
        nodes = sha256_many(message.reshape(-1), np.arange(pairs + 1, dtype=np.int64) * 65)
        level = np.concatenate([nodes, level[2 * pairs :]]) if len(level) % 2 else nodes
    return bytes(level[0])
