"""What the last run of an input set left in this copy: its findings, and which statements say so.

`findings/<set>/` holds the derived tables; `findings/<set>.json` names the statements and digests. Both are derived:
deleting them and running again gives the same digests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.read import derived, read_table
from veedor.errors import UsageError
from veedor.mission.folder import Folder
from veedor.tables import FINDINGS

InputSet = Literal["common", "own"]


class RunRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The private record of one run: table name -> digest (hex) and rows, seconds per detector, statements."""

    schema: Literal["run-record/1"]
    set: InputSet
    run: str
    findings: str
    as_of_us: int
    delay_us: int
    deposits: tuple[str, ...]
    digests: Mapping[str, str]
    rows: Mapping[str, int]
    seconds: Mapping[str, float]
    withheld: int


class Results(msgspec.Struct, frozen=True):
    """Findings of one run with what it was."""

    record: RunRecord
    findings: pa.Table

    @property
    def as_of_us(self) -> int:
        return self.record.as_of_us

    def chosen(self, kind: str | None, least_milli_log10: int) -> pa.Table:
        """Findings of one kind (None: all) with at least this score."""
        rows = self.findings.filter(pc.greater_equal(self.findings["score_milli_log10"], pa.scalar(least_milli_log10)))
        return rows if kind is None else rows.filter(pc.equal(rows["kind"], pa.scalar(kind)))

    def summary(self, shown: pa.Table) -> dict[str, Any]:
        return {
            "findings": kind_counts(shown),
            "withheld": self.record.withheld,
            "run": self.record.run,
            "as_of_us": self.as_of_us,
            "seconds": round(sum(self.record.seconds.values()), 1),
        }


def kind_counts(findings: pa.Table) -> dict[str, int]:
    """Findings by kind, in order of kind."""
    return dict(sorted(Counter(str(kind) for kind in findings["kind"].to_pylist()).items()))


def out_folder(folder: Folder, set: InputSet) -> Path:
    """Where the derived tables of an input set lie."""
    return folder.findings / set


def record_file(folder: Folder, set: InputSet) -> Path:
    return folder.findings / f"{set}.json"


def read_record(folder: Folder, set: InputSet) -> RunRecord:
    """The record of the last run; UsageError when there was none."""
    file = record_file(folder, set)
    if not file.is_file():
        raise UsageError(
            f"nothing was run over {set} deposits in this copy yet",
            file=str(folder.path),
            next_step=f"run `veedor run {folder.path}{' --own' if set == 'own' else ''}`",
        )
    return msgspec.json.decode(file.read_bytes(), type=RunRecord)


def read_results(folder: Folder, set: InputSet) -> Results:
    """Findings of the last run over `set`, in declared order."""
    return Results(read_record(folder, set), read_table(derived(out_folder(folder, set), FINDINGS)))
