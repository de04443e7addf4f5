"""Windows of weeks: shipped, shown in the docs as they are, and found by them what quick windows leave out."""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path

import pytest

import veedor as vd
from veedor.errors import UsageError
from veedor.on_files import money_detectors

DOCS = Path(__file__).parents[2] / "docs" / "detectors" / "money.md"


def test_the_docs_show_the_shipped_windows_of_weeks() -> None:
    shown = DOCS.read_text(encoding="utf-8").split("### Slow patterns")[1].split("```toml\n")[1].split("```")[0]
    shipped = resources.files("veedor.money").joinpath("slow.toml").read_text(encoding="utf-8")
    assert tomllib.loads(shown) == tomllib.loads(shipped)


def test_slow_windows_are_longer_and_exclude_a_file_of_settings(tmp_path: Path) -> None:
    quick, slow = ({one.name: one.parameters for one in money_detectors(None, slow)} for slow in (False, True))
    assert slow["fans"].fan_in_window_hours > quick["fans"].fan_in_window_hours
    assert slow["networks"].relay_window_hours > quick["networks"].relay_window_hours
    with pytest.raises(UsageError, match="exclude each other"):
        money_detectors(tmp_path / "own.toml", slow=True)


def test_a_fan_of_two_weeks_is_found_by_the_second_look_alone(tmp_path: Path) -> None:
    """Fourteen people pay one, a day apart; then all of it goes to one firm. Beside it others pay each other."""
    lines = ["account,counterparty_account,time,direction,amount,currency"]

    def pays(payer: str, payee: str, hours: float, amount: int) -> None:
        moment = f"2026-03-{2 + int(hours // 24):02d}T{int(hours % 24):02d}:{int(hours % 1 * 60):02d}:00Z"
        lines.append(f"{payer},{payee},{moment},debit,{amount},USD")
        lines.append(f"{payee},{payer},{moment},credit,{amount},USD")

    for number in range(14):
        pays(f"COURIER{number:02d}", "COLLECTOR", 23.0 * number + 9, 700 + 37 * number)
    pays("COLLECTOR", "FRONT", 340, sum(700 + 37 * number for number in range(14)) - 150)
    for number in range(300):
        pays(f"PERSON{number % 60:02d}", f"PERSON{number * 7 % 59:02d}X", 2.2 * number, 20 + number % 83)
    file = tmp_path / "entries.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    mapping = tmp_path / "entries.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    quick, slow = (vd.money(file, mapping, slow=each) for each in (False, True))
    told = [{(row["kind"], row["subject"]) for row in each.findings.to_pylist()} for each in (quick, slow)]
    assert ("fan_in", "account:COLLECTOR") in told[1] - told[0]


MAPPING = """
mapping = "slow-test/1"
format = "csv"
[[record]]
table = "entries"
sign = "indicator"
columns.account = { column = "account", required = true }
columns.counterparty_account = { column = "counterparty_account" }
columns.time = { column = "time", time = "iso", zone = "UTC", required = true }
columns.amount = { column = "amount", required = true }
columns.credit = { column = "direction", enum = { credit = "true", debit = "false" } }
columns.currency = { column = "currency", required = true }
"""
