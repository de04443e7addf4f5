"""Terrain: a ridge hides what plain geometry says it hides, and findings say what ground they were made with."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.air.flights import flight, plots, run
from tests.air.test_strips import FAR, OPEN, toward
from tests.formats.test_srtm import tile
from veedor.air.flying.gap_score import GapRules
from veedor.air.flying.gaps import Gaps
from veedor.air.landing.landings import Landings
from veedor.air.landing.rules import LandingRules
from veedor.air.terrain.ground import Ground
from veedor.air.terrain.horizons import Profiles
from veedor.formats.reader import Options
from veedor.formats.source import BytesSource
from veedor.formats.srtm import READER
from veedor.geodesy import shadow_mm
from veedor.tables import TERRAIN

# A site at 5.5 degrees north, 72.5 west, and a north-south ridge 0.3 degree east of it, 0.02 degree wide.
SITE = {"sensor": "radar-1", "lat_e7": 55_000_000, "lon_e7": -725_000_000, "antenna_altitude_mm": 130_000}
PLAIN_M, RIDGE_M, RIDGE_EAST = 100, 900, 0.8
SPHERE = pyproj.Geod(a=6_371_008.8, b=6_371_008.8)
FOUR_THIRDS_M = 6_371_008.8 * 4 / 3


def ridge(side: int = 1201, plain: int = PLAIN_M) -> np.ndarray:
    samples = tile(side, plain)
    first = round((side - 1) * RIDGE_EAST)
    samples[:, first : first + (side - 1) // 50] = RIDGE_M
    return samples


def terrain(**tiles: np.ndarray) -> pa.Table:
    """Rows of tiles by name."""
    parts = []
    for number, (name, samples) in enumerate(sorted(tiles.items())):
        (batch,) = READER.read(BytesSource(samples.tobytes(), f"{name}.hgt"), Options())
        rows = batch.rows.append_column("deposit", pa.array([bytes([number]) * 32] * 240, pa.binary(32)))
        parts.append(TERRAIN.cast(rows.append_column("file", pa.array([0] * 240, pa.int32()))))
    return pa.concat_tables(parts)


def horizons(rows: pa.Table, **site: Any) -> pa.Table:
    return run(plots(), sites=[SITE | site], terrain=rows, only="horizons")["horizons"]


RIDGE = terrain(N05W073=ridge(), N05W072=tile(1201, PLAIN_M))


def test_behind_a_ridge_the_hidden_height_is_that_of_the_line_over_its_crest() -> None:
    """By hand, on a sphere of 4/3 the radius: the line from the antenna over the crest, followed on to the place."""
    profiles = Profiles.load(horizons(RIDGE))
    east, west = -72.2, -72.2 + 0.02
    for place in (-72.0, -71.8, -71.4):
        away = SPHERE.inv(-72.5, 5.5, place, 5.5)[2]
        heights = []
        for crest in (east, west):
            at = SPHERE.inv(-72.5, 5.5, crest, 5.5)[2]
            # The angle at the earth's centre, and the triangle antenna, centre, crest.
            angle, beyond = at / FOUR_THIRDS_M, away / FOUR_THIRDS_M
            antenna, top = FOUR_THIRDS_M + 130, FOUR_THIRDS_M + RIDGE_M
            elevation = math.atan2(top * math.cos(angle) - antenna, top * math.sin(angle))
            heights.append(antenna * math.cos(elevation) / math.cos(elevation + beyond) - FOUR_THIRDS_M)
        found = profiles.hidden_mm("radar-1", 55_000_000, round(place * 1e7))
        # A cell is 463 m wide and rays are asked every 400 m: 1 to 3 % of the way to the ridge.
        assert found is not None and found / 1000 == pytest.approx(max(heights), abs=0.03 * (max(heights) - 130))


def test_before_the_ridge_and_to_the_other_side_only_the_earth_hides() -> None:
    profiles = Profiles.load(horizons(RIDGE))
    for lon in (-722_500_000, -728_000_000):
        found = profiles.hidden_mm("radar-1", 55_000_000, lon)
        away = round(SPHERE.inv(-72.5, 5.5, lon / 1e7, 5.5)[2] * 1000)
        level = PLAIN_M * 1000 + int(shadow_mm(30_000, away))
        assert found is not None and found == pytest.approx(level, abs=10_000)


@settings(max_examples=15, deadline=None)
@given(st.floats(0, 360), st.integers(5_000, 300_000), st.integers(5, 2_000))
def test_over_level_ground_the_profile_agrees_with_the_smooth_earth(azimuth: float, away: int, antenna_m: int) -> None:
    """The sea: one tile of height 0 at the site, no tile elsewhere."""
    flat = terrain(N05W073=tile(1201, 0))
    profiles = Profiles.load(horizons(flat, antenna_altitude_mm=antenna_m * 1000))
    lon, lat, _ = SPHERE.fwd(-72.5, 5.5, azimuth, away)
    found = profiles.hidden_mm("radar-1", round(lat * 1e7), round(lon * 1e7))
    smooth = int(shadow_mm(antenna_m * 1000, away * 1000))
    assert found is not None
    # Within the horizon the smooth earth hides nothing; the profile gives the sea that stands before the place. It
    # leaves out rises below 1e-5, and the last 900 m: the place's own cell, and a step.
    assert max(found, 0) == pytest.approx(smooth, abs=away / 100 + 900**2 / (2 * FOUR_THIRDS_M) * 1000 + 1)


def test_a_sensor_outside_all_tiles_has_no_horizon() -> None:
    assert horizons(RIDGE, lat_e7=95_000_000).num_rows == 0
    assert horizons(TERRAIN.empty()).num_rows == 0
    assert horizons(RIDGE, kind="monitor").num_rows == 0


def test_an_antenna_of_unknown_height_or_below_the_ground_stands_on_it() -> None:
    assert set(horizons(RIDGE, antenna_altitude_mm=None)["antenna_mm"].to_pylist()) == {110_000}
    assert set(horizons(RIDGE, antenna_altitude_mm=20_000)["antenna_mm"].to_pylist()) == {100_000}


def test_the_name_of_the_terrain_changes_with_any_height_and_not_with_the_order_of_rows() -> None:
    other = ridge()
    other[17, 4] += 1
    one, two = Ground.load(RIDGE), Ground.load(terrain(N05W073=other, N05W072=tile(1201, PLAIN_M)))
    again = Ground.load(RIDGE.take(pa.array(np.random.default_rng(5).permutation(RIDGE.num_rows))))
    assert one is not None and two is not None and again is not None
    assert one.name.startswith("2:") and one.name != two.name and one.name == again.name


def descending(**columns: Any) -> list[dict[str, Any]]:
    """A silent flight eastwards at 5.5 degrees north that comes down and is lost at 71.8 west, 500 m high."""
    return flight(3600, 1800, 5.5, -73.0 + 0.00, speed=74.0, altitude=1_850.0, climb=-0.75, mode=1, **columns)


def landing(rows: pa.Table) -> dict[str, Any]:
    echoes = [row | {"altitude_pressure_mm": None} for row in descending()]
    found = run(plots(echoes), sites=[SITE], terrain=rows)
    return found["leg_grounds"].to_pylist()[0] if rows.num_rows else {}


def test_a_target_lost_behind_the_ridge_was_hidden_there_up_to_hundreds_of_metres() -> None:
    """Smooth ground would hide some 100 m there: the loss would look like one at the ground."""
    row = landing(RIDGE)
    assert row["end_ground_mm"] == PLAIN_M * 1000
    assert row["end_hidden_mm"] > 700_000
    assert row["start_hidden_mm"] < 150_000
    assert row["end_spread_mm"] == 16_000


def test_without_tiles_there_is_no_row_and_findings_say_so() -> None:
    lenient = Landings(LandingRules(threshold_milli_log10=-100_000, place_mm=10**9))
    found = run(plots(descending(address=None)), sites=[SITE], instead=lenient)
    assert found["horizons"].num_rows == 0 and found["leg_grounds"].num_rows == 0
    (row,) = (row for row in found["findings"].to_pylist() if row["kind"] == "landing_away")
    assert "air.searched.terrain" in {said["key"] for said in row["searched"]}
    (term,) = (t for t in row["terms"] if t["name"].startswith("air.strip.term.height"))
    numbers = {value["name"]: value["number"] for value in term["values"]}
    assert term["name"] == "air.strip.term.height_listed" and numbers["error_mm"] == 160_000


def test_findings_with_terrain_name_it_and_give_heights_above_that_ground() -> None:
    high = terrain(N05W073=ridge(1201, 400), N05W072=tile(1201, 400))
    whole = descending(address=None)
    lenient = Landings(LandingRules(threshold_milli_log10=-100_000, place_mm=10**9))
    found = run(plots(whole), sites=[SITE], terrain=high, instead=lenient)["findings"].to_pylist()
    rows = [row for row in found if row["kind"] == "landing_away"]
    assert len(rows) == 1
    for row in rows:
        (said,) = [r for r in row["searched"] if "terrain" in r["key"]]
        values = {value["name"]: value["number"] if value["number"] is not None else value["text"]
                  for value in said["values"]}  # fmt: skip
        assert said["key"] == "air.searched.terrain_considered" and values["tiles"] == 2
        (term,) = [t for t in row["terms"] if t["name"].startswith("air.strip.term.height")]
        numbers = {value["name"]: value["number"] for value in term["values"]}
        assert term["name"] == "air.strip.term.height_terrain"
        assert numbers["height_mm"] == numbers["altitude_mm"] - 400_000
        assert numbers["error_mm"] == math.isqrt(160_000**2 + 16_000**2)


def test_a_gap_behind_the_ridge_was_below_the_horizon() -> None:
    """Lost at 72.0 west, 700 m high: above the smooth horizon, below the line over the crest."""
    rows = flight(3600, 3600, 5.5, -72.95, speed=80.0, altitude=700.0, mode=4, address=0x0D8001)
    broken = [row for row in rows if not -720_000_000 < row["lon_e7"] < -716_000_000]
    margins = []
    for each in (TERRAIN.empty(), RIDGE):
        margins.append(_margin(plots(broken), each))
    smooth, over = margins
    assert smooth > 300_000 and over < 0


def _margin(table: pa.Table, rows: pa.Table) -> int:
    """Of the gap in a table, whatever it is worth: what its term of the horizon says."""
    lenient = Gaps(GapRules(threshold_milli_log10=-100_000))
    (gap,) = (
        run(table, sites=[SITE], terrain=rows, instead=lenient)["findings"]
        .filter(pa.compute.field("kind") == "gap")
        .to_pylist()
    )
    (term,) = [t for t in gap["terms"] if t["name"] == "air.gap.term.above_horizon"]
    return next(value["number"] for value in term["values"] if value["name"] == "margin_mm")


def test_tiles_may_come_in_any_order() -> None:
    backward = horizons(RIDGE.take(pa.array(range(RIDGE.num_rows - 1, -1, -1))))
    assert horizons(RIDGE).equals(backward)


def test_a_strip_considers_terrain_where_tiles_reach_to_it_wherever_its_flights_came_from() -> None:
    """Only the tile of the strip itself: the other ends of its flights lie in none."""
    flights = [toward(day, FAR, course) for day, course in enumerate((90.0, 200.0, 310.0))]
    keys = []
    for name in ("N06W071", "N16W071"):
        found = run(plots(*flights, OPEN), sites=[SITE], terrain=terrain(**{name: tile(1201, 150)}))["findings"]
        rows = [row for row in found.to_pylist() if row["kind"] == "strip"]
        keys.append({said["key"] for row in rows for said in row["searched"] if "terrain" in said["key"]})
    assert keys == [{"air.searched.terrain_considered"}, {"air.searched.terrain_elsewhere"}]
