"""A ranking is its owner's: with a model at hand and without, everything that is shared is the same, byte for byte."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from tests.mission.handing_in import AT_US
from tests.mission.stage import Counted, found, means
from tests.ranking.making import town
from veedor import house
from veedor.cli.app import app
from veedor.errors import InputError
from veedor.formats.archive import open_sources
from veedor.formats.reader import Options
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import open_mission
from veedor.mission.deposits.cover import SIMULATED_COVER
from veedor.mission.deposits.deposit import deposit
from veedor.mission.deposits.hand_ins import hand_ins
from veedor.mission.runs.run import run_detectors
from veedor.mission.verification.bundle import write_bundle
from veedor.on_files import money
from veedor.ranking import order, train, write_model
from veedor.views.finding_json import finding_lines


@dataclass(frozen=True)
class Shared:
    """What others could see, and every file of the copy."""

    bundle: bytes
    digests: dict[str, str]
    page: str
    lines: tuple[bytes, ...]
    copy: dict[str, bytes]


def shared(folder: Path, file: Path) -> Shared:
    """A mission made from the same randomness in `folder`, the file deposited, everything run."""
    folder.mkdir()
    given = means(folder)
    found(folder, given=given)
    with open_mission(folder / "mission", given) as mission:
        refused: list[InputError] = []
        for hand_in in hand_ins(open_sources([file], folder, refused), Options(), refused):
            deposit(mission, hand_in, SIMULATED_COVER, "open", AT_US, Counted("deposit"))
        ticks = iter(range(AT_US, AT_US + 1000))
        run_detectors(mission, house.MONEY, "common", AT_US, lambda: next(ticks))
        reader = LogReader(mission.folder.log, mission.files)
        bundle = b"".join(write_bundle(reader, mission.state, {}, "how to verify", b"<html>"))
        record = msgspec.json.decode((mission.folder.findings / "common.json").read_bytes())
        copy = {
            str(each.relative_to(mission.folder.path)): each.read_bytes()
            for each in sorted(mission.folder.path.rglob("*"))
            if each.is_file()
        }
    looked = money(file)
    lines = tuple(msgspec.json.encode(line) for line in finding_lines(looked.findings))
    return Shared(bundle, record["digests"], looked.page("town"), lines, copy)


def test_all_that_is_shared_is_the_same_with_a_model_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, labels = town(tmp_path)
    with monkeypatch.context() as missing:
        missing.setitem(sys.modules, "lightgbm", None)
        before = shared(tmp_path / "without", file)
    model, _ = train(file, labels=labels, reviewed_until="2020-02-29")
    write_model(tmp_path / "model.json", model)
    ranked, looked = order(file, model=tmp_path / "model.json")
    after = shared(tmp_path / "with", file)
    assert before.lines and before.digests
    assert after.bundle == before.bundle
    assert after.digests == before.digests
    assert after.lines == before.lines == tuple(msgspec.json.encode(line) for line in finding_lines(looked.findings))
    assert after.page == before.page
    assert set(after.copy) == set(before.copy)
    said = [str(line.score_milli).encode() for line in ranked.payment_lines(5)]
    assert all(len(score) > 2 for score in said)
    for name, content in after.copy.items():
        assert b"ranking-model" not in content and b"ranked-" not in content, name


def test_a_model_is_no_deposit(tmp_path: Path) -> None:
    file, labels = town(tmp_path)
    write_model(tmp_path / "model.json", train(file, labels=labels, reviewed_until="2020-02-29")[0])
    refused: list[InputError] = []
    taken = list(hand_ins(open_sources([tmp_path / "model.json"], tmp_path, refused), Options(), refused))
    assert not taken and refused


def test_an_examiner_trains_shows_and_orders_in_his_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, labels = town(tmp_path)
    model = str(tmp_path / "model.json")
    given = ["train", str(file), "--labels", str(labels), "--model", model, "--reviewed-until", "2020-02-29"]
    assert app(["ranking", *given]) == 0
    assert "payments labelled suspicious" in capsys.readouterr().out
    assert app(["ranking", "show", model, "--language", "es"]) == 0
    told = capsys.readouterr().out
    assert "orden privado" in told and "pagos marcados como sospechosos" in told
    assert app(["ranking", "order", str(file), "--model", model, "--since", "2020-02-20", "--limit", "2"]) == 0
    told = capsys.readouterr().out
    assert told.count("→") == 2 and "amount: " in told
    assert app(["ranking", "order", str(file), "--model", model, "--limit", "1", "--json"]) == 0
    lines = [msgspec.json.decode(line)["schema"] for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == "ranked-payment/1" and lines[-1] == "summary/1"
