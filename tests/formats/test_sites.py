"""A site table says where radars stand in WGS84, whatever they were surveyed in, and is strict about all of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pyproj import Transformer
from pyproj.transformer import TransformerGroup

from tests.formats.conftest import Pass
from veedor.errors import InputError
from veedor.formats import BytesSource, detect
from veedor.formats.datums import BY_NAME, DATUMS, to_wgs84
from veedor.formats.sites import READER, load, parse

TABLE = """# SIMULATED
sites = "sites/1"
party = "ve"

[[sensor]]
sensor = "guri"
kind = "radar"
modes = ["PSR", "MODE_S"]
sac = 25
sic = 201
latitude_deg = 8.3
longitude_deg = -62.8
datum = "La Canoa"
antenna_m = 30
antenna_from = "ground"
ground_m = 271.5
north = "grid"
convergence_deg = 0.25
range_max_nm = 200
blanked_deg = [[350, 10], [80.5, 81]]
rotation_s = 5.95
sigma_range_m = 70
sigma_azimuth_deg = 0.08
time_source = "GNSS"
editions = { "048" = "1.30", "034" = "1.27" }
valid_from = 2024-01-01T00:00:00Z

[[sensor]]
sensor = "receiver"
kind = "receiver"
"""


def test_a_table_gives_one_row_per_sensor_and_period(read: Callable[..., Pass]) -> None:
    guri, receiver = read(READER, BytesSource(TABLE.encode(), "sites.toml")).tables["sensors"].to_pylist()
    assert (guri["sensor"], guri["party"], guri["sac"], guri["sic"]) == ("guri", "ve", 25, 201)
    assert (guri["surveyed_lat_e7"], guri["datum"]) == (83_000_000, "La Canoa")
    assert guri["lat_e7"] != guri["surveyed_lat_e7"]
    assert guri["position_sigma_mm"] == 15_000, "what EPSG states for the change of datum"
    assert (guri["antenna_altitude_mm"], guri["antenna_as_given_mm"]) == (301_500, 30_000)
    assert (guri["north"], guri["north_offset_e7"]) == ("grid", 2_500_000)
    assert (guri["range_max_mm"], guri["rotation_ms"]) == (370_400_000, 5_950)
    assert (guri["blanked"], guri["editions"]) == ("350..10 80.5..81", "034=1.27 048=1.30")
    assert (receiver["lat_e7"], receiver["sac"], receiver["party"]) == (None, None, "ve")


def test_its_rows_take_up_the_lines_that_made_them(read: Callable[..., Pass]) -> None:
    rows = read(READER, BytesSource(TABLE.encode(), "sites.toml")).tables["sensors"].to_pylist()
    said = [TABLE.encode()[row["offset"] : row["offset"] + row["length"]] for row in rows]
    assert [each.split(b"\n")[1] for each in said] == [b'sensor = "guri"', b'sensor = "receiver"']


@pytest.mark.parametrize("datum", [each for each in DATUMS if each.epsg], ids=lambda each: each.name)
def test_each_datum_moves_places_as_its_operation_of_epsg_does(datum: object) -> None:
    found = BY_NAME[datum.name.lower()]  # type: ignore[attr-defined]
    made = Transformer.from_pipeline(f"urn:ogc:def:coordinateOperation:EPSG::{found.epsg}")
    lat, lon = made.transform(4.25, -66.5)  # latitude first, as EPSG says it
    here = to_wgs84(found, 42_500_000, -665_000_000)
    assert abs(here[0] - round(lat * 1e7)) <= 1 and abs(here[1] - round(lon * 1e7)) <= 1
    far = max(abs(here[0] - 42_500_000), abs(here[1] + 665_000_000))
    assert (far > 3_000) == (found.accuracy_mm >= 5_000), (
        "the old datums are tens to hundreds of metres away, the new ones none"
    )


def test_la_canoa_and_wgs84_are_hundreds_of_metres_apart() -> None:
    lat, _ = to_wgs84(BY_NAME["la canoa"], 83_000_000, -628_000_000)
    assert 300 < abs(lat - 83_000_000) * 0.0111 < 500
    assert TransformerGroup(4247, 4326).transformers


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('datum = "La Canoa"', 'datum = "Canoa"', "line 13, key datum"),
        ('datum = "La Canoa"', "", "line 11, key latitude_deg"),
        ("ground_m = 271.5", "", "key ground_m"),
        ('north = "grid"', 'north = "magnetic"', "key declination_deg"),
        ("convergence_deg = 0.25", "", "key convergence_deg"),
        ("range_max_nm = 200", "range_max = 200", "line 19, key range_max"),
        ("[[350, 10], [80.5, 81]]", "[[350, 370]]", "key blanked_deg"),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00", "key valid_from"),
        ("sac = 25", "sac = 256", "line 9, key sac"),
        ("latitude_deg = 8.3", "latitude_deg = 1e999999", "key latitude_deg"),
        ('sensor = "guri"', "", "line 5, key sensor"),
        ('modes = ["PSR", "MODE_S"]', 'modes = ["RADAR"]', "key modes"),
        ('{ "048" = "1.30"', '{ "48x" = "1.30"', "key editions"),
        ("kind = \"radar\"", "kind = 'spy'", "line 7, key kind"),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_an_error_that_names_the_line(old: str, new: str, said: str) -> None:
    assert old in TABLE
    with pytest.raises(InputError) as error:
        parse(TABLE.replace(old, new, 1), "sites.toml")
    assert said in (error.value.place or "")
    assert error.value.expected


@pytest.mark.parametrize(
    "text", ["", "sites = 1", 'sites = "sites/1"', "[" * 5000, 'sites = "sites/1"\nsensor = 5', "\x00"]
)
def test_no_other_text_is_a_site_table(text: str) -> None:
    with pytest.raises(InputError):
        parse(text, "sites.toml")


def test_two_editions_of_one_category_for_one_source_are_refused() -> None:
    again = TABLE.replace("1.30", "1.32").replace("2024", "2025")
    with pytest.raises(InputError, match="two editions"):
        load([BytesSource(TABLE.encode(), "a.toml"), BytesSource(again.encode(), "b.toml")])


def test_it_is_told_from_a_mapping() -> None:
    assert detect(BytesSource(TABLE.encode(), "sites.toml")) is READER
    assert not READER.sniff(b'mapping = "m/1"\n', "m.toml")
