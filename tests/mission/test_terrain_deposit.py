"""A deposit of elevation tiles: stated as registers, read again to the same roots, the same in every party's copy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.formats.test_srtm import tile
from tests.mission.stage import NOON_US, ORIGIN, Counted, means
from veedor.formats.archive import open_sources
from veedor.formats.reader import Options
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.deposits.cover import SIMULATED_COVER
from veedor.mission.deposits.deposit import deposit
from veedor.mission.deposits.hand_ins import hand_ins
from veedor.mission.deposits.held import held_deposits
from veedor.mission.deposits.reread import intake_again, roots, stated_roots
from veedor.mission.founding.founding import found_simulated, invitations, terms_of
from veedor.mission.state.kinds import deposits_of


@pytest.fixture
def mission(tmp_path: Path) -> Iterator[Mission]:
    given = means(tmp_path)
    terms = terms_of(
        mission="radar", origin=ORIGIN, invited=invitations("ve", ()), appender="ve", created_us=NOON_US, simulated=True
    )  # fmt: skip
    found_simulated(tmp_path / "radar", terms, given)
    with open_mission(tmp_path / "radar", given) as opened:
        yield opened


def test_tiles_are_registers_and_read_again_to_the_same_roots(mission: Mission, tmp_path: Path) -> None:
    """Two of the three hold the same heights: the files kept are two, the tiles three."""
    folder = tmp_path / "tiles"
    folder.mkdir()
    for name, height in (("N05W073", 100), ("N06W073", 100), ("S01W060", 7)):
        (folder / f"{name}.hgt").write_bytes(tile(1201, height).tobytes())
    (hand_in,) = hand_ins(open_sources(sorted(folder.iterdir()), folder), Options(simulated=True))
    done = deposit(mission, hand_in, SIMULATED_COVER, "open", NOON_US, Counted("tiles"))
    assert done.tables == {"terrain": 720}
    (stated,) = deposits_of(mission.state)
    assert stated.body.classes == ("registers",)
    assert stated.body.rows.accepted_bytes == 3 * tile(1201).nbytes and stated.body.rows.framing_bytes == 0
    (held,) = held_deposits(mission.folder, mission.files, mission.state)
    intake = intake_again(held)
    names = {name for _, rows in intake.rows() for name in rows["tile"].to_pylist()}
    assert names == {"N05W073", "N06W073", "S01W060"} and roots(intake) == stated_roots(held)
    again = hand_ins(open_sources(sorted(folder.iterdir(), reverse=True), folder), Options(simulated=True))
    assert deposit(mission, again[0], SIMULATED_COVER, "open", NOON_US, Counted("more")).published is None
