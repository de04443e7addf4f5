"""`attest`: a document that a member stands for; the log holds commitments, the document goes to named recipients.

What is public is the kind, the day it was issued and two commitments: no name, no digest, no word of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import get_args

from veedor.errors import UsageError
from veedor.mission.copy.append import Mission, Published
from veedor.mission.copy.enclosed import Named, committed
from veedor.mission.statements.acts import Attest, DocumentKind
from veedor.mission.statements.contents import LARGEST_DOCUMENT
from veedor.mission.statements.types import ATTEST
from veedor.mission.statements.vocabulary import REFUSED_CLASSES

DOCUMENT_DOMAIN = "document/1"


def document_kind(name: str) -> DocumentKind:
    """The kind by its name; UsageError for one that there is not, and for reports that must not be handed in."""
    if name in REFUSED_CLASSES:
        raise UsageError(
            "suspicious-transaction reports, and the fact that one exists, are never handed in or attested",
            found=name,
            next_step="the financial-intelligence unit keeps them",
        )
    for kind in get_args(DocumentKind):
        if kind == name:
            return kind  # type: ignore[no-any-return] # get_args is untyped
    raise UsageError("there is no such kind of document", expected=", ".join(get_args(DocumentKind)), found=name)


def attest(
    mission: Mission, document: Named, kind: DocumentKind, issued_us: int, to: Sequence[str], at_us: int
) -> Published:
    """Attest a document issued on the day `issued_us`, and send it to the members `to`, who must have mailboxes.

    Without `to` nothing is sent: whoever gets the document by another way can be shown the opening later. UsageError
    for a document that is empty or over 64 MiB, or a recipient who is no member, the author, or has no mailbox.
    """
    if not 0 < len(document.content) <= LARGEST_DOCUMENT:
        raise UsageError(
            "this cannot be attested as one document",
            file=document.name,
            expected=f"1 to {LARGEST_DOCUMENT} bytes",
            found=f"{len(document.content)} bytes",
        )
    members = mission.state.roster.members
    for name in to:
        if name not in members or name == mission.party:
            others = ", ".join(each for each in members if each != mission.party)
            raise UsageError("this is no other member of the mission", expected=others, found=name)
    private = mission.confidential.collect(share=False)
    bound = private.commit(DOCUMENT_DOMAIN, hashlib.sha256(document.content).digest())
    enclosed = mission.confidential.enclose(to, private, document) if to else None
    if to and (enclosed is None or enclosed.unreached):
        lacking = sorted(set(to)) if enclosed is None else enclosed.unreached
        raise UsageError(
            "nothing can be sealed to a member without a mailbox",
            found=", ".join(lacking),
            next_step="ask them to publish one: `veedor keys mailbox`",
        )
    body = Attest(kind, issued_us, bound, "" if enclosed is None else committed(enclosed, private))
    return mission.publish(ATTEST, body, at_us, private, enclosed)
