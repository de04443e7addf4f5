"""Giving memory back to the system between tasks, where there is little: what Arrow and the C library keep counts.

Footers of Parquet files, dictionaries and kernels' scratch come from the C library, which keeps what was freed unless
it is told to let go: measured 150 MB in a worker that had read eighteen files of 250 row groups.
"""

from __future__ import annotations

import ctypes
import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa

_POOLS = (pa.default_memory_pool(), pa.system_memory_pool())


def give_back() -> None:
    """Returns freed memory to the system: some milliseconds, so once a task, not once a call."""
    # Arrow's query engine takes its memory from the pool of the library, whatever pool Python has set.
    for pool in _POOLS:
        pool.release_unused()
    _libc("malloc_trim", 0)


def let_go_libraries() -> None:
    """Pages of program files that nothing has written to leave memory; those still in use come back from the system's
    cache when they are touched. Nothing where there is no /proc.

    The compiler takes 70 MB of its own code to start and to load the first kernel (measured), and none afterwards."""
    advice = getattr(mmap, "MADV_DONTNEED", None)
    if advice is None:
        return
    for start, end in _untouched_mappings():
        _libc("madvise", ctypes.c_void_p(start), ctypes.c_size_t(end - start), advice)


_HEAD = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (r-[-x])p \S+ \S+ \S+ +/(.*)\n")
_LARGE_BYTES = 1 << 20


def _untouched_mappings() -> Iterator[tuple[int, int]]:
    """Large private mappings of files that may not be written to and of which no page is a copy of this process: what
    the linker wrote its addresses into is left alone."""
    mapping: re.Match[str] | None = None
    with suppress(OSError), Path("/proc/self/smaps").open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if line[0] in "0123456789abcdef":
                mapping = _HEAD.fullmatch(line)
            elif mapping is not None and line.startswith("Anonymous:") and line.split()[1] == "0":
                start, end = int(mapping[1], 16), int(mapping[2], 16)
                if end - start >= _LARGE_BYTES:
                    yield start, end


def keep_little() -> None:
    """For a process with little memory: large blocks come straight from the system and go straight back.

    Arrow's own allocator keeps pages for the next call, glibc keeps blocks of up to 32 MB: together half as much again
    as the rows (measured: 160 MB above an idle worker in place of 107), for a tenth less processor time. Arrow's
    threads would each keep some, too."""
    pa.set_memory_pool(pa.system_memory_pool())
    pa.set_cpu_count(1)
    for parameter, value in ((_MMAP_THRESHOLD, 1 << 20), (_TRIM_THRESHOLD, 1 << 20), (_ARENA_MAX, 1)):
        _libc("mallopt", parameter, value)


@contextmanager
def keeping_little() -> Iterator[None]:
    """`keep_little` in a process that goes on: Arrow has its allocator and threads back afterwards. The C library stays
    as it was set, which costs only time."""
    pool, threads = pa.default_memory_pool(), pa.cpu_count()
    keep_little()
    try:
        yield
    finally:
        pa.set_memory_pool(pool)
        pa.set_cpu_count(threads)


def keep_much() -> None:
    """For a worker with much memory: blocks of up to 32 MB (the most that glibc allows) are kept for the next call.

    Each page that comes anew from the system is filled with zeros first: 5 % of all processor time (measured)."""
    for parameter, value in ((_MMAP_THRESHOLD, 32 << 20), (_TRIM_THRESHOLD, 256 << 20)):
        _libc("mallopt", parameter, value)


# M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_ARENA_MAX of <malloc.h>.
_MMAP_THRESHOLD, _TRIM_THRESHOLD, _ARENA_MAX = -3, -1, -8


def _libc(name: str, *arguments: int | ctypes.c_void_p | ctypes.c_size_t) -> None:
    """A function of glibc; nothing where the C library has none of this name (musl, macOS, Windows)."""
    with suppress(AttributeError, OSError, TypeError):
        getattr(ctypes.CDLL(None), name)(*arguments)
