"""A scenario made: thirty days over a theatre, by default the Venezuelan-Colombian border; files and truth."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pyarrow as pa

from veedor.errors import UsageError
from veedor.simulate.columns import Column, column
from veedor.simulate.paying.cash_places import cash_rows, handled
from veedor.simulate.paying.customer_file import customer_rows
from veedor.simulate.paying.declarations import declaration_rows
from veedor.simulate.paying.further import known, listed_accounts
from veedor.simulate.paying.ledger import entries
from veedor.simulate.paying.listed import list_file
from veedor.simulate.paying.purse import booked_day, make_purse, periods
from veedor.simulate.paying.quotes import quotes_csv
from veedor.simulate.paying.rules import rules_csv
from veedor.simulate.scale import Scale, scale
from veedor.simulate.sensing.hits import plot_rows
from veedor.simulate.sky import Sky, days_seen, make_sky
from veedor.simulate.switches import ALL_ON, Switches
from veedor.simulate.theatre import APURE, Theatre
from veedor.simulate.truth import PAYMENTS, Seen, Truth, air_truth, phenomena_truth, sensor_truth, write_truth
from veedor.simulate.writing.papers import papers, write_papers
from veedor.simulate.writing.write_air import write_air
from veedor.simulate.writing.write_bank import story_payments, write_banks
from veedor.tables import ACCOUNT_HOLDERS, CASH_DECLARATIONS, CASH_TRANSACTIONS, ENTRIES, PLOTS, Table

START = datetime(2026, 5, 1, tzinfo=UTC)
# From this factor on a second process for the banks is worth starting.
_APART = 0.1
_HEAD = """SIMULATED DATA. Scenario {name}, seed {seed}, factor {factor:g}, from {start} for {days} days.

Every file and every row here is invented by a simulator: no flight, strip, account, bank, person or firm is real.
{real}

"""
_REAL = "Only the names and positions of the larger aerodromes are."
_REAL_STRIPS = (
    "Names and positions of the larger aerodromes are, and places of strips, which a list gave; no use of them is."
)
_APURE = """ve/radar  plots of VE-R1 and VE-R2{ve}; site table
ve/bank   one bank as camt.053, one as CSV, read by entries-csv.toml
co/radar  plots of CO-R1{co}; site table
co/adsb   two receivers as zipped readsb traces, one as OpenSky state vectors
co/bank   as above
"""
_AIR_ONLY = """{first}/radar  plots of {first_radars}{ve}; site table
{other}/radar  plots of {other_radars}{co}; site table
{other}/adsb   receivers as zipped readsb traces
"""
_PAPERS = """{first}/papers  flight plans, NOTAM, logs of aerodromes; lists of known places and of state addresses
"""
_TAIL = """truth     what really happened, for `veedor evaluate --truth`; parties do not have it
"""


_TABLES = {"ve": " as CSV, read by plots-csv.toml", "co": " as Parquet, read by plots-parquet.toml"}
_WIRE = {"ve": " as ASTERIX (CAT001 and 002; CAT048 and 034)", "co": " as ASTERIX (CAT048 and 034)"}


def _quiet(what: str, done: int, of: int) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class Made:
    """What was made and where."""

    folder: Path
    scale: Scale
    plots_of_missions: int
    instances: int
    lookalikes: int


def make(
    folder: Path,
    seed: int,
    factor: float,
    start: datetime = START,
    say: Callable[[str, int, int], None] = _quiet,
    switches: Switches = ALL_ON,
    theatre: Theatre = APURE,
) -> Made:
    """Writes the parties' files and the truth into `folder`, which must be new or empty.

    `start` is the first midnight (UTC). `say(what, done, of)` is told of progress. The same seed, factor and start give
    the same bytes. UsageError when the folder holds something or the factor is out of range.
    """
    return make_scaled(folder, seed, scale(factor), start, say, switches, theatre)


def make_scaled(
    folder: Path,
    seed: int,
    size: Scale,
    start: datetime = START,
    say: Callable[[str, int, int], None] = _quiet,
    switches: Switches = ALL_ON,
    theatre: Theatre = APURE,
) -> Made:
    """As `make`, with all counts given (at least eleven days)."""
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("the folder is not empty", file=str(folder), next_step="name a new folder")
    if switches.receivers == "asterix" and switches.radars != "asterix":
        raise UsageError(
            "stations write ASTERIX only where radars do", expected="radars as asterix, too",
            next_step="give --radars asterix as well, or leave receivers at traces",
        )  # fmt: skip
    start_us = microseconds(start)
    sky = make_sky(seed, size, switches, theatre)
    if switches.papers:
        write_papers(folder / theatre.parties[0] / "papers", papers(sky, start))
    if not theatre.banks:
        seen = write_air(folder, sky, start_us, say, switches)
        _tell(folder, sky, seen, PAYMENTS.empty_table(), start_us, _readme(seed, size, start, switches, theatre))
        return Made(folder, size, int(seen.plots.sum()), 0, 0)
    told = set(known(switches.typologies))
    tables = folder / theatre.parties[0] / "bank"
    if told:
        tables.mkdir(parents=True)
        (tables / "SIMULATED-thresholds.csv").write_bytes(rules_csv(theatre.parties[0].upper()))
    if {"exchange_round_trip", "house_netting"} & told:
        (tables / "SIMULATED-rates.csv").write_bytes(quotes_csv(seed, start, size.days))
    if "listed_party" in told:
        (tables / "SIMULATED-listed.json").write_bytes(list_file(seed, listed_accounts(size), start))
    purse = make_purse(sky, size, switches.typologies)
    if size.factor < _APART:
        seen = write_air(folder, sky, start_us, say, switches)
        instances = write_banks(folder, purse, start_us, say, switches.banks)
    else:
        # Air and banks have nothing in common but the plan, which each process makes from the seed.
        with ProcessPoolExecutor(1, get_context("spawn")) as other:
            banks = other.submit(_banks, folder, seed, size, start_us, switches, theatre)
            seen = write_air(folder, sky, start_us, say, switches)
            instances = banks.result()
            say("banks", size.days, size.days)
    _tell(folder, sky, seen, instances, start_us, _readme(seed, size, start, switches, theatre))
    illicit = sum(story.illicit for story in purse.stories)
    return Made(folder, size, int(seen.plots.sum()), illicit, len(purse.stories) - illicit)


def _tell(folder: Path, sky: Sky, seen: Seen, instances: pa.Table, start_us: int, readme: str) -> None:
    """The truth, and what lies where."""
    flights, touches, strips = air_truth(sky, seen, start_us)
    sensors, phenomena = sensor_truth(sky, start_us), phenomena_truth(sky, seen, start_us)
    write_truth(folder / "truth", Truth(flights, touches, strips, instances, sensors, phenomena))
    (folder / "README.txt").write_text(readme, encoding="utf-8")


def _readme(seed: int, size: Scale, start: datetime, switches: Switches, theatre: Theatre) -> str:
    first, other = theatre.parties
    radars = {party: " and ".join(r.sensor for r in theatre.radars if r.party == party) for party in theatre.parties}
    how = _TABLES if switches.radars == "tables" else _WIRE
    listed = (_APURE if theatre.banks else _AIR_ONLY) + (_PAPERS if switches.papers else "")
    return (_HEAD + listed + _TAIL).format(
        name=theatre.name, seed=seed, factor=size.factor, start=start.date(), days=size.days, first=first, other=other,
        real=_REAL_STRIPS if theatre.listed else _REAL,
        first_radars=radars[first], other_radars=radars[other], **how,
    )  # fmt: skip


def _banks(folder: Path, seed: int, size: Scale, start_us: int, switches: Switches, theatre: Theatre) -> pa.Table:
    purse = make_purse(make_sky(seed, size, switches, theatre), size, switches.typologies)
    return write_banks(folder, purse, start_us, _quiet, switches.banks)


def microseconds(start: datetime) -> int:
    """Microseconds since 1970 of a midnight in UTC; anything else raises UsageError."""
    if start.tzinfo is None or start.utcoffset() != timedelta(0) or start.timestamp() % 86_400:
        raise UsageError("the scenario starts at midnight UTC", found=start.isoformat(), next_step="give a date")
    return int(start.timestamp()) * 1_000_000


def plot_tables(seed: int, factor: float, start: datetime = START) -> Iterator[pa.Table]:
    """The same plots as `make` writes, as rows of the plots table, a day and sensor at a time."""
    start_us, row = microseconds(start), 0
    for day in days_seen(make_sky(seed, scale(factor))):
        for name, hits in day.hits.items():
            rows = plot_rows(hits, name, start_us)
            yield _filled(PLOTS, rows, row)
            row += rows.num_rows


def entry_tables(seed: int, factor: float, start: datetime = START) -> Iterator[pa.Table]:
    """The same entries as `make` writes (without balances), as rows of the entries table, a day at a time."""
    start_us, row = microseconds(start), 0
    size = scale(factor)
    purse = make_purse(make_sky(seed, size), size)
    for day in range(size.days):
        rows, _, _ = entries(purse.people, booked_day(purse, day), start_us, None)
        yield _filled(ENTRIES, rows, row)
        row += rows.num_rows


def books(
    seed: int, factor: float, typologies: Sequence[str] = (), start: datetime = START
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """The books of all banks with balances as rows of the entries table, some days at a time, each with the payments
    of its stories as truth (`PAYMENTS` of truth.py)."""
    start_us, row = microseconds(start), 0
    size = scale(factor)
    purse = make_purse(make_sky(seed, size), size, typologies)
    for period in periods(purse, start_us):
        yield _filled(ENTRIES, period.rows, row), story_payments(purse, period, start_us)
        row += period.rows.num_rows


def cash_books(seed: int, factor: float, typologies: Sequence[str] = (), start: datetime = START) -> pa.Table:
    """Where all cash of the same books was handled, as rows of the table of cash transactions."""
    size = scale(factor)
    purse = make_purse(make_sky(seed, size), size, typologies)
    start_us = microseconds(start)
    some = [one for period in periods(purse, start_us) for one in handled(purse, period)]
    return _filled(CASH_TRANSACTIONS, cash_rows(some, start_us), 0)


def customer_books(seed: int, factor: float, typologies: Sequence[str] = ()) -> pa.Table:
    """What banks know of the customers of the same books, as rows of the table of account holders."""
    size = scale(factor)
    return _filled(ACCOUNT_HOLDERS, customer_rows(make_purse(make_sky(seed, size), size, typologies)), 0)


def customs_books(seed: int, factor: float, typologies: Sequence[str] = (), start: datetime = START) -> pa.Table:
    """What was declared at the border in the same scenario, as rows of the table of cash declarations."""
    size = scale(factor)
    purse = make_purse(make_sky(seed, size), size, typologies)
    return _filled(CASH_DECLARATIONS, declaration_rows(purse, microseconds(start)), 0)


def _filled(table: Table, rows: pa.Table, first_row: int) -> pa.Table:
    """All declared columns: provenance of a made-up deposit, null where the simulator says nothing."""
    count = rows.num_rows
    deposit = hashlib.sha256(b"SIMULATED " + table.name.encode()).digest()
    zeros = np.zeros(count, dtype=np.int64)
    known: dict[str, Column] = {
        "deposit": column([deposit], pa.binary(32)).take(column(zeros)),
        "row": column(first_row + np.arange(count)),
        "file": column(zeros.astype(np.int32)),
        "offset": column(zeros),
        "length": column(zeros.astype(np.int32)),
    }
    columns = [
        rows[field.name].combine_chunks() if field.name in rows.column_names else known.get(field.name)
        for field in table.schema
    ]
    arrays = [
        pa.nulls(count, field.type) if found is None else found.cast(field.type)
        for field, found in zip(table.schema, columns, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=table.schema)


__all__ = [
    "START", "Made", "books", "cash_books", "customer_books", "customs_books", "entry_tables", "make", "make_scaled",
    "microseconds", "plot_tables",
]  # fmt: skip
