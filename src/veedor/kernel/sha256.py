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
# Rows of the working array: 0-7 the variables a..h, 8-15 the hash so far, 16-31 the message schedule (last 16 words).
_ROWS = 32


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


def _filled(seed: int) -> Words:
    count = np.arange(1, _ROWS * _LANES + 1, dtype=np.uint64)
    return ((count * np.uint64(2654435761 + seed)) & np.uint64(_MASK)).astype(np.uint32)


@kernel(inline=True, examples=lambda: [(1, 7), (0xFFFFFFFF, 25), (0x80000000, 31)])
def _turn(x: int, by: int) -> int:
    """32-bit rotation to the right; bits above 32 of the result are to be masked."""
    return (x >> by) | (x << (32 - by))


@kernel(inline=True, examples=lambda: [(_filled(1), 0, 8, 16, 24, 32, 40, 48, 56, 128, 0x428A2F98)])
def _round(x: Words, a: int, b: int, c: int, d: int, e: int, f: int, g: int, h: int, w: int, constant: int) -> None:
    """One round on all lanes. a..h and w say at which row the variables and the schedule's word stand in this round;
    the new a takes the place of h, the new e that of d, so nothing else has to move."""
    for lane in range(_LANES):
        at, ab, ac = int(x[a + lane]), int(x[b + lane]), int(x[c + lane])
        et, ef, eg = int(x[e + lane]), int(x[f + lane]), int(x[g + lane])
        first = (
            int(x[h + lane])
            + (_turn(et, 6) ^ _turn(et, 11) ^ _turn(et, 25))
            + (eg ^ (et & (ef ^ eg)))
            + constant
            + int(x[w + lane])
        ) & _MASK
        x[d + lane] = (int(x[d + lane]) + first) & _MASK
        x[h + lane] = (first + (_turn(at, 2) ^ _turn(at, 13) ^ _turn(at, 22)) + ((at & ab) | (ac & (at | ab)))) & _MASK


@kernel(inline=True, examples=lambda: [(_filled(2), 128, 136, 200, 240)])
def _extend(x: Words, w: int, w15: int, w7: int, w2: int) -> None:
    """The schedule's next word, in place of the one 16 earlier, from those 15, 7 and 2 earlier."""
    for lane in range(_LANES):
        p, q = int(x[w15 + lane]), int(x[w2 + lane])
        x[w + lane] = (
            int(x[w + lane])
            + (_turn(p, 7) ^ _turn(p, 18) ^ (p >> 3))
            + int(x[w7 + lane])
            + (_turn(q, 17) ^ _turn(q, 19) ^ (q >> 10))
        ) & _MASK


@kernel(examples=lambda: [(_filled(3),)])
def _compress(x: Words) -> None:
    """One block in every lane: the schedule's 16 words into the hash so far. The rounds are written out, so that all
    places in `x` are constants and the compiler sees that lanes do not touch each other."""
    for place in range(64):
        x[place] = x[64 + place]
    for sixteen in range(4):
        t = 16 * sixteen
        if sixteen:
            _extend(x, 128, 136, 200, 240)
            _extend(x, 136, 144, 208, 248)
            _extend(x, 144, 152, 216, 128)
            _extend(x, 152, 160, 224, 136)
            _extend(x, 160, 168, 232, 144)
            _extend(x, 168, 176, 240, 152)
            _extend(x, 176, 184, 248, 160)
            _extend(x, 184, 192, 128, 168)
            _extend(x, 192, 200, 136, 176)
            _extend(x, 200, 208, 144, 184)
            _extend(x, 208, 216, 152, 192)
            _extend(x, 216, 224, 160, 200)
            _extend(x, 224, 232, 168, 208)
            _extend(x, 232, 240, 176, 216)
            _extend(x, 240, 248, 184, 224)
            _extend(x, 248, 128, 192, 232)
        _round(x, 0, 8, 16, 24, 32, 40, 48, 56, 128, int(_ROUND[t]))
        _round(x, 56, 0, 8, 16, 24, 32, 40, 48, 136, int(_ROUND[t + 1]))
        _round(x, 48, 56, 0, 8, 16, 24, 32, 40, 144, int(_ROUND[t + 2]))
        _round(x, 40, 48, 56, 0, 8, 16, 24, 32, 152, int(_ROUND[t + 3]))
        _round(x, 32, 40, 48, 56, 0, 8, 16, 24, 160, int(_ROUND[t + 4]))
        _round(x, 24, 32, 40, 48, 56, 0, 8, 16, 168, int(_ROUND[t + 5]))
        _round(x, 16, 24, 32, 40, 48, 56, 0, 8, 176, int(_ROUND[t + 6]))
        _round(x, 8, 16, 24, 32, 40, 48, 56, 0, 184, int(_ROUND[t + 7]))
        _round(x, 0, 8, 16, 24, 32, 40, 48, 56, 192, int(_ROUND[t + 8]))
        _round(x, 56, 0, 8, 16, 24, 32, 40, 48, 200, int(_ROUND[t + 9]))
        _round(x, 48, 56, 0, 8, 16, 24, 32, 40, 208, int(_ROUND[t + 10]))
        _round(x, 40, 48, 56, 0, 8, 16, 24, 32, 216, int(_ROUND[t + 11]))
        _round(x, 32, 40, 48, 56, 0, 8, 16, 24, 224, int(_ROUND[t + 12]))
        _round(x, 24, 32, 40, 48, 56, 0, 8, 16, 232, int(_ROUND[t + 13]))
        _round(x, 16, 24, 32, 40, 48, 56, 0, 8, 240, int(_ROUND[t + 14]))
        _round(x, 8, 16, 24, 32, 40, 48, 56, 0, 248, int(_ROUND[t + 15]))
    for place in range(64):
        x[64 + place] = (int(x[64 + place]) + int(x[place])) & _MASK


@kernel(
    inline=True,
    examples=lambda: [
        (np.arange(200, dtype=np.uint8), 1, length, block, 3, _filled(4))
        for length, block in ((130, 0), (130, 2), (55, 0), (56, 0), (56, 1), (64, 1), (0, 0), (3, 0))
    ],
)
def _load(data: Bytes, start: int, length: int, block: int, lane: int, x: Words) -> None:
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
        x[(16 + j) * _LANES + lane] = word
    if 64 * (block + 1) >= length + 9:
        x[30 * _LANES + lane] = ((8 * length) >> 32) & _MASK
        x[31 * _LANES + lane] = (8 * length) & _MASK


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
    x = np.zeros(_ROWS * _LANES, np.uint32)
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
                _load(data, offsets[i], offsets[i + 1] - offsets[i], block[lane], lane, x)
        if busy == 0:
            return
        _compress(x)
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
