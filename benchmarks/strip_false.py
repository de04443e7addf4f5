"""Strips of real flights where no aerodrome is listed: how many, of what kind, and whether any becomes a finding.

Recordings have no truth beyond aerodromes. What these places are is told by what can be looked up or read off the
flights, in this order: a heliport or aerodrome that OurAirports has and the register lacks; one aircraft that touched
down to almost the same height again and again (a lake at which it fills its tanks); flights that nobody saw lower than
1,000 ft (low over a fire, or lost behind hills); the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from benchmarks import strip_flights as flown
from benchmarks.record import Measure
from benchmarks.strip_sites import FOUND_M, RULES, taken
from veedor.air.arrow import NONE, ints
from veedor.air.landing.gathering import Site
from veedor.air.landing.leg_ends import Ends, ends
from veedor.air.landing.pressure import readings
from veedor.air.landing.strip_findings import StripFindings
from veedor.air.landing.strips import Strips
from veedor.engine.detector import Owner
from veedor.geodesy import distance_mm
from veedor.registers.aerodromes import Aerodromes
from veedor.tables import SENSOR_STATE, SENSORS

Ints = npt.NDArray[np.int64]

FIRES = "calfire"
# Of OurAirports (public domain, 2022-10-11), what lies within a kilometre (heliports) or 2.5 km (aerodromes) of a strip
# found here and is not in the register: identifier, degrees, metres.
UNLISTED = (("US-3104", 37.1836, -121.9906, 1_000.0), ("KZ10", 47.0217, -122.4460, 2_500.0))
AGAIN, FLAT_MM, LOW_MM = 5, 60_000, 150_000
SEEN_MM = 304_800


def measured(cut: Mapping[int, pa.Table], register: Aerodromes, of: str) -> Iterator[Measure]:
    """Strips that all flights of the recordings together show where no listed aerodrome lies; those of fire-fighters
    apart, who land where they like, fill their tanks on lakes and are lost behind hills.

    Twice: with every leg on a day of its own, which makes a strip of one aircraft's one afternoon and asks more than
    any real record does; and on the days they flew, as the detector takes them."""
    for feet, every in cut.items():
        fires = np.array([FIRES in names for names in every["sensors"].to_pylist()])
        when = f"{of}{'uncut' if not feet else f'cut below {feet:,} ft'}"
        for what, legs in (
            ("others", every.filter(pa.array(~fires))),
            ("fire-fighters", every.filter(pa.array(fires))),
        ):
            if legs.num_rows:
                yield from _of(f"{when}, {what}", legs, register)


def _of(what: str, legs: pa.Table, register: Aerodromes) -> Iterator[Measure]:
    found = ends(legs, SENSORS.empty(), register, RULES)
    pressure = readings(found, register, RULES)
    hours = flown.flight_hours(legs)
    # Both ends of a leg are of one flight.
    _, own = np.unique(found.legs["leg"].to_numpy(), return_inverse=True)
    for how, day in (("every leg on a day of its own", own), ("on the days they flew", np.zeros_like(own))):
        made, given = taken(found, np.arange(len(found)), pressure, day)
        strong = [site for site in made if site.evidence_milli_log10 > 0]
        away = [int(register.nearest(site.lat_e7, site.lon_e7)[1][0]) for site in strong]
        wrong = [
            site for site, mm in zip(strong, away, strict=True) if mm > max(FOUND_M * 1000, site.major_mm)
        ]  # fmt: skip
        kinds = Counter(_kind(site, given.end[site.flights], found, pressure) for site in wrong)
        said = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
        yield Measure(
            f"{what}, {how}: strips where no aerodrome is listed", len(wrong) * 1000 / hours, "per 1,000 flight hours",
            note=f"{len(wrong)} of {len(strong)} strips; {hours:.0f} flight hours" + (f"; {said}" if said else ""),
        )  # fmt: skip
    suspected = _findings(legs)
    yield Measure(
        f"{what}, on the days they flew: findings `strip`", suspected * 1000 / hours, "per 1,000 flight hours",
        note=f"{suspected}; everybody here says who he is",
    )  # fmt: skip


def _kind(site: Site, numbers: Ints, found: Ends, pressure: Ints) -> str:
    """The first that holds of those named above."""
    for name, lat, lon, within_m in UNLISTED:
        if int(distance_mm(site.lat_e7, site.lon_e7, round(lat * 1e7), round(lon * 1e7))) <= within_m * 1000:
            return f"unlisted {name}"
    height = found.altitude_mm[numbers] - pressure[numbers] - found.ground_mm[numbers]
    height = np.where(found.on_ground[numbers], 0, height)
    alone = len(np.unique(ints(found.legs["address"], NONE)[numbers])) == 1
    flat = np.median(np.abs(height - np.median(height))) <= FLAT_MM and np.median(height) <= LOW_MM
    if alone and len(numbers) >= AGAIN and flat:
        return "one aircraft, again and again down to one level"
    return "nobody seen below 1,000 ft" if np.median(height) > SEEN_MM else "seen lower"


def _findings(legs: pa.Table) -> int:
    """How many findings of kind strip the shipped detectors make of these legs."""
    strips, judge = Strips(), StripFindings()
    about = {read.name: read.table.empty() for detector in (strips, judge) for read in detector.reads}
    on = pa.Table.from_pylist([{"sensor": "", "hour": 0, "plots": 1, "longest_silence_us": 0}], SENSOR_STATE.schema)
    made = strips.run(about | {"legs": legs, "sensor_state": on}, Owner(), strips.parameters)
    return judge.run(about | {"legs": legs, "strips": made}, Owner(), judge.parameters).num_rows
