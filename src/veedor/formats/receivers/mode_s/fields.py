"""Fields of Mode S frames as whole-number columns: who, what kind, and what the frame says.

| downlink format | read |
|---|---|
| 17, 18 (code format 0 and 1) | extended squitter, below by type code |
| 11 | all-call reply: the address is heard |
| 4, 20 | altitude; 5, 21: Mode A code; the address is overlaid on the parity |
| 0, 16, 24 | nothing that a plot holds |
| 18 (2 to 6) | repeats of radars and other links by ground stations: a measurement of somebody else, not read |

| type code | clause of ICAO Doc 9871 | read |
|---|---|---|
| 1..4 | A.2.3.4 | call sign, emitter category |
| 5..8 | A.2.3.3 | surface position, movement, ground track |
| 9..18, 20..22 | A.2.3.2 | airborne position, pressure altitude or (20..22) height above the ellipsoid, same code |
| 19 | A.2.3.5 | speed over ground and course (subtypes 1, 2), vertical rate, height minus pressure altitude |
| 28 (subtype 1) | A.2.3.8 | emergency state, Mode A code |
| 31 | | what the aircraft says of its navigation (quality.py) |

Bits of the message field are counted from 1 as there. Some decoders take the height of types 20..22 for metres; the
clause gives it the altitude code.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from veedor.formats.arrow import Mask, Whole
from veedor.formats.receivers.mode_s.checksum import Bytes, rests
from veedor.formats.receivers.mode_s.codes import ALTITUDE_MM, IDENTITY, NONE, SURFACE_MM_S, with_m
from veedor.formats.receivers.mode_s.quality import NAC_V, SAYINGS, bits, emitter, status
from veedor.kernel.exactmath import atan2_array

LONG, SHORT = 14, 7
# What a frame is good for (before what came earlier is looked at).
DAMAGED, USELESS, SQUITTER, REPLY, POSITION = 0, 1, 2, 3, 4
# Columns of `Fields.says`: what a frame says of its aircraft and the next positions may carry; more in quality.py.
CALL, CODE, SPEED, COURSE, CLIMB, HEIGHT_ABOVE_PRESSURE, EMERGENCY = range(7)
_INTERROGATORS = 80  # codes 0 to 15 and, with the code label, up to 79
_DEGREES_E7 = 572_957_795.1308232  # 180e7 / pi


@dataclass(frozen=True)
class Fields:
    """One row per frame. `kind` is DAMAGED .. POSITION; `says` holds NONE where a frame says nothing; `cpr` is parity
    (0 even, 1 odd), the two 17-bit numbers, 1 on the surface; `anonymous`: the address is none of ICAO's; `type_code`
    and `supplement_b` are those of positions; `identifying`: the crew was asked to identify itself, and does."""

    kind: Whole
    address: Whole
    anonymous: Mask
    pressure_mm: Whole
    height_mm: Whole
    cpr: Whole
    says: Whole
    downlink: Whole
    type_code: Whole
    supplement_b: Whole
    identifying: Mask


def fields(frames: Bytes, sizes: Whole) -> Fields:
    """Fields of frames: rows of 14 bytes, of which `sizes` (7 or 14) count. A parity that fails, or a frame too short
    for its format, is DAMAGED; some receivers write 14 bytes where 7 were sent: the first 7 are the frame."""
    rows = len(frames)
    first = frames[:, 0].astype(np.int64)
    downlink = np.minimum(first >> 3, 24)
    short = downlink < 16
    rest = np.where(short, rests(frames[:, :SHORT]), rests(frames))
    said = (frames[:, 1].astype(np.int64) << 16) | (frames[:, 2].astype(np.int64) << 8) | frames[:, 3]
    squitter, all_call = (downlink == 17) | (downlink == 18), downlink == 11
    overlaid = np.isin(downlink, (4, 5, 20, 21))
    kind = np.full(rows, USELESS, np.int64)
    kind[overlaid] = REPLY
    kind[all_call | (squitter & ((downlink == 17) | (first & 7 <= 1)))] = SQUITTER
    broken = (squitter & (rest != 0)) | (all_call & (rest >= _INTERROGATORS)) | (~short & (sizes == SHORT))
    kind[broken] = DAMAGED
    found = Fields(
        kind,
        np.where(overlaid, rest, said),
        (downlink == 18) & (first & 7 == 1),
        np.full(rows, NONE, np.int64),
        np.full(rows, NONE, np.int64),
        np.zeros((rows, 4), np.int64),
        np.full((rows, SAYINGS), NONE, np.int64),
        downlink,
        np.zeros(rows, np.int64),
        np.zeros(rows, np.int64),
        overlaid & np.isin(first & 7, (4, 5)),
    )
    _replies(found, frames)
    whole = np.zeros(rows, np.int64)
    for place in range(7):
        whole |= frames[:, 4 + place].astype(np.int64) << (48 - 8 * place)
    message = np.where(squitter & (kind == SQUITTER), whole, 0)
    kind_code = message >> 51
    _identification(found, message, (kind_code >= 1) & (kind_code <= 4))
    _surface(found, message, (kind_code >= 5) & (kind_code <= 8))
    _airborne(found, message, (kind_code >= 9) & (kind_code <= 22) & (kind_code != 19), kind_code)
    _velocity(found, message, kind_code == 19)
    _status(found, message, (kind_code == 28) & (bits(message, 6, 8) == 1))
    status(found.says, message, kind_code == 31)
    return found


def _replies(found: Fields, frames: Bytes) -> None:
    code = ((frames[:, 2].astype(np.int64) << 8) | frames[:, 3]) & 0x1FFF
    altitude = np.isin(found.downlink, (4, 20)) & (found.kind == REPLY)
    identity = np.isin(found.downlink, (5, 21)) & (found.kind == REPLY)
    found.pressure_mm[altitude] = ALTITUDE_MM[code[altitude]]
    found.says[identity, CODE] = IDENTITY[code[identity]]


def _identification(found: Fields, message: Whole, where: Mask) -> None:
    found.says[where, CALL] = bits(message, 9, 56)[where]
    emitter(found.says, message, where)


def _surface(found: Fields, message: Whole, where: Mask) -> None:
    found.kind[where] = POSITION
    _position(found, message, where, surface=1)
    found.says[where, SPEED] = SURFACE_MM_S[bits(message, 6, 12)[where]]
    known = where & (bits(message, 13, 13) == 1)
    turned = bits(message, 14, 20)[known] * 28_125_000  # 360 / 128 degrees
    found.says[known, COURSE] = _folded(turned)


def _airborne(found: Fields, message: Whole, where: Mask, kind_code: Whole) -> None:
    found.kind[where] = POSITION
    _position(found, message, where, surface=0)
    found.supplement_b[where] = bits(message, 8, 8)[where]
    found.identifying[where] = (bits(message, 6, 7) == 3)[where]
    altitude = ALTITUDE_MM[with_m(bits(message, 9, 20))]
    below, above = where & (kind_code <= 18), where & (kind_code >= 20)
    found.pressure_mm[below] = altitude[below]
    found.height_mm[above] = altitude[above]


def _position(found: Fields, message: Whole, where: Mask, surface: int) -> None:
    found.cpr[where, 0] = bits(message, 22, 22)[where]
    found.cpr[where, 1] = bits(message, 23, 39)[where]
    found.cpr[where, 2] = bits(message, 40, 56)[where]
    found.cpr[where, 3] = surface
    found.type_code[where] = (message >> 51)[where]


def _velocity(found: Fields, message: Whole, where: Mask) -> None:
    subtype = bits(message, 6, 8)
    east, north = bits(message, 15, 24), bits(message, 26, 35)
    over_ground = where & (subtype >= 1) & (subtype <= 2) & (east > 0) & (north > 0)
    scale = np.where(subtype == 2, 4, 1)
    x = np.where(bits(message, 14, 14) == 1, 1 - east, east - 1) * scale
    y = np.where(bits(message, 25, 25) == 1, 1 - north, north - 1) * scale
    x, y = x[over_ground].astype(np.float64), y[over_ground].astype(np.float64)
    found.says[over_ground, SPEED] = np.rint(np.sqrt(x * x + y * y) * 1_852_000.0 / 3600.0).astype(np.int64)
    found.says[over_ground, COURSE] = _folded(np.rint(atan2_array(x, y) * _DEGREES_E7).astype(np.int64))
    declared = where & (subtype >= 1) & (subtype <= 4)
    found.says[declared, NAC_V] = bits(message, 11, 13)[declared]
    rate = bits(message, 38, 46)
    climbing = where & (subtype >= 1) & (subtype <= 4) & (rate > 0)
    feet = np.where(bits(message, 37, 37) == 1, 1 - rate, rate - 1) * 64
    found.says[climbing, CLIMB] = np.rint(feet[climbing] * 304.8 / 60.0).astype(np.int64)
    above = bits(message, 50, 56)
    told = where & (above > 0)
    steps = np.where(bits(message, 49, 49) == 1, 1 - above, above - 1)
    found.says[told, HEIGHT_ABOVE_PRESSURE] = steps[told] * 7_620


def _status(found: Fields, message: Whole, where: Mask) -> None:
    found.says[where, EMERGENCY] = (bits(message, 9, 11)[where] != 0).astype(np.int64)
    found.says[where, CODE] = IDENTITY[bits(message, 12, 24)[where]]


def _folded(turned: Whole) -> Whole:
    return (turned + 1_800_000_000) % 3_600_000_000 - 1_800_000_000
