"""Labelled payments for `make bench-ranking`: three sets that others made and our own simulator, and what each leaks.

Labels are read here and nowhere else; no column that a label was made from is a feature. Only payments between two
accounts are judged, as in the figures that others published; what an account earns and spends is beside them.

- amlgentex: who launders does so again and again in a few accounts, so whoever knows the accounts knows much. Raw
  columns with balances say nearly nothing.
- synthfin: the accounts of fraud send and receive sizes of their own; raw columns say little.
- amlsim: no payment is labelled, accounts are: a payment counts where both its accounts do. Its sample gives them
  amounts of their own, so that raw columns alone reach F1 .739: only the lift over that says anything.
- our simulator: instances of all typologies that a month's books show, fifty innocent look-alikes to one, thirty days.
"""

from __future__ import annotations

import csv
import io
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.record import ROOT
from veedor.engine.execute import execute
from veedor.engine.read import derived, read_table
from veedor.engine.records import RecordStore
from veedor.house import MONEY
from veedor.ranking.flows import NEEDED, Flows, flows
from veedor.simulate.apure import books
from veedor.simulate.paying.networks import NETWORKS
from veedor.tables import ENTRIES, PAYMENTS

DATA = ROOT.parent / "shared" / "data" / "money"
DAY_US = 86_400_000_000
FACTOR = 0.2
# How AMLGentex numbers its typologies.
MODELS = {1: "fan_out", 2: "fan_in", 3: "cycle", 4: "bipartite", 5: "stack", 7: "scatter_gather", 8: "gather_scatter"}


@dataclass(frozen=True)
class Set:
    """Payments of one set. `judged`: which are ranked; `raw`: what its maker gives with each; `instance`: -1 for none,
    else a number of which `typology` says what it is; `hours`: the peer's windows; `one_of`: of so many payments
    that are not suspicious one teaches (the machine is shared)."""

    name: str
    flows: Flows
    suspicious: np.ndarray
    judged: np.ndarray
    raw: np.ndarray
    hours: int
    instance: np.ndarray
    typology: Mapping[int, str] = field(default_factory=dict)
    one_of: int = 1


def amlgentex(file: Path | None = None) -> Set:
    """Seed 0, or the payments that the generator wrote of another."""
    table = pq.read_table(file or next((DATA / "amlgentex").glob("tx_log*.parquet")))
    table = table.filter(pc.not_equal(table["type"].cast("string"), "INITALBALANCE"))
    payer, payee = (table[name].to_numpy() for name in ("nameOrig", "nameDest"))
    made = _flows(payer, payee, table["step"].to_numpy().astype(np.int64) * DAY_US, table["amount"].to_numpy(), True)
    at = made.payments["payment"].to_numpy()
    balances = ("oldbalanceOrig", "newbalanceOrig", "oldbalanceDest", "newbalanceDest")
    raw = np.stack([made.amount, made.known // DAY_US % 7, *(table[name].to_numpy()[at] for name in balances)], axis=1)
    label, pattern, model = (table[name].to_numpy()[at] for name in ("isSAR", "patternID", "modelType"))
    instance = np.where(label == 1, pattern, -1)
    kinds = {int(number): MODELS[int(kind)] for number, kind in zip(instance, model, strict=True) if number >= 0}
    judged = (made.payer >= 0) & (made.payee >= 0)
    return Set("amlgentex", made, label == 1, judged, raw, 480, instance, kinds)


def synthfin() -> Set:
    table = pq.read_table(next((DATA / "synthfin").glob("*.parquet")))
    time = table["timestamp"].cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()
    ends = (table[name].to_numpy() for name in ("source_id", "target_id"))
    made = _flows(*ends, time, table["amount"].to_numpy(), False)
    label = table["is_fraud"].to_numpy()[made.payments["payment"].to_numpy()] == 1
    return replace(_unnumbered("synthfin", made, label, 48), one_of=8)


def amlsim() -> Set:
    with tarfile.open(next((DATA / "amlsim").glob("*.tgz"))) as archive:
        text = {
            Path(one.name).name: archive.extractfile(one).read().decode()  # type: ignore[union-attr] # a file
            for one in archive.getmembers()
            if one.name.endswith(".csv")
        }
    nodes = [int(row["isFraud"]) == 1 for row in csv.DictReader(io.StringIO(text["nodes.csv"]))]
    rows = list(csv.DictReader(io.StringIO(text["transactions.csv"])))
    payer, payee, step = (
        np.array([int(row[name]) for row in rows]) for name in ("sourceNodeId", "targetNodeId", "time")
    )
    made = _flows(payer, payee, step * DAY_US, np.array([float(row["value"]) for row in rows]), True)
    fraud, at = np.array(nodes), made.payments["payment"].to_numpy()
    return _unnumbered("amlsim", made, (fraud[payer] & fraud[payee])[at], 720)


def simulated(seed: int) -> Set:
    """Our simulator's books, put together to payments by the same detectors as anybody's."""
    told = []
    with tempfile.TemporaryDirectory(prefix="veedor-ranking-") as scratch:
        store, out = RecordStore(Path(scratch) / "records"), Path(scratch) / "derived"
        for number, (entries, payments) in enumerate(books(seed, FACTOR, tuple(NETWORKS))):
            store.append(f"books {number}", ENTRIES, entries.to_batches(max_chunksize=1 << 16))
            told.append(payments)
        out.mkdir()
        execute(MONEY[: [one.name for one in MONEY].index("payments") + 1], store, out)
        made = flows(read_table(derived(out, PAYMENTS)))
    truth = pa.concat_tables(told)
    truth = truth.filter(truth["illicit"]).to_pylist()
    wanted = {(one["payer"], one["payee"], one["units"], one["currency"]): one["instance"] for one in truth}
    columns = [made.payments[name].to_pylist() for name in ("payer", "payee", "amount_units", "currency")]
    instance = np.array([wanted.get(key, -1) for key in zip(*columns, strict=True)])
    kinds = {one["instance"]: one["typology"] for one in truth}
    judged = (made.payer >= 0) & (made.payee >= 0)
    return Set(f"simulator {seed}", made, instance >= 0, judged, plain(made), 72, instance, kinds, one_of=3)


def _unnumbered(name: str, made: Flows, suspicious: np.ndarray, hours: int) -> Set:
    every = np.ones(len(made), np.bool_)
    return Set(name, made, suspicious, every, plain(made), hours, np.full(len(made), -1))


def plain(made: Flows) -> np.ndarray:
    """What every payment has: amount and hour."""
    return np.stack([made.amount, (made.known // 3_600_000_000 % 24).astype(np.float64)], axis=1)


def _flows(payer: np.ndarray, payee: np.ndarray, time: np.ndarray, amount: np.ndarray, days: bool) -> Flows:
    """Payments as the detectors would have them; negative accounts are nobody. `payment` numbers the source's rows."""
    count = len(amount)
    known = {
        "payment": pa.array(np.arange(count)),
        "payer": _names(payer),
        "payee": _names(payee),
        "time": pa.array(time, pa.timestamp("us", tz="UTC")),
        "time_is_date": pa.array(np.full(count, days)),
        "amount_units": pa.array(np.round(amount * 100).astype(np.int64)),
        "amount_exponent": pa.array(np.full(count, 2, np.int8)),
        "currency": pa.array(["XTS"] * count),
        "reversed": pa.array(np.zeros(count, np.bool_)),
        "simulated": pa.array(np.ones(count, np.bool_)),
    }
    schema = PAYMENTS.schema
    columns = [known.get(name, pa.nulls(count, schema.field(name).type)) for name in NEEDED]
    return flows(pa.table(columns, names=list(NEEDED)))


def _names(accounts: np.ndarray) -> pa.Array:
    return pa.array([f"AC{number:08d}" if number >= 0 else None for number in accounts.tolist()], pa.string())
