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
