"""Times from text or numbers to microseconds UTC: ISO 8601, epochs, days since a day, strptime patterns.

Zones are UTC or a fixed offset: rules of named zones change between releases of their database, so they would not
repeat. Text without zone takes the mapping's; without one there either, the row fails.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, one_piece, pc
from veedor.formats.checks import Checks
from veedor.formats.values import reals
from veedor.tables.declare import TIME

EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000, "epoch_us": 1, "days": 86_400_000_000, "hours": 3_600_000_000}
LATE_EXPECTED = "a time that has been when the file was handed in or looked at"
_UNITS = {"s": 1_000_000, "ms": 1_000, "us": 1, "ns": 0}  # 0: finer than what is kept
_FINE = ("epoch_ms", "epoch_us")
_YEAR_US = 365 * EPOCHS["days"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PARTS = ".%f"
_ZONED = r"(Z|[+-]\d\d:?\d\d)$"
# A day begins first in the zone 14 hours east of Greenwich: a date is not in the future before that.
_EARLIEST_DAWN_US = 14 * EPOCHS["hours"]
# After the year 2261 nanoseconds run over; nothing here is that late.
_LATEST_US = 9_000_000_000_000_000


def zone_offset_us(zone: str) -> int:
    """`UTC`, `Z` or `+01:00` as microseconds east of UTC; ValueError for anything else."""
    if zone in ("UTC", "Z"):
        return 0
    found = datetime.fromisoformat(f"2000-01-01T00:00:00{zone}").utcoffset()
    if found is None or zone[:1] not in "+-":
        raise ValueError(zone)
    return found // timedelta(microseconds=1)


def instants(
    values: Array, kind: str, zone: str | None, since_us: int, checks: Checks, place: str
) -> tuple[Array, Array]:
    """(time, is a date only) of a column; `kind` is iso, a key of EPOCHS, or a strptime pattern."""
    array = one_piece(values)
    if pa.types.is_timestamp(array.type) or pa.types.is_date(array.type):
        return _typed(array, zone, checks, place)
    if kind in EPOCHS:
        numbers, present = reals(array, checks, place)
        micros = np.rint(numbers * EPOCHS[kind])
        far = present & (np.abs(micros) > _LATEST_US)
        checks.fail(far, "reject.time", place, f"a time as {kind}", array)
        whole = np.where(far, 0, micros).astype(np.int64) + since_us
        dated = pa.repeat(kind == "days", len(array))
        if kind in _FINE and since_us == 0:
            # Seconds taken for milliseconds all lie in January 1970.
            coarse = present & (micros >= 0) & (micros < _YEAR_US)
            checks.fail(coarse, "reject.time_early", place, f"{kind} of 1971 or later: are these seconds?", array)
        return _within(pa.array(whole, mask=~present), array, checks, place), dated
    text = pc.cast(array, pa.string())
    if kind == "iso":
        return _iso(text, zone, checks, place)
    whole, parts = _split(text) if kind.endswith(_PARTS) else (text, 0)
    found = pc.strptime(whole, format=kind.removesuffix(_PARTS), unit="us", error_is_null=True)
    broken = pc.and_(pc.is_valid(text), pc.is_null(found)).to_numpy(zero_copy_only=False)
    checks.fail(broken, "reject.time", place, f"a time like {kind}", text)
    shifted = pc.subtract(pc.cast(pc.cast(found, pa.timestamp("us")), pa.int64()), zone_offset_us(zone or "UTC"))
    shifted = pc.add(shifted, parts)
    return _within(shifted, text, checks, place), pa.repeat("%H" not in kind, len(array))


def _split(text: Array) -> tuple[Array, Array]:
    """Text without the decimals of its seconds, and these as microseconds; strptime knows whole seconds only."""
    found = pc.extract_regex(text, r"^(?P<whole>.*?)(?:\.(?P<part>\d{1,9}))?$")
    part = pc.utf8_slice_codeunits(pc.utf8_rpad(pc.struct_field(found, "part"), 6, "0"), 0, 6)
    return pc.struct_field(found, "whole"), pc.cast(part, pa.int64())


def not_yet(
    time: Array, dated: Array, simulated: Array, latest_us: int, checks: Checks, place: str, shown: Array
) -> None:
    """Rows that tell of what had not been at `latest_us` fail; a scenario (`simulated`) may play in the future."""
    micros = pc.cast(time, pa.int64())
    late = pc.greater(pc.subtract(micros, pc.multiply(pc.cast(dated, pa.int64()), _EARLIEST_DAWN_US)), latest_us)
    late = pc.and_(pc.fill_null(late, False), pc.invert(simulated)).to_numpy(zero_copy_only=False)
    checks.fail(late, "reject.time_future", place, LATE_EXPECTED, shown)


def is_late(time_us: int, dated: bool, latest_us: int) -> bool:
    """The same for one time."""
    return time_us - dated * _EARLIEST_DAWN_US > latest_us


def _typed(array: Array, zone: str | None, checks: Checks, place: str) -> tuple[Array, Array]:
    dated = pa.types.is_date(array.type)
    east = 0 if not dated and array.type.tz else zone_offset_us(zone or "UTC")
    if dated:
        array, shown = pc.cast(array, pa.date32()), array
        counts, unit = pc.cast(pc.cast(array, pa.int32()), pa.int64()), EPOCHS["days"]
    else:
        counts, shown, unit = pc.cast(array, pa.int64()), array, _UNITS[array.type.unit]
    present = pc.is_valid(counts).to_numpy(zero_copy_only=False)
    whole = pc.fill_null(counts, 0).to_numpy(zero_copy_only=False)
    far = np.abs(whole) > (_LATEST_US // unit if unit else _LATEST_US * 1000)
    # The time itself cannot be shown: Python has no such years.
    checks.fail(far, "reject.time", place, "a time before the year 2255", counts)
    whole = np.where(far, 0, whole)
    # Nanoseconds are cut at microseconds, as they are in text.
    micros = whole * unit if unit else whole // 1000
    return _within(pa.array(micros - east, mask=~present), shown, checks, place), pa.repeat(dated, len(array))


def _iso(text: Array, zone: str | None, checks: Checks, place: str) -> tuple[Array, Array]:
    dates = pc.fill_null(pc.equal(pc.utf8_length(text), 10), False)
    zoned = pc.fill_null(pc.match_substring_regex(text, _ZONED), False)
    # A date ends like an offset (-12-31 is no zone): only text longer than a date can carry one.
    zoned = pc.and_(zoned, pc.invert(dates))
    try:
        with_zone = pc.cast(pc.cast(pc.if_else(zoned, text, None), TIME), pa.int64())
        without = pc.cast(pc.cast(pc.if_else(zoned, None, text), pa.timestamp("us")), pa.int64())
        east = zone_offset_us(zone or "UTC")
        micros = pc.if_else(zoned, with_zone, pc.subtract(without, pc.if_else(dates, 0, east)))
    except pa.ArrowInvalid:
        micros = pa.array([_one(value, zone) for value in text.to_pylist()], pa.int64())
        broken = pc.and_(pc.is_valid(text), pc.is_null(micros)).to_numpy(zero_copy_only=False)
        checks.fail(broken, "reject.time", place, "a time in ISO 8601", text)
    if zone is None:
        naive = pc.and_(pc.and_(pc.is_valid(text), pc.invert(zoned)), pc.invert(dates)).to_numpy(zero_copy_only=False)
        checks.fail(naive, "reject.time_zone", place, "a time with zone, or a zone in the mapping", text)
    return _within(micros, text, checks, place), dates


def _one(value: str | None, zone: str | None) -> int | None:
    """One time with up to nine decimals (cut at microseconds); None when it is none."""
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if found.tzinfo is None:
        east = 0 if len(value.strip()) == 10 else zone_offset_us(zone or "UTC")
        found = found.replace(tzinfo=timezone(timedelta(microseconds=east)))
    return (found - _EPOCH) // timedelta(microseconds=1)


def _within(micros: Array, shown: Array, checks: Checks, place: str) -> Array:
    """Times before 1970 are wrong clocks or wrong units, never observations."""
    early = pc.fill_null(pc.less(micros, 0), False)
    if pc.any(early).as_py():
        checks.fail(
            early.to_numpy(zero_copy_only=False), "reject.time_early", place, "a time from 1970 on", shown
        )  # fmt: skip
        micros = pc.if_else(early, 0, micros)
    return pc.cast(micros, TIME)
