"""The tracker computes with what sensors would have measured without bias, and hands on what they measured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyproj import Geod

from tests.air.flights import DAY, plots, sensors
from veedor.air.tracking.associate import Associate
from veedor.air.tracking.join import Join
from veedor.air.tracking.tracks import Tracks
from veedor.engine.detector import Owner
from veedor.tables import BIASES

HOUR_US = 3_600_000_000
TODAY = DAY // 86_400_000_000
GEOD = Geod(ellps="WGS84")
SITES = {"a": (6.5, -69.3), "b": (7.6, -68.6)}
TABLED = [{"sensor": name, "lat_e7": round(lat * 1e7), "lon_e7": round(lon * 1e7), "antenna_altitude_mm": 0,
           "rotation_ms": 10_000} for name, (lat, lon) in SITES.items()]  # fmt: skip


def bias(sensor: str, day: int = TODAY, **known: Any) -> dict[str, Any]:
    return {
        "day": day, "sensor": sensor, "samples": 100, "targets": 10, "partners": 1, "sectors": 9, "simulated": True,
        "reference": "radars", "misfit_permille": 1_000, "verdict": "plausible", "alternatives": [], "evidence": [],
        "gain": 0,
    } | known  # fmt: skip


def biases(*rows: dict[str, Any]) -> pa.Table:
    columns = {column.name: pa.array([row.get(column.name) for row in rows], column.type) for column in BIASES.columns}
    return BIASES.cast(pa.table(columns))


def seen(
    sensor: str, start_s: int, seconds: int, *, lat0: float = 7.0, range_m: float = 0.0, turned: float = 0.0,
    late_s: float = 0.0, at: tuple[float, float] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """A flight east at 90 m/s from (lat0, -69) as a radar off by that much sees it, on the ground (no slant)."""
    lat, lon = at or SITES[sensor]
    rows = []
    for second in range(start_s + (5 if sensor == "b" else 0), start_s + seconds, 10):
        there = GEOD.fwd(-69.0, lat0, 90.0, 90.0 * (second - start_s))
        azimuth, _, away = GEOD.inv(lon, lat, there[0], there[1])
        rows.append(
            {
                "time": DAY + round((second + late_s) * 1e6), "sensor": sensor, "mode": 1, "flags": 1,
                "range_mm": round((away + range_m) * 1e3), "azimuth_e7": round((azimuth + turned) * 1e7),
            }
        )  # fmt: skip
    return rows


def pieces_of(table: pa.Table, known: pa.Table, hours: int = 24) -> pa.Table:
    """Pieces as the engine has them made, chunk by chunk."""
    associate = Associate()
    time = table["time"].cast(pa.int64())
    first, last = pa.compute.min(time).as_py(), pa.compute.max(time).as_py()
    chunk, made = hours * HOUR_US, []
    rules = associate.parameters
    for start in range(first // chunk * chunk, last + 1, chunk):
        inside = pa.compute.and_(
            pa.compute.greater_equal(time, start - rules.halo_us), pa.compute.less(time, start + chunk + rules.after_us)
        )
        tables = {"plots": table.filter(inside), "sensors": sensors(TABLED), "biases": known}
        made.append(associate.run(tables, Owner(start_us=start, end_us=start + chunk), rules))
    return pa.concat_tables(made).sort_by([(name, "ascending") for name in associate.writes.order])


def tracks_of(table: pa.Table, known: pa.Table) -> pa.Table:
    pieces, join, tracks = pieces_of(table, known), Join(), Tracks()
    links = join.run({"pieces": pieces.filter(pieces["joins"])}, Owner(), join.parameters)
    return tracks.run({"pieces": pieces, "piece_links": links}, Owner(), tracks.parameters)


def count(tracks: pa.Table) -> int:
    return len(tracks["track"].unique())


def test_two_turned_radars_that_see_one_target_make_one_track() -> None:
    table = plots(seen("a", 600, 1_200, turned=0.8), seen("b", 600, 1_200, turned=-0.8, range_m=400.0))
    known = biases(bias("a", azimuth_e7=8_000_000), bias("b", azimuth_e7=-8_000_000, range_mm=400_000))
    assert count(tracks_of(table, BIASES.empty())) == 2
    tracks = tracks_of(table, known)
    assert count(tracks) == 1
    assert tracks.num_rows == table.num_rows
    north = np.abs(np.array(tracks["smooth_lat_e7"].to_pylist()) / 1e7 - 7.0) * 111_000
    assert np.median(north) < 60.0


def test_what_was_measured_is_handed_on_as_it_was() -> None:
    table = plots(seen("a", 600, 1_200, turned=0.8))
    as_measured = tracks_of(table, BIASES.empty())
    corrected = tracks_of(table, biases(bias("a", azimuth_e7=8_000_000, time_us=2_000_000)))
    for name in ("time", "lat_e7", "lon_e7", "row"):
        assert corrected[name].equals(as_measured[name])
    assert not corrected["smooth_lat_e7"].equals(as_measured["smooth_lat_e7"])


def test_a_smoothed_place_holds_for_the_time_beside_it_whatever_the_clock_was_off_by() -> None:
    """Radar b stamps 4 s late; where its rows say the target was at a time, it was at that time."""
    table = plots(seen("a", 600, 1_200), seen("b", 600, 1_200, late_s=4.0))
    tracks = tracks_of(table, biases(bias("b", time_us=4_000_000)))
    assert count(tracks) == 1
    second = (np.array(tracks["time"].cast(pa.int64()).to_pylist()) - DAY) / 1e6 - 600.0
    there = np.array([GEOD.fwd(-69.0, 7.0, 90.0, 90.0 * one)[0] for one in second])
    off = np.abs(np.array(tracks["smooth_lon_e7"].to_pylist()) / 1e7 - there) * 110_000
    assert np.median(off) < 60.0


@pytest.mark.parametrize("hours", [1, 2, 6])
def test_the_length_of_chunks_changes_nothing_where_a_day_with_other_biases_begins(hours: int) -> None:
    rows = [
        seen(name, 23 * 3_600, 2 * 3_600, lat0=lat0, turned=turned, late_s=late)
        for lat0 in (7.0, 7.1)
        for name, turned, late in (("a", 0.5, 0.0), ("b", -0.5, 3.0))
    ]
    known = biases(
        bias("a", azimuth_e7=5_000_000), bias("b", azimuth_e7=-5_000_000, time_us=3_000_000),
        bias("a", TODAY + 1, azimuth_e7=5_200_000), bias("b", TODAY + 1, azimuth_e7=-4_800_000, time_us=2_500_000),
    )  # fmt: skip
    assert pieces_of(plots(*rows), known, hours).equals(pieces_of(plots(*rows), known))


def test_a_plot_is_corrected_by_the_day_that_it_lies_in() -> None:
    start_s = 85_800
    table = plots(seen("a", start_s, 1_200, turned=0.8))
    tracks = tracks_of(table, biases(bias("a", azimuth_e7=8_000_000)))
    second = (np.array(tracks["time"].cast(pa.int64()).to_pylist()) - DAY) / 1e6
    there = np.array([GEOD.fwd(-69.0, 7.0, 90.0, 90.0 * (one - start_s))[:2] for one in second])
    here = np.array([tracks["smooth_lon_e7"].to_pylist(), tracks["smooth_lat_e7"].to_pylist()]).T / 1e7
    off = np.hypot(*((here - there) * 111_000).T)
    today = second < 86_400
    assert np.median(off[today]) < 60.0
    assert np.median(off[~today]) > 600.0


def test_plots_of_a_misplaced_site_are_taken_from_where_it_seems_to_stand() -> None:
    """The table puts radar b 1,500 m north and 900 m east of where it stands."""
    lon, lat, _ = GEOD.fwd(SITES["b"][1], SITES["b"][0], 180.0, 1_500.0)
    lon, lat, _ = GEOD.fwd(lon, lat, 270.0, 900.0)
    table = plots(seen("a", 600, 1_200), seen("b", 600, 1_200, at=(lat, lon)))
    fault = {"verdict": "suspect", "fault": "place", "north_mm": 1_500_000, "east_mm": 900_000}
    assert count(tracks_of(table, BIASES.empty())) == 2
    assert count(tracks_of(table, biases(bias("b", **fault)))) == 1
    # Where another radar may be the misplaced one, nobody's plots are moved.
    assert count(tracks_of(table, biases(bias("b", **fault, alternatives=["a place"])))) == 2


def test_plots_of_exchanged_sites_are_taken_from_the_other_ones_place() -> None:
    table = plots(seen("a", 600, 1_200, at=SITES["b"]), seen("b", 600, 1_200, at=SITES["a"]))
    known = biases(
        bias("a", verdict="suspect", fault="exchanged", fault_sensor="b"),
        bias("b", verdict="suspect", fault="exchanged", fault_sensor="a"),
    )
    assert count(tracks_of(table, BIASES.empty())) == 2
    tracks = tracks_of(table, known)
    assert count(tracks) == 1
    assert np.abs(np.array(tracks["smooth_lat_e7"].to_pylist()) / 1e7 - 7.0).max() * 111_000 < 200.0
