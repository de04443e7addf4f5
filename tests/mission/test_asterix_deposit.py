"""A deposit of radar files states all of its bytes, keeps how they were read, and reads again to the same roots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.formats.asterix_bytes import block, north_034, plot_048
from tests.mission.stage import NOON_US, ORIGIN, Counted, means
from veedor.formats.archive import open_sources
from veedor.formats.radar.time import DAY_US
from veedor.formats.reader import Options
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.deposits.cover import SIMULATED_COVER
from veedor.mission.deposits.deposit import Deposited, deposit
from veedor.mission.deposits.hand_ins import HandIn, hand_ins
from veedor.mission.deposits.held import held_deposits
from veedor.mission.deposits.reread import intake_again, roots, stated_roots
from veedor.mission.founding.founding import found_simulated, invitations, terms_of
from veedor.mission.state.kinds import deposits_of

DATE_US = (NOON_US - 3 * DAY_US) // DAY_US * DAY_US
SITES = """sites = "sites/1"
[[sensor]]
sensor = "guri"
sac = 25
sic = 201
north = "magnetic"
declination_deg = -14
editions = { "048" = "1.30" }
"""
GOOD = block(34, north_034(100, turn=5.0)) + block(48, *(plot_048(100 + i) for i in range(20)))


@pytest.fixture
def mission(tmp_path: Path) -> Iterator[Mission]:
    given = means(tmp_path)
    terms = terms_of(
        mission="radar", origin=ORIGIN, invited=invitations("ve", ()), appender="ve", created_us=NOON_US, simulated=True
    )  # fmt: skip
    found_simulated(tmp_path / "radar", terms, given)
    with open_mission(tmp_path / "radar", given) as opened:
        yield opened


def made(folder: Path, data: bytes, date_us: int | None = DATE_US, sites: str = SITES) -> list[HandIn]:
    folder.mkdir(exist_ok=True)
    (folder / "radar.ast").write_bytes(data)
    (folder / "sites.toml").write_text(sites)
    options = Options(simulated=True, date_us=date_us)
    return hand_ins(open_sources([folder / "radar.ast", folder / "sites.toml"], folder), options)


def handed(mission: Mission, every: list[HandIn]) -> dict[str, Deposited]:
    entropy = Counted("radar")
    return {each.reader.name: deposit(mission, each, SIMULATED_COVER, "open", NOON_US, entropy) for each in every}


def test_radar_files_and_their_site_table_are_two_deposits(mission: Mission, tmp_path: Path) -> None:
    done = handed(mission, made(tmp_path / "files", GOOD * 3))
    assert done["asterix"].tables == {"sensor_messages": 3, "plots": 60}
    assert done["sites"].tables == {"sensors": 1}
    bodies = {each.body.tables: each.body for each in deposits_of(mission.state)}
    radar = bodies["plots/2", "sensor_messages/1"]
    assert radar.rows.accepted_bytes + radar.rows.framing_bytes + radar.rows.rejected_bytes == len(GOOD) * 3
    assert radar.rows.framing_bytes == 3 * 6, "the headers of six data blocks"
    assert radar.classes == ("plots", "sensor_state")


def test_read_again_by_what_was_kept_it_has_the_same_roots(mission: Mission, tmp_path: Path) -> None:
    hurt = bytearray(GOOD * 3)
    hurt[len(GOOD) + 2] ^= 7  # one block's length
    handed(mission, made(tmp_path / "files", bytes(hurt)))
    for held in held_deposits(mission.folder, mission.files, mission.state):
        intake = intake_again(held)
        rows = sum(part.num_rows for _, part in intake.rows())
        assert rows and roots(intake) == stated_roots(held)


def test_how_it_was_read_stands_in_the_details_and_not_in_the_log(mission: Mission, tmp_path: Path) -> None:
    handed(mission, made(tmp_path / "files", GOOD * 3))
    (held,) = [each for each in held_deposits(mission.folder, mission.files, mission.state) if each.reader == "asterix"]
    assert held.date_us == DATE_US
    assert [file.name for file in held.beside] == ["sites.toml"]
    said = {(note.key, note.values["category"], note.values["edition"]) for note in held.notes}
    assert ("note.edition_declared", "048", "1.27, 1.28, 1.29, 1.30") in said


def test_another_date_or_site_table_makes_another_deposit(mission: Mission, tmp_path: Path) -> None:
    every = [
        handed(mission, made(tmp_path / "a", GOOD))["asterix"],
        handed(mission, made(tmp_path / "b", GOOD, date_us=DATE_US - DAY_US))["asterix"],
        handed(mission, made(tmp_path / "c", GOOD, sites=SITES.replace("-14", "-13")))["asterix"],
        handed(mission, made(tmp_path / "d", GOOD, date_us=None))["asterix"],
    ]
    assert len({each.deposit for each in every}) == 4
    assert handed(mission, made(tmp_path / "e", GOOD))["asterix"].published is None, "the first once more"


def test_the_date_and_the_site_table_change_nothing_for_files_that_need_neither(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "plots.csv").write_text("sensor,time,mode\nr,2026-01-01T00:00:00Z,PSR\n")
    (folder / "sites.toml").write_text(SITES)
    sources = open_sources([folder / "plots.csv", folder / "sites.toml"], folder)
    plain, dated = Options(), replace(Options(), date_us=DATE_US)
    for options in (plain, dated):
        found = {each.reader.name: each for each in hand_ins(sources, options)}
        assert set(found) == {"mapped", "sites"}
        assert not found["mapped"].beside
    assert (
        len(
            {
                found["mapped"].mapping
                for found in (
                    {each.reader.name: each for each in hand_ins(sources, options)} for options in (plain, dated)
                )
            }
        )
        == 1
    )
