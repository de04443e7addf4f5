"""Keys and acts as rows: which key is whose and since when, what is reported stolen, looks, attestations, labels.

Nothing is in a row that is not in the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from veedor.mission.state.acts import attestations_of, labels_of, looks_of
from veedor.mission.state.fold import State
from veedor.mission.state.key_register import KeyUse
from veedor.mission.state.seals import seals_of
from veedor.mission.state.stolen import signed_while_stolen

Status = Literal["current", "replaced", "revoked", "delegated", "ended"]


class KeyRow(Struct, frozen=True, kw_only=True):
    """A public key of a member and its use: log, recovery, statement, witness, browser, device or mailbox.

    `since`: the entry that brought it. `revoked`: the entry from which on it signs nothing, reported stolen from entry
    `from_entry` on. `scope` and `end_us` (log time): what a delegated key may sign, and until when.
    """

    schema: str = "state-key/1"
    party: str
    use: str
    key: str
    since: int
    status: Status
    revoked: int | None
    from_entry: int | None
    scope: tuple[str, ...]
    end_us: int | None


class DoubtRow(Struct, frozen=True, kw_only=True):
    """A statement in the chain of `party`, signed with a key that its owner reports to have been stolen by then."""

    schema: str = "state-doubt/1"
    entry: int
    party: str
    digest: str
    key: str
    owner: str


class LookRow(Struct, frozen=True, kw_only=True):
    """A look at confidential data of `owner`."""

    schema: str = "state-look/1"
    entry: int
    party: str
    seq: int
    digest: str
    owner: str
    data_class: str
    purpose: str
    count: int
    looked_us: int
    at_us: int


class AttestationRow(Struct, frozen=True, kw_only=True):
    """An attested document; `sent`: a payload holds it for its recipients."""

    schema: str = "state-attestation/1"
    entry: int
    party: str
    seq: int
    digest: str
    kind: str
    issued_us: int
    sent: bool
    at_us: int


class LabelRow(Struct, frozen=True, kw_only=True):
    """The handling of an earlier statement of the author from this entry on."""

    schema: str = "state-label/1"
    entry: int
    party: str
    seq: int
    digest: str
    statement: str
    basis: str
    purpose: str
    use: str
    originator: str
    onward: str
    retain_until_us: int
    at_us: int


KeyOrAct = KeyRow | DoubtRow | LookRow | AttestationRow | LabelRow
KEY_AND_ACT_ROWS: tuple[type[Struct], ...] = (KeyRow, DoubtRow, LookRow, AttestationRow, LabelRow)


def keys_and_acts(state: State) -> Iterator[KeyOrAct]:
    """What the log says of keys beyond those with which members began, and of acts, in a fixed order."""
    began: dict[str, int] = {}
    for use in state.roster.keys.uses.values():
        began.setdefault(use.party, use.since)
    for row in key_rows(state):
        if row.status != "current" or row.since != began[row.party]:
            yield row
    for doubt in signed_while_stolen(state):
        link = doubt.link
        owner = state.roster.keys.uses[doubt.key].party
        yield DoubtRow(entry=link.index, party=doubt.party, digest=link.digest, key=doubt.key, owner=owner)
    yield from _acts(state)


def key_rows(state: State) -> Iterator[KeyRow]:
    """Every key that ever was, by member, use and age."""
    register = state.roster.keys
    for use in sorted(register.uses.values(), key=lambda each: (each.party, each.use, each.since, each.key)):
        revocation, delegation = register.revocations.get(use.key), register.delegations.get(use.key)
        yield KeyRow(
            party=use.party,
            use=use.use,
            key=use.key,
            since=use.since,
            status=_status(state, use),
            revoked=revocation.entry if revocation else None,
            from_entry=revocation.from_entry if revocation else None,
            scope=tuple(sorted(delegation.scope)) if delegation else (),
            end_us=delegation.end_us if delegation else None,
        )


def _status(state: State, use: KeyUse) -> Status:
    register = state.roster.keys
    if register.revoked(use.key):
        return "revoked"
    if use.key in register.delegations:
        return "ended" if register.delegations[use.key].end_us <= seals_of(state).time_us else "delegated"
    if use.use == "mailbox":
        return "current" if register.mailboxes[use.party] == use.key else "replaced"
    return "current" if getattr(state.roster.members[use.party].keys, use.use) == use.key else "replaced"


def _acts(state: State) -> Iterator[KeyOrAct]:
    for look in looks_of(state):
        yield LookRow(
            entry=look.index,
            party=look.chain.party,
            seq=look.chain.seq,
            digest=look.digest,
            owner=look.body.owner,
            data_class=look.body.data_class,
            purpose=look.body.purpose,
            count=look.body.count,
            looked_us=look.body.looked_us,
            at_us=look.chain.at_us,
        )
    for attest in attestations_of(state):
        yield AttestationRow(
            entry=attest.index,
            party=attest.chain.party,
            seq=attest.chain.seq,
            digest=attest.digest,
            kind=attest.body.kind,
            issued_us=attest.body.issued_us,
            sent=bool(attest.body.payload),
            at_us=attest.chain.at_us,
        )
    for label in labels_of(state):
        said = label.body.handling
        yield LabelRow(
            entry=label.index,
            party=label.chain.party,
            seq=label.chain.seq,
            digest=label.digest,
            statement=label.body.statement,
            basis=said.basis,
            purpose=said.purpose,
            use=said.use,
            originator=said.originator,
            onward=said.onward,
            retain_until_us=said.retain_until_us,
            at_us=label.chain.at_us,
        )
