"""Five members and a state to begin from, for tests of keys in the fold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.mission.speaking import Author
from tests.mission.stage import PASSPHRASE, found
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.state.fold import State, fold
from veedor.mission.state.kinds import KINDS


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parties ve, co, br; mediator qa; observer ec."""
    folder = tmp_path_factory.mktemp("begun")
    found(folder, others=("co", "br", "qa:mediator", "ec:observer"))
    return folder / "mission"


@pytest.fixture
def authors(begun: Path) -> Mapping[str, Author]:
    return {party: Author(begun, party) for party in ("ve", "co", "br", "qa", "ec")}


@pytest.fixture
def ve(authors: Mapping[str, Author]) -> Author:
    return authors["ve"]


@pytest.fixture
def co(authors: Mapping[str, Author]) -> Author:
    return authors["co"]


@pytest.fixture
def qa(authors: Mapping[str, Author]) -> Author:
    return authors["qa"]


@pytest.fixture(scope="module")
def start(begun: Path) -> State:
    return fold(LogReader(begun / "log", DiskFiles()).entries(), KINDS)


@pytest.fixture
def held(begun: Path):
    """Private keys of the founding, by member and role."""
    return lambda party, role: load_key(Folder(begun), party, role, PASSPHRASE)
