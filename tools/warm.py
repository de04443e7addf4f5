"""Compile kernels once, so that parallel tests, timings and first runs find a warm cache.

`python tools/warm.py` compiles all of them; `python tools/warm.py air money` only what detectors of these rooms call
from Python, which is what a run waits for. Processes share the work and give way to whatever else runs.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from multiprocessing import get_all_start_methods, get_context

import veedor.house  # noqa: F401 # loads every room that has kernels
from veedor.kernel import KERNELS
from veedor.kernel.compile import called_by


def compile_one(name: str) -> None:
    """The kernel and all that it calls, for the types of its examples."""
    kernel = KERNELS[name]
    for arguments in kernel.examples() if kernel.examples else ():
        kernel(*arguments)


def entries(rooms: Sequence[str]) -> list[str]:
    """Kernels of these rooms (all rooms where none is given) that no other kernel calls. Those that call most come
    first: they take longest, and what they call is then compiled."""
    called = {name: called_by(kernel) for name, kernel in KERNELS.items()}
    inner = frozenset().union(*called.values())

    def reached(name: str) -> set[str]:
        return {name}.union(*(reached(each) for each in called[name] - {name}))

    found = [
        name
        for name in KERNELS
        if name not in inner and (not rooms or any(name.startswith(f"veedor.{room}.") for room in rooms))
    ]
    return sorted(found, key=lambda name: -len(reached(name)))


def compiled(names: Sequence[str]) -> Iterator[None]:
    """Compiles by as many processes as there are processors, forked where that can be: they import once."""
    if "fork" not in get_all_start_methods():
        yield from map(compile_one, names)
        return
    with get_context("fork").Pool(len(os.sched_getaffinity(0)), os.nice, (10,)) as pool:
        yield from pool.imap_unordered(compile_one, names)


def main() -> None:
    started = time.perf_counter()
    names = entries(sys.argv[1:])
    if not sys.argv[1:]:
        names += [name for name in KERNELS if name not in set(names)]
    count = sum(1 for _ in compiled(names))
    print(f"{count} kernels ready in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
