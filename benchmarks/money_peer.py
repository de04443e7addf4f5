"""snapml's GraphFeaturePreprocessor on the same payments, and what its counts are in terms of our instances.

It is proprietary and stands in no lock file: `uv pip install snapml` where it may be measured (version 1.17.2 was).
It gives histograms of counts for each payment and never the payments of a pattern.

What it counts where definitions coincide, found by trial on small streams with different times, one payment a batch:

- *temporal cycles*, at a payment: the ways over accounts (each way once, whichever payments make it) of length n that
  this payment closes, none longer than the window: distinct (last payment, accounts) of our cycles without amounts.
- *scatter-gather*: middles between a source and a sink, in whatever order of time; ours keeps to the order of time, so
  it is another pattern and counts are not compared.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.money_streams import Stream

Floats = npt.NDArray[np.float64]
PATTERNS = ("fan", "degree", "scatter-gather", "temp-cycle", "lc-cycle")


def installed() -> bool:
    return find_spec("snapml") is not None


def features(
    stream: Stream, patterns: Mapping[str, int], batch: int, vertex_hours: int = 0, length: int = 6
) -> tuple[Floats, float]:
    """Its columns for each payment, and processor seconds. `patterns`: hours of each; one thread."""
    from snapml import GraphFeaturePreprocessor

    peer = GraphFeaturePreprocessor()
    settings: dict[str, Any] = {
        "num_threads": 1,
        "time_window": 3600 * max([*patterns.values(), vertex_hours]),
        "vertex_stats": vertex_hours > 0,
    }
    if vertex_hours:
        settings |= {"vertex_stats_tw": 3600 * vertex_hours, "vertex_stats_cols": [4]}
    for name in PATTERNS:
        settings[name] = name in patterns
        if name in patterns:
            settings[f"{name}_tw"] = 3600 * patterns[name]
    if "lc-cycle" in patterns:
        settings["lc-cycle_len"] = length
    peer.set_params(settings)
    columns = (np.arange(len(stream.payer)), stream.payer, stream.payee, stream.time // 1_000_000, stream.amount)
    rows = np.ascontiguousarray(np.stack(columns, 1), dtype=np.float64)
    started = time.process_time()
    made = [peer.transform(np.ascontiguousarray(rows[at : at + batch])) for at in range(0, len(rows), batch)]
    return np.vstack(made)[:, 5:], time.process_time() - started
