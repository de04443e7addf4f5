"""Biases of sensors: found within their standard errors, the same however the day is cut, null where nothing tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from tests.air.bias_sky import RADARS, RECEIVERS, Radar, Sky, biases, given, plots_of, polar, sites_of
from tests.air.flights import DAY
from veedor.air.sensing.bias_samples import BiasSamples
from veedor.air.sensing.biases import Biases
from veedor.air.sensing.corrected import Bias, corrected
from veedor.engine.detector import Owner
from veedor.geodesy import from_polar

HOUR = 3_600_000_000
A, B, C = RADARS
OFF = (replace(A, range_m=180.0, azimuth=0.15, time=0.3), replace(B, range_m=-120.0, azimuth=-0.2, mode_s=False), C)


def measures(radar: Radar) -> tuple[tuple[str, str, float], ...]:
    return (
        ("range_mm", "range_se_mm", radar.range_m * 1e3),
        ("azimuth_e7", "azimuth_se_e7", radar.azimuth * 1e7),
        ("scale_e7", "scale_se_e7", radar.scale * 1e7),
        ("time_us", "time_se_us", radar.time * 1e6),
    )


def within(row: dict[str, object], radar: Radar) -> list[bool]:
    found = []
    for name, error, true in measures(radar):
        value, sigma = row[name], row[error]
        if isinstance(value, int) and isinstance(sigma, int) and sigma:
            found.append(abs(value - true) <= 3 * sigma)
    return found


@pytest.mark.parametrize("receivers", [RECEIVERS, ()], ids=["with ADS-B", "radars alone"])
def test_what_radars_are_off_by_is_found_within_three_standard_errors(receivers: tuple[object, ...]) -> None:
    sky = Sky(OFF, RECEIVERS if receivers else ())
    rows, _ = biases(sky, plots_of(sky, 3))
    for radar in sky.radars:
        row = rows[radar.name]
        assert row["verdict"] == "plausible"
        assert row["range_mm"] is not None and row["azimuth_e7"] is not None
        # Radars alone know their clocks only against each other.
        kept = within(row if receivers else row | {"time_us": None}, radar)
        assert len(kept) >= 3 and all(kept)


def test_the_same_biases_however_the_day_is_cut_and_the_rows_are_ordered() -> None:
    sky = Sky(OFF, RECEIVERS, flights=25)
    plots = plots_of(sky, 4)
    whole, samples = biases(sky, plots)
    detector, sites = BiasSamples(), sites_of(sky)
    shuffled = given(plots, detector, "plots").take(pa.array(np.random.default_rng(1).permutation(plots.num_rows)))
    for hours in (1, 6):
        parts = []
        for start in range(DAY, DAY + 24 * HOUR, hours * HOUR):
            time = shuffled["time"].cast(pa.int64()).to_numpy()
            near = (time >= start - 20 * 60_000_000) & (time < start + hours * HOUR + 20 * 60_000_000)
            tables = {"plots": shuffled.filter(pa.array(near)), "sensors": given(sites, detector, "sensors")}
            parts.append(detector.run(tables, Owner(start_us=start, end_us=start + hours * HOUR), detector.parameters))
        cut = pa.concat_tables(parts)
        assert cut.sort_by([(name, "ascending") for name in samples.schema.names[:3]]).num_rows == samples.num_rows
        two = Biases()
        rows = two.run({"bias_samples": cut, "sensors": given(sites, two, "sensors")}, Owner(), two.parameters)
        assert {row["sensor"]: row for row in rows.to_pylist()} == whole


def test_names_of_sensors_decide_nothing() -> None:
    sky = Sky(OFF, RECEIVERS, flights=25)
    other = replace(sky, radars=tuple(replace(r, name=n) for r, n in zip(OFF, ("z", "m", "a"), strict=True)))
    one, two = biases(sky, plots_of(sky, 5))[0], biases(other, plots_of(other, 5))[0]
    for radar, named in zip(sky.radars, other.radars, strict=True):
        left, right = one[radar.name], two[named.name]
        ids = ("sensor",)
        assert {k: v for k, v in left.items() if k not in ids} == {k: v for k, v in right.items() if k not in ids}


def test_few_targets_are_not_assessable() -> None:
    sky = Sky(RADARS, (), flights=2)
    rows, _ = biases(sky, plots_of(sky, 6))
    assert rows and {row["verdict"] for row in rows.values()} == {"not_assessable"}
    assert {row["range_mm"] for row in rows.values()} == {None}


def test_two_radars_do_not_tell_which_clock_is_off() -> None:
    sky = Sky((replace(A, time=0.4), B), flights=200)
    rows, _ = biases(sky, plots_of(sky, 7))
    assert {row["time_us"] for row in rows.values()} == {None}
    assert all(row["range_mm"] is not None for row in rows.values())


def test_clocks_count_from_the_middle_receiver() -> None:
    sky = Sky((A,), (*RECEIVERS, replace(RECEIVERS[0], name="s-c", time=3.0)))
    rows, _ = biases(sky, plots_of(sky, 8))
    assert abs(rows["r-a"]["time_us"]) < 150_000
    assert abs(rows["s-c"]["time_us"] - 3_000_000) < 50_000
    assert rows["s-c"]["fault"] == "clock" and rows["s-a"]["verdict"] == "plausible"


def test_a_site_monitor_tells_range_and_azimuth_of_one_radar_alone() -> None:
    place = (8.1, -67.5, 150.0)
    monitor = {
        "sensor": "monitor-1", "kind": "monitor", "lat_e7": round(place[0] * 1e7), "lon_e7": round(place[1] * 1e7),
        "antenna_altitude_mm": round(place[2] * 1e3),
    }  # fmt: skip
    radar = replace(A, range_m=300.0, azimuth=0.25)
    sky = Sky((radar,), flights=1, extra={"sites": (monitor,)})
    slant, azimuth = polar(radar.lat, radar.lon, radar.height, *(np.array([value]) for value in place))
    plots = plots_of(sky, 9)
    rng = np.random.default_rng(0)
    count = plots.num_rows
    seen = {
        "range_mm": np.round((slant + radar.range_m + rng.normal(0, 60, count)) * 1e3).astype(np.int64),
        "azimuth_e7": np.round((azimuth + radar.azimuth + rng.normal(0, 0.08, count)) * 1e7).astype(np.int32),
        "flags": np.full(count, 1 | 4, np.uint16),
        "time": pa.array(DAY + np.arange(count) * 80_000_000).cast(plots.schema.field("time").type),
    }
    for name, values in seen.items():
        plots = plots.set_column(plots.schema.get_field_index(name), plots.schema.field(name), pa.array(values))
    row = biases(sky, plots)[0]["r-a"]
    assert row["reference"] == "monitor" and row["time_us"] is None
    # Of one fixed target range offset and scale are one thing; the azimuth is its own.
    assert abs(row["azimuth_e7"] - 2_500_000) <= 3 * row["azimuth_se_e7"]


def test_a_corrected_plot_lies_where_the_target_was() -> None:
    lat, lon = 8.4, -68.9
    slant, azimuth = polar(A.lat, A.lon, A.height, *(np.array([v]) for v in (lat, lon, 6_000.0)))
    bias = Bias(*(np.array([v]) for v in (250_000, 3_000, -4_000_000, 700_000)))
    measured = np.round((slant * (1 + 3e-4) + 250.0) * 1e3).astype(np.int64)
    turned = np.round((azimuth - 0.4) * 1e7).astype(np.int64)
    range_mm, azimuth_e7, time = corrected(measured, turned, np.array([5_700_000]), bias)
    assert time.tolist() == [5_000_000]
    found = from_polar(round(A.lat * 1e7), round(A.lon * 1e7), round(A.height * 1e3), range_mm, azimuth_e7, 6_000_000)
    assert abs(found[0] / 1e7 - lat).max() < 2e-6 and abs(found[1] / 1e7 - lon).max() < 2e-6


def test_a_plot_gets_the_bias_of_its_sensor_and_day_or_none() -> None:
    sky = Sky(OFF, RECEIVERS, flights=25)
    rows, _ = biases(sky, plots_of(sky, 4))
    table = pa.table(
        {
            name: pa.array([row[name] for row in rows.values()])
            for name in ("sensor", "day", "range_mm", "scale_e7", "azimuth_e7", "time_us")
        }
    )
    names = pa.chunked_array([["r-b", "nobody", "r-a", "r-a"]])
    found = Bias.of(names, np.array([DAY + 5, DAY + 5, DAY + 5, DAY + 30 * HOUR]), table)
    assert found.range_mm.tolist() == [rows["r-b"]["range_mm"], 0, rows["r-a"]["range_mm"], 0]


@pytest.mark.long
def test_within_three_standard_errors_in_95_of_100_and_nobody_is_accused_over_200_days() -> None:
    kept: dict[str, list[bool]] = {}
    accused = 0
    for seed in range(200):
        rng = np.random.default_rng(70_000 + seed)
        radars = tuple(
            replace(
                radar, range_m=rng.normal(0, 80), azimuth=rng.normal(0, 0.12), scale=rng.normal(0, 1e-4),
                time=rng.normal(0, 0.15), mode_s=bool(rng.random() < 0.6),
            )
            for radar in RADARS
        )  # fmt: skip
        sky = Sky(radars, RECEIVERS if seed % 4 else ())
        rows, _ = biases(sky, plots_of(sky, seed))
        accused += sum(row["verdict"] == "suspect" for row in rows.values())
        for radar in radars:
            for name, error, true in measures(radar):
                value, sigma = rows[radar.name][name], rows[radar.name][error]
                if value is not None and sigma and (seed % 4 or name != "time_us"):
                    kept.setdefault(name, []).append(abs(value - true) <= 3 * sigma)
    assert accused == 0
    for name, values in kept.items():
        assert len(values) > 400 and np.mean(values) >= 0.95, name
