"""Running detectors over the deposits of an input set, and stating in the log what was run and what it gave.

`common` runs read open deposits only and must give the same digests in every copy; `own` runs read this party's sealed
deposits too and are private: their salts go to nobody. A run names the adoption of its parameters where there is one in
force (adoption.py). A run that died before its statements leaves tables that the next run replaces.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from veedor.engine.detector import Detector
from veedor.engine.execute import Progress, RunResult, execute
from veedor.engine.parameters import configured
from veedor.engine.snapshot import Snapshot
from veedor.errors import UsageError
from veedor.kernel.digest import parameters_digest
from veedor.log_folder.files import make_folders, write_durable
from veedor.mission.copy.append import Mission, Published
from veedor.mission.deposits.held import Held, held_deposits
from veedor.mission.deposits.records import layout_of, record_store
from veedor.mission.deposits.reread import Restored, restore_records
from veedor.mission.runs.adoption import Basis, basis_of
from veedor.mission.runs.committed import commit_findings
from veedor.mission.runs.results import InputSet, Results, RunRecord, kind_counts, out_folder, read_results, record_file
from veedor.mission.state.fold import Signed
from veedor.mission.state.kinds import deposits_of
from veedor.mission.statements.binding import INPUT_DOMAIN, SECRET_DOMAIN
from veedor.mission.statements.bodies import (
    Deposit,
    Inputs,
    KindCount,
    Layout,
    Parameters,
    Result,
    RootedFindings,
    Run,
    Software,
)
from veedor.mission.statements.salts import SALT_BYTES, Private, inputs_root
from veedor.mission.statements.types import ROOTED_FINDINGS, RUN
from veedor.mission.statements.vocabulary import HOUR_US
from veedor.tables import FINDINGS, TABLES
from veedor.version import VERSION

PARAMETERS_DOMAIN = "parameters/1"
TABLE_DOMAIN = "table-digest/1"


@dataclass(frozen=True)
class RunDone:
    """A finished run: its two statements, its results, which deposits had to be read again for it, and by whose
    parameters it was made."""

    run: Published
    findings: Published
    results: Results
    executed: RunResult
    restored: Restored
    basis: Basis


def run_detectors(
    mission: Mission,
    detectors: Sequence[Detector],
    set: InputSet,
    as_of_us: int,
    clock_us: Callable[[], int],
    commit: str = "",
    progress: Callable[[Progress], None] | None = None,
) -> RunDone:
    """Run `detectors`, with the settings of parameters.toml, over the deposits of `set`.

    `as_of_us`: findings cover only what ended at least the mission's delay before it. UsageError without deposits.
    """
    started_us = clock_us()
    if as_of_us > started_us:
        raise UsageError(
            "a run cannot look ahead of its clock: the delay would not hold",
            expected=f"at most {started_us}",
            found=str(as_of_us),
            next_step="name an earlier --as-of, or none",
        )
    chosen = configured(detectors, mission.folder.parameters.settings)
    basis = basis_of(mission.state, mission.folder.parameters, set, chosen, as_of_us)
    held, restored = _restored(mission, input_set(mission, set))
    _forget(mission, set)
    executed = execute_over(mission, chosen, held, as_of_us, out_folder(mission.folder, set), progress)
    private = mission.confidential.collect(share=set == "common")
    body = _run(mission, chosen, basis, set, held, executed, private, as_of_us, started_us, clock_us(), commit)
    run = mission.publish(RUN, body, clock_us(), private)
    record = RunRecord(
        schema="run-record/1",
        set=set,
        run=run.digest,
        findings="",
        as_of_us=as_of_us,
        delay_us=delay_us(mission),
        deposits=tuple(sorted(each.batch for each in held)),
        digests={name: table.digest for name, table in executed.tables.items()},
        rows={name: table.rows for name, table in executed.tables.items()},
        seconds={stage.detector: round(stage.seconds, 3) for stage in executed.stages},
        withheld=executed.withheld,
    )
    _keep(mission, set, record)
    results = read_results(mission.folder, set)
    private = mission.confidential.collect(share=set == "common")
    told = mission.publish(ROOTED_FINDINGS, _findings(mission, run, results, executed, private), clock_us(), private)
    _keep(mission, set, msgspec.structs.replace(record, findings=told.digest))
    return RunDone(run, told, read_results(mission.folder, set), executed, restored, basis)


def _restored(mission: Mission, held: Sequence[Held]) -> tuple[tuple[Held, ...], Restored]:
    """The deposits that can be read, after restoring records that are missing here."""
    restored = restore_records(mission, held)
    lies = {each.batch for each, _ in restored.contradicted}
    left = tuple(each for each in held if each.batch not in lies)
    if not left:
        raise UsageError("no deposit gives the records that it stated", found=str(restored.contradicted[0][1]))
    return left, restored


def not_held(mission: Mission) -> tuple[Signed[Deposit], ...]:
    """Open deposits in the log that this copy does not hold: a run here does not cover them, and should say so."""
    held = {each.statement.digest for each in held_deposits(mission.folder, mission.files, mission.state)}
    every = deposits_of(mission.state)
    return tuple(each for each in every if each.body.mode == "open" and each.digest not in held)


def delay_us(mission: Mission) -> int:
    return mission.state.genesis.delay_hours * HOUR_US


def input_set(mission: Mission, set: InputSet) -> tuple[Held, ...]:
    """The deposits a run over `set` reads: open ones, and for `own` this party's sealed ones too."""
    every = held_deposits(mission.folder, mission.files, mission.state)
    mine = mission.party
    held = tuple(h for h in every if h.open or (set == "own" and h.statement.chain.party == mine))
    if not held:
        raise UsageError(
            "there is nothing to run over: no open deposit is held by this copy"
            if set == "common"
            else "there is nothing to run over: no deposit is held by this copy",
            next_step="`veedor deposit … --open`, or `veedor run … --own` for your own sealed deposits",
        )
    return held


def execute_over(
    mission: Mission,
    detectors: Sequence[Detector],
    held: Sequence[Held],
    as_of_us: int,
    out: Path,
    progress: Callable[[Progress], None] | None = None,
) -> RunResult:
    """The run itself, without saying anything in the log (also used to make a run again and compare)."""
    engine = mission.folder.settings.engine
    store, batches = record_store(mission), {each.batch for each in held}
    written = {detector.writes.name for detector in detectors}
    inputs: dict[str, Snapshot] = {
        table.name: store.snapshot(table, batches)
        for table in TABLES
        if "file" in table.schema.names and table.name not in written
    }
    make_folders(mission.files, out)
    return execute(
        detectors,
        inputs,
        out,
        layout=layout_of(mission),
        workers=min(engine.workers, os.cpu_count() or 1),
        memory_bytes=engine.memory_bytes,
        files=mission.files,
        as_of_us=as_of_us,
        delay_us=delay_us(mission),
        progress=progress,
    )


def _run(
    mission: Mission,
    detectors: Sequence[Detector],
    basis: Basis,
    set: InputSet,
    held: Sequence[Held],
    executed: RunResult,
    private: Private,
    as_of_us: int,
    started_us: int,
    ended_us: int,
    commit: str,
) -> Run:
    engine = mission.folder.settings.engine
    inputs = [private.commit(INPUT_DOMAIN, each.deposit) for each in held]
    return Run(
        inputs=Inputs(set=set, count=len(inputs), root=inputs_root(inputs)),
        adoption="" if basis.adoption is None else basis.adoption.digest,
        simulated=mission.state.genesis.simulated,
        as_of_us=as_of_us,
        started_us=started_us,
        ended_us=ended_us,
        software=Software("veedor", VERSION, commit),
        layout=Layout(engine.buckets, engine.chunk_hours),
        parameters=tuple(
            Parameters(each.name, each.version, private.commit(PARAMETERS_DOMAIN, parameters_digest(each.parameters)))
            for each in sorted(detectors, key=lambda detector: detector.name)
        ),
        tables=tuple(
            Result(each.table.id, each.rows, private.commit(TABLE_DOMAIN, bytes.fromhex(each.digest)))
            for each in sorted(executed.tables.values(), key=lambda result: result.table.id)
        ),
    )


def _findings(
    mission: Mission, run: Published, results: Results, executed: RunResult, private: Private
) -> RootedFindings:
    counts = kind_counts(results.findings)
    digest = bytes.fromhex(executed.tables[FINDINGS.name].digest)
    secret = mission.means.entropy(SALT_BYTES)
    body = RootedFindings(
        run=run.digest,
        simulated=mission.state.genesis.simulated,
        total=sum(counts.values()),
        kinds=tuple(KindCount(kind, count) for kind, count in counts.items()),
        commitment=private.commit(TABLE_DOMAIN, digest),
        rows=commit_findings(results.findings, secret),
    )
    private.commit(SECRET_DOMAIN, secret)
    return body


def _forget(mission: Mission, set: InputSet) -> None:
    """The record of the run before goes before the first of its tables is replaced: whatever cuts this run short, no
    record ever names findings that are not those of its run."""
    file = record_file(mission.folder, set)
    if mission.files.exists(file):
        mission.files.remove(file)
        mission.files.sync_folder(file.parent)


def _keep(mission: Mission, set: InputSet, record: RunRecord) -> None:
    data = msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"
    write_durable(mission.files, record_file(mission.folder, set), data)
