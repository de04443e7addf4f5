"""Record commitments: every row of a deposit as a leaf, beside what SHA-256 alone would allow."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable

import numpy as np
import pyarrow as pa

from benchmarks.record import Measure
from veedor.mission.deposits.commitments import RecordTree, Salts, span_leaves
from veedor.tables import PLOTS

ROWS = int(os.environ.get("VEEDOR_BENCH_RECORDS", "500000"))
BATCH, SOURCE_BYTES = 65_536, 110
# Field groups, the source bytes, the leaf, and one inner node for each leaf.
HASHES_PER_ROW = len(PLOTS.groups) + 3


def measure_records() -> Measure:
    """Rows of plots committed per second of processor time: salts, encoding, digests, leaves and root."""
    rows, data = _plots(), np.zeros(ROWS * SOURCE_BYTES, np.uint8)
    salts = Salts(bytes(32))

    def commit() -> None:
        tree = RecordTree()
        for start in range(0, ROWS, BATCH):
            part = rows.slice(start, BATCH)
            starts = np.arange(start, start + len(part), dtype=np.int64) * SOURCE_BYTES
            tree.add(span_leaves(PLOTS, part, (data, starts, starts + SOURCE_BYTES), salts))
        tree.root()

    commit()  # loads what is compiled
    message = bytes(64)
    hashed = _cpu(lambda: [hashlib.sha256(message).digest() for _ in range(ROWS)]) / ROWS
    taken = _cpu(commit) / ROWS
    return Measure(
        "commit records (plots)", 1 / taken, "records per CPU s", hashed * HASHES_PER_ROW / taken,
        "rate of SHA-256 of 64 bytes (hashlib), same run, divided by hashes per record",
        "at least 0.6", f"{HASHES_PER_ROW} hashes a record",
    )  # fmt: skip


def _plots() -> pa.Table:
    numbers = np.arange(ROWS, dtype=np.int64)
    columns: dict[str, object] = {}
    for field in PLOTS.schema:
        if field.name == "row":
            columns[field.name] = numbers
        elif pa.types.is_timestamp(field.type):
            columns[field.name] = pa.array(numbers * 1_000_000, field.type)
        elif pa.types.is_integer(field.type):
            columns[field.name] = pa.array((numbers % 100).astype(field.type.to_pandas_dtype()))
        elif pa.types.is_string(field.type):
            columns[field.name] = pa.array(["radar-1"] * ROWS)
        elif pa.types.is_fixed_size_binary(field.type):
            columns[field.name] = pa.array([bytes(field.type.byte_width)] * ROWS, field.type)
        else:
            columns[field.name] = pa.nulls(ROWS, field.type)
    return PLOTS.cast(pa.table(columns))


def _cpu(work: Callable[[], object]) -> float:
    at = time.process_time()
    work()
    return time.process_time() - at
