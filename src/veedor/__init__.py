"""Veedor: transparent joint monitoring of suspected trafficking corridors.

Start here in a notebook: ``import veedor as vd`` and then ``vd.flights("plots.csv")`` or ``vd.money("statement.xml")``.
The command line is ``veedor --help``; the way through the house is ARCHITECTURE.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from veedor.version import VERSION as __version__

if TYPE_CHECKING:
    from veedor.on_files import Looked, flights, money

__all__ = ["Looked", "__version__", "flights", "money"]


def __getattr__(name: str) -> Any:
    """The verbs for notebooks are loaded when first used: importing a room must not load the whole house."""
    if name in __all__:
        from veedor import on_files

        return getattr(on_files, name)
    raise AttributeError(f"module 'veedor' has no attribute {name!r}")
