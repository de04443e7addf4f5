"""Veedor: transparent joint monitoring of suspected trafficking corridors.

Start here in a notebook: ``import veedor as vd`` and then ``vd.flights("plots.csv")``, ``vd.money("statement.xml")``,
``vd.screen("statement.xml", lists=["un.xml"])`` or ``vd.holders("customers.csv")``.
The command line is ``veedor --help``; the way through the house is ARCHITECTURE.md.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from veedor.version import VERSION as __version__

if TYPE_CHECKING:
    from veedor.on_files import Looked, flights
    from veedor.on_holders import Held
    from veedor.on_holders import holders_in as holders
    from veedor.on_lists import Screened
    from veedor.on_lists import screen_files as screen

__all__ = ["Held", "Looked", "Screened", "__version__", "flights", "holders", "screen"]


def __getattr__(name: str) -> Any:
    """The verbs for notebooks are loaded when first used: importing a room must not load the whole house."""
    if name in ("Looked", "flights"):
        from veedor import on_files

        return getattr(on_files, name)
    if name in ("Screened", "screen"):
        from veedor import on_lists

        return on_lists.Screened if name == "Screened" else on_lists.screen_files
    if name in ("Held", "holders"):
        from veedor import on_holders

        return on_holders.Held if name == "Held" else on_holders.holders_in
    if name == "money":
        import veedor.money as room

        return room
    if name == "ranking":
        from importlib import import_module

        return import_module("veedor.ranking")
    raise AttributeError(f"module 'veedor' has no attribute {name!r}")


class _MoneyRoom(ModuleType):
    """`vd.money(…)` is a verb and `veedor.money` is a room: the room's module can be called."""

    def __call__(self, *paths: Any, **options: Any) -> Any:
        from veedor import on_files

        return on_files.money(*paths, **options)


class _House(ModuleType):
    def __setattr__(self, name: str, value: object) -> None:
        if name == "money" and isinstance(value, ModuleType):
            value.__class__ = _MoneyRoom
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _House
