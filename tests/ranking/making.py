"""A small town of accounts, some of which pass on what they get, as a file that a bank might give, with its labels.

Written for these tests: no outside file is copied. The columns are those of a ready mapping.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.money.making import payment
from veedor.ranking.flows import Flows, flows
from veedor.tables import PAYMENTS

ACCOUNTS, DAYS = 80, 60
LAYER = 6


def some_flows(rows: list[tuple[str | None, str | None, int, float]]) -> Flows:
    """Flows of payments (payer, payee, hundredths, hours after the start)."""
    made = [payment(number, *row) for number, row in enumerate(rows)]
    return flows(pa.Table.from_pylist(made, schema=PAYMENTS.schema))


def town(folder: Path, seed: int = 3) -> tuple[Path, Path]:
    """(bank file, labels): twelve payments a day between anybody, every third day one that is passed on twice, and in
    two days a layer that every detector sees."""
    draws = np.random.default_rng(seed)
    rows, labels = [], []
    for day in range(DAYS):
        for _ in range(12):
            payer, payee = draws.choice(ACCOUNTS, 2, replace=False).tolist()
            rows.append((day, round(float(draws.uniform(5, 90)), 2), payer, payee))
        if day % 3 == 0:
            way = draws.choice(ACCOUNTS, 4, replace=False).tolist()
            amount = round(float(draws.uniform(900, 4000)), 2)
            for payer, payee in pairwise(way):
                rows.append((day, amount, payer, payee))
                labels.append((day, payer, payee, amount))
                amount = round(amount * 0.97, 2)
    for payer in range(LAYER):
        for payee in range(LAYER):
            rows.append((20 + payee % 2, 700.0 + 10 * payer + payee, ACCOUNTS + payer, ACCOUNTS + LAYER + payee))
    rows.sort()
    file, told = folder / "tx_log_town.parquet", folder / "labels.csv"
    count = len(rows)
    pq.write_table(
        pa.table(
            {
                "step": pa.array([row[0] for row in rows], pa.int32()),
                "type": pa.array(["TRANSFER"] * count),
                "amount": pa.array([row[1] for row in rows]),
                "nameOrig": pa.array([row[2] for row in rows], pa.int32()),
                "nameDest": pa.array([row[3] for row in rows], pa.int32()),
                "bankOrig": pa.array(["one"] * count),
                "bankDest": pa.array(["one"] * count),
                "oldbalanceOrig": pa.array([0.0] * count),
                "newbalanceOrig": pa.array([0.0] * count),
                "oldbalanceDest": pa.array([0.0] * count),
                "newbalanceDest": pa.array([0.0] * count),
            }
        ),
        file,
    )
    with told.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["account", "counterparty", "from", "until", "verdict"])
        for day, payer, payee, _ in labels:
            when = (date(2020, 1, 1) + timedelta(days=day)).isoformat()
            writer.writerow([f"one:{payer}", f"one:{payee}", when, when, "suspicious"])
    return file, told
