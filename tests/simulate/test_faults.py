"""Sites at fault are what the switch says: the table, or the north mark, is wrong, and everything else as before."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.air.bias_sky import given
from tests.air.flights import sensors
from veedor.air.sensing.bias_samples import BiasSamples
from veedor.air.sensing.biases import Biases
from veedor.engine.detector import Owner
from veedor.errors import UsageError
from veedor.simulate.apure import START, microseconds
from veedor.simulate.roraima import RORAIMA
from veedor.simulate.sensing.faults import checked
from veedor.simulate.sensing.hits import plot_rows
from veedor.simulate.sensing.sensors import conducts
from veedor.simulate.sky import Sky, days_seen, make_sky
from veedor.simulate.sphere import apart
from veedor.simulate.switches import Switches
from veedor.simulate.theatre import APURE
from veedor.tables import BIAS_SAMPLES, PLOTS

from .conftest import TINY

SIZE = replace(TINY, legal_flights_a_day=150)


def sky_of(*faults: tuple[str, str]) -> Sky:
    return make_sky(6, SIZE, Switches(clutter=False, outages=False, faults=faults))


@cache
def verdicts(*faults: tuple[str, str]) -> dict[str, str | None]:
    """What the bias stage says of each radar after a day of ordinary traffic."""
    sky = sky_of(*faults)
    parts: list[pa.Table] = []
    for name, hits in next(days_seen(sky)).hits.items():
        rows = plot_rows(hits, name, microseconds(START))
        columns: dict[str, Any] = {field: rows[field] for field in rows.column_names}
        columns |= {
            "deposit": pa.array([name.encode().ljust(32)] * len(hits), pa.binary(32)), "row": np.arange(len(hits)),
            "file": np.zeros(len(hits), int), "offset": np.zeros(len(hits), int), "length": np.zeros(len(hits), int),
        }  # fmt: skip
        # Radars say range and azimuth; where that is, is for the site table to tell.
        empty = ("lat_e7", "lon_e7") if not name.startswith("CO-A") else ()
        kept = {column: values for column, values in columns.items() if column not in empty}
        parts.append(
            PLOTS.cast(pa.table({c.name: kept.get(c.name, pa.nulls(len(hits), c.type)) for c in PLOTS.columns}))
        )
    sites = sensors(
        [
            {"sensor": s.sensor, "lat_e7": round(sky.tabled[s.sensor][0] * 1e7),
             "lon_e7": round(sky.tabled[s.sensor][1] * 1e7), "antenna_altitude_mm": round(s.antenna_m * 1e3)}
            for s in sky.theatre.sensors
        ]
    )  # fmt: skip
    one, two = BiasSamples(), Biases()
    tables = {"plots": given(pa.concat_tables(parts), one, "plots"), "sensors": given(sites, one, "sensors")}
    samples = BIAS_SAMPLES.cast(one.run(tables, Owner(), one.parameters))
    rows = two.run({"bias_samples": samples, "sensors": given(sites, two, "sensors")}, Owner(), two.parameters)
    return {row["sensor"]: row["fault"] for row in rows.to_pylist() if row["verdict"] == "suspect"}


@pytest.mark.parametrize(
    ("faults", "found"),
    [
        ((), {}),
        ((("VE-R2", "north"),), {"VE-R2": "azimuth"}),
        ((("VE-R2", "exchanged"), ("CO-R1", "exchanged")), {"VE-R2": "exchanged", "CO-R1": "exchanged"}),
    ],
    ids=["sound", "north", "exchanged"],
)
def test_faults_are_what_the_bias_stage_takes_them_for(
    faults: tuple[tuple[str, str], ...], found: dict[str, str]
) -> None:
    assert verdicts(*faults) == found


def test_another_datum_puts_a_site_some_hundred_metres_off_and_no_other() -> None:
    sky = sky_of(("CO-R1", "datum"))
    for sensor in sky.theatre.sensors:
        metres, _ = apart(sensor.lat, sensor.lon, *sky.tabled[sensor.sensor])
        assert 350 < metres < 480 if sensor.sensor == "CO-R1" else metres == 0


def test_a_compass_turns_azimuths_of_one_radar_and_leaves_all_else_as_it_was() -> None:
    before, after = conducts(6, 11), conducts(6, 11, Switches(faults=(("VE-R1", "north"),)))
    turned = {name for name in before if before[name].bias_azimuth_deg != after[name].bias_azimuth_deg}
    assert turned == {"VE-R1"}
    assert after["VE-R1"].bias_azimuth_deg - before["VE-R1"].bias_azimuth_deg > 5


def test_a_radar_without_noise_measures_exactly() -> None:
    assert {c.sigma_range_m for c in conducts(6, 11, Switches(noise=False)).values()} == {0.0}


@pytest.mark.parametrize(
    ("faults", "match"),
    [
        ((("VE-R9", "north"),), "no such fault"),
        ((("VE-R1", "west"),), "no such fault"),
        ((("VE-R1", ""),), "no such fault"),
        ((("VE-R1", "north"), ("VE-R1", "datum")), "one fault at most"),
        ((("VE-R1", "exchanged"),), "exchanged with none"),
    ],
)
def test_faults_that_cannot_be_are_refused(faults: tuple[tuple[str, str], ...], match: str) -> None:
    with pytest.raises(UsageError, match=match):
        checked(faults, APURE)
    assert checked((("BR-R1", "datum"),), RORAIMA) == (("BR-R1", "datum"),)
