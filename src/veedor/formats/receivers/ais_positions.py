"""Position reports of AIS by their bits, many at once (ITU-R M.1371-5, annex 8): who, where, how fast, which way.

| message | speed | longitude, latitude | course | height |
|---|---|---|---|---|
| 1, 2, 3 | 50, 10 bits, 1/10 kt | 61, 28 and 27 bits, 1/10,000 min | 116, 12 bits, 1/10 ° | |
| 9 | 50, 10 bits, kt | 61, 28 and 27 bits, 1/10,000 min | 116, 12 bits, 1/10 ° | 38, 12 bits, m |
| 18 | 46, 10 bits, 1/10 kt | 57, 28 and 27 bits, 1/10,000 min | 112, 12 bits, 1/10 ° | |

These are 28 letters of six bits in one sentence. Whatever is longer or shorter (19, 27, parts of several) is left to
pyais, which reads these as the same numbers (tests/formats/test_ais_positions.py). Positions are rounded to a millionth
of a degree, as pyais gives them: 11 cm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.formats.arrow import Array

Ints = npt.NDArray[np.int64]

LETTERS = 28
SAID = ("mmsi", "lat", "lon", "speed", "course", "height")
"""Degrees, knots, metres; null where the ship says that it does not know. Places that cannot be are as sent."""
# 0 to W and ` to w stand for 0 to 63; a report's first letter is its type.
_ALPHABET = bytes([*range(48, 88), *range(96, 120)])
_FIRST = b"1239B"
_SIX_BITS = np.zeros(256, np.int64)
_SIX_BITS[list(_ALPHABET)] = np.arange(64)
_AIRCRAFT, _CLASS_B = 9, 18


def is_whole(letters: bytes) -> bool:
    """Whether these are a report of the table above."""
    return len(letters) == LETTERS and letters[0] in _FIRST and not letters.translate(None, _ALPHABET)


def identity(letters: bytes) -> int:
    """The MMSI of one report."""
    number = 0
    for letter in letters[1:7]:
        number = number << 6 | letter - (48 if letter < 88 else 56)
    return number >> 4 & 0x3FFFFFFF


def positions(letters: Sequence[bytes]) -> Mapping[str, Array]:
    """SAID of reports for which `is_whole`, one row each."""
    six = _SIX_BITS[np.frombuffer(b"".join(letters), np.uint8)].reshape(-1, LETTERS)
    kind = six[:, 0]
    aircraft, small = kind == _AIRCRAFT, kind == _CLASS_B

    def at(first: int, width: int) -> Ints:
        return np.where(small, _bits(six, first - 4, width), _bits(six, first, width))

    lon, lat = (_millionths(at(first, width), width) for first, width in ((61, 28), (89, 27)))
    # 91 and 181 say that the ship does not know where it is; other impossible places are damage.
    lost = (lat == 91_000_000) & (lon == 181_000_000)
    speed, course, height = at(50, 10), at(116, 12), _bits(six, 38, 12)
    return {
        "mmsi": pa.array(_bits(six, 8, 30)),
        "lat": pa.array(lat / 1e6, mask=lost),
        "lon": pa.array(lon / 1e6, mask=lost),
        "speed": pa.array(np.where(aircraft, speed, speed / 10.0), mask=speed == 1_023),
        "course": pa.array(course / 10.0, mask=course >= 3_600),
        "height": pa.array(height, mask=~aircraft | (height == 4_095)),
    }


def reported(message: Any) -> tuple[int, float | None, float | None, float | None, float | None, int | None]:
    """SAID of one message that pyais decoded."""
    kind, lat, lon = int(message.msg_type), float(message.lat), float(message.lon)
    lost = (lat, lon) == (91.0, 181.0)
    speed, course, height = float(message.speed), float(message.course), getattr(message, "alt", None)
    unknown = {27: 63.0, _AIRCRAFT: 1_023.0}.get(kind, 102.3)
    return (
        int(message.mmsi), None if lost else lat, None if lost else lon, speed if speed < unknown else None,
        course if course < 360.0 else None, None if height is None or int(height) >= 4_095 else int(height),
    )  # fmt: skip


def _bits(six: Ints, first: int, width: int) -> Ints:
    """`width` bits from bit `first` on of each row of letters."""
    last = (first + width - 1) // 6
    value = six[:, first // 6]
    for k in range(first // 6 + 1, last + 1):
        value = value << 6 | six[:, k]
    found: Ints = value >> 6 * (last + 1) - first - width & (1 << width) - 1
    return found


def _millionths(value: Ints, width: int) -> Ints:
    """Ten-thousandths of a minute in two's complement as millionths of a degree, to the nearest."""
    signed = value - ((value >> width - 1) << width)
    return (10 * signed + 3) // 6
