"""Names and order decide nothing: rows shuffled, sensors renamed and addresses exchanged give the same findings."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.air.flights import flight, plots, run

FAR = (6.82, -70.40)


def sky() -> list[dict[str, Any]]:
    """A silent descent, a transponder that stops answering, and traffic, seen by two radars."""
    descent = flight(3600, 1800, FAR[0], FAR[1] - 0.95, speed=58.0, altitude=4000.0, climb=-2.1, mode=1)
    dark = flight(9000, 3000, 5.6, -70.6, speed=90.0, altitude=3000.0, mode=3, sensor="radar-2", address=0x0D8123)
    for row in dark[100:]:
        row["mode"] = 1
        row.pop("altitude_pressure_mm")
        row.pop("address")
    traffic = flight(0, 6 * 3600, 3.0, -62.0, speed=30.0, step=60, address=0x0D8F00, mode=5, altitude=9000.0)
    other = flight(7, 6 * 3600, 3.4, -62.0, speed=30.0, step=60, address=0x0D8F01, mode=5, altitude=9500.0)
    return descent + dark + traffic + [row | {"sensor": "radar-2"} for row in other]


def shape(table: pa.Table) -> list[tuple[Any, ...]]:
    """Findings without what is named after ids: subject, evidence, digests."""
    names = (
        "kind",
        "start",
        "end",
        "lat_e7",
        "lon_e7",
        "radius_mm",
        "score_milli_log10",
        "terms",
        "innocent",
        "reasons",
    )
    return sorted((tuple(str(row[name]) for name in names) for row in table.to_pylist()), key=str)


WHOLE = shape(run(plots(sky()))["findings"])


def test_there_is_something_to_find() -> None:
    assert {row[0] for row in WHOLE} >= {"landing_away", "gap"}


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000), names=st.permutations(["a", "zz"]), shift=st.integers(0, 3))
def test_order_of_rows_and_all_names_decide_nothing(seed: int, names: list[str], shift: int) -> None:
    sensors = dict(zip(("radar-1", "radar-2"), names, strict=True))
    addresses = {0x0D8F00: 0x400000 + shift, 0x0D8F01: 0x3FFFF0 - shift, 0x0D8123: 0xA00001 + shift, None: None}
    rows = [
        row | {"sensor": sensors[row["sensor"]], "address": addresses[row.get("address")], "row": number * 7 % 10_007}
        for number, row in enumerate(sky())
    ]
    random.Random(seed).shuffle(rows)
    assert shape(run(plots(rows))["findings"]) == WHOLE
