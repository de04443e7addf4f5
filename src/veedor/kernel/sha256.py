"""SHA-256 (FIPS 180-4) of many messages, eight side by side: for short ones, where a call costs more than hashing.

Each word of the algorithm stands as a row of eight lanes in one small array, so that the compiler can work on the
lanes with vector instructions, four or eight at a time, as the processor has them. A lane that ends its message takes
the next one, so lengths may differ. Integers only: the result cannot depend on the processor.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel.compile import kernel

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint32]

_MASK = 0xFFFFFFFF
_LANES = 8
# Working array x: rows 0-7 the variables a..h, rows 8-15 the hash so far. Schedule w: 64 rows.


def _primes(count: int) -> list[int]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return found


def _root(value: int, degree: int) -> int:
    """Integer part of the root, exact."""
    low, high = 0, value + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**degree <= value else (low, middle)
    return low


# First 32 bits of the fractions of the cube roots of the first 64 primes, and of the square roots of the first 8.
_ROUND = np.array([_root(prime << 96, 3) & _MASK for prime in _primes(64)], np.uint32)
_START = np.array([_root(prime << 64, 2) & _MASK for prime in _primes(8)], np.uint32)


def _filled(seed: int, size: int) -> Words:
    count = np.arange(1, size + 1, dtype=np.uint64)
    return ((count * np.uint64(2654435761 + seed)) & np.uint64(_MASK)).astype(np.uint32)


@kernel(inline=True, examples=lambda: [(1, 7), (0xFFFFFFFF, 25), (0x80000000, 31)])
def _turn(x: int, by: int) -> int:
    """32-bit rotation to the right; bits above 32 of the result are to be masked."""
    return (x >> by) | (x << (32 - by))


@kernel(examples=lambda: [(_filled(3, 16 * _LANES), _filled(5, 64 * _LANES))])
def _compress(x: Words, w: Words) -> None:
    """One block in every lane: the 16 words at the start of the schedule `w` (room for 64) into the hash so far."""
    for place in range(16 * _LANES, 64 * _LANES):
        p, q = int(w[place - 15 * _LANES]), int(w[place - 2 * _LANES])
        w[place] = (
            int(w[place - 16 * _LANES])
            + (_turn(p, 7) ^ _turn(p, 18) ^ (p >> 3))
            + int(w[place - 7 * _LANES])
            + (_turn(q, 17) ^ _turn(q, 19) ^ (q >> 10))
        ) & _MASK
    for place in range(8 * _LANES):
        x[place] = x[8 * _LANES + place]
    for t in range(64):
        constant = int(_ROUND[t])
        at = t * _LANES
        for lane in range(_LANES):
            a, b, c = int(x[lane]), int(x[_LANES + lane]), int(x[2 * _LANES + lane])
            e, f, g = int(x[4 * _LANES + lane]), int(x[5 * _LANES + lane]), int(x[6 * _LANES + lane])
            first = (
                int(x[7 * _LANES + lane])
                + (_turn(e, 6) ^ _turn(e, 11) ^ _turn(e, 25))
                + (g ^ (e & (f ^ g)))
                + constant
                + int(w[at + lane])
            ) & _MASK
            x[7 * _LANES + lane] = g
            x[6 * _LANES + lane] = f
            x[5 * _LANES + lane] = e
            x[4 * _LANES + lane] = (int(x[3 * _LANES + lane]) + first) & _MASK
            x[3 * _LANES + lane] = c
            x[2 * _LANES + lane] = b
            x[_LANES + lane] = a
            x[lane] = (first + (_turn(a, 2) ^ _turn(a, 13) ^ _turn(a, 22)) + ((a & b) | (c & (a | b)))) & _MASK
    for place in range(8 * _LANES):
        x[8 * _LANES + place] = (int(x[8 * _LANES + place]) + int(x[place])) & _MASK


@kernel(
    inline=True,
    examples=lambda: [
        (np.arange(200, dtype=np.uint8), 1, length, block, 3, _filled(4, 64 * _LANES))
        for length, block in ((130, 0), (130, 2), (55, 0), (56, 0), (56, 1), (64, 1), (0, 0), (3, 0))
    ],
)
def _load(data: Bytes, start: int, length: int, block: int, lane: int, w: Words) -> None:
    """A block of the padded message data[start:start + length] into a lane's schedule."""
    for j in range(16):
        p = 64 * block + 4 * j
        q = start + p
        if p + 4 <= length:
            word = (int(data[q]) << 24) | (int(data[q + 1]) << 16) | (int(data[q + 2]) << 8) | int(data[q + 3])
        else:
            word = 0
            for k in range(4):
                byte = 0
                if p + k < length:
                    byte = int(data[q + k])
                elif p + k == length:
                    byte = 0x80
                word = (word << 8) | byte
        w[j * _LANES + lane] = word
    if 64 * (block + 1) >= length + 9:
        w[14 * _LANES + lane] = ((8 * length) >> 32) & _MASK
        w[15 * _LANES + lane] = (8 * length) & _MASK


@kernel(
    examples=lambda: [
        (np.arange(250, dtype=np.uint8), np.array([0, 0, 1, 56, 120, 123, 133, 200, 210, 240, 250], np.int64),
         np.zeros((10, 32), np.uint8)),
        (np.arange(3, dtype=np.uint8), np.array([0, 3], np.int64), np.zeros((1, 32), np.uint8)),
        (np.arange(3, dtype=np.uint8), np.array([0], np.int64), np.zeros((0, 32), np.uint8)),
    ]
)  # fmt: skip
def hash_all(data: Bytes, offsets: Offsets, out: Bytes) -> None:
    """out[i] = SHA-256 of data[offsets[i]:offsets[i + 1]]."""
    x = np.zeros(16 * _LANES, np.uint32)
    w = np.zeros(64 * _LANES, np.uint32)
    message = np.full(_LANES, -1, np.int64)
    block = np.zeros(_LANES, np.int64)
    count = len(offsets) - 1
    following = 0
    busy = 0
    while True:
        for lane in range(_LANES):
            if message[lane] < 0 and following < count:
                message[lane] = following
                block[lane] = 0
                following += 1
                busy += 1
                for row in range(8):
                    x[(8 + row) * _LANES + lane] = _START[row]
            i = message[lane]
            if i >= 0:
                _load(data, offsets[i], offsets[i + 1] - offsets[i], block[lane], lane, w)
        if busy == 0:
            return
        _compress(x, w)
        for lane in range(_LANES):
            i = message[lane]
            if i >= 0:
                block[lane] += 1
                if 64 * block[lane] >= offsets[i + 1] - offsets[i] + 9:
                    for row in range(8):
                        word = int(x[(8 + row) * _LANES + lane])
                        out[i, 4 * row] = word >> 24
                        out[i, 4 * row + 1] = (word >> 16) & 255
                        out[i, 4 * row + 2] = (word >> 8) & 255
                        out[i, 4 * row + 3] = word & 255
                    message[lane] = -1
                    busy -= 1
