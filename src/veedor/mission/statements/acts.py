"""What members do besides handing in: look at data, attest documents, label what they stated.

Rules of the fold for each: docs/decisions/0006-log-and-exchange.md; what they do: `veedor.mission.state.acts`.
"""

from __future__ import annotations

from typing import Literal

from veedor.mission.statements.bodies import Body, Handling
from veedor.mission.statements.vocabulary import Count, DataClass, Hex32, OptionalHex32, PartyId, Purpose, TimeUs

DocumentKind = Literal["court_document", "export_figures", "authority_act", "identity", "meeting_record", "other"]


class Look(Body, frozen=True):
    """The author looked at confidential data of `owner`: what class, why, how many records. `query` is a commitment."""

    owner: PartyId
    data_class: DataClass
    purpose: Purpose
    count: Count
    looked_us: TimeUs
    query: Hex32


class Attest(Body, frozen=True):
    """The author attests a document. `document` commits to its SHA-256, `payload` to the payload that holds it for its
    recipients, or is empty."""

    kind: DocumentKind
    issued_us: TimeUs
    document: Hex32
    payload: OptionalHex32


class Label(Body, frozen=True):
    """The handling of an earlier statement of the author from now on."""

    statement: Hex32
    handling: Handling
