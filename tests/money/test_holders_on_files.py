"""`veedor holders` and `vd.holders`: a messy table of names gives holders with reasons, and what speaks against."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import veedor as vd
from tests.money.bank_table import bank_table
from veedor.cli.app import app
from veedor.errors import InputError, UsageError
from veedor.money.holders import Judged, Judgements
from veedor.money.holders.births import births, shown
from veedor.registers.sanctions.days import born

HEADER = "Nombre;Cuenta;Banco;País;Nacimiento;Número"
MESSY = (
    "Rosaura Pinto Vega;0134-0001-12-3456789012;BANESCO;Venezuela;1984-03-07;",
    "PINTO VEGA, ROSAURA;0134 0001 12 3456789012;;VE;07 Mar 1984;",
    "Rosaura Pimto;0134-0001-12-3456789012;;VE;1984-07-03;",
    "Rosaura Pinto Vega;;;VE;1961-11-30;",
    "Rosaura Pinto Vega;;;VE;1961-11-30;",
    "Comercializadora Andina del Orinoco C.A.;0108000111222;;VE;;J-07013380-5",
    "COMERCIALIZADORA ANDINA DEL ORIN;0108000111222;;VE;;",
    "Comercializadora Andinna del Orinoco;0105999888777;;Panama;;J-07013380-5",
    "Mohammed al-Gadhafi;LY83002048000020100120361;;Libya;1970;",
    "محمد القذافي;LY83002048000020100120361;;LY;1970-05-01;",
    "Ferretería El Tornillo;0108000111222;;VE;;",
    ";123;;;;",
    "Juan García;111;;CO;31/02/1990;",
    "Juan García;111;;Atlantis;1990;",
)


def messy(folder: Path, rows: tuple[str, ...] = MESSY) -> Path:
    file = folder / "messy.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return file


def groups(found: vd.Held) -> set[frozenset[str]]:
    return {frozenset(each.name for each in holder.members) for holder in found.view().several}


def test_a_messy_table_is_put_in_order(tmp_path: Path) -> None:
    found = vd.holders(messy(tmp_path))
    assert (found.accepted, found.rejected, len(found.unread)) == (11, 3, 3)
    assert groups(found) == {
        frozenset({"Rosaura Pinto Vega", "PINTO VEGA, ROSAURA", "Rosaura Pimto"}),
        frozenset({MESSY[at].split(";")[0] for at in (5, 6, 7)}),
        frozenset({"Mohammed al-Gadhafi", "محمد القذافي"}),
    }
    rows = found.holders.to_pylist()
    (older,) = (row for row in rows if row["beside"] == "1961-11-30")
    assert older["records"] == 2 and older["members"] == 1, "one name twice is one, of another birth date not the same"
    assert older["near_why"] == "contradiction" and older["near_milli_log10"] > 0
    assert min(older["near_terms"], key=lambda term: term["milli_log10"] or 0)["name"] == "term.holder.born_differ"


def test_strangers_at_one_account_are_told_with_what_speaks_against(tmp_path: Path) -> None:
    (shop,) = (each for each in vd.holders(messy(tmp_path)).view().near if each.members[0].name.startswith("Ferr"))
    near = shop.members[0].near
    assert near is not None and near.why == "what speaks for it does not outweigh enough"
    assert near.terms[0].milli_log10 > 0 > near.terms[-1].milli_log10
    assert sum(term.milli_log10 for term in near.terms) == near.milli_log10
    assert "birth date" in near.unknown


@pytest.mark.parametrize(("language", "against"), [("en", "other birth dates"), ("es", "otras fechas de nacimiento")])
def test_the_command_shows_reasons_and_what_speaks_against(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, against: str
) -> None:
    assert app(["holders", str(messy(tmp_path)), "--language", language]) == 3
    said = capsys.readouterr()
    assert against in said.out and "+2" in said.out and "messy.csv" in said.out
    assert {"en": "line 13", "es": "línea 13"}[language] in said.err and "Atlantis" in said.err


def test_what_a_row_should_have_held_is_told_in_spanish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert app(["holders", str(messy(tmp_path)), "--language", "es"]) == 3
    said = capsys.readouterr().err
    for expected in (
        "un nombre", "una fecha de nacimiento como 1958-12-10, 10 Dec 1958, 1958, o ninguna",
        "un país por su nombre o su código, o ninguno",
    ):  # fmt: skip
        assert f"se esperaba {expected}," in said


def test_the_command_gives_a_line_for_every_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.jsonl"
    assert app(["holders", str(messy(tmp_path)), "--json", "--report", str(report)]) == 3
    *lines, summary = map(json.loads, capsys.readouterr().out.splitlines())
    assert {line["schema"] for line in lines} == {"holder/2"} and len(lines) == summary["records"] == 10
    for line in lines:
        for terms, score in (("terms", "link_milli_log10"), ("near_terms", "near_milli_log10")):
            assert sum(term["milli_log10"] or 0 for term in line[terms]) == (line[score] or 0)
    assert len(report.read_text(encoding="utf-8").splitlines()) == 3


def test_a_notebook_shows_holders_that_unfold(tmp_path: Path) -> None:
    file = messy(tmp_path, (*MESSY[:2], "<b>Bold</b> Trading;0134-0001-12-3456789012;;VE;;"))
    found = vd.holders(file)
    html = found._repr_html_()
    assert "<details>" in html and "&lt;b&gt;Bold" in html and "<b>Bold" not in html
    assert "3 names, 2 of them joined to 1 holder." in html
    assert repr(found) == "<3 names; 1 holders of several; 3 rows accepted, 0 rejected>"


def test_bank_files_and_tables_are_resolved_together(tmp_path: Path) -> None:
    bank, mapping = bank_table(tmp_path, "A1,Comercial Andina del Orinoco,B9,Rosaura Pinto,2026-03-01,15.00,USD")
    table = messy(tmp_path, ("Comercial Andina del Orinoco C.A.;A1;;VE;;",))
    found = vd.holders(bank, mapping, table)
    assert groups(found) == {frozenset({"Comercial Andina del Orinoco", "Comercial Andina del Orinoco C.A."})}


def test_judgements_of_people_hold_and_are_told(tmp_path: Path) -> None:
    file = messy(tmp_path, ("Rosaura Pinto;111;;;;", "Rosaura Pinto;222;;;;"))
    keys = sorted(f"account:{number}\nRosaura Pinto\n\n\n" for number in ("111", "222"))
    assert len(groups(vd.holders(file))) == 1
    for verdict, why in (("different", "judged"), ("unsure", "unsure")):
        judged = Judgements([Judged(keys[0], keys[1], verdict, "north", 1)])  # type: ignore[arg-type]
        rows = vd.holders(file, judgements=judged).holders.to_pylist()
        assert [row["near_why"] for row in rows] == [why, why]


def test_the_same_rows_in_another_order_and_in_two_files_give_the_same_names(tmp_path: Path) -> None:
    whole = vd.holders(messy(tmp_path, MESSY[:11]))
    turned = vd.holders(messy(tmp_path, MESSY[10::-1]))
    said = ["holder", "subject", "name", "beside", "members", "link_milli_log10", "near_name", "records"]
    assert whole.holders.select(said).equals(turned.holders.select(said))
    for name, part in (("one.csv", MESSY[:4]), ("two.csv", MESSY[4:11])):
        (tmp_path / name).write_text("\n".join([HEADER, *part]), encoding="utf-8")
    parted = vd.holders(tmp_path / "one.csv", tmp_path / "two.csv")
    assert whole.holders.select(said).equals(parted.holders.select(said))


def test_a_file_that_a_mapping_says_how_to_read_is_no_table_of_names(tmp_path: Path) -> None:
    """A bank's own file may well call a column `name`."""
    bank, mapping = bank_table(tmp_path, "A1,Comercial Andina del Orinoco,B9,Rosaura Pinto,2026-03-01,15.00,USD")
    for file in (bank, mapping):
        file.write_text(file.read_text().replace("other_name", "name"))
    found = vd.holders(bank, mapping)
    assert sorted(found.holders["name"].to_pylist()) == ["Comercial Andina del Orinoco", "Rosaura Pinto"]
    assert found.accepted == 1 and not found.unread


def test_files_without_names_are_refused_with_a_next_step(tmp_path: Path) -> None:
    (tmp_path / "cut.csv").write_bytes(b"name,born\n\xff\xfe,1950\n")
    with pytest.raises(InputError, match="UTF-8"):
        vd.holders(tmp_path / "cut.csv")
    with pytest.raises(UsageError, match="no names"):
        vd.holders(messy(tmp_path, ()))
    with pytest.raises(UsageError, match="no file"):
        vd.holders()


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("1984-03-07", "7 Mar 1984", "same_day"),
        ("1984", "1984-03-07", "overlap"),
        ("1984-03-07", "1984-07-03", "slip"),
        ("1984-03-07", "1984-03-17", "slip"),
        ("1984-03-07", "1961-11-30", "differ"),
        ("1984", "1961", "differ"),
    ],
)
def test_birth_dates(one: str, other: str, how: str) -> None:
    first, second = born(one), born(other)
    assert first is not None and second is not None
    assert births(first, second) == births(second, first) == how
    assert shown(first) == ("1984-01-01/1984-12-31" if one == "1984" else first.first.isoformat())


def test_birth_dates_that_contradict_part_names_unless_an_account_ties_them(tmp_path: Path) -> None:
    apart = messy(tmp_path, ("Rosaura Pinto Vega;;;;1984-03-07;", "Rosaura Pinto Vega;;;;1961-11-30;"))
    assert groups(vd.holders(apart)) == set()
    between = messy(tmp_path, ("Rosaura Pinto Vega;;;;1984-03-07;", "Rosaura Pinto Vega;;;;1961-11-30;",
                               "Rosaura Pinto Vega;333;;;;"))  # fmt: skip
    assert [len(each.members) for each in vd.holders(between).view().several] == [2], "nor by way of a third"
    tied = messy(tmp_path, ("Rosaura Pinto Vega;333;;;1984-03-07;", "Rosaura Pinto Vega;333;;;1961-11-30;"))
    assert len(groups(vd.holders(tied))) == 1
