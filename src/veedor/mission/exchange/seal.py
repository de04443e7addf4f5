"""Sealing: the appender asks witnesses to cosign a head, logs it once the clock quorum did, and shows who agreed.

  (1) every witness that can be reached is asked for the present head; answers that lie in folders are taken
  (2) the newest head whose cosignatures reach the clock quorum, and that is newer than the last seal, is logged
  (3) the head that holds the seal is what everybody sees now, so the witnesses are asked for it too
  (4) all cosignatures of the published head are put under it: later ones still improve it, up to agreement

Witnesses decide for themselves and are not trusted here: an answer counts only where a member's witness key made it.
One that is gone, slow or hostile holds up nobody. A crash between two steps loses no more than cosignatures, which the
next call asks for again; a seal that was made is logged by the next call before anything else.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

from veedor.errors import UsageError, VeedorError, VerifyError
from veedor.log.checkpoint import Checkpoint, OpenedCheckpoint, open_checkpoint, parse_checkpoint
from veedor.log.cosignature import TIME_BYTES, CosignerKey, add_cosignatures, time_s
from veedor.log.note import parse_note, verify_note
from veedor.log.proofs import TileProver
from veedor.log_folder.reader import CHECKPOINT, LogReader
from veedor.mission.copy.append import Mission, Published
from veedor.mission.exchange.witness_lines import FolderWitnesses, HttpWitness, said_size
from veedor.mission.state.fold import State
from veedor.mission.state.heads import cosigned_by, log_key, witness_keys
from veedor.mission.state.log_time import Cosigned
from veedor.mission.state.seals import clock_s, seals_of
from veedor.mission.statements.authority import Cosignature, Seal
from veedor.mission.statements.types import SEAL
from veedor.witness.decision import Answer, write_request

ASK_S = 60.0
"""How long witnesses at addresses have to answer, all at once."""

Line = HttpWitness | FolderWitnesses
Outcome = Literal["cosigned", "elsewhere", "ahead", "refused", "unreachable", "waiting"]


@dataclass(frozen=True)
class Asked:
    """What became of one request. `parties`: whose witnesses cosigned.

    elsewhere: it saw another size than the request says. ahead: it saw a larger head of this log than this copy has, so
    this copy was restored from a backup, or the log has forked. waiting: requests lie in the folder.
    """

    witness: str
    outcome: Outcome
    size: int
    parties: tuple[str, ...] = ()
    found: str = ""


@dataclass(frozen=True)
class Sealing:
    """What one call of `seal` did: what witnesses said, the seal if one was logged, who cosigned the published head."""

    asked: tuple[Asked, ...]
    published: Published | None
    sealed: int
    time_s: int | None
    head: int
    cosigned: tuple[Cosigned, ...]
    agreed: bool


def lines_of(mission: Mission, named: Sequence[str]) -> tuple[Line, ...]:
    """The witnesses to ask: those named, else those of mission.toml, where folders are relative to the mission."""
    found = named or mission.folder.settings.witness.addresses
    if not found:
        raise UsageError(
            "which witness?",
            expected="--witness ADDRESS or FOLDER, once for each, or [witness] addresses in mission.toml",
        )
    base, genesis = Path() if named else mission.folder.path, mission.state.genesis_digest
    return tuple(
        HttpWitness(each)
        if each.startswith(("http://", "https://"))
        else FolderWitnesses(base / each, mission.files, genesis)
        for each in found
    )


def seal(mission: Mission, lines: Sequence[Line], at_us: int, ask_s: float = ASK_S) -> Sealing:
    """Seal the log as far as its witnesses allow. `at_us` is the time that the statement claims.

    UsageError where this copy does not append as this party; StoreError as in `Mission.publish`.
    """
    # A seal that a crash left in the outbox is logged first: else the same head would be sealed a second time.
    mission.deliver()
    return _Sealing(mission, lines, at_us, ask_s).run()


@dataclass
class _Heads:
    """Signed heads of this log by text, each with the cosignatures that were found for it so far."""

    origin: str
    state: State
    notes: dict[bytes, bytes] = field(default_factory=dict)

    @property
    def keys(self) -> Mapping[CosignerKey, str]:
        return witness_keys(self.origin, self.state.roster)

    def add(self, note: bytes, answer: bytes, file: str) -> tuple[Cosigned, ...]:
        """Keep an answer's lines for this head; whose they are. VerifyError where a line is wrong, or nobody's."""
        opened = self.open(note, file)
        held = self.notes.setdefault(opened.note.text, self._bare(opened))
        fresh = add_cosignatures(self._bare(opened), answer, self.keys)
        cosigned = cosigned_by(parse_note(fresh), self.origin, self.state.roster, file)
        if not cosigned:
            raise VerifyError("no member's witness made this answer", file=file, next_step="was its key replaced?")
        self.notes[opened.note.text] = add_cosignatures(held, answer, self.keys)
        return cosigned

    def open(self, note: bytes, file: str) -> OpenedCheckpoint:
        return open_checkpoint(note, self.origin, log_key(self.origin, self.state.roster), file)

    def _bare(self, opened: OpenedCheckpoint) -> bytes:
        """The head with the log's line only."""
        line = next(each for each in opened.verified if each.name == self.origin)
        return opened.note.text + b"\n" + line.text()


class _Sealing:
    """One call of `seal`."""

    def __init__(self, mission: Mission, lines: Sequence[Line], at_us: int, ask_s: float) -> None:
        self._mission, self._lines, self._at_us, self._ask_s = mission, lines, at_us, ask_s
        self._reader = LogReader(mission.folder.log, mission.files)
        state = mission.state
        if mission.party != state.roster.appender or mission.party not in mission.folder.parties:
            raise UsageError(
                "only the member that appends can seal",
                expected=state.roster.appender,
                found=mission.party,
                next_step="ask that member; where it stalls, the quorum can hand the log to another",
            )
        self._heads = _Heads(state.genesis.origin, state)
        self._asked: list[Asked] = []

    def run(self) -> Sealing:
        for line in self._lines:
            if isinstance(line, FolderWitnesses):
                self._take(line)
        note = self._present()
        self._ask(note)  # (1)
        published = self._log(note)  # (2)
        if published is not None and published.index is not None:
            note = self._present()
            self._ask(note)  # (3)
        text = parse_note(note).text
        gathered = parse_note(self._heads.notes.get(text, note))
        self._mission.cosigned(text, b"".join(each.text() for each in gathered.signatures))  # (4)
        self._travel(note)
        return self._result(published)

    def _present(self) -> bytes:
        return self._reader.checkpoint_bytes()

    def _take(self, line: FolderWitnesses) -> None:
        """Answers that came back, to whatever head of this log they are."""
        found = list(line.answers())
        cosigned = {
            (each.witness, each.request.checkpoint.size)
            for each in found
            if not isinstance(each, VerifyError) and each.answer.status == 200
        }
        told: set[tuple[str, bytes]] = set()
        for got in found:
            if isinstance(got, VerifyError):
                self._asked.append(Asked(str(line.folder), "refused", 0, (), str(got)))
                continue
            head = got.request.checkpoint
            if got.answer.status != 200:
                if (got.witness, head.size) in cosigned or (got.witness, got.answer.body) in told:
                    continue  # one of the other requests for this head was the right one, or it says the same to all
                told.add((got.witness, got.answer.body))
            try:
                self._need_ours(head)
                self._judge(got.file, got.request.note, got.answer)
            except VerifyError as error:
                self._asked.append(Asked(got.file, "refused", head.size, (), str(error)))

    def _need_ours(self, head: Checkpoint) -> None:
        size = self._mission.state.size
        if head.size > size or TileProver(self._reader, size).root(head.size) != head.root:
            raise VerifyError("the answer is for a head that is not of this log", found=head.root.hex())

    def _ask(self, note: bytes) -> None:
        """Ask all witnesses at addresses at once; whoever has not answered in time is left behind."""
        head = self._heads.open(note, CHECKPOINT).checkpoint
        request = self._requests(note, head.size)
        answers: dict[str, Answer | VeedorError] = {}

        def one(line: HttpWitness) -> None:
            try:
                answers[line.address] = line.ask(head.size, request)
            except VeedorError as error:
                answers[line.address] = error

        lines = [line for line in self._lines if isinstance(line, HttpWitness)]
        _all_at_once([partial(one, line) for line in lines], self._ask_s)
        for line in lines:
            answer = answers.get(line.address)
            if isinstance(answer, Answer):
                self._judge(line.address, note, answer)
            else:
                why = str(answer) if answer else f"no answer within {self._ask_s:g} s"
                self._asked.append(Asked(line.address, "unreachable", head.size, (), why))

    def _judge(self, witness: str, note: bytes, answer: Answer) -> None:
        size = _size(note)
        if answer.status != 200:
            said = said_size(answer)
            outcome: Outcome = (
                "refused" if said is None else "ahead" if said > self._mission.state.size else "elsewhere"
            )
            shown = str(said) if said is not None else f"{answer.status} {answer.body[:200].decode('utf-8', 'replace')}"
            self._asked.append(Asked(witness, outcome, size, (), shown.strip()))
            return
        try:
            cosigned = self._heads.add(note, answer.body, witness)
        except VerifyError as error:
            self._asked.append(Asked(witness, "refused", size, (), str(error)))
            return
        parties = tuple(each.party for each in cosigned)
        if not any((each.outcome, each.size, each.parties) == ("cosigned", size, parties) for each in self._asked):
            self._asked.append(Asked(witness, "cosigned", size, parties))

    def _requests(self, note: bytes, size: int) -> Callable[[int], bytes]:
        prover, lock = TileProver(self._reader, size), threading.Lock()

        def request(old: int) -> bytes:
            with lock:  # witnesses are asked from several threads, and the prover keeps tiles
                return write_request(old, prover.consistency(old, size), note)

        return request

    def _log(self, present: bytes) -> Published | None:
        """Log the newest head that the clock quorum cosigned; None where there is none newer than the last seal."""
        state = self._mission.state
        best: OpenedCheckpoint | None = None
        heads = [self._heads.open(note, "answers") for note in self._heads.notes.values()]
        last = seals_of(state).last
        if last is None or state.size > last.index + 1:
            # Lines under the present head from an earlier call fill up the quorum, but only where the answers of this
            # one do not reach it, as their times are older; and only for what is new: else whoever fetches one missing
            # cosignature would log a seal each time.
            heads.append(self._with(present))
        for opened in heads:
            newer = best is None or opened.checkpoint.size > best.checkpoint.size
            if newer and opened.checkpoint.size > seals_of(state).size and self._clocked(opened):
                best = opened
        return None if best is None else self._mission.publish(SEAL, self._body(best), self._at_us)

    def _with(self, present: bytes) -> OpenedCheckpoint:
        gathered = self._heads.notes.get(parse_note(present).text, present)
        lines = b"".join(each.text() for each in parse_note(gathered).signatures)
        return self._heads.open(add_cosignatures(present, lines, self._heads.keys), CHECKPOINT)

    def _clocked(self, opened: OpenedCheckpoint) -> bool:
        roster = self._mission.state.roster
        cosigned = cosigned_by(opened.note, self._heads.origin, roster)
        return clock_s(roster, {each.party: each.time_s for each in cosigned if each.time_s > 0}) is not None

    def _body(self, opened: OpenedCheckpoint) -> Seal:
        head = opened.checkpoint
        own = next(each for each in opened.verified if each.name == self._heads.origin)
        cosignatures: dict[str, Cosignature] = {}
        for key, party in self._heads.keys.items():
            for line in verify_note(opened.note, [key]):
                at_s = time_s(line)
                if at_s > (cosignatures[party].time_s if party in cosignatures else 0):
                    cosignatures[party] = Cosignature(party, at_s, line.signature[TIME_BYTES:].hex())
        ordered = tuple(cosignatures[party] for party in sorted(cosignatures))
        return Seal(head.size, head.root.hex(), own.signature.hex(), ordered)

    def _travel(self, note: bytes) -> None:
        """Leave the requests for the published head in every folder, for each size that a witness there may have."""
        size, seals = _size(note), seals_of(self._mission.state)
        likely = {0, 1, size}
        for sealed in seals.sealed[-3:]:
            likely |= {sealed.size, sealed.index + 1}
        likely |= {int(each.found) for each in self._asked if each.outcome == "elsewhere"}
        likely |= {each.size for each in self._asked if each.outcome == "cosigned"}
        for line in self._lines:
            if isinstance(line, FolderWitnesses):
                line.tidy(seals.size, self._usable)
                count = line.put(size, sorted(likely), self._requests(note, size))
                self._asked.append(Asked(str(line.folder), "waiting", size, (), str(count)))

    def _usable(self, note: bytes) -> bool:
        """Whether this head is signed by the log's present key: another appender's heads are of no use in a seal."""
        try:
            self._heads.open(note, "request")
        except VerifyError:
            return False
        return True

    def _result(self, published: Published | None) -> Sealing:
        state, note = self._mission.state, parse_note(self._present())
        cosigned = cosigned_by(note, self._heads.origin, state.roster, CHECKPOINT)
        last = seals_of(state).last
        return Sealing(
            tuple(self._asked),
            published,
            seals_of(state).size,
            last.time_s if last else None,
            state.size,
            cosigned,
            state.roster.agreed([each.party for each in cosigned]),
        )


def _size(note: bytes) -> int:
    return parse_checkpoint(parse_note(note).text).size


def _all_at_once(calls: Iterable[Callable[[], None]], within_s: float) -> None:
    """Run these together; return when all are done, or when the time is up, whatever the rest is doing."""
    threads = [threading.Thread(target=call, daemon=True) for call in calls]
    for thread in threads:
        thread.start()
    wait_s = within_s
    for thread in threads:
        thread.join(wait_s)
        if thread.is_alive():
            wait_s = 0.0  # the others have had as long
