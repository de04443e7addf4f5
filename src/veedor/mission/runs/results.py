"""What the last run of an input set left in this copy: its findings, and which statements say so.

`findings/<set>/` holds the derived tables; `findings/<set>.json` names the statements and digests. Both are derived:
deleting them and running again gives the same digests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from veedor.engine.read import derived, read_table
from veedor.errors import StoreError, UsageError
from veedor.mission.copy.folder import Folder
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

    def chosen(self, kind: str | None, least_milli_log10: int, identity: str | None = None) -> pa.Table:
        """Findings of one kind (None: all) with at least this score, whose id or anchor begins with `identity` (hex).
        UsageError when `identity` is given and none does."""
        rows = self.findings.filter(pc.greater_equal(self.findings["score_milli_log10"], pa.scalar(least_milli_log10)))
        if kind is not None:
            rows = rows.filter(pc.equal(rows["kind"], pa.scalar(kind)))
        if identity is None:
            return rows
        named = [
            any(str(digest.hex()).startswith(identity.lower()) for digest in each.values())
            for each in rows.select(["id", "anchor"]).to_pylist()
        ]
        if not any(named):
            raise UsageError(
                "no finding of the last run has this id", expected="the first digits of an id or anchor, in hex",
                found=identity, next_step="list them with `veedor findings MISSION`",
            )  # fmt: skip
        return rows.filter(pa.array(named))


def kind_counts(findings: pa.Table) -> dict[str, int]:
    """Findings by kind, in order of kind."""
    return dict(sorted(Counter(str(kind) for kind in findings["kind"].to_pylist()).items()))


def out_folder(folder: Folder, set: InputSet) -> Path:
    """Where the derived tables of an input set lie."""
    return folder.findings / set


def record_file(folder: Folder, set: InputSet) -> Path:
    return folder.findings / f"{set}.json"


def read_record(folder: Folder, set: InputSet) -> RunRecord:
    """The record of the last run; UsageError when there was none, StoreError when it is damaged."""
    file = record_file(folder, set)
    if not file.is_file():
        raise UsageError(
            f"nothing was run over {set} deposits in this copy yet",
            file=str(folder.path),
            next_step=f"run `veedor run {folder.path} --own`" if set == "own" else f"run `veedor run {folder.path}`",
        )
    try:
        return msgspec.json.decode(file.read_bytes(), type=RunRecord)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreError(
            "the record of the last run is damaged",
            file=str(file),
            expected="run-record/1",
            found=str(error),
            next_step=f"run `veedor run {folder.path}` again: what it found is derived and comes back",
        ) from None


def read_results(folder: Folder, set: InputSet) -> Results:
    """Findings of the last run over `set`, in declared order."""
    return Results(read_record(folder, set), read_table(derived(out_folder(folder, set), FINDINGS)))
