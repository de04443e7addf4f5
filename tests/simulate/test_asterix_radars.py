"""Radars of a scenario on the wire: what libasterix reads of them is what they saw, and their counts are true."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.formats.asterix import oracle
from tests.formats.asterix.flat import Flat, flats
from tests.simulate.conftest import TINY
from veedor.formats.asterix.categories import find
from veedor.formats.asterix.decode import decode
from veedor.simulate.apure import make_scaled
from veedor.simulate.places import RADARS
from veedor.simulate.sensing.hits import Hits, blank
from veedor.simulate.sensing.sensors import conducts
from veedor.simulate.sky import days_seen, make_sky
from veedor.simulate.switches import Switches
from veedor.simulate.writing.write_asterix import EDITIONS, SECTORS, codes, day_bytes

Records = list[tuple[int, Flat]]


def records(data: bytes) -> Records:
    """(category, values) of all records in order, by libasterix: a thousand a second."""
    found: Records = []
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at + 1 : at + 3], "big")
        read = oracle.parse_block(data[at], EDITIONS[data[at]], data[at + 3 : at + length])
        assert read is not None
        found += [(data[at], flat) for flat in read]
        at += length
    return found


def services(data: bytes) -> tuple[Records, list[int]]:
    """All service messages by our own decoder, and how many plots stand before each since the last."""
    offsets, at = [], 0
    while at < len(data):
        offsets.append((at, int.from_bytes(data[at + 1 : at + 3], "big")))
        at += offsets[-1][1]
    blocks = np.array(offsets)
    kind = np.frombuffer(data, np.uint8)[blocks[:, 0]]
    (service,) = {2, 34} & set(kind.tolist())
    (plots,) = ({1, 48} & set(kind.tolist())) or (1 if service == 2 else 48,)
    found = decode(data, blocks[kind == service], find(service, EDITIONS[service]))
    made = decode(data, blocks[kind == plots], find(plots, EDITIONS[plots]))
    assert not len(found.damage) and not len(made.damage)
    before = np.searchsorted(made.offset, found.offset)
    return [(service, flat) for flat in flats(data, found)], np.diff(before, prepend=0).tolist()


def written(number: int, hits: Hits, day: int = 0, evening: Hits | None = None) -> bytes:
    radar = RADARS[number]
    return day_bytes(radar, codes(RADARS)[radar.sensor], conducts(7, 11)[radar.sensor], hits, day, evening)


@pytest.fixture(scope="module")
def seen() -> list[dict[str, Hits]]:
    days = days_seen(make_sky(7, TINY))
    return [next(days).hits, next(days).hits]


@pytest.mark.parametrize("number", range(3), ids=[radar.sensor for radar in RADARS])
def test_plots_on_the_wire_are_those_seen_to_within_half_a_bit(seen: list[dict[str, Hits]], number: int) -> None:
    radar, hits = RADARS[number], seen[0][RADARS[number].sensor].take(np.arange(400))
    # The hour of the plots is enough for libasterix.
    data = written(number, hits)
    plots = [flat.values for category, flat in records(data[: _after(data, 400)]) if category in (1, 48)][:400]
    per_mile = 128 if radar.legacy else 256
    assert len(plots) == len(hits)
    for name, expected, step in (
        ("040.RHO", hits.range_m, 1852 / per_mile),
        ("040.THETA", hits.azimuth, 360 / 65_536),
    ):
        values = np.array([plot[name] for plot in plots]) * step
        assert np.abs((values - expected + 180) % 360 - 180 if name == "040.THETA" else values - expected).max() <= (
            0.501 * step
        )
    clock = "141" if radar.legacy else "140"
    assert [plot[clock] for plot in plots] == [round(t * 128) % (65_536 if radar.legacy else 1 << 24) for t in hits.t]
    assert [plot.get("070.MODE3A", -1) for plot in plots] == hits.code.tolist()
    assert {plot["020.SIM"] for plot in plots} == {1}
    if not radar.legacy:
        assert [plot.get("220", -1) for plot in plots] == hits.address.tolist()
        assert [plot.get("161.TRN", -1) for plot in plots] == hits.track.tolist()
    height = "090.HGT" if radar.legacy else "090.FL"
    levels = [plot[height] * 25 * 0.3048 for plot in plots if height in plot]
    assert np.allclose(levels, hits.pressure_m[~np.isnan(hits.pressure_m)])


@pytest.mark.parametrize("number", range(3), ids=[radar.sensor for radar in RADARS])
def test_each_north_mark_counts_the_plots_of_the_turn_before_it(seen: list[dict[str, Hits]], number: int) -> None:
    radar = RADARS[number]
    first, second = (day[radar.sensor] for day in seen)
    counts, told, plots = [], [], 0
    for data in (written(number, first), written(number, second, 1, first)):
        for (_, flat), since in zip(*services(data), strict=True):
            plots += since
            if flat.values["000"] == 1:
                told.append(sum(flat.lists["070.COUNTER" if radar.legacy else "070.COUNT"]))
                counts.append(plots)
                plots = 0
        # What stands behind the last message of a day.
        plots += _behind(data)
    assert told[1:] == counts[1:] and len(told) > 10_000 and sum(told) > 1_000


def _behind(data: bytes) -> int:
    at, plots = 0, 0
    while at < len(data):
        length = int.from_bytes(data[at + 1 : at + 3], "big")
        if data[at] in (2, 34):
            plots = 0
        else:
            rows = np.array([[at, length]])
            plots += len(decode(data, rows, find(data[at], EDITIONS[data[at]]))) if at + 400 > len(data) else 0
        at += length
    return plots


def _after(data: bytes, plots: int) -> int:
    """Where the block ends that holds the plot of this number."""
    at, count = 0, 0
    while at < len(data) and count < plots:
        length = int.from_bytes(data[at + 1 : at + 3], "big")
        if data[at] in (1, 48):
            count += len(decode(data, np.array([[at, length]]), find(data[at], EDITIONS[data[at]])))
        at += length
    return at


def test_sectors_and_turns_follow_the_clock_and_an_outage_is_silent() -> None:
    radar = RADARS[1]
    conduct = conducts(7, 11)[radar.sensor]
    day = int(conduct.outages[0, 0] // 86_400)
    marks = [flat.values for _, flat in services(written(1, blank(0), day))[0]]
    norths = [values["030"] / 128 for values in marks if values["000"] == 1]
    assert np.isclose(np.min(np.diff(norths)), radar.turn_s, atol=0.02)
    silent = sum(
        max(0.0, min(end, (day + 1) * 86_400) - max(start, day * 86_400)) for start, end in conduct.outages.tolist()
    )
    assert silent > 600
    assert abs(len(norths) - (86_400 - silent) / radar.turn_s) <= 2 * len(conduct.outages)
    assert {values["020"] for values in marks if values["000"] == 2} == {n * 256 // SECTORS for n in range(1, SECTORS)}
    assert {values["041"] for values in marks if values["000"] == 1} == {round(radar.turn_s * 128)}


def test_a_scenario_writes_a_file_a_day_with_sites_beside_and_says_what_was_switched_off(tmp_path: Path) -> None:
    make_scaled(tmp_path / "a", 5, TINY, switches=Switches("asterix", biases=False, clutter=False, outages=False))
    names = sorted(path.name for path in (tmp_path / "a" / "ve" / "radar").iterdir())
    assert names[0] == "SIMULATED-VE-R1-2026-05-01.ast" and len(names) == 2 * TINY.days + 1
    text = (tmp_path / "a" / "ve" / "radar" / "SIMULATED-ve-sites.toml").read_text(encoding="utf-8")
    assert 'sites = "sites/1"' in text and '"001" = "1.2"' in text and '"048" = "1.30"' in text
    truth = pq.read_table(tmp_path / "a" / "truth" / "sensors.parquet").to_pylist()
    assert {row["bias_range_mm"] for row in truth} == {0} and {row["clutter_a_day"] for row in truth} == {0}
    assert all(row["outage_start_us"] == [] for row in truth)


def test_truth_says_what_each_radar_is_off_by(tmp_path: Path) -> None:
    make_scaled(tmp_path / "b", 5, TINY)
    truth = {row["sensor"]: row for row in pq.read_table(tmp_path / "b" / "truth" / "sensors.parquet").to_pylist()}
    for name, conduct in conducts(5, TINY.days).items():
        assert truth[name]["bias_range_mm"] == round(conduct.bias_range_m * 1e3)
        assert truth[name]["bias_time_us"] == round(conduct.bias_time_s * 1e6)
        assert len(truth[name]["outage_start_us"]) == len(conduct.outages)
