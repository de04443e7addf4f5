"""Raw recordings of receivers for the benchmark: position frames of aircraft on straight lines, in their wrappings."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyais

from veedor.formats.receivers.mode_s.checksum import rests

Bytes = npt.NDArray[np.uint8]
START_S = 1_780_012_800
AIRCRAFT, STEPS = 150, 64
_TICKS_S = 12_000_000


def frames(rows: int) -> Bytes:
    """Airborne positions of DF 17, even and odd in turn; an aircraft flies its line over again after STEPS reports."""
    made = np.zeros((AIRCRAFT * STEPS, 14), np.uint8)
    for number in range(len(made)):
        step, target = divmod(number, AIRCRAFT)
        odd = step % 2
        lat, lon = 2.0 + target * 0.05 + step * 0.001, -72.0 + target * 0.01
        high = 360 / (60 - odd)
        # Below 10.47 degrees there are 59 zones of longitude.
        wide = 360 / (59 - odd)
        north = math.floor(131_072 * (lat % high) / high + 0.5) & 0x1FFFF
        east = math.floor(131_072 * (lon % wide) / wide + 0.5) & 0x1FFFF
        message = 11 << 51 | 0x2B8 << 36 | odd << 34 | north << 17 | east
        made[number, 0] = 0x8D
        made[number, 1:4] = list((0x0D8000 + target).to_bytes(3, "big"))
        made[number, 4:11] = list(message.to_bytes(7, "big"))
    rest = rests(made)
    for place in range(3):
        made[:, 11 + place] = (rest >> (16 - 8 * place)) & 0xFF
    return np.resize(made, (rows, 14))


def seconds(rows: int) -> npt.NDArray[np.float64]:
    """Two reports a second and aircraft."""
    return np.arange(rows) // AIRCRAFT * 0.5


def csv_lines(folder: Path, rows: int) -> list[Path]:
    file = folder / "frames.csv"
    lines = zip(seconds(rows).tolist(), frames(rows), strict=True)
    file.write_text("".join(f"{START_S + after:.1f},{frame.tobytes().hex()}\n" for after, frame in lines))
    return [file]


def beast(folder: Path, rows: int) -> list[Path]:
    file = folder / "frames_20260529T000000Z_12mhz.bin"
    with file.open("wb") as sink:
        for after, frame in zip(seconds(rows).tolist(), frames(rows), strict=True):
            inside = int(after * _TICKS_S).to_bytes(6, "big") + b"\x40" + frame.tobytes()
            sink.write(b"\x1a3" + inside.replace(b"\x1a", b"\x1a\x1a"))
    return [file]


def ais(folder: Path, rows: int) -> list[Path]:
    file = folder / "ais.nmea"
    some = [
        pyais.encode_dict({"type": 1, "mmsi": 224_000_000 + n, "lat": 10 + n * 1e-3, "lon": -71.5, "speed": 10})[0]
        for n in range(1_000)
    ]
    file.write_text("".join(f"{START_S + n // 100},{some[n % 1_000]}\n" for n in range(rows)))
    return [file]
