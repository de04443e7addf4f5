"""Our SHA-256 of many messages is SHA-256, and ids and bucket hashes are the documented bytes."""

from __future__ import annotations

import hashlib

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veedor.kernel.canonical import encode_rows
from veedor.kernel.hashing import id64, key_hash, salted_digests, sha256_loop, sha256_many
from veedor.kernel.sha256 import hash_all


def joined(messages: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    offsets = np.concatenate([[0], np.cumsum([len(message) for message in messages])]).astype(np.int64)
    return np.frombuffer(b"".join(messages), np.uint8), offsets


def compiled(messages: list[bytes]) -> list[bytes]:
    out = np.empty((len(messages), 32), np.uint8)
    hash_all(*joined(messages), out)
    return [row.tobytes() for row in out]


def test_every_length_up_to_300_bytes_hashes_as_in_the_standard_library() -> None:
    messages = [bytes((7 * n + k) % 256 for k in range(n)) for n in range(301)]
    assert compiled(messages) == [hashlib.sha256(message).digest() for message in messages]


def test_the_vectors_of_fips_180_4_hold() -> None:
    messages = [b"abc", b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", b""]
    assert [digest.hex() for digest in compiled(messages)] == [
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ]


@settings(max_examples=60)
@given(st.lists(st.binary(max_size=200), max_size=30))
def test_messages_of_mixed_lengths_hash_as_in_the_standard_library(messages: list[bytes]) -> None:
    expected = [hashlib.sha256(message).digest() for message in messages]
    data, offsets = joined(messages)
    assert compiled(messages) == expected
    assert [row.tobytes() for row in sha256_many(data, offsets)] == expected
    assert [row.tobytes() for row in sha256_loop(b"", data, offsets)] == expected


@pytest.mark.parametrize("count", [0, 1, 20])
def test_a_salted_digest_is_of_tag_salt_and_message(count: int) -> None:
    messages = [bytes([n]) * (5 * n) for n in range(count)]
    salts = np.arange(32 * count, dtype=np.uint8).reshape(count, 32)
    found = salted_digests(salts, b"tag\0", *joined(messages))
    assert [row.tobytes() for row in found] == [
        hashlib.sha256(b"tag\0" + salt.tobytes() + message).digest()
        for salt, message in zip(salts, messages, strict=True)
    ]


def test_a_salt_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        salted_digests(np.zeros((1, 16), np.uint8), b"", *joined([b"x"]))


def _first_word(message: bytes) -> int:
    return int.from_bytes(hashlib.sha256(message).digest()[:8], "big")


def test_the_bucket_hash_of_an_id_is_that_of_its_plain_bytes_in_any_arrow_layout() -> None:
    ids = [f"ACCOUNT-{n % 7}-é" for n in range(20)] + [None, ""]
    expected = [0 if one is None else _first_word(one.encode()) for one in ids]
    for array in (
        pa.array(ids),
        pa.array(ids, pa.large_string()),
        pa.array(ids).dictionary_encode(),
        pa.array(["x", *ids]).slice(1),
        pa.chunked_array([ids[:3], ids[3:]]),
        pa.chunked_array([], pa.string()) if not ids else pa.chunked_array([ids]),
    ):
        assert key_hash(array).tolist() == expected


def test_the_bucket_hash_of_a_number_is_that_of_eight_bytes_whatever_its_width() -> None:
    expected = [_first_word((n).to_bytes(8, "big", signed=True)) for n in (-1, 0, 7)]
    for kind in (pa.int8(), pa.int32(), pa.int64()):
        assert key_hash(pa.array([-1, 0, 7], kind)).tolist() == expected
    assert key_hash(pa.array([1, None])).tolist() == [_first_word((1).to_bytes(8, "big")), 0]
    assert key_hash(pa.chunked_array([], pa.int64())).tolist() == []
    with pytest.raises(ValueError, match="double"):
        key_hash(pa.array([1.0]))


def test_a_row_id_is_the_signed_first_word_of_prefix_and_row() -> None:
    table = pa.table({"a": [5, 6], "b": ["x", "y"]})
    data, offsets = encode_rows(table, ["a", "b"])
    rows = [data[offsets[i] : offsets[i + 1]].tobytes() for i in range(2)]
    expected = [int.from_bytes(hashlib.sha256(b"p\0" + row).digest()[:8], "big", signed=True) for row in rows]
    assert id64(b"p\0", table, ["a", "b"]).tolist() == expected
