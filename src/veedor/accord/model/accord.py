"""One version of an accord: what the parties sign."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from veedor.accord.calendars import CalendarTable
from veedor.accord.deadlines import Deadline
from veedor.accord.model.around import Meeting, Participation, Period, Quota, Step
from veedor.accord.model.measures import Measure
from veedor.accord.model.metrics import Metric
from veedor.accord.model.named import Authority, Event, FigureSeries, NamedDate, Party
from veedor.accord.model.obligations import Obligation
from veedor.accord.model.parts import MOST_OF_A_KIND, MOST_PARTIES, Id, Part, Text
from veedor.accord.zones import ZoneTable
from veedor.mission.statements.vocabulary import OptionalHex32, PartyId


class Accord(Part, frozen=True):
    """One version of an accord. Version 1 supersedes nothing; each later one names the digest of the one before.

    `in_force`: global anchors without those of rules; never before all parties have signed.
    """

    schema: Literal["accord/1"]
    accord: Id
    version: Annotated[int, Meta(ge=1, le=10_000)]
    supersedes: OptionalHex32
    title: Text
    in_force: Deadline
    parties: Annotated[dict[PartyId, Party], Meta(min_length=2, max_length=MOST_PARTIES)]
    authorities: Annotated[dict[Id, Authority], Meta(max_length=MOST_OF_A_KIND)]
    zones: Annotated[dict[str, ZoneTable], Meta(max_length=24)]
    calendars: Annotated[dict[str, CalendarTable], Meta(max_length=24)]
    dates: Annotated[dict[Id, NamedDate], Meta(max_length=MOST_OF_A_KIND)]
    events: Annotated[dict[Id, Event], Meta(max_length=MOST_OF_A_KIND)]
    figures: Annotated[dict[Id, FigureSeries], Meta(max_length=MOST_OF_A_KIND)]
    metrics: Annotated[dict[Id, Metric], Meta(max_length=MOST_OF_A_KIND)]
    obligations: Annotated[dict[Id, Obligation], Meta(min_length=1, max_length=MOST_OF_A_KIND)]
    measures: Annotated[dict[Id, Measure], Meta(max_length=MOST_OF_A_KIND)]
    disputes: Annotated[tuple[Step, ...], Meta(max_length=10)]
    quotas: Annotated[dict[Id, Quota], Meta(max_length=MOST_OF_A_KIND)]
    periods: Annotated[dict[Id, Period], Meta(max_length=MOST_OF_A_KIND)]
    meetings: Annotated[dict[Id, Meeting], Meta(max_length=MOST_OF_A_KIND)]
    participation: Participation
