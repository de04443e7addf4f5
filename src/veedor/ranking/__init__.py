"""A learned order of payments and findings, trained on a reviewer's own labels: private to whoever trained it.

It is no part of any finding, digest, statement, bundle or export: no room below this one may import it, and only the
command line and notebooks stand above. Training needs the extra `ranking` (LightGBM); using a model does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from veedor.ranking.model import RankingModel, read_model, write_model
    from veedor.ranking.on_bank_files import order, train
    from veedor.ranking.ordering import Ranked

__all__ = ["Ranked", "RankingModel", "order", "read_model", "train", "write_model"]


def __getattr__(name: str) -> Any:
    """Loaded when first used: who reads this room's name must not wait for detectors."""
    from importlib import import_module

    for file, names in (
        ("model", ("RankingModel", "read_model", "write_model")),
        ("on_bank_files", ("order", "train")),
        ("ordering", ("Ranked",)),
    ):
        if name in names:
            return getattr(import_module(f"veedor.ranking.{file}"), name)
    raise AttributeError(f"module 'veedor.ranking' has no attribute {name!r}")
