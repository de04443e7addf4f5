"""Strips: landing sites that flights of several days share, wherever they lie, with place, region, uses and state.

Every end of a leg that could be a landing or a take-off takes part, whoever flew: a listed aerodrome comes out as a
strip too, and its listing is told beside it. What is suspicious about a strip is for `strip_findings` to say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import Array, array, blobs, ints, texts
from veedor.air.evidence import Sensors
from veedor.air.landing.continuations import Continuations
from veedor.air.landing.gathering import Site, neighbours, sites
from veedor.air.landing.headings import heading
from veedor.air.landing.hypotheses import Hypotheses, hypotheses
from veedor.air.landing.leg_ends import Ends, ends
from veedor.air.landing.pressure import readings
from veedor.air.landing.rules import StripRules
from veedor.air.landing.use import state_of
from veedor.air.sun import elevation_e7
from veedor.air.terrain.leg_grounds import Below
from veedor.air.tracking.targets import SITE_NEEDED
from veedor.engine.detector import Broadcast, Owner, Read
from veedor.registers.aerodromes import Aerodromes, listed
from veedor.registers.borders import country_at
from veedor.tables import LEG_GROUNDS, LEGS, SENSOR_STATE, SENSORS, STRIPS, Table
from veedor.tables.plots import REPORT, SIMULATED

Ints = npt.NDArray[np.int64]

_HUNDREDTH_E7 = 100_000


@dataclass(frozen=True)
class Strips:
    """Detector: LEGS, LEG_GROUNDS, SENSOR_STATE, SENSORS, all whole -> STRIPS."""

    parameters: StripRules = field(default_factory=StripRules)
    name: str = "strips"
    version: int = 10
    writes: Table = STRIPS

    @property
    def reads(self) -> tuple[Read, ...]:
        return (
            Read(LEGS, Broadcast()),
            Read(LEG_GROUNDS, Broadcast()),
            Read(SENSOR_STATE, Broadcast()),
            Read(SENSORS, Broadcast(), (*SITE_NEEDED, "range_max_mm", "party")),
        )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: StripRules) -> pa.Table:
        aerodromes = listed(parameters.own_aerodromes)
        below = Below.load(tables["leg_grounds"])
        found = ends(tables["legs"], tables["sensors"], aerodromes, parameters, below)
        goes_on = _goes_on(found, tables["legs"], aerodromes, parameters)
        return strips(found, goes_on, tables["sensors"], tables["sensor_state"], aerodromes, parameters)


def strips(
    found: Ends, goes_on: npt.NDArray[np.bool_], sites_table: pa.Table, state: pa.Table, aerodromes: Aerodromes,
    parameters: StripRules,
) -> pa.Table:  # fmt: skip
    """Rows of STRIPS from ends; those that `goes_on` marks are broken tracks, no landings."""
    if not len(found):
        return STRIPS.empty()
    pressure = readings(found, aerodromes, parameters)
    possible = firm(found, parameters) & ~goes_on
    given = hypotheses(found, possible, pressure, parameters)
    parties = {row["sensor"]: row["party"] for row in sites_table.to_pylist() if row["party"]}
    sensors = Sensors.load(state)
    made = sites(given, found, parameters)
    rows = [_row(site, given, found, parties, sensors, aerodromes, parameters) for site in made]
    if not rows:
        return STRIPS.empty()
    for row, (near, same) in zip(rows, neighbours(made, parameters.beside_mm), strict=True):
        row["near_named"] = sum(rows[n]["named"] for n in near)
        row["same_named"] = sum(rows[n]["named"] for n in same)
    return pa.Table.from_pylist(rows, STRIPS.schema).sort_by([(name, "ascending") for name in STRIPS.order])


def firm(found: Ends, rules: StripRules) -> npt.NDArray[np.bool_]:
    """Ends of tracks that stand for a flight: with an address and no scrap of moments in the air, or of plots and
    minutes enough and leading somewhere, as clutter does not (nor does a silent flight that comes back to where it
    began: it is not counted)."""
    plots = ints(found.legs["plots"], 0)
    long = (plots >= rules.silent_plots_at_least) & (found.span_ms >= rules.silent_duration_ms)
    lasts = found.on_ground | found.touched | (found.span_ms >= rules.addressed_duration_ms)
    return (found.addressed & lasts) | (long & found.leads(rules.slow_mm_s))


def _goes_on(found: Ends, legs: pa.Table, aerodromes: Aerodromes, rules: StripRules) -> npt.NDArray[np.bool_]:
    """Ends of flights without an address that go on under another track's name. Flights with one would have been
    joined by it."""
    broken = np.zeros(len(found), np.bool_)
    ask = np.flatnonzero(~found.addressed)
    if len(ask):
        tips = Continuations.of(legs, rules)
        for k in ask.tolist():
            broken[k] = tips.count(found.at(k, aerodromes, rules), rules) > 0
    return broken


def _row(
    site: Site, given: Hypotheses, found: Ends, parties: Mapping[str, str], sensors: Sensors, aerodromes: Aerodromes,
    parameters: StripRules,
) -> dict[str, Any]:  # fmt: skip
    numbers = given.end[site.flights]
    time = found.time_us[numbers]
    numbers = numbers[np.lexsort((numbers, time))]
    legs, landing, time = found.legs.take(array(numbers)), found.landing[numbers], found.time_us[numbers]
    records = _records(legs, landing)
    row, away = aerodromes.nearest(site.lat_e7, site.lon_e7)
    names: Array = legs["sensors"].combine_chunks()
    seen_by = sorted(set(texts(names.flatten())))
    last = int(time.max())
    days = len(np.unique(given.day[site.flights]))
    state, observed = state_of(last, days, _measuring(legs, seen_by), sensors, parameters)
    return {
        "strip": _identity(records),
        "lat_e7": site.lat_e7,
        "lon_e7": site.lon_e7,
        "major_mm": site.major_mm,
        "minor_mm": site.minor_mm,
        "major_azimuth_e7": site.major_azimuth_e7,
        "heading_e7": heading(found, numbers, parameters),
        "first_use": int(time.min()),
        "last_use": last,
        "flights": len(numbers),
        "days": days,
        "landings": int(landing.sum()),
        "silent": int(found.silent[numbers].sum()),
        "named": int(found.named[numbers].sum()),
        "night": sum(
            elevation_e7(int(moment), site.lat_e7, site.lon_e7) < parameters.night_elevation_e7 for moment in time
        ),
        "crossing": _crossing(site, found, numbers),
        "sensors": seen_by,
        "parties": sorted({parties[name] for name in seen_by if name in parties}),
        "aerodrome": aerodromes.table["ident"][int(row[0])].as_py(),
        "aerodrome_mm": int(away[0]),
        "evidence_milli_log10": site.evidence_milli_log10,
        "state": state,
        "observed_permille": observed,
        "simulated": bool(np.any(ints(legs["flags"], 0) & SIMULATED)),
        "legs": legs["leg"].to_pylist(),
        "records": records,
    }


def _measuring(legs: pa.Table, seen_by: Sequence[str]) -> list[str]:
    """Those of the sensors that measure themselves: a feed that hands on what others saw stays on when they are off, so
    its silence says nothing of a strip. Where there is nothing else, the feed stands for them."""
    handed_on = legs.filter(pc.equal(legs["modes"], pa.scalar(REPORT, pa.uint8())))
    names: Array = handed_on["sensors"].combine_chunks()
    feeds = set(texts(names.flatten()))
    return [name for name in seen_by if name not in feeds] or list(seen_by)


def _identity(records: list[dict[str, Any]]) -> int:
    """First 8 bytes of SHA-256 of the earliest record by deposit and row, and which end of its leg it is."""
    deposit, row, landing = min((record["deposit"], record["row"], record["landing"]) for record in records)
    named = b"veedor/strip/1\0" + deposit + row.to_bytes(8, "big", signed=True) + bytes([landing])
    return int.from_bytes(hashlib.sha256(named).digest()[:8], "big", signed=True)


def _records(legs: pa.Table, landing: npt.NDArray[np.bool_]) -> list[dict[str, Any]]:
    first = zip(blobs(legs["first_deposit"]), ints(legs["first_row"], 0).tolist(), strict=True)
    last = zip(blobs(legs["last_deposit"]), ints(legs["last_row"], 0).tolist(), strict=True)
    made = []
    for began, ended, down in zip(first, last, landing.tolist(), strict=True):
        deposit, row = ended if down else began
        made.append({"deposit": deposit, "row": row, "landing": down})
    return made


def _crossing(site: Site, found: Ends, numbers: Ints) -> int:
    """How many of the flights have their other end in another state; ends are taken to the nearest hundredth degree."""
    here = country_at(site.lat_e7, site.lon_e7)
    if here is None:
        return 0
    others = np.stack([found.other_lat_e7[numbers], found.other_lon_e7[numbers]], axis=1) // _HUNDREDTH_E7
    places, counts = np.unique(others, axis=0, return_counts=True)
    abroad = 0
    for (lat, lon), count in zip(places.tolist(), counts.tolist(), strict=True):
        there = country_at(lat * _HUNDREDTH_E7 + _HUNDREDTH_E7 // 2, lon * _HUNDREDTH_E7 + _HUNDREDTH_E7 // 2)
        abroad += count if there is not None and there.code != here.code else 0
    return abroad
