"""SHA-256 over many short messages at once, and the ids, bucket hashes and salted digests made from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.types as pt

from veedor.kernel.canonical import encode_rows

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]


def sha256_many(data: Bytes, offsets: Offsets) -> Bytes:
    """SHA-256 of each message data[offsets[i]:offsets[i + 1]], as an array of shape (n, 32)."""
    return sha256_loop(b"", data, offsets)


def sha256_loop(tag: bytes, data: Bytes, offsets: Offsets) -> Bytes:
    """The same, of tag + message, by the standard library, one message at a time."""
    view = memoryview(np.ascontiguousarray(data))
    start = hashlib.sha256(tag)
    digests = bytearray()
    limits = offsets.tolist()
    for first, last in zip(limits[:-1], limits[1:], strict=True):
        hasher = start.copy()
        hasher.update(view[first:last])
        digests += hasher.digest()
    return np.frombuffer(bytes(digests), np.uint8).reshape(-1, 32)


def salted_digests(salts: Bytes, tag: bytes, data: Bytes, offsets: Offsets) -> Bytes:
    """SHA-256(tag + salt + message) of each message, salts of shape (n, 32): leaves of record commitments."""
    n = len(offsets) - 1
    if salts.shape != (n, 32) or salts.dtype != np.uint8:
        raise ValueError(f"one salt of 32 bytes for each of {n} messages is needed, found {salts.shape}")
    view, salt_view = memoryview(np.ascontiguousarray(data)), memoryview(np.ascontiguousarray(salts).reshape(-1))
    start = hashlib.sha256(tag)
    out = bytearray()
    limits = offsets.tolist()
    for i in range(n):
        hasher = start.copy()
        hasher.update(salt_view[32 * i : 32 * i + 32])
        hasher.update(view[limits[i] : limits[i + 1]])
        out += hasher.digest()
    return np.frombuffer(bytes(out), np.uint8).reshape(n, 32)


def key_hash(array: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.uint64]:
    """First 8 bytes, big-endian, of SHA-256 of each id's bytes: UTF-8 of a string, the bytes of a binary, 8 bytes
    big-endian two's complement of any integer. Its remainder by the bucket count is the bucket. Null gives 0."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        return np.concatenate([key_hash(chunk) for chunk in array.chunks])
    if pt.is_dictionary(array.type):
        values = key_hash(array.dictionary)
        hashes = np.concatenate([values, np.zeros(1, np.uint64)])
        return hashes[array.indices.fill_null(len(values)).to_numpy(zero_copy_only=False)]
    valid = array.is_valid().to_numpy(zero_copy_only=False)
    if pt.is_integer(array.type):
        words = array.fill_null(0).to_numpy(zero_copy_only=False)
        data = words.astype(np.uint64 if words.dtype == np.uint64 else np.int64).byteswap().view(np.uint8)
        offsets = np.arange(0, 8 * len(words) + 1, 8, dtype=np.int64)
    elif pt.is_string(array.type) or pt.is_binary(array.type) or pt.is_fixed_size_binary(array.type):
        large = array.cast(pa.large_binary())
        buffers = large.buffers()
        offsets = (
            np.frombuffer(buffers[1], np.int64, len(large) + 1, 8 * large.offset)
            if len(large)
            else np.zeros(1, np.int64)
        )
        data = np.frombuffer(buffers[2], np.uint8) if buffers[2] is not None else np.empty(0, np.uint8)
    else:
        raise ValueError(f"an id is a string, binary or integer, found {array.type}")
    return np.where(valid, _first_words(sha256_many(data, offsets)), np.uint64(0))


def id64(prefix: bytes, table: pa.Table, columns: Sequence[str]) -> npt.NDArray[np.int64]:
    """Ids of rows: first 8 bytes of SHA-256(prefix + canonical bytes of the row over `columns`), as signed."""
    data, offsets = encode_rows(table, columns)
    return _first_words(sha256_loop(prefix, data, offsets)).view(np.int64)


def _first_words(digests: Bytes) -> npt.NDArray[np.uint64]:
    return np.ascontiguousarray(digests[:, :8]).view(">u8").reshape(-1).astype(np.uint64)
