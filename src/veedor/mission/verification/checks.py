"""What `verify` checks beside the log, where this copy holds records: deposits, findings, and the run made again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from veedor.engine.detector import Detector
from veedor.engine.read import derived, read_table
from veedor.errors import VeedorError
from veedor.formats.source import FileSource
from veedor.kernel.digest import TableDigest
from veedor.log_folder.files import Files
from veedor.mission.copy.folder import Folder
from veedor.mission.deposits.held import Held, held_deposits, unreadable
from veedor.mission.deposits.reread import hand_in_again, intake_again, roots, stated_roots
from veedor.mission.runs.committed import commit_findings, secret_of
from veedor.mission.runs.results import InputSet, out_folder, read_record, record_file
from veedor.mission.runs.run import TABLE_DOMAIN
from veedor.mission.state.fold import State
from veedor.mission.state.kinds import findings_of, runs_of
from veedor.mission.statements.bodies import RootedFindings
from veedor.mission.statements.salts import decode_openings
from veedor.mission.verification.adopted import adopted_parameters
from veedor.mission.verification.rederive import SETS, OpenMission, rederiving
from veedor.mission.verification.verify import Check, Checks, Outcome, entry_at, refused
from veedor.tables import FINDING_PARTS, FINDINGS
from veedor.words import Said


def checks(files: Files, open_mission: OpenMission, detectors: Sequence[Detector], *, rederive: bool) -> Checks:
    """Cheap checks always; reading deposits again and running again only when `rederive` is asked for."""
    return Checks(
        deposits=_deposits(files, again=rederive),
        findings=_findings(files),
        rederive=rederiving(open_mission, detectors) if rederive else None,
    )


def _deposits(files: Files, *, again: bool) -> Check:
    def check(folder: Folder, state: State) -> Iterator[Outcome]:
        for statement, why in unreadable(folder, files, state):
            # The log is sound all the same: whoever committed to bytes that are no details hurts only that deposit.
            yield Outcome(None, entry_at(statement.index), Said("verify.said.details"), refused(why).found)
        for held in held_deposits(folder, files, state):
            kept = _files(held)
            yield kept
            if again and kept.ok:
                yield _roots(held)

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
    kept = Said("verify.said.files_kept", kept=len(held.files) - missing, files=len(held.files))
    place = Said("verify.said.deposit", deposit=held.batch[:16])
    return Outcome(None if missing else True, place, Said("verify.said.files", files=len(held.files)), kept)


def _roots(held: Held) -> Outcome:
    """Reads the deposit's files again and compares its digest and both record roots with what was stated."""
    if held.secret is None:
        hand_in_again(held)
        return Outcome(None, held.batch, Said("verify.said.record_roots"), Said("verify.said.no_salts"))
    intake = intake_again(held)
    for _ in intake.rows():
        pass
    return Outcome(roots(intake) == stated_roots(held), held.batch, stated_roots(held)[0], roots(intake)[0])


def _findings(files: Files) -> Check:
    def check(folder: Folder, state: State) -> Iterator[Outcome]:
        yield from adopted_parameters(folder, files, state)
        stated = {run.digest: run for run in runs_of(state)}
        for set in SETS:
            if not record_file(folder, set).is_file():
                continue
            record = read_record(folder, set)
            run = stated.get(record.run)
            openings = folder.openings / f"{record.run}.json"
            if run is None or not files.exists(openings):
                yield Outcome(None, str(record_file(folder, set)), Said("verify.said.logged_run"), record.run)
                continue
            values = {
                each.commitment: each.value
                for each in decode_openings(files.read(openings), str(openings)).openings
                if each.domain == TABLE_DOMAIN
            }
            for result in run.body.tables:
                if result.table == FINDINGS.id:
                    yield _findings_table(folder, set, values.get(result.commitment, ""))
            yield from _findings_root(folder, files, state, set, record.findings)
            rest = len(run.body.tables) - 1
            found = Said("verify.said.further_tables", tables=rest)
            yield Outcome(None, f"findings/{set}/", Said("verify.said.as_committed"), found)

    return check


def _findings_table(folder: Folder, set: InputSet, expected: str) -> Outcome:
    """Recomputes the digest of the findings held here."""
    digest = TableDigest(FINDINGS)
    digest.add(read_table(derived(out_folder(folder, set), FINDINGS)))
    return Outcome(digest.hexdigest() == expected, f"findings/{set}/findings", expected, digest.hexdigest())


def _findings_root(folder: Folder, files: Files, state: State, set: InputSet, digest: str) -> Iterator[Outcome]:
    """Whether the root under which single findings are shown is that of the findings held here; nothing where the
    statement has none (`findings/1`) or its salts are not here."""
    told = next((each for each in findings_of(state) if each.digest == digest), None)
    openings = folder.openings / f"{digest}.json"
    if told is None or not isinstance(told.body, RootedFindings) or not files.exists(openings):
        return
    secret = secret_of(decode_openings(files.read(openings), str(openings)).openings)
    if secret is not None:
        found = commit_findings(read_table(derived(out_folder(folder, set), FINDINGS)), secret).root
        yield Outcome(found == told.body.rows.root, f"findings/{set}/{FINDING_PARTS.name}", told.body.rows.root, found)
