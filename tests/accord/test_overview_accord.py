"""The overview of a mission shows where its accord stands, from the log of the copy that makes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.accord.test_three_folders import opened, promise, seal_at
from tests.mission.copies import three_copies
from veedor.export.accord_html import accord_section
from veedor.views.accord_shown import accords_here


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    return three_copies(tmp_path / "stage")


def test_the_overview_of_every_copy_shows_the_same_accord(stage: Path) -> None:
    promise(stage)
    seal_at(stage, 11)  # one day after the radar log was due
    sections = {}
    for party in ("co", "qa", "ve"):
        with opened(stage, party) as mission:
            sections[party] = tuple(accord_section(shown) for shown in accords_here(mission))
    assert sections["co"] == sections["qa"] == sections["ve"]
    english, spanish = sections["qa"]
    assert "late, in cure, since" in english and "active, warned, since" in english
    assert "The two columns have differed for 24 hours" in english
    assert "con retraso, en subsanación, desde el" in spanish


def test_a_mission_without_an_accord_shows_none(stage: Path) -> None:
    with opened(stage, "ve") as mission:
        assert accords_here(mission) == ()
