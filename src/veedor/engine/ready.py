"""Imported last by the process that workers are forked off: what it has loaded by then, all workers share.

A worker that loads a compiled kernel itself holds it alone: numba's tables of functions and a hundred megabytes of
code for the whole chain, once for each worker.
"""

from __future__ import annotations

import gc

import veedor.kernel.columns  # noqa: F401 — the digests of large tables take these loops
from veedor.kernel.compile import load_cached

load_cached()
# Objects made so far are never collected: a collection would write to their pages and so copy them for each worker.
gc.collect()
gc.freeze()
