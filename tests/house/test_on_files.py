"""On files alone: no mission, the same detectors, counts that reconcile, a table for a notebook."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

import veedor as vd
from tests.mission.handing_in import plots_file
from veedor.cli.app import app
from veedor.errors import InputError, UsageError


def test_a_file_of_plots_is_read_and_counted(tmp_path: Path) -> None:
    looked = vd.flights(plots_file(tmp_path, rows=40, damaged=7))
    assert (looked.accepted, looked.rejected) == (39, 1) == (looked.accepted, looked.rejects.num_rows)
    assert "39 rows accepted, 1 rejected" in looked._repr_html_()


def test_the_command_tells_rejected_rows_by_its_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = plots_file(tmp_path, rows=40, damaged=7)
    assert app(["flights", str(file), "--json"]) == 3
    said = capsys.readouterr()
    summary = json.loads(said.out.splitlines()[-1])
    assert summary["schema"] == "summary/1" and (summary["accepted"], summary["rejected"]) == (39, 1)
    assert "row 7" in said.err and "91.5" in said.err


def test_an_archive_is_taken_apart(tmp_path: Path) -> None:
    file = plots_file(tmp_path, rows=30)
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as archive:
        archive.add(file, "day/a.csv")
    assert vd.flights(tmp_path / "a.tgz").accepted == 30


def test_a_directory_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="directory") as refused:
        vd.flights(tmp_path)
    assert refused.value.next_step is not None and "tar" in refused.value.next_step


def test_bank_rows_for_flights_are_refused_with_the_right_verb(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no entries"):
        vd.money(plots_file(tmp_path))


def test_a_real_survey_flight_is_read(shared_data: Path) -> None:
    looked = vd.flights(shared_data / "air/traffic/surveys/indiana.json.gz")
    assert looked.accepted > 100 and looked.rejected == 0
