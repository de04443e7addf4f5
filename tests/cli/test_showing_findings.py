"""A finding goes from its run to an outsider by commands: proved, bundled, verified, told in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.mission.conftest import mission, stage  # noqa: F401
from tests.mission.found_by_plot import run_each
from tests.mission.handing_in import deposit_plots, plots_file
from veedor.cli.app import app
from veedor.errors import UsageError
from veedor.mission.copy.append import Mission
from veedor.mission.runs.results import read_results
from veedor.mission.state.kinds import findings_of

Said = tuple[int | None, str]


@pytest.fixture
def asked(
    mission: Mission,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> object:
    """Runs a command beside a mission with one run; `ENTRY`, `ID` and `DIGEST` stand for what it has."""
    deposit_plots(mission, plots_file(tmp_path))
    run_each(mission)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VEEDOR_STATE", str(tmp_path / "state"))
    names = {
        "ENTRY": str(findings_of(mission.state)[0].index),
        "ID": min(each.hex() for each in read_results(mission.folder, "common").findings["id"].to_pylist())[:16],
        "DIGEST": mission.state.genesis_digest,
    }

    def ask(command: str) -> Said:
        code = app([names.get(word, word) for word in command.split()])
        return code, capsys.readouterr().out

    return ask


def test_a_finding_is_proved_and_read_by_an_outsider(asked, tmp_path: Path) -> None:
    assert asked("log prove mission ENTRY one.json --finding ID --part what --part area")[0] == 0
    code, said = asked("verify one.json --trust DIGEST --allow not-agreed")
    assert code == 0 and "What is suspected" in said and "SIMULATED" in said
    assert "no se muestra" not in said and "withheld: About whom, and the exact place" in said
    code, said = asked("verify one.json --trust DIGEST --allow not-agreed --language es")
    assert code == 0 and "Qué se sospecha" in said and "no se muestra: Sobre quién, y el lugar exacto" in said
    code, said = asked("verify one.json --trust DIGEST --allow not-agreed --json")
    (row,) = [each for each in map(json.loads, said.splitlines()) if each["schema"] == "revealed-row/1"]
    assert row["table"] == "finding_parts" and row["withheld"] == ["subject", "reasons", "evidence"]
    data = (tmp_path / "one.json").read_text()
    (tmp_path / "one.json").write_text(data.replace('"position":0', '"position":1'))
    assert asked("verify one.json --trust DIGEST --allow not-agreed")[0] == 4


def test_whole_it_is_told_with_its_reasons_and_records_in_json_too(asked) -> None:
    asked("log prove mission ENTRY whole.json --finding ID")
    _, said = asked("verify whole.json --trust DIGEST --allow not-agreed")
    for part in ("What is suspected", "Where, roughly", "About whom", "Why, and what speaks", "On which records"):
        assert part in said
    _, said = asked("verify whole.json --trust DIGEST --allow not-agreed --json")
    (row,) = [each for each in map(json.loads, said.splitlines()) if each["schema"] == "revealed-row/1"]
    assert len(row["fields"]["id"]) == 64 and row["fields"]["evidence"][0]["role"] == "role.plot"


def test_a_bundle_for_the_public_takes_no_more_than_the_public_may_see(asked, tmp_path: Path) -> None:
    asked("log prove mission ENTRY young.json --finding ID --part what")
    asked("log prove mission ENTRY whole.json --finding ID")
    for file, problem in (("young.json", "too young"), ("whole.json", "more than the public may see")):
        with pytest.raises(UsageError, match=problem):
            asked(f"bundle mission public.zip --reveal {file}")
        assert not (tmp_path / "public.zip").exists()
    assert asked("bundle mission joint.zip --reveal whole.json --audience secretariat")[0] == 0
    assert asked("verify joint.zip --trust DIGEST --allow not-agreed")[0] == 0


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("log prove mission ENTRY x.json --part what", "parts are of rows or findings"),
        ("log prove mission ENTRY x.json --finding ID --rows 1", "never both"),
        ("log prove mission 1 x.json --finding ID", "no statement of findings"),
        ("log prove mission ENTRY x.json --finding ID --part place", "no such part"),
    ],
)
def test_who_asks_wrongly_hears_what_to_ask(asked, command: str, problem: str) -> None:
    with pytest.raises(UsageError, match=problem):
        asked(command)
