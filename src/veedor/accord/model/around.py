"""What stands around obligations and measures: disputes, quotas, periods, meetings, and how a party steps out."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from veedor.accord.deadlines import Deadline
from veedor.accord.model.obligations import Windows
from veedor.accord.model.parts import Id, Part, Some, Text
from veedor.mission.statements.vocabulary import DataClass, PartyId


class Step(Part, frozen=True):
    """A step of the dispute ladder; `within`: anchor `own.step`, when the step began."""

    panel: Text
    within: Deadline


class Quota(Part, frozen=True):
    """At most `most` instances of the event, stated by this party, per window; what is beyond gives rise to nothing."""

    event: Id
    party: PartyId
    windows: Windows
    most: Annotated[int, Meta(ge=0, le=1_000_000)]


class Period(Part, frozen=True):
    """How long data of a class are kept, or may not be published; `length`: anchor `own.logged`, of the deposit."""

    kind: Literal["retention", "embargo"]
    data_class: DataClass
    length: Deadline


class Meeting(Part, frozen=True):
    """A meeting that is planned; `at`: global anchors."""

    place: Text
    agenda: Text
    at: Deadline


class Participation(Part, frozen=True):
    """`suspend`, `withdraw`: when a party's notice takes effect (anchor `own.notice`). `survives`: obligations and
    measures that go on after the accord has ended."""

    suspend: Deadline
    withdraw: Deadline
    survives: Some
