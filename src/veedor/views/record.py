"""One source record as people read it: metres, metres per second, degrees, amounts as written, flags by name.

Nothing is rounded: every digit that is stored is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from veedor.tables import plots
from veedor.words import Language
from veedor.words.formats import decimal, money

# Unit suffix of a column, longest first: what divides the stored integer, decimals, the unit that people read.
_UNITS = (
    ("_mm_s", 1_000, 3, " m/s"),
    ("_mm2", 1_000_000, 6, " m²"),
    ("_mdbm", 1_000, 3, " dBm"),
    ("_mm", 1_000, 3, " m"),
    ("_e7", 10_000_000, 7, "°"),
    ("_ms", 1_000, 3, " s"),
)
_MODES = ("PSR", "SSR", "MODE_S", "ADSB", "MLAT", "AIS", "REPORT")
_FLAGS = (
    "SIMULATED", "TEST", "FIELD_MONITOR", "GHOST", "EMERGENCY", "ON_GROUND", "POSITION_IMPOSSIBLE", "TIME_SUSPECT",
)  # fmt: skip


def record_fields(fields: Mapping[str, Any], language: Language) -> Iterator[tuple[str, str]]:
    """Name (without its unit) and value of each field that has one, in the table's order."""
    for name, value in fields.items():
        if value is None or (name.endswith("_exponent") and f"{name.removesuffix('_exponent')}_units" in fields):
            continue
        if name.endswith("_units"):
            prefix = name.removesuffix("_units")
            yield prefix, _amount(value, fields[f"{prefix}_exponent"], fields.get("currency"), language)
        elif name in _SPECIAL:
            yield name, _SPECIAL[name](value)
        else:
            yield _measured(name, value, language)


def _measured(name: str, value: Any, language: Language) -> tuple[str, str]:
    for suffix, divisor, places, unit in _UNITS:
        if name.endswith(suffix) and isinstance(value, int):
            return name.removesuffix(suffix), decimal(value, divisor, places, language) + unit
    if isinstance(value, datetime):
        return name, f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC"
    return name, value.hex() if isinstance(value, bytes) else str(value)


def _amount(units: int, places: int, currency: str | None, language: Language) -> str:
    digits = str(abs(units)).zfill(places + 1)
    written = digits[: len(digits) - places] + (f".{digits[-places:]}" if places else "")
    return money(("-" if units < 0 else "") + written + (f" {currency}" if currency else ""), language)


def _bits(names: tuple[str, ...], value: int) -> str:
    assert all(getattr(plots, name) == 1 << bit for bit, name in enumerate(names))
    return " ".join(name for bit, name in enumerate(names) if value >> bit & 1) or "-"


_SPECIAL: Mapping[str, Callable[[Any], str]] = {
    "mode": lambda value: _bits(_MODES, value),
    "modes": lambda value: _bits(_MODES, value),
    "flags": lambda value: _bits(_FLAGS, value),
    "code_3a": lambda value: f"{value:04o}",
    "address": lambda value: f"{value:06X}",
}
