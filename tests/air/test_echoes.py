"""What other echoes did around one: those that drift along, stand at the same radar, lie on its line, come again."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from veedor.air.routes.echoes import NOBODY, Echoes
from veedor.air.routes.rules import UnexplainedRules
from veedor.tables import LEGS, SENSORS
from veedor.tables.plots import PSR, SSR

RULES = UnexplainedRules()
MINUTE, HOUR, DAY = 60_000_000, 3_600_000_000, 86_400_000_000
SITE = {"sensor": "R", "lat_e7": 70_000_000, "lon_e7": -700_000_000, "antenna_altitude_mm": 100_000,
        "deposit": b"s" * 32, "row": 0}  # fmt: skip


def leg(
    number: int, start: int, north_km: float, east_km: float, speed: int = 10_000, **changes: Any
) -> dict[str, Any]:
    """A leg of echoes, twenty minutes long, that drifts 10 km northward from a place so far from the radar."""
    lat = 70_000_000 + round(north_km * 89_932)
    lon = -700_000_000 + round(east_km * 90_600)
    return {"leg": number, "start": start, "end": start + 20 * MINUTE, "modes": PSR, "usual_speed_mm_s": speed,
            "start_lat_e7": lat, "start_lon_e7": lon, "end_lat_e7": lat + 899_320, "end_lon_e7": lon, "plots": 50,
            "sensors": ["R"]} | changes  # fmt: skip


def around(*legs: dict[str, Any], sensors: tuple[dict[str, Any], ...] = (SITE,)) -> Any:
    """What is said of the first of these legs."""
    names = list(legs[0])
    table = pa.table({n: pa.array([row[n] for row in legs]).cast(_kind(n)) for n in names})
    sites = pa.table({n: pa.array([site[n] for site in sensors], SENSORS.schema.field(n).type) for n in SITE})
    return Echoes.load(table, sites, RULES).around(legs[0])


def _kind(name: str) -> pa.DataType:
    kind = LEGS.schema.field(name).type
    return pa.int64() if pa.types.is_timestamp(kind) else kind


def test_a_lone_echo_has_nobody_around_and_its_radars_horizon() -> None:
    one = around(leg(1, 0, 0, 100))
    assert (one.slow_near, one.along, one.same_sensor, one.on_line, one.other_days) == (0, 0, 0, 0, 0)
    # 100 km from an antenna at 100 m, over a smooth earth of 4/3: (100 - 41.2)^2 / 16.99 = 204 m are hidden.
    assert one.hidden_mm is not None and 195_000 <= one.hidden_mm <= 215_000
    assert one.nearest_mm is not None and 99_000_000 <= one.nearest_mm <= 101_000_000
    unknown = around(leg(1, 0, 0, 100), sensors=())
    assert (unknown.hidden_mm, unknown.nearest_mm) == (None, None)


def test_slow_ones_near_by_count_at_the_same_time_and_those_that_drift_the_same_way_beside() -> None:
    back = leg(4, 0, 40, 100)
    back |= {"end_lat_e7": back["start_lat_e7"] - 899_320}
    one = around(leg(1, 0, 0, 100), leg(2, 40 * MINUTE, 30, 100), leg(3, 4 * HOUR, 30, 100), back,
                 leg(5, 0, 10, 110, speed=80_000), leg(6, 0, 200, 100),
                 leg(7, 0, 10, 110, modes=PSR | SSR))  # fmt: skip
    assert (one.slow_near, one.along, one.same_sensor) == (2, 1, 3)


def test_echoes_of_several_ranges_on_one_azimuth_are_a_line_and_those_beside_it_are_not() -> None:
    line = [leg(n, 0, 10.0 * n, 0) for n in (1, 3, 6)]
    one = around(*line, leg(9, 0, 30, 30))
    assert one.on_line == 2 and 50_000_000 <= one.apart_mm <= 75_000_000
    assert around(leg(1, 0, 10, 40), leg(2, 0, 30, 40)).on_line == 0


def test_a_place_is_the_same_on_other_days_and_on_its_own() -> None:
    here = [leg(n, n * DAY, 20, 20) for n in range(3)]
    later = leg(7, HOUR * 3, 20, 21)
    one = around(*here, later, leg(8, DAY * 5, 20, 60))
    assert (one.other_days, one.same_day) == (2, 1)
    assert (NOBODY.other_days, NOBODY.same_day) == (0, 0)
