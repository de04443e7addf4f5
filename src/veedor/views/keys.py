"""What a screen shows of keys that change and of statements that go round to be signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from veedor.accord.bodies import Act, Grant
from veedor.mission.acts.proposal import Proposal
from veedor.mission.copy.append import Published
from veedor.mission.statements.access import Recover
from veedor.mission.statements.authority import Adopt, Freeze, Handover, Policy
from veedor.mission.statements.bodies import Join, Quorum
from veedor.words import Value, say

Change = Literal["rotated", "recovered", "revoked", "delegated", "mailbox"]


class KeyChangedLine(Struct, frozen=True, kw_only=True):
    """A key (public, hex) of a member changed: the new one, or the one revoked. `entry` null while it waits for the
    appender; `file`: where a device's key lies."""

    schema: Literal["key-changed/1"] = "key-changed/1"
    change: Change
    party: str
    use: str
    key: str
    statement: str
    entry: int | None
    file: str | None


class ProposedLine(Struct, frozen=True, kw_only=True):
    """A draft and where it stands: what it says, who signed it, for whom it waits. `statement` and `entry` only once it
    is published."""

    schema: Literal["proposed/1"] = "proposed/1"
    type: str
    party: str
    seq: int
    prev: str
    at_us: int
    body: dict[str, Any]
    signed: tuple[str, ...]
    waits_for: tuple[str, ...]
    file: str
    statement: str | None
    entry: int | None


def key_changed(change: Change, party: str, use: str, key: str, made: Published, file: str | None) -> KeyChangedLine:
    return KeyChangedLine(
        change=change, party=party, use=use, key=key, statement=made.digest, entry=made.index, file=file
    )


def proposed(
    proposal: Proposal, signed: tuple[str, ...], waits_for: tuple[str, ...], file: str, made: Published | None
) -> ProposedLine:
    chain = proposal.chain
    return ProposedLine(
        type=proposal.kind.schema_id,
        party=chain.party,
        seq=chain.seq,
        prev=chain.prev,
        at_us=chain.at_us,
        body=msgspec.to_builtins(proposal.body),
        signed=signed,
        waits_for=waits_for,
        file=file,
        statement=made.digest if made else None,
        entry=made.index if made else None,
    )


def proposal_sentences(proposal: Proposal, language: str) -> Iterator[str]:
    """What a proposal says, whole, in words: whoever signs it was shown this."""
    chain, body = proposal.chain, proposal.body
    yield say("proposal.place", language, {"seq": chain.seq, "party": chain.party, "at_us": chain.at_us})
    if isinstance(body, Policy):
        quorums: dict[str, Value] = {
            "agreement": _quorum(body.agreement, language),
            "clock": _quorum(body.clock, language),
            "outsiders": body.clock.outsiders,
        }
        yield say("proposal.policy", language, quorums)
        key = "others" if body.recovery else "nobody"
        yield say(f"proposal.policy.{key}", language, {"recovery": body.recovery})
    elif isinstance(body, Adopt):
        document = say(f"word.{body.document}", language)
        yield say("proposal.adopt", language, {"document": document, "digest": body.digest, "from_us": body.from_us})
    elif isinstance(body, Handover):
        yield say("proposal.handover", language, {"appender": body.appender})
    elif isinstance(body, Freeze):
        yield say("proposal.freeze", language, {"reason": say(f"word.{body.reason}", language)})
        if body.successor:
            yield say("proposal.freeze.moved", language, {"successor": body.successor})
    elif isinstance(body, Join):
        member = body.member
        role = say(f"word.{member.role}", language)
        yield say("proposal.join", language, {"party": member.party, "role": role, "key": member.keys.statement})
    elif isinstance(body, Recover):
        key = "proposal.recover" if body.recovery else "proposal.recover.members"
        use = say(f"key.use.{body.role}", language)
        yield say(key, language, {"use": use, "party": body.party, "key": body.new})
    elif isinstance(body, Grant | Act):
        yield say(f"proposal.{proposal.kind.name}", language, _by_authority(body, chain.party, language))
        if isinstance(body, Act) and body.by_measure:
            yield say("proposal.act.instead", language, {"measure": body.by_measure})


def _by_authority(body: Grant | Act, party: str, language: str) -> dict[str, Value]:
    of: dict[str, Value] = {name: getattr(body, name) for name in ("accord", "measure", "authority", "key")}
    of["party"] = party
    if isinstance(body, Act):
        of["act"] = say(f"accord.done.{body.act}", language)
        of["effective_us"] = body.effective_us
    return of


def _quorum(quorum: Quorum, language: str) -> str:
    return str(quorum.count) if quorum.rule == "count" else say(f"quorum.{quorum.rule}", language)
