"""The filter is as sure as it should be: errors against its own covariance, on targets that it was not built from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.tracker_scenes import START_US, on_map, uniform
from benchmarks.tracker_score import final, gospa, gospa_mean, table_of
from veedor.air.tracking.associate import Associate
from veedor.engine.detector import Owner
from veedor.tables import BIASES

SEEDS = (1_001, 1_002, 1_003)


def pieces(plots: pa.Table, sites: pa.Table) -> pa.Table:
    associate = Associate()
    made = associate.run({"plots": plots, "sensors": sites, "biases": BIASES.empty()}, Owner(), associate.parameters)
    return made.filter(made["owned"])


@pytest.fixture(scope="module")
def followed() -> list[tuple[Any, pa.Table]]:
    scenes = [uniform(seed, 60, clutter=20.0) for seed in SEEDS]
    return [(scene, pieces(*table_of(scene))) for scene in scenes]


def errors(scene: Any, points: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    """Smoothed minus true place at every plot of a target, and the covariance said of it (metres east, north)."""
    who = scene.seen.target[points["row"].to_numpy()]
    step = np.round((points["time"].cast(pa.int64()).to_numpy() - START_US) / 1e6 / scene.step_s).astype(int)
    real = who >= 0
    place = on_map(points["smooth_lat_e7"].to_numpy(), points["smooth_lon_e7"].to_numpy())
    off = place - scene.truth[np.maximum(who, 0), step, :2]
    names = ("var_east_mm2", "cov_north_east_mm2", "cov_north_east_mm2", "var_north_mm2")
    said = np.stack([points[n].to_numpy() / 1e6 for n in names], axis=1).reshape(-1, 2, 2)
    return off[real], said[real]


def test_smoothed_places_err_as_much_as_they_say(followed: list[tuple[Any, pa.Table]]) -> None:
    """Mean normalised squared error of two coordinates: 2 for a filter that knows its targets. These turn at half the
    models' rate and begin and end turns without warning, so it may be a little too careful, never overconfident by
    half."""
    off, said = (np.concatenate(part) for part in zip(*(errors(*one) for one in followed), strict=True))
    nees = np.einsum("ki,kij,kj->k", off, np.linalg.inv(said), off)
    assert len(nees) > 5_000
    assert 1.2 < np.median(nees) / 1.386 * 2.0 < 2.6
    assert np.mean(nees < 9.21) > 0.95  # the 99 % ellipse


def test_smoothing_halves_the_error_of_plots(followed: list[tuple[Any, pa.Table]]) -> None:
    for scene, points in followed:
        off, _ = errors(scene, points)
        seen = scene.seen
        real = seen.target >= 0
        step = np.round(seen.time_s[real] / scene.step_s).astype(int)
        raw = np.stack([seen.east, seen.north], axis=1)[real] - scene.truth[seen.target[real], step, :2]
        assert np.sqrt((off**2).sum(1).mean()) < 0.6 * np.sqrt((raw**2).sum(1).mean())


def test_clutter_makes_no_tracks_and_no_target_is_lost(followed: list[tuple[Any, pa.Table]]) -> None:
    for scene, points in followed:
        _, missed, false, _ = gospa_mean(scene, final(scene, points), after=10)
        assert false <= 0.05
        assert missed <= 0.6


def test_neither_order_of_rows_nor_names_of_sensors_nor_deposits_decide() -> None:
    scene = uniform(1_004, 15)
    plots, sites = table_of(scene)
    one = pieces(plots, sites)
    shuffled = plots.take(pa.array(np.random.default_rng(3).permutation(plots.num_rows)))
    other = pieces(shuffled, sites)
    assert other.equals(one)
    renamed = pieces(_named(plots, "z"), _named(sites, "z"))
    assert _shape(renamed) == _shape(one)


@pytest.mark.parametrize("turn_deg", [90.0, 217.0])
def test_a_scene_turned_about_its_radar_gives_the_same_tracks(turn_deg: float) -> None:
    """Which plots belong together hangs on nothing but where they lie from each other and from the radar."""
    scene = uniform(1_005, 20, targets=20, clutter=10.0)
    plots, sites = table_of(scene)
    azimuth = plots["azimuth_e7"].to_numpy().astype(np.int64) + round(turn_deg * 1e7)
    turned = plots.set_column(
        plots.schema.get_field_index("azimuth_e7"), plots.schema.field("azimuth_e7"),
        pa.array(((azimuth + 1_800_000_000) % 3_600_000_000 - 1_800_000_000).astype(np.int32)),
    )  # fmt: skip
    one, other = _groups(pieces(plots, sites)), _groups(pieces(turned, sites))
    # The gate is decided in floats on an ellipsoid: of some hundred plots one may fall on its other side.
    assert len(one & other) >= 0.9 * max(len(one), len(other))


@pytest.mark.outsiders
def test_gospa_is_that_of_stone_soup() -> None:
    gospa_of = pytest.importorskip("stonesoup.metricgenerator.ospametric", reason="`make test-outsiders` installs it")
    from stonesoup.types.state import State

    rng = np.random.default_rng(8)
    peer = gospa_of.GOSPAMetric(c=1_000, p=2)
    for _ in range(20):
        truth, said = rng.uniform(0, 4_000, (rng.integers(1, 9), 2)), rng.uniform(0, 4_000, (rng.integers(1, 9), 2))
        made, _ = peer.compute_gospa_metric([State(x[:, None]) for x in said], [State(x[:, None]) for x in truth])
        value = made.value
        total, missed, false, _ = gospa(truth, said)
        assert total == pytest.approx(value["distance"], rel=1e-9)
        assert (missed, false) == (value["missed"] / 500_000, value["false"] / 500_000)


def _named(rows: pa.Table, sensor: str) -> pa.Table:
    at = rows.schema.get_field_index("sensor")
    return rows.set_column(at, rows.schema.field(at), pa.array([sensor] * rows.num_rows))


def _shape(points: pa.Table) -> set[frozenset[tuple[int, int]]]:
    return {
        frozenset(zip(g["lat_e7"].to_pylist(), g["smooth_lon_e7"].to_pylist(), strict=True)) for g in _parts(points)
    }


def _groups(points: pa.Table) -> set[frozenset[int]]:
    return {frozenset(part["row"].to_pylist()) for part in _parts(points)}


def _parts(points: pa.Table) -> list[pa.Table]:
    return [points.filter(pa.compute.equal(points["piece"], name)) for name in points["piece"].unique()]
