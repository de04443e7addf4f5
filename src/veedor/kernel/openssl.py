"""SHA-256 of many messages by OpenSSL's own C functions, called from a small compiled loop.

OpenSSL uses the processor's SHA instructions, which a numba kernel cannot reach; a call of `hashlib` for each message
costs more than hashing it. The loop is written in LLVM's assembly and compiled in a few milliseconds, so that a command
that only hashes need not load numba. Where OpenSSL's functions are not found (a Python that hides them), `available()`
is false and the kernel of `sha256.py` hashes instead: the digests are the same, only slower.
"""

from __future__ import annotations

import _hashlib
import ctypes
import importlib
import os
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]

# SHA256_CTX takes 112 bytes (openssl/sha.h); twice that to spare.
_STATE_WORDS = 28
_NAMES = ("SHA256_Init", "SHA256_Update", "SHA256_Final")
# out[i] = SHA-256(tag + salt i + data[starts[i]:ends[i]]); arguments are addresses and sizes.
_LOOP = """
define void @hash_spans(ptr %init, ptr %update, ptr %final, ptr %state, ptr %tag, i64 %tag_size, ptr %salts,
                        i64 %salt_size, ptr %data, ptr %starts, ptr %ends, ptr %out, i64 %count) {
entry:
  %some = icmp sgt i64 %count, 0
  br i1 %some, label %next, label %done
next:
  %i = phi i64 [0, %entry], [%following, %next]
  %start_at = getelementptr i64, ptr %starts, i64 %i
  %start = load i64, ptr %start_at
  %end_at = getelementptr i64, ptr %ends, i64 %i
  %end = load i64, ptr %end_at
  %size = sub i64 %end, %start
  %message = getelementptr i8, ptr %data, i64 %start
  %salt_at = mul i64 %i, %salt_size
  %salt = getelementptr i8, ptr %salts, i64 %salt_at
  %out_at = mul i64 %i, 32
  %digest = getelementptr i8, ptr %out, i64 %out_at
  %a = call i32 %init(ptr %state)
  %b = call i32 %update(ptr %state, ptr %tag, i64 %tag_size)
  %c = call i32 %update(ptr %state, ptr %salt, i64 %salt_size)
  %d = call i32 %update(ptr %state, ptr %message, i64 %size)
  %e = call i32 %final(ptr %digest, ptr %state)
  %following = add i64 %i, 1
  %more = icmp slt i64 %following, %count
  br i1 %more, label %next, label %done
done:
  ret void
}
"""


@cache
def available() -> bool:
    """Whether messages can be hashed this way; never where twins are asked for."""
    return os.environ.get("VEEDOR_TWINS", "") != "1" and _functions() is not None


def hash_spans(tag: bytes, salts: Bytes, data: Bytes, starts: Offsets, ends: Offsets) -> Bytes:
    """SHA-256(tag + salt + data[start:end]) of each span, shape (n, 32). `salts` has shape (n, width); width 0 is none.
    ValueError for a span outside of `data`."""
    count = len(starts)
    if count and (int(starts.min()) < 0 or int(ends.max()) > len(data) or bool((ends < starts).any())):
        raise ValueError(f"a span lies outside of the {len(data)} bytes")
    if len(ends) != count or salts.shape[0] != count:
        raise ValueError("one end and one salt for each start are needed")
    loop, functions = _loop()
    out = np.empty((count, 32), np.uint8)
    # These arrays must live until the call is over: it only sees their addresses.
    state, tags, own = np.zeros(_STATE_WORDS, np.uint64), np.frombuffer(tag, np.uint8), np.ascontiguousarray(salts)
    messages = np.ascontiguousarray(data)
    first, last = np.ascontiguousarray(starts, np.int64), np.ascontiguousarray(ends, np.int64)
    loop(
        *functions, _at(state), _at(tags), len(tag), _at(own), own.shape[1], _at(messages), _at(first), _at(last),
        _at(out), count,
    )  # fmt: skip
    return out


def _at(array: npt.NDArray[Any]) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


@cache
def _functions() -> tuple[int, ...] | None:
    try:
        library = ctypes.CDLL(_hashlib.__file__)
        return tuple(ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0 for name in _NAMES)
    except (OSError, AttributeError):
        return None


@cache
def _loop() -> tuple[Any, tuple[int, ...]]:
    """The compiled loop (it gives the interpreter lock free) and the addresses it calls."""
    functions = _functions()
    if functions is None:
        raise ValueError("OpenSSL's functions are not at hand")
    # Loaded here: 0.2 s that most commands need not wait for. It has no types.
    llvm: Any = importlib.import_module("llvmlite.binding")
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    module = llvm.parse_assembly(_LOOP)
    engine = llvm.create_mcjit_compiler(module, llvm.Target.from_default_triple().create_target_machine())
    engine.finalize_object()
    address = engine.get_function_address("hash_spans")
    words = [ctypes.c_uint64] * 13
    loop: Any = ctypes.CFUNCTYPE(None, *words)(address)
    # The code goes with its engine.
    loop.engine = engine
    return loop, functions
