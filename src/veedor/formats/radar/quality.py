"""What ASTERIX says of how sure a target is: categories of navigation, emitter category, friend, tentative.

Edition 0.26 of CAT021 and those before say uncertainty categories of version 0 (NUCp in 090.PA, NUCr in 095); later
ones say in 090 either these or NIC and NACv, and in 210.VN which.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array
from veedor.formats.asterix.decode import Decoded
from veedor.formats.radar.columns import Ints, Value, value
from veedor.tables.plots import FRIENDLY, SPECIAL_IDENTIFICATION, TENTATIVE

QUALITY_ITEMS = ("090", "095", "210.VN", "020")
"""Items of CAT021 that the two functions on it need."""
_VERSIONS = (0, 1, 2)  # 210.VN; higher ones are not said
_CATEGORIES = {
    1: "A1", 2: "A2", 3: "A3", 4: "A4", 5: "A5", 6: "A6", 10: "A7", 11: "B1", 12: "B2", 13: "B6", 14: "B7", 15: "B4",
    16: "B3", 20: "C1", 21: "C2", 22: "C3", 23: "C4", 24: "C5",
}  # fmt: skip
"""Numbers of I021/020 and I062/380 EMC as set and number on the air (DO-260B, table 2-21)."""
# Of the status in a Mode S reply (048/230, 020/230, 062/380 COM): those with the special identification.
_IDENTIFYING = (4, 5)


def navigation(decoded: Decoded) -> dict[str, Array]:
    """The columns of quality of CAT021 records."""
    old = value(decoded, "090.PA")
    version = value(decoded, "210.VN").within(_VERSIONS[0], _VERSIONS[-1])
    said = {
        "adsb_version": version.otherwise(Value(np.zeros(len(decoded), np.int64), old.has | value(decoded, "095").has)),
        # Four bits of a category, which the definition calls a signed number.
        "nic": value(decoded, "090.NUCPNIC").otherwise(Value(old.of & 15, old.has)),
        "nac_p": value(decoded, "090.NACP"),
        "nac_v": value(decoded, "090.NUCRNACV").otherwise(value(decoded, "095").within(0, 15)),
        "nic_baro": value(decoded, "090.NICBARO"),
        "sil": value(decoded, "090.SIL"),
        "sil_supplement": value(decoded, "090.SILS"),
        "sda": value(decoded, "090.SDA"),
        "gva": value(decoded, "090.GVA"),
        "pic": value(decoded, "090.PIC"),
    }
    return {name: each.array(pa.int8()) for name, each in said.items()}


def emitters(number: Value) -> Array:
    """Emitter categories as on the air; null where the number says nothing."""
    words: Array = pa.array([_CATEGORIES.get(each) for each in range(256)], pa.string())
    index: Array = pa.array(np.where(number.has, number.of, 0) & 255, mask=~number.has)
    return words.take(index)


def military(decoded: Decoded, **items: str) -> dict[str, Array]:
    """Codes of Mode 1 and 2 (`code_1`, `code_2`) by the items that hold them, where validated and not garbled."""
    found = {}
    for column, item in items.items():
        part = f"MODE{column[-1]}"
        code, unsure = value(decoded, f"{item}.{part}"), value(decoded, f"{item}.V").of | value(decoded, f"{item}.G").of
        found[column] = code.where(unsure == 0).array(pa.int16())
    return found


def marks(
    decoded: Decoded, *, tentative: str, identifying: str, status: str = "", friend: tuple[str, ...] = ()
) -> Ints:
    """Flags TENTATIVE, SPECIAL_IDENTIFICATION and FRIENDLY by the subfields that say so."""
    found: Ints = (value(decoded, tentative).of == 1) * TENTATIVE
    found = found | (value(decoded, identifying).of == 1) * SPECIAL_IDENTIFICATION
    if status:
        found = found | value(decoded, status).is_one_of(*_IDENTIFYING) * SPECIAL_IDENTIFICATION
    for path in friend:
        found = found | value(decoded, path).is_one_of(1) * FRIENDLY
    return found
