"""What `verify` checks beside the log, where this copy holds records: deposits, findings, and the run made again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pyarrow as pa

from veedor.engine.detector import Detector
from veedor.engine.execute import RunResult
from veedor.engine.parameters import configured
from veedor.engine.read import derived, read_table
from veedor.errors import VeedorError
from veedor.formats.reader import Options
from veedor.formats.source import FileSource
from veedor.kernel.digest import TableDigest
from veedor.log.files import Files
from veedor.mission.append import Mission
from veedor.mission.deposit import deposit_digest
from veedor.mission.fold import State
from veedor.mission.folder import Folder
from veedor.mission.hand_ins import HandIn, hand_ins
from veedor.mission.held import Held, held_deposits
from veedor.mission.intake import Intake
from veedor.mission.kinds import runs_of
from veedor.mission.results import InputSet, RunRecord, out_folder, read_record, record_file
from veedor.mission.run import TABLE_DOMAIN, execute_over, input_set, stated
from veedor.mission.salts import decode_openings
from veedor.mission.verify import Check, Checks, Outcome, Rederive, Rederived
from veedor.tables import FINDINGS

SETS: tuple[InputSet, ...] = ("common", "own")
MOST_ROWS_LISTED = 20
OpenMission = Callable[[], AbstractContextManager[Mission]]


def checks(files: Files, open_mission: OpenMission, detectors: Sequence[Detector], *, rederive: bool) -> Checks:
    """Cheap checks always; reading deposits again and running again only when `rederive` is asked for."""
    return Checks(
        deposits=_deposits(files, again=rederive),
        findings=_findings(files),
        rederive=_rederive(open_mission, detectors) if rederive else None,
    )


def _deposits(files: Files, *, again: bool) -> Check:
    def check(folder: Folder, state: State) -> Iterator[Outcome]:
        for held in held_deposits(folder, files, state):
            yield _files(held)
            if again:
                yield _roots(held, read_again(held))

    return check


def _files(held: Held) -> Outcome:
    """Whether the kept files are the ones handed in; the first that is not decides."""
    missing = 0
    for file in held.files:
        try:
            found = FileSource(file.place, file.name).sha256
        except VeedorError:
            missing += 1
            continue
        if found != file.sha256:
            return Outcome(False, str(file.place), file.sha256.hex(), found.hex())
    kept = f"{len(held.files) - missing} of {len(held.files)} files kept here, as handed in"
    return Outcome(None if missing else True, f"deposit {held.batch[:16]}", f"{len(held.files)} files", kept)


def read_again(held: Held) -> HandIn:
    """The hand-in that a deposit was, from the files this copy keeps. VeedorError where they no longer make one."""
    kept = [FileSource(file.place, file.name) for file in (*held.files, *held.beside)]
    simulated = held.statement.body.simulated
    options = Options(sensor=held.sensor, simulated=simulated, latest_us=held.latest_us)
    made = [each for each in hand_ins(kept, options) if each.mapping.hex() == held.mapping]
    if len(made) != 1:
        raise VeedorError("the kept files do not make one deposit", file=held.batch, found=f"{len(made)} hand-ins")
    return made[0]


def _roots(held: Held, hand_in: HandIn) -> Outcome:
    """Reads the deposit's files again and compares its digest and both record roots with what was stated."""
    stated = held.statement.body.commitments
    digest = deposit_digest(held.statement.chain.party, hand_in)
    if digest != held.deposit:
        return Outcome(False, held.batch, held.batch, digest.hex())
    if held.secret is None:
        return Outcome(None, held.batch, "record roots", "its salts are not in this copy")
    intake = Intake(digest, hand_in.reader, hand_in.options, hand_in.sources, held.secret)
    for _ in intake.rows():
        pass
    found = (intake.accepted.root().hex(), intake.rejected.root().hex())
    return Outcome(found == (stated.accepted, stated.rejected), held.batch, f"{stated.accepted}", found[0])


def _findings(files: Files) -> Check:
    def check(folder: Folder, state: State) -> Iterator[Outcome]:
        stated = {run.digest: run for run in runs_of(state)}
        for set in SETS:
            if not record_file(folder, set).is_file():
                continue
            record = read_record(folder, set)
            run = stated.get(record.run)
            openings = folder.openings / f"{record.run}.json"
            if run is None or not files.exists(openings):
                yield Outcome(None, str(record_file(folder, set)), "a logged run", record.run)
                continue
            values = {
                each.commitment: each.value
                for each in decode_openings(files.read(openings), str(openings)).openings
                if each.domain == TABLE_DOMAIN
            }
            for result in run.body.tables:
                if result.table == FINDINGS.id:
                    yield _findings_table(folder, set, values.get(result.commitment, ""))
            rest = len(run.body.tables) - 1
            yield Outcome(None, f"findings/{set}/", "as committed", f"{rest} further tables: checked by --rederive")

    return check


def _findings_table(folder: Folder, set: InputSet, expected: str) -> Outcome:
    """Recomputes the digest of the findings held here."""
    digest = TableDigest(FINDINGS)
    digest.add(read_table(derived(out_folder(folder, set), FINDINGS)))
    return Outcome(digest.hexdigest() == expected, f"findings/{set}/findings", expected, digest.hexdigest())


def _rederive(open_mission: OpenMission, detectors: Sequence[Detector]) -> Rederive:
    def rederive(folder: Folder, state: State) -> Rederived:
        with open_mission() as mission, tempfile.TemporaryDirectory(prefix="veedor-rederive-") as scratch:
            again, differing = 0, []
            for set in SETS:
                if not record_file(folder, set).is_file():
                    continue
                record = read_record(folder, set)
                made = _made_again(mission, detectors, set, record, Path(scratch) / set)
                if made is None:
                    return Rederived("cannot", again, ("the deposits of the run are not all held here",))
                again += len(stated(made))
                changed = [name for name, table in stated(made).items() if record.digests.get(name) != table.digest]
                if FINDINGS.name in changed:
                    differing += _rows(folder, set, Path(scratch) / set)
                differing += [f"{set}: {name}" for name in changed]
            return Rederived("differs" if differing else "identical", again, tuple(differing[:MOST_ROWS_LISTED]))

    return rederive


def _made_again(
    mission: Mission, detectors: Sequence[Detector], set: InputSet, record: RunRecord, out: Path
) -> RunResult | None:
    held = [each for each in input_set(mission, set) if each.batch in record.deposits]
    if len(held) != len(record.deposits):
        return None
    chosen = configured(detectors, mission.folder.settings.detectors)
    return execute_over(mission, chosen, held, record.as_of_us, out)


def _rows(folder: Folder, set: InputSet, again: Path) -> list[str]:
    """Ids of findings that only one of the two runs has."""
    one, two = (_ids(read_table(derived(place, FINDINGS))) for place in (out_folder(folder, set), again))
    return [f"only stored: {i}" for i in sorted(one - two)] + [f"only made again: {i}" for i in sorted(two - one)]


def _ids(findings: pa.Table) -> set[str]:
    return {value.hex() for value in findings["id"].to_pylist() if isinstance(value, bytes)}
