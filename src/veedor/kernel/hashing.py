"""SHA-256 over many short messages at once, and the ids, bucket hashes and salted digests made from it."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.types as pt

from veedor.kernel.canonical import encode_rows, join_cells
from veedor.kernel.cells import Cells, Fixed, Variable
from veedor.kernel.openssl import available, hash_spans

Array = Any  # pa.Array or pa.ChunkedArray of any type
Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]

# Without OpenSSL's functions: where the kernel is faster than calls of hashlib, mean message length up to 140 bytes.
# From 8 messages on, so that a single id does not compile anything; never as a twin.
_SHORT, _FEW = 140, 8
_TWINS_ONLY = os.environ.get("VEEDOR_TWINS", "") == "1"
_BATCH = 1 << 16
_BYTES = (pt.is_string, pt.is_binary, pt.is_large_string, pt.is_large_binary, pt.is_fixed_size_binary)


def sha256_many(data: Bytes, offsets: Offsets) -> Bytes:
    """SHA-256 of each message data[offsets[i]:offsets[i + 1]], as an array of shape (n, 32)."""
    count = len(offsets) - 1
    if count >= _FEW and available():
        return hash_spans(b"", np.empty((count, 0), np.uint8), data, offsets[:-1], offsets[1:])
    if _TWINS_ONLY or count < _FEW or int(offsets[-1] - offsets[0]) > _SHORT * count:
        return sha256_loop(b"", data, offsets)
    from veedor.kernel.sha256 import hash_all  # loads numba

    out = np.empty((count, 32), np.uint8)
    hash_all(np.ascontiguousarray(data), np.ascontiguousarray(offsets), out)
    return out


def sha256_loop(tag: bytes, data: Bytes, offsets: Offsets) -> Bytes:
    """SHA-256(tag + message) by the standard library, one message at a time: faster for long or few messages."""
    view: Any = np.ascontiguousarray(data).data
    start = hashlib.sha256(tag)
    digests = bytearray()
    for first, last in itertools.pairwise(offsets.tolist()):
        hasher = start.copy()
        hasher.update(view[first:last])
        digests += hasher.digest()
    return np.frombuffer(bytes(digests), np.uint8).reshape(-1, 32)


def tagged_digests(tag: bytes, data: Bytes, offsets: Offsets) -> Bytes:
    """SHA-256(tag + message) of each message, shape (n, 32)."""
    if available():
        none = np.empty((len(offsets) - 1, 0), np.uint8)
        return hash_spans(tag, none, data, offsets[:-1], offsets[1:])
    return _prefixed([np.broadcast_to(np.frombuffer(tag, np.uint8), (len(offsets) - 1, len(tag)))], data, offsets)


def salted_digests(salts: Bytes, tag: bytes, data: Bytes, offsets: Offsets) -> Bytes:
    """SHA-256(tag + salt + message) of each message, salts of shape (n, 32): leaves of record commitments."""
    return salted_spans(salts, tag, data, offsets[:-1], offsets[1:])


def salted_spans(salts: Bytes, tag: bytes, data: Bytes, starts: Offsets, ends: Offsets) -> Bytes:
    """The same of messages that lie anywhere in `data`: message i is data[starts[i]:ends[i]]."""
    count = len(starts)
    if salts.shape != (count, 32) or salts.dtype != np.uint8:
        raise ValueError(f"one salt of 32 bytes for each of {count} messages is needed, found shape {salts.shape}")
    if available():
        return hash_spans(tag, salts, data, starts, ends)
    view: Any = np.ascontiguousarray(data).data
    joined = b"".join([view[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)])
    offsets = np.zeros(count + 1, np.int64)
    np.cumsum(ends - starts, out=offsets[1:])
    tags = np.broadcast_to(np.frombuffer(tag, np.uint8), (count, len(tag)))
    return _prefixed([tags, salts], np.frombuffer(joined, np.uint8), offsets)


def _prefixed(prefixes: Sequence[Bytes], data: Bytes, offsets: Offsets) -> Bytes:
    """SHA-256 of messages behind prefixes of shape (n, width), some messages at a time to bound memory."""
    none = np.empty(0, np.uint8)
    digests = []
    for start in range(0, len(offsets) - 1, _BATCH):
        part = slice(start, start + _BATCH)
        cells: list[Cells] = [
            Fixed(False, none, np.ascontiguousarray(prefix[part]).reshape(-1), prefix.shape[1], raw=True)
            for prefix in prefixes
        ]
        starts = np.ascontiguousarray(offsets[start : start + _BATCH + 1])
        cells.append(Variable(False, none, starts, np.empty(0, np.uint32), data, prefix=False))
        digests.append(sha256_many(*join_cells(cells, len(starts) - 1)))
    return np.concatenate(digests) if digests else np.empty((0, 32), np.uint8)


def key_hash(array: Array) -> npt.NDArray[np.uint64]:
    """First 8 bytes, big-endian, of SHA-256 of each id's bytes: UTF-8 of a string, the bytes of a binary, 8 bytes
    big-endian two's complement of any integer. Its remainder by the bucket count is the bucket. Null gives 0."""
    if isinstance(array, pa.ChunkedArray):
        return np.concatenate([np.empty(0, np.uint64), *(key_hash(chunk) for chunk in array.chunks)])
    if pt.is_dictionary(array.type):
        known = np.append(key_hash(array.dictionary), np.uint64(0))
        of_rows: npt.NDArray[np.uint64] = known[
            array.indices.fill_null(len(array.dictionary)).to_numpy(zero_copy_only=False)
        ]
        return of_rows
    if pt.is_integer(array.type):
        words = array.fill_null(0).to_numpy(zero_copy_only=False)
        words = words if words.dtype == np.uint64 else words.astype(np.int64)
        data = words.astype(words.dtype.newbyteorder(">")).view(np.uint8)
        offsets = np.arange(0, 8 * len(words) + 1, 8, dtype=np.int64)
    elif any(of_kind(array.type) for of_kind in _BYTES):
        large = array.cast(pa.large_binary())
        starts, content = large.buffers()[1:]
        data = np.frombuffer(content, np.uint8) if content is not None else np.empty(0, np.uint8)
        offsets = np.zeros(1, np.int64)
        if len(large):
            offsets = np.frombuffer(starts, np.int64, len(large) + 1, 8 * large.offset)
    else:
        raise ValueError(f"an id is a string, binary or integer, found {array.type}")
    words64 = _first_words(sha256_many(data, offsets))
    words64[~array.is_valid().to_numpy(zero_copy_only=False)] = 0
    return words64


def id64(prefix: bytes, table: pa.Table, columns: Sequence[str]) -> npt.NDArray[np.int64]:
    """Ids of rows: first 8 bytes of SHA-256(prefix + canonical bytes of the row over `columns`), as signed."""
    data, offsets = encode_rows(table, columns)
    return _first_words(tagged_digests(prefix, data, offsets)).view(np.int64)


def _first_words(digests: Bytes) -> npt.NDArray[np.uint64]:
    return np.ascontiguousarray(digests[:, :8]).view(">u8").reshape(-1).astype(np.uint64)
