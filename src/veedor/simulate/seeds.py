"""One root seed, many independent streams: every part of a scenario draws from its own child generator."""

from __future__ import annotations

import zlib

import numpy as np


def child(seed: int, purpose: str, *numbers: int) -> np.random.Generator:
    """The generator of one purpose (and day, flight, sensor ...): adding a part to a scenario moves no other part."""
    words = [seed & 0xFFFFFFFF, seed >> 32, zlib.crc32(purpose.encode()), *numbers]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))


def choose(rng: np.random.Generator, weights: np.ndarray, size: int) -> np.ndarray:
    """`size` indices drawn with the given weights (inverse of the cumulated weights, one search for all)."""
    cumulated = np.cumsum(weights, dtype=np.float64)
    return np.searchsorted(cumulated / cumulated[-1], rng.random(size), side="right").astype(np.int64)
