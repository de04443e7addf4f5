"""Trees learned from labelled payments by LightGBM: the one file that needs the extra `ranking`.

One thread, fixed seeds, rows in a fixed order: the same payments and labels give the same model on one machine. What
comes out is plain trees (trees.py); nothing of the library is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from msgspec import structs

from veedor.errors import UsageError
from veedor.money.columns import Bools
from veedor.ranking.flows import Floats
from veedor.ranking.trees import Tree

MOST_TREES = 400
PATIENCE = 40
# What one model says of a payment hangs on its seed; of the mean of three, half as much (docs/ranking.md).
VOICES = 3
SETTINGS: Mapping[str, Any] = {
    "objective": "binary", "metric": "average_precision", "learning_rate": 0.05, "num_leaves": 31,
    "scale_pos_weight": 5, "bagging_fraction": 0.9, "bagging_freq": 1, "feature_fraction": 0.6, "num_threads": 1,
    "deterministic": True, "force_row_wise": True, "verbosity": -1,
}  # fmt: skip


def library() -> Any:
    """LightGBM; UsageError where the extra is not installed."""
    try:
        import lightgbm
    except (ImportError, OSError) as error:
        raise UsageError(
            "training a ranking needs LightGBM, which is not installed", expected="the extra `ranking`",
            found=str(error).splitlines()[0][:200], next_step="pip install 'veedor[ranking]'; a model that was "
            "trained elsewhere needs nothing more",
        ) from None  # fmt: skip
    return lightgbm


def boost_several(
    rows: Floats, suspicious: Bools, later: Floats, later_suspicious: Bools, seed: int
) -> tuple[Tree, ...]:
    """Trees whose sum is the mean of VOICES models that differ in their seeds only."""
    voices = (boost(rows, suspicious, later, later_suspicious, VOICES * seed + voice) for voice in range(VOICES))
    return tuple(
        structs.replace(tree, value=tuple(value / VOICES for value in tree.value)) for trees in voices for tree in trees
    )


def boost(rows: Floats, suspicious: Bools, later: Floats, later_suspicious: Bools, seed: int) -> tuple[Tree, ...]:
    """Trees from `rows`; as many as make average precision best on what is `later`."""
    made = library()
    booster = made.train(
        {**SETTINGS, "seed": seed},
        made.Dataset(rows, suspicious.astype(np.int8)),
        MOST_TREES,
        valid_sets=[made.Dataset(later, later_suspicious.astype(np.int8))],
        callbacks=[made.early_stopping(PATIENCE, verbose=False)],
    )
    dumped = booster.dump_model(num_iteration=booster.best_iteration)
    return tuple(_tree(each["tree_structure"]) for each in dumped["tree_info"])


def _tree(root: Mapping[str, Any]) -> Tree:
    """The library's nested nodes as a row of nodes, each before its children."""
    feature: list[int] = []
    threshold: list[float] = []
    lower: list[int] = []
    higher: list[int] = []
    value: list[float] = []

    def add(node: Mapping[str, Any]) -> int:
        at, leaf = len(value), "leaf_value" in node
        feature.append(0 if leaf else int(node["split_feature"]))
        threshold.append(0.0 if leaf else float(node["threshold"]))
        value.append(float(node["leaf_value"] if leaf else node["internal_value"]))
        lower.append(-1)
        higher.append(-1)
        if not leaf:
            lower[at], higher[at] = add(node["left_child"]), add(node["right_child"])
        return at

    add(root)
    return Tree(tuple(feature), tuple(threshold), tuple(lower), tuple(higher), tuple(value))
