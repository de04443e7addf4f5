"""Missions for tests of this room."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mission.member_copies import give_mailbox
from tests.mission.stage import found, means
from veedor.mission.copy.append import open_mission
from veedor.mission.copy.means import Means


@pytest.fixture
def stage(tmp_path: Path) -> Means:
    """Means whose mission of ve, co and qa lies in `tmp_path / "mission"`."""
    given = means(tmp_path)
    found(tmp_path, given=given)
    return given


@pytest.fixture
def mission(tmp_path: Path, stage: Means):
    with open_mission(tmp_path / "mission", stage) as opened:
        yield opened


@pytest.fixture
def of_co(tmp_path: Path, stage: Means):
    with open_mission(tmp_path / "mission", stage, "co") as opened:
        yield opened


@pytest.fixture
def with_mailboxes(tmp_path: Path, stage: Means) -> Path:
    """The mission's folder, in which every member has a mailbox."""
    for party in ("ve", "co", "qa"):
        give_mailbox(tmp_path / "mission", stage, party)
    return tmp_path / "mission"
