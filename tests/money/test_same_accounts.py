"""Accounts of payments that are likely one, written in two ways, are told with reasons; nothing is joined."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import veedor as vd
from tests.money.making import payment, payments
from veedor.cli.app import app
from veedor.errors import UsageError
from veedor.money.payments.same_accounts import same_accounts

ES, LOCAL = "ES9121000418450200051332", "CAIXESBBXXX:0200051332"


def pairs(*accounts: str, bank: str | None = None) -> list[tuple[str, str, str]]:
    rows = [payment(number, one, "X", 100, number, payer_bank=bank) for number, one in enumerate(accounts)]
    return [(one, other, found.verdict) for one, other, found in same_accounts(payments(rows)).pairs]


def test_an_iban_and_the_bank_s_own_number_are_likely_one_account() -> None:
    assert pairs(ES, LOCAL) == [(LOCAL, ES, "likely")]


def test_with_the_bank_said_they_are_the_same() -> None:
    rows = [payment(0, ES, "X", 100, 0, payer_bank="CAIXESBB"), payment(1, "X", LOCAL, 100, 1)]
    ((one, other, found),) = same_accounts(payments(rows)).pairs
    assert (one, other, found.verdict) == (LOCAL, ES, "same") and "same_account.banks_agree" in found.reasons


@pytest.mark.parametrize(
    "other",
    ["BBVAESMM:0200051333", "CAIXESBB:51332", "DE89370400440532013000", "name:0200051332"],
    ids=["other digits", "too few digits", "another checked number", "a name"],
)
def test_others_are_not_told(other: str) -> None:
    assert pairs(ES, other) == []


def test_the_bank_decides_where_both_say_one() -> None:
    rows = [payment(0, ES, "X", 100, 0, payer_bank="CAIXESBB"), payment(1, "BBVAESMM:0200051332", "X", 100, 1)]
    assert same_accounts(payments(rows)).pairs == ()


def test_accounts_whose_ends_too_many_share_are_counted_and_not_compared() -> None:
    accounts = [f"BANK{number:04}:7700000001" for number in range(70)]
    rows = [payment(number, one, "X", 100, number) for number, one in enumerate(accounts)]
    found = same_accounts(payments(rows))
    assert found.pairs == () and found.skipped == tuple(sorted(accounts))


def test_the_command_and_the_notebook_tell_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "entries.csv", tmp_path / "accounts.jsonl"
    lines = ["account,booked,amount,currency,counterparty_account"]
    lines += [f"{ES},2026-03-0{day},-1{day}.50,EUR,DE89370400440532013000" for day in (2, 3)]
    lines += [f"DE89370400440532013000,2026-03-0{day},-7.0{day},EUR,{LOCAL}" for day in (4, 5)]
    file.write_text("\n".join(lines) + "\n")
    (tmp_path / "bank.toml").write_text(
        'mapping = "bank/1"\nformat = "csv"\n[[record]]\ntable = "entries"\nsign = "positive_is_credit"\n'
        'columns.account = { column = "account", required = true }\n'
        'columns.booking_date = { column = "booked", time = "iso" }\n'
        'columns.time = { column = "booked", time = "iso", required = true }\n'
        'columns.amount = { column = "amount", required = true }\n'
        'columns.currency = { column = "currency", required = true }\n'
        'columns.counterparty_account = { column = "counterparty_account" }\n'
    )
    given = [str(file), str(tmp_path / "bank.toml")]
    app(["money", *given, "--accounts", str(out), "--language", "es"])
    assert "1 par de cuentas" in capsys.readouterr().err
    (line,) = [json.loads(each) for each in out.read_text().splitlines()]
    assert (line["schema"], line["one"], line["other"], line["verdict"]) == ("same-account/1", LOCAL, ES, "likely")
    looked = vd.money(*given, accounts=True)
    assert [pair[:2] for pair in looked.same_accounts().pairs] == [(LOCAL, ES)]
    with pytest.raises(UsageError, match="payments were not kept"):
        vd.money(*given).same_accounts()
