"""Registers asked by hand say where an answer comes from, and that there is none."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from veedor.cli.app import app
from veedor.registers.exchange_rates import read_rates
from veedor.registers.identifiers import SCHEMES, Written
from veedor.registers.thresholds import thresholds
from veedor.views.registers import (
    converted_line,
    identifier_lines,
    restated_line,
    same_account_line,
    threshold_lines,
)
from veedor.words import LANGUAGES, say

TABLE = b"""day,base,quote,kind,rate,source
2026-03-02,USD,VES,official,424.25,central bank
2026-03-02,USD,VES,parallel,610,a newspaper
"""


def test_all_readings_of_a_number_are_given_the_checked_first() -> None:
    found = list(identifier_lines("20-26756539-3"))
    assert next(each.scheme for each in found if each.checked) == "ar_cuit"
    assert all(each.scheme in SCHEMES and each.why is None for each in found)
    assert [each.checked for each in found] == sorted((each.checked for each in found), reverse=True)


def test_what_is_nearly_a_number_says_why_in_both_languages() -> None:
    (wrong,) = [each for each in identifier_lines("231.002.999-00") if each.scheme == "br_cpf"]
    assert (wrong.value, wrong.why) == (None, "identifier.check")
    for language in LANGUAGES:
        assert "00" in say(wrong.why or "", language, {"expected": wrong.expected or "", "found": wrong.found or ""})


@pytest.mark.parametrize("verdict", ["same", "likely", "different", "cannot_tell"])
def test_every_verdict_on_accounts_has_words(verdict: str) -> None:
    for language in LANGUAGES:
        assert say(f"same_account.verdict.{verdict}", language)


def test_a_judgement_on_accounts_comes_with_its_reasons() -> None:
    line = same_account_line(Written("0105-0194-65-1194079423"), Written("1194079423"))
    assert (line.verdict, line.reasons) == ("likely", ("same_account.last_part", "same_account.bank_unknown"))


def test_thresholds_are_listed_with_law_and_reading() -> None:
    assert len(list(threshold_lines(None))) == len(thresholds())
    assert {line.currency for line in threshold_lines("CO")} == {"COP", "USD"}
    assert all(line.source and line.read and line.day for line in threshold_lines(None))


def test_an_amount_of_another_day_is_restated_or_left_alone_with_the_law() -> None:
    moved = restated_line(123_456, 2, "VEF", date(2018, 1, 2), date(2019, 1, 2))
    assert (moved.amount, moved.restated, len(moved.sources)) == ("1234.56 VEF", "0.0123456 VES", 1)
    unclear = restated_line(1, 0, "VES", date(2021, 10, 1), date(2022, 1, 1))
    assert unclear.restated is None and len(unclear.sources) == 1


def test_a_rate_converts_its_kind_and_its_days_only() -> None:
    rates = read_rates("rates.csv", TABLE)
    day = date(2026, 3, 3)
    official = converted_line(1_050, 2, "USD", "VES", "official", day, rates)
    assert (official.converted, official.rate_day, official.source) == (
        "4454.625 VES",
        date(2026, 3, 2),
        "central bank",
    )
    assert converted_line(1_050, 2, "USD", "VES", "parallel", day, rates).converted == "6405 VES"
    for into, late in (("EUR", day), ("VES", date(2026, 4, 3))):
        assert converted_line(1_050, 2, "USD", into, "official", late, rates).converted is None


def test_the_command_converts_by_the_table_that_it_is_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rates.csv").write_bytes(TABLE)
    asked = ["registers", "convert", "10.50", "USD", "--into", "VES", "--day", "2026-03-03"]
    asked += ["--rates", str(tmp_path / "rates.csv")]
    assert app([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["converted"] == "4454.625 VES"
    assert app([*asked, "--kind", "parallel", "--language", "es"]) == 0
    assert "tasa del mercado paralelo del 2026-03-02: 610 VES; a newspaper" in capsys.readouterr().out
