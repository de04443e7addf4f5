"""Numeric kernels, canonical encoding and digests: the only room that imports numba, and the one that fixes bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from veedor.kernel.compile import KERNELS, Kernel, kernel, twin_of

__all__ = ["KERNELS", "Kernel", "kernel", "twin_of"]


def __getattr__(name: str) -> object:
    """Numba takes seconds to load: only who defines or lists kernels waits for it."""
    if name not in __all__:
        raise AttributeError(name)
    from veedor.kernel import compile

    found: object = getattr(compile, name)
    return found
