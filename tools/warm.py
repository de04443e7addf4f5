"""Compile every kernel once, so that parallel tests and timings find a warm cache."""

from __future__ import annotations

import time

from veedor import air, money
from veedor.kernel import KERNELS


def main() -> None:
    started = time.perf_counter()
    for kernel in KERNELS.values():
        for arguments in kernel.examples() if kernel.examples else ():
            kernel(*arguments)
    rooms = f"{air.__name__}, {money.__name__}"
    print(f"{len(KERNELS)} kernels of veedor.kernel, {rooms} compiled in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
