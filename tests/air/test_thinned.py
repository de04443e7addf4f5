"""A radar that counted more than was handed in is found without a second radar, and innocent reasons are tested."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import veedor as vd
from tests.formats.asterix_bytes import block, north_034, plot_048
from veedor.air.sensing.plots import SensorPlots
from veedor.air.sensing.sensor_state import SensorState
from veedor.air.sensing.thinned import Thinned
from veedor.air.sensing.turns import SensorTurns
from veedor.engine.detector import Owner
from veedor.formats import BytesSource, Options
from veedor.formats.radar.reader import READER
from veedor.formats.radar.time import DAY_US
from veedor.tables import PLOTS, SENSOR_MESSAGES, SENSORS

DATE_US = 20_000 * DAY_US
TURN_S = 5
TARGETS = 8  # half of them echoes alone, half with an answer


def recorded(
    hours: float,
    keep: int = TARGETS,
    *,
    lose_turns: int = 0,
    filtered: bool = False,
    echoes: bool = True,
    overload: bool = False,
) -> bytes:
    """A radar that counts TARGETS plots a turn; `keep` of them are in the file. One turn in `lose_turns` is lost whole.
    `echoes` false: echoes alone go elsewhere."""
    run: list[bytes] = []
    for turn in range(round(hours * 3600 / TURN_S)):
        if lose_turns and turn % lose_turns == 0:
            continue
        begin = 3_600 + turn * TURN_S
        counts = ((1, TARGETS // 2), (3, TARGETS // 2))
        run.append(block(34, north_034(begin, turn=TURN_S, counts=counts)))
        if filtered and turn % 50 == 0:
            run.append(block(34, north_034(begin, kind=3)))
        plots = [
            plot_048(begin + place * 0.5, theta=place * 8_192, report=b"\x20" if place % 2 else b"\x60")
            for place in range(keep)
            if echoes or place % 2 == 0
        ]
        run.append(block(48, *plots))
    return b"".join(run)


def tables(data: bytes) -> dict[str, pa.Table]:
    parts: dict[str, list[pa.Table]] = {"plots": [], "sensor_messages": []}
    for batch in READER.read(BytesSource(data, "radar.ast"), Options(date_us=DATE_US, simulated=True)):
        parts[batch.table.name].append(batch.rows)
    found = {}
    for table in (PLOTS, SENSOR_MESSAGES):
        rows = pa.concat_tables(parts[table.name])
        rows = rows.append_column("deposit", pa.array([bytes(32)] * rows.num_rows, pa.binary(32)))
        found[table.name] = table.cast(rows.append_column("file", pa.array([0] * rows.num_rows, pa.int32())))
    return found


def state_of(given: Mapping[str, pa.Table], sites: pa.Table | None = None) -> pa.Table:
    made: dict[str, pa.Table] = {"sensors": SENSORS.empty() if sites is None else sites}
    for reducer in (SensorPlots(), SensorTurns()):
        name = reducer.reads[0].table.name
        made[reducer.writes.name] = reducer.merge(reducer.run(given, Owner(), reducer.parameters), reducer.parameters)  # type: ignore[arg-type] # one for each reducer
        assert name in given
    return SensorState().run(made, Owner(), SensorState().parameters)


def findings(data: bytes) -> list[dict[str, Any]]:
    state = state_of(tables(data))
    return Thinned().run({"sensor_state": state}, Owner(), Thinned().parameters).to_pylist()


def verdicts(finding: Mapping[str, Any]) -> dict[str, str]:
    return {test["key"].removeprefix("air.thinned.innocent."): test["verdict"] for test in finding["innocent"]}


def test_the_state_of_an_hour_holds_plots_beside_what_the_radar_says() -> None:
    hour = state_of(tables(recorded(1, keep=6))).to_pylist()[0]
    assert (hour["plots"], hour["turns"], hour["turns_expected"]) == (720 * 6, 720, 720)
    assert (hour["counted_psr"], hour["seen_psr"]) == (720 * 4, 720 * 3)
    assert (hour["counted_psr_ssr"], hour["seen_psr_ssr"]) == (720 * 4, 720 * 3)
    assert hour["message_silence_us"] <= TURN_S * 1_000_000


def test_an_hour_in_which_a_radar_ran_and_gave_nothing_stands_in_the_state() -> None:
    given = tables(recorded(1))
    given["plots"] = PLOTS.empty()
    (hour,) = state_of(given).to_pylist()
    assert (hour["plots"], hour["first"], hour["turns"], hour["longest_silence_us"]) == (0, None, 720, 3_600_000_000)


def test_a_whole_record_is_no_finding() -> None:
    assert not findings(recorded(3))


@pytest.mark.parametrize("keep", [2, 4, 6, 7])
def test_plots_taken_out_are_found(keep: int) -> None:
    (finding,) = findings(recorded(3, keep=keep))
    assert (finding["kind"], finding["subject"], finding["simulated"]) == ("thinned", "25/201", True)
    assert finding["score_milli_log10"] >= 1_000
    assert set(verdicts(finding).values()) == {"contradicts"}
    values = {each["name"]: each["number"] for each in finding["reasons"][0]["values"]}
    assert values["counted"] == 3 * 720 * TARGETS
    assert values["seen"] == 3 * 720 * keep
    assert len(finding["evidence"]) == 3, "one message of each hour"


def test_turns_that_the_recorder_lost_whole_are_no_thinning() -> None:
    assert not findings(recorded(3, lose_turns=10))


def test_lost_turns_explain_lost_plots() -> None:
    state = state_of(tables(recorded(3, keep=7, lose_turns=5)))
    from veedor.air.sensing.thinned import _capture_loss

    hours = state.to_pylist()
    assert _capture_loss(hours, 125, Thinned().parameters).verdict == "supports"
    assert not findings(recorded(3, keep=7, lose_turns=5))


def test_a_filter_that_the_radar_declares_is_an_innocent_reason() -> None:
    open_, declared = findings(recorded(3, keep=4)), findings(recorded(3, keep=4, filtered=True))
    assert verdicts(declared[0])["filter"] == "supports"
    assert declared[0]["score_milli_log10"] < open_[0]["score_milli_log10"]


def test_overload_that_the_radar_tells_weighs_against() -> None:
    state = state_of(tables(recorded(3, keep=4)))
    told = state.set_column(state.schema.get_field_index("overloads"), "overloads", pa.array([2] * 3, pa.int64()))
    scores = []
    for each, verdict in ((state, "contradicts"), (told, "supports")):
        (finding,) = Thinned().run({"sensor_state": each}, Owner(), Thinned().parameters).to_pylist()
        assert verdicts(finding)["overload"] == verdict
        scores.append(finding["score_milli_log10"])
    assert scores[1] == scores[0] + Thinned().parameters.overload


def test_a_kind_of_plot_that_goes_elsewhere_is_no_thinning() -> None:
    assert not findings(recorded(3, echoes=False))


def test_thinning_is_found_from_encoded_bytes_to_words(tmp_path: Path) -> None:
    file = tmp_path / "radar_20240601.ast"
    file.write_bytes(recorded(3, keep=5))
    looked = vd.flights(file)
    (view,) = [each for each in looked.views() if each.kind == "thinned"]
    assert "25/201" in str(view.reasons)
    assert "37.5" in str(view.reasons)
    (spanish,) = [each for each in looked.views("es") if each.kind == "thinned"]
    assert "trazas" in str(spanish.reasons)


def test_a_site_that_the_radar_itself_contradicts_shows_in_the_state() -> None:
    # 120: height, latitude 7.75 and longitude -63, in steps of 180/2^23 degree.
    place = (300).to_bytes(2, "big") + round(7.75 / 180 * 2**23).to_bytes(3, "big")
    place += round(-63 / 180 * 2**23).to_bytes(3, "big", signed=True)
    record = b"\xe1\x10" + bytes([25, 201, 1]) + (3_600 * 128).to_bytes(3, "big") + place
    given = tables(block(34, record) + block(48, plot_048(3_601)))
    site = {"sensor": "25/201", "lat_e7": 77_500_000, "lon_e7": -629_000_000, "simulated": True, "row": 0,
            "deposit": bytes(32), "file": 0, "offset": 0, "length": 0}  # fmt: skip
    sites = SENSORS.cast(pa.table({c.name: pa.array([site.get(c.name)], c.type) for c in SENSORS.columns}))
    (hour,) = state_of(given, sites).to_pylist()
    assert 10_900_000 < hour["off_site_mm"] < 11_100_000, "a tenth of a degree of longitude at 7.75 degrees"
