"""Rebuilding this machine's head record of a log, after asking the witnesses: for a record that was lost, and for a
member to whom the log was handed over.

Without the record nobody may append: the log folder alone cannot tell a restored backup from the newest state. The
witnesses can. Steps, in this order; one that fails ends it, and nothing is written:

1. The log folder is whole: every entry, every tile, and the head signed by the key in force.
2. What each witness was heard to say: the largest head with a cosignature by its key. Other lines count for nothing.
3. Enough witnesses were heard: the clock quorum, or the agreement quorum.
4. No witness knows a newer head than this folder has; else the log is fetched first.
5. Every head that a witness cosigned is a head of this log; else it is a fork, and both signed heads are kept.
6. A record that is here already is of this log, and not newer than the folder.
7. The record is written: this folder's head.

A witness says what it saw last, not what it would see if it were asked now; the time of its cosignature is told, and
people judge whether it is recent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from veedor.errors import StoreError, UsageError, VerifyError
from veedor.log.checkpoint import Checkpoint, parse_checkpoint
from veedor.log.cosignature import time_s
from veedor.log.note import LARGEST_NOTE, Note, parse_note, verify_note
from veedor.log.proofs import TileProver
from veedor.log_folder.files import Files
from veedor.log_folder.head import Head
from veedor.log_folder.reader import LogReader
from veedor.log_folder.verify import verify_log
from veedor.mission.copy.append import Mission
from veedor.mission.exchange.heads import evidence_of, keep_evidence, signed_by_log, witness_keys
from veedor.mission.exchange.pull import ForkError
from veedor.mission.exchange.remote_log import RemoteLog
from veedor.mission.exchange.source import open_source
from veedor.mission.exchange.witness_lines import FolderWitnesses
from veedor.mission.state.fold import State
from veedor.mission.state.heads import log_key

MOST_HEADS = 1000


@dataclass(frozen=True)
class Answer:
    """A signed head with cosignatures, as bytes, and where it came from."""

    source: str
    note: bytes


@dataclass(frozen=True)
class Heard:
    """The largest head that a member's witness was heard to have cosigned, when, and where that stood."""

    party: str
    checkpoint: Checkpoint
    time_s: int
    source: str
    note: Note


@dataclass(frozen=True)
class Recovered:
    """The record that stands now, what each witness said, and the members whose witnesses said nothing."""

    head: Head
    heard: tuple[Heard, ...]
    silent: tuple[str, ...]


def read_answers(text: str, files: Files, clock_s: Callable[[], float]) -> tuple[Answer, ...]:
    """The heads that a person names: a file, a folder (its log's checkpoint, `*.head` files, and requests with what
    witnesses answered to them), or an address.

    UsageError where there is none.
    """
    path = Path(text)
    if path.is_file():
        return (Answer(text, files.read(path, LARGEST_NOTE + 1)),)
    source = open_source(text, clock_s)
    found = [RemoteLog(source).checkpoint()]
    if path.is_dir():
        names = [name for name in files.list(path) if name.endswith(".head")]
        found += [files.read(path / name, LARGEST_NOTE + 1) for name in names[:MOST_HEADS]]
        found += islice(_answered(path, files), MOST_HEADS)
    answers = tuple(Answer(text, note) for note in found if note is not None)
    if not answers:
        raise UsageError("there is no signed head here", file=text, expected="checkpoint, log/checkpoint, or *.head")
    return answers


def _answered(folder: Path, files: Files) -> Iterator[bytes]:
    """Heads that witnesses were asked to cosign by files, with the lines that they gave."""
    for each in FolderWitnesses(folder, files, "").answers():
        if not isinstance(each, VerifyError) and each.answer.status == 200:
            yield each.request.note + each.answer.body


def recover(mission: Mission, answers: Sequence[Answer]) -> Recovered:
    """Write the head record of the mission's log on this machine; the caller holds `mission.alone()`.

    VerifyError where witnesses are missing or contradict the folder, StoreError where the folder or a record that is
    here stands in the way.
    """
    state = mission.state
    head = _own_head(mission, state)  # (1)
    heard = hear(answers, state)  # (2)
    silent = tuple(party for party in state.roster.members if party not in heard)
    roster = state.roster
    if not (roster.clocked(heard) or roster.agreed(heard)):  # (3)
        raise VerifyError(
            "not enough witnesses were heard to rebuild the head record",
            expected="the clock quorum or the agreement quorum of the members' witnesses",
            found=f"heard: {', '.join(heard) or 'none'}; silent: {', '.join(silent)}",
            next_step="ask those that are silent for the last head that they cosigned",
        )
    _need_own(mission, state, head, list(heard.values()))  # (4), (5)
    with mission.heads.hold(state.genesis_digest):
        record = mission.heads.read(state.genesis_digest)
        _need_older(mission, record, head)  # (6)
        mission.heads.compare_and_swap(state.genesis_digest, record, head)  # (7)
    return Recovered(head, tuple(heard.values()), silent)


def hear(answers: Sequence[Answer], state: State) -> dict[str, Heard]:
    """By party, the largest head of this log that its witness cosigned; VerifyError for a note of another log, or one
    in which a line of a member's witness is wrong."""
    found: dict[str, Heard] = {}
    for answer in answers:
        note = parse_note(answer.note, answer.source)
        checkpoint = parse_checkpoint(note.text, answer.source)
        if checkpoint.origin != state.genesis.origin:
            raise VerifyError(
                "the head is of another log",
                file=answer.source,
                expected=state.genesis.origin,
                found=checkpoint.origin[:200],
            )
        for party, key in witness_keys(state).items():
            times = [time_s(line) for line in verify_note(note, [key], answer.source)]
            known = found.get(party)
            if times and (known is None or (checkpoint.size, max(times)) > (known.checkpoint.size, known.time_s)):
                found[party] = Heard(party, checkpoint, max(times), answer.source, note)
    return dict(sorted(found.items()))


def _own_head(mission: Mission, state: State) -> Head:
    origin = state.genesis.origin
    key = log_key(origin, state.roster)
    verdict = verify_log(mission.folder.log, mission.files, origin, key, state.genesis_digest)
    if not verdict.ok:
        step = verdict.steps[-1]
        raise StoreError(
            "this copy's log is not whole, so no record can be made from it",
            file=step.file,
            expected=step.expected,
            found=f"{step.name}: {step.found}",
            next_step="move log/ away and sync it from a copy that verifies",
        )
    checkpoint = verdict.need()
    return Head(origin, checkpoint.size, checkpoint.root)


def _need_own(mission: Mission, state: State, head: Head, heard: Sequence[Heard]) -> None:
    newest = max(heard, key=lambda each: each.checkpoint.size)
    if newest.checkpoint.size > head.size:
        raise VerifyError(
            "a witness knows a newer head than this copy",
            file=newest.source,
            expected=f"at most size {head.size}",
            found=f"size {newest.checkpoint.size}, cosigned by {newest.party}",
            next_step="`veedor sync` from a copy that has it, then again",
        )
    tree = TileProver(LogReader(mission.folder.log, mission.files), head.size)
    for each in heard:
        found = each.checkpoint
        if tree.root(found.size) != found.root:
            raise _fork(mission, state, each, tree)


def _fork(mission: Mission, state: State, heard: Heard, tree: TileProver) -> VerifyError:
    here = signed_by_log(parse_note(LogReader(mission.folder.log, mission.files).checkpoint_bytes()), state)
    there = signed_by_log(heard.note, state)
    if here is None or there is None:
        return VerifyError(
            "a witness cosigned a head that is not of this log, and that no known log key signed",
            file=heard.source,
            found=f"size {heard.checkpoint.size}, cosigned by {heard.party}",
            next_step="append nothing; ask that member how its witness came to it",
        )
    place = keep_evidence(mission.files, mission.folder.evidence, evidence_of(there, here, tree))
    return ForkError(
        "the log was forked: a witness cosigned a head that contradicts this copy's",
        file=str(place),
        found=f"size {heard.checkpoint.size}, root {heard.checkpoint.root.hex()}, cosigned by {heard.party}",
        next_step="append nothing; give the file to all parties and witnesses, anybody can check it",
    )


def _need_older(mission: Mission, record: Head | None, head: Head) -> None:
    if record is None:
        return
    if record.size > head.size:
        raise StoreError(
            "this machine's head record is newer than the log folder: nothing was lost here",
            expected=f"size {record.size}",
            found=f"size {head.size}",
            next_step="`veedor sync` from a copy that has the recorded head",
        )
    tree = TileProver(LogReader(mission.folder.log, mission.files), head.size)
    if record.origin != head.origin or tree.root(record.size) != record.root:
        raise StoreError(
            "this machine's head record contradicts the log folder",
            expected=f"size {record.size}, root {record.root.hex()}",
            found=tree.root(record.size).hex(),
            next_step="append nothing; compare heads with the witnesses: the log was forked",
        )
