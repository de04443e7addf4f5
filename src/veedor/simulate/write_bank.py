"""The bank files of the parties: camt.053 with one statement per account, and CSV with one line per entry."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from veedor.formats.bank_csv import MAPPING_TOML, encode_entries
from veedor.formats.camt053_encode import encode_statement
from veedor.simulate.ledger import EXPONENT
from veedor.simulate.people import BANKS, MARKETS, Bank, People
from veedor.simulate.purse import Period, Purse, periods
from veedor.simulate.truth import MARK, PAYMENTS
from veedor.simulate.write_air import for_files

_TAIL = b"</BkToCstmrStmt>\n</Document>\n"
_STATEMENT = b"<Stmt>"


def write_banks(out: Path, purse: Purse, start_us: int, say: Callable[[str, int, int], None]) -> pa.Table:
    """Writes all bank files below `out`; returns the payments of all stories as truth."""
    instances = []
    for number, period in enumerate(periods(purse, start_us)):
        bank_of = purse.people.bank[period.account]
        for index, bank in enumerate(BANKS):
            if bank.form:
                mine = np.nonzero(bank_of == index)[0]
                _write(out, bank, purse.people, period, mine, start_us, number)
        instances.append(story_payments(purse, period, start_us))
        say("banks", period.last_day + 1, purse.scale.days)
    for party in ("ve", "co"):
        mapping = out / party / "bank" / "entries-csv.toml"
        mapping.write_text("# SIMULATED data\n" + for_files(MAPPING_TOML, "SIMULATED-SIM*.csv"), encoding="utf-8")
    return pa.concat_tables(instances)


def _write(out: Path, bank: Bank, people: People, period: Period, mine: np.ndarray, start_us: int, number: int) -> None:
    folder = out / bank.party / "bank"
    folder.mkdir(parents=True, exist_ok=True)
    rows = period.rows.take(pa.array(mine))
    suffix = "xml" if bank.form == "camt053" else "csv"
    part = f"-{number:03d}" if number else ""
    with (folder / f"SIMULATED-{bank.bic}{part}.{suffix}").open("wb") as sink:
        if bank.form == "csv":
            # A bank's export runs by booking time, whatever the accounts are called.
            for chunk in encode_entries(rows.sort_by([("time", "ascending"), ("account", "ascending")])):
                sink.write(chunk)
        else:
            _statements(sink, bank, people, period, rows, period.account[mine], start_us)


def _statements(
    sink: BinaryIO, bank: Bank, people: People, period: Period, rows: pa.Table, account: np.ndarray, start_us: int
) -> None:
    """One message with a statement per account that moved: the encoder's messages, joined under one header."""
    day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=start_us)
    first, last = day + timedelta(days=period.first_day), day + timedelta(days=period.last_day)
    cuts: list[int] = np.nonzero(np.diff(account, prepend=-1, append=-1))[0].tolist()
    for number, (start, end) in enumerate(itertools.pairwise(cuts)):
        index = int(account[start])
        message = b"".join(
            encode_statement(
                rows.slice(start, end - start), message_id=f"SIMULATED-{bank.bic}-{number:07d}",
                created=last + timedelta(days=1), account=str(people.account[index]), holder=str(people.holder[index]),
                bank=bank.bic, currency=MARKETS[int(people.market[index])].currency,
                opening_units=int(period.opening[index]), closing_units=int(period.closing[index]), exponent=EXPONENT,
                opening_date=first.date(), closing_date=last.date(), simulated=True,
            )
        )  # fmt: skip
        body = message.index(_STATEMENT)
        sink.write(message[0 if number == 0 else body : -len(_TAIL)])
    if len(cuts) > 1:
        sink.write(_TAIL)


def story_payments(purse: Purse, period: Period, start_us: int) -> pa.Table:
    """The payments of laundering instances and their look-alikes in this period, as truth tells them."""
    pay, people = period.booked.payments, purse.people
    told = np.nonzero(pay.serial >= 0)[0]
    stories = [purse.stories[int(n)] for n in pay.serial[told]]

    def named(indices: np.ndarray) -> Iterator[str | None]:
        return (str(people.account[n]) if n >= 0 else None for n in indices.tolist())

    market = people.market[np.maximum(pay.payer[told], pay.payee[told])]
    columns = {
        "instance": pay.serial[told].tolist(),
        "typology": [story.kind for story in stories],
        "illicit": [story.illicit for story in stories],
        "subject": [str(people.account[story.subject]) for story in stories],
        "mission": [story.flight if story.flight >= 0 else None for story in stories],
        "payer": list(named(pay.payer[told])),
        "payee": list(named(pay.payee[told])),
        "units": pay.units[told].tolist(),
        "exponent": [EXPONENT] * len(told),
        "currency": [MARKETS[int(m)].currency for m in market],
        "debit_us": (start_us + np.floor(pay.t[told]).astype(np.int64) * 1_000_000).tolist(),
        "credit_us": (start_us + period.booked.credit_t[told].astype(np.int64) * 1_000_000).tolist(),
        "simulated": [MARK] * len(told),
    }
    return pa.table(columns, schema=PAYMENTS)
