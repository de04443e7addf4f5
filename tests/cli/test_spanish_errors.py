"""Whoever asks for Spanish is told in Spanish what is wrong, also where the command line itself is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from veedor.cli.app import main


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("nadie", 'no hay tal orden: "nadie". Órdenes: init,'),
        ("flights a --site x", "no hay tal opción: --site. ¿Quiso decir --sites?"),
        ("flights x --sites", 'la orden "flights" necesita un valor para --sites.'),
        ("simulate apure x", "sobra en la orden: "),
        ("nothing", 'no hay tal orden: "nothing". Órdenes: init,'),
    ],
)
def test_a_wrong_command_line(
    words: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["veedor", *words.split(), "--language=es"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert f"veedor: {said}" in capsys.readouterr().err


def test_a_wrong_field_of_an_accord(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "accord.yaml"
    file.write_text("schema: accord/1\nparties: none\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["veedor", "accord", "check", str(file), "--language", "es"])
    with pytest.raises(SystemExit):
        main()
    told = capsys.readouterr().err
    assert "veedor: esto no es lo que dice un acuerdo" in told
    assert "se esperaba:" in told
    assert "Expected" not in told and "Object" not in told


def test_rejected_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What a reader expected is told in Spanish; a word that stands in the file is quoted, even where it is English."""
    line = "MSG,3,1,1,4CA123,1,2024/01/01,{time},2024/01/01,00:00:00.000,,35000,,,{lat},-70.1,,,{squawking},0,0,0"
    file = tmp_path / "station.sbs"
    good = {"time": "00:00:00.000", "lat": "4.5", "squawking": "0"}
    rows = [line.format(**good | each) for each in ({}, {"time": "now"}, {"lat": "95"}, {"lat": ""}, {"lat": "value"})]
    file.write_text("\n".join(rows) + "\nMSG,3,1,1\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["veedor", "flights", str(file), "--language", "es"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 3
    told = [row.rpartition("(")[2] for row in capsys.readouterr().err.splitlines() if row.startswith("  fila ")]
    assert told == [
        "se esperaba: una hora según ISO 8601; se halló: 2024-01-01Tnow)",
        "se esperaba: de -90 a 90 grados; se halló: 95)",
        "se esperaba: ambos o ninguno; se halló: uno de los dos)",
        "se esperaba: un número; se halló: value)",
        "se esperaba: 22 campos; se halló: 4 campos)",
    ]


@pytest.mark.parametrize("typed", ["nobody", "none", "nothing", "a number"])
def test_what_was_typed_is_quoted_as_it_was_typed(
    typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where it is one of the texts by which errors are told."""
    file = tmp_path / "station.sbs"
    file.write_text("MSG,3,1,1\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["veedor", "flights", str(file), "--as-of", typed, "--language", "es"])
    with pytest.raises(SystemExit):
        main()
    told = capsys.readouterr().err.splitlines()
    assert (told[0], told[-1]) == ("veedor: esto no es una hora", f"  se encontró:   {typed}")
