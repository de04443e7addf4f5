"""What Mode S frames say of an aircraft's own account of its navigation: operational status, and NIC by type code.

| where | clause of DO-260B | read |
|---|---|---|
| type code 31, subtypes 0 and 1 | 2.2.3.2.7.2 | version, NACp, SIL, SDA, GVA, NICbaro, NACv, supplements (SIL, NIC) |
| type code 19 | 2.2.3.2.6 | NACv; NUCr in version 0 |
| type code of a position | table 2-14 | NIC, with the version and the supplements that are known |

Version 0 says no more than its number, and its positions an uncertainty category (NUCp). Without a version nothing is
made of a type code: it means something else in each.
"""

from __future__ import annotations

import numpy as np

from veedor.formats.arrow import Mask, Whole
from veedor.formats.receivers.mode_s.codes import NONE

# Columns of `Fields.says` from `FIRST` on.
FIRST = 7
VERSION, NAC_P, NAC_V, NIC_BARO, SIL, SIL_SUPPLEMENT, SDA, GVA, SUPPLEMENT_A, SUPPLEMENT_C, CATEGORY = range(FIRST, 18)
SAYINGS = 18
COLUMNS = (
    ("adsb_version", VERSION), ("nac_p", NAC_P), ("nac_v", NAC_V), ("nic_baro", NIC_BARO), ("sil", SIL),
    ("sil_supplement", SIL_SUPPLEMENT), ("sda", SDA), ("gva", GVA),
)  # fmt: skip
"""Columns of plots, and where they stand."""
_VERSIONS = 3
# Least NIC (NUCp in version 0) of the type codes 0..22 of positions; -1 where none.
_NUC = np.array([-1] * 5 + [9, 8, 7, 6] + [9, 8, 7, 6, 5, 4, 3, 2, 1, 0] + [-1] + [9, 8, 0])
_NIC = np.array([-1] * 5 + [11, 10, 8, 0] + [11, 10, 8, 7, 6, 5, 4, 2, 1, 0] + [-1] + [11, 10, 0])


def bits(message: Whole, first: int, last: int) -> Whole:
    """Bits of the message field, counted from 1 as in the standards."""
    return (message >> (56 - last)) & ((1 << (last - first + 1)) - 1)


def status(says: Whole, message: Whole, where: Mask) -> None:
    """Puts in what operational status messages (type code 31) say."""
    subtype, version = bits(message, 6, 8), bits(message, 41, 43)
    airborne, surface = where & (subtype == 0), where & (subtype == 1)
    told = (airborne | surface) & (version < _VERSIONS)
    says[told, VERSION] = version[told]
    newer, newest = told & (version >= 1), told & (version == 2)
    for rows, column, first, last in (
        (newer, SUPPLEMENT_A, 44, 44), (newer, NAC_P, 45, 48), (newer, SIL, 51, 52),
        (newer & airborne, NIC_BARO, 53, 53), (newest, SIL_SUPPLEMENT, 55, 55), (newest, SDA, 31, 32),
        (newest & airborne, GVA, 49, 50), (newest & surface, SUPPLEMENT_C, 20, 20), (newest & surface, NAC_V, 17, 19),
    ):  # fmt: skip
        says[rows, column] = bits(message, first, last)[rows]


def emitter(says: Whole, message: Whole, where: Mask) -> None:
    """Puts in the emitter category of identifications: type code 4 is set A, 1 set D; number 0 says nothing."""
    said = where & (bits(message, 6, 8) != 0)
    says[said, CATEGORY] = bits(message, 1, 8)[said]


def category(packed: int) -> str:
    """`A7`, of a number in column CATEGORY."""
    return f"{'DCBA'[(packed >> 3) - 1]}{packed & 7}"


def integrity(type_code: Whole, supplement_b: Whole, says: Whole) -> Whole:
    """NIC of positions (NUCp in version 0), NONE where the version is not known. `says` are the same rows."""
    version, code = says[:, VERSION], np.clip(type_code, 0, len(_NIC) - 1)
    a, c = says[:, SUPPLEMENT_A] == 1, says[:, SUPPLEMENT_C] == 1
    b = (supplement_b == 1) | (version == 1)  # version 1 has A alone
    found = np.where(version == 0, _NUC[code], _NIC[code])
    finer = ((code == 11) | (code == 16)) & a & b
    on_ground = (code == 7) & a & ~c
    found = found + np.where((version >= 1) & (finer | on_ground), 1, 0)
    sixes = np.where(a & c, 7, np.where(a | c, 6, 0))
    found = np.where((version == 2) & (code == 8), sixes, found)
    return np.where((version == NONE) | (found < 0), NONE, found)
