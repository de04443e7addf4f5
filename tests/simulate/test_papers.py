"""Papers of a scenario: readers take all of them, most of what is regular is there, and no strip is on any."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.conftest import read_all
from veedor.formats import BytesSource, detect
from veedor.simulate.apure import START
from veedor.simulate.lookalikes.kinds import KINDS
from veedor.simulate.lookalikes.state import STATE_ADDRESSES
from veedor.simulate.scale import Scale
from veedor.simulate.sky import Sky, make_sky
from veedor.simulate.switches import Switches
from veedor.simulate.writing.papers import HABITS, Papers, papers, write_papers
from veedor.tables import FLIGHT_PLANS

SIZE = Scale(
    factor=0.1, days=11, legal_flights_a_day=20, flight_lookalikes=0, illicit_flights=40, strips=4, payments_a_day=1,
    instances_each=1, money_lookalikes=1, people=10, lookalikes_each=8,
)  # fmt: skip


@pytest.fixture(scope="module")
def sky() -> Sky:
    return make_sky(11, SIZE, Switches(ordinary=False, lookalikes=KINDS))


@pytest.fixture(scope="module")
def said(sky: Sky) -> Papers:
    return papers(sky, START)


def rows(name: str, text: str) -> list[dict[str, object]]:
    source = BytesSource(text.encode(), name)
    found = read_all(detect(source), source)
    assert found.rejects == []
    (table,) = found.tables.values()
    return list(table.to_pylist())


def test_readers_take_every_line(said: Papers) -> None:
    plans, notams, moves = rows("p.txt", said.plans), rows("n.txt", said.notams), rows("log.csv", said.movements)
    assert len(plans) > 220 and len(moves) > 220 and len(notams) > 5
    assert all(row["off_block"] is not None for row in plans)
    assert {row["subject_kind"] for row in notams} == {"airspace"}
    assert {row["kind"] for row in moves} == {"take_off", "landing"}
    names = set(FLIGHT_PLANS.schema.names)
    assert {"registration", "address", "flight_type"} <= names
    assert {row["flight_type"] for row in plans} == {"G", "S", "M", "N"}


def test_most_regular_flights_are_announced_and_few_of_those_that_go_to_strips(sky: Sky, said: Papers) -> None:
    filed = {row["address"] for row in rows("p.txt", said.plans)}
    shares: dict[str, list[bool]] = {}
    first = 0
    for mission in sky.missions:
        shares.setdefault(mission.kind, []).append(int(sky.special.address[first]) in filed)
        first += len(mission.legs)
    assert sum(shares["calibration"]) >= 6 and sum(shares["survey"]) >= 5
    assert 1 <= sum(shares["illicit"]) <= 12
    assert set(HABITS) <= set(KINDS) | {"illicit"}


def test_no_paper_names_a_strip(sky: Sky, said: Papers) -> None:
    for strip in sky.strips:
        written = f"{int(strip.lat):02d}{int(strip.lat % 1 * 60):02d}N{int(-strip.lon):03d}"
        written += f"{int(-strip.lon % 1 * 60):02d}W"
        assert f"DEST/{written}" not in said.plans and f"DEP/{written}" not in said.plans
        assert all(abs(lat - strip.lat) + abs(lon - strip.lon) > 1e-3 for _, lat, lon in said.places)


def test_the_state_flies_with_addresses_of_its_ranges_and_hardly_anybody_else_does(sky: Sky) -> None:
    inside: dict[bool, list[bool]] = {True: [], False: []}
    first = 0
    for mission in sky.missions:
        address = int(sky.special.address[first])
        of_state = mission.kind in ("state_aircraft", "interceptor", "eradication")
        inside[of_state].append(any(low <= address <= high for low, high in STATE_ADDRESSES))
        first += len(mission.legs)
    assert sum(inside[True]) >= 0.6 * len(inside[True])
    assert sum(inside[False]) <= 0.15 * len(inside[False])


def test_the_same_seed_writes_the_same_papers(sky: Sky, said: Papers, tmp_path: Path) -> None:
    assert papers(sky, START) == said
    write_papers(tmp_path / "papers", said)
    names = {path.name for path in (tmp_path / "papers").iterdir()}
    assert names == {f"SIMULATED-{n}" for n in ("plans.txt", "notam.txt", "movements.csv", "places.csv",
                                                 "state-addresses.csv")}  # fmt: skip
    assert (tmp_path / "papers" / "SIMULATED-plans.txt").read_text(encoding="ascii") == said.plans
