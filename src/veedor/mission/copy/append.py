"""An open mission: the state so far, and publishing this party's next statement so that nothing acknowledged is lost.

Order of a publication, each step durable before the next:
  (1) the state is folded from the log, then from what waits in the outbox: that gives `seq` and `prev`
  (2) the statement is signed, and folded in on trial: what would be void is refused before it is anywhere
  (3) its openings are written to the private folder, and what is sealed to others to payloads/ (confidential.py)
  (4) it is written to the outbox. **From here on it counts as made**
  (5) if this copy appends: what it said itself is appended to the log, and what the log holds leaves the outbox

A crash after (4) loses nothing: the next publication, or `deliver`, goes on with (5), and looks in the log for each
digest first, so nothing is appended twice. A copy that does not append stops after (4), and so does one that signs with
a delegated key. What other members sent waits in the same outbox until `append_all`; whatever it is, it stops nobody.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from veedor.errors import UsageError
from veedor.log.envelope import digest as digest_of
from veedor.log_folder.files import make_folders
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.appender import Appended, Appender
from veedor.mission.copy.confidential import Confidential
from veedor.mission.copy.device import load_device_key
from veedor.mission.copy.enclosed import Enclosed
from veedor.mission.copy.folder import Folder, open_folder
from veedor.mission.copy.key_store import settle
from veedor.mission.copy.keyring import Keyring
from veedor.mission.copy.keys import Key
from veedor.mission.copy.made import need_counted, state_with
from veedor.mission.copy.means import Means
from veedor.mission.copy.outbox import Outbox, Waiting, in_turn
from veedor.mission.state.fold import AnyKind, State, fold
from veedor.mission.state.heads import witness_keys
from veedor.mission.state.kinds import KINDS
from veedor.mission.statements.chain import B, BodyType, Chain, payload, read_header, signed
from veedor.mission.statements.salts import Private


@dataclass(frozen=True)
class Published:
    """A statement that is made. `index` is its entry in the log, None while it waits for the appender; `sent` went with
    it under the name `payload`, where something did."""

    party: str
    seq: int
    digest: str
    index: int | None
    payload: str | None = None
    sent: Enclosed | None = None


class Mission:
    """One copy of a mission, as one party. Reading needs no passphrase and no head record.

    `keys`: what it speaks with; `confidential`: what it keeps off the log; `means`: what it was opened with.
    """

    def __init__(
        self, folder: Folder, party: str, means: Means, kinds: Sequence[AnyKind] = KINDS, device: Key | None = None
    ) -> None:
        self.folder = folder
        self.party = party
        self.means = means
        self.files = means.files
        self.kinds = tuple(kinds)
        self.outbox = Outbox(folder.outbox, means.files)
        self.keys = Keyring(folder, means, party, self.pending, device)
        self.confidential = Confidential(folder, means, party, self.pending)
        self._reader = LogReader(folder.log, means.files)
        self._state: State | None = None

    @property
    def heads(self) -> HeadRecords:
        """The head records of this machine."""
        return HeadRecords(self.means.state_folder, self.files)

    @property
    def state(self) -> State:
        """The fold of the log as it is now; an earlier fold is continued, never repeated."""
        size = self._reader.size()
        if self._state is None or self._state.size > size:
            self._state = fold(self._reader.entries(0, size, size), self.kinds)
        elif self._state.size < size:
            self._state = fold(self._reader.entries(self._state.size, size, size), self.kinds, self._state)
        return self._state

    def publish(
        self,
        kind: BodyType[B],
        body: B,
        at_us: int,
        private: Private | None = None,
        enclosed: Enclosed | None = None,
    ) -> Published:
        """Sign `body` as this party's next statement and bring it as far as this copy can: outbox, then log.

        `at_us` is the time the party claims. `enclosed` goes to its readers; openings that may go to everybody go to
        all members with a mailbox. Raises UsageError for a statement that would be void, before anything is
        written; StoreError when the chain on disk cannot be continued.
        """
        with self.alone():
            state = self.pending()
            seq, prev = state.next_of(self.party)
            key = self.keys.speaking(state, kind.name)
            chain = Chain(state.genesis_digest, self.party, seq, prev, at_us, (key.public,))
            envelope = signed(payload(kind, chain, body), [key.signing])
            need_counted(fold([envelope], self.kinds, state), kind.schema_id)
            waiting = Waiting(self.party, seq, digest_of(envelope), envelope)
            if private is not None:
                self.confidential.keep(private, waiting.digest)
                if private.share == "everybody" and enclosed is None:
                    enclosed = self.confidential.enclose(state.roster.members, private)
            sent = None if enclosed is None else self.confidential.send(enclosed, waiting.digest)
            self.outbox.put(self.party, seq, envelope)
            return replace(self._delivered(waiting), payload=sent, sent=enclosed)

    def publish_signed(self, envelope: bytes) -> Published:
        """Bring a statement that all its signers signed, of this or another member, as far as this copy can.

        Raises UsageError for a statement that would be void, before anything is written.
        """
        chain, schema = read_header(envelope)
        with self.alone():
            waiting = Waiting(chain.party, chain.seq, digest_of(envelope), envelope)
            before = [each.envelope for each in self._waiting([chain.party]) if each.party not in self.folder.parties]
            need_counted(fold([*before, envelope], self.kinds, self.pending()), schema)
            self.outbox.put(chain.party, chain.seq, envelope)
            return self._delivered(waiting)

    def deliver(self) -> tuple[Published, ...]:
        """Append what this copy said and the log lacks; says where each statement stands now. Safe to repeat."""
        with self.alone():
            return tuple(self._delivered(each) for each in self.outbox.waiting(self.folder.parties))

    def append_all(self) -> Appended:
        """Append everything that waits here, of this copy and of other members, in turn; set aside what the log must
        not hold. Safe to repeat.

        UsageError where this copy neither appends nor holds a handover to it.
        """
        with self.alone():
            self.pending()
            own = self.folder.parties
            waiting = (*self._waiting(own), *self.outbox.of_others(own, self.state.digests()))
            turns = {each: number for number, each in enumerate(in_turn(each.named for each in waiting))}
            done = self._appender().append(sorted(waiting, key=lambda each: turns[each.named]))
            if self.state.roster.appender not in own:
                raise UsageError(
                    "this copy does not append to the log",
                    expected=f"the copy of {self.state.roster.appender}",
                    found=", ".join(own),
                    next_step="give that copy the outbox of this one: `veedor share`, then `veedor append` there",
                )
            for refusal in done.refused:
                if refusal.waiting.party in own:
                    continue  # told by the next `pending`, and kept: it is this copy's own word
                self.outbox.set_aside(refusal.waiting.named, refusal.waiting.envelope, refusal.reason)
            self.tidy()
            return done

    def tidy(self) -> None:
        """Take out of the outbox what the log holds, and let keys that it brought in force take their place."""
        state = self.state
        for each in (*self.outbox.names(), *self.outbox.aside()):
            if state.holds(each.party, each.digest):
                self.outbox.remove(each)
        settle(self.files, self.folder, state.roster)

    def cosigned(self, text: bytes, lines: bytes) -> bool:
        """Put the lines of members' witnesses under the published head; False where its text is another by now."""
        with self.alone():
            state = self.state
            with self._appender().writer(state, state) as writer:
                return writer.add_cosignatures(text, lines, witness_keys(state.genesis.origin, state.roster))

    def waiting(self) -> tuple[Waiting, ...]:
        """Statements of this copy that the log does not hold yet."""
        return self._waiting(self.keys.speaks_for)

    def _delivered(self, wanted: Waiting) -> Published:
        if self.keys.device is None and self.state.roster.appender in self.folder.parties:
            self._append(wanted)
        settle(self.files, self.folder, self.state.roster)
        return Published(wanted.party, wanted.seq, wanted.digest, self.state.index_of(wanted.party, wanted.digest))

    def _append(self, wanted: Waiting) -> None:
        """Append what this copy said, and the statement wanted, whoever its author is."""
        self.pending()
        own = self.folder.parties
        others = () if wanted.party in own else self._waiting([wanted.party])
        self._appender().append([*self._waiting(own), *others])
        state = self.state
        for each in self.outbox.names():
            if each.party in (*own, wanted.party) and state.holds(each.party, each.digest):
                self.outbox.remove(each)

    def _appender(self) -> Appender:
        return Appender(
            log=self.folder.log,
            files=self.files,
            heads=self.heads,
            kinds=self.kinds,
            own=self.folder.parties,
            state=lambda: self.state,
            key=lambda state, party: self.keys.in_force(state, party, "log"),
        )

    def _waiting(self, parties: Collection[str]) -> tuple[Waiting, ...]:
        """Statements of these parties in the outbox that the log does not hold."""
        state = self.state
        return tuple(each for each in self.outbox.waiting(parties) if not state.holds(each.party, each.digest))

    def pending(self) -> State:
        """The state with what this copy made and the log does not hold yet: what the next statement follows.

        StoreError when that does not continue the chains, or does not count any more.
        """
        return state_with(self.waiting(), self.state, self.kinds, self.folder.outbox)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """No other process changes the log or the outbox of this folder meanwhile; StoreError where one does."""
        make_folders(self.files, self.folder.outbox)
        with self.files.lock(self.folder.outbox / ".lock"):
            yield


@contextlib.contextmanager
def open_mission(
    path: Path,
    means: Means,
    party: str | None = None,
    kinds: Sequence[AnyKind] = KINDS,
    *,
    joining: bool = False,
    device_key: Path | None = None,
) -> Iterator[Mission]:
    """Open the mission in `path` as `party` (default: the one of mission.toml). It speaks by its statement key, or by a
    delegated key in the file `device_key`, whose passphrase `means` then has.

    UsageError where the log is not begun yet, or `party` is no member, unless it is `joining`.
    """
    folder = open_folder(path)
    if not folder.started:
        raise UsageError(
            "the mission's log does not exist yet: its genesis is still a draft, or the log was not fetched",
            file=str(folder.log),
            next_step="finish with `veedor join DRAFT FOLDER`, or copy log/ from the party that appends",
        )
    chosen = party or folder.settings.mission.party
    device = None if device_key is None else load_device_key(means.files, device_key, means.passphrase)
    mission = Mission(folder, chosen, means, kinds, device)
    if chosen not in mission.state.roster.members and not joining:
        raise UsageError(
            f"{chosen} is not a member of this mission", expected=", ".join(mission.state.roster.members), found=chosen
        )
    yield mission
