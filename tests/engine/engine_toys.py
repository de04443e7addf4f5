"""Small exact detectors, one of each partition kind, and random records for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from veedor.engine.cells import cells_of
from veedor.engine.detector import Broadcast, ByAreaTime, ByKey, ByTime, Owner, Read, Whole
from veedor.engine.findings import Evidence, Finding, Reason, Term, findings_table
from veedor.kernel.sorting import sorted_by
from veedor.tables import ENTRIES, FINDINGS, PLOTS, SENSORS, Column, Table
from veedor.tables.declare import TIME, provenance

MINUTE = 60_000_000
HOUR = 60 * MINUTE

FOLLOWED = Table(
    "toy_followed",
    1,
    "How many plots of the same aircraft follow each plot within the reach.",
    (
        Column("address", pa.int32(), "address", nullable=False),
        Column("time", TIME, "time", nullable=False),
        Column("count", pa.int64(), "plots that follow", nullable=False),
        *provenance(),
    ),
    order=("time", "deposit", "row"),
    key="address",
)
NEAR = Table(
    "toy_near",
    1,
    "How many later plots lie near each plot.",
    (Column("time", TIME, "time", nullable=False), Column("count", pa.int64(), "near", nullable=False), *provenance()),
    order=("time", "deposit", "row"),
)
HOURS = Table(
    "toy_hours",
    1,
    "Plots by sensor and hour.",
    (
        Column("sensor", pa.string(), "sensor", nullable=False),
        Column("hour", pa.int64(), "hour; -1 << 20: untimed", nullable=False),
        Column("plots", pa.int64(), "plots", nullable=False),
    ),
    order=("sensor", "hour"),
)
SUMS = Table(
    "toy_sums",
    1,
    "What moved on each account, seen from either side.",
    (
        Column("account", pa.string(), "account", nullable=False),
        Column("out", pa.int64(), "units", nullable=False),
        Column("into", pa.int64(), "units", nullable=False),
    ),
    order=("account",),
    key="account",
)
BUSY = Table(
    "toy_busy",
    1,
    "The most followed plot of each aircraft.",
    (
        Column("address", pa.int32(), "address", nullable=False),
        Column("most", pa.int64(), "most", nullable=False),
        Column("hours", pa.int64(), "hours counted in all", nullable=False),
    ),
    order=("address",),
    key="address",
)


@dataclass(frozen=True)
class Nothing:
    """No parameters."""

    reach_us: int = 10 * MINUTE


def _times(rows: pa.Table) -> np.ndarray:
    return rows["time"].cast(pa.int64()).to_numpy()


@dataclass(frozen=True)
class Followed:
    chunk_us: int = 6 * HOUR
    name: str = "followed"
    version: int = 1
    writes: Table = FOLLOWED
    parameters: Nothing = field(default_factory=Nothing)

    @property
    def reads(self) -> tuple[Read, ...]:
        by_time = ByTime(self.chunk_us, 0, self.parameters.reach_us)
        return (Read(PLOTS, by_time, ("time", "address", "deposit", "row"), (("mode", "!=", 1),)),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Nothing) -> pa.Table:
        rows = tables["plots"]
        rows = rows.filter(pa.array(rows["address"].is_valid().to_numpy() & rows["time"].is_valid().to_numpy()))
        rows = sorted_by(rows, ("address", "time", "deposit", "row"))
        times, address = _times(rows), rows["address"].to_numpy()
        count = np.zeros(len(times), np.int64)
        for i in range(len(times)):
            j = i + 1
            while j < len(times) and address[j] == address[i] and times[j] <= times[i] + parameters.reach_us:
                j += 1
            count[i] = j - i - 1
        out = pa.table(
            {
                "address": rows["address"],
                "time": rows["time"],
                "count": count,
                "deposit": rows["deposit"],
                "row": rows["row"],
            }
        )
        own = (
            np.ones(len(times), bool) if owner.start_us is None else (times >= owner.start_us) & (times < owner.end_us)
        )
        return sorted_by(out.filter(pa.array(own)), FOLLOWED.order)


@dataclass(frozen=True)
class Near:
    chunk_us: int = 6 * HOUR
    resolution: int = 5
    name: str = "near"
    version: int = 1
    writes: Table = NEAR
    parameters: Nothing = field(default_factory=Nothing)

    @property
    def reads(self) -> tuple[Read, ...]:
        area = ByAreaTime(self.resolution, self.chunk_us, self.parameters.reach_us)
        return (Read(PLOTS, area, ("time", "lat_e7", "lon_e7", "deposit", "row")),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Nothing) -> pa.Table:
        rows = tables["plots"]
        rows = rows.filter(pa.array(rows["time"].is_valid().to_numpy() & rows["lat_e7"].is_valid().to_numpy()))
        rows = sorted_by(rows, ("time", "deposit", "row"))
        times, lat, lon = _times(rows), rows["lat_e7"].to_numpy().astype(np.int64), rows["lon_e7"].to_numpy()
        count = np.zeros(len(times), np.int64)
        for i in range(len(times)):
            later = np.arange(i + 1, np.searchsorted(times, times[i] + parameters.reach_us, side="right"))
            count[i] = np.count_nonzero((abs(lat[later] - lat[i]) < 100_000) & (abs(lon[later] - lon[i]) < 100_000))
        own = np.ones(len(times), bool)
        if owner.cell is not None:
            cells = cells_of(lat, lon, self.resolution)
            own = (cells == owner.cell) & (times >= owner.start_us) & (times < owner.end_us)
        out = pa.table({"time": rows["time"], "count": count, "deposit": rows["deposit"], "row": rows["row"]})
        return out.filter(pa.array(own & (count > 0)))


@dataclass(frozen=True)
class Hours:
    name: str = "hours"
    version: int = 1
    writes: Table = HOURS
    parameters: Nothing = field(default_factory=Nothing)
    reads: tuple[Read, ...] = (Read(PLOTS, Whole(), ("sensor", "time")),)

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Nothing) -> pa.Table:
        rows = tables["plots"]
        hour = rows["time"].cast(pa.int64()).fill_null(-(1 << 20) * HOUR).to_numpy() // HOUR
        counted = pa.table({"sensor": rows["sensor"], "hour": hour, "plots": np.ones(len(hour), np.int64)})
        return self.merge(counted, parameters)

    def merge(self, partial: pa.Table, parameters: Nothing) -> pa.Table:
        summed = partial.group_by(["sensor", "hour"], use_threads=False).aggregate([("plots", "sum")])
        return sorted_by(summed.rename_columns({"plots_sum": "plots"}), HOURS.order)


@dataclass(frozen=True)
class Sums:
    name: str = "sums"
    version: int = 1
    writes: Table = SUMS
    parameters: Nothing = field(default_factory=Nothing)
    reads: tuple[Read, ...] = (
        Read(ENTRIES, ByKey(("account", "counterparty_account")), ("account", "counterparty_account", "amount_units")),
    )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Nothing) -> pa.Table:
        from veedor.engine.layout import hashes

        sums: dict[str, list[int]] = {}
        for row in tables["entries"].to_pylist():
            sums.setdefault(row["account"], [0, 0])[0] += row["amount_units"]
            if row["counterparty_account"] is not None:
                sums.setdefault(row["counterparty_account"], [0, 0])[1] += row["amount_units"]
        names = sorted(sums)
        if owner.bucket is not None and names:
            mine = hashes(pa.array(names)) % np.uint64(owner.buckets) == owner.bucket
            names = [name for name, own in zip(names, mine, strict=True) if own]
        return pa.table(
            {
                "account": pa.array(names, pa.string()),
                "out": pa.array([sums[name][0] for name in names], pa.int64()),
                "into": pa.array([sums[name][1] for name in names], pa.int64()),
            }
        )


@dataclass(frozen=True)
class Busy:
    name: str = "busy"
    version: int = 1
    writes: Table = BUSY
    parameters: Nothing = field(default_factory=Nothing)
    reads: tuple[Read, ...] = (
        Read(FOLLOWED, ByKey(("address",)), ("address", "count")),
        Read(HOURS, Broadcast()),
        Read(SENSORS, Broadcast(), ("sensor",)),
    )

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Nothing) -> pa.Table:
        most = tables["toy_followed"].group_by("address", use_threads=False).aggregate([("count", "max")])
        hours = tables["toy_hours"].num_rows + 1000 * tables["sensors"].num_rows
        out = most.rename_columns({"count_max": "most"}).append_column(
            "hours", pa.array([hours] * len(most), pa.int64())
        )
        return sorted_by(out, BUSY.order)


@dataclass(frozen=True)
class Finder:
    """A finding for each aircraft whose busiest moment has an even (or odd) count."""

    odd: int = 0
    version: int = 1
    writes: Table = FINDINGS
    parameters: Nothing = field(default_factory=Nothing)
    reads: tuple[Read, ...] = (Read(FOLLOWED, ByKey(("address",))),)

    @property
    def name(self) -> str:
        return f"finder-{self.odd}"

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Nothing) -> pa.Table:
        rows = sorted_by(tables["toy_followed"], ("address", "time", "deposit", "row"))
        found = []
        for row in rows.cast(
            pa.schema([f.with_type(pa.int64()) if f.name == "time" else f for f in rows.schema])
        ).to_pylist():
            if row["count"] >= 2 and row["count"] % 2 == self.odd:
                moment, evidence = row["time"], Evidence(row["deposit"], row["row"], row["row"], "toy.plot")
                terms = [Term("toy.term", 100 * row["count"], "expert setting")]
                reasons = [Reason("toy.reason", {"n": row["count"]})]
                subject = f"address:{row['address']}"
                found.append(Finding("toy", subject, moment, moment, None, True, terms, reasons, [evidence], [], []))
        return findings_table(found, self.name, 1, bytes(32))


ALL = (Busy(), Finder(0), Finder(1), Followed(), Hours(), Near(), Sums())


def plots(seed: int, rows: int, days: float = 2.0, deposit: int = 1, start_us: int = -12 * HOUR) -> pa.Table:
    """Random plots of three sensors and a few aircraft, some without time, some without position, from 1969 on."""
    rng = np.random.default_rng(seed)
    times = start_us + rng.integers(0, int(days * 24 * HOUR), rows)
    columns: dict[str, pa.Array] = {
        "sensor": pa.array([f"radar-{i}" for i in rng.integers(0, 3, rows)]),
        "time": pa.array(times, pa.int64(), mask=rng.random(rows) < 0.02).cast(TIME),
        "mode": pa.array(rng.integers(1, 4, rows), pa.uint8()),
        "flags": pa.array(np.zeros(rows), pa.uint16()),
        "lat_e7": pa.array(rng.integers(60_000_000, 61_500_000, rows), pa.int32(), mask=rng.random(rows) < 0.02),
        "lon_e7": pa.array(rng.integers(-721_000_000, -719_500_000, rows), pa.int32()),
        "address": pa.array(rng.integers(1, 12, rows), pa.int32(), mask=rng.random(rows) < 0.1),
        "deposit": pa.array([bytes([deposit]) * 32] * rows, pa.binary(32)),
        "row": pa.array(np.arange(rows), pa.int64()),
        "file": pa.array(np.zeros(rows), pa.int32()),
        "offset": pa.array(np.arange(rows) * 10, pa.int64()),
        "length": pa.array(np.full(rows, 10), pa.int32()),
    }
    return filled(PLOTS, columns, rows)


def entries(seed: int, rows: int, deposit: int = 2) -> pa.Table:
    """Random entries between thirty accounts; some counterparties unknown."""
    rng = np.random.default_rng(seed)
    names = np.array([f"BANK:{i:03d}" for i in range(30)])
    columns: dict[str, pa.Array] = {
        "account": pa.array(names[rng.integers(0, 30, rows)]),
        "counterparty_account": pa.array(names[rng.integers(0, 30, rows)], mask=rng.random(rows) < 0.1),
        "time": pa.array(rng.integers(0, 24 * HOUR, rows), pa.int64()).cast(TIME),
        "amount_units": pa.array(rng.integers(1, 10_000, rows), pa.int64()),
        "deposit": pa.array([bytes([deposit]) * 32] * rows, pa.binary(32)),
        "row": pa.array(np.arange(rows), pa.int64()),
    }
    return filled(ENTRIES, columns, rows)


def sensors() -> pa.Table:
    """Two rows of a site table."""
    return filled(
        SENSORS,
        {
            "sensor": pa.array(["radar-0", "radar-1"]),
            "deposit": pa.array([bytes(32)] * 2, pa.binary(32)),
            "row": pa.array([0, 1], pa.int64()),
        },
        2,
    )


def filled(table: Table, columns: dict[str, pa.Array], rows: int) -> pa.Table:
    """The declared columns: given ones, nulls where allowed, else zeros, empty strings, false."""
    full = {}
    for one in table.schema:
        if one.name in columns:
            full[one.name] = columns[one.name].cast(one.type)
        elif one.nullable:
            full[one.name] = pa.nulls(rows, one.type)
        elif pa.types.is_string(one.type):
            full[one.name] = pa.array([""] * rows)
        else:
            full[one.name] = pa.array(np.zeros(rows, np.int64)).cast(one.type)
    return pa.table(full, schema=table.schema)
