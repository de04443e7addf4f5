"""Compile every kernel once, so that parallel tests and timings find a warm cache."""

from __future__ import annotations

import time

import veedor.house  # noqa: F401 # loads every room that has kernels
from veedor.kernel import KERNELS


def main() -> None:
    started = time.perf_counter()
    for kernel in KERNELS.values():
        for arguments in kernel.examples() if kernel.examples else ():
            kernel(*arguments)
    print(f"{len(KERNELS)} kernels ready in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
