"""Registers: places lie in the countries that hold them, and the nearest aerodrome is the nearest."""

from __future__ import annotations

import hashlib
from importlib import resources

import numpy as np
import pytest

from veedor.errors import InputError
from veedor.geodesy import distance_mm
from veedor.registers import aerodromes, borders


@pytest.mark.parametrize(
    ("lat", "lon", "name"),
    [(10.5, -66.9, "Venezuela"), (4.7, -74.1, "Colombia"), (48.85, 2.35, "France"), (-29.5, 28.2, "Lesotho"),
     (12.51, -69.97, "Aruba"), (0.0, -30.0, None)],
)  # fmt: skip
def test_a_place_lies_in_its_country(lat: float, lon: float, name: str | None) -> None:
    found = borders.country_at(round(lat * 1e7), round(lon * 1e7))
    assert (found.name if found else None) == name


def test_the_committed_borders_are_those_whose_digest_stands_beside_them() -> None:
    folder = resources.files("veedor.registers") / "data"
    for line in (folder / "borders.sha256").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_rings_reach_into_the_box_that_is_asked_for() -> None:
    box = (60_000_000, -740_000_000, 120_000_000, -660_000_000)
    names = {country.name for country, _ in borders.rings(box)}
    assert {"Venezuela", "Colombia"} <= names
    assert "France" not in names or len(names) < 60


def test_the_nearest_aerodrome_is_the_one_a_full_search_finds() -> None:
    listed = aerodromes.listed()
    lat, lon = listed.table["lat_e7"].to_numpy().astype(np.int64), listed.table["lon_e7"].to_numpy().astype(np.int64)
    for place in ((68_200_000, -704_000_000), (-899_000_000, 0), (520_000_000, 1_799_999_999), (0, -1_800_000_000)):
        rows, away = listed.nearest(*place)
        assert away[0] == distance_mm(place[0], place[1], lat, lon).min()
        assert away[0] == distance_mm(place[0], place[1], lat[rows[0]], lon[rows[0]])


def test_of_two_aerodromes_at_one_place_the_smallest_ident_is_kept() -> None:
    made = aerodromes.make([("ZZ", "b", "VE", 1, 2, 0), ("AA", "a", "VE", 1, 2, 0)], "test")
    assert made.table["ident"].to_pylist() == ["AA"]
    assert made.digest != aerodromes.make([("ZZ", "b", "VE", 1, 2, 0)], "test").digest


def test_a_bad_row_of_an_own_list_is_named() -> None:
    with pytest.raises(InputError, match="line 2"):
        aerodromes.read_own("ident,name,country,latitude,longitude,elevation_m\nX1,One,VE,95,-70,\n", "own.csv")


def test_the_committed_aerodromes_are_those_that_the_register_names() -> None:
    assert hashlib.sha256(aerodromes.content()).hexdigest() == aerodromes.CONTENT_SHA256
    assert aerodromes.listed().table.num_rows == aerodromes.content().count(b"\n")


def test_the_ground_is_no_higher_than_the_nearest_aerodrome() -> None:
    listed = aerodromes.listed()
    lat, lon = np.array([78_000_000, 61_000_000]), np.array([-723_000_000, -754_000_000])
    nearest, _ = listed.nearest(lat, lon)
    lowest = listed.ground_mm(lat, lon, 30_000_000)
    assert (lowest <= listed.table["elevation_mm"].to_numpy()[nearest]).all()
    assert (lowest < listed.table["elevation_mm"].to_numpy()[nearest]).any()
