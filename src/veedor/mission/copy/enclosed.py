"""What goes with a statement that is being made, for some members only: who can be reached, content, sealed bytes.

The content is made ready before the statement is signed, so that the statement can commit to it; it is sealed when the
statement has its digest, and durable in payloads/ before the statement is (append.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from veedor.mission.state.fold import State
from veedor.mission.statements.contents import Contents, Head, described, encode_contents
from veedor.mission.statements.salts import SALT_BYTES, Entropy, Private
from veedor.mission.statements.sealed import (
    PAYLOAD_DOMAIN,
    Bound,
    OpenedPayload,
    Recipient,
    commitment_to,
    seal_payload,
)

SUFFIX = ".sealed"


@dataclass(frozen=True)
class Named:
    """A document with the name its author has for it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Enclosed:
    """Content that is ready. `readers` have a mailbox each, the author's own among them where it has one;
    `unreached` it was meant for too, but they have none."""

    payload: OpenedPayload
    readers: tuple[str, ...]
    unreached: tuple[str, ...]


def mailboxes(state: State) -> Mapping[str, bytes]:
    """Each member's mailbox key (32 bytes) in this state; members without one are not in it."""
    return {party: bytes.fromhex(key) for party, key in state.roster.keys.mailboxes.items()}


def enclose(
    state: State,
    author: str,
    to: Iterable[str],
    private: Private,
    entropy: Entropy,
    document: Named | None = None,
) -> Enclosed | None:
    """The openings collected so far, and a document, for `to`; None where nobody but the author could read it."""
    held, wanted = mailboxes(state), set(to) - {author}
    if not wanted & set(held):
        return None
    readers = tuple(sorted((wanted | {author}) & set(held)))
    openings = private.openings("")
    named = None if document is None else described(document.name, document.content)
    head = Head("payload-content/1", readers, openings.share, openings.openings, named)
    content = encode_contents(Contents(head, b"" if document is None else document.content))
    return Enclosed(OpenedPayload(entropy(SALT_BYTES), content), readers, tuple(sorted(wanted - set(held))))


def committed(enclosed: Enclosed, private: Private) -> str:
    """The commitment (hex) with which a statement binds the payload; its opening joins those of the statement."""
    digest = hashlib.sha256(enclosed.payload.content).digest()
    return private.keep(enclosed.payload.salt, PAYLOAD_DOMAIN, digest)


def seal_enclosed(enclosed: Enclosed, state: State, author: str, statement: str, entropy: Entropy) -> tuple[str, bytes]:
    """Name and bytes of the file in payloads/, now that the statement's digest is known."""
    commitment = commitment_to(enclosed.payload.salt, enclosed.payload.content)
    bound = Bound(state.genesis_digest, statement, commitment, author)
    held = mailboxes(state)
    data = seal_payload(bound, enclosed.payload, [Recipient(party, held[party]) for party in enclosed.readers], entropy)
    return hashlib.sha256(data).hexdigest() + SUFFIX, data
