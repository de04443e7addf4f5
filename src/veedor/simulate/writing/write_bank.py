"""The bank files of the parties: camt.053 with one statement per account, and CSV with one line per entry."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa

from veedor.formats.bank.bank_csv import MAPPING_TOML, encode_entries
from veedor.formats.bank.camt053_encode import encode_statement
from veedor.formats.bank.mt940_encode import encode_mt940
from veedor.formats.bank.transfers_encode import encode_transfers
from veedor.simulate.columns import column, compute
from veedor.simulate.paying.cash_places import cash_csv, handled
from veedor.simulate.paying.customer_file import customer_files
from veedor.simulate.paying.declarations import declaration_files
from veedor.simulate.paying.ledger import EXPONENT
from veedor.simulate.paying.people import BANKS, MARKETS, Bank, People
from veedor.simulate.paying.purse import Period, Purse, periods
from veedor.simulate.switches import BankFormat
from veedor.simulate.truth import MARK, PAYMENTS
from veedor.simulate.writing.write_air import for_files
from veedor.simulate.writing.write_wires import wire_rows, write_wires

_SUFFIX = {"camt053": "xml", "csv": "csv", "mt940": "mt940"}
_TAIL = b"</BkToCstmrStmt>\n</Document>\n"
_STATEMENT = b"<Stmt>"


def write_banks(
    out: Path, purse: Purse, start_us: int, say: Callable[[str, int, int], None], form: BankFormat = "files"
) -> pa.Table:
    """Writes all bank files below `out`; returns the payments of all stories as truth. As `messages`, a bank that books
    by days writes MT940 instead of CSV, and each that writes camt.053 also hands in the pacs.008 it sent."""
    instances = []
    wired = any(deal.legs for story in purse.stories for deal in story.deals)
    number = 0
    for period in periods(purse, start_us):
        part = "-earlier" if period.earlier else f"-{number:03d}" if number else ""
        bank_of = purse.people.bank[period.account]
        for index, bank in enumerate(BANKS):
            if bank.form:
                mine = np.nonzero(bank_of == index)[0]
                _write(out, bank, purse.people, period, mine, start_us, part, form)
        wires = wire_rows(purse, period, _day(start_us, 0)) if wired and not period.earlier else {}
        write_wires(out, wires, _day(start_us, period.last_day + 1), part)
        if form == "messages":
            _write_sent(out, period, bank_of, start_us, part, {row["uetr"] for some in wires.values() for row in some})
        if period.earlier:
            continue
        number += 1
        _write_cash(out, purse, period, start_us, part)
        instances.append(story_payments(purse, period, start_us))
        say("banks", period.last_day + 1, purse.scale.days)
    if any(story.kind == "shells" for story in purse.stories):
        files = customer_files(purse)
        for bank in BANKS:
            if bank.form:
                (out / bank.party / "bank" / f"SIMULATED-{bank.bic}-customers.csv").write_bytes(files[bank.bic])
    if any(story.declared for story in purse.stories):
        for party, made in declaration_files(purse, start_us).items():
            (out / party / "bank" / "SIMULATED-declarations.csv").write_bytes(made)
    for party in {bank.party: None for bank in BANKS if _kind(bank, form) == "csv"}:
        mapping = out / party / "bank" / "entries-csv.toml"
        mapping.write_text("# SIMULATED data\n" + for_files(MAPPING_TOML, "SIMULATED-SIM*.csv"), encoding="utf-8")
    return pa.concat_tables(instances)


def _write_cash(out: Path, purse: Purse, period: Period, start_us: int, part: str) -> None:
    """Where cash was handled, bank by bank, in scenarios that tell of funnels or of cash declared at the border."""
    if not any(story.kind == "funnel" or story.declared for story in purse.stories):
        return
    some = list(handled(purse, period))
    for index, bank in enumerate(BANKS):
        if bank.form:
            file = out / bank.party / "bank" / f"SIMULATED-{bank.bic}-cash{part}.csv"
            file.write_bytes(cash_csv([one for one in some if one.bank == index], start_us))


def _write(
    out: Path, bank: Bank, people: People, period: Period, mine: np.ndarray, start_us: int, part: str,
    form: BankFormat,
) -> None:  # fmt: skip
    folder = out / bank.party / "bank"
    folder.mkdir(parents=True, exist_ok=True)
    rows = period.rows.take(pa.array(mine))
    kind = _kind(bank, form)
    with (folder / f"SIMULATED-{bank.bic}{part}.{_SUFFIX[kind]}").open("wb") as sink:
        if kind == "mt940":
            for message in _mt940(bank, people, period, rows, period.account[mine], start_us):
                sink.write(message)
        elif kind == "csv":
            # A bank's export runs by booking time, whatever the accounts are called.
            for chunk in encode_entries(rows.sort_by([("time", "ascending"), ("account", "ascending")])):
                sink.write(chunk)
        else:
            _statements(sink, bank, people, period, rows, period.account[mine], start_us)


def _statements(
    sink: BinaryIO, bank: Bank, people: People, period: Period, rows: pa.Table, account: np.ndarray, start_us: int
) -> None:
    """One message with a statement per account that moved: the encoder's messages, joined under one header."""
    first, last = _day(start_us, period.first_day), _day(start_us, period.last_day)
    cuts = _cuts(account)
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


def _kind(bank: Bank, form: BankFormat) -> str:
    return "mt940" if form == "messages" and bank.dates_only else bank.form


def _mt940(
    bank: Bank, people: People, period: Period, rows: pa.Table, account: np.ndarray, start_us: int
) -> Iterator[bytes]:
    """One message for every account that moved."""
    for number, (start, end) in enumerate(itertools.pairwise(_cuts(account))):
        index = int(account[start])
        yield from encode_mt940(
            rows.slice(start, end - start), reference=f"{number:07d}", account=str(people.account[index]),
            bank=bank.bic, currency=MARKETS[int(people.market[index])].currency,
            opening_units=int(period.opening[index]), closing_units=int(period.closing[index]), exponent=EXPONENT,
            opening_date=_day(start_us, period.first_day).date(), closing_date=_day(start_us, period.last_day).date(),
            simulated=True,
        )  # fmt: skip


def _write_sent(out: Path, period: Period, bank_of: np.ndarray, start_us: int, part: str, but: set[str]) -> None:
    """The pacs.008 that banks with camt.053 sent, but for those transfers of which they hand in all messages."""
    for index, bank in enumerate(BANKS):
        if bank.form == "camt053":
            rows = period.rows.take(column(np.nonzero(bank_of == index)[0]))
            with (out / bank.party / "bank" / f"SIMULATED-{bank.bic}-sent{part}.xml").open("wb") as sink:
                for chunk in _sent(bank, rows, start_us, period.last_day, but):
                    sink.write(chunk)


def _sent(bank: Bank, rows: pa.Table, start_us: int, last_day: int, but: set[str]) -> Iterator[bytes]:
    """What customers sent to other banks under a UETR, as one message."""
    abroad = compute.and_kleene(
        compute.not_equal(rows["counterparty_bank"], bank.bic), compute.invert(rows["credit"])
    )  # fmt: skip
    sent = rows.filter(compute.and_kleene(abroad, rows["uetr"].is_valid()))
    sent = sent.filter(compute.invert(compute.is_in(sent["uetr"], value_set=column(sorted(but), pa.string()))))
    columns = {
        "uetr": sent["uetr"], "end_to_end_id": sent["end_to_end_id"], "settlement_date": sent["value_date"],
        "amount_units": sent["amount_units"], "amount_exponent": sent["amount_exponent"], "currency": sent["currency"],
        "debtor_name": sent["holder"], "debtor_account": sent["account"], "debtor_agent": sent["bank"],
        "creditor_name": sent["counterparty_name"], "creditor_account": sent["counterparty_account"],
        "creditor_agent": sent["counterparty_bank"], "remittance": sent["purpose"],
    }  # fmt: skip
    yield from encode_transfers(
        pa.table(columns), message="pacs.008", message_id=f"SIMULATED-{bank.bic}-SENT",
        created=_day(start_us, last_day + 1), simulated=True,
    )  # fmt: skip


def _day(start_us: int, day: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=start_us, days=day)


def _cuts(account: np.ndarray) -> list[int]:
    """Where the rows of each account begin, and where the last end."""
    found: list[int] = np.nonzero(np.diff(account, prepend=-1, append=-1))[0].tolist()
    return found


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
