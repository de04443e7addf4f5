"""The books balance to the last unit, both banks tell the same transfer, and names and numbers say nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow.csv as pv
import pyarrow.parquet as pq

from tests.simulate.conftest import TINY
from veedor.simulate.apure import make_scaled
from veedor.simulate.paying.purse import make_purse, periods
from veedor.simulate.scale import scale
from veedor.simulate.sky import make_sky
from veedor.simulate.switches import Switches


def test_every_statement_closes_with_its_opening_balance_and_its_entries(tiny: Path) -> None:
    statements = 0
    for path in tiny.glob("*/bank/*.xml"):
        for statement in path.read_text(encoding="utf-8").split("<Stmt>")[1:]:
            amounts = re.findall(
                r'<Amt Ccy="...">([\d.]+)</Amt><CdtDbtInd>(CRDT|DBIT)</CdtDbtInd><(Dt|Sts)>', statement
            )
            signed = [Decimal(text) if sign == "CRDT" else -Decimal(text) for text, sign, _ in amounts]
            assert [kind for *_, kind in amounts[:2]] == ["Dt", "Dt"]
            opening, closing, *moved = signed
            assert moved and opening + sum(moved) == closing
            assert opening >= 0 and closing >= 0
            statements += 1
    assert statements > 100


def test_running_balances_in_csv_follow_from_entry_to_entry(tiny: Path) -> None:
    text = pv.ConvertOptions(column_types={"amount": "string", "balance": "string"})
    last: dict[str, Decimal] = {}
    steps = 0
    for path in tiny.glob("*/bank/SIMULATED-SIMDCOCU.csv"):
        for row in pv.read_csv(path, convert_options=text).to_pylist():
            balance, amount = Decimal(row["balance"]), Decimal(row["amount"])
            if row["account"] in last and last[row["account"]] + amount == balance:
                steps += 1
            last[row["account"]] = balance
    assert steps > 100


def test_a_transfer_with_a_reference_shows_the_same_amount_and_accounts_in_both_banks() -> None:
    size = scale(0.1)
    purse = make_purse(make_sky(3, size), size)
    period = next(periods(purse, 0))
    sides = defaultdict(list)
    rows = period.rows.select(["uetr", "account", "credit", "amount_units", "currency", "counterparty_account", "bank"])
    for row in rows.filter(rows["uetr"].is_valid()).to_pylist():
        sides[row["uetr"]].append(row)
    pairs = [both for both in sides.values() if len(both) == 2]
    assert len(pairs) > 500
    for one, other in pairs:
        assert one["credit"] != other["credit"] and one["bank"] != other["bank"]
        assert one["amount_units"] == other["amount_units"] and one["currency"] == other["currency"]
        assert one["counterparty_account"] in (None, other["account"])
    assert all(len(both) <= 2 for both in sides.values())
    assert (period.closing >= 0).all()


def test_every_true_payment_stands_in_the_books(tenth: Path) -> None:
    booked = set()
    for path in tenth.glob("*/bank/*.csv"):
        text = pv.ConvertOptions(column_types={"amount": "string", "booked": "string"})
        for row in pv.read_csv(path, convert_options=text).to_pylist():
            booked.add((row["account"], round(Decimal(row["amount"]) * 100), row["booked"][:10]))
    for path in tenth.glob("*/bank/*.xml"):
        for statement in path.read_text(encoding="utf-8").split("<Stmt>")[1:]:
            account = re.search(r"<IBAN>(\w+)</IBAN>", statement)
            assert account is not None
            for entry in statement.split("<Ntry>")[1:]:
                match = re.search(r">([\d.]+)</Amt><CdtDbtInd>(CRDT|DBIT).*?<BookgDt><Dt(?:Tm)?>([\d-]{10})", entry)
                assert match is not None
                signed = round(Decimal(match[1]) * 100) * (1 if match[2] == "CRDT" else -1)
                booked.add((account[1], signed, match[3]))
    ours = {account for account, _, _ in booked}
    checked = 0
    for row in pq.read_table(tenth / "truth/instances.parquet").to_pylist():
        for account, sign, moment in ((row["payer"], -1, row["debit_us"]), (row["payee"], 1, row["credit_us"])):
            if account in ours:
                day = str(np.datetime64(moment, "us"))[:10]
                assert (account, sign * row["units"], day) in booked
                checked += 1
    assert checked > 2_000


def test_accounts_in_laundering_are_drawn_like_all_others() -> None:
    size = scale(1.0)
    purse = make_purse(make_sky(8, size), size)
    used = {index for story in purse.stories if story.illicit for d in story.deals for index in (d.payer, d.payee)}
    ours = np.array(sorted(used - {-1}))
    place = np.sort(ours) / len(purse.people)  # position in the list of accounts
    even = (np.arange(len(place)) + 0.5) / len(place)
    assert np.abs(place - even).max() < 1.95 / np.sqrt(len(place))
    digits = np.sort([int(account[8:]) for account in purse.people.account[ours]]) / 1e15
    assert np.abs(digits - even).max() < 1.95 / np.sqrt(len(place))
    lengths = [np.mean([len(name) for name in purse.people.holder[chosen]]) for chosen in (ours, slice(None))]
    assert abs(lengths[0] - lengths[1]) < 1.5


def test_banks_that_write_messages_tell_the_same_books(tmp_path: Path) -> None:
    size = replace(TINY, factor=0.05)
    plain, messages = tmp_path / "plain", tmp_path / "messages"
    make_scaled(plain, 5, size)
    make_scaled(messages, 5, size, switches=Switches(banks="messages"))
    (mt940,) = messages.glob("ve/bank/*.mt940")
    booked = pv.read_csv(plain / "ve/bank/SIMULATED-SIMBVEMR.csv")
    assert mt940.read_text(encoding="utf-8").count(":61:") == booked.num_rows
    assert not list(messages.glob("ve/bank/*.toml")) and list(messages.glob("co/bank/*.toml"))
    same = ("ve/bank/SIMULATED-SIMAVECA.xml", "co/bank/SIMULATED-SIMDCOCU.csv", "truth/instances.parquet")
    assert all((plain / name).read_bytes() == (messages / name).read_bytes() for name in same)
    for sent in messages.glob("*/bank/*-sent.xml"):
        statement = sent.with_name(sent.name.replace("-sent", "")).read_text(encoding="utf-8")
        uetrs = re.findall(r"<UETR>([0-9a-f-]+)</UETR>", sent.read_text(encoding="utf-8"))
        assert len(uetrs) > 20 and all(uetr in statement for uetr in uetrs)
