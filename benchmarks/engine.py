"""Engine: storing plots, cutting, calling, storing and digesting with toy detectors (`engine_scale`), one name for it.

Size as there: `VEEDOR_BENCH_ROWS`, `VEEDOR_BENCH_MEMORY`, `VEEDOR_BENCH_WORKERS`; 10 million rows unless told.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from benchmarks.record import Measure


def measure() -> Sequence[Measure]:
    """The figures of `engine_scale` at a size that takes a minute."""
    os.environ.setdefault("VEEDOR_BENCH_ROWS", "10000000")
    from benchmarks import engine_scale

    return engine_scale.measure()
