"""Money findings against the truth of seeds nobody tuned on, shipped settings, all typologies that a month's books show
(the others are judged by `quality`).

At factor 1 there are fifty innocent look-alikes to one instance. A reader takes findings by score, strongest first: how
many instances show among twice as many findings as there are instances is the figure that counts.
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from benchmarks.record import Measure
from veedor.engine.execute import execute
from veedor.engine.read import derived, read_table
from veedor.engine.records import RecordStore
from veedor.formats import BytesSource, Options, mapped
from veedor.house import MONEY
from veedor.simulate.apure import START, books, cash_books, customer_books, customs_books
from veedor.simulate.paying.networks import NETWORKS
from veedor.simulate.paying.quotes import quotes_csv
from veedor.simulate.paying.rules import rules_csv
from veedor.simulate.scoring.evidence import entry_facts
from veedor.simulate.scoring.match_money import wanted_records
from veedor.simulate.scoring.score import Score, score
from veedor.simulate.truth import SENSORS, STRIPS, TOUCHES, TRACKS, Truth
from veedor.tables import (
    ACCOUNT_HOLDERS,
    CASH_DECLARATIONS,
    CASH_TRANSACTIONS,
    ENTRIES,
    EXCHANGE_RATES,
    FINDINGS,
    REPORTING_THRESHOLDS,
    Table,
)

SEEDS = (301, 302, 303, 304, 305)
TYPOLOGIES = tuple(NETWORKS)
FACTOR = float(os.environ.get("VEEDOR_LAUNDERING_FACTOR", "1"))


def measure() -> Sequence[Measure]:
    """Over all seeds: the share of instances in twice as many findings, false ones per payments, recall by typology."""
    return list(_figures([_seed(seed) for seed in SEEDS]))


def _deposited(rows: pa.Table, table: Table) -> pa.Table:
    """Rows of a reader as a deposit holds them."""
    filled = {"deposit": bytes(32), "file": 0}
    for name, value in filled.items():
        field = table.schema.field(name)
        rows = rows.append_column(field, pa.array([value] * rows.num_rows, field.type))
    return table.cast(rows)


class Seed:
    """What one seed gave: the score of its strongest findings, of all of them, and how many payments there were."""

    def __init__(self, strongest: Score, every: Score, findings: int, true: int, payments: int) -> None:
        self.strongest, self.every = strongest, every
        self.findings, self.true, self.payments = findings, true, payments


def _seed(seed: int) -> Seed:
    with tempfile.TemporaryDirectory(prefix="veedor-laundering-") as scratch:
        store, told, rows = RecordStore(Path(scratch) / "records"), [], 0
        for number, (entries, payments) in enumerate(books(seed, FACTOR, TYPOLOGIES)):
            store.append(f"books {number}", ENTRIES, entries.to_batches(max_chunksize=1 << 16))
            told.append(payments)
            rows += entries.num_rows
        for name, table, content in (
            ("rates", EXCHANGE_RATES, quotes_csv(seed, START, 30)),
            ("thresholds", REPORTING_THRESHOLDS, rules_csv("VE")),
        ):
            read = mapped.READER.read(BytesSource(content, f"{name}.csv"), Options())
            store.append(name, table, [_deposited(batch.rows, table) for batch in read])
        cash = cash_books(seed, FACTOR, TYPOLOGIES)
        store.append("cash", CASH_TRANSACTIONS, cash.to_batches(max_chunksize=1 << 16))
        customers = customer_books(seed, FACTOR, TYPOLOGIES)
        store.append("customers", ACCOUNT_HOLDERS, customers.to_batches(max_chunksize=1 << 16))
        customs = customs_books(seed, FACTOR, TYPOLOGIES)
        store.append("customs", CASH_DECLARATIONS, customs.to_batches(max_chunksize=1 << 16))
        out = Path(scratch) / "derived"
        out.mkdir()
        execute(MONEY, store, out)
        findings = read_table(derived(out, FINDINGS)).sort_by(
            [("score_milli_log10", "descending"), ("id", "ascending")]
        )
        facts = entry_facts(store.read(ENTRIES), wanted_records(findings))
    nothing = [schema.empty_table() for schema in (TRACKS, TOUCHES, STRIPS)]
    truth = Truth(*nothing, pa.concat_tables(told), SENSORS.empty_table())
    every = score(findings, facts, truth)
    strongest = score(findings.slice(0, 2 * len(every.instances)), facts, truth)
    return Seed(strongest, every, findings.num_rows, len(every.matches), rows)


def _figures(seeds: Sequence[Seed]) -> Iterator[Measure]:
    instances = sum(len(each.every.instances) for each in seeds)
    shares = [_found(each.strongest) / len(each.every.instances) for each in seeds]
    note = f"{instances} instances of {len(seeds)} seeds; by seed {', '.join(f'{share:.2f}' for share in shares)}"
    strongest = sum(_found(each.strongest) for each in seeds) / instances
    yield Measure("instances shown in twice as many findings", strongest, "", goal="0.6", note=note)
    found = sum(_found(each.every) for each in seeds) / instances
    yield Measure("instances shown in all findings", found, "", note=f"{sum(each.findings for each in seeds)} findings")
    false = sum(each.findings - each.true for each in seeds) / sum(each.payments for each in seeds) * 10_000
    yield Measure("findings that show no instance", false, "per 10,000 entries")
    told: dict[str, list[bool]] = defaultdict(list)
    for each in seeds:
        for instance in each.every.instances:
            told[instance.typology].append(instance.share > 0)
    for typology, shown in sorted(told.items()):
        yield Measure(f"{typology}: recall", sum(shown) / len(shown), "", note=f"{sum(shown)} of {len(shown)}")


def _found(scored: Score) -> int:
    return sum(instance.share > 0 for instance in scored.instances)
