"""On files alone: no mission, the same detectors, counts that reconcile, a table for a notebook."""

from __future__ import annotations

import json
import re
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import veedor as vd
from tests.formats.asterix_bytes import block, north_034, plot_048
from tests.formats.test_srtm import tile
from tests.mission.handing_in import plots_file
from tests.mission.test_future_records import bank_csv, camt, readsb
from tests.money.deposited_lists import PERSON, UN
from tests.ranking.making import town
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


def test_facts_on_the_ground_are_read_beside_plots_and_kept_for_whoever_decides(tmp_path: Path) -> None:
    facts = tmp_path / "facts.csv"
    facts.write_text(
        "fact,time,latitude_deg,longitude_deg,error_m,source_kind,source\n"
        "strip_destroyed,2024-05-01T12:00:00Z,7.1,-71.2,500,police,Brigade 7\n"
    )
    alone = vd.flights(plots_file(tmp_path, rows=40))
    looked = vd.flights(plots_file(tmp_path, rows=40), facts, as_of_us=alone.as_of_us)
    assert looked.facts["source"].to_pylist() == ["Brigade 7"] and looked.accepted == alone.accepted + 1
    assert looked.findings.equals(alone.findings)


def test_a_radar_without_a_site_is_named_for_none_of_its_plots_can_be_a_flight(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That nothing was found would otherwise read as if somebody had looked."""
    file = tmp_path / "radar-2024-05-01.ast"
    file.write_bytes(b"".join(block(48, plot_048(43_200 + 10 * turn)) for turn in range(60)))
    seen = vd.flights(file).watched
    assert seen is not None and (seen.plots, seen.flights, seen.vessels) == (60, 0, 0)
    assert list(seen.unsited.values()) == [60]
    assert app(["flights", str(file)]) == 0
    assert "has no site: 60 plots with range and azimuth only are in no track" in capsys.readouterr().out
    placed = vd.flights(plots_file(tmp_path, rows=40)).watched
    assert placed is not None and placed.plots == 40 and not placed.unsited


def test_an_archive_is_taken_apart(tmp_path: Path) -> None:
    file = plots_file(tmp_path, rows=30)
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as archive:
        archive.add(file, "day/a.csv")
    assert vd.flights(tmp_path / "a.tgz").accepted == 30


def test_files_that_cannot_be_read_at_all_do_not_stop_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = plots_file(tmp_path, rows=40, damaged=7), tmp_path / "empty.csv"
    bad.touch()
    strange, cut = tmp_path / "strange.bin", tmp_path / "cut.parquet"
    strange.write_bytes(b"\0" * 50)
    cut.write_bytes(b"PAR1 and nothing more")
    report = tmp_path / "reports" / "rejects.jsonl"
    given = [str(file) for file in (bad, strange, good, cut, tmp_path)]
    assert app(["flights", *given, "--report", str(report), "--json"]) == 3
    said = capsys.readouterr()
    summary = json.loads(said.out.splitlines()[-1])
    assert (summary["accepted"], summary["rejected"], summary["refused"]) == (39, 1, 4)
    lines = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    assert {Path(line["file"]).name for line in lines if line["schema"] == "refused/1"} == {
        "empty.csv", "strange.bin", "cut.parquet", tmp_path.name,
    }  # fmt: skip
    (row,) = (line for line in lines if line["schema"] == "reject/1")
    assert (row["file"], row["row"]) == ("a.csv", 7)
    raw = bytes.fromhex(row["raw"])
    assert raw in good.read_bytes() and good.read_bytes()[row["offset"] :][: row["length"]] == raw
    assert report.stat().st_mode & 0o077 == 0
    for name in ("empty.csv", "strange.bin", "cut.parquet"):
        assert name in said.err


def test_a_file_that_turns_out_damaged_while_it_is_read_is_left_out(tmp_path: Path) -> None:
    """Read together with a sound one: the sound one is read again without it, and counted once."""
    good, bad = plots_file(tmp_path, "a.csv", rows=40), plots_file(tmp_path, "b.csv", rows=30)
    lines = bad.read_bytes().splitlines(keepends=True)
    bad.write_bytes(b"".join([lines[0].replace(b"time", b"moment"), *lines[1:]]))
    looked = vd.flights(good, bad)
    assert (looked.accepted, looked.rejected, len(looked.refused)) == (40, 0, 1)
    assert looked.refused[0].file == "b.csv"


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


def test_the_page_with_map_and_the_geojson_are_written_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, page, places = plots_file(tmp_path, rows=40), tmp_path / "page.html", tmp_path / "places.json"
    assert app(["flights", str(file), "--overview", str(page), "--geojson", str(places)]) == 0
    said = page.read_text(encoding="utf-8")
    assert 'lang="en"' in said and 'lang="es"' in said and "a.csv" in said
    assert "veedor show" not in said, "no mission keeps the records"
    assert json.loads(places.read_text())["type"] == "FeatureCollection"
    assert str(page) in capsys.readouterr().err
    assert vd.flights(file).page("a.csv") == said


def test_bank_files_give_a_page_with_table_and_reasons_too(tmp_path: Path) -> None:
    file, page = tmp_path / "statement.xml", tmp_path / "page.html"
    file.write_bytes(camt([datetime(2026, 3, day, tzinfo=UTC) for day in (2, 3, 4)]))
    assert app(["money", str(file), "--overview", str(page)]) == 0
    said = page.read_text(encoding="utf-8")
    assert 'lang="en"' in said and 'lang="es"' in said and "statement.xml" in said


def test_terrain_is_a_folder_of_tiles(tmp_path: Path) -> None:
    file, folder = plots_file(tmp_path, rows=40), tmp_path / "srtm"
    folder.mkdir()
    with pytest.raises(InputError, match="no elevation tiles"):
        vd.flights(file, terrain=folder)
    (folder / "N07W070.hgt").write_bytes(tile(1201, 90).tobytes())
    (folder / "readme.txt").write_text("not a tile")
    looked = vd.flights(file, terrain=folder)
    assert looked.tables == {"plots": 40, "terrain": 240} and looked.rejected == 0


def test_the_notebook_example_of_the_tutorial_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With files of its names: what stands in it is what works."""
    text = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    block_of_048 = block(34, north_034(100, turn=5.0)) + block(48, *(plot_048(100 + i) for i in range(20)))
    moments = [datetime(2026, 1, 15, 12, tzinfo=UTC) + timedelta(seconds=10 * k) for k in range(40)]
    for name, made in (("trace.json", readsb), ("statement.xml", camt), ("payments.csv", bank_csv)):
        (tmp_path / name).write_bytes(made(moments))
    (tmp_path / "radar.ast").write_bytes(block_of_048)
    site = 'sites = "sites/1"\n[[sensor]]\nsensor = "guri"\nsac = 25\nsic = 201\neditions = { "048" = "1.30" }\n'
    (tmp_path / "sites.toml").write_text(site)
    (tmp_path / "srtm").mkdir()
    (tmp_path / "srtm" / "N07W063.hgt").write_bytes(tile(1201, 90).tobytes())
    (tmp_path / "un.xml").write_text(UN.format(day="2026-03-01", people=PERSON.format(number=1)))
    (tmp_path / "customers.csv").write_text("name,born\nAna Maria Perez,1980-02-03\nAna M. Perez,1980-02-03\n")
    names: dict[str, Any] = {}
    exec(code, names)
    assert names["found"].accepted == 40
    assert "<h1>trace</h1>" in (tmp_path / "found.html").read_text(encoding="utf-8")


def test_a_file_given_twice_under_two_names_is_read_once_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = split_cash(tmp_path)
    (tmp_path / "again.csv").write_bytes(file.read_bytes())
    looked = vd.money(file, tmp_path / "again.csv")
    assert looked.accepted == 6 and looked.copies == (("again.csv", "entries.csv"),)
    assert app(["money", str(file), str(tmp_path / "again.csv")]) == 0
    assert "again.csv: byte for byte entries.csv, read once" in capsys.readouterr().err


def law(folder: Path, source: str) -> Path:
    file = folder / "law.csv"
    file.write_text(
        "country,currency,instrument,amount,inclusive,valid_from,source\n"
        f"VE,USD,cash,10000,true,2020-01-01,{source}\n", encoding="utf-8",
    )  # fmt: skip
    return file


def split_cash(folder: Path) -> Path:
    """Cash banked in Venezuela just under ten thousand dollars, day after day."""
    lines = ["account,bank,booked,amount,currency,counterparty_account,end_to_end_id,instrument"]
    lines += [f"S,AAAAVEBB,2026-03-{day + 2:02d},{9_900 - 130 * day}.00,USD,,E{day},cash" for day in range(6)]
    (folder / "entries.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return folder / "entries.csv"


def test_an_examiner_who_knows_the_law_hands_its_threshold_in(tmp_path: Path) -> None:
    file = split_cash(tmp_path)
    assert vd.money(file).findings.num_rows == 0, "no threshold is shipped for dollars in Venezuela"
    looked = vd.money(file, thresholds=law(tmp_path, "Rule 1 art. 4"))
    (view,) = looked.views()
    assert view.kind == "structuring"
    (said,) = [reason for reason in view.reasons if "Rule 1 art. 4" in reason]
    assert "10,000 USD" in said and "law.csv, row 0" in said
    assert [each.record for each in view.evidence][-1] == "law.csv, row 0"


def test_a_table_of_thresholds_without_a_source_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, wrong = split_cash(tmp_path), law(tmp_path, "")
    with pytest.raises(InputError, match="no table of reporting thresholds") as refused:
        vd.money(file, thresholds=wrong)
    assert refused.value.place == "line 2"
    with pytest.raises(InputError):
        app(["money", str(file), "--thresholds", str(wrong)])
    # Handed in like any other file the row is rejected and told, and the others are read.
    assert app(["money", str(file), str(wrong)]) == 3
    assert "law.csv" in capsys.readouterr().err


def test_an_examiner_sets_windows_and_thresholds_in_a_file_as_missions_do(tmp_path: Path) -> None:
    file, _ = town(tmp_path)
    settings = tmp_path / "slow.toml"
    settings.write_text('schema = "parameters/1"\n[detectors.networks]\nlayer_least_payers = 7\n', encoding="utf-8")
    kinds = [set(vd.money(file, **given).findings["kind"].to_pylist()) for given in ({}, {"parameters": settings})]
    assert "bipartite" in kinds[0] and "bipartite" not in kinds[1], "six pay there, and seven were asked for"
    settings.write_text('schema = "parameters/1"\n[detectors.network]\n', encoding="utf-8")
    with pytest.raises(UsageError, match="a detector that there is not"):
        vd.money(file, parameters=settings)
