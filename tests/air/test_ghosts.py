"""Ghosts: echoes that keep one offset to a target that answers are its own, and nobody else's."""

from __future__ import annotations

import math
from typing import Any

import pyarrow as pa
import pyproj
import pytest

from tests.air.flights import DAY, SECOND, flight, plots, run
from veedor.air.flying.ghosted import Ghosted, mirror_image
from veedor.tables import GHOSTS
from veedor.tables.plots import MODE_S, PSR, SSR

GEOD = pyproj.Geod(ellps="WGS84")
RADAR = {"sensor": "radar-1", "lat_e7": 60_000_000, "lon_e7": -690_000_000, "antenna_altitude_mm": 100_000}


def real(**columns: Any) -> list[dict[str, Any]]:
    """Forty minutes of a flight that answers, past the radar at 40 km."""
    return flight(3600, 2400, 6.35, -69.5, speed=70.0, altitude=3000.0, mode=PSR | SSR, code_3a=0o4321, **columns)


def moved(rows: list[dict[str, Any]], aside_deg: float = 0.0, nearer_m: float = 0.0) -> list[dict[str, Any]]:
    """Its echoes as the radar would show them that much aside and that much nearer."""
    ghosts = []
    for row in rows:
        azimuth, _, away = GEOD.inv(-69.0, 6.0, row["lon_e7"] / 1e7, row["lat_e7"] / 1e7)
        lon, lat, _ = GEOD.fwd(
            -69.0, 6.0, azimuth + aside_deg, math.hypot(away, row["altitude_pressure_mm"] / 1e3 - 100.0) - nearer_m
        )
        ghosts.append({"time": row["time"] + SECOND, "sensor": "radar-1", "mode": PSR, "flags": 1,
                       "lat_e7": round(lat * 1e7), "lon_e7": round(lon * 1e7)})  # fmt: skip
    return ghosts


def mirrored(rows: list[dict[str, Any]], wall_deg: float, farther_m: float, **columns: Any) -> list[dict[str, Any]]:
    """The same behind a wall beside the radar that looks that way: as far to its one side as they are to the other."""
    ghosts = []
    for row in rows:
        azimuth, _, away = GEOD.inv(-69.0, 6.0, row["lon_e7"] / 1e7, row["lat_e7"] / 1e7)
        lon, lat, _ = GEOD.fwd(-69.0, 6.0, 2 * wall_deg - azimuth, away + farther_m)
        seen = {"time": row["time"] + SECOND, "sensor": "radar-1", "mode": PSR, "flags": 1,
                "lat_e7": round(lat * 1e7), "lon_e7": round(lon * 1e7)}  # fmt: skip
        ghosts.append(seen | columns)
    return ghosts


def far() -> list[dict[str, Any]]:
    """One that answers, 240 km off."""
    return flight(3600, 2400, 8.0, -69.6, speed=70.0, altitude=9000.0, mode=PSR | SSR, code_3a=0o1200)


def ghosts(*flights: Any, sites: Any = (RADAR,)) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = run(plots(*flights), sites=sites)["ghosts"].to_pylist()
    return rows


def test_echoes_at_the_range_of_one_that_answers_some_degrees_aside_are_its_side_lobe() -> None:
    (row,) = ghosts(real(), moved(real(), aside_deg=6.0))
    assert (row["kind"], row["sensor"]) == ("side_lobe", "radar-1")
    assert row["together"] >= 0.9 * row["plots"] and abs(row["azimuth_e7"] / 1e7 - 6.0) < 0.3


def test_echoes_in_the_direction_of_one_that_answers_much_nearer_are_of_the_pulse_before() -> None:
    (row,) = ghosts(far(), moved(far(), nearer_m=160e3))
    # Ranges are taken on a sphere: 0.6 % of 231 km.
    assert row["kind"] == "previous_pulse" and abs(row["range_mm"] / 1e6 - 160.0) < 0.006 * 231.0


def test_echoes_as_far_to_one_side_of_a_wall_as_one_that_answers_is_to_the_other_are_its_mirror_image() -> None:
    (row,) = ghosts(real(), mirrored(real(), 100.0, 1_200.0))
    assert (row["kind"], row["sensor"]) == ("mirror", "radar-1")
    assert row["together"] >= 0.9 * row["plots"] and abs(row["azimuth_e7"] / 1e7 - 100.0) < 0.3
    assert -1.6 < row["range_mm"] / 1e6 < -0.8


def answering(wall_deg: float, address: int) -> list[dict[str, Any]]:
    """The mirror image, which gives that address; the antenna comes round to it 5 s after the target."""
    seen = mirrored(real(), wall_deg, 1_200.0, altitude_pressure_mm=3_000_000, address=address,
                    mode=PSR | SSR | MODE_S)  # fmt: skip
    return [row | {"time": row["time"] + 4 * SECOND} for row in seen]


def test_what_answers_by_one_address_on_both_sides_of_a_wall_is_the_mirror_image_of_what_is_nearer() -> None:
    one = [row | {"address": 0x0AC123, "mode": PSR | SSR | MODE_S} for row in real()]
    (row,) = ghosts(one, answering(100.0, 0x0AC123))
    assert row["kind"] == "mirror" and row["together"] >= 0.9 * row["plots"]
    assert ghosts(one, answering(100.0, 0x0AC124)) == []


def image(track: int, real_track: int, wall_deg: float) -> dict[str, Any]:
    return {
        "track": track, "sensor": "radar-1", "kind": "mirror", "real": real_track, "start": DAY, "end": DAY + SECOND,
        "plots": 10, "together": 10, "azimuth_e7": round(wall_deg * 1e7), "range_mm": -1_000_000,
    }  # fmt: skip


@pytest.mark.parametrize(("other_wall", "walls"), [(101.0, 1), (281.0, 1), (130.0, 0)])
def test_an_echo_is_called_a_mirror_image_only_where_the_wall_mirrors_others_too(other_wall: float, walls: int) -> None:
    """A wall stands still: two images of two targets with one direction, whichever side it is looked at from."""
    table = GHOSTS.cast(pa.Table.from_pylist([image(1, 2, 100.0), image(3, 4, other_wall)], GHOSTS.schema))
    leg = {"track": 1, "modes": PSR, "plots": 10, "start": DAY, "end": DAY + SECOND}
    permille, wall, others = Ghosted.load(table).mirrored(leg)
    assert (permille, wall, others) == (1000, 1_000_000_000, walls)
    assert mirror_image(leg, permille, others) == bool(walls)
    assert mirror_image(leg | {"modes": PSR | MODE_S}, permille, 0), "its address is elsewhere at the same moment"


def test_a_silent_flight_of_its_own_is_no_ghost_though_it_crosses_the_same_range() -> None:
    other = flight(3600, 2400, 6.1, -68.6, speed=70.0, course=330.0, mode=PSR)
    assert ghosts(real(), other) == []


def test_nothing_is_asked_of_a_radar_whose_site_nobody_told() -> None:
    assert ghosts(real(), moved(real(), aside_deg=6.0), sites=()) == []


def test_what_answers_is_nobodys_ghost() -> None:
    beside = [row | {"mode": PSR | SSR, "code_3a": 0o1111} for row in moved(real(), aside_deg=6.0)]
    assert ghosts(real(), beside) == []


@pytest.mark.parametrize(("aside", "nearer"), [(6.0, 0.0), (0.0, 160e3)])
def test_a_ghost_is_no_landing_and_no_unexplained_flight(aside: float, nearer: float) -> None:
    """As many of its plots as make most of the leg explain it."""
    target = far() if nearer else real()
    tables = run(plots(target, moved(target, aside, nearer)), sites=(RADAR,))
    (leg,) = (row for row in tables["legs"].to_pylist() if row["modes"] == PSR)
    row = leg | {"start": DAY + 3600 * SECOND, "end": DAY + 6000 * SECOND}
    kind = "previous_pulse" if nearer else "side_lobe"
    assert Ghosted.load(tables["ghosts"]).of(row, kind)[0] >= 900
    assert [each["kind"] for each in tables["findings"].to_pylist() if each["kind"] != "gap"] == []
