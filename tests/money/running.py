"""The whole chain of detectors on tables in memory, in one partition or in as many buckets as asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from tests.money.making import DAY_US, START_US
from veedor.engine.detector import Broadcast, ByKey, Detector, Owner, Read, Whole
from veedor.kernel.hashing import key_hash
from veedor.money.detectors import WITH_HOLDERS as DETECTORS
from veedor.tables import ENTRIES, FINDINGS
from veedor.words import known


def part(read: Read, tables: Mapping[str, pa.Table], owner: Owner, given: Mapping[str, pa.Table]) -> pa.Table:
    """What the engine hands out for one declared read: partition, filter, columns, nothing else. `given`: what is
    handed out by name of the read already."""
    rows = tables.get(read.table.name, read.table.empty())
    for column, operator, value in read.filter:
        keeps = {"=": pa.compute.equal, ">": pa.compute.greater}[operator]
        rows = rows.filter(keeps(rows[column], pa.scalar(value)))
    if isinstance(read.partition, ByKey) and owner.buckets is not None:
        inside = np.zeros(rows.num_rows, bool)
        for name in read.partition.columns:
            known = rows[name].is_valid().to_numpy()
            if read.among:
                known &= pa.compute.is_in(rows[name], value_set=given[read.among[0]][read.among[1]]).to_numpy()
            inside |= known & (key_hash(rows[name]) % np.uint64(owner.buckets) == np.uint64(owner.bucket))
        rows = rows.filter(pa.array(inside))
    return rows.select(list(read.columns) or read.table.schema.names)


def run_one(detector: Any, tables: Mapping[str, pa.Table], buckets: int) -> pa.Table:
    whole = all(isinstance(read.partition, Whole | Broadcast) for read in detector.reads)
    owners = [Owner()] if whole else [Owner(bucket, buckets) for bucket in range(buckets)]
    made = []
    for owner in owners:
        given: dict[str, pa.Table] = {}
        for read in sorted(detector.reads, key=lambda read: bool(read.among)):
            given[read.name] = part(read, tables, owner, given)
        result = detector.run(given, owner, detector.parameters)
        assert result.schema.equals(detector.writes.schema), detector.name
        made.append(result)
    together = pa.concat_tables(made)
    if hasattr(detector, "merge"):
        together = detector.merge(together, detector.parameters)
    return together.sort_by([(name, "ascending") for name in detector.writes.order])


def told(detector: Any, tables: Mapping[str, pa.Table]) -> list[dict[str, Any]]:
    """Findings, the same in one bucket and in four, with all of their words in the catalogue."""
    made = run_one(detector, tables, 1)
    assert run_one(detector, tables, 4).equals(made)
    findings: list[dict[str, Any]] = made.to_pylist()
    for row in findings:
        keys = [each["key"] for each in (*row["reasons"], *row["innocent"], *row["searched"])]
        keys += [term["name"] for term in row["terms"]] + [item["role"] for item in row["evidence"]]
        assert [key for key in keys if not known(key)] == []
    return findings


def in_time(detector: Any, tables: Mapping[str, pa.Table]) -> pa.Table:
    """What a detector of spans of time finds in two months, the same however time is cut."""
    given = {read.name: part(read, tables, Owner(), {}) for read in detector.reads}
    whole: pa.Table = detector.run(given, Owner(), detector.parameters)
    pieces = []
    for day in range(-10, 60, 3):
        owner = Owner(start_us=START_US + day * DAY_US, end_us=START_US + (day + 3) * DAY_US)
        pieces.append(detector.run(given, owner, detector.parameters))
    order = [(name, "ascending") for name in detector.writes.order]
    assert pa.concat_tables(pieces).sort_by(order).equals(whole)
    return whole


def run_chain(
    given: pa.Table,
    buckets: int = 1,
    detectors: tuple[Detector, ...] = DETECTORS,
    transfers: pa.Table | None = None,
    thresholds: pa.Table | None = None,
    stated: pa.Table | None = None,
) -> dict[str, pa.Table]:
    """All tables that the chain writes, from entries and messages (or payments, if `given` has their columns), and
    from accounts as `stated`."""
    tables = {("entries" if "uetr" in given.column_names else "payments"): given}
    if transfers is not None:
        tables["transfers"] = transfers
    if thresholds is not None:
        tables["reporting_thresholds"] = thresholds
    if stated is not None:
        tables["accounts"] = stated
    found = []
    for detector in detectors:
        if "payments" in tables and ENTRIES in {read.table for read in detector.reads}:
            continue
        made = run_one(detector, tables, buckets)
        if detector.writes is FINDINGS:
            found.append(made)
        else:
            tables[detector.writes.name] = made
    tables["findings"] = pa.concat_tables(found).sort_by([(name, "ascending") for name in FINDINGS.order])
    return tables
