"""Looking at files alone, without a mission: `veedor flights`, `veedor money`, `vd.flights(…)`, `vd.money(…)`.

Nothing is kept, signed or logged: files go into a temporary store, the same detectors run, the findings come back.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pyarrow as pa

from veedor import house
from veedor.engine.detector import Detector
from veedor.engine.execute import Progress, execute
from veedor.engine.read import derived, read_table
from veedor.engine.records import RecordStore
from veedor.errors import InputError, UsageError
from veedor.formats.archive import open_sources
from veedor.formats.arrow import pc
from veedor.formats.reader import Options
from veedor.mission.deposit import deposit_digest
from veedor.mission.hand_ins import HandIn, hand_ins
from veedor.mission.intake import FileCount, Intake
from veedor.mission.records import append_parts
from veedor.tables import FINDINGS, REJECTS, TABLES
from veedor.views.finding import FindingView, finding_views

DAY_US = 86_400_000_000
MOST_SHOWN = 15
PARTY = "files"


@dataclass(frozen=True)
class Looked:
    """What the files gave: FINDINGS, rejected rows, and counts that reconcile file by file."""

    findings: pa.Table
    rejects: pa.Table
    files: tuple[FileCount, ...]
    deposits: tuple[bytes, ...]  # by file: the hand-in it was read in; those of one follow each other by number
    tables: dict[str, int]
    as_of_us: int
    seconds: float

    @property
    def accepted(self) -> int:
        return sum(count.accepted for count in self.files)

    @property
    def rejected(self) -> int:
        return sum(count.rejected for count in self.files)

    def views(self, language: str = "en") -> tuple[FindingView, ...]:
        """The findings as people read them, strongest first."""
        return finding_views(self.findings, language)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(v.title)}</td><td>{escape(v.strength)}</td><td>{escape(v.when)}</td>"
            f"<td>{escape(v.where or v.subject)}</td><td>{escape(v.reasons[0] if v.reasons else '')}</td></tr>"
            for v in self.views()[:MOST_SHOWN]
        )
        more = self.findings.num_rows - MOST_SHOWN
        note = f"<p>… and {more} more in <code>.findings</code></p>" if more > 0 else ""
        return (
            f"<p><b>{self.findings.num_rows} findings</b> (suspicions, for people to decide) "
            f"from {len(self.files)} files: "
            f"{self.accepted:,} rows accepted, {self.rejected:,} rejected</p>"
            f"<table><tr><th>Kind</th><th>Strength</th><th>When</th><th>Where or who</th><th>First reason</th></tr>"
            f"{rows}</table>{note}"
        )


def flights(*paths: str | Path, as_of_us: int | None = None, workers: int = 1, latest_us: int | None = None) -> Looked:
    """Gaps, landings and take-offs away from aerodromes in radar and receiver files.

    `paths`: files, archives, mappings and site tables; `as_of_us`: findings cover what ended 24 h before it (default:
    24 h after the last record); `latest_us`: later times are in the future and rejected.
    InputError for a file that cannot be read at all.
    """
    return look([Path(path) for path in paths], house.AIR, "plots", as_of_us, workers, latest_us=latest_us)


def money(*paths: str | Path, as_of_us: int | None = None, workers: int = 1, latest_us: int | None = None) -> Looked:
    """Pass-through, fans and structuring in bank files. Arguments and errors as for `flights`."""
    return look([Path(path) for path in paths], house.MONEY, "entries", as_of_us, workers, latest_us=latest_us)


def look(
    paths: Sequence[Path],
    detectors: Sequence[Detector],
    needed: str,
    as_of_us: int | None = None,
    workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
    latest_us: int | None = None,
) -> Looked:
    """Read `paths`, run `detectors`, and give back what they found; `needed` is the table that must have rows."""
    if not paths:
        raise UsageError("no file was given", next_step="name the files to look at")
    with tempfile.TemporaryDirectory(prefix="veedor-files-") as scratch:
        folder = Path(scratch)
        store = RecordStore(folder / "records")
        counts, deposits, tables = _read(hand_ins(open_sources(paths, folder), Options(latest_us=latest_us)), store)
        if not tables.get(needed):
            _all_rejected(counts, read_table(store.snapshot(REJECTS)), needed)
            raise UsageError(
                f"no {needed} in these files",
                found=", ".join(f"{n} {name}" for name, n in sorted(tables.items())) or "nothing",
                next_step="`veedor flights` is for radar and receiver files, `veedor money` for bank files",
            )
        until = as_of_us if as_of_us is not None else _last_us(store) + DAY_US
        (folder / "derived").mkdir()
        result = execute(
            detectors,
            store,
            folder / "derived",
            workers=min(workers, os.cpu_count() or 1),
            as_of_us=until,
            progress=progress,
        )
        found = read_table(derived(folder / "derived", FINDINGS))
        rejects = read_table(store.snapshot(REJECTS))
    return Looked(found, rejects, tuple(counts), tuple(deposits), tables, until, result.seconds)


def _all_rejected(counts: Sequence[FileCount], rejects: pa.Table, needed: str) -> None:
    """InputError where rows were there but every one of those needed was rejected: no reason to try another verb."""
    wanted = rejects.filter(pc.equal(rejects["table"], needed))
    if wanted.num_rows:
        first = wanted.slice(0, 1).to_pylist()[0]
        raise InputError(
            f"no row of {needed} could be read: {wanted.num_rows} rejected",
            file=", ".join(count.source.name for count in counts if count.rejected),
            place=f"row {first['row']}, {first['place']}",
            expected=first["expected"],
            found=first["found"],
            next_step="if the first row's trouble is that of all, correct the mapping or its units; else ask for the "
            "file again",
        )


def _read(every: Sequence[HandIn], store: RecordStore) -> tuple[list[FileCount], list[bytes], dict[str, int]]:
    deposits: list[bytes] = []
    counts: list[FileCount] = []
    tables: dict[str, int] = {}
    for hand_in in every:
        digest = deposit_digest(PARTY, hand_in)
        intake = Intake(digest, hand_in.reader, hand_in.options, hand_in.sources, secret=None)
        append_parts(store, digest.hex(), intake.rows())
        counts += intake.files
        deposits += [digest] * len(intake.files)
        for name, count in intake.tables.items():
            tables[name] = tables.get(name, 0) + count
    return counts, deposits, tables


def _last_us(store: RecordStore) -> int:
    last = 0
    for table in TABLES:
        if "time" in table.schema.names and "file" in table.schema.names:
            for batch in store.read(table, ["time"]):
                last = max(last, pc.max(batch["time"].cast(pa.int64())).as_py() or 0)
    return last
