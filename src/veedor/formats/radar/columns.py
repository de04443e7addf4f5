"""From raw integers of decoded ASTERIX records to columns in the units of tables; what a record does not say is null.

What one step is worth stands in the layouts (formats/asterix); scaling is integer arithmetic, rounded half up, so that
every machine stores the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.formats.arrow import Array, pc
from veedor.formats.asterix.decode import Decoded
from veedor.formats.asterix.layout import Category, Compound, Explicit, Extended, Item, path_of
from veedor.kernel.exactmath import atan2_array

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# Units of layouts in those of tables: mm, mm/s, 1e-7 degree, microseconds, thousandths of dBm.
UNITS = {
    "NM": Fraction(1_852_000), "m": Fraction(1000), "ft": Fraction(3048, 10), "FL": Fraction(30_480),
    "NM/s": Fraction(1_852_000), "m/s": Fraction(1000), "kt": Fraction(1_852_000, 3600), "ft/min": Fraction(3048, 600),
    "°": Fraction(10_000_000), "s": Fraction(1_000_000), "ms": Fraction(1000), "dBm": Fraction(1000),
}  # fmt: skip
FULL_TURN_E7 = 3_600_000_000
HALF_TURN_E7 = FULL_TURN_E7 // 2
# Higher or lower is no aircraft: the same limits as for every other reader (values.py).
ALTITUDE_MM = (-1_000_000, 40_000_000)
SPEED_MM_S = 1_500_000
EMERGENCY_CODES = (0o7500, 0o7600, 0o7700)
# ICAO Annex 10 volume III, table 3-7: six-bit characters of an aircraft identification.
_LETTERS = np.array(list("?ABCDEFGHIJKLMNOPQRSTUVWXYZ????? ???????????????0123456789??????"))
_RADIAN_E7 = 180 / 3.141592653589793 * 1e7


@dataclass(frozen=True)
class Value:
    """One number a record, and which records say it."""

    of: Ints
    has: Bools

    def scaled(self, numerator: int, denominator: int = 1) -> Value:
        return Value((self.of * numerator + denominator // 2) // denominator, self.has)

    def folded(self) -> Value:
        """Angles in 1e-7 degree folded to [-180, 180)."""
        return Value(fold(self.of), self.has)

    def within(self, least: int, most: int) -> Value:
        return Value(self.of, self.has & (self.of >= least) & (self.of <= most))

    def is_one_of(self, *values: int) -> Bools:
        found: Bools = self.has & np.isin(self.of, values)
        return found

    def otherwise(self, other: Value) -> Value:
        return Value(np.where(self.has, self.of, other.of), self.has | other.has)

    def where(self, allowed: Bools) -> Value:
        return Value(self.of, self.has & allowed)

    def array(self, kind: Any = None) -> Array:
        made: Array = pa.array(np.where(self.has, self.of, 0), pa.int64(), mask=~self.has)
        return made if kind is None else made.cast(kind)

    def truth(self) -> Array:
        made: Array = pa.array(self.of != 0, pa.bool_(), mask=~self.has)
        return made


@dataclass
class Said:
    """What the records of one category say, in table columns, and what is still to be worked out for all together:
    `source` (SAC * 256 + SIC), `time` (of day, 1/128 s), `short_time` (CAT001's), azimuths that count from the radar's
    own north (names in `azimuths`)."""

    records: int
    source: Value
    time: Value
    columns: dict[str, Array]
    short_time: Value | None = None
    azimuths: Mapping[str, Value] = field(default_factory=dict)
    about: Value | None = None  # the source that a message speaks of, where it is not who sends it


Meaning = Callable[[Decoded], Said]


def value(decoded: Decoded, path: str) -> Value:
    """A subfield; all null where this edition has none of that name."""
    if path not in decoded.values:
        return Value(np.zeros(len(decoded), np.int64), np.zeros(len(decoded), np.bool_))
    return Value(decoded.values[path], decoded.has[path])


def measured(decoded: Decoded, *paths: str) -> Value:
    """A subfield in the units of tables; of several the first that a record has."""
    found = [_measured(decoded, path) for path in paths]
    whole = found[0]
    for other in found[1:]:
        whole = whole.otherwise(other)
    return whole


def _measured(decoded: Decoded, path: str) -> Value:
    step = _steps(decoded.category).get(path)
    one = value(decoded, path)
    return one if step is None else one.scaled(step.numerator, step.denominator)


@cache
def _steps(category: Category) -> Mapping[str, Fraction]:
    """What one step of each subfield is worth in the units of tables."""
    found: dict[str, Fraction] = {}
    for item in category.items:
        _add_steps(item, "", found)
    return found


def _add_steps(item: Item, prefix: str, found: dict[str, Fraction]) -> None:
    if isinstance(item, Explicit):
        return
    if isinstance(item, Compound):
        for each in item.parts:
            if each is not None:
                _add_steps(each, f"{prefix}{item.name}.", found)
        return
    for part in item.parts if isinstance(item, Extended) else (item.part,):
        for subfield in part.subfields:
            if subfield.lsb is not None and subfield.unit in UNITS:
                found[path_of(prefix + item.name, subfield)] = subfield.lsb * UNITS[subfield.unit]


def first(decoded: Decoded, *paths: str) -> Value:
    """The first of several subfields that a record has, as it stands."""
    found = value(decoded, paths[0])
    for path in paths[1:]:
        found = found.otherwise(value(decoded, path))
    return found


def flag(decoded: Decoded, path: str) -> Bools:
    """Records in which this subfield is there and not 0."""
    one = value(decoded, path)
    found: Bools = one.has & (one.of != 0)
    return found


def listed(decoded: Decoded, path: str, *codes: int) -> Bools:
    """Records whose repetitive item holds one of these codes."""
    found = np.zeros(len(decoded), np.bool_)
    if path in decoded.lists:
        offsets, values = decoded.lists[path]
        at = np.flatnonzero(np.isin(values, codes))
        found[np.searchsorted(offsets, at, side="right") - 1] = True
    return found


def source(decoded: Decoded) -> Value:
    """SAC * 256 + SIC of item 010."""
    sac, sic = value(decoded, "010.SAC"), value(decoded, "010.SIC")
    return Value(sac.of * 256 + sic.of, sac.has)


def fold(angle_e7: Ints) -> Ints:
    """Angles folded to [-180, 180) degrees."""
    folded: Ints = (angle_e7 + HALF_TURN_E7) % FULL_TURN_E7 - HALF_TURN_E7
    return folded


def polar(east: Value, north: Value) -> tuple[Value, Value]:
    """(length, direction from north in 1e-7 degree) of two lengths or speeds."""
    has = east.has & north.has
    x, y = np.where(has, east.of, 0).astype(np.float64), np.where(has, north.of, 0).astype(np.float64)
    length = np.rint(np.sqrt(x * x + y * y)).astype(np.int64)
    direction = np.rint(atan2_array(x, y) * _RADIAN_E7).astype(np.int64)
    return Value(length, has), Value(fold(direction), has)


def call_signs(packed: Value, letters: int = 8) -> Array:
    """Aircraft identifications out of six-bit letters, trailing blanks cut; null where a letter is none."""
    words, back = np.unique(np.where(packed.has, packed.of, 0), return_inverse=True)
    digits = (words[:, None] >> (6 * np.arange(letters - 1, -1, -1))) & 63
    texts = ["".join(row).rstrip() for row in _LETTERS[digits].tolist()]
    spelled: Array = pa.array([text if text and "?" not in text else None for text in texts], pa.string())
    index: Array = pa.array(back.reshape(-1), mask=~packed.has)
    return spelled.take(index)


def hexes(decoded: Decoded, layout: Sequence[tuple[str, str]]) -> Array:
    """`part=octets in hex` of the parts that a record has, spaced. `layout` has (part, its bits): names of subfields,
    each with the place of its last bit, as `NOGO 7, TSV 1`."""
    texts: list[list[str]] = [[] for _ in range(len(decoded))]
    for part, bits in layout:
        whole, has = np.zeros(len(decoded), np.int64), np.zeros(len(decoded), np.bool_)
        for each in bits.split(", "):
            name, bit = each.rsplit(" ", 1) if " " in each else ("", each)
            one = value(decoded, f"{part}.{name}" if name else part)
            whole |= np.where(one.has, one.of, 0) << int(bit)
            has |= one.has
        for row in np.flatnonzero(has).tolist():
            texts[row].append(f"{part}={int(whole[row]):02X}")
    return pa.array([" ".join(text) or None for text in texts], pa.string())


def octets(decoded: Decoded, *items: str) -> Array:
    """The same of repetitive items of seven bits, all of them."""
    texts: list[list[str]] = [[] for _ in range(len(decoded))]
    for item in items:
        if item in decoded.lists:
            offsets, values = decoded.lists[item]
            for row in np.flatnonzero(np.diff(offsets)).tolist():
                said = "".join(f"{each:02X}" for each in values[offsets[row] : offsets[row + 1]].tolist())
                texts[row].append(f"{item}={said}")
    return pa.array([" ".join(text) or None for text in texts], pa.string())


def altitude(decoded: Decoded, *paths: str) -> Value:
    """A height; one that no aircraft has is null."""
    return measured(decoded, *paths).within(*ALTITUDE_MM)


def speed(decoded: Decoded, *paths: str) -> Value:
    """A speed along some direction; one that no aircraft has is null."""
    return measured(decoded, *paths).within(-SPEED_MM_S, SPEED_MM_S)


def place(decoded: Decoded, *items: str) -> tuple[Value, Value]:
    """Latitude and longitude (LAT and LON of the first item that a record has); half a position is none."""
    found = [(measured(decoded, f"{item}.LAT"), measured(decoded, f"{item}.LON").folded()) for item in items]
    lat, lon = found[0]
    for more in found[1:]:
        lat, lon = lat.otherwise(more[0]), lon.otherwise(more[1])
    lat = lat.within(-900_000_000, 900_000_000)
    return lat, lon.where(lat.has)


def words(has: Bools, which: Ints | Bools, *choice: str) -> Array:
    """A word of `choice` by its number, null where `has` is false."""
    index: Array = pa.array(np.asarray(which, np.int64), mask=~has)
    return pa.array(choice).take(index)


def word(has: Bools, one: str) -> Array:
    """The same word wherever `has` is true."""
    return words(has, np.zeros(len(has), np.int64), one)


def number_text(number: Value) -> Array:
    """A track number as text."""
    return pc.cast(number.array(), pa.string())


def codes(decoded: Decoded, code: str, level: str) -> dict[str, Array]:
    """Mode A and what is said of it and of Mode C: V is set where it is not validated, G where it is garbled."""
    number, item = value(decoded, f"{code}.MODE3A"), value(decoded, f"{level}.V")
    answers = value(decoded, f"{code}.V")
    return {
        "code_3a": number.array(pa.int16()),
        "code_3a_valid": Value(1 - answers.of, answers.has & number.has).truth(),
        "code_3a_garbled": value(decoded, f"{code}.G").where(number.has).truth(),
        "code_c_valid": Value(1 - item.of, item.has).truth(),
        "code_c_garbled": value(decoded, f"{level}.G").truth(),
    }


def flags_of(decoded: Decoded, bits: Sequence[tuple[str, int]]) -> Ints:
    """The flags of plots that subfields set where they are not 0."""
    found = np.zeros(len(decoded), np.int64)
    for path, bit in bits:
        found |= flag(decoded, path) * bit
    return found


def emergencies(code: Value) -> Bools:
    """Records that answer with a code of distress."""
    return code.is_one_of(*EMERGENCY_CODES)
