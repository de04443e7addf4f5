"""The parsers of files that go round among members before anything is logged: drafts, parts of members, key files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from tests.fuzz.target import Target
from tests.mission.stage import CHEAP, NOON_US, ORIGIN, PASSPHRASE, Counted
from veedor.errors import StoreError, VeedorError, VerifyError
from veedor.log.envelope import pae
from veedor.mission.acts.proposal import Proposal, ProposalSignature, decode_proposal, encode_proposal
from veedor.mission.copy.keys import KeyFile, new_keys, new_member, public_half, seal_key
from veedor.mission.founding.draft import Draft, add_member, decode_draft, encode_draft, new_draft
from veedor.mission.founding.founding import invitations, terms_of
from veedor.mission.founding.newcomer import MemberFile, decode_member, encode_member
from veedor.mission.statements.authority import Adopt, Policy
from veedor.mission.statements.bodies import Join, Quorum
from veedor.mission.statements.chain import Chain
from veedor.mission.statements.types import ADOPT, JOIN, POLICY

FILE = Path("one.json")
KEYS = {party: new_keys(party, Counted(party)) for party in ("br", "co", "ve")}
MEMBER = new_member(ORIGIN, "br", "observer", KEYS["br"])


def some_proposals() -> tuple[bytes, ...]:
    co, ve, br = (KEYS[party]["statement"] for party in ("co", "ve", "br"))
    made = []
    for kind, body, keys in (
        (ADOPT, Adopt("accord", "a" * 64, NOON_US), (co, ve)),
        (POLICY, Policy(Quorum("all", 0, 0), Quorum("count", 2, 1), 2), (co, ve)),
        (JOIN, Join(MEMBER), (br, co, ve)),
    ):
        chain = Chain("c" * 64, "ve", 7, "d" * 64, NOON_US, tuple(sorted(key.public for key in keys)))
        bare = Proposal(kind, chain, body)
        signature = ProposalSignature(co.public, co.signing.sign(pae(bare.payload)).hex())
        made += [encode_proposal(bare), encode_proposal(signed_by(bare, (signature,)))]
    return tuple(made)


def signed_by(proposal: Proposal, signatures: tuple[ProposalSignature, ...]) -> Proposal:
    return Proposal(proposal.kind, proposal.chain, proposal.body, signatures)


def some_founding() -> bytes:
    invited = invitations("ve", ("br:observer",))
    terms = terms_of(mission="test", origin=ORIGIN, invited=invited, appender="ve", created_us=NOON_US)
    return encode_draft(add_member(new_draft(terms), MEMBER))


def read_founding(data: bytes) -> Draft:
    return decode_draft(data, "one.draft")


def read_key_file(data: bytes) -> KeyFile:
    """Its clear part, which decides whose key it is taken for before any passphrase is tried."""
    public_half(data, FILE)
    return msgspec.json.decode(data, type=KeyFile)


def plain(value: Any) -> bytes:
    return msgspec.json.encode(value)


DRAFT_TARGETS = {
    "proposal": Target(
        lambda data: decode_proposal(data, "one.draft"), encode_proposal, some_proposals(), VerifyError, False
    ),
    "founding": Target(read_founding, encode_draft, (some_founding(),), VeedorError, False),
    "member": Target(
        lambda data: decode_member(data, "one.json"),
        encode_member,
        (encode_member(MemberFile("member/1", "c" * 64, MEMBER)),),
        VerifyError,
        False,
    ),
    "key_file": Target(
        read_key_file, plain, (seal_key(KEYS["ve"]["log"], PASSPHRASE, Counted("file"), CHEAP),), StoreError, False
    ),
}
