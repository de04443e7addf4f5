"""A record's leaf is what docs/formats/records.md says, computed here a second time with plain hashlib."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from veedor.log.tree import leaf_hash, root_of
from veedor.mission.deposits.commitments import RecordTree, Salts, leaves
from veedor.tables import REJECTS

SECRET = bytes(range(32))


def plain_salt(row: int, slot: int) -> bytes:
    key = HKDF(SHA256(), 32, salt=None, info=b"veedor/record-salts/1").derive(SECRET)
    keystream = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor().update(bytes((row + 1) * 5 * 32))
    return keystream[(row * 5 + slot) * 32 :][:32]


def text(value: str) -> bytes:
    return len(value.encode()).to_bytes(4, "big") + value.encode()


def reject(row: int, raw: bytes) -> dict[str, object]:
    return {
        "table": "plots",
        "reason": "reject.test",
        "place": f"line {row}",
        "expected": "a number",
        "found": "ñ",
        "raw": raw,
        "deposit": bytes(32),
        "row": row,
        "file": 0,
        "offset": 10 * row,
        "length": len(raw),
    }


def plain_leaf(row: dict[str, object]) -> bytes:
    ordinal, raw = row["row"], row["raw"]
    assert isinstance(ordinal, int) and isinstance(raw, bytes)
    reason = b"".join(text(str(row[name])) for name in ("table", "reason", "place", "expected", "found"))
    source = len(raw).to_bytes(4, "big") + raw
    digests = [
        hashlib.sha256(b"veedor/field-group/1\0rejects/1\0reason\0" + plain_salt(ordinal, 0) + reason).digest(),
        hashlib.sha256(b"veedor/field-group/1\0rejects/1\0source\0" + plain_salt(ordinal, 1) + source).digest(),
        hashlib.sha256(b"veedor/source/1\0" + plain_salt(ordinal, 4) + raw).digest(),
    ]
    return leaf_hash(text("rejects/1") + ordinal.to_bytes(8, "big") + b"\x03" + b"".join(digests))


def made_leaves(rows: list[dict[str, object]]) -> list[bytes]:
    table = pa.Table.from_pylist(rows, schema=REJECTS.schema)
    raws = [bytes(str(row["raw"]), "latin1") if not isinstance(row["raw"], bytes) else row["raw"] for row in rows]
    offsets = np.concatenate([[0], np.cumsum([len(raw) for raw in raws])]).astype(np.int64)
    sources = (np.frombuffer(b"".join(raws), np.uint8), offsets)
    return [leaf.tobytes() for leaf in leaves(REJECTS, table, sources, Salts(SECRET))]


def test_a_leaf_is_what_the_document_says() -> None:
    rows = [reject(0, b"a,b"), reject(1, b""), reject(7, b"\xff\x00" * 40), reject(5_000, b"x")]
    assert made_leaves(rows) == [plain_leaf(row) for row in rows]


@pytest.mark.parametrize("field", ["table", "reason", "place", "expected", "found", "raw", "row"])
def test_changing_any_committed_field_changes_the_leaf(field: str) -> None:
    row = reject(3, b"abc")
    changed = {**row, field: 4 if field == "row" else b"abd" if field == "raw" else "other"}
    assert made_leaves([row]) != made_leaves([changed])


def test_equal_rows_have_unequal_leaves_so_that_nobody_can_compare_them() -> None:
    first, second = made_leaves([reject(3, b"abc"), {**reject(3, b"abc"), "row": 4}])
    assert first != second


@given(st.lists(st.integers(1, 400), max_size=6))
def test_the_root_does_not_depend_on_how_leaves_arrive(blocks: list[int]) -> None:
    count = sum(blocks)
    hashes = np.frombuffer(
        b"".join(hashlib.sha256(bytes([n % 256, n // 256])).digest() for n in range(count)), np.uint8
    )
    hashes = hashes.reshape(count, 32)
    tree, at = RecordTree(), 0
    for block in blocks:
        tree.add(hashes[at : at + block])
        at += block
    assert tree.root() == root_of([row.tobytes() for row in hashes])


@pytest.mark.parametrize("count", [65_535, 65_536, 65_537, 131_072, 150_001])
def test_the_root_is_right_across_whole_subtrees(count: int) -> None:
    hashes = np.random.default_rng(count).integers(0, 256, (count, 32), dtype=np.uint8)
    tree = RecordTree()
    tree.add(hashes[:1000])
    tree.add(hashes[1000:])
    assert tree.root() == root_of([row.tobytes() for row in hashes])
