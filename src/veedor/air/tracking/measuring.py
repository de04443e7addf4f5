"""How well each plot is placed: the site that saw it, its place from range and azimuth, its variance.

One function turns range and azimuth into latitude and longitude (`from_site`), one says how exact they are (`_noise`).
What a sensor was off by is taken from copies of its measurements (correcting.py); the plot's own are never overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import NO_ALTITUDE, NONE, ints
from veedor.air.plane import Plane, east_m, plane_of
from veedor.air.tracking.rules import AssociationRules
from veedor.geodesy import from_polar
from veedor.kernel import kernel
from veedor.kernel.exactmath import cos_array, sin_array
from veedor.kernel.sphere import RADIANS_PER_E7
from veedor.tables.plots import MODE_S, PSR, SSR

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Site = Mapping[str, Any]

RADAR = PSR | SSR | MODE_S
SITE_MEASURED = (
    "sensor", "lat_e7", "lon_e7", "antenna_altitude_mm", "rotation_ms", "sigma_range_mm", "sigma_azimuth_e7",
    "valid_from", "valid_to", "deposit", "row",
)  # fmt: skip


def sites_in_order(sites: pa.Table) -> list[Site]:
    """The rows of the site table that have a position; later surveys of a sensor after earlier ones."""
    chosen = sites.sort_by([(name, "ascending") for name in ("sensor", "valid_from", "deposit", "row")])
    return [s for s in chosen.to_pylist() if s["lat_e7"] is not None and s["lon_e7"] is not None]


def site_of(names: Any, time: Ints, sites: Sequence[Site]) -> Ints:
    """Which of `sites` each plot was seen from, NONE where no site holds then: the newest survey counts."""
    site = np.full(len(time), NONE)
    for number, one in enumerate(sites):
        here = np.asarray(pc.equal(names, one["sensor"]).to_numpy(zero_copy_only=False), np.bool_)
        if one["valid_from"] is not None:
            here &= time >= _us(one["valid_from"])
        if one["valid_to"] is not None:
            here &= time < _us(one["valid_to"])
        site[here] = number
    return site


def places(plots: pa.Table, site: Ints, sites: Sequence[Site], altitude: Ints) -> tuple[Ints, Ints, Bools]:
    """Latitude, longitude and whether there is a place, from the plot itself or from range, azimuth and site."""
    placed = _valid(plots, "lat_e7", "lon_e7")
    lat, lon = ints(plots["lat_e7"], 0), ints(plots["lon_e7"], 0)
    missing = ~placed & is_polar(plots, site)
    if missing.any():
        from_site(ints(plots["range_mm"], 0), ints(plots["azimuth_e7"], 0), site, sites, altitude, missing, lat, lon)
    return lat, lon, placed | missing


def is_polar(plots: pa.Table, site: Ints) -> Bools:
    """Which plots have range, azimuth and a site."""
    return _valid(plots, "range_mm", "azimuth_e7") & (site >= 0)


def from_site(
    ranges: Ints, azimuths: Ints, site: Ints, sites: Sequence[Site], altitude: Ints, which: Bools, lat: Ints, lon: Ints
) -> None:
    """Writes latitude and longitude of the plots `which`; one of unknown height is drawn level with the antenna."""
    for number, one in enumerate(sites):
        here = which & (site == number)
        if here.any():
            ground = one["antenna_altitude_mm"] or 0
            height = np.where(altitude[here] == NO_ALTITUDE, ground, altitude[here])
            lat[here], lon[here] = from_polar(
                one["lat_e7"], one["lon_e7"], ground, ranges[here], azimuths[here], height
            )


def _valid(plots: pa.Table, one: str, other: str) -> Bools:
    both = pc.and_(pc.is_valid(plots[one]), pc.is_valid(plots[other]))
    return np.asarray(both.to_numpy(zero_copy_only=False), np.bool_)


def noise_and_sight(
    plots: pa.Table, plane: Plane, mode: Ints, site: Ints, sites: Sequence[Site], rules: AssociationRules
) -> tuple[Floats, Floats]:
    """Variance (ee, en, nn in m2) and line of sight (east, north, slant range, antenna) of each plot."""
    at = plane_of(
        np.array([s["lat_e7"] for s in sites] or [0], np.int64), np.array([s["lon_e7"] for s in sites] or [0], np.int64)
    )
    known = np.array(
        [
            (
                s["antenna_altitude_mm"] or 0,
                rules.sigma_range_mm if s["sigma_range_mm"] is None else s["sigma_range_mm"],
                rules.sigma_azimuth_e7 if s["sigma_azimuth_e7"] is None else s["sigma_azimuth_e7"],
            )
            for s in sites
        ]
        or [(0, 0, 0)],
        np.float64,
    )
    known[:, :2] /= 1000.0
    known[:, 2] *= RADIANS_PER_E7
    reported = np.stack([ints(plots[f"{n}_mm2"], NONE) for n in ("var_east", "cov_north_east", "var_north")], axis=1)
    none = (reported[:, 0] <= 0) | (reported[:, 2] <= 0)
    reported[none | (reported[:, 0] / 1e6 * reported[:, 2] <= reported[:, 1] / 1e6 * reported[:, 1])] = 0
    slant = ints(plots["range_mm"], 0) / 1000.0
    radar = np.where((mode & RADAR) != 0, site, NONE)
    floor, other = rules.sigma_floor_mm / 1e3, rules.sigma_position_mm / 1e3
    count = len(mode)
    return _noise(
        plane.north, plane.lon, plane.cosine, radar, at.north, at.lon, at.cosine, known, reported / 1e6, slant,
        np.where((mode & RADAR) != 0, rules.sigma_radar_mm / 1e3, other), floor * floor,
        np.empty((count, 3)), np.zeros((count, 4)),
    )  # fmt: skip


def _examples() -> list[tuple[object, ...]]:
    plane = plane_of(np.array([70_000_000, 71_000_000, 70_000_000]), np.array([0, 9_000_000, 0]))
    return [(plane.north, plane.lon, plane.cosine, np.array([0, 0, -1]), plane.north[:1], plane.lon[:1],
             plane.cosine[:1], np.array([[100.0, 70.0, 0.002]]), np.array([[0.0] * 3] * 2 + [[9e4, 1.0, 8e4]]),
             np.array([0.0, 7e4, 0.0]), np.full(3, 60.0), 900.0, np.empty((3, 3)), np.zeros((3, 4)))]  # fmt: skip


@kernel(examples=_examples)
def _noise(
    north: Floats, lon: Floats, cosine: Floats, site: Ints, site_north: Floats, site_lon: Floats, site_cosine: Floats,
    known: Floats, reported: Floats, slant: Floats, sigma: Floats, floor: float, noise: Floats, sight: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Reported variances first, else those of range and azimuth turned to east and north, else the usual sigma."""
    for i in range(len(north)):
        k = site[i]
        away = 0.0
        if k >= 0:
            de = east_m(site_lon[k], lon[i], site_cosine[k], cosine[i])
            dn = north[i] - site_north[k]
            away = np.sqrt(de * de + dn * dn)
            sight[i, 3] = known[k, 0]
        if away > 1.0:
            ue, un = de / away, dn / away
            sight[i, 0], sight[i, 1] = ue, un
            sight[i, 2] = max(slant[i], away)
        if reported[i, 0] > 0.0:
            noise[i, 0], noise[i, 1], noise[i, 2] = reported[i, 0] + floor, reported[i, 1], reported[i, 2] + floor
        elif away > 1.0:
            along, across = known[k, 1] * known[k, 1], away * known[k, 2] * (away * known[k, 2])
            noise[i, 0] = along * ue * ue + across * un * un + floor
            noise[i, 1] = (along - across) * ue * un
            noise[i, 2] = along * un * un + across * ue * ue + floor
        else:
            noise[i, 0], noise[i, 1], noise[i, 2] = sigma[i] * sigma[i] + floor, 0.0, sigma[i] * sigma[i] + floor
    return noise, sight


def velocities(plots: pa.Table, rules: AssociationRules) -> Floats:
    """Reported velocity east and north (m/s) and its variance; -1 where a plot reports none."""
    speed, course = ints(plots["speed_mm_s"], NONE), ints(plots["course_e7"], -(1 << 40))
    out = np.full((len(speed), 3), -1.0)
    has = np.flatnonzero((speed >= 0) & (course > -(1 << 40)))
    if len(has):
        angle = course[has] * RADIANS_PER_E7
        out[has, 0] = speed[has] / 1000.0 * sin_array(angle)
        out[has, 1] = speed[has] / 1000.0 * cos_array(angle)
        sigma = rules.reported_speed_mm_s / 1000.0
        out[has, 2] = sigma * sigma
    return out


def _us(moment: object) -> int:
    return int(pa.scalar(moment, pa.timestamp("us", tz="UTC")).cast(pa.int64()).as_py())
