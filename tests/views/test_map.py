"""A country's name stands inside that country: a name on the wrong side of a border would be a statement."""

from __future__ import annotations

import re

import pytest

from veedor.export.map_svg import WIDTH, frame_of, map_svg
from veedor.registers.borders import country_at, rings


@pytest.mark.parametrize(
    "places",
    [[(72_000_000, -720_000_000), (101_000_000, -680_000_000)], [(45_000_000, -690_000_000)], [(0, 320_000_000)]],
)
def test_every_name_on_the_map_lies_in_its_country(places: list[tuple[int, int]]) -> None:
    frame = frame_of(places)
    assert frame is not None
    drawn = map_svg([], rings, frame, "map", "en")
    names = re.findall(r'class="country" x="(\d+)" y="(\d+)">([^<]+)<', drawn)
    assert names
    for x, y, name in names:
        lon = frame.west_e7 + int(x) * (frame.east_e7 - frame.west_e7) // WIDTH
        lat = frame.north_e7 - int(y) * (frame.north_e7 - frame.south_e7) // frame.height
        country = country_at(lat, lon)
        assert country is not None and country.name == name
