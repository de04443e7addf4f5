"""The draft of a genesis: a file that goes round among the members until everybody's part and signature are in it.

Two rounds, in any order within each: in the first, every invited member adds its keys; in the second, every member
signs the whole, which no longer changes. The draft itself is not trusted: each member signs only what still agrees with
what it saw when it joined (founding.py), and people read the content digest to each other before the second round.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from veedor.errors import UsageError, VerifyError
from veedor.log import ed25519
from veedor.log.envelope import Signature, pae, seal
from veedor.mission.copy.keys import Key
from veedor.mission.state.genesis import check_genesis, check_member
from veedor.mission.statements.bodies import MOST_MEMBERS, Body, Founding, Genesis, Member
from veedor.mission.statements.chain import content_digest, genesis_payload
from veedor.mission.statements.types import GENESIS
from veedor.mission.statements.vocabulary import Hex64, MemberRole, PartyId

LARGEST_DRAFT = 1 << 18


class Invitation(Body, frozen=True):
    party: PartyId
    role: MemberRole


class Terms(Founding, frozen=True):
    """What is fixed when the draft is made: everything in the genesis but the members' keys."""

    invited: Annotated[tuple[Invitation, ...], Meta(min_length=1, max_length=MOST_MEMBERS)]


class DraftSignature(Body, frozen=True):
    party: PartyId
    signature: Hex64


class Draft(Body, frozen=True):
    schema: Literal["genesis-draft/1"]
    terms: Terms
    members: Annotated[tuple[Member, ...], Meta(max_length=MOST_MEMBERS)]
    signatures: Annotated[tuple[DraftSignature, ...], Meta(max_length=MOST_MEMBERS)]

    @property
    def missing(self) -> tuple[str, ...]:
        """Invited members whose part is not in yet."""
        there = {member.party for member in self.members}
        return tuple(each.party for each in self.terms.invited if each.party not in there)

    @property
    def unsigned(self) -> tuple[str, ...]:
        """Invited members who have not signed yet."""
        there = {each.party for each in self.signatures}
        return tuple(each.party for each in self.terms.invited if each.party not in there)

    def member(self, party: str) -> Member | None:
        return next((member for member in self.members if member.party == party), None)


def new_draft(terms: Terms) -> Draft:
    """An empty draft; UsageError for terms that no genesis could have."""
    names = [each.party for each in terms.invited]
    if names != sorted(set(names)):
        raise UsageError("a member is invited twice", found=", ".join(names))
    if terms.appender not in names:
        raise UsageError("the appender is not among the members", expected=", ".join(names), found=terms.appender)
    if all(each.role != "party" for each in terms.invited):
        raise UsageError("a mission needs at least one party")
    return Draft("genesis-draft/1", _checked(terms, Terms), (), ())


def add_member(draft: Draft, member: Member) -> Draft:
    """The draft with one member's part; UsageError unless this member is invited in this role and not in it yet."""
    if Invitation(member.party, member.role) not in draft.terms.invited:
        raise UsageError(
            f"{member.party} is not invited as {member.role}",
            expected=", ".join(f"{each.party} ({each.role})" for each in draft.terms.invited),
            next_step="ask whoever made the draft",
        )
    if draft.member(member.party) is not None:
        raise UsageError(f"{member.party} has joined this draft already", next_step="use the folder it joined with")
    check_member(member, draft.terms.origin)
    members = tuple(sorted([*draft.members, member], key=lambda each: each.party))
    return msgspec.structs.replace(draft, members=members)


def body_of(draft: Draft) -> Genesis:
    """The genesis that everybody signs; UsageError while parts are missing."""
    if draft.missing:
        raise UsageError("the draft is not complete", found="no part yet of " + ", ".join(draft.missing))
    fixed = {name: getattr(draft.terms, name) for name in Founding.__struct_fields__}
    body = Genesis(**fixed, members=draft.members)
    check_genesis(body)
    return body


def read_out(draft: Draft) -> str:
    """The digest (hex) of the genesis content, for people to compare before they sign."""
    return content_digest(msgspec.to_builtins(body_of(draft)))


def sign_draft(draft: Draft, key: Key) -> Draft:
    """The draft with one member's signature over the complete content."""
    proof = key.signing.sign(pae(genesis_payload(body_of(draft)))).hex()
    others = [each for each in draft.signatures if each.party != key.party]
    signatures = tuple(sorted([*others, DraftSignature(key.party, proof)], key=lambda each: each.party))
    return msgspec.structs.replace(draft, signatures=signatures)


def entry_of(draft: Draft) -> bytes:
    """Entry 0; UsageError while signatures are missing."""
    if draft.unsigned:
        raise UsageError("the draft is not signed by all", found="no signature yet of " + ", ".join(draft.unsigned))
    payload = genesis_payload(body_of(draft))
    keys = {member.party: bytes.fromhex(member.keys.statement) for member in draft.members}
    return seal(
        payload,
        [Signature(ed25519.key_id(keys[each.party]), bytes.fromhex(each.signature)) for each in draft.signatures],
    )


def encode_draft(draft: Draft) -> bytes:
    """The draft's file, readable by people."""
    return msgspec.json.format(msgspec.json.encode(draft), indent=1) + b"\n"


def decode_draft(data: bytes, file: str) -> Draft:
    """A draft from its file; VerifyError names what is wrong in it, and whose part or signature does not verify."""
    if len(data) > LARGEST_DRAFT:
        raise VerifyError("the draft is too long", file=file, expected=f"up to {LARGEST_DRAFT} bytes")
    try:
        draft = msgspec.json.decode(data, type=Draft)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise VerifyError(
            "this is not a draft of a genesis", file=file, expected="genesis-draft/1", found=str(error)
        ) from None
    empty = new_draft(draft.terms)
    for member in draft.members:
        empty = add_member(empty, member)
    if empty.members != draft.members or (draft.signatures and draft.missing):
        raise VerifyError("the parts of the draft are not in order", file=file)
    _check_signatures(draft, file)
    return draft


def _check_signatures(draft: Draft, file: str) -> None:
    names = [each.party for each in draft.signatures]
    if names != sorted(set(names)):
        raise VerifyError("the signatures of the draft are not in order", file=file)
    for each in draft.signatures:
        member = draft.member(each.party)
        message = pae(genesis_payload(body_of(draft)))
        if member is None or not ed25519.verify(
            bytes.fromhex(member.keys.statement), message, bytes.fromhex(each.signature)
        ):
            raise VerifyError(
                f"the signature of {each.party} is not over this content",
                file=file,
                next_step=f"the draft was changed after {each.party} signed; go back to an earlier copy of it",
            )


def _checked(terms: Terms, kind: type[Terms]) -> Terms:
    try:
        return msgspec.convert(msgspec.to_builtins(terms), kind, strict=True)
    except msgspec.ValidationError as error:
        raise UsageError(
            "the terms of the mission cannot be used", expected=GENESIS.schema_id, found=str(error)
        ) from None
