"""Coverage: what counts as an opportunity, what as a hit, and how sure a share of hits is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyproj
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from tests.air.flights import DAY, HOUR, SECOND, flight, plots, run, said
from veedor.air.evidence import Sensors
from veedor.air.flying.coverage import Coverage
from veedor.air.flying.detection import Detection, bounds_permille
from veedor.air.sensing.blankings import Blankings
from veedor.engine.detector import Owner
from veedor.tables import SENSOR_STATE
from veedor.tables.plots import ADSB, PSR, SSR

PLACE = (6.0, -69.0)
ADDRESS = 0x0D8001


def seen(seconds: int = 3600, **columns: Any) -> list[dict[str, Any]]:
    return flight(3600, seconds, *PLACE, speed=100.0, altitude=6000.0, **({"mode": 4, "address": ADDRESS} | columns))


def counted(
    *flights: Sequence[Any], sites: Sequence[Any] = (), messages: Sequence[Any] = (), **where: Any
) -> tuple[int, int]:
    """Opportunities and hits of the rows with these values."""
    rows = run(plots(*flights), sites=sites, messages=messages)["coverage"].to_pylist()
    some = [row for row in rows if all(row[name] == value for name, value in where.items())]
    return sum(row["opportunities"] for row in some), sum(row["hits"] for row in some)


def test_a_target_detected_at_every_turn_gives_as_many_hits_as_turns() -> None:
    assert counted(seen(), sensor="radar-1", mode=SSR) == (360, 360)


def test_turns_in_which_another_sensor_shows_the_target_are_missed_ones() -> None:
    every_third = [row for k, row in enumerate(seen()) if k % 3]
    other = seen(step=5, sensor="receiver", mode=ADSB)
    opportunities, hits = counted(every_third, other, sites=[{"sensor": "radar-1", "rotation_ms": 10_000}],
                                  sensor="radar-1", mode=SSR)  # fmt: skip
    assert hits == len(every_third)
    assert abs(opportunities - 360) <= 1


def test_a_silence_of_all_sensors_is_nobodys_opportunity() -> None:
    whole = seen()
    broken = whole[:100] + whole[140:]
    assert counted(broken, sensor="radar-1", mode=SSR) == (320, 320)


def test_a_short_fade_between_two_answers_is_a_miss_though_no_other_sensor_saw_it() -> None:
    whole = seen()
    assert counted(whole[:100] + whole[103:], sensor="radar-1", mode=SSR) == (360, 357)


def test_one_track_that_falls_silent_again_and_again_in_a_cell_is_one_loss() -> None:
    """Else more would be lost there than ever came."""
    slow = flight(3600, 3600, *PLACE, speed=1.0, altitude=6000.0, mode=4, address=ADDRESS)
    broken = [row for k, row in enumerate(slow) if k % 90 < 50]
    rows = run(plots(broken))["coverage"].to_pylist()
    assert [(row["passes"], row["losses"], row["starts"]) for row in rows if row["passes"]] == [(1, 1, 1)]


def test_a_sensor_that_was_off_had_no_opportunities() -> None:
    long = seen(4 * 3600)
    off = [row for k, row in enumerate(long) if not 360 <= k < 720]
    other = seen(4 * 3600, step=5, sensor="receiver", mode=ADSB)
    opportunities, hits = counted(off, other, sensor="radar-1", mode=SSR)
    assert opportunities - hits <= 31, "five minutes after the last answer before and before the first after"


# The flight goes east along 6 degrees north, at 100 m/s for an hour: from 69 to 65.75 degrees west. This site stands
# half a degree south of its beginning, so that it sees it from north to a little more than 81 degrees.
SITE = {"sensor": "radar-1", "rotation_ms": 10_000, "lat_e7": 55_000_000, "lon_e7": -690_000_000}


def minutes_in_sector(seconds: float, from_deg: float, to_deg: float) -> bool:
    """Whether the flight's bearing from the site is in a sector after so many seconds, by pyproj's geodesic."""
    east = 100.0 * seconds / (111_195.0 * math.cos(math.radians(6.0)))
    azimuth, _, _ = pyproj.Geod(ellps="sphere").inv(-69.0, 5.5, -69.0 + east, 6.0)
    return from_deg <= azimuth % 360 <= to_deg


@pytest.mark.parametrize(("sector", "offset_deg"), [("10..30", 0), ("350..20", 0), ("20..40", -10), ("0..360", 0)])
def test_a_blanked_sector_gives_no_opportunities(sector: str, offset_deg: int) -> None:
    """Neither turns that missed nor turns that hit: what is heard there is not said to have been looked for."""
    start, end = (int(text) + offset_deg for text in sector.split(".."))
    start -= 360 if start > end else 0
    site = SITE | {"blanked": sector, "north_offset_e7": offset_deg * 10**7}
    outside = [s for s in range(0, 3600, 10) if not minutes_in_sector(s, start, end) and not
               minutes_in_sector(s, start + 360, end + 360)]  # fmt: skip
    thin = [row for k, row in enumerate(seen()) if k % 3]
    other = seen(step=5, sensor="receiver", mode=ADSB)
    opportunities, hits = counted(thin, other, sites=[site], sensor="radar-1", mode=SSR)
    assert abs(opportunities - len(outside)) <= 3
    assert abs(hits - sum(1 for s in outside if s // 10 % 3)) <= 3
    assert counted(thin, other, sites=[SITE], sensor="radar-1", mode=SSR)[0] > opportunities


def test_a_sector_is_blanked_only_while_its_site_row_holds() -> None:
    day = pa.scalar(DAY, pa.timestamp("us", tz="UTC")).as_py()
    before = SITE | {"blanked": "0..360", "valid_to": day}
    assert counted(seen(), sites=[before, SITE | {"valid_from": day}], sensor="radar-1", mode=SSR) == (360, 360)


def north_markers(first_s: int, last_s: int, turn_s: int, **columns: Any) -> list[dict[str, Any]]:
    return [{"time": DAY + s * SECOND, "kind": "north_marker"} | columns for s in range(first_s, last_s, turn_s)]


def test_a_window_that_the_radars_own_messages_filter_gives_no_opportunities() -> None:
    """Half an hour of a filter for answers, said each turn; one for weather changes nothing, one for echoes only
    those."""
    rows = [row | {"mode": 5} for row in seen()]
    window = {"kind": "filter", "azimuth_from_e7": -100_000_000, "azimuth_to_e7": 1_000_000_000}

    def filtered(what: str | None) -> tuple[tuple[int, int], tuple[int, int]]:
        said = [window | {"time": DAY + s * SECOND, "filter": what} for s in range(3600, 5400, 10)]
        one, two = (counted(rows, sites=[SITE], messages=said, sensor="radar-1", mode=m) for m in (SSR, PSR))
        return one, two

    assert filtered("weather") == ((360, 360), (360, 360))
    assert filtered("psr")[0] == (360, 360) and abs(filtered("psr")[1][0] - 180) <= 8
    for what in ("psr_ssr", None):
        assert all(abs(count[0] - 180) <= 8 for count in filtered(what))


def test_a_zone_that_is_switched_on_is_blanked_until_it_is_switched_off() -> None:
    zone = {"azimuth_from_e7": 0, "azimuth_to_e7": 900_000_000, "range_from_mm": 0, "range_to_mm": 10**9}
    on, off = ({"kind": f"filter_{word}", "time": DAY + s * SECOND} | zone for word, s in (("on", 3900), ("off", 4500)))
    assert counted(seen(), sites=[SITE], messages=[on, off], sensor="radar-1", mode=SSR) == (300, 300)
    assert counted(seen(), sites=[SITE], messages=[on], sensor="radar-1", mode=SSR) == (30, 30)
    far = [message | {"range_from_mm": 5 * 10**8} for message in (on, off)]
    assert counted(seen(), sites=[SITE], messages=far, sensor="radar-1", mode=SSR) == (360, 360)


def test_turns_are_those_that_the_radar_tells_of_before_those_of_its_site() -> None:
    """It answers every 10 s, its site table says 10 s; its messages say 5 s, or 720 north markers an hour do."""
    other = seen(step=5, sensor="receiver", mode=ADSB)
    site = [{"sensor": "radar-1", "rotation_ms": 10_000}]
    for messages in (
        north_markers(0, 4 * 3600, 5, rotation_us=5_000_000),
        north_markers(0, 4 * 3600, 5),
        north_markers(3600, 3700, 100, rotation_us=5_000_000),
    ):
        opportunities, hits = counted(seen(), other, sites=site, messages=messages, sensor="radar-1", mode=SSR)
        assert hits == 360 and abs(opportunities - 719) <= 2
    assert counted(seen(), other, sites=site, sensor="radar-1", mode=SSR) == (360, 360)


def test_a_radar_that_turns_under_an_empty_sky_is_on_and_one_that_says_it_is_unfit_is_off() -> None:
    """Between two flights nobody was in its sky: by plots alone these hours say nothing, by its markers they do."""
    first, last = seen(600), [row | {"time": row["time"] + 3 * HOUR} for row in seen(600)]
    other = seen(4 * 3600, step=5, sensor="receiver", mode=ADSB)
    busy = flight(6 * 3600, 20 * 3600, 3.0, -62.0, speed=2.0, step=60, address=0x0D8F00, mode=4, altitude=9000.0)
    rows = first, last, other, busy
    site = [{"sensor": "radar-1", "rotation_ms": 10_000}]
    here = {"sensor": "radar-1", "mode": SSR, "band": 4}
    quiet, _ = counted(*rows, sites=site, **here)
    turning, _ = counted(*rows, sites=site, messages=north_markers(0, 6 * 3600, 10), **here)
    unfit, hits = counted(*rows, sites=site, messages=north_markers(0, 6 * 3600, 10, operational=False), **here)
    assert quiet == 0 and turning > 140
    assert (unfit, hits) == (0, 0)


def test_a_radar_that_stopped_turning_had_no_opportunities() -> None:
    """Its markers end for an hour, and so do its plots; another shows the target all along."""
    whole = seen(3 * 3600)
    off = [row for k, row in enumerate(whole) if not 360 <= k < 720]
    other = seen(3 * 3600, step=5, sensor="receiver", mode=ADSB)
    markers = north_markers(0, 2 * 3600, 10) + north_markers(3 * 3600, 5 * 3600, 10)
    opportunities, hits = counted(off, other, sites=[SITE], messages=markers, sensor="radar-1", mode=SSR)
    assert (opportunities, hits) == (720, 720)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(12)), st.lists(st.integers(0, 2), min_size=12, max_size=12))
def test_blankings_merge_to_the_whole_in_any_order_and_cut(order: list[int], parts: list[int]) -> None:
    kinds = ("filter", "filter_on", "filter_off", "north_marker")
    messages = [
        {"time": DAY + 700 * k * SECOND, "kind": kinds[k % 4], "azimuth_from_e7": 10**7 * (k % 3),
         "azimuth_to_e7": 10**9, "filter": ("psr", None)[k // 4 % 2] if k % 4 == 0 else None}
        for k in range(12)
    ]  # fmt: skip
    detector = Blankings()
    rows = said(messages).select(list(detector.reads[0].columns))
    whole = detector.run({"sensor_messages": rows}, Owner(), detector.parameters)
    pieces = [rows.take(pa.array([k for k in order if parts[k] == part], pa.int64())) for part in range(3)]
    results = [detector.run({"sensor_messages": piece}, Owner(), detector.parameters) for piece in pieces]
    assert detector.merge(pa.concat_tables(results), detector.parameters).equals(whole)
    assert whole.num_rows > 4


def test_primary_coverage_is_the_share_of_answers_that_came_with_an_echo() -> None:
    rows = [row | {"mode": 4 + (k % 4 != 0)} for k, row in enumerate(seen())]
    assert counted(rows, sensor="radar-1", mode=PSR) == (360, 270)


def test_echoes_alone_say_nothing_of_coverage() -> None:
    assert counted(seen(mode=1, address=None), sensor="radar-1") == (0, 0)


def test_cells_that_nobody_flew_in_are_unknown() -> None:
    found = Detection.load(run(plots(seen()))["coverage"])
    assert found.of("radar-1", 60_000_000, -690_000_000, 6_000_000)[0] > 0
    assert found.of("radar-1", 90_000_000, -690_000_000, 6_000_000) == (0, 0)
    assert found.of("radar-1", 60_000_000, -690_000_000, 1_500_000) == (0, 0)


def test_each_day_is_counted_for_itself() -> None:
    later = [row | {"time": row["time"] + 86_400_000_000} for row in seen()]
    rows = run(plots(seen(), later))["coverage"].to_pylist()
    assert {row["day"] for row in rows if row["sensor"] == "radar-1"} == {DAY // 86_400_000_000 + k for k in (0, 1)}


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_partial_results_merge_to_the_whole(parts: list[int]) -> None:
    flights = [
        flight(600 * k, 1800, PLACE[0] + 0.3 * k, PLACE[1], speed=90.0, altitude=3000.0, mode=5, address=ADDRESS + k)
        for k in range(4)
    ]
    tables = run(plots(*flights))
    detector = Coverage()
    names = {read.name: list(read.columns) for read in detector.reads}
    given = {name: tables[name].select(names[name] or tables[name].column_names) for name in names if name != "tracks"}
    track = tables["tracks"]["track"].to_pylist()
    groups = {name: parts[k] for k, name in enumerate(sorted(set(track)))}
    results = [
        detector.run(given | {"tracks": tables["tracks"].filter(pa.array([groups[t] == part for t in track]))
                     .select(names["tracks"])}, Owner(), detector.parameters)
        for part in (2, 0, 1)
    ]  # fmt: skip
    assert detector.merge(pa.concat_tables(results), detector.parameters).equals(tables["coverage"])


@pytest.mark.parametrize("opportunities", [1, 5, 20, 100, 1_000, 30_000])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.93, 1.0])
def test_bounds_are_those_of_clopper_and_pearson_rounded_outwards(opportunities: int, share: float) -> None:
    hits = round(share * opportunities)
    low, high = bounds_permille(hits, opportunities)
    below = beta.ppf(0.025, hits, opportunities - hits + 1) * 1000 if hits else 0.0
    above = beta.ppf(0.975, hits + 1, opportunities - hits) * 1000 if hits < opportunities else 1000.0
    assert below - 1 <= low <= below + 1e-6
    assert above - 1e-6 <= high <= above + 1


def test_without_any_hour_of_any_sensor_nothing_is_known_of_them() -> None:
    """A record of papers alone has no sensors; what asks for them goes on."""
    sensors = Sensors.load(SENSOR_STATE.empty())
    assert (sensors.hours, sensors.last, sensors.usual, sensors.span_us) == ({}, {}, {}, 0)
    assert sensors.off_shares(("radar-1",), DAY, DAY + 600 * SECOND) == [1000]
