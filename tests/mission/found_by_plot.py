"""A detector that finds each plot alone: many small findings with everything that a finding can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from tests.mission.handing_in import AT_US, Nothing
from tests.mission.stage import DAY_US
from veedor.engine.detector import ByTime, Owner, Read
from veedor.engine.findings import Evidence, Finding, Innocent, Place, Reason, Term, findings_table
from veedor.kernel.digest import parameters_digest
from veedor.mission.copy.append import Mission
from veedor.mission.runs.run import RunDone, run_detectors
from veedor.tables import FINDINGS, PLOTS, Table

KINDS = ("gap", "landing_away", "strip")


@dataclass(frozen=True)
class EachPlot:
    """A finding for each plot; of every fifth without a place."""

    name: str = "test.each_plot"
    version: int = 1
    parameters: Nothing = field(default_factory=Nothing)

    @property
    def reads(self) -> tuple[Read, ...]:
        columns = ("time", "deposit", "row", "flags", "lat_e7", "lon_e7")
        return (Read(PLOTS, ByTime(DAY_US, 0, 0), columns),)

    @property
    def writes(self) -> Table:
        return FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: Nothing) -> pa.Table:
        rows = tables["plots"].sort_by([("deposit", "ascending"), ("row", "ascending")])
        times = rows["time"].cast(pa.int64()).to_pylist()
        found = [
            Finding(
                KINDS[plot["row"] % 3],
                f"track:{plot['row'] - 7}",
                start,
                start + 3_600_000_000,
                None if plot["row"] % 5 == 0 else Place(plot["lat_e7"], plot["lon_e7"], 500_000),
                True,
                [Term("term.test", 500, "expert setting"), Term("term.other", None, "paper", {"who": "YV-1234"})],
                [Reason("finding.when", {"start_us": start, "end_us": start + 1})],
                [Evidence(plot["deposit"], plot["row"], plot["row"] + 2, "role.plot")],
                [Innocent("innocent.test", "cannot_tell", {"seen": 3}, 0)],
                [Reason("searched.test", {"n": 1})],
            )
            for plot, start in zip(rows.to_pylist(), times, strict=True)
        ]
        return findings_table(found, self.name, self.version, parameters_digest(parameters))


def run_each(mission: Mission, set: str = "common", tick: int = 0) -> RunDone:
    ticks = iter(range(AT_US + tick, AT_US + tick + 1000))
    return run_detectors(mission, [EachPlot()], set, AT_US, lambda: next(ticks))
