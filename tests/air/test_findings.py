"""Gaps and strips: what is found, and what innocent explanation keeps it from being found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyarrow as pa

from tests.air.flights import DAY, HOUR, flight, plots, run
from tests.air.test_announcements import table
from veedor.air.landing.landings import Landings
from veedor.air.landing.rules import LandingRules
from veedor.tables import OUTAGES
from veedor.words import say

# A place in the llanos far from any listed aerodrome, and steady traffic that keeps the radar's record open.
FAR = (6.82, -70.40)


TRAFFIC = flight(0, 80 * 3600, 3.0, -62.0, speed=2.0, step=120, address=0x0D8F00, mode=5, altitude=9000.0)


def findings(*flights: Any) -> list[dict[str, Any]]:
    traffic = flight(0, 6 * 3600, 3.0, -62.0, speed=30.0, step=60, address=0x0D8F00, mode=5, altitude=9000.0)
    table: pa.Table = run(plots(*flights, traffic))["findings"]
    return table.to_pylist()


def illicit(start_s: float, **columns: Any) -> list[dict[str, Any]]:
    """An unidentified descent of half an hour from the west that ends near FAR, 200 m high."""
    return flight(start_s, 1800, FAR[0], FAR[1] - 0.95, speed=58.0, altitude=4000.0, climb=-2.1, mode=1, **columns)


def test_a_leg_that_ends_in_a_descent_near_no_aerodrome_is_a_landing_hypothesis() -> None:
    found = [row for row in findings(illicit(3600)) if row["kind"] == "landing_away"]
    assert len(found) == 1
    assert found[0]["simulated"]
    assert found[0]["score_milli_log10"] == sum(t["milli_log10"] or 0 for t in found[0]["terms"]) + sum(
        i["milli_log10"] for i in found[0]["innocent"]
    )


def landing_tests(papers: dict[str, pa.Table], **columns: Any) -> dict[str, str]:
    """Verdicts on that descent, however little it scores."""
    rules = LandingRules(threshold_milli_log10=-9_000, state_addresses=((0x0DF800, 0x0DFFFF),))
    traffic = flight(0, 6 * 3600, 3.0, -62.0, speed=30.0, step=60, address=0x0D8F00, mode=5, altitude=9000.0)
    judged = run(plots(illicit(3600, **columns), traffic), papers=papers, instead=replace(Landings(), parameters=rules))
    (found,) = [
        row for row in judged["findings"].to_pylist() if row["kind"] == "landing_away" and row["lat_e7"] > 60_000_000
    ]
    return {test["key"].rsplit(".", 1)[1]: test["verdict"] for test in found["innocent"]}


def test_a_landing_where_work_was_announced_is_explained_by_it() -> None:
    base = {"deposit": b"p" * 32, "row": 0, "file": 0, "offset": 0, "length": 0, "simulated": True}
    notam = base | {"subject": "SVZM", "subject_kind": "airspace", "state": "other", "starts": DAY,
                    "ends": DAY + 3 * HOUR, "reference": "A0001/26", "action": "new", "lat_e7": round(FAR[0] * 1e7),
                    "lon_e7": round(FAR[1] * 1e7), "radius_mm": 20_000_000}  # fmt: skip
    reserved = {"outages": table(OUTAGES, notam)}
    assert landing_tests({})["reserved_airspace"] == "cannot_tell"
    assert landing_tests(reserved)["reserved_airspace"] == "supports"
    later = {"outages": table(OUTAGES, notam | {"starts": DAY + 10 * HOUR, "ends": DAY + 12 * HOUR})}
    assert landing_tests(later)["reserved_airspace"] == "contradicts"


def test_a_landing_of_an_aircraft_with_an_address_of_the_states_own_is_explained_by_it() -> None:
    assert landing_tests({})["state_aircraft"] == "cannot_tell"
    assert landing_tests({}, address=0x0DF801)["state_aircraft"] == "supports"
    assert landing_tests({}, address=0x0D8001)["state_aircraft"] == "contradicts"


def test_a_level_flight_that_leaves_high_is_no_landing() -> None:
    assert findings(flight(3600, 1800, *FAR, speed=120.0, altitude=9000.0)) == []


def test_a_descent_that_ends_with_the_record_is_explained_by_it() -> None:
    alone = run(plots(illicit(3600)))["findings"].to_pylist()
    assert [row for row in alone if row["kind"] == "landing_away"] == []


def test_a_transponder_silent_while_the_same_radar_keeps_the_echo_is_a_gap() -> None:
    whole = flight(3600, 3600, *FAR, speed=90.0, altitude=3000.0, mode=3, address=None)
    dark = [
        row
        if not 900 <= k * 10 <= 2400
        else {n: v for n, v in row.items() if n != "altitude_pressure_mm"} | {"mode": 1}
        for k, row in enumerate(whole)
    ]
    found = [row for row in findings(dark) if row["kind"] == "gap"]
    assert len(found) == 1
    assert found[0]["reasons"][0]["key"] == "air.gap.reason.primary_goes_on"


def test_a_silence_in_which_the_sensor_itself_was_silent_is_no_gap() -> None:
    before = flight(3600, 1200, *FAR, speed=90.0, altitude=6000.0, address=0x0D8001, sensor="alone")
    whole = flight(3600, 3600, *FAR, speed=90.0, altitude=6000.0, address=0x0D8001, sensor="alone")
    assert [row for row in findings(before, whole[240:]) if row["kind"] == "gap"] == []


def test_a_transponder_that_stops_answering_while_the_echo_goes_on_to_the_end_is_a_gap() -> None:
    dark = flight(3600, 3000, 5.6, -70.6, speed=90.0, altitude=3000.0, mode=3)
    for row in dark[150:]:
        row["mode"] = 1
        row.pop("altitude_pressure_mm")
    found = [row for row in findings(dark) if row["kind"] == "gap"]
    assert [row["reasons"][0]["key"] for row in found] == ["air.gap.reason.primary_to_the_end"]


def test_a_descent_that_goes_on_in_another_track_is_no_landing() -> None:
    whole = flight(3600, 3600, FAR[0], FAR[1] - 0.95, speed=58.0, altitude=4000.0, climb=-1.0, mode=3)
    first, rest = whole[:180], [row | {"sensor": "radar-2", "code_3a": 0o4321} for row in whole[230:]]
    assert [row for row in findings(first, rest) if row["kind"] == "landing_away"] == []


def test_primary_echoes_that_hardly_get_on_are_clutter() -> None:
    slow = flight(3600, 1800, *FAR, speed=12.0, mode=1)
    assert [row for row in findings(slow) if row["kind"] != "gap"] == []


def test_a_silent_flight_is_weighed_by_what_its_radar_hides() -> None:
    def scores(site_lon: float) -> list[int]:
        site = {"sensor": "radar-1", "lat_e7": round(FAR[0] * 1e7), "lon_e7": round(site_lon * 1e7)}
        flights = [illicit(3600 + day * 86_400) for day in range(3)]
        for row in (row for one in flights for row in one):
            row.pop("altitude_pressure_mm")
        rows = run(plots(*flights, TRAFFIC), sites=[site | {"antenna_altitude_mm": 150_000}])["findings"].to_pylist()
        return sorted(row["score_milli_log10"] for row in rows if row["kind"] == "landing_away")

    near, far = scores(FAR[1] + 0.3), scores(FAR[1] + 1.8)
    assert near
    assert not far or max(far) < min(near)


def test_polar_plots_of_a_sensor_without_a_site_are_not_tracked_and_are_counted() -> None:
    polar = [
        {name: value for name, value in row.items() if name not in ("lat_e7", "lon_e7")}
        | {"range_mm": 50_000_000, "azimuth_e7": 900_000_000}
        for row in flight(3600, 600, *FAR)
    ]
    tables = run(plots(polar))
    assert tables["tracks"].num_rows == 0
    assert sum(tables["sensor_state"]["unplaced"].to_pylist()) == len(polar)


def test_every_key_of_a_finding_has_a_sentence_in_both_languages() -> None:
    for row in findings(illicit(3600)):
        keys = [r["key"] for name in ("reasons", "innocent", "searched") for r in row[name]]
        keys += [t["name"] for t in row["terms"]] + [e["role"] for e in row["evidence"]]
        for key in keys:
            assert say(key, "en") != key
            assert say(key, "es") != say(key, "en")
