"""Ghosts: echoes that keep one offset to a target that answers are its own, and nobody else's."""

from __future__ import annotations

import math
from typing import Any

import pyproj
import pytest

from tests.air.flights import DAY, SECOND, flight, plots, run
from veedor.air.flying.ghosted import Ghosted
from veedor.tables.plots import PSR, SSR

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
