"""A statement: what a member signed, as an in-toto Statement v1 whose predicate is a chain header and a typed body.

The header is read without knowing the type, so that statements of types that this version does not know still keep
their author's chain. `signers` names every key that must sign: the author's signature covers it, so no one can add or
take away a signature without breaking the statement.

    {"_type": "https://in-toto.io/Statement/v1",
     "subject": [{"name": "genesis", "digest": {"sha256": digest of entry 0}}],
     "predicateType": "urn:veedor:deposit:1",
     "predicate": {"chain": {genesis, party, seq, prev, at_us, signers}, "body": {...}}}

Genesis itself has no chain; its subject is the SHA-256 of its canonical body.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

import msgspec
from msgspec import Meta

from veedor.errors import VerifyError
from veedor.log import ed25519
from veedor.log.canonical_json import JsonObject, JsonValue, canonical_bytes
from veedor.log.envelope import Envelope, Signature, pae, parse_envelope, seal, statement
from veedor.mission.statements.bodies import MOST_MEMBERS, Body, Genesis
from veedor.mission.statements.vocabulary import Hex32, PartyId, Positive, TimeUs

URN = "urn:veedor:"
GENESIS_URN = URN + "genesis:1"
_SUBJECT = "genesis"

B = TypeVar("B", bound=Body)


class Chain(Body, frozen=True):
    """Where a statement stands: `seq` from 1; `prev` is the party's previous statement, for seq 1 the genesis.

    `at_us` is the time the party claims; only seals give log time. `signers` are the statement keys (hex) that must
    sign, ascending, the author's among them, and more than one only where a type needs agreement.
    """

    genesis: Hex32
    party: PartyId
    seq: Positive
    prev: Hex32
    at_us: TimeUs
    signers: Annotated[tuple[Hex32, ...], Meta(min_length=1, max_length=MOST_MEMBERS + 1)]


@dataclass(frozen=True)
class Unsigned:
    """A payload taken apart, nothing verified yet. `chain` is None for genesis only."""

    urn: str
    chain: Chain | None
    body: JsonValue


@dataclass(frozen=True)
class BodyType(Generic[B]):
    """A type of statement: its name, its number and its struct. `deposit`, 1 is `deposit/1`, `urn:veedor:deposit:1`.

    `co_signers` gives the keys (hex) that must sign beside the members, such as the key of a member that joins.
    """

    name: str
    number: int
    struct: type[B]
    co_signers: Callable[[B], tuple[str, ...]] = lambda body: ()

    @property
    def urn(self) -> str:
        return f"{URN}{self.name}:{self.number}"

    @property
    def schema_id(self) -> str:
        return f"{self.name}/{self.number}"

    def read(self, body: JsonValue) -> B:
        """The typed body; VerifyError where a field is missing, unknown, or not from the closed list."""
        try:
            return msgspec.convert(body, self.struct, strict=True)
        except msgspec.ValidationError as error:
            raise VerifyError(
                "the body of a statement does not fit its schema", expected=self.schema_id, found=str(error)
            ) from None


def payload(kind: BodyType[B], chain: Chain, body: B) -> bytes:
    """The bytes to sign. The body is read back first, so that nothing is signed that would not be accepted."""
    plain = msgspec.to_builtins(body)
    kind.read(plain)
    header = msgspec.convert(msgspec.to_builtins(chain), Chain, strict=True)
    return statement(kind.urn, {_SUBJECT: header.genesis}, {"chain": msgspec.to_builtins(header), "body": plain})


def genesis_payload(body: Genesis) -> bytes:
    """The bytes that every founding member signs."""
    plain = msgspec.to_builtins(body)
    return statement(GENESIS_URN, {_SUBJECT: content_digest(plain)}, {"body": plain})


def signed(data: bytes, keys: Sequence[ed25519.SigningKey]) -> bytes:
    """The envelope to log over a payload, signed by these keys."""
    return seal(data, [Signature(key.key_id, key.sign(pae(data))) for key in keys])


def take_apart(statement: JsonObject) -> Unsigned:
    """The parts of a statement; VerifyError unless it has exactly the shape above."""
    urn, predicate = statement["predicateType"], statement["predicate"]
    if not isinstance(urn, str) or not isinstance(predicate, dict):
        raise VerifyError("this is not a statement", expected="predicateType and predicate")
    body = predicate.get("body")
    if urn == GENESIS_URN:
        chain, subject, members = None, content_digest(body), {"body"}
    else:
        try:
            chain = msgspec.convert(predicate.get("chain"), Chain, strict=True)
        except msgspec.ValidationError as error:
            raise VerifyError("a statement has no sound chain header", found=str(error)) from None
        subject, members = chain.genesis, {"body", "chain"}
    expected: JsonValue = [{"name": _SUBJECT, "digest": {"sha256": subject}}]
    if set(predicate) != members or statement["subject"] != expected:
        raise VerifyError("this is not a statement", expected="subject, chain and body, nothing else")
    return Unsigned(urn, chain, body)


def opened(data: bytes, file: str | None = None) -> tuple[Envelope, Unsigned]:
    """An entry of the log as envelope and statement, no signature checked yet; VerifyError for anything else."""
    envelope = parse_envelope(data, file)
    return envelope, take_apart(envelope.statement)


def read_header(data: bytes) -> tuple[Chain, str]:
    """The chain header of an entry and the name of its type (`deposit/1`); VerifyError for anything but a statement."""
    statement = opened(data)[1]
    if statement.chain is None:
        raise VerifyError("a genesis has no chain header", expected="a statement", found=statement.urn)
    return statement.chain, statement.urn.removeprefix(URN).replace(":", "/")


def content_digest(body: object) -> str:
    """SHA-256 (hex) of a body's canonical bytes."""
    return hashlib.sha256(canonical_bytes(body)).hexdigest()
