"""Strips of a list are used where the scenario can watch them, whatever form the list has; what is none is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from veedor.errors import InputError, UsageError
from veedor.registers.aerodromes import listed
from veedor.simulate.flying.illicit import illicit_missions
from veedor.simulate.flying.strips import strips
from veedor.simulate.roraima import RORAIMA
from veedor.simulate.scale import scale
from veedor.simulate.sky import days_seen, make_sky
from veedor.simulate.sphere import separation
from veedor.simulate.strip_list import read_places, with_listed
from veedor.simulate.theatre import APURE, Theatre
from veedor.simulate.truth import Seen

PLACES = [(3.10, -62.40), (2.60, -61.20), (3.55, -62.95), (2.95, -63.10), (2.40, -62.70), (3.85, -60.95), (-9.5, -56.0)]


def listing(folder: Path, text: str, name: str = "strips.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    rows = "\n".join(f'{n},"seen by\nsomebody",{lat},{lon}' for n, (lat, lon) in enumerate(PLACES))
    return listing(tmp_path, f"\ufeff,Attribution,Latitude,Longitude\n{rows}\n")


def test_a_csv_and_a_geojson_of_the_same_places_are_the_same_list(tmp_path: Path, csv: Path) -> None:
    shapes = [{"type": "Point", "coordinates": [lon, lat]} for lat, lon in PLACES]
    lat, lon = PLACES[0]
    shapes[0] = {"type": "LineString", "coordinates": [[lon - 0.005, lat], [lon + 0.005, lat]]}
    features = [{"type": "Feature", "properties": {}, "geometry": shape} for shape in shapes]
    other = listing(tmp_path, json.dumps({"type": "FeatureCollection", "features": features}), "strips.geojson")
    assert read_places(csv) == PLACES
    assert read_places(other) == [pytest.approx(place) for place in PLACES]


def test_flights_land_only_at_strips_of_the_list_that_the_radars_watch(csv: Path) -> None:
    theatre = with_listed(RORAIMA, csv, 5)
    assert theatre.listed == tuple(PLACES[:-1])  # the last lies a thousand kilometres off
    made = strips(3, 5, theatre)
    assert len({(s.lat, s.lon) for s in made}) == 5
    assert {(s.lat, s.lon) for s in made} <= set(PLACES)
    missions = illicit_missions(3, 20, 11, made, theatre)
    touched = {(t.lat, t.lon) for m in missions for leg in m.legs for t in (leg.take_off, leg.landing) if t.number >= 0}
    assert touched == {(s.lat, s.lon) for s in made}
    assert {(s.lat, s.lon) for s in strips(4, 5, theatre)} != {(s.lat, s.lon) for s in made}


def test_most_illicit_legs_of_roraima_are_seen(csv: Path) -> None:
    size = scale(0.1)
    theatre = with_listed(RORAIMA, csv, size.strips)
    sky = make_sky(2, size, theatre=theatre)
    seen = Seen.nothing(len(sky.special))
    for day in days_seen(sky):
        for hits in day.hits.values():
            seen.add(hits.flight, hits.t)
    illicit = [mission.kind == "illicit" for mission in sky.missions for _ in mission.legs]
    assert (seen.plots[illicit] > 20).mean() > 0.8


@pytest.mark.parametrize("theatre", [APURE, RORAIMA], ids=lambda theatre: theatre.name)
def test_aerodromes_of_a_theatre_lie_where_aerodromes_lie(theatre: Theatre) -> None:
    rows = {row["ident"]: row for row in listed(()).table.select(["ident", "lat_e7", "lon_e7"]).to_pylist()}
    known = [a for a in theatre.aerodromes if a.ident in rows]
    assert len(known) > 0.9 * len(theatre.aerodromes)
    for field in known:
        row = rows[field.ident]
        metres, _ = separation(field.lat, field.lon, row["lat_e7"] / 1e7, row["lon_e7"] / 1e7)
        assert metres < 5_000, field.ident


def test_a_list_of_another_country_is_refused_with_both_numbers(csv: Path) -> None:
    with pytest.raises(UsageError, match="too few strips") as refused:
        with_listed(APURE, csv, 6)
    assert refused.value.found == "0 of 7"


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "no list"),
        ("name,where\na,b\n", "no list"),
        ("lat,lon\n", "no list"),
        ("lat,lon\n3.1\n", "no list"),
        ("lat,lon\nnorth,west\n", "no list"),
        ("lat,lon\nnan,3\n", "no place"),
        ("lat,lon\n-63.7,181\n", "no place"),
        ('{"features": [{"geometry": null}]}', "no list"),
        ('{"features": [{"geometry": {"coordinates": []}}]}', "no list"),
        ('{"features": {}}', "no list"),
        ("{" + '"features":[' * 20_000, "no list"),
    ],
)
def test_what_is_no_list_of_places_is_refused(tmp_path: Path, text: str, match: str) -> None:
    with pytest.raises(InputError, match=match):
        read_places(listing(tmp_path, text))


def test_bytes_that_are_no_text_and_files_that_are_not_there_are_refused(tmp_path: Path) -> None:
    (tmp_path / "strips.csv").write_bytes(b"lat,lon\n\xff\xfe,1\n")
    with pytest.raises(InputError, match="no list"):
        read_places(tmp_path / "strips.csv")
    with pytest.raises(UsageError, match="no such file"):
        read_places(tmp_path / "other.csv")


def test_the_real_list_gives_enough_strips_for_roraima(shared_data: Path) -> None:
    file = shared_data / "air/airstrips/airstrips_brazil_2021_part_a.csv"
    assert len(read_places(file)) > 600
    theatre = with_listed(RORAIMA, file, 20)
    assert len(strips(1, 20, theatre)) == 20
