"""Ground stations, ships and marks on the wire: what readers make of them is what the sensors saw."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.formats.asterix import oracle
from tests.formats.conftest import Pass, read_all
from veedor.errors import UsageError
from veedor.formats import BytesSource, Options
from veedor.formats.radar.reader import READER
from veedor.formats.receivers import ais
from veedor.simulate.apure import START, make_scaled, microseconds
from veedor.simulate.lookalikes.scene import Scene
from veedor.simulate.places import RADARS
from veedor.simulate.sensing.hits import Hits, blank, merged
from veedor.simulate.sensing.sensors import conducts
from veedor.simulate.sky import Sky, days_seen, make_sky
from veedor.simulate.sphere import separation
from veedor.simulate.switches import Switches
from veedor.simulate.theatre import APURE
from veedor.simulate.writing.write_adsb import EDITION, reports
from veedor.simulate.writing.write_asterix import Code, codes, day_bytes
from veedor.simulate.writing.write_vessels import sentences
from veedor.tables.plots import MULTIPATH, PSR, SECOND_TIME_AROUND, SIDE_LOBE, SIMULATED

from .conftest import AIRY, TINY

START_US = microseconds(START)


@pytest.fixture(scope="module")
def heard() -> Hits:
    return next(days_seen(make_sky(7, TINY))).hits["CO-A1"]


def plots(data: bytes, **options: object) -> Pass:
    return read_all(READER, BytesSource(data, "sensor.ast"), Options(date_us=START_US, **options))  # type: ignore[arg-type]


def test_libasterix_reads_every_report_of_a_ground_station(heard: Hits) -> None:
    data, found, at = reports(Code(200, 101), heard), [], 0
    while at < len(data):
        length = int.from_bytes(data[at + 1 : at + 3], "big")
        read = oracle.parse_block(21, EDITION, data[at + 3 : at + length])
        assert data[at] == 21 and read is not None
        found += read
        at += length
    assert len(found) == len(heard) > 200
    assert [flat.values["080"] for flat in found] == heard.address.tolist()
    assert {flat.values["040.SIM"] for flat in found} == {1}


def test_our_reader_gives_back_what_the_station_heard(heard: Hits, tmp_path: Path) -> None:
    found = plots(reports(Code(200, 101), heard))
    assert found.rejects == []
    rows = found.tables["plots"].to_pylist()
    assert len(rows) == len(heard)
    for row, t, lat, lon, height, speed in list(
        zip(rows, heard.t, heard.lat, heard.lon, heard.pressure_m, heard.speed, strict=True)
    )[::7]:
        assert abs(row["time"].timestamp() - START_US / 1e6 - t) < 0.01
        assert abs(row["lat_e7"] - lat * 1e7) < 3 and abs(row["lon_e7"] - lon * 1e7) < 3
        assert abs(row["altitude_pressure_mm"] / 1000 - height) < 0.1
        assert abs(row["speed_mm_s"] / 1000 - speed) < 0.2
        assert row["flags"] & SIMULATED


def test_a_scenario_writes_a_file_a_station_and_day_and_says_so_in_the_site_table(tmp_path: Path) -> None:
    make_scaled(tmp_path, 5, AIRY, switches=Switches("asterix", receivers="asterix"))
    names = [path.name for path in (tmp_path / "co/adsb").iterdir()]
    assert len(names) == 3 * TINY.days and all(name.endswith(".ast") for name in names)
    text = (tmp_path / "co/radar/SIMULATED-co-sites.toml").read_text(encoding="utf-8")
    assert text.count(f'"021" = "{EDITION}"') == 3 and "sic = 103" in text


def test_stations_write_asterix_only_where_radars_do(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="only where radars do"):
        make_scaled(tmp_path, 5, AIRY, switches=Switches(receivers="asterix"))


@pytest.fixture(scope="module")
def sea() -> Sky:
    return make_sky(4, replace(TINY, lookalikes_each=3), Switches(lookalikes=("ships",)))


def test_the_log_of_the_coast_gives_ships_where_they_were(sea: Sky) -> None:
    (station,) = (radar for radar in sea.theatre.radars if radar.coastal)
    lines = list(sentences(station, sea.missions, sea.seed, START_US))
    found = read_all(ais.READER, BytesSource("".join(lines).encode(), "coast.nmea"))
    assert found.rejects == []
    rows = found.tables["plots"].to_pylist()
    assert len(rows) == len(lines) > 100 and all("SIMULATED" in line for line in lines)
    ships = [mission.legs[0].path for mission in sea.missions if mission.kind == "ships"]
    assert len({row["mmsi"] for row in rows}) == len(ships)
    for row in rows[::5]:
        path = ships[row["mmsi"] % 1000]
        t = row["time"].timestamp() - START_US / 1e6
        off, _ = separation(
            row["lat_e7"] / 1e7, row["lon_e7"] / 1e7, np.interp(t, path.t, path.lat), np.interp(t, path.t, path.lon)
        )
        assert off < 20.0  # a second of sailing and the rounding of both
        assert 3_000 < row["speed_mm_s"] < 12_000


def test_a_scenario_with_ships_has_their_log_and_one_without_has_none(tmp_path: Path, tiny: Path) -> None:
    make_scaled(tmp_path, 5, replace(AIRY, lookalikes_each=2), switches=Switches(lookalikes=("ships",)))
    assert (tmp_path / "ve/vessels/SIMULATED-VE-R3.nmea").read_text(encoding="ascii").count("!AIVDM") > 20
    assert not (tiny / "ve/vessels").exists()


@pytest.mark.parametrize("number", [0, 1], ids=["CAT001", "CAT048"])
def test_what_a_radar_marks_arrives_as_marked(number: int) -> None:
    radar = RADARS[number]
    conduct = replace(conducts(7, 11)[radar.sensor], outages=np.zeros((0, 2)))
    flags = np.array([0, SIDE_LOBE, 0, MULTIPATH, SECOND_TIME_AROUND])
    hits = blank(
        5, t=np.arange(5.0) * 2 + 100, mode=np.full(5, PSR), range_m=np.full(5, 5e4),
        azimuth=(np.arange(5.0) * 60 + 100) % 360, lat=np.full(5, 8.0), lon=np.full(5, -68.0), flags=flags,
    )  # fmt: skip
    found = plots(day_bytes(radar, codes(RADARS)[radar.sensor], conduct, merged([hits]), 0))
    assert found.rejects == []
    said = [row["flags"] & (SIDE_LOBE | MULTIPATH | SECOND_TIME_AROUND) for row in found.tables["plots"].to_pylist()]
    assert said == flags.tolist()


def test_scenes_know_which_places_radars_watch() -> None:
    scene = Scene(1, APURE, 10)
    assert all(scene.watched(place) for place in scene.places("anything", 20))
    assert not scene.watched((0.0, -60.0))
