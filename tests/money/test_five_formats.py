"""The same month of two banks, handed in once as statements and once in five formats: the findings are those of one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pytest

from tests.formats.conftest import read_all
from tests.money.making import START, deposit
from tests.money.running import run_chain
from tests.money.test_patterns import collector, everyday
from veedor.formats import BytesSource, Options, detect
from veedor.formats.bank.bank_csv import MAPPING_TOML, encode_entries
from veedor.formats.bank.camt053_encode import encode_notification, encode_statement
from veedor.formats.bank.mt940_encode import encode_mt940
from veedor.formats.bank.transfers_encode import encode_transfers
from veedor.formats.mapped import READER as MAPPED
from veedor.formats.mapping import load
from veedor.tables import ENTRIES, TRANSFERS

Row = dict[str, Any]
ONE, TWO = "COBADEFFXXX", "WESTGB2LXXX"


def bank(account: str) -> str:
    return ONE if sum(account.encode()) % 2 else TWO


def sides(payment: Row, number: int) -> tuple[Row, Row]:
    """What the payer's and the payee's bank book: the payee's bank some hours later, half with a UETR."""
    ids = {name: f"{bank(payment[name])}:{payment[name]}" for name in ("payer", "payee")}
    time = payment["time"] - payment["time"] % 1_000_000
    shared = {
        "amount_units": payment["amount_units"], "amount_exponent": 2, "currency": "USD", "instrument": "transfer",
        "end_to_end_id": f"E{number}", "purpose": f"order {number}", "reversal": False, "time_is_date": False,
        "uetr": f"00000000-0000-4000-8000-{number:012d}" if number % 2 else None,
    }  # fmt: skip
    made = []
    for own, other, credit in (("payer", "payee", False), ("payee", "payer", True)):
        made.append(
            shared
            | {
                "account": ids[own], "bank": bank(payment[own]), "holder": f"holder of {payment[own]}",
                "counterparty_account": ids[other], "counterparty_bank": bank(payment[other]), "credit": credit,
                "counterparty_name": f"holder of {payment[other]}", "time": time,
                "servicer_reference": f"{own[-1]}{number}",
            }
        )  # fmt: skip
    return made[0], made[1]


def table(rows: list[Row]) -> pa.Table:
    fields = [ENTRIES.schema.field(name) for name in rows[0]]
    return pa.Table.from_pylist(sorted(rows, key=lambda row: (row["time"], row["end_to_end_id"])), pa.schema(fields))


def files(rows: list[Row], form: str) -> Iterator[bytes]:
    by_account: dict[str, list[Row]] = {}
    for row in rows:
        by_account.setdefault(row["account"], []).append(row)
    day = {"opening_units": 0, "closing_units": 0, "exponent": 2, "opening_date": date(2026, 3, 1),
           "closing_date": date(2026, 5, 1), "currency": "USD", "simulated": True}  # fmt: skip
    said = {"message_id": "M", "created": START}
    for account, own in by_account.items():
        who = {"account": account, "bank": own[0]["bank"]}
        holder = {"holder": own[0]["holder"]}
        match form:
            case "camt053":
                yield b"".join(encode_statement(table(own), **said, **who, **holder, **day))  # type: ignore[arg-type]
            case "camt054":
                yield b"".join(
                    encode_notification(table(own), **said, **who, **holder, currency="USD", simulated=True)  # type: ignore[arg-type]
                )
            case "mt940":
                yield b"".join(encode_mt940(table(own), reference="R", **who, **day))  # type: ignore[arg-type]
    if form == "csv":
        plain = table(rows).drop(["uetr", "end_to_end_id", "servicer_reference"])
        yield b"".join(encode_entries(plain.append_column("simulated", pa.repeat(True, plain.num_rows))))


def messages(rows: list[Row]) -> bytes:
    made = [
        {
            "uetr": row["uetr"], "end_to_end_id": row["end_to_end_id"], "instruction_id": row["servicer_reference"],
            "amount_units": row["amount_units"], "amount_exponent": 2, "currency": "USD",
            "settlement_date": datetime.fromtimestamp(row["time"] // 1_000_000, UTC).date(),
            "debtor_account": row["account"], "debtor_name": row["holder"], "debtor_agent": row["bank"],
            "creditor_account": row["counterparty_account"], "creditor_name": row["counterparty_name"],
            "creditor_agent": row["counterparty_bank"], "remittance": row["purpose"],
        }
        for row in rows
        if not row["credit"]
    ]  # fmt: skip
    fields = [TRANSFERS.schema.field(name) for name in made[0]]
    told = pa.Table.from_pylist(made, pa.schema(fields))
    return b"".join(encode_transfers(told, message="pacs.008", message_id="M", created=START, simulated=True))


def read(data: Iterator[bytes] | list[bytes], name: str) -> list[pa.Table]:
    """Entries or transfers of the files of one deposit."""
    made, first = [], 0
    for number, file in enumerate(data):
        source = BytesSource(file, "file")
        mapped = name == "csv"
        options = Options(mapping=load(MAPPING_TOML)) if mapped else Options()
        found = read_all(MAPPED if mapped else detect(source), source, options)
        assert found.rejects == []
        for key in ("entries", "transfers"):
            rows = found.tables.get(key)
            if rows is not None:
                rows = rows.set_column(
                    rows.column_names.index("row"), "row", pa.compute.add(rows["row"], first)
                )  # fmt: skip
                rows = rows.append_column("deposit", pa.repeat(pa.scalar(deposit(name), pa.binary(32)), rows.num_rows))
                made.append(rows.append_column("file", pa.repeat(pa.scalar(number, pa.int32()), rows.num_rows)))
        first += found.accepted
    return made


@pytest.fixture(scope="module")
def month() -> list[Row]:
    life = [row for row in everyday(people=40, days=40) if row["payer"] != row["payee"]]
    payments = [*life, *collector("C", 900_000, 20, 12), *collector("D", 910_000, 24, 14)]
    return [side for number, payment in enumerate(payments, 1) for side in sides(payment, number)]


@pytest.mark.long
def test_five_formats_of_two_banks_give_the_findings_of_one(month: list[Row]) -> None:
    one, two = ([row for row in month if row["bank"] == which] for which in (ONE, TWO))
    plain = [*read(files(one, "camt053"), "one"), *read(files(two, "camt053"), "two")]
    once = run_chain(ENTRIES.cast(pa.concat_tables(plain)))
    many = [
        *plain[: len({row["account"] for row in one})],
        *read(files(one, "csv"), "csv"),
        *read(files(two, "camt054"), "camt054"),
        *read(files(two, "mt940"), "mt940"),
    ]
    told = TRANSFERS.cast(pa.concat_tables(read([messages(one)], "swift")))
    all_of_it = run_chain(ENTRIES.cast(pa.concat_tables(many)), transfers=told)

    def payments(found: dict[str, pa.Table]) -> list[tuple[object, ...]]:
        columns = ("payer", "payee", "amount_units", "currency", "time", "purpose", "conflict", "reversed")
        return sorted(zip(*(found["payments"][name].to_pylist() for name in columns), strict=True))

    assert payments(all_of_it) == payments(once)
    assert once["payments"].num_rows == len(month) // 2
    assert pa.compute.sum(all_of_it["payments"]["messages"]).as_py() == told.num_rows
    assert pa.compute.sum(all_of_it["payments"]["entries"]).as_py() == len(month) * 2

    def findings(found: dict[str, pa.Table]) -> list[tuple[object, ...]]:
        columns = ("kind", "subject", "start", "end", "score_milli_log10", "evidence_count")
        return sorted(zip(*(found["findings"][name].to_pylist() for name in columns), strict=True))

    assert findings(all_of_it) == findings(once)
    assert {row[0] for row in findings(once)} >= {"fan_in"}
