"""A flight that crosses midnight and the edges of three chunks is one track, one leg, with every plot of it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tests.air.flights import DAY, flight, plots
from tests.pipeline.whole import run
from veedor.engine.layout import HOUR_US, Layout
from veedor.engine.read import derived, read_table
from veedor.engine.records import RecordStore
from veedor.house import AIR
from veedor.tables import LEGS, PIECES, PLOTS, SENSORS, TRACKS

# From 22:30 to 01:40: in chunks of an hour it lies in four, with midnight and two other edges inside it.
START_S, SECONDS = 22.5 * 3600, 190 * 60


@pytest.mark.parametrize("columns", [{"address": 0x0D8123, "mode": 4}, {"mode": 1}], ids=["address", "anonymous"])
def test_a_flight_over_three_chunks_and_midnight_is_one_track(tmp_path: Path, columns: dict[str, int]) -> None:
    rows = plots(
        flight(START_S, SECONDS, 7.0, -69.0, altitude=2_500.0, **columns),
        # Another one far away, so that the track is not all there is.
        flight(START_S + 1_800, 1_200, 4.0, -72.0, altitude=1_500.0, mode=1),
    )
    store = RecordStore(tmp_path / "records")
    store.append("plots", PLOTS, [rows])
    store.append("sensors", SENSORS, [SENSORS.empty()])
    out = tmp_path / "out"
    run(store, out, AIR, layout=Layout(chunk_us=HOUR_US))

    tracks = read_table(derived(out, TRACKS))
    named = tracks.filter(pa.compute.greater(tracks["lat_e7"], 60_000_000))
    assert named.num_rows == SECONDS // 10
    assert len(set(named["track"].to_pylist())) == 1
    chunks = {time // HOUR_US for time in named["time"].cast(pa.int64()).to_pylist()}
    midnight = (DAY + 24 * HOUR_US) // HOUR_US
    assert chunks == {midnight - 2, midnight - 1, midnight, midnight + 1}
    pieces = read_table(derived(out, PIECES), ("piece", "lat_e7"))
    pieces = pieces.filter(pa.compute.greater(pieces["lat_e7"], 60_000_000))
    assert len(set(pieces["piece"].to_pylist())) == 4, "not cut at all: this would prove nothing"

    legs = read_table(derived(out, LEGS))
    (leg,) = legs.filter(pa.compute.equal(legs["track"], named["track"][0])).to_pylist()
    assert leg["plots"] == SECONDS // 10
    assert (leg["end"] - leg["start"]).total_seconds() == SECONDS - 10
