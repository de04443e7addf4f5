"""What a fault of a site looks like: its size, and whether it is that of magnetic north or of an old datum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from veedor.air.scales import DAY_US
from veedor.air.sensing.bias_faults import CLOCK, EXCHANGED, OFFSET, PLACE, TURNED, UNIT
from veedor.engine.findings import Reason
from veedor.registers.datum_shifts import SHIFTS, misplaced_mm
from veedor.registers.declination import SIGMA_E7, declination_e7

Row = Mapping[str, Any]

# Ratios of units that get confused: measured over true.
_UNITS = (
    ("air.site.reason.unit_km", 10_000_000 * 1000 // 1852),
    ("air.site.reason.unit_nm", 18_520_000),
    ("air.site.reason.unit_half", 5_000_000),
    ("air.site.reason.unit_double", 20_000_000),
    ("air.site.reason.unit_statute", 10_000_000 * 1609 // 1852),
)
_UNIT_WITHIN_E7 = 100_000


def reasons_of(row: Row, site: Row | None) -> list[Reason]:
    """`row` of biases/1 with a fault, `site` the sensor's row of the site table."""
    fault = row["fault"]
    if fault == EXCHANGED:
        return [Reason("air.site.reason.exchanged", {"other": row["fault_sensor"]})]
    if fault == CLOCK:
        return _sized("air.site.reason.clock", row, "time", "us", 1_000, "ms")
    if fault == OFFSET:
        return _sized("air.site.reason.range_offset", row, "range", "mm", 1, "mm")
    if fault == UNIT:
        return [*_sized("air.site.reason.range_scale", row, "scale", "e7", 10_000, "permille"), *_units(row)]
    if fault == TURNED:
        return [*_sized("air.site.reason.azimuth", row, "azimuth", "e7", 1, "e7"), *_magnetic(row, site)]
    assert fault == PLACE
    values = {"north_mm": row["north_mm"], "east_mm": row["east_mm"], "se_mm": row["place_se_mm"]}
    return [Reason("air.site.reason.place", values), *_datums(row, site)]


def _sized(key: str, row: Row, stem: str, unit: str, divisor: int, shown: str) -> list[Reason]:
    """The offset with its standard error, in a unit that reads well; without a number where it is not known well."""
    value, error = row[f"{stem}_{unit}"], row[f"{stem}_se_{unit}"]
    if value is None:
        return [Reason(f"{key}_rough")]
    return [Reason(key, {f"{stem}_{shown}": _nearest(value, divisor), f"se_{shown}": _nearest(error, divisor)})]


def _nearest(value: int, divisor: int) -> int:
    return (value + divisor // 2) // divisor


def _units(row: Row) -> list[Reason]:
    if row["scale_e7"] is None:
        return []
    ratio = 10_000_000 + row["scale_e7"]
    return [Reason(key) for key, of_unit in _UNITS if abs(ratio - of_unit) <= _UNIT_WITHIN_E7]


def _magnetic(row: Row, site: Row | None) -> list[Reason]:
    """Whether the turn is that of a compass: azimuths from magnetic north are too small by the declination."""
    if site is None or site["lat_e7"] is None or row["azimuth_e7"] is None:
        return [Reason("air.site.reason.magnetic_unknown")]
    turn = -declination_e7(site["lat_e7"], site["lon_e7"], row["day"] * DAY_US)
    # A declination no larger than what is left open distinguishes nothing.
    if abs(turn) <= 2 * SIGMA_E7:
        return [Reason("air.site.reason.magnetic_small", {"declination_e7": -turn})]
    fits = abs(row["azimuth_e7"] - turn) <= 2 * SIGMA_E7
    return [Reason(f"air.site.reason.{'magnetic' if fits else 'not_magnetic'}", {"declination_e7": -turn})]


def _datums(row: Row, site: Row | None) -> list[Reason]:
    """Each datum whose confusion with WGS84 would move the site as it is moved; else that none does."""
    if site is None or site["lat_e7"] is None:
        return []
    fitting = []
    for shift in SHIFTS:
        north, east = misplaced_mm(shift, site["lat_e7"], site["lon_e7"])
        within = 3 * (shift.sigma_mm + row["place_se_mm"])
        if abs(row["north_mm"] - north) <= within and abs(row["east_mm"] - east) <= within:
            fitting.append(Reason("air.site.reason.datum", {"datum": shift.name, "source": shift.source}))
    return fitting or [Reason("air.site.reason.no_datum", {"datums": len(SHIFTS)})]
