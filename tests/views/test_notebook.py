"""The table for a notebook: simulated data says so, hostile names stay text, both languages, nothing cut silently."""

from __future__ import annotations

from dataclasses import replace

from tests.views.findings_made import finding, table
from veedor.engine.findings import Finding, Reason
from veedor.export.notebook_html import notebook_html
from veedor.views.finding import finding_views


def shown(*findings: Finding, language: str = "en", most: int = 15) -> str:
    return notebook_html(finding_views(table(*findings), language), 2, 1_000, 3, most, language)


def test_simulated_findings_say_so_once_above_and_once_in_each_row() -> None:
    made = shown(finding(), finding(age_days=70))
    assert made.count("SIMULATED · SIMULADO") == 1 and made.count("[SIMULATED]") == 2
    assert "SIMULATED" not in shown(replace(finding(), simulated=False))


def test_names_from_files_cannot_become_markup() -> None:
    hostile = replace(finding(), subject="account:<script>x</script>", reasons=[Reason("<img src=x>", {})])
    made = shown(hostile)
    assert "<script" not in made and "<img" not in made and "&lt;script&gt;" in made


def test_what_is_left_out_is_counted() -> None:
    made = shown(*(finding(age_days=60 + day) for day in range(5)), most=2, language="es")
    assert made.count("<tr>") == 3
    assert "5 hallazgos, se muestran 2" in made
    assert "2 archivos: 1000 filas aceptadas, 3 rechazadas" in made


def test_without_findings_there_is_no_empty_table() -> None:
    assert "<table" not in shown()
