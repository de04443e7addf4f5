"""Innocent explanations of a site that seems wrong, each a test on the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from veedor.air.sensing.bias_faults import CLOCK, PLACE, TURNED
from veedor.engine.findings import Innocent
from veedor.tables.biases import PLAUSIBLE, SUSPECT

if TYPE_CHECKING:
    from veedor.air.sensing.site_suspects import SuspectRules

Row = Mapping[str, Any]


def innocent_tests(
    days: Sequence[Row], assessable: Sequence[Row], rows: Sequence[Row], site: Row | None, rules: SuspectRules
) -> tuple[Innocent, ...]:
    """`days` with the fault, `assessable` days of the sensor, `rows` of all sensors, `site` as tabled."""
    return (
        _reference(days, rows, rules),
        _few_targets(days, rules),
        _changed(days, assessable, rules),
        _declared(days, site, rules),
    )


def _reference(days: Sequence[Row], rows: Sequence[Row], rules: SuspectRules) -> Innocent:
    """What it was compared with is off itself (GNSS interference, a receiver's clock): others are off alike then."""
    dates = {row["day"] for row in days}
    others = [row for row in rows if row["day"] in dates and row["sensor"] != days[0]["sensor"]]
    alike = {r["sensor"] for r in others if r["verdict"] == SUSPECT and r["fault"] == days[0]["fault"]}
    sound = {r["sensor"] for r in others if r["verdict"] == PLAUSIBLE and r["range_mm"] is not None}
    alike -= {row["fault_sensor"] for row in days}
    values = {"sound": len(sound), "alike": len(alike)}
    if sound - alike:
        return Innocent("air.site.innocent.reference", "contradicts", values, 0)
    if alike:
        return Innocent("air.site.innocent.reference", "supports", values, rules.reference_milli)
    return Innocent("air.site.innocent.reference", "cannot_tell", values, 0)


def _few_targets(days: Sequence[Row], rules: SuspectRules) -> Innocent:
    """A few aircraft with a wrong height, position or address made it."""
    most = max(row["targets"] for row in days)
    if most < rules.few_targets:
        return Innocent("air.site.innocent.few_targets", "supports", {"targets": most}, rules.few_milli)
    return Innocent("air.site.innocent.few_targets", "contradicts", {"targets": most}, 0)


def _changed(days: Sequence[Row], assessable: Sequence[Row], rules: SuspectRules) -> Innocent:
    """The radar was moved, turned or set anew within the record, and the site table says only one of both."""
    values = {"days": len(days), "of": len(assessable)}
    if len(assessable) < 2:
        return Innocent("air.site.innocent.changed", "cannot_tell", values, 0)
    if len(days) < len(assessable):
        return Innocent("air.site.innocent.changed", "supports", values, rules.changed_milli)
    return Innocent("air.site.innocent.changed", "contradicts", values, 0)


def _declared(days: Sequence[Row], site: Row | None, rules: SuspectRules) -> Innocent:
    """The owner's own site table says so (north, datum, clock), and only the conversion is missing."""
    column = {TURNED: "north", PLACE: "datum", CLOCK: "time_source"}.get(days[0]["fault"])
    said = (site or {}).get(column or "") or ""
    ordinary = {"true", "wgs84", "gnss", "gps", ""}
    if column is None or site is None or not said:
        return Innocent("air.site.innocent.declared", "cannot_tell", {"said": said or "-"}, 0)
    if said.lower() in ordinary:
        return Innocent("air.site.innocent.declared", "contradicts", {"said": said}, 0)
    return Innocent("air.site.innocent.declared", "supports", {"said": said}, rules.declared_milli)
