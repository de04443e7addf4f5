"""Small files and one small detector for tests that hand in and run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from tests.mission.stage import DAY_US, NOON_US, Counted
from veedor.engine.detector import ByTime, Owner, Read
from veedor.engine.findings import Evidence, Finding, Term, findings_table
from veedor.formats import mapped, mapping
from veedor.formats.plots_csv import MAPPING_TOML
from veedor.formats.reader import Options
from veedor.formats.source import FileSource
from veedor.kernel.digest import parameters_digest
from veedor.mission.copy.append import Mission
from veedor.mission.deposits.cover import SIMULATED_COVER
from veedor.mission.deposits.deposit import Deposited, deposit
from veedor.mission.deposits.hand_ins import HandIn
from veedor.mission.runs.run import RunDone, run_detectors
from veedor.tables import FINDINGS, PLOTS, Table

AT_US = NOON_US
PLOT_US = NOON_US - 10 * DAY_US


def plots_file(folder: Path, name: str = "a.csv", rows: int = 20, damaged: int | None = None) -> Path:
    """A CSV of plots of one radar, one every 12 s; row `damaged` has a latitude that is none."""
    from veedor.formats.plots_csv import encode_plots

    times = [PLOT_US + 12_000_000 * number for number in range(rows)]
    filled = {
        "sensor": ["radar-1"] * rows,
        "time": times,
        "mode": [2] * rows,
        "flags": [1] * rows,
        "lat_e7": [71_000_000 + 10_000 * number for number in range(rows)],
        "lon_e7": [-700_000_000] * rows,
        "altitude_pressure_mm": [3_000_000] * rows,
        "code_3a": [0o1234] * rows,
    }
    table = pa.table(
        {column.name: pa.array(filled.get(column.name, [None] * rows), column.type) for column in PLOTS.columns}
    )
    lines = b"".join(encode_plots(table)).splitlines(keepends=True)
    if damaged is not None:
        cells = lines[damaged + 1].split(b",")
        lines[damaged + 1] = b",".join(b"91.5" if cell.startswith(b"7.1") else cell for cell in cells)
    file = folder / name
    file.write_bytes(b"".join(lines))
    return file


def hand_in(*files: Path) -> HandIn:
    found = mapping.load(MAPPING_TOML)
    return HandIn(mapped.READER, Options(mapping=found), tuple(FileSource(file) for file in files), found.digest)


def deposit_plots(mission: Mission, *files: Path, mode: str = "open") -> Deposited:
    return deposit(mission, hand_in(*files), SIMULATED_COVER, mode, AT_US, Counted("deposit"))


@dataclass(frozen=True)
class Nothing:
    """A parameter that does nothing."""

    least: int = 1


@dataclass(frozen=True)
class EveryHour:
    """A detector that finds every chunk with plots: small, exact, and enough to see a run through."""

    name: str = "test.every_hour"
    version: int = 1
    parameters: Nothing = Nothing()

    @property
    def reads(self) -> tuple[Read, ...]:
        return (Read(PLOTS, ByTime(DAY_US, 0, 0), ("time", "deposit", "row", "flags")),)

    @property
    def writes(self) -> Table:
        return FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Nothing) -> pa.Table:
        rows = tables["plots"].sort_by([("time", "ascending"), ("deposit", "ascending"), ("row", "ascending")])
        assert owner.start_us is not None
        if rows.num_rows == 0:
            return FINDINGS.empty()
        times = rows["time"].cast(pa.int64()).to_pylist()
        evidence = [
            Evidence(d, r, r, "role.plot")
            for d, r in zip(rows["deposit"].to_pylist(), rows["row"].to_pylist(), strict=True)
        ]
        found = Finding(
            "test", f"day:{owner.start_us}", times[0], times[-1], None, True,
            [Term("term.test", 500, "expert setting")], [], evidence, [], [],
        )  # fmt: skip
        return findings_table([found], self.name, self.version, parameters_digest(parameters))


def run_all(mission: Mission, set: str = "common") -> RunDone:
    ticks = iter(range(AT_US, AT_US + 1000))
    return run_detectors(mission, [EveryHour()], set, AT_US, lambda: next(ticks))
