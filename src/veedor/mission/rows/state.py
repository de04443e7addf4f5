"""The state as rows for people and programs: members, statements, what is void, what waits; one struct each.

`veedor state` prints them; every row names its schema, and nothing is in them that is not in the log (but `waiting`,
which is this copy's outbox).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from msgspec import Struct

from veedor.errors import UsageError
from veedor.log_folder.files import Files
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.folder import Folder
from veedor.mission.copy.outbox import Outbox
from veedor.mission.rows.access import KeyOrAct, keys_and_acts
from veedor.mission.rows.time import TimeOrAuthority, time_and_authority
from veedor.mission.state.fold import AnyKind, Signed, State, fold
from veedor.mission.state.kinds import KINDS, deposits_of, findings_of, runs_of
from veedor.mission.state.restated import Covering, Stated, covers_of, stated
from veedor.mission.state.seals import seals_of
from veedor.mission.state.standing import Word, standing_of
from veedor.mission.statements.bodies import Deposit


class MissionRow(Struct, frozen=True, kw_only=True):
    """The mission itself."""

    schema: str = "state-mission/1"
    mission: str
    origin: str
    genesis: str
    size: int
    simulated: bool
    appender: str
    created_us: int


class MemberRow(Struct, frozen=True, kw_only=True):
    """A member and how far its chain goes."""

    schema: str = "state-member/1"
    party: str
    role: str
    statements: int
    last: str
    statement_key: str


class DepositRow(Struct, frozen=True, kw_only=True):
    """A deposit that counts."""

    schema: str = "state-deposit/1"
    entry: int
    party: str
    seq: int
    digest: str
    mode: str
    classes: tuple[str, ...]
    files: int
    accepted: int
    rejected: int
    start_us: int
    end_us: int
    completeness: str
    simulated: bool
    at_us: int


class RestateRow(Struct, frozen=True, kw_only=True):
    """What the deposit of entry `of_entry` covers, said anew, and what was said of it before. `time_s`: the log time,
    from which it counts for an accord."""

    schema: str = "state-restate/1"
    entry: int
    party: str
    seq: int
    digest: str
    deposit: str
    of_entry: int
    was: Stated
    now: Stated
    time_s: int | None
    simulated: bool
    at_us: int


class RunRow(Struct, frozen=True, kw_only=True):
    """A run that counts. `adoption`: the entry of the adoption that it names, if it does; `standing`: whether its
    parameters were adopted before its period; `own`: they were not, so it is the party's own."""

    schema: str = "state-run/2"
    entry: int
    party: str
    seq: int
    digest: str
    inputs: str
    deposits: int
    own: bool
    standing: Word
    adoption: int | None
    as_of_us: int
    simulated: bool
    at_us: int


class FindingsRow(Struct, frozen=True, kw_only=True):
    """The findings of a run, as counts."""

    schema: str = "state-findings/1"
    entry: int
    party: str
    seq: int
    digest: str
    run: str
    total: int
    kinds: dict[str, int]
    simulated: bool
    at_us: int


class VoidRow(Struct, frozen=True, kw_only=True):
    """An entry that does not count, with the reason; `party` and `type` are only what it claims."""

    schema: str = "state-void/1"
    entry: int
    digest: str
    reason: str
    party: str
    type: str


class UnknownRow(Struct, frozen=True, kw_only=True):
    """A well-signed statement of a type this version does not know."""

    schema: str = "state-unknown/1"
    entry: int
    digest: str
    party: str
    type: str


class WaitingRow(Struct, frozen=True, kw_only=True):
    """A statement of this copy that the log does not hold yet."""

    schema: str = "state-waiting/1"
    party: str
    seq: int
    digest: str


Row = (
    MissionRow
    | MemberRow
    | DepositRow
    | RestateRow
    | RunRow
    | FindingsRow
    | VoidRow
    | UnknownRow
    | WaitingRow
    | TimeOrAuthority
    | KeyOrAct
)


def read_state(path: Path, files: Files, at: int | None = None, kinds: Sequence[AnyKind] = KINDS) -> State:
    """The fold of the first `at` entries (default: all) of the mission or log folder at `path`.

    Reads without checking signatures of the head: `verify` does that. UsageError for a size the log does not have.
    """
    reader = _reader(path, files)
    size = reader.size()
    wanted = size if at is None else at
    if not 1 <= wanted <= size:
        raise UsageError("the log does not have this size", expected=f"1 to {size}", found=str(wanted))
    return fold(reader.entries(0, wanted, size), kinds)


def rows_of(state: State) -> Iterator[Row]:
    """Everything the state says, in a fixed order."""
    genesis = state.genesis
    yield MissionRow(
        mission=genesis.mission,
        origin=genesis.origin,
        genesis=state.genesis_digest,
        size=state.size,
        simulated=genesis.simulated,
        appender=state.roster.appender,
        created_us=genesis.created_us,
    )
    for party, member in sorted(state.roster.members.items()):
        chain = state.chains.get(party, ())
        yield MemberRow(
            party=party,
            role=member.role,
            statements=len(chain),
            last=chain[-1].digest if chain else "",
            statement_key=member.keys.statement,
        )
    yield from time_and_authority(state)
    yield from _counted(state)
    yield from keys_and_acts(state)
    for void in state.void:
        yield VoidRow(entry=void.index, digest=void.digest, reason=void.reason, party=void.party, type=void.urn)
    for unknown in state.unknown:
        yield UnknownRow(entry=unknown.index, digest=unknown.digest, party=unknown.party, type=unknown.urn)


def waiting_rows(path: Path, files: Files, state: State) -> Iterator[WaitingRow]:
    """What this copy's outbox holds that the log does not."""
    for each in Outbox(Folder(path).outbox, files).names():
        if not state.holds(each.party, each.digest):
            yield WaitingRow(party=each.party, seq=each.seq, digest=each.digest)


def _counted(state: State) -> Iterator[Row]:
    covers = covers_of(state)
    for deposit in deposits_of(state):
        chain, said = deposit.chain, deposit.body
        yield DepositRow(
            entry=deposit.index,
            party=chain.party,
            seq=chain.seq,
            digest=deposit.digest,
            mode=said.mode,
            classes=said.classes,
            files=said.rows.files,
            accepted=said.rows.accepted,
            rejected=said.rows.rejected,
            start_us=said.period.start_us,
            end_us=said.period.end_us,
            completeness=said.period.completeness,
            simulated=said.simulated,
            at_us=chain.at_us,
        )
        yield from _restated(state, deposit, covers[deposit.digest])
    yield from _runs(state)


def _restated(state: State, deposit: Signed[Deposit], said: tuple[Covering, ...]) -> Iterator[RestateRow]:
    for before, after in pairwise(said):
        sealed = seals_of(state).covering(after.index)
        yield RestateRow(
            entry=after.index,
            party=after.chain.party,
            seq=after.chain.seq,
            digest=after.digest,
            deposit=deposit.digest,
            of_entry=deposit.index,
            was=stated(before.body),
            now=stated(after.body),
            time_s=sealed.time_s if sealed else None,
            simulated=deposit.body.simulated,
            at_us=after.chain.at_us,
        )


def _runs(state: State) -> Iterator[RunRow | FindingsRow]:
    for run in runs_of(state):
        standing = standing_of(state, run)
        yield RunRow(
            entry=run.index,
            party=run.chain.party,
            seq=run.chain.seq,
            digest=run.digest,
            inputs=run.body.inputs.set,
            deposits=run.body.inputs.count,
            own=not standing.joint,
            standing=standing.word,
            adoption=None if standing.named is None else standing.named.index,
            as_of_us=run.body.as_of_us,
            simulated=run.body.simulated,
            at_us=run.chain.at_us,
        )
    for found in findings_of(state):
        yield FindingsRow(
            entry=found.index,
            party=found.chain.party,
            seq=found.chain.seq,
            digest=found.digest,
            run=found.body.run,
            total=found.body.total,
            kinds={each.kind: each.count for each in found.body.kinds},
            simulated=found.body.simulated,
            at_us=found.chain.at_us,
        )


def _reader(path: Path, files: Files) -> LogReader:
    for folder in (path / "log", path):
        if files.exists(folder / "checkpoint"):
            return LogReader(folder, files)
    raise UsageError(
        "there is no log here",
        file=str(path),
        expected="a mission folder with log/, or a log folder",
        next_step="finish the founding with `veedor join DRAFT FOLDER`, or copy log/ from the party that appends",
    )
