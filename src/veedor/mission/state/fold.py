"""The generic fold: state is a pure function of a prefix of the log, and everybody who has the prefix gets the same.

Whatever bytes an entry holds, the fold goes on. An entry is one of: `counted` (its kind's `apply` took it), `unknown`
(well signed, of a type this version does not know) or `void` with its reason. A statement that its author did sign at
the right place of the chain takes its place in the chain even if it is void otherwise, so that every version of the
software, whatever types it knows, sees the same chains; only those that give and take away keys (`state.access`) and
time (a delegated key ends) must be known to all.

Steps for each entry after genesis; the first that fails makes it void:
  (1) it is a canonical envelope over a statement        -> not_a_statement, second_genesis
  (2) it is of this mission                              -> wrong_genesis
  (3) its author is a member, and signs with a key that
      speaks for it now                                  -> unknown_party, wrong_signers, revoked_key
  (4) the keys it names signed it, and no other          -> bad_signature
  (5) it is the author's next statement                  -> replay, fork, gap, wrong_prev
  here the author's chain goes on
      the log has not ended                              -> frozen
  (6) its type is known                                  -> (unknown)
  (7) its body fits the schema                           -> bad_body
  (8) the author's role may sign it, and who else must   -> not_allowed, wrong_signers, revoked_key
  (9) its kind accepts it in the state so far            -> the kind's own reason
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Generic, TypeVar, cast

from veedor.errors import VerifyError
from veedor.log.canonical_json import parse_object
from veedor.log.envelope import digest as digest_of
from veedor.log.envelope import signed_by_exactly
from veedor.mission.state.genesis import read_genesis
from veedor.mission.state.log_time import NO_SEALS, Seals
from veedor.mission.state.roles import Roster, Rule
from veedor.mission.state.roots import Growth, Roots
from veedor.mission.state.signers import author_key, members_behind
from veedor.mission.statements.bodies import Body, Genesis
from veedor.mission.statements.chain import B, BodyType, Chain, Unsigned, opened, take_apart
from veedor.mission.statements.types import SEAL
from veedor.mission.statements.vocabulary import MemberRole

S = TypeVar("S")
ROSTER = "roster"
SEALS = "seals"
FREEZE = "freeze"


class Refused(Exception):
    """Raised by a kind's `apply`: the statement is void, for this reason (message key `void.REASON`)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Signed(Generic[B]):
    """A statement that passed all checks: what `apply` gets."""

    index: int
    digest: str
    chain: Chain
    body: B


@dataclass(frozen=True)
class Context:
    """What `apply` may look at beside its own slice: the state before this entry.

    `log_time_us` is the time of the last seal so far, 0 before the first; `root_of(size)` the root of the tree at any
    size above that of the last seal; `author_of` gives the author of a statement that counts, by its digest.
    """

    genesis: Genesis
    roster: Roster
    slices: Mapping[str, object]
    log_time_us: int
    root_of: Callable[[int], bytes]
    author_of: Callable[[str], str | None]


@dataclass(frozen=True)
class Kind(Generic[B, S]):
    """A type of statement with its rule and its part of the state. Several kinds may share a slice.

    `apply(slice, statement, context) -> slice` is pure and raises nothing but Refused. The slice named "roster" is
    the members and their keys; a kind that changes it changes who may sign from the next entry on. The slice "seals"
    gives log time; once the slice "freeze" holds something, nothing but seals counts.
    """

    type: BodyType[B]
    rule: Rule
    slice: str
    empty: S
    apply: Callable[[S, Signed[B], Context], S]


AnyKind = Kind[Any, Any]


@dataclass(frozen=True)
class Link:
    """A statement's place: its entry in the log and its digest; its `seq` is its place in the chain, from 1. `signers`
    are the keys that signed it."""

    index: int
    digest: str
    urn: str
    signers: tuple[str, ...]


@dataclass(frozen=True)
class Void:
    """An entry that does not count. `party` and `urn` are what it claims, empty where it cannot be read."""

    index: int
    digest: str
    reason: str
    party: str
    urn: str


@dataclass(frozen=True)
class Unknown:
    """A well-signed statement of a type this version does not know."""

    index: int
    digest: str
    party: str
    urn: str


@dataclass(frozen=True)
class State:
    """What a prefix of the log says. `chains` holds each member's statements in order of `seq`."""

    size: int
    genesis_digest: str
    genesis: Genesis
    roster: Roster
    chains: Mapping[str, tuple[Link, ...]]
    slices: Mapping[str, object]
    void: tuple[Void, ...]
    unknown: tuple[Unknown, ...]
    roots: Roots

    def next_of(self, party: str) -> tuple[int, str]:
        """`seq` and `prev` that the party's next statement must carry."""
        chain = self.chains.get(party, ())
        return len(chain) + 1, chain[-1].digest if chain else self.genesis_digest

    def index_of(self, party: str, digest: str) -> int | None:
        """The entry at which this statement stands in the party's chain; None where it does not."""
        return next((link.index for link in reversed(self.chains.get(party, ())) if link.digest == digest), None)

    def digests(self) -> frozenset[str]:
        """The digests of all statements that stand in a chain."""
        return frozenset(link.digest for chain in self.chains.values() for link in chain)

    def holds(self, party: str, digest: str) -> bool:
        """Whether this statement stands in the party's chain."""
        return self.index_of(party, digest) is not None


def begin(entry: bytes, kinds: Sequence[AnyKind]) -> State:
    """The state after entry 0; VerifyError when it is no sound genesis: then there is no mission."""
    digest, genesis = read_genesis(entry, "entry 0")
    slices = {kind.slice: kind.empty for kind in kinds if kind.slice != ROSTER}
    return State(1, digest, genesis, Roster.of(genesis), {}, slices, (), (), Roots().grown_by(entry))


def fold(entries: Iterable[bytes], kinds: Sequence[AnyKind], state: State | None = None) -> State:
    """The state after `entries`, which begin at entry 0, or at entry `state.size` to go on from an earlier state."""
    rest = iter(entries)
    if state is None:
        first = next(rest, None)
        if first is None:
            raise VerifyError("the log is empty", expected="entry 0, the genesis", found="no entry")
        state = begin(first, kinds)
    folding = _Folding(state, {kind.type.urn: kind for kind in kinds})
    for entry in rest:
        folding.take(entry)
    return folding.state()


def objection(payload: bytes, kinds: Sequence[AnyKind], state: State) -> str | None:
    """Why a statement of this payload, logged now and signed by exactly its signers, would be void; None where it would
    count, or is of an unknown type. VerifyError for a payload that is no statement."""
    statement = take_apart(parse_object(payload))
    return _Folding(state, {kind.type.urn: kind for kind in kinds}).objection(statement)


class _Folding:
    """The mutable inside of one call of `fold`."""

    def __init__(self, state: State, kinds: Mapping[str, AnyKind]) -> None:
        self._genesis_digest, self._genesis = state.genesis_digest, state.genesis
        self._kinds = kinds
        self._size = state.size
        self._roster = state.roster
        self._chains = {party: list(chain) for party, chain in state.chains.items()}
        self._slices = dict(state.slices)
        self._void, self._unknown = list(state.void), list(state.unknown)
        self._growth = Growth(state.roots)
        self._authors: dict[str, str] | None = None  # made when a statement first asks

    def state(self) -> State:
        chains = {party: tuple(chain) for party, chain in sorted(self._chains.items())}
        return State(
            self._size,
            self._genesis_digest,
            self._genesis,
            self._roster,
            MappingProxyType(chains),
            MappingProxyType(dict(self._slices)),
            tuple(self._void),
            tuple(self._unknown),
            self._growth.roots(),
        )

    def take(self, entry: bytes) -> None:
        index, digest = self._size, digest_of(entry)
        self._size += 1
        statement: Unsigned | None = None
        try:
            try:
                envelope, statement = opened(entry)  # (1)
            except VerifyError:
                raise Refused("not_a_statement") from None
            self._judge(index, digest, statement, lambda signers: signed_by_exactly(envelope, signers))
        except Refused as refused:
            chain = statement.chain if statement else None
            self._void.append(
                Void(index, digest, refused.reason, chain.party if chain else "", statement.urn if statement else "")
            )
        self._growth.add(entry)

    def objection(self, statement: Unsigned) -> str | None:
        """The reason why it is void if exactly its signers sign it."""
        try:
            self._judge(self._size, "", statement, lambda signers: True)
        except Refused as refused:
            return refused.reason
        return None

    def _judge(self, index: int, digest: str, statement: Unsigned, signed: Callable[[Sequence[str]], bool]) -> None:
        chain = statement.chain
        if chain is None:
            raise Refused("second_genesis")
        if chain.genesis != self._genesis_digest:  # (2)
            raise Refused("wrong_genesis")
        author = self._roster.members.get(chain.party)  # (3)
        if author is None:
            raise Refused("unknown_party")
        key = author_key(self._roster, chain, statement.urn, self._log_time_us())
        if key is None or list(chain.signers) != sorted(set(chain.signers)):
            raise Refused("wrong_signers")
        if self._roster.keys.revoked(key):
            raise Refused("revoked_key")
        if not signed(chain.signers):  # (4)
            raise Refused("bad_signature")
        # The same few keys sign everything: one string each, not one a statement.
        signers = tuple(map(sys.intern, chain.signers))
        self._link(chain, Link(index, digest, statement.urn, signers))  # (5)
        self._count(index, digest, chain, statement, author.role, key)

    def _link(self, chain: Chain, link: Link) -> None:
        links = self._chains.setdefault(chain.party, [])
        if chain.seq <= len(links):
            raise Refused("replay" if links[chain.seq - 1].digest == link.digest else "fork")
        if chain.seq > len(links) + 1:
            raise Refused("gap")
        if chain.prev != (links[-1].digest if links else self._genesis_digest):
            raise Refused("wrong_prev")
        links.append(link)

    def _count(self, index: int, digest: str, chain: Chain, statement: Unsigned, role: MemberRole, key: str) -> None:
        if self._slices.get(FREEZE) is not None and statement.urn != SEAL.urn:
            raise Refused("frozen")
        kind = self._kinds.get(statement.urn)
        if kind is None:  # (6)
            self._unknown.append(Unknown(index, digest, chain.party, statement.urn))
            return
        try:
            body: Body = kind.type.read(statement.body)  # (7)
        except VerifyError:
            raise Refused("bad_body") from None
        if role not in kind.rule.authors:  # (8)
            raise Refused("not_allowed")
        self._check_signers(kind, chain, body, key)
        context = Context(
            self._genesis, self._roster, self._slices, self._log_time_us(), self._growth.root_of, self._author_of
        )
        if kind.slice == ROSTER:  # (9)
            self._roster = cast(Roster, kind.apply(self._roster, Signed(index, digest, chain, body), context))
        else:
            held = self._slices.get(kind.slice, kind.empty)
            self._slices[kind.slice] = kind.apply(held, Signed(index, digest, chain, body), context)
        if kind.slice == SEALS:
            self._growth.forget(self._seals().size)
        if self._authors is not None:
            self._authors[digest] = chain.party

    def _seals(self) -> Seals:
        return cast(Seals, self._slices.get(SEALS, NO_SEALS))

    def _log_time_us(self) -> int:
        return self._seals().time_us

    def _check_signers(self, kind: AnyKind, chain: Chain, body: Body, key: str) -> None:
        behind = members_behind(self._roster, chain, key, kind.type.co_signers(body))
        if behind is None:
            raise Refused("wrong_signers")
        if any(self._roster.keys.revoked(each) for each in chain.signers):
            raise Refused("revoked_key")
        if kind.rule.needs == "agreement" and not self._roster.agreed(behind):
            raise Refused("wrong_signers")
        if kind.rule.needs == "author" and behind != {chain.party}:
            raise Refused("wrong_signers")

    def _author_of(self, digest: str) -> str | None:
        if self._authors is None:
            rest = {each.index for each in self._void} | {each.index for each in self._unknown}
            self._authors = {
                link.digest: party for party, links in self._chains.items() for link in links if link.index not in rest
            }
        return self._authors.get(digest)
