"""Openings that may go to everybody, sealed again to members who could not be reached when the statement was made.

Who was reached already is known from this party's own payloads, which are sealed to itself too: so it needs a mailbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from veedor.errors import UsageError
from veedor.mission.acts.payloads import payloads_here
from veedor.mission.copy.append import Mission
from veedor.mission.copy.enclosed import mailboxes
from veedor.mission.copy.mailbox import MailboxKey
from veedor.mission.statements.salts import Private, decode_openings


@dataclass(frozen=True)
class Resent:
    """A payload that was made for `readers` who had not got the openings of this statement."""

    statement: str
    payload: str
    readers: tuple[str, ...]


def resend(mission: Mission, keys: Sequence[MailboxKey]) -> Iterator[Resent]:
    """Seal this party's openings that may go to everybody to each member with a mailbox who has not got them yet.

    Safe to repeat: the second time there is nothing to do. UsageError where this party has no mailbox itself.
    """
    held = mailboxes(mission.state)
    if mission.party not in held or held[mission.party].hex() not in {key.public for key in keys}:
        raise UsageError(
            "what was sent to whom is known only from what was sealed to this party too",
            found=f"no mailbox of {mission.party} in this copy",
            next_step="publish one: `veedor keys mailbox`",
        )
    reached: dict[str, set[str]] = {}
    for here in payloads_here(mission, keys):
        if here.contents is None or here.statement is None or here.statement.chain.party != mission.party:
            continue
        reached.setdefault(here.statement.digest, set()).update(here.contents.head.readers)
    for link in mission.state.chains.get(mission.party, ()):
        missing = set(held) - reached.get(link.digest, set())
        private = _shared(mission, link.digest) if missing - {mission.party} else None
        if private is None:
            continue
        enclosed = mission.confidential.enclose(missing, private)
        if enclosed is not None:
            yield Resent(link.digest, mission.confidential.send(enclosed, link.digest), enclosed.readers)


def _shared(mission: Mission, statement: str) -> Private | None:
    """The openings of a statement as a collector, where they may go to everybody."""
    file = mission.folder.openings / f"{statement}.json"
    if not mission.files.exists(file):
        return None
    openings = decode_openings(mission.files.read(file), str(file))
    if openings.share != "everybody":
        return None
    private = mission.confidential.collect(share=True)
    for each in openings.openings:
        private.keep(bytes.fromhex(each.salt), each.domain, bytes.fromhex(each.value))
    return private
