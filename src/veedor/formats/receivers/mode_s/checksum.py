"""The 24 parity bits of Mode S: what is left of a frame, which is nought, an interrogator's code or an address.

Source: ICAO Annex 10, Volume IV, 3.1.2.3.3 (generator polynomial 1 1111 1111 1111 0100 0000 1001).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.formats.arrow import Whole

Bytes = npt.NDArray[np.uint8]

_POLYNOMIAL = 0xFFF409


def _table() -> Whole:
    found = np.empty(256, np.int64)
    for byte in range(256):
        rest = byte << 16
        for _ in range(8):
            rest = (rest << 1) ^ (_POLYNOMIAL if rest & 0x800000 else 0)
        found[byte] = rest & 0xFFFFFF
    return found


_TABLE = _table()


def rests(frames: Bytes) -> Whole:
    """What is left of each frame (a row of 7 or 14 bytes) after division: 0 for an undamaged extended squitter, the
    interrogator's code for an all-call reply, the address for replies that overlay it."""
    rest = np.zeros(len(frames), np.int64)
    for place in range(frames.shape[1] - 3):
        rest = ((rest << 8) & 0xFFFFFF) ^ _TABLE[(rest >> 16) ^ frames[:, place]]
    parity = frames[:, -3:].astype(np.int64)
    return rest ^ (parity[:, 0] << 16 | parity[:, 1] << 8 | parity[:, 2])
