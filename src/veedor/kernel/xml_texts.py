"""Texts of many elements as one column: trimmed, copied behind each other, read as exact amounts.

They are given by the bytes where they begin and end (xml_run.py); what is not plain here is told and left to Python.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel.compile import kernel

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

# So many digits are a number of 63 bits whatever they are.
MOST_DIGITS = 18


def _example() -> list[tuple[object, ...]]:
    texts = ["", " ", " a\n", "a b", "é", " é ", "\u00a0a", "a\u2003", "\u3000", "a\u1680b", "€", "x\u00a0 "]
    data, ends = b"", []
    for each in texts:
        data += each.encode()
        ends.append(len(data))
    begins = np.array([0, *ends[:-1]], np.int32)
    return [(np.frombuffer(data, np.uint8).copy(), begins, np.array(ends, np.int32), np.zeros(len(texts), np.bool_))]


@kernel(examples=_example)
def trim(data: Bytes, begins: Places, ends: Places, odd: Mask) -> None:
    """Moves each text's begin and end past blanks (space, tab, line feed). `odd`: it may begin or end with a blank of
    other scripts, all of which begin with one of four bytes (U+0085, U+00A0, U+1680, U+2000 to U+205F, U+3000)."""
    for i in range(len(begins)):
        begin, end = begins[i], ends[i]
        while begin < end and (data[begin] == 32 or data[begin] == 10 or data[begin] == 9):
            begin += 1
        while begin < end and (data[end - 1] == 32 or data[end - 1] == 10 or data[end - 1] == 9):
            end -= 1
        begins[i], ends[i] = begin, end
        odd[i] = False
        if begin < end:
            last = end - 1
            while last > begin and data[last] & 0xC0 == 0x80:
                last -= 1
            for at in (begin, last):
                odd[i] = odd[i] or data[at] == 0xC2 or (data[at] >= 0xE1 and data[at] <= 0xE3)


@kernel(
    examples=lambda: [
        (
            np.frombuffer(b"abcdef", np.uint8).copy(),
            np.array([4, 0, 2], np.int32),
            np.array([0, 2, 5, 5], np.int32),
            np.zeros(5, np.uint8),
        )
    ]
)
def gather(data: Bytes, begins: Places, offsets: Places, out: Bytes) -> None:
    """Copies text `i`, which begins at `begins[i]`, to where `offsets[i]` says and `offsets[i + 1]` ends it."""
    for i in range(len(begins)):
        shift = begins[i] - offsets[i]
        for at in range(offsets[i], offsets[i + 1]):
            out[at] = data[at + shift]


def _amounts() -> list[tuple[object, ...]]:
    texts = [b"", b"1", b"+1.50", b".5", b"5.", b".", b"-1", b"1,5", b"1.2.3", b"9" * 18, b"9" * 19, b"0." + b"0" * 17]
    ends = np.cumsum([len(each) for each in texts]).astype(np.int32)
    begins = np.concatenate([np.zeros(1, np.int32), ends[:-1]])
    size = len(texts)
    data = np.frombuffer(b"".join(texts), np.uint8).copy()
    return [(data, begins, ends, np.zeros(size, np.int64), np.zeros(size, np.int64), np.zeros(size, np.bool_))]


@kernel(examples=_amounts)
def read_amounts(data: Bytes, begins: Places, ends: Places, units: Whole, places: Whole, good: Mask) -> None:
    """Units and decimals of unsigned decimals with a point; `good` only what surely is one, of at most 18 digits."""
    for i in range(len(begins)):
        at, end = begins[i], ends[i]
        if at < end and data[at] == 43:
            at += 1
        found, digits, point = np.int64(0), 0, -1
        sound = end - at <= MOST_DIGITS + 1
        while sound and at < end:
            byte = data[at]
            if byte == 46 and point < 0:
                point = digits
            elif byte >= 48 and byte <= 57:
                found = found * 10 + np.int64(byte - 48)
                digits += 1
            else:
                sound = False
            at += 1
        good[i] = sound and digits > 0 and digits <= MOST_DIGITS
        units[i] = found
        places[i] = digits - point if point >= 0 else 0
