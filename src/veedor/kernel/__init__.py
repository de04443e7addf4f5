"""Numeric kernels, canonical encoding and digests: the only room that imports numba, and the one that fixes bytes."""

from __future__ import annotations

from veedor.kernel.compile import KERNELS, Kernel, kernel, twin_of

__all__ = ["KERNELS", "Kernel", "kernel", "twin_of"]
