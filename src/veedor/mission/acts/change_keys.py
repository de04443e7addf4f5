"""What a member does with its keys: take a new one, get one back, report a theft, give one to a device.

A new private key is durable in its file before the statement about it is anywhere (`key_store`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from veedor.errors import UsageError
from veedor.mission.acts.proposal import Progress, need_counting, propose, sign
from veedor.mission.copy.append import Mission, Published
from veedor.mission.copy.key_store import keep_new, write_key
from veedor.mission.copy.keys import Key, new_key, open_key, public_half
from veedor.mission.copy.mailbox import new_mailbox_key, store_mailbox_key
from veedor.mission.state.genesis import possession_message
from veedor.mission.state.key_register import Device
from veedor.mission.statements.access import Delegate, DelegatedType, Mailbox, Recover, Revoke, Rotate
from veedor.mission.statements.chain import B, BodyType, Chain, payload, signed
from veedor.mission.statements.types import DELEGATE, MAILBOX, RECOVER, REVOKE, ROTATE
from veedor.mission.statements.vocabulary import KeyRole

LEAST_DIGITS = 8


def rotate(mission: Mission, role: KeyRole, at_us: int) -> Published:
    """Replace this party's key of a role by a fresh one. The old file stays until the log holds the rotation."""
    old, new = mission.keys.of(role), new_key(mission.party, role, mission.means.entropy)
    body = Rotate(role, old.public, new.public, _possession(mission, mission.party, role, new))
    return _publish(mission, ROTATE, body, at_us, (old, new), lambda: _keep(mission, new))


def revoke(mission: Mission, key: str, from_entry: int | None, at_us: int) -> Published:
    """Report one of this party's keys, named by its first digits, stolen: from `from_entry` (default: now) on."""
    body = Revoke(find_own(mission, key), mission.pending().size if from_entry is None else from_entry)
    return _publish(mission, REVOKE, body, at_us)


def find_own(mission: Mission, digits: str) -> str:
    """The key of this party (hex) that begins with these digits; UsageError unless it is exactly one."""
    uses = mission.pending().roster.keys.uses.values()
    found = [use.key for use in uses if use.party == mission.party and use.use != "mailbox"]
    found = [key for key in found if key.startswith(digits)]
    if len(digits) < LEAST_DIGITS or len(found) != 1:
        raise UsageError(
            f"which key of {mission.party} is this?",
            expected=f"at least {LEAST_DIGITS} of the digits that `veedor keys` shows, of one key",
            found=f"{digits}: {len(found)} keys",
        )
    return found[0]


def public_of(file: Path) -> str:
    """The public key (hex) of a key file."""
    return public_half(file.read_bytes(), file)[2]


def mailbox(mission: Mission, at_us: int) -> tuple[str, Published]:
    """A new mailbox of this party: its public key (hex). Older mailbox keys stay, to open what was sealed to them."""
    means, key = mission.means, new_mailbox_key(mission.party, mission.means.entropy)
    store_mailbox_key(mission.files, mission.folder, key, mission.means.need_passphrase(), means.entropy, means.work)
    return key.public, mission.publish(MAILBOX, Mailbox(key.public), at_us)


def delegate(
    mission: Mission,
    device: Device,
    scope: Sequence[DelegatedType],
    end_us: int,
    file: Path,
    passphrase: bytes,
    at_us: int,
) -> Published:
    """Give a fresh key, in `file` under a passphrase of its own, to a browser or device for types of statement."""
    means = mission.means
    key = new_key(mission.party, device, means.entropy)
    body = Delegate(key.public, device, tuple(sorted(set(scope))), end_us)
    return _publish(
        mission,
        DELEGATE,
        body,
        at_us,
        (key,),
        lambda: write_key(mission.files, file, key, passphrase, means.entropy, means.work),
    )


def recover(
    mission: Mission,
    party: str,
    role: KeyRole,
    at_us: int,
    *,
    author: str,
    others: Sequence[str] = (),
    recovery_key: Path | None = None,
) -> Progress:
    """Replace a lost or stolen key of `party` by a fresh one made here: with its recovery key (from `recovery_key` or
    this folder), or, where `others` are named, by the signatures of the author and them.

    A statement of `author`, which signs last; published at once where that is this copy's party and all is there.
    """
    state = mission.pending()
    if party not in state.roster.members:
        raise UsageError(f"{party} is not a member", expected=", ".join(state.roster.members), found=party)
    key = None if others else _recovery_key(mission, party, recovery_key)
    new = new_key(party, role, mission.means.entropy)
    body = Recover(party, role, new.public, _possession(mission, party, role, new), key.public if key else "")
    keys = [new] if key is None else [new, key]
    proposal = propose(mission, RECOVER, body, at_us, others, author=author, keys=keys)
    _keep(mission, new)
    if author == mission.party and author in mission.folder.parties and not others:
        return sign(mission, proposal)
    return Progress(proposal, tuple(sorted({author, *others})))


def _recovery_key(mission: Mission, party: str, file: Path | None) -> Key:
    public = mission.pending().roster.members[party].keys.recovery
    if file is None:
        return mission.keys.of("recovery", party)
    key = open_key(file.read_bytes(), mission.means.need_passphrase(), file)
    if key.public != public:
        raise UsageError(
            f"this is not the recovery key that {party} has now", file=str(file), expected=public, found=key.public
        )
    return key


def _keep(mission: Mission, key: Key) -> None:
    means = mission.means
    keep_new(mission.files, mission.folder, key, means.need_passphrase(), means.entropy, means.work)


def _possession(mission: Mission, party: str, role: KeyRole, key: Key) -> str:
    state = mission.state
    message = possession_message(state.genesis.origin, party, state.roster.members[party].role, role, key.public)
    return key.signing.sign(message).hex()


def _publish(
    mission: Mission,
    kind: BodyType[B],
    body: B,
    at_us: int,
    co_signers: Sequence[Key] = (),
    keep: Callable[[], None] = lambda: None,
) -> Published:
    """`keep` writes the new private key, once it is known that the statement would count."""
    state = mission.pending()
    keys = {key.public: key.signing for key in (mission.keys.of("statement"), *co_signers)}
    seq, prev = state.next_of(mission.party)
    chain = Chain(state.genesis_digest, mission.party, seq, prev, at_us, tuple(sorted(keys)))
    data = payload(kind, chain, body)
    need_counting(data, kind.schema_id, state)
    keep()
    return mission.publish_signed(signed(data, list(keys.values())))
