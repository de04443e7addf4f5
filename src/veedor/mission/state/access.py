"""What statements about keys do to the roster: rotation, recovery, revocation, delegation, and the key to write to.

Who must sign stands in the fold (`signers`); here stands whether what they say may be. Against whom each rule is:

- the thief of a statement key can rotate that key, delegate and revoke, until the owner recovers; he cannot replace the
  log, witness or recovery key (the old one of that role must sign), nor take the recovery key away from its owner
- a rival cannot bring in a key that anybody has or had (`key_in_use`), nor one that he does not hold (`no_possession`)
- nobody can revoke what is not his, nor stop the log: the key that signs its heads is replaced, never revoked
"""

from __future__ import annotations

from veedor.log import ed25519
from veedor.mission.state.fold import Context, Refused, Signed
from veedor.mission.state.genesis import possession_message
from veedor.mission.state.key_register import Delegation, Revocation
from veedor.mission.state.roles import Roster
from veedor.mission.state.x25519 import sound_public
from veedor.mission.statements.access import Delegate, Mailbox, Recover, Revoke, Rotate
from veedor.mission.statements.vocabulary import KeyRole


def rotate(roster: Roster, statement: Signed[Rotate], context: Context) -> Roster:
    """One key of the author replaced. Refused: `old` is not its key of this role now; a used or unproven new key."""
    body, party = statement.body, statement.chain.party
    if body.old != _current(roster, party, body.role):
        raise Refused("not_current_key")
    _need_new(roster, party, body.role, body.new, body.possession, context)
    return roster.with_key(party, body.role, body.new, statement.index)


def recover(roster: Roster, statement: Signed[Recover], context: Context) -> Roster:
    """One key of `party` replaced. Refused: no such member; a recovery key that is not its own now, or other members
    fewer than the policy asks for; a used or unproven new key."""
    body = statement.body
    if body.party not in roster.members:
        raise Refused("unknown_party")
    behind = {party for key in statement.chain.signers if (party := roster.party_of(key)) is not None}
    if body.recovery:
        if body.recovery != _current(roster, body.party, "recovery"):
            raise Refused("not_current_key")
        if behind != {statement.chain.party}:
            raise Refused("wrong_signers")
    elif not roster.recovers(body.party, behind):
        raise Refused("recovery_quorum")
    _need_new(roster, body.party, body.role, body.new, body.possession, context)
    return roster.with_key(body.party, body.role, body.new, statement.index)


def revoke(roster: Roster, statement: Signed[Revoke], context: Context) -> Roster:
    """A key signs nothing from here on. Refused: a key that is not the author's; its current recovery key, and the log
    key of who appends; a `from_entry` of the future, or not earlier than what was said before."""
    body, party = statement.body, statement.chain.party
    use = roster.keys.uses.get(body.key)
    if use is None or use.party != party or use.use == "mailbox":
        raise Refused("not_its_key")
    if body.key == _current(roster, party, "recovery"):
        raise Refused("cannot_revoke")
    if roster.appender == party and body.key == _current(roster, party, "log"):
        raise Refused("cannot_revoke")
    if body.from_entry > statement.index:
        raise Refused("from_later")
    earlier = roster.keys.revocations.get(body.key)
    if earlier is not None and body.from_entry >= earlier.from_entry:
        raise Refused("revoked_already")
    entry = earlier.entry if earlier else statement.index
    keys = roster.keys.with_revocation(body.key, Revocation(body.from_entry, entry))
    return roster.with_keys(keys)


def delegate(roster: Roster, statement: Signed[Delegate], context: Context) -> Roster:
    """A key of a browser or device. Refused: a scope out of order, an end that has passed in log time, a used key."""
    body, party = statement.body, statement.chain.party
    if list(body.scope) != sorted(set(body.scope)):
        raise Refused("list_not_sorted")
    if body.end_us <= context.log_time_us:
        raise Refused("delegation_over")
    if roster.keys.known(body.key):
        raise Refused("key_in_use")
    given = Delegation(frozenset(body.scope), body.end_us)
    return roster.with_keys(roster.keys.with_delegation(body.key, party, body.device, given, statement.index))


def mailbox(roster: Roster, statement: Signed[Mailbox], context: Context) -> Roster:
    """The key to write to. Refused: a point to which anybody could read what is encrypted, a used key."""
    key = statement.body.key
    if not sound_public(bytes.fromhex(key)):
        raise Refused("bad_key")
    if roster.keys.known(key):
        raise Refused("key_in_use")
    return roster.with_keys(roster.keys.with_mailbox(key, statement.chain.party, statement.index))


def _current(roster: Roster, party: str, role: KeyRole) -> str:
    return str(getattr(roster.members[party].keys, role))


def _need_new(roster: Roster, party: str, role: KeyRole, key: str, possession: str, context: Context) -> None:
    if roster.keys.known(key):
        raise Refused("key_in_use")
    message = possession_message(context.genesis.origin, party, roster.members[party].role, role, key)
    if not ed25519.verify(bytes.fromhex(key), message, bytes.fromhex(possession)):
        raise Refused("no_possession")
