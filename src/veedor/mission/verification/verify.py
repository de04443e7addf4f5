"""Whether to believe a mission: numbered steps from the bytes on disk to one verdict, and nothing taken on trust.

  (1) anchor      the digest of the genesis, given from outside
  (2) genesis     entry 0 is sound in itself, signed by all its members, and is the one given
  (3) statements  every entry is folded: who signed it, its place in the chain; void ones are counted with reasons
  (4) head        the checkpoint is signed by the log key of the member that appends, for this origin
  (5) entries     every bundle and every tile; the root they make is the root that was signed
  (6) openings    private files that open commitments, where this copy holds them, open exactly what was stated
  (7) deposits    records held here make the record roots that were stated            (given by the caller)
  (8) findings    tables held here have the digests that runs committed to            (given by the caller)
  (9) rederive    the run, made again, gives the same                                (only when asked for)
 (10) agreement   cosignatures of the agreement quorum on this head; since when a witness that is missing is silent
 (11) time        which entries have a log time, and whose witness gave a time that the others contradict

A step that fails ends it: `failed`. Without (1): `unanchored`, for keys found inside the thing being verified prove
only that it agrees with itself. Without (10): `not agreed`. Else `verified`. No head record, no key, no clock is used.
Any bytes give a verdict; memory is bounded by one bundle and the folded state, time by the length of the files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from veedor.errors import UsageError, VeedorError, VerifyError
from veedor.log.note import VerifierKey, parse_note
from veedor.log.tree import Frontier, leaf_hash
from veedor.log_folder.files import ReadFiles
from veedor.log_folder.reader import LogReader
from veedor.log_folder.verify import verify_log
from veedor.mission.copy.folder import Folder
from veedor.mission.deposits.revealed import ReadRow
from veedor.mission.state.fold import AnyKind, State, fold
from veedor.mission.state.genesis import read_genesis
from veedor.mission.state.heads import cosigned_by, log_key
from veedor.mission.state.kinds import KINDS
from veedor.mission.state.log_time import Seals, Watch
from veedor.mission.state.roles import needed
from veedor.mission.state.seals import TOLERATED_S, discrepancies, seals_of
from veedor.mission.statements.chain import opened
from veedor.mission.statements.salts import LARGEST_OPENINGS, check_opening, decode_openings
from veedor.words import Said, phrase, phrase_or_quote

Verdict = Literal["verified", "not agreed", "unanchored", "failed"]
Answer = Literal["identical", "same within tolerance", "differs", "cannot"]
ALLOWABLE: tuple[Verdict, ...] = ("not agreed", "unanchored")
STEPS = (
    "anchor",
    "genesis",
    "statements",
    "head",
    "entries",
    "openings",
    "deposits",
    "findings",
    "rederive",
    "agreement",
    "time",
)


@dataclass(frozen=True)
class Step:
    """One thing that was looked at. `ok` is None where it was not, or could not be, checked here; `found` says why."""

    number: int
    name: str
    ok: bool | None
    file: str
    expected: str
    found: str


@dataclass(frozen=True)
class Outcome:
    """What a caller's check says of one deposit or table; `ok` as in Step."""

    ok: bool | None
    file: str
    expected: str
    found: str


@dataclass(frozen=True)
class Rederived:
    """What making a run again gave. `rows` lists what differs; `standings`, for each run, whose parameters it had."""

    answer: Answer
    tables: int
    rows: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()


Check = Callable[[Folder, State], Iterable[Outcome]]
Rederive = Callable[[Folder, State], Rederived]


@dataclass(frozen=True)
class Checks:
    """What needs more than the log: recomputing from records on disk. None: not asked for."""

    deposits: Check | None = None
    findings: Check | None = None
    rederive: Rederive | None = None


@dataclass(frozen=True)
class Verification:
    """The verdict and the steps that lead to it. `state` is None where not even the log could be read."""

    verdict: Verdict
    steps: tuple[Step, ...]
    genesis: str
    size: int
    root: str
    state: State | None
    rows: tuple[ReadRow, ...] = ()
    """Rows that were revealed, each proved; only a reveal has any."""
    simulated: bool | None = None
    """Whether the genesis says that everything here is simulated; None where there was no genesis to read."""

    @property
    def failure(self) -> Step | None:
        return next((step for step in self.steps if step.ok is False), None)


def need_allowable(names: Iterable[str]) -> frozenset[str]:
    """The verdicts that `--allow` names, with a blank or a hyphen; UsageError for one that cannot be allowed."""
    asked = {name.replace("-", " ") for name in names}
    wrong = sorted(asked - set(ALLOWABLE))
    if wrong:
        raise UsageError(
            "this verdict cannot be allowed",
            expected=" or ".join(f'"{each}"' for each in ALLOWABLE),
            found=", ".join(wrong),
        )
    return frozenset(asked)


def verify(
    path: Path,
    files: ReadFiles,
    trust: str | None = None,
    checks: Checks | None = None,
    kinds: Sequence[AnyKind] = KINDS,
) -> Verification:
    """Check a mission folder, or a log folder alone, against the trusted genesis digest (hex) if there is one."""
    folder = Folder(path)
    log = folder.log if files.exists(folder.log / "checkpoint") else path
    run = _Run(folder, LogReader(log, files, short_names=True), trust, checks or Checks(), kinds)
    for number, (name, step) in enumerate(zip(STEPS, run.steps(), strict=True), 1):
        if not run.take(number, name, step):
            break
    return run.result()


class _Run:
    """One method a step; each yields what it saw, or raises."""

    def __init__(
        self, folder: Folder, reader: LogReader, trust: str | None, checks: Checks, kinds: Sequence[AnyKind]
    ) -> None:
        self._folder, self._reader, self._trust, self._checks, self._kinds = folder, reader, trust, checks, kinds
        self._seen: list[Step] = []
        self._size, self._root, self._digest = 0, "", ""
        self._state: State | None = None
        self._tree = Frontier()
        self._agreed = False

    def steps(self) -> tuple[Callable[[], Iterable[Outcome]], ...]:
        return (
            self._anchor,
            self._genesis,
            self._statements,
            self._head,
            self._entries,
            self._openings,
            self._deposits,
            self._findings,
            self._rederive,
            self._agreement,
            self._time,
        )

    def take(self, number: int, name: str, step: Callable[[], Iterable[Outcome]]) -> bool:
        """Whether to go on after this step."""
        try:
            outcomes = list(step())
        except VeedorError as error:
            outcomes = [refused(error)]
        self._seen += [Step(number, name, each.ok, each.file, each.expected, each.found) for each in outcomes]
        return all(each.ok is not False for each in outcomes)

    def result(self) -> Verification:
        verdict: Verdict = "verified" if self._agreed else "not agreed"
        if self._trust is None:
            verdict = "unanchored"
        if any(step.ok is False for step in self._seen):
            verdict = "failed"
        simulated = self._state.genesis.simulated if self._state else None
        return Verification(
            verdict, tuple(self._seen), self._digest, self._size, self._root, self._state, simulated=simulated
        )

    def _anchor(self) -> Iterator[Outcome]:  # (1)
        found = self._trust or Said("verify.said.none_given")
        yield Outcome(None if self._trust is None else True, "", Said("verify.said.from_outside"), found)

    def _genesis(self) -> Iterator[Outcome]:  # (2)
        self._size = self._reader.size()
        if self._size == 0:
            raise VerifyError("the log is empty", file="checkpoint", expected="entry 0, the genesis", found="size 0")
        digest, body = read_genesis(self._reader.entry(0, self._size), "entry 0")
        if self._trust is not None and digest != self._trust:
            raise VerifyError(
                "another genesis than the trusted one", file="entry 0", expected=self._trust, found=digest
            )
        self._digest = digest
        yield Outcome(True, entry_at(0), Said("verify.said.signed_by_members", members=len(body.members)), digest)

    def _statements(self) -> Iterator[Outcome]:  # (3)
        self._state = fold(self._hashed(self._reader.entries(0, self._size, self._size)), self._kinds)
        void, unknown = len(self._state.void), len(self._state.unknown)
        counted = self._size - 1 - void - unknown
        found = Said("verify.said.judged", counted=counted, unknown=unknown, void=void)
        yield Outcome(True, "log/", Said("verify.said.every_entry"), found)

    def _head(self) -> Iterator[Outcome]:  # (4)
        self._log = verify_log(self._reader.folder, self._reader.files, *self._log_key(), self._digest)
        yield from self._log_steps(("checkpoint", "origin", "signature"))

    def _entries(self) -> Iterator[Outcome]:  # (5)
        yield from self._log_steps(("genesis", "tiles", "root", "leftovers"))
        head = self._log.need()
        # The fold ran before the root was known; a log that changed in between must not pass for what was folded.
        if head.size != self._size or head.root != self._tree.root():
            raise VerifyError(
                "the log changed while it was read", expected=self._tree.root().hex(), found=head.root.hex()
            )
        self._root = head.root.hex()

    def _openings(self) -> Iterator[Outcome]:  # (6)
        files, folder = self._reader.files, self._folder.openings
        state = self._folded()
        names = [name for name in files.list(folder) if name.endswith(".json")]
        stated = {link.digest: link.index for chain in state.chains.values() for link in chain}
        count = 0
        for name in names:
            index = stated.get(name.removesuffix(".json"))
            if index is not None:
                count += self._open(folder / name, self._reader.entry(index, self._size))
        found = Said("verify.said.openings", openings=count, files=len(names))
        yield Outcome(True if count else None, "keys/openings/", Said("verify.said.as_stated"), found)

    def _open(self, file: Path, entry: bytes) -> int:
        held = decode_openings(self._reader.files.read(file, LARGEST_OPENINGS), str(file))
        payload = opened(entry)[0].payload
        public = 0
        for opening in held.openings:
            check_opening(opening)
            public += opening.commitment.encode() in payload
        if held.openings and not public:
            raise VerifyError("the openings are not of this statement", file=str(file), expected=held.statement)
        return len(held.openings)

    def _deposits(self) -> Iterable[Outcome]:  # (7)
        return self._asked(self._checks.deposits, Said("verify.said.records_here"))

    def _findings(self) -> Iterable[Outcome]:  # (8)
        return self._asked(self._checks.findings, Said("verify.said.tables_here"))

    def _rederive(self) -> Iterator[Outcome]:  # (9)
        if self._checks.rederive is None:
            yield Outcome(None, "findings/", Said("verify.said.identical"), Said("verify.said.not_asked"))
            return
        answer = self._checks.rederive(self._folder, self._folded())
        ok = None if answer.answer == "cannot" else answer.answer != "differs"
        again = Said(f"verify.said.{answer.answer.replace(' ', '_')}")
        found = Said("verify.said.rederived", answer=again, tables=answer.tables)
        for standing in answer.standings:
            found = Said("verify.said.and", one=found, other=standing)
        yield Outcome(ok, "findings/", Said("verify.said.identical"), found)
        for row in answer.rows:
            yield Outcome(ok, "findings/", Said("verify.said.same_row"), row)

    def _agreement(self) -> Iterator[Outcome]:  # (10)
        state, file = self._folded(), "log/checkpoint"
        roster = state.roster
        note = parse_note(self._reader.checkpoint_bytes(), file)
        if note.text != self._log.need().text():
            raise VerifyError("the log changed while it was read", file=file, expected=self._root)
        cosigned = [each.party for each in cosigned_by(note, state.genesis.origin, roster, file)]
        self._agreed = roster.agreed(cosigned)
        least = needed(roster.agreement, roster.parties)
        expected = Said("verify.said.cosignatures_of", needed=least, parties=roster.parties)
        yield Outcome(True if self._agreed else None, file, expected, ", ".join(cosigned) or Said("verify.said.none"))
        watches = {each.party: each for each in seals_of(state).watches}
        for party, member in sorted(roster.members.items()):
            if member.role == "party" and party not in cosigned:
                found = _standing(party, watches.get(party), seals_of(state))
                yield Outcome(None, file, Said("verify.said.cosignature_of", party=party), found)

    def _time(self) -> Iterator[Outcome]:  # (11)
        seals = seals_of(self._folded())
        if seals.last is None:
            yield Outcome(None, "log/", Said("verify.said.seals"), Said("verify.said.no_seals"))
            return
        sealed = {"seals": len(seals.sealed), "covered": seals.size, "size": self._size}
        found = Said("verify.said.sealed", **sealed, time_s=seals.last.time_s)
        yield Outcome(True, "log/", Said("verify.said.seals"), found)
        off = list(discrepancies(seals))
        for party in sorted({each.party for each in off}):
            own = [each for each in off if each.party == party]
            proven = sum(each.proven for each in own)
            worst = max((each.off_s for each in own), key=abs)
            yield Outcome(
                None,
                entry_at(own[0].entry),
                Said("verify.said.clock_within", party=party, seconds=TOLERATED_S),
                Said("verify.said.clock_off", party=party, seals=len(own), seconds=worst, proven=proven),
            )

    def _asked(self, check: Check | None, what: str) -> Iterable[Outcome]:
        if check is None:
            return [Outcome(None, "", what, Said("verify.said.not_checked"))]
        return list(check(self._folder, self._folded())) or [Outcome(None, "", what, Said("verify.said.none"))]

    def _hashed(self, entries: Iterator[bytes]) -> Iterator[bytes]:
        for entry in entries:
            self._tree.append(leaf_hash(entry))
            yield entry

    def _log_key(self) -> tuple[str, VerifierKey]:
        state = self._folded()
        return state.genesis.origin, log_key(state.genesis.origin, state.roster)

    def _log_steps(self, names: tuple[str, ...]) -> Iterator[Outcome]:
        for step in self._log.steps:
            if step.name in names:
                yield Outcome(step.ok, step.file or "", step.expected, step.found)

    def _folded(self) -> State:
        assert self._state is not None  # step (3) sets it, or ends the check
        return self._state


def refused(error: VeedorError, file: str = "") -> Outcome:
    """What a step says that an error ended."""
    found = phrase(error.problem)
    for part in (error.place and phrase(error.place), error.found and phrase_or_quote(error.found)):
        if part:
            found = Said("verify.said.and", one=found, other=part)
    return Outcome(False, phrase(error.file or file), phrase(error.expected or ""), found)


def entry_at(index: int) -> str:
    """Where an entry of the log is named as the place of an outcome."""
    return Said("verify.said.entry", index=str(index))


def _standing(party: str, watch: Watch | None, seals: Seals) -> str:
    """What the seals say of a witness whose cosignature is missing."""
    if watch is None or seals.last is None:
        return Said("verify.said.missing", party=party)
    if watch.silent_since_s is None:
        return Said("verify.said.missing_now", party=party, time_s=seals.last.time_s)
    silent_s = seals.last.time_s - watch.silent_since_s
    return Said("verify.said.silent", party=party, time_s=watch.silent_since_s, silent_s=silent_s)
