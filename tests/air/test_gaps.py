"""Gaps: silences weighed by what the sensors should have seen, and by nothing where that is not known."""

from __future__ import annotations

import dataclasses
from typing import Any

from tests.air.flights import DAY, SECOND, flight, plots, run
from tests.air.test_announcements import table
from veedor.air.flying.gaps import Gaps
from veedor.engine.detector import Owner
from veedor.geodesy import bearing_e7
from veedor.tables import FLIGHT_PLANS, OUTAGES

PLACE = (6.0, -69.0)


def passing(count: int) -> list[list[dict[str, Any]]]:
    """Others that fly the same way at the same height, an hour each, always answering."""
    return [
        flight(20_000 + 4_000 * k, 3600, *PLACE, speed=100.0, altitude=6000.0, mode=4, address=0x0D9000 + k)
        for k in range(count)
    ]


TURNS = ({"sensor": "radar-1", "rotation_ms": 10_000},)


def gaps(*flights: Any) -> list[dict[str, Any]]:
    open_record = flight(0, 30 * 3600, 3.0, -62.0, speed=2.0, step=60, address=0x0D8F00, mode=5, altitude=9000.0)
    return [
        row for row in run(plots(*flights, open_record), sites=TURNS)["findings"].to_pylist() if row["kind"] == "gap"
    ]


def dark(start: int = 120, end: int = 240) -> list[dict[str, Any]]:
    """An hour of flight of which these turns are missing."""
    whole = flight(3600, 3600, *PLACE, speed=100.0, altitude=6000.0, mode=4, address=0x0D8001)
    return whole[:start] + whole[end:]


def weight(row: dict[str, Any]) -> int | None:
    return next(t["milli_log10"] for t in row["terms"] if t["name"] == "air.gap.term.expected_detections")


def test_a_silence_where_others_were_always_seen_is_a_gap_by_the_detections_it_lacks() -> None:
    (row,) = gaps(dark(), *passing(6))
    assert (weight(row) or 0) >= 1_000
    values = {v["name"]: v["number"] for t in row["terms"] if "expected" in t["name"] for v in t["values"]}
    assert values["missed"] == 8 and values["sensors"] == 1 and values["lowest_permille"] > 900


def test_where_nobody_flew_the_term_is_not_assessable_and_coverage_cannot_tell() -> None:
    alone = dark()
    high = [row | {"altitude_pressure_mm": 12_000_000} for one in passing(6) for row in one]
    for row in gaps(alone, high):
        assert weight(row) is None
    assert gaps(alone, high) == []


def test_where_others_are_missed_as_well_a_silence_says_little() -> None:
    thin = [[row for k, row in enumerate(one) if k % 6 == 0] for one in passing(6)]
    receiver = [[row | {"sensor": "receiver", "mode": 8} for row in one] for one in passing(6)]
    found = [row for row in gaps(dark(), *thin, *receiver) if row["lat_e7"] < 70_000_000]
    (sure,) = gaps(dark(), *passing(6))
    assert all((weight(row) or 0) < 1_000 < (weight(sure) or 0) for row in found)


def test_a_transponder_off_while_the_echo_goes_on_is_the_strongest_kind() -> None:
    whole = flight(3600, 3600, *PLACE, speed=100.0, altitude=6000.0, mode=3)
    silent = [
        {n: v for n, v in row.items() if n != "altitude_pressure_mm"} | {"mode": 1} if 120 <= k < 240 else row
        for k, row in enumerate(whole)
    ]
    (echo,), (plain,) = gaps(silent, *passing(6)), gaps(dark(), *passing(6))
    assert echo["score_milli_log10"] > plain["score_milli_log10"] - (weight(plain) or 0)
    assert weight(echo) is None


def test_a_gap_that_later_data_close_keeps_its_anchor() -> None:
    """First the echo goes on to the end of what was handed in; later the transponder is seen to answer again."""
    whole = flight(3600, 5400, *PLACE, speed=100.0, altitude=6000.0, mode=3)
    silent = [
        {n: v for n, v in row.items() if n != "altitude_pressure_mm"} | {"mode": 1} if 120 <= k < 300 else row
        for k, row in enumerate(whole)
    ]
    (opened,), (closed,) = gaps(silent[:300]), gaps(silent)
    assert opened["reasons"][0]["key"] == "air.gap.reason.primary_to_the_end"
    assert closed["reasons"][0]["key"] == "air.gap.reason.primary_goes_on"
    assert opened["anchor"] == closed["anchor"] and opened["id"] != closed["id"]


def test_no_gap_is_found_where_the_radar_looks_away() -> None:
    """It is lost where the blanked sector begins and comes back where it ends; others were seen there by a receiver."""
    site = TURNS[0] | {"lat_e7": 50_000_000, "lon_e7": -690_000_000}
    lost = (flight(3600, 3600, *PLACE, speed=100.0, altitude=6000.0)[k] for k in (119, 240))
    here = site["lat_e7"], site["lon_e7"]
    first, last = (int(bearing_e7(*here, row["lat_e7"], row["lon_e7"])) / 1e7 for row in lost)
    sector = f"{first - 0.01:.3f}..{last + 0.01:.3f}"
    open_record = flight(0, 30 * 3600, 3.0, -62.0, speed=2.0, step=60, address=0x0D8F00, mode=5, altitude=9000.0)
    table = plots(dark(), *passing(6), open_record)

    def found(**columns: Any) -> list[dict[str, Any]]:
        rows = run(table, sites=[site | columns])["findings"].to_pylist()
        return [row for row in rows if row["kind"] == "gap"]

    (sure,) = found()
    tests = {test["key"]: test["verdict"] for test in sure["innocent"]}
    assert tests["air.innocent.looked_away"] == "contradicts"
    assert found(blanked=sector) == []


def verdicts(tables: Any, **changes: Any) -> dict[str, tuple[str, int]]:
    """Of the silence of 0x0D8001, whatever it scores: verdict and effect of each innocent explanation."""
    judge = Gaps()
    rules = dataclasses.replace(judge.parameters, threshold_milli_log10=-100_000, **changes)
    given = {read.name: tables[read.table.name] for read in judge.reads}
    (row,) = judge.run(given, Owner(), rules).to_pylist()
    return {t["key"].removeprefix("air.innocent."): (t["verdict"], t["milli_log10"]) for t in row["innocent"]}


def test_a_silence_is_explained_by_a_plan_that_was_flown_by_the_state_or_by_reserved_airspace() -> None:
    tables = run(plots(dark()), sites=TURNS)
    rules = Gaps().parameters
    alone = verdicts(tables)
    for key in ("as_planned", "state_aircraft", "reserved_airspace"):
        assert alone[key] == ("cannot_tell", 0), key
    whole = dark(3600, 3600)
    first, last = whole[0], whole[-1]
    plan = {"kind": "FPL", "call_sign": "YV1", "address": 0x0D8001, "departure": "ZZZZ", "destination": "ZZZZ",
            "off_block": DAY + 3000 * SECOND, "off_block_raw": "0050", "elapsed_s": 3_600, "flight_type": "M",
            "other": f"DEP/{written(first)} DEST/{written(last)}"}  # fmt: skip
    planned = verdicts(tables | {"flight_plans": table(FLIGHT_PLANS, plan)})
    assert planned["as_planned"] == ("supports", rules.as_planned)
    assert planned["state_aircraft"] == ("supports", rules.state_aircraft)
    left = plan | {"other": f"DEP/{written(first)} DEST/0600N07500W"}
    assert verdicts(tables | {"flight_plans": table(FLIGHT_PLANS, left)})["as_planned"] == ("contradicts", 0)
    assert verdicts(tables, state_addresses=((0x0D8000, 0x0D80FF),))["state_aircraft"][0] == "supports"
    assert verdicts(tables, state_addresses=((0x0AC000, 0x0AC0FF),))["state_aircraft"][0] == "contradicts"
    notam = {"subject": "SVZM", "subject_kind": "airspace", "state": "other", "action": "new", "reference": "A0001/26",
             "starts": DAY, "ends": DAY + 86_400 * SECOND, "lat_e7": first["lat_e7"], "lon_e7": first["lon_e7"],
             "radius_mm": 200_000_000}  # fmt: skip
    reserved = verdicts(tables | {"outages": table(OUTAGES, notam)})
    assert reserved["reserved_airspace"] == ("supports", rules.reserved)
    elsewhere = verdicts(tables | {"outages": table(OUTAGES, notam | {"lat_e7": 0})})
    assert elsewhere["reserved_airspace"] == ("contradicts", 0)


def test_a_gap_says_that_plans_were_not_considered_only_where_none_were_deposited() -> None:
    tables = run(plots(dark(), *passing(6)), sites=TURNS)
    plan = {"kind": "FPL", "call_sign": "YV9", "address": 0x0D8F77, "departure": "SVMI", "destination": "SVMC",
            "off_block": DAY, "off_block_raw": "0000", "elapsed_s": 3_600}  # fmt: skip

    def searched(tables: Any) -> set[str]:
        judge = Gaps()
        given = {read.name: tables[read.table.name] for read in judge.reads}
        (row,) = judge.run(given, Owner(), judge.parameters).to_pylist()
        return {reason["key"] for reason in row["searched"]}

    assert "air.searched.flight_plan" in searched(tables)
    assert "air.searched.flight_plan" not in searched(tables | {"flight_plans": table(FLIGHT_PLANS, plan)})


def written(row: dict[str, Any]) -> str:
    """The place of a plot as a plan says it, to the minute; north and west."""
    lat, lon = row["lat_e7"], -row["lon_e7"]
    return f"{lat // 10**7:02d}{lat % 10**7 * 60 // 10**7:02d}N{lon // 10**7:03d}{lon % 10**7 * 60 // 10**7:02d}W"
