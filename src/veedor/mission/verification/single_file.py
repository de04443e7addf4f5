"""Whether to believe a single file: a checkpoint, a proof file, a reveal; the same verdicts as for a whole mission.

The steps, numbered as they are taken; those that a kind of file does not have are left out:

  (1) anchor      what is trusted: the genesis by its digest, or keys and a quorum (a tlog-policy), from outside
  (2) genesis     entry 0 is sound in itself and is the trusted one                                          (reveal)
  (3) head        the checkpoint is signed by the log's key, and no line of a known key is wrong
  (4) inclusion   the entry stands in the log, under this head                                   (proof file, reveal)
  (5) statement   the entry is a statement of this mission, signed by its author                             (reveal)
  (6) rows        each row stands in the deposit, each finding among those of the run; fields are read from the bytes
                  that were hashed                                                                           (reveal)
  (7) agreement   cosignatures of the quorum on this head

Keys are those of the genesis, or of the policy. Where a key was replaced since, or another member appends, a single
file cannot show it: the check fails and says so, and the whole log or a bundle can be verified instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from veedor.errors import InputError, UsageError, VeedorError, VerifyError
from veedor.log.checkpoint import Checkpoint, OpenedCheckpoint, parse_checkpoint
from veedor.log.envelope import signed_by_exactly
from veedor.log.note import parse_note, verify_note
from veedor.log.proof_file import FORMAT, ProofFile, parse_proof_file
from veedor.log.tree import leaf_hash, verify_inclusion
from veedor.mission.deposits.revealed import ReadRow, read_row
from veedor.mission.state.genesis import read_genesis
from veedor.mission.state.heads import WITNESS, agreement_policy
from veedor.mission.state.policy import Policy
from veedor.mission.state.roles import Roster
from veedor.mission.statements.bodies import Body, Genesis
from veedor.mission.statements.chain import BodyType, opened
from veedor.mission.statements.types import DEPOSIT, GENESIS, ROOTED_FINDINGS
from veedor.mission.verification.reveal import LARGEST_REVEAL, Reveal, parse_reveal
from veedor.mission.verification.trust import Trust
from veedor.mission.verification.verify import Outcome, Step, Verdict, Verification, entry_at, refused
from veedor.words import Said

_WITH_ROWS: tuple[BodyType[Any], ...] = (DEPOSIT, ROOTED_FINDINGS)
_OTHER_KEYS = "keys of the genesis; if one was replaced since, verify the log or a bundle"


def read_single(path: Path) -> bytes:
    """The bytes of a file that may be a checkpoint, a proof file or a reveal; of a longer one only the beginning."""
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST_REVEAL + 2)
    except OSError as error:
        raise InputError("the file cannot be read", file=str(path), found=error.strerror) from None


def verify_file(data: bytes, file: str, trust: Trust) -> Verification:
    """The verdict on one file's bytes; never raises on bytes. `rows` are what a reveal shows."""
    if data.startswith(b"{"):
        return _RevealCheck(data, file, trust).run()
    if data.startswith(FORMAT.encode()):
        return _ProofCheck(data, file, trust).run()
    return _HeadCheck(data, file, trust).run()


class _HeadCheck:
    """A checkpoint alone. Its subclasses put more steps between the head and the agreement."""

    def __init__(self, data: bytes, file: str, trust: Trust) -> None:
        self._data, self._file, self._trust = data, file, trust
        self._genesis = trust.genesis
        self._policy = trust.policy or (_policy(trust.genesis) if trust.genesis else None)
        self._head: OpenedCheckpoint | None = None
        self._rows_read: list[ReadRow] = []
        self._agreed = False

    def run(self) -> Verification:
        seen: list[Step] = []
        for number, (name, step) in enumerate(self._steps(), 1):
            try:
                outcomes = list(step())
            except VeedorError as error:
                outcomes = [refused(error, self._file)]
            seen += [Step(number, name, each.ok, each.file, each.expected, each.found) for each in outcomes]
            if any(each.ok is False for each in outcomes):
                break
        head = self._head.checkpoint if self._head else Checkpoint("", 0, b"")
        verdict, rows = self._verdict(seen), tuple(self._rows_read)
        return Verification(
            verdict,
            tuple(seen),
            self._trust.digest or "",
            head.size,
            head.root.hex(),
            state=None,
            rows=rows if verdict != "failed" else (),
            simulated=self._genesis.simulated if self._genesis else None,
        )

    def _verdict(self, seen: Iterable[Step]) -> Verdict:
        if any(step.ok is False for step in seen):
            return "failed"
        if self._trust == Trust():
            return "unanchored"
        return "verified" if self._agreed else "not agreed"

    def _steps(self) -> tuple[tuple[str, Callable[[], Iterable[Outcome]]], ...]:
        return ("anchor", self._anchor), ("head", self._open), ("agreement", self._agreement)

    def _anchor(self) -> Iterator[Outcome]:
        known = self._trust.digest or Said("verify.said.a_policy" if self._trust.policy else "verify.said.none_given")
        yield Outcome(None if self._trust == Trust() else True, "", Said("verify.said.trusted_from_outside"), known)

    def _note(self) -> bytes:
        return self._data

    def _open(self) -> Iterator[Outcome]:
        note = parse_note(self._note(), self._file)
        checkpoint = parse_checkpoint(note.text, self._file)
        if self._policy is None:
            if self._trust != Trust():
                raise UsageError(
                    "the digest of a genesis does not give the log's keys",
                    file=self._file,
                    expected="entry 0 of the log, or a tlog-policy, as the trusted file",
                    next_step="`veedor log prove MISSION 0` writes entry 0; `veedor log policy MISSION` a policy",
                )
            self._head = OpenedCheckpoint(checkpoint, note, ())
            yield Outcome(None, self._file, Said("verify.said.log_signature"), Said("verify.said.no_key"))
            return
        logs = [log.key for log in self._policy.logs if log.key.name == checkpoint.origin]
        verified = verify_note(note, [*logs, *(each.key for each in self._policy.witnesses)], self._file)
        if not any((key.name, key.key_hash) == (line.name, line.key_hash) for key in logs for line in verified):
            expected = f"a log of {', '.join(log.key.name for log in self._policy.logs)}: {_OTHER_KEYS}"
            raise VerifyError("no known log signed this head", expected=expected, found=checkpoint.origin[:200])
        self._head = OpenedCheckpoint(checkpoint, note, verified)
        yield Outcome(True, self._file, checkpoint.origin, _head(checkpoint))

    def _agreement(self) -> Iterator[Outcome]:
        if self._policy is None or self._head is None:
            yield Outcome(None, self._file, Said("verify.said.cosignatures"), Said("verify.said.no_key"))
            return
        names = self._policy.names(self._head.verified)
        self._agreed = self._policy.satisfied_by(names)
        quorum = next((group for group in self._policy.groups if group.name == self._policy.quorum), None)
        expected: str = self._policy.quorum or Said("verify.said.none")
        if quorum:
            expected = Said("verify.said.of_these", needed=quorum.threshold, parties=_parties(quorum.members))
        found = _parties(names) or Said("verify.said.none")
        yield Outcome(True if self._agreed else None, self._file, expected, found)


class _ProofCheck(_HeadCheck):
    """A proof file; the entry is its `extra`, which is as good as signed once its hash leads to the head."""

    def __init__(self, data: bytes, file: str, trust: Trust) -> None:
        super().__init__(data, file, trust)
        self._proof: ProofFile | None = None

    def _steps(self) -> tuple[tuple[str, Callable[[], Iterable[Outcome]]], ...]:
        return (
            ("anchor", self._anchor),
            ("head", self._open),
            ("inclusion", self._inclusion),
            ("agreement", self._agreement),
        )

    def _note(self) -> bytes:
        self._proof = parse_proof_file(self._data, self._file)
        return self._proof.checkpoint

    def _entry(self) -> bytes:
        assert self._proof is not None  # the head's step reads it
        if self._proof.extra is None:
            raise VerifyError("the proof file does not hold its entry", expected="an extra line with the entry's bytes")
        return self._proof.extra

    def _inclusion(self) -> Iterator[Outcome]:
        assert self._proof is not None and self._head is not None
        head, entry = self._head.checkpoint, self._entry()
        verify_inclusion(self._proof.index, head.size, leaf_hash(entry), self._proof.hashes, head.root)
        yield Outcome(True, self._file, entry_at(self._proof.index), Said("verify.said.in_size", size=head.size))


class _RevealCheck(_ProofCheck):
    """A reveal: it brings the genesis, so its digest is enough to trust."""

    def __init__(self, data: bytes, file: str, trust: Trust) -> None:
        super().__init__(data, file, trust)
        self._reveal: Reveal | None = None

    def _steps(self) -> tuple[tuple[str, Callable[[], Iterable[Outcome]]], ...]:
        return (
            ("anchor", self._anchor),
            ("genesis", self._founded),
            ("head", self._open),
            ("inclusion", self._inclusion),
            ("statement", self._statement),
            ("rows", self._rows),
            ("agreement", self._agreement),
        )

    def _founded(self) -> Iterator[Outcome]:
        self._reveal = parse_reveal(self._data, self._file)
        digest, self._genesis = read_genesis(self._reveal.entry("genesis"), "entry 0")
        if self._trust != Trust() and digest != self._trust.need_digest():
            raise VerifyError("another genesis than the trusted one", expected=self._trust.digest, found=digest)
        self._policy = _policy(self._genesis)
        self._digest = digest
        yield Outcome(
            True, entry_at(0), Said("verify.said.signed_by_members", members=len(self._genesis.members)), digest
        )

    def _note(self) -> bytes:
        assert self._reveal is not None
        self._proof = parse_proof_file(self._reveal.proof.encode(), self._file)
        return self._proof.checkpoint

    def _entry(self) -> bytes:
        assert self._reveal is not None
        return self._reveal.entry("envelope")

    def _statement(self) -> Iterator[Outcome]:
        assert self._genesis is not None
        envelope, statement = opened(self._entry(), "the entry")
        if statement.urn == GENESIS.urn:
            if envelope.digest != self._digest:
                raise VerifyError("another genesis", expected=self._digest, found=envelope.digest)
            yield Outcome(True, entry_at(0), Said("verify.said.the_genesis"), envelope.digest)
            return
        chain = statement.chain
        assert chain is not None  # only a genesis has none
        author = next((member for member in self._genesis.members if member.party == chain.party), None)
        if chain.genesis != self._digest:
            raise VerifyError("a statement of another mission", expected=self._digest, found=chain.genesis)
        if author is None or author.keys.statement not in chain.signers:
            raise VerifyError("not signed by a founding member", expected=_OTHER_KEYS, found=chain.party)
        if not signed_by_exactly(envelope, chain.signers):
            raise VerifyError("a signature of the statement is wrong", found=chain.party)
        expected = Said("verify.said.statement_of", seq=str(chain.seq), party=chain.party)
        yield Outcome(True, "", expected, f"{statement.urn} {envelope.digest}")

    def _rows(self) -> Iterator[Outcome]:
        assert self._reveal is not None
        if not self._reveal.rows:
            yield Outcome(None, "", Said("verify.said.rows"), Said("verify.said.none_revealed"))
            return
        statement = opened(self._entry())[1]
        kind = next((each for each in _WITH_ROWS if each.urn == statement.urn), None)
        if kind is None:
            expected = " ".join(each.urn for each in _WITH_ROWS)
            raise VerifyError("rows of a statement that has none", expected=expected, found=statement.urn)
        body: Body = kind.read(statement.body)
        for revealed in self._reveal.rows:
            row = read_row(revealed, body)
            self._rows_read.append(row)
            found: str = Said("verify.said.as_committed")
            if row.withheld:
                found = Said("verify.said.as_committed_but", parts=", ".join(row.withheld))
            expected = Said(f"verify.said.row_{revealed.tree}", table=revealed.table)
            yield Outcome(True, Said("verify.said.row", row=str(row.row)), expected, found)


def _head(checkpoint: Checkpoint) -> str:
    return Said("verify.said.head", size=str(checkpoint.size), root=checkpoint.root.hex())


def _policy(genesis: Genesis) -> Policy:
    policy = agreement_policy(genesis.origin, Roster.of(genesis))
    assert policy is not None  # a genesis revokes no key, and each of its quorums can be reached
    return policy


def _parties(names: Iterable[str]) -> str:
    return ", ".join(sorted(name.removeprefix(WITNESS) for name in names))
