"""The verifier is total: whatever is done to any file of a mission folder, it gives a verdict (DESIGN section 6.10)."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mission.handing_in import EveryHour, deposit_plots, plots_file, run_all
from tests.mission.stage import found, means
from veedor.log_folder.files import DiskFiles
from veedor.mission.copy.append import open_mission
from veedor.mission.verification.checks import checks
from veedor.mission.verification.verify import verify

RANDOM = random.Random(20_260_501)


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[RANDOM.randrange(len(data))] ^= 1 << RANDOM.randrange(8)
    file.write_bytes(data)


def become_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a bit flipped": flip,
    "cut in half": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "emptied": lambda file: file.write_bytes(b""),
    "random bytes": lambda file: file.write_bytes(RANDOM.randbytes(300)),
    "other JSON": lambda file: file.write_bytes(b'{"a":[1,2,{}]}'),
    "removed": Path.unlink,
    "a folder in its place": become_a_folder,
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A finished mission and its genesis digest."""
    folder = tmp_path_factory.mktemp("sound")
    given = means(folder)
    found(folder, given=given)
    with open_mission(folder / "mission", given) as mission:
        deposit_plots(mission, plots_file(folder, damaged=3))
        run_all(mission)
        return folder / "mission", mission.state.genesis_digest


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("rederive", [False, True], ids=["", "rederive"])
def test_any_damage_to_any_file_gives_a_verdict(
    sound: tuple[Path, str], tmp_path: Path, damage: str, rederive: bool
) -> None:
    whole, genesis = sound
    names = [file.relative_to(whole) for file in sorted(whole.rglob("*")) if file.is_file() and file.stat().st_size]
    assert len(names) > 20
    verdicts = set()
    for number, name in enumerate(names):
        copy = tmp_path / f"{number}"
        shutil.copytree(whole, copy)
        DAMAGE[damage](copy / name)
        asked = checks(DiskFiles(), lambda at=copy: open_mission(at, means(tmp_path)), [EveryHour()], rederive=rederive)
        result = verify(copy, DiskFiles(), genesis, asked)
        verdicts.add(result.verdict)
        # A partial tile that a longer one has superseded may go; bytes that are there must be right.
        if "log" in name.parts and (copy / name).is_file():
            assert result.verdict == "failed", name
        shutil.rmtree(copy)
    assert verdicts == {"failed", "not agreed"}
