"""What radars saw is what was flown: plots lie where truth says, none below the horizon, and ids say nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.csv as pv
import pyarrow.parquet as pq
import pytest
from pyproj import Transformer

from veedor.simulate.flying.flights import Flights
from veedor.simulate.flying.illicit import illicit_missions
from veedor.simulate.flying.legal import legal_flights
from veedor.simulate.flying.missions import as_flights
from veedor.simulate.flying.strips import nearest_aerodrome_m, strips
from veedor.simulate.places import RADARS
from veedor.simulate.scale import scale
from veedor.simulate.seeds import child
from veedor.simulate.sensing.ellipsoid import extracted, sighted
from veedor.simulate.sensing.radar import observe
from veedor.simulate.sensing.sensors import conducts
from veedor.simulate.sky import make_sky
from veedor.simulate.sphere import ground_of, moved, separation, slant


@pytest.fixture(scope="module")
def plots(tenth: Path) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Time (us), latitude, longitude by radar of ve."""
    found = {}
    for name in ("VE-R1", "VE-R2"):
        rows = pv.read_csv(tenth / f"ve/radar/SIMULATED-{name}.csv")
        time = rows["time"].cast("timestamp[us]").cast("int64").to_numpy()
        found[name] = (time, rows["latitude_deg"].to_numpy(), rows["longitude_deg"].to_numpy())
    return found


def test_every_illicit_leg_that_was_seen_left_plots_within_noise_of_its_track(
    tenth: Path, plots: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
) -> None:
    legs = [r for r in pq.read_table(tenth / "truth/flights.parquet").to_pylist() if r["illicit"] and r["plots"] > 200]
    assert len(legs) > 10
    found = 0
    for leg in legs:
        near = 0
        for time, lat, lon in plots.values():
            inside = (time >= leg["first_seen_us"]) & (time <= leg["last_seen_us"])
            at_lat, at_lon = (
                np.interp(time[inside], leg["point_us"], np.array(leg[f"point_{c}_e7"]) / 1e7) for c in ("lat", "lon")
            )
            metres, _ = separation(lat[inside], lon[inside], at_lat, at_lon)
            near += int((metres < 2_500).sum())
        found += near > 20
    assert found > 0.6 * len(legs)  # the rest was seen by the other party only


def test_aircraft_fly_at_speeds_that_aircraft_fly() -> None:
    for flights in (legal_flights(3, 0, 400), make_sky(3, scale(0.1)).special):
        step, _ = separation(flights.lat[:-1], flights.lon[:-1], flights.lat[1:], flights.lon[1:])
        seconds = np.diff(flights.t)
        inside = np.ones(len(step), dtype=bool)
        inside[flights.first[1:-1] - 1] = False
        inside &= step > 50
        speed = step[inside] / seconds[inside]
        assert (seconds[inside] > 0).all()
        assert speed.max() < 270 and speed.min() > 18
        climb = np.abs(np.diff(flights.alt))[inside] / seconds[inside]
        assert np.quantile(climb, 0.99) < 22


def test_no_radar_sees_below_its_horizon_or_through_its_blanked_sector() -> None:
    flights = legal_flights(4, 0, 300)
    low = Flights(**{**vars(flights), "alt": np.full(len(flights.alt), 60.0)})
    conduct = conducts(4, 30)
    for radar in RADARS:
        hits = observe(radar, conduct[radar.sensor], low, 0.0, child(4, "test"))
        assert hits.range_m.size == 0 or hits.range_m.max() < 75_000
        seen = observe(radar, conduct[radar.sensor], flights, 0.0, child(4, "test"))
        assert len(seen) > 500
        for start, end, lowest in radar.screens:
            if lowest == 90.0:
                assert not ((seen.azimuth > start + 0.5) & (seen.azimuth < end - 0.5)).any()


def test_slant_range_and_ground_distance_undo_each_other() -> None:
    ground, height = np.array([5e3, 80e3, 350e3]), np.array([900.0, 3_000.0, 11_000.0])
    assert np.allclose(ground_of(slant(ground, 120.0, height), 120.0, height), ground, atol=0.01)
    lat, lon = moved(7.7, -67.9, np.array([10.0, 200.0]), np.array([50e3, 120e3]))
    metres, bearing = separation(7.7, -67.9, lat, lon)
    assert np.allclose(metres, [50e3, 120e3], atol=0.01) and np.allclose(bearing, [10.0, 200.0], atol=1e-6)


def test_five_strips_lie_away_from_aerodromes_and_one_beside() -> None:
    for seed in range(5):
        away = [nearest_aerodrome_m(s.lat, s.lon) for s in strips(seed, 6)]
        assert sum(metres > 15_000 for metres in away) == 5
        assert sum(1_400 < metres < 4_100 for metres in away) == 1


def test_a_silent_flight_answers_no_interrogation() -> None:
    places = strips(1, 6)
    missions = illicit_missions(1, 40, 30, places)
    flights = as_flights(missions, child(1, "who"), 0)
    conduct = conducts(1, 30)
    for radar in RADARS:
        hits = observe(radar, conduct[radar.sensor], flights, 0.0, child(1, "look"))
        silent = flights.silent(hits.flight, hits.t - 1 / 128) & flights.silent(hits.flight, hits.t + 1 / 128)
        silent |= ~flights.transponder[hits.flight]
        assert silent.any()
        assert (hits.code[silent] == -1).all() and np.isnan(hits.pressure_m[silent]).all()


def test_addresses_and_codes_of_illicit_flights_are_distributed_like_those_of_small_legal_ones() -> None:
    sky = make_sky(9, scale(1.0))
    legs = np.array([mission.kind == "illicit" for mission in sky.missions for _ in mission.legs])
    address, code, size = sky.special.address, sky.special.code, sky.special.size
    small = size == 0
    for values in (address, code, np.array([zlib_free(text) for text in sky.special.registration])):
        one, other = np.sort(values[legs & small]), np.sort(values[~legs & small])
        assert _apart(one, other) < 1.95 * np.sqrt((len(one) + len(other)) / (len(one) * len(other))) * np.sqrt(2)


def zlib_free(text: object) -> int:
    """A number that depends on every character of a registration."""
    return int.from_bytes(str(text).encode()[-5:], "big")


def _apart(one: np.ndarray, other: np.ndarray) -> float:
    """Kolmogorov and Smirnov's distance; legs share their mission's identity, hence the root of two above."""
    every = np.concatenate([one, other])
    left = np.searchsorted(one, every, side="right") / len(one)
    right = np.searchsorted(other, every, side="right") / len(other)
    return float(np.abs(left - right).max())


def test_a_radar_measures_on_the_ellipsoid_and_puts_its_plots_where_the_targets_are() -> None:
    rng = np.random.default_rng(5)
    lat, lon, height = 8 + rng.uniform(-2, 2, 500), -70 + rng.uniform(-2, 2, 500), rng.uniform(500, 11_000, 500)
    slant_m, azimuth = sighted(8.0, -70.0, 100.0, lat, lon, height)
    far = slant_m > 1.3 * height
    to_lat, to_lon = extracted(8.0, -70.0, 100.0, slant_m, azimuth, height)
    assert np.abs(to_lat - lat)[far].max() < 1e-7 and np.abs(to_lon - lon)[far].max() < 1e-7
    earth = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    site = np.array(earth.transform(-70.0, 8.0, 100.0))
    apart = np.array(earth.transform(lon, lat, height)) - site[:, None]
    assert np.allclose(slant_m, np.sqrt((apart * apart).sum(axis=0)), atol=1e-3)
