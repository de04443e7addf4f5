"""An open mission: the state so far, and publishing this party's next statement so that nothing acknowledged is lost.

Order of a publication, each step durable before the next:
  (1) the state is folded from the log, then from what waits in the outbox: that gives `seq` and `prev`
  (2) the statement is signed, and folded in on trial: what would be void is refused before it is anywhere
  (3) its openings are written to the private folder, and what is sealed to others to payloads/ (enclosed.py)
  (4) it is written to the outbox. **From here on it counts as made**
  (5) if this copy appends: what it said itself is appended to the log, and what the log holds leaves the outbox

A crash after (4) loses nothing: the next publication, or `deliver`, goes on with (5), and looks in the log for each
digest first, so nothing is appended twice. A copy that does not append stops after (4), and so does one that signs with
a delegated key. What other members sent waits in the same outbox until `append_all`; whatever it is, it stops nobody.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from veedor.errors import StoreError, UsageError
from veedor.log.envelope import digest as digest_of
from veedor.log_folder.files import Files, make_folders, write_durable
from veedor.log_folder.head import HeadRecords
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.appender import Appended, Appender
from veedor.mission.copy.device import load_device_key, need_delegated
from veedor.mission.copy.enclosed import Enclosed, Named, enclose, seal_enclosed
from veedor.mission.copy.folder import Folder, open_folder
from veedor.mission.copy.key_store import find_key, find_key_file, settle
from veedor.mission.copy.keys import Key, Work
from veedor.mission.copy.mailbox import MailboxKey, load_mailbox_keys
from veedor.mission.copy.outbox import Outbox, Waiting, in_turn
from veedor.mission.state.fold import AnyKind, State, fold
from veedor.mission.state.heads import witness_keys
from veedor.mission.state.kinds import KINDS
from veedor.mission.statements.bodies import Member
from veedor.mission.statements.chain import B, BodyType, Chain, payload, read_header, signed
from veedor.mission.statements.salts import Entropy, Opening, Private, decode_openings, encode_openings
from veedor.mission.statements.vocabulary import KEY_ROLES, KeyRole

OUT_OF_PLACE = frozenset({"replay", "fork", "gap", "wrong_prev"})
"""Why a statement does not continue its author's chain, as the fold says it."""


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


@dataclass(frozen=True)
class Means:
    """What a mission needs from outside: files, head records, randomness, and the passphrase if it is to sign.

    `work` is the cost of guessing the passphrase of keys made from now on.
    """

    files: Files
    state_folder: Path
    entropy: Entropy
    passphrase: bytes | None = None
    work: Work = field(default_factory=Work)


class Mission:
    """One copy of a mission, as one party. Reading needs no passphrase and no head record.

    `device`: a key delegated by that party, which then signs what is published; the party's own key may lie elsewhere.
    """

    def __init__(
        self, folder: Folder, party: str, means: Means, kinds: Sequence[AnyKind] = KINDS, device: Key | None = None
    ) -> None:
        self.folder = folder
        self.party = party
        self._means = means
        self._device = device
        self._kinds = tuple(kinds)
        self._reader = LogReader(folder.log, means.files)
        self._outbox = Outbox(folder.outbox, means.files)
        self._state: State | None = None
        self._keys: dict[str, Key] = {}

    @property
    def files(self) -> Files:
        return self._means.files

    @property
    def outbox(self) -> Outbox:
        return self._outbox

    @property
    def kinds(self) -> Sequence[AnyKind]:
        return self._kinds

    @property
    def heads(self) -> HeadRecords:
        """The head records of this machine."""
        return HeadRecords(self._means.state_folder, self.files)

    @property
    def means(self) -> Means:
        """What this mission was opened with."""
        return self._means

    def passphrase(self) -> bytes:
        """What the private keys are encrypted under; UsageError where this mission was opened to read only."""
        if self._means.passphrase is None:
            raise UsageError("this needs the passphrase of the keys", next_step="give --passphrase-file FILE")
        return self._means.passphrase

    @property
    def state(self) -> State:
        """The fold of the log as it is now; an earlier fold is continued, never repeated."""
        size = self._reader.size()
        if self._state is None or self._state.size > size:
            self._state = fold(self._reader.entries(0, size, size), self._kinds)
        elif self._state.size < size:
            self._state = fold(self._reader.entries(self._state.size, size, size), self._kinds, self._state)
        return self._state

    def private(self, *, share: bool) -> Private:
        """A collector of salted commitments for the next statement; `share`: its salts may go to all parties."""
        return Private(self._means.entropy, "everybody" if share else "nobody")

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
            key = self._speaking(state, kind.name)
            chain = Chain(state.genesis_digest, self.party, seq, prev, at_us, (key.public,))
            envelope = signed(payload(kind, chain, body), [key.signing])
            self._need_counted(fold([envelope], self._kinds, state), kind.schema_id)
            waiting = Waiting(self.party, seq, digest_of(envelope), envelope)
            if private is not None:
                self._keep_openings(private, waiting.digest)
                if private.share == "everybody" and enclosed is None:
                    enclosed = self.enclose(state.roster.members, private)
            sent = None if enclosed is None else self.send(enclosed, waiting.digest)
            self._outbox.put(self.party, seq, envelope)
            return replace(self._delivered(waiting), payload=sent, sent=enclosed)

    def enclose(self, to: Iterable[str], private: Private, document: Named | None = None) -> Enclosed | None:
        """For `publish`: what lets `to` open what `private` commits to; None where none of them has a mailbox."""
        return enclose(self.pending(), self.party, to, private, self._means.entropy, document)

    def send(self, enclosed: Enclosed, statement: str) -> str:
        """Seal what is enclosed to its readers, for a statement of this party; the name of the file in payloads/,
        durable on return."""
        name, data = seal_enclosed(enclosed, self.pending(), self.party, statement, self._means.entropy)
        make_folders(self.files, self.folder.payloads)
        write_durable(self.files, self.folder.payloads / name, data)
        return name

    def mailbox_keys(self) -> tuple[MailboxKey, ...]:
        """This party's mailbox keys, unlocked."""
        return load_mailbox_keys(self.files, self.folder, self.party, self.passphrase())

    def key(self, role: KeyRole, party: str | None = None) -> Key:
        """The private key of a role (default: of this party), unlocked: the one in force after what this copy made so
        far. UsageError where this folder does not hold it."""
        return self._key(self.pending(), party or self.party, role)

    def newcomers_key(self, member: Member) -> Key:
        """The statement key of this party that is to join as `member`; UsageError unless all its keys lie here."""
        for role in KEY_ROLES:
            find_key_file(self.folder, member.party, role, getattr(member.keys, role))
        return find_key(self.folder, member.party, "statement", member.keys.statement, self.passphrase())

    def publish_signed(self, envelope: bytes) -> Published:
        """Bring a statement that all its signers signed, of this or another member, as far as this copy can.

        Raises UsageError for a statement that would be void, before anything is written.
        """
        chain, schema = read_header(envelope)
        with self.alone():
            waiting = Waiting(chain.party, chain.seq, digest_of(envelope), envelope)
            before = [each.envelope for each in self._waiting([chain.party]) if each.party not in self.folder.parties]
            self._need_counted(fold([*before, envelope], self._kinds, self.pending()), schema)
            self._outbox.put(chain.party, chain.seq, envelope)
            return self._delivered(waiting)

    def deliver(self) -> tuple[Published, ...]:
        """Append what this copy said and the log lacks; says where each statement stands now. Safe to repeat."""
        with self.alone():
            return tuple(self._delivered(each) for each in self._outbox.waiting(self.folder.parties))

    def append_all(self) -> Appended:
        """Append everything that waits here, of this copy and of other members, in turn; set aside what the log must
        not hold. Safe to repeat.

        UsageError where this copy neither appends nor holds a handover to it.
        """
        with self.alone():
            self.pending()
            own = self.folder.parties
            waiting = (*self._waiting(own), *self._outbox.of_others(own, self.state.digests()))
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
                self._outbox.set_aside(refusal.waiting.named, refusal.waiting.envelope, refusal.reason)
            self.tidy()
            return done

    def tidy(self) -> None:
        """Take out of the outbox what the log holds, and let keys that it brought in force take their place."""
        state = self.state
        for each in (*self._outbox.names(), *self._outbox.aside()):
            if state.holds(each.party, each.digest):
                self._outbox.remove(each)
        settle(self.files, self.folder, state.roster)

    def cosigned(self, text: bytes, lines: bytes) -> bool:
        """Put the lines of members' witnesses under the published head; False where its text is another by now."""
        with self.alone():
            state = self.state
            with self._appender().writer(state, state) as writer:
                return writer.add_cosignatures(text, lines, witness_keys(state.genesis.origin, state.roster))

    def waiting(self) -> tuple[Waiting, ...]:
        """Statements of this copy that the log does not hold yet."""
        return self._waiting(self._spoken_for)

    def opened(self, domain: str, value: bytes) -> str | None:
        """The digest of this copy's made statement that commits to `value` under `domain`: whether, and where, the same
        thing was published already."""
        made = {link.digest for chain in self.pending().chains.values() for link in chain}
        for name in self.files.list(self.folder.openings):
            if name.endswith(".json") and name.removesuffix(".json") in made:
                for opening in self.openings(name.removesuffix(".json")):
                    if (opening.domain, opening.value) == (domain, value.hex()):
                        return name.removesuffix(".json")
        return None

    def openings(self, statement: str) -> tuple[Opening, ...]:
        """The openings this copy keeps for a statement; none where it holds none."""
        file = self.folder.openings / f"{statement}.json"
        if not self.files.exists(file):
            return ()
        return decode_openings(self.files.read(file), str(file)).openings

    def _delivered(self, wanted: Waiting) -> Published:
        if self._device is None and self.state.roster.appender in self.folder.parties:
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
        for each in self._outbox.names():
            if each.party in (*own, wanted.party) and state.holds(each.party, each.digest):
                self._outbox.remove(each)

    def _appender(self) -> Appender:
        return Appender(
            log=self.folder.log,
            files=self.files,
            heads=self.heads,
            kinds=self._kinds,
            own=self.folder.parties,
            state=lambda: self.state,
            key=lambda state, party: self._key(state, party, "log"),
        )

    def _waiting(self, parties: Collection[str]) -> tuple[Waiting, ...]:
        """Statements of these parties in the outbox that the log does not hold."""
        state = self.state
        return tuple(each for each in self._outbox.waiting(parties) if not state.holds(each.party, each.digest))

    def pending(self) -> State:
        """The state with what this copy made and the log does not hold yet: what the next statement follows.

        StoreError when that does not continue the chains, or does not count any more.
        """
        state = self.state
        late = self.waiting()
        pending = fold([each.envelope for each in late], self._kinds, state)
        void = {each.digest: each for each in pending.void[len(state.void) :]}
        for each in late:
            if not pending.holds(each.party, each.digest) and void[each.digest].reason in OUT_OF_PLACE:
                raise StoreError(
                    "a statement in the outbox does not continue this party's chain in the log",
                    file=str(self.folder.outbox),
                    expected=f"statement {state.next_of(each.party)[0]} of {each.party}",
                    found=f"statement {each.seq}, {each.digest}",
                    next_step="was this folder restored from a backup, or is there a second copy of this party? "
                    "Take the log of the copy that wrote last; do not sign here before that",
                )
        for each in late:
            if each.digest not in void:
                continue
            raise StoreError(
                "a statement in the outbox would be void by now: the log went on since it was made",
                file=str(self.folder.outbox),
                found=f"statement {each.digest} of {each.party}: {void[each.digest].reason}",
                next_step="move it and this party's later ones out of the outbox, then say again what still holds",
            )
        return pending

    def _need_counted(self, after: State, schema: str) -> None:
        last = after.void[-1] if after.void else None
        if last is not None and last.index == after.size - 1:
            raise UsageError(
                "this statement would be void", expected=schema, found=last.reason, next_step="correct what it says"
            )

    def _keep_openings(self, private: Private, statement: str) -> None:
        make_folders(self.files, self.folder.openings)
        self.folder.openings.chmod(0o700)
        write_durable(
            self.files, self.folder.openings / f"{statement}.json", encode_openings(private.openings(statement))
        )

    @property
    def _spoken_for(self) -> tuple[str, ...]:
        """Whose statements are made here: of the members whose keys lie here, and of who delegated the key in use."""
        return self.folder.parties if self._device is None else tuple(sorted({*self.folder.parties, self.party}))

    def _speaking(self, state: State, type_name: str) -> Key:
        if self._device is None:
            return self._key(state, self.party, "statement")
        need_delegated(state, self._device, self.party, type_name)
        return self._device

    def _key(self, state: State, party: str, role: KeyRole) -> Key:
        public: str = getattr(state.roster.members[party].keys, role)
        if public not in self._keys:
            self._keys[public] = find_key(self.folder, party, role, public, self.passphrase())
        return self._keys[public]

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
