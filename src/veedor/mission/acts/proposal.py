"""A statement that several must sign: a draft file goes round, each signs what it was shown, the author last.

    proposed    the author, or who asks it to, writes the draft: what it says, its place in the chain, who signs
    signed      each of them adds its signature
    published   the author signs once all others have, and the statement goes the way of all statements

The author signs last, and no draft holds its signature: it may drop a draft that the others leave lying, and say
something else in the same place of its chain, without ever having signed two statements for one place. For the same
reason a draft holds only as long as its author says nothing else; then it says so, and is proposed again.

The draft file is hostile input. Nothing in it is signed before it is read back as a typed statement, before the copy's
own log says that it would count, and before `Proposal.body` was shown to a person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from veedor.errors import UsageError, VerifyError
from veedor.log import ed25519
from veedor.log.envelope import Signature, pae, seal
from veedor.log_folder.files import write_durable
from veedor.mission.copy.append import Mission, Published
from veedor.mission.copy.keys import Key
from veedor.mission.state.fold import AnyKind, State, objection
from veedor.mission.state.kinds import KINDS
from veedor.mission.statements.bodies import MOST_MEMBERS, Body, Join
from veedor.mission.statements.chain import BodyType, Chain, payload
from veedor.mission.statements.types import ADOPT, FREEZE, HANDOVER, JOIN, POLICY, RECOVER
from veedor.mission.statements.vocabulary import Hex32, Hex64, SchemaId

LARGEST_DRAFT = 1 << 17
TYPES: dict[str, BodyType[Any]] = {kind.schema_id: kind for kind in (POLICY, ADOPT, HANDOVER, FREEZE, JOIN, RECOVER)}


class ProposalSignature(Body, frozen=True):
    """The signature (hex) of one public key (hex) over the statement."""

    key: Hex32
    signature: Hex64


class Draft(Body, frozen=True):
    """A draft file as written. `body` is that of the statement, read by the schema of `type` before anything else."""

    schema: Literal["proposal/1"]
    type: SchemaId
    chain: Chain
    body: Any
    signatures: Annotated[tuple[ProposalSignature, ...], Meta(max_length=MOST_MEMBERS + 2)]


@dataclass(frozen=True)
class Proposal:
    """A draft whose form and signatures are right; whether it fits the log is asked of a copy (`need_fitting`)."""

    kind: BodyType[Any]
    chain: Chain
    body: Body
    signatures: tuple[ProposalSignature, ...] = ()

    @property
    def payload(self) -> bytes:
        """The bytes that are signed."""
        return payload(self.kind, self.chain, self.body)

    @property
    def unsigned(self) -> tuple[str, ...]:
        """The keys whose signature is still missing, the author's among them."""
        there = {each.key for each in self.signatures}
        return tuple(key for key in self.chain.signers if key not in there)


@dataclass(frozen=True)
class Progress:
    """A proposal after this copy did its part: the keys it still waits for, and what was published, if it was."""

    proposal: Proposal
    waits_for: tuple[str, ...]
    published: Published | None = None


def propose(
    mission: Mission,
    kind: BodyType[Any],
    body: Body,
    at_us: int,
    members: Collection[str],
    *,
    author: str | None = None,
    keys: Sequence[Key] = (),
) -> Proposal:
    """A statement of `author` (default: this copy's party) that `members` and it sign, as are the type's co-signers;
    `keys` sign at once. UsageError where it could not count, whoever signs."""
    party = author or mission.party
    state = _seen_by(mission, party)
    for each in (party, *members):
        _need_member(state, each)
    seq, prev = state.next_of(party)
    speaking = {state.roster.members[each].keys.statement for each in (party, *members)}
    signers = tuple(sorted(speaking | set(kind.co_signers(body))))
    proposal = Proposal(kind, Chain(state.genesis_digest, party, seq, prev, at_us, signers), body)
    need_counting(proposal.payload, kind.schema_id, state, mission.kinds)
    for key in keys:
        proposal = _with_signature(proposal, key)
    return proposal


def sign(mission: Mission, proposal: Proposal) -> Progress:
    """Add this party's signature; the author's completes the statement and publishes it.

    Call it only after a person was shown what it says. UsageError where it does not fit the log of this copy, where
    this party is not asked, or where its author signs before the others.
    """
    state = need_fitting(mission, proposal)
    own = _own_key(mission, proposal, state)
    if proposal.chain.party != mission.party:
        proposal = _with_signature(proposal, own)
        return Progress(proposal, names(state, proposal.unsigned))
    others = tuple(key for key in proposal.unsigned if key != own.public)
    if others:
        raise UsageError(
            "its author signs last",
            found="no signature yet of " + ", ".join(names(state, others)),
            next_step="send them the draft; they sign it with `veedor sign`",
        )
    proposal = _with_signature(proposal, own)
    return Progress(proposal, (), mission.publish_signed(_envelope(proposal)))


def co_sign(mission: Mission, proposal: Proposal, key: Key) -> Progress:
    """Add the signature of a key that is no member's, which the statement itself names. As `sign`, after a person was
    shown what it says; the key's owner needs no other key of the party that it acts for."""
    state = need_fitting(mission, proposal)
    if key.public not in proposal.kind.co_signers(proposal.body):
        raise UsageError(
            "this key is not asked to sign this",
            expected=", ".join(proposal.kind.co_signers(proposal.body)) or "no key beside those of members",
            found=key.public,
        )
    proposal = _with_signature(proposal, key)
    return Progress(proposal, names(state, proposal.unsigned))


def need_fitting(mission: Mission, proposal: Proposal) -> State:
    """The state that the proposal follows, as this copy sees it; UsageError where it does not follow it, or would be
    void."""
    chain = proposal.chain
    state = _seen_by(mission, chain.party)
    if chain.genesis != state.genesis_digest:
        raise UsageError("this is of another mission", expected=state.genesis_digest, found=chain.genesis)
    _need_member(state, chain.party)
    seq, prev = state.next_of(chain.party)
    if (chain.seq, chain.prev) != (seq, prev):
        behind = chain.seq > seq
        raise UsageError(
            f"the draft does not follow what {chain.party} said last",
            expected=f"statement {seq}, after {prev}",
            found=f"statement {chain.seq}, after {chain.prev}",
            next_step="this copy's log is behind: fetch it, then sign"
            if behind
            else f"ask {chain.party} to propose it again",
        )
    need_counting(proposal.payload, proposal.kind.schema_id, state, mission.kinds)
    return state


def names(state: State, keys: Collection[str]) -> tuple[str, ...]:
    """Who holds these keys: the members by name, then co-signing keys of nobody yet by their digits."""
    held = {key: state.roster.party_of(key) for key in keys}
    members = sorted(party for party in held.values() if party is not None)
    return (*members, *sorted(key for key, party in held.items() if party is None))


def need_counting(data: bytes, schema: str, state: State, kinds: Sequence[AnyKind] = KINDS) -> None:
    """UsageError where a statement of this payload would be void, whoever signs it."""
    why = objection(data, kinds, state)
    if why is not None:
        raise UsageError("this statement would be void", expected=schema, found=why, next_step="correct what it says")


def encode_proposal(proposal: Proposal) -> bytes:
    """The draft's file, readable by people."""
    body = msgspec.to_builtins(proposal.body)
    draft = Draft("proposal/1", proposal.kind.schema_id, proposal.chain, body, proposal.signatures)
    return msgspec.json.format(msgspec.json.encode(draft), indent=1) + b"\n"


def decode_proposal(data: bytes, file: str, more: Mapping[str, BodyType[Any]] = MappingProxyType({})) -> Proposal:
    """A proposal from its file; VerifyError where it is none, or one of its signatures is not over what it says.
    `more`: types of other rooms that are proposed too, by their schema."""
    types = {**TYPES, **more}
    if len(data) > LARGEST_DRAFT:
        raise VerifyError("the draft is too long", file=file, expected=f"up to {LARGEST_DRAFT} bytes")
    try:
        draft = msgspec.json.decode(data, type=Draft)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise VerifyError("this is not a draft", file=file, expected="proposal/1", found=str(error)[:200]) from None
    kind = types.get(draft.type)
    if kind is None:
        raise VerifyError("nothing of this type is proposed", file=file, expected=", ".join(types), found=draft.type)
    proposal = Proposal(kind, draft.chain, kind.read(draft.body), draft.signatures)
    keys = [each.key for each in draft.signatures]
    if keys != sorted(set(keys)) or not set(keys) <= set(draft.chain.signers):
        raise VerifyError("the signatures of the draft are not in order, or of others than its signers", file=file)
    message = pae(proposal.payload)
    for each in draft.signatures:
        if not ed25519.verify(bytes.fromhex(each.key), message, bytes.fromhex(each.signature)):
            raise VerifyError(
                "a signature of the draft is not over what it says",
                file=file,
                found=each.key,
                next_step="it was changed after this key signed; go back to an earlier copy of it",
            )
    return proposal


def read_proposal(mission: Mission, file: Path, more: Mapping[str, BodyType[Any]] = MappingProxyType({})) -> Proposal:
    """The draft in a file. `more` as for `decode_proposal`."""
    return decode_proposal(mission.files.read(file, LARGEST_DRAFT + 1), str(file), more)


def write_proposal(mission: Mission, file: Path, proposal: Proposal) -> None:
    """Replace a draft's file, durable on return."""
    write_durable(mission.files, file, encode_proposal(proposal))


def _own_key(mission: Mission, proposal: Proposal, state: State) -> Key:
    body, party = proposal.body, mission.party
    if isinstance(body, Join) and body.member.party == party:
        return mission.keys.newcomer(body.member)
    if party not in state.roster.members or state.roster.members[party].keys.statement not in proposal.chain.signers:
        raise UsageError(f"{party} is not asked to sign this", expected=", ".join(names(state, proposal.chain.signers)))
    return mission.keys.of("statement")


def _seen_by(mission: Mission, author: str) -> State:
    # What waits in this copy's outbox counts for its own chain; another member may get its statements logged first.
    return mission.pending() if author in mission.folder.parties else mission.state


def _need_member(state: State, party: str) -> None:
    if party not in state.roster.members:
        raise UsageError(
            f"{party} is not a member of this mission", expected=", ".join(state.roster.members), found=party
        )


def _with_signature(proposal: Proposal, key: Key) -> Proposal:
    made = ProposalSignature(key.public, key.signing.sign(pae(proposal.payload)).hex())
    others = [each for each in proposal.signatures if each.key != key.public]
    signatures = tuple(sorted([*others, made], key=lambda each: each.key))
    return Proposal(proposal.kind, proposal.chain, proposal.body, signatures)


def _envelope(proposal: Proposal) -> bytes:
    signatures = [
        Signature(ed25519.key_id(bytes.fromhex(each.key)), bytes.fromhex(each.signature))
        for each in proposal.signatures
    ]
    return seal(proposal.payload, signatures)
