"""A run made again, and compared with what its statement committed to, never with a file that lies beside it.

 (1) the run's statement is in the log, and its openings are in this copy
 (2) the deposits opened there make the root of inputs that was and all of them are held here
 (3) the detectors installed here have the versions and parameters that were stated
 (4) the run, made again as of the same time, gives the digests that were stated

Answers: identical; same within tolerance (findings of other bits: every one has its counterpart on the same evidence,
within a second, ten metres and a hundredth of log10); differs; cannot, with the reason.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from veedor.engine.detector import Detector
from veedor.engine.parameters import configured
from veedor.engine.read import derived, read_table
from veedor.errors import VeedorError
from veedor.kernel.digest import parameters_digest
from veedor.mission.copy.append import Mission
from veedor.mission.copy.folder import Folder
from veedor.mission.deposits.held import Held, held_deposits
from veedor.mission.deposits.reread import missing_records
from veedor.mission.runs.results import InputSet, out_folder, read_record, record_file
from veedor.mission.runs.run import PARAMETERS_DOMAIN, TABLE_DOMAIN, execute_over
from veedor.mission.state.fold import Signed, State
from veedor.mission.state.kinds import runs_of
from veedor.mission.state.standing import standing_of
from veedor.mission.statements.binding import INPUT_DOMAIN
from veedor.mission.statements.bodies import Run
from veedor.mission.statements.salts import Opening, inputs_root
from veedor.mission.verification.adopted import standing_words
from veedor.mission.verification.verify import Answer, Rederive, Rederived
from veedor.tables import FINDINGS
from veedor.words import Said, phrase

SETS: tuple[InputSet, ...] = ("common", "own")
MOST_ROWS_LISTED = 20
TOLERANCE = {"start": 1_000_000, "end": 1_000_000, "lat_e7": 900, "lon_e7": 900, "score_milli_log10": 10}
"""Microseconds, 1e-7 degree (ten metres; less in longitude away from the equator), thousandths of log10."""
OpenMission = Callable[[], AbstractContextManager[Mission]]


class Cannot(Exception):
    """Why a run cannot be made again here."""


@dataclass(frozen=True)
class Committed:
    """What a run's statement binds, opened: digests of deposits, parameters by detector, tables by id (hex)."""

    deposits: frozenset[str]
    parameters: Mapping[tuple[str, int], str]
    tables: Mapping[str, str]


def committed(run: Signed[Run], openings: Sequence[Opening]) -> Committed:
    """Steps (1) and (2) so far as the statement goes; `openings` were checked to open (verify, step 6)."""
    values = {each.commitment: each.value for each in openings}
    inputs = [each for each in openings if each.domain == INPUT_DOMAIN]
    if inputs_root(each.commitment for each in inputs) != run.body.inputs.root:
        raise Cannot(Said("verify.said.no_input_openings"))
    tables = {each.table: values.get(each.commitment, "") for each in run.body.tables}
    parameters = {(each.detector, each.version): values.get(each.commitment, "") for each in run.body.parameters}
    opened = {each.value for each in openings if each.domain in (PARAMETERS_DOMAIN, TABLE_DOMAIN)}
    if not {*tables.values(), *parameters.values()} <= opened:
        raise Cannot(Said("verify.said.no_digest_openings"))
    return Committed(frozenset(each.value for each in inputs), parameters, tables)


def rederiving(open_mission: OpenMission, detectors: Sequence[Detector]) -> Rederive:
    """Makes the last run of each input set again, as `verify` asks for it."""

    def rederive(folder: Folder, state: State) -> Rederived:
        tables, rows, standings = 0, list[str](), list[str]()
        answer: list[Answer] = []
        with open_mission() as mission, tempfile.TemporaryDirectory(prefix="veedor-rederive-") as scratch:
            for set in SETS:
                if not record_file(folder, set).is_file():
                    continue
                try:
                    made = _again(mission, folder, state, set, detectors, Path(scratch) / set)
                except (Cannot, VeedorError) as reason:
                    return Rederived("cannot", tables, (Said("verify.said.of_set", set=set, what=_why(reason)),))
                tables += made.tables
                answer.append(made.answer)
                rows += made.rows
                standings += made.standings
        order: tuple[Answer, ...] = ("differs", "same within tolerance", "identical")
        worst = next(each for each in order if each in answer or each == "identical")
        return Rederived(worst, tables, tuple(rows[:MOST_ROWS_LISTED]), tuple(standings))

    return rederive


def _again(
    mission: Mission, folder: Folder, state: State, set: InputSet, detectors: Sequence[Detector], out: Path
) -> Rederived:
    digest = read_record(folder, set).run
    run = next((each for each in runs_of(state) if each.digest == digest), None)
    if run is None:
        raise Cannot(Said("verify.said.run_not_logged"))
    said = committed(run, mission.confidential.openings(digest))
    chosen = configured(detectors, folder.parameters.settings)
    _need_same_detectors(said, chosen)
    held = _need_held(mission, said)
    if missing := missing_records(mission, held):
        raise Cannot(Said("verify.said.records_missing", deposit=missing[0].batch[:16]))
    made = execute_over(mission, chosen, held, run.body.as_of_us, out).tables
    found = {result.table.id: result.digest for result in made.values()}
    changed = sorted(table for table in {*said.tables, *found} if said.tables.get(table) != found.get(table))
    standing = (Said("verify.said.of_set", set=set, what=standing_words(standing_of(state, run))),)
    if not changed:
        return Rederived("identical", len(found), standings=standing)
    stored, again = (read_table(derived(place, FINDINGS)) for place in (out_folder(folder, set), out))
    near = within_tolerance(stored, again)
    listed = tuple(Said("verify.said.of_set", set=set, what=row) for row in (*changed, *_ids_apart(stored, again)))
    return Rederived("same within tolerance" if near else "differs", len(found), listed, standing)


def _need_same_detectors(said: Committed, chosen: Sequence[Detector]) -> None:
    here = {(each.name, each.version): parameters_digest(each.parameters).hex() for each in chosen}
    for name, version in sorted({*said.parameters, *here}):
        if (name, version) not in here:
            raise Cannot(Said("verify.said.not_installed", detector=name, version=version))
        if (name, version) not in said.parameters:
            raise Cannot(Said("verify.said.run_had_not", detector=name, version=version))
        if said.parameters[name, version] != here[name, version]:
            raise Cannot(Said("verify.said.parameters_differ", detector=name))


def _need_held(mission: Mission, said: Committed) -> tuple[Held, ...]:
    every = held_deposits(mission.folder, mission.files, mission.state)
    held = tuple(each for each in every if each.batch in said.deposits)
    if {each.batch for each in held} != said.deposits:
        raise Cannot(Said("verify.said.deposits_missing"))
    return held


def within_tolerance(one: pa.Table, two: pa.Table) -> bool:
    """Whether rows of FINDINGS differ by no more than TOLERANCE, finding by finding (by anchor, then order)."""
    if one.num_rows != two.num_rows:
        return False
    exact = ["anchor", "kind", "subject", "evidence_count", "evidence_digest"]
    first, second = (
        rows.select([*exact, *TOLERANCE]).sort_by([("anchor", "ascending"), ("start", "ascending")])
        for rows in (one, two)
    )
    if not first.select(exact).equals(second.select(exact)):
        return False
    return all(
        (a is None) == (b is None) and (a is None or b is None or abs(a - b) <= most)
        for name, most in TOLERANCE.items()
        for a, b in zip(_integers(first, name), _integers(second, name), strict=True)
    )


def _integers(rows: pa.Table, name: str) -> list[int | None]:
    plain: list[int | None] = rows[name].cast(pa.int64()).to_pylist()
    return plain


def _ids_apart(stored: pa.Table, again: pa.Table) -> Iterator[str]:
    """Ids of findings that only one of the two runs has."""
    one, two = ({bytes(value or b"").hex() for value in rows["id"].to_pylist()} for rows in (stored, again))
    yield from (Said("verify.said.only_stored", finding=each) for each in sorted(one - two))
    yield from (Said("verify.said.only_again", finding=each) for each in sorted(two - one))


def _why(reason: Cannot | VeedorError) -> str:
    return phrase(reason.problem) if isinstance(reason, VeedorError) else reason.args[0]
