"""What readsb and dump1090 write of an aircraft's own account of its navigation, and of what it is.

Keys as in readsb README-json: `version`, `nic`, `nac_p`, `nac_v`, `nic_baro`, `sil`, `sil_type`, `sda`, `gva`, `spi`,
`category`. A record without a key says nothing of it, also where an earlier one did.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, Whole
from veedor.formats.checks import Checks
from veedor.formats.values import whole
from veedor.tables import plots

Number = float | None
KEYS = {"adsb_version": "version"}
"""Columns whose key has another name."""
SIL_TYPES = ("perhour", "persample")
"""Words for `sil_supplement` 0 and 1."""
_CATEGORY = re.compile("[A-D][1-7]")


class Declared(msgspec.Struct):
    """The keys; those of a record that has none are null."""

    version: Number = None
    nic: Number = None
    nac_p: Number = None
    nac_v: Number = None
    nic_baro: Number = None
    sil: Number = None
    sil_type: str | None = None
    sda: Number = None
    gva: Number = None
    spi: Number = None
    category: str | None = None


def quality(records: Sequence[Declared], checks: Checks) -> dict[str, Array]:
    """The columns of quality and `emitter_category`; a number that is no category fails its row."""
    found: dict[str, Array] = {}
    for column in plots.QUALITY:
        key = KEYS.get(column.name, column.name)
        if column.name == "sil_supplement":
            types = [SIL_TYPES.index(one.sil_type) if one.sil_type in SIL_TYPES else None for one in records]
            found[column.name] = pa.array(types, pa.int8())
        elif key in Declared.__struct_fields__:
            numbers = pa.array([getattr(one, key) for one in records], pa.float64())
            found[column.name] = whole(numbers, column.name, column.type, checks, key)
    categories = [one.category if _CATEGORY.fullmatch(one.category or "") else None for one in records]
    found["emitter_category"] = pa.array(categories, pa.string())
    return found


def identifying(records: Sequence[Declared]) -> Whole:
    """The flag SPECIAL_IDENTIFICATION of each record."""
    return np.array([bool(one.spi) for one in records], np.int64) * plots.SPECIAL_IDENTIFICATION
