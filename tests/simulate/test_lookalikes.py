"""Each innocent explanation is played as it is in the world, labelled in the truth, and moves nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from veedor.air.sun import elevation_e7
from veedor.errors import UsageError
from veedor.registers.borders import country_at
from veedor.simulate.apure import START, make_scaled, microseconds
from veedor.simulate.flying.missions import Mission
from veedor.simulate.lookalikes.kinds import FLOWN, KINDS, REPORTED, checked
from veedor.simulate.roraima import RORAIMA
from veedor.simulate.scale import DAY_S
from veedor.simulate.sensing.hits import Hits, merged
from veedor.simulate.sky import Sky, days_seen, make_sky
from veedor.simulate.sphere import separation
from veedor.simulate.switches import Switches
from veedor.simulate.truth import read_truth
from veedor.tables.plots import ADSB, MULTIPATH, PSR, SECOND_TIME_AROUND, SIDE_LOBE

from .conftest import AIRY, TINY

SIZE = replace(TINY, days=6, legal_flights_a_day=80, flight_lookalikes=10, illicit_flights=8, lookalikes_each=4)
START_US = microseconds(START)


@pytest.fixture(scope="module")
def sky() -> Sky:
    return make_sky(3, SIZE, Switches(lookalikes=KINDS, outages=False))


@pytest.fixture(scope="module")
def seen(sky: Sky) -> dict[str, Hits]:
    """All hits by sensor."""
    parts: dict[str, list[Hits]] = {}
    for day in days_seen(sky):
        for name, hits in day.hits.items():
            parts.setdefault(name, []).append(hits)
    return {name: merged(pieces) for name, pieces in parts.items()}


@pytest.fixture(scope="module")
def of(sky: Sky, seen: dict[str, Hits]) -> Callable[[str], dict[str, Hits]]:
    """What sensors report of one kind."""
    kinds = np.array([m.kind for m in sky.missions for _ in m.legs] + [e.kind for e in sky.episodes] + ["none"])

    def hits_of(kind: str) -> dict[str, Hits]:
        found = {name: hits.take(kinds[hits.flight] == kind) for name, hits in seen.items()}
        return {name: hits for name, hits in found.items() if len(hits)}

    return hits_of


def missions(sky: Sky, kind: str) -> list[Mission]:
    return [mission for mission in sky.missions if mission.kind == kind]


def test_there_are_as_many_of_each_kind_as_asked_for_and_sensors_see_every_kind(
    sky: Sky, of: Callable[[str], dict[str, Hits]]
) -> None:
    asked = [m.kind for m in sky.missions[-SIZE.lookalikes_each * len(FLOWN) :]] + [e.kind for e in sky.episodes]
    assert {kind: asked.count(kind) for kind in KINDS} == dict.fromkeys(KINDS, 4)
    assert len(KINDS) == 31
    assert all(of(kind) for kind in KINDS)


def test_look_alikes_asked_for_move_nothing_else(sky: Sky) -> None:
    without = make_sky(3, SIZE, Switches(outages=False))
    kinds = tuple(kind for kind in KINDS if kind != "gnss_interference")
    besides = make_sky(3, SIZE, Switches(lookalikes=kinds, outages=False))
    assert besides.missions[: len(without.missions)] == without.missions
    for one, other in zip(days_seen(without), days_seen(besides), strict=True):
        for name, hits in one.hits.items():
            same = other.hits[name].take(other.hits[name].flight < len(without.special))
            assert np.array_equal(np.sort(same.t), np.sort(hits.t))
            assert np.array_equal(np.sort(same.lat), np.sort(hits.lat))


def test_only_leaves_the_ordinary_ones_out() -> None:
    alone = make_sky(3, SIZE, Switches(ordinary=False, lookalikes=("glider",)))
    assert {mission.kind for mission in alone.missions} == {"illicit", "glider"}


def test_a_kind_that_does_not_exist_and_a_coast_where_there_is_none_are_refused() -> None:
    with pytest.raises(UsageError, match="no such look-alike") as refused:
        checked(("birds", "bird"))
    assert refused.value.found == "bird"
    with pytest.raises(UsageError, match="no coast"):
        make_sky(1, SIZE, Switches(lookalikes=("ships",)), RORAIMA)


def test_every_flight_goes_at_a_speed_and_height_that_its_kind_goes_at(sky: Sky) -> None:
    fastest = {"radiosonde": 45, "drone": 22, "birds": 25, "rain": 26, "ships": 12, "road_traffic": 40, "glider": 36}
    for kind in FLOWN:
        for mission in missions(sky, kind):
            for leg in mission.legs:
                path = leg.path
                step, _ = separation(path.lat[:-1], path.lon[:-1], path.lat[1:], path.lon[1:])
                seconds = np.diff(path.t)
                assert (seconds > 0).all(), kind
                assert (step / seconds).max() < fastest.get(kind, 200), kind
                assert min(path.alt) > 0 and max(path.alt) < (32_000 if kind == "radiosonde" else 6_000), kind


def test_what_nobody_flies_never_answers(of: Callable[[str], dict[str, Hits]]) -> None:
    for kind in ("radiosonde", "drone", "birds", "rain", "ships", "road_traffic", "anomalous_propagation", "jamming"):
        for hits in of(kind).values():
            assert set(hits.mode.tolist()) == {PSR}, kind
            assert (hits.code == -1).all() and np.isnan(hits.pressure_m).all(), kind


def test_radiosondes_are_let_go_before_00_and_12_utc_and_rise_at_five_metres_a_second(sky: Sky) -> None:
    hours = set()
    for mission in missions(sky, "radiosonde"):
        path = mission.legs[0].path
        before = (-path.t[0]) % (DAY_S / 2)
        assert 2_300 < before < 3_100
        hours.add(round((path.t[0] + before) % DAY_S / 3600))
        top = int(np.argmax(path.alt))
        assert path.alt[top] > 20_000
        climb = np.diff(path.alt[: top + 1]) / np.diff(path.t[: top + 1])
        assert climb.min() > 4 and climb.max() < 6
        away, _ = separation(path.lat[0], path.lon[0], path.lat[-1], path.lon[-1])
        assert 2_000 < away < 250_000
    assert hours <= {0, 12}


def test_flocks_fly_about_dusk(of: Callable[[str], dict[str, Hits]]) -> None:
    for hits in of("birds").values():
        for t, lat, lon in zip(hits.t[::20].tolist(), hits.lat[::20].tolist(), hits.lon[::20].tolist(), strict=True):
            sun = elevation_e7(START_US + round(t * 1e6), round(lat * 1e7), round(lon * 1e7)) / 1e7
            assert -24 < sun < 16


def test_ships_are_at_sea_and_only_the_coast_sees_them(sky: Sky, of: Callable[[str], dict[str, Hits]]) -> None:
    for mission in missions(sky, "ships"):
        path = mission.legs[0].path
        ashore = [country_at(round(lat * 1e7), round(lon * 1e7)) for lat, lon in zip(path.lat, path.lon, strict=True)]
        assert not any(ashore)
    assert set(of("ships")) == {"VE-R3"}
    assert of("ships")["VE-R3"].range_m.max() < 75_000


def test_ducts_bring_standing_echoes_from_beyond_the_horizon_by_night(
    sky: Sky, of: Callable[[str], dict[str, Hits]]
) -> None:
    hits = of("anomalous_propagation")["VE-R3"]
    assert hits.range_m.min() > 50_000
    sun = [elevation_e7(START_US + round(t * 1e6), 118_000_000, -702_000_000) for t in hits.t[::25].tolist()]
    assert max(sun) < 0
    one = hits.take(hits.flight == hits.flight[0])
    minute = one.take(one.t < one.t[0] + 120.0)
    # The same few spots turn after turn: most echoes of two minutes lie within a kilometre of an earlier one.
    near = [np.abs(minute.range_m[:k] - minute.range_m[k]).min(initial=9e9) < 1_500 for k in range(1, len(minute))]
    assert np.mean(near) > 0.6


def test_a_jammer_fills_one_narrow_direction_with_echoes(sky: Sky, of: Callable[[str], dict[str, Hits]]) -> None:
    for hits in of("jamming").values():
        for serial in set(hits.flight.tolist()):
            one = hits.take(hits.flight == serial)
            turn = one.take(one.t < one.t[0] + 60.0)
            off = (turn.azimuth - turn.azimuth[0] + 180.0) % 360.0 - 180.0
            assert np.abs(off).max() < 6.0
            assert one.range_m.max() > 100_000 and one.range_m.min() < 30_000


def real(hits: Hits, serials: set[int]) -> Hits:
    """Without the episodes."""
    return hits.take(~np.isin(hits.flight, sorted(serials)))


def test_ghosts_of_side_lobes_lie_at_the_range_of_a_real_plot_of_the_same_turn(
    sky: Sky, seen: dict[str, Hits], of: Callable[[str], dict[str, Hits]]
) -> None:
    episodes = set(range(len(sky.special), sky.serials))
    for name, ghosts in of("side_lobes").items():
        true = real(seen[name], episodes)
        for t, metres, azimuth in list(zip(ghosts.t, ghosts.range_m, ghosts.azimuth, strict=True))[::15]:
            near = true.take(np.abs(true.t - t) < 12.5)
            same = near.take(np.abs(near.range_m - metres) < 1e-6)
            assert len(same)
            off = np.abs((same.azimuth - azimuth + 180.0) % 360.0 - 180.0)
            assert ((off > 2) & (off < 10)).any()


def test_second_time_around_echoes_are_in_the_direction_of_what_is_too_far_away(
    sky: Sky, seen: dict[str, Hits], of: Callable[[str], dict[str, Hits]]
) -> None:
    episodes = set(range(len(sky.special), sky.serials))
    for name, ghosts in of("second_time_around").items():
        true = real(seen[name], episodes)
        far = []
        for t, metres, azimuth in list(zip(ghosts.t, ghosts.range_m, ghosts.azimuth, strict=True))[::10]:
            near = true.take((np.abs(true.t - t) < 1.0) & (np.abs(true.azimuth - azimuth) < 1.0))
            beyond = near.range_m - metres
            assert ((beyond > 140_000) & (beyond < 190_000)).any()
            far.append(beyond[(beyond > 140_000) & (beyond < 190_000)])
        assert {hits.tolist()[0] // 60_000 for hits in far} == {2.0} or len(far) > 1


def test_reflections_turn_what_they_mirror_round(of: Callable[[str], dict[str, Hits]]) -> None:
    modes = set()
    for hits in of("reflections").values():
        modes |= set(hits.mode.tolist())
        assert (hits.code[hits.mode == PSR] == -1).all()
        width = (hits.azimuth - hits.azimuth[0] + 180.0) % 360.0 - 180.0
        assert width.max() - width.min() < 30.0  # one wall shows one part of the sky
    assert PSR in modes and len(modes) > 1


def test_marks_are_the_radars_own_and_only_where_the_episode_says_so(
    sky: Sky, of: Callable[[str], dict[str, Hits]]
) -> None:
    flag = {"side_lobes": SIDE_LOBE, "reflections": MULTIPATH, "second_time_around": SECOND_TIME_AROUND}
    for kind in REPORTED:
        for hits in of(kind).values():
            marked = np.array([sky.episodes[serial - len(sky.special)].marked for serial in hits.flight.tolist()])
            assert np.array_equal(hits.flags, np.where(marked, flag.get(kind, 0), 0)), kind


def test_disturbed_satellites_move_broadcasts_and_no_radar_plot(of: Callable[[str], dict[str, Hits]]) -> None:
    with_gnss = make_sky(3, SIZE, Switches(lookalikes=("gnss_interference",), outages=False))
    without = make_sky(3, SIZE, Switches(outages=False))
    moved = 0
    for one, other in zip(days_seen(without), days_seen(with_gnss), strict=True):
        for name, hits in one.hits.items():
            now = other.hits[name]
            if not name.startswith("CO-A"):
                assert np.array_equal(hits.lat, now.lat)
                continue
            _, here, there = np.intersect1d(
                hits.t + 1e-9 * hits.address, now.t + 1e-9 * now.address, return_indices=True
            )
            off, _ = separation(hits.lat[here], hits.lon[here], now.lat[there], now.lon[there])
            moved += int((off > 1_000).sum())
            assert len(now) <= len(hits)
    assert moved > 20
    assert all(set(hits.mode.tolist()) == {ADSB} for hits in of("gnss_interference").values())


def test_the_truth_names_every_look_alike_and_every_phenomenon(tmp_path: Path) -> None:
    kinds = ("radiosonde", "jamming", "anomalous_propagation")
    size = replace(AIRY, lookalikes_each=2)
    make_scaled(tmp_path, 5, size, switches=Switches(lookalikes=kinds))
    truth = read_truth(tmp_path / "truth")
    assert truth.flights["kind"].to_pylist().count("radiosonde") == 2
    assert sorted(truth.phenomena["kind"].to_pylist()) == ["anomalous_propagation"] * 2 + ["jamming"] * 2
    for row in truth.phenomena.to_pylist():
        assert row["simulated"] == "SIMULATED" and row["start_us"] < row["end_us"]
    assert (tmp_path / "ve/radar/SIMULATED-VE-R3.csv").exists()


def test_a_scenario_without_them_has_no_file_of_phenomena(tiny: Path) -> None:
    assert not (tiny / "truth/phenomena.parquet").exists()
    assert read_truth(tiny / "truth").phenomena.num_rows == 0
