"""What a condition measures: each from logged statements only, over the period of the obligation that asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from veedor.accord.model.parts import Id, Part, SomeParties
from veedor.mission.statements.acts import DocumentKind
from veedor.mission.statements.vocabulary import CodeName, DataClass, PartyId

Outages: TypeAlias = Literal["delivered", "not_delivered"]


class DeliveredRatio(Part, frozen=True, tag="delivered_ratio", tag_field="kind"):
    """Share of the period that deposits of this class by this party cover, logged so far."""

    party: PartyId
    data_class: DataClass
    outages: Outages


class LongestGap(Part, frozen=True, tag="longest_gap_hours", tag_field="kind"):
    """Longest stretch of the period, in hours, that no deposit of this class by this party covers."""

    party: PartyId
    data_class: DataClass
    outages: Outages


class AnswerTime(Part, frozen=True, tag="answer_hours", tag_field="kind"):
    """Longest time, in hours of log time, from an instance of `asked` in the period to the same instance of `answered`;
    what is not answered counts until now."""

    asked: Id
    answered: Id


class DocumentsAttested(Part, frozen=True, tag="documents_attested", tag_field="kind"):
    """How many documents of this kind the party attested (log time) in the period or later."""

    party: PartyId
    document: DocumentKind


class EventsCounted(Part, frozen=True, tag="events_counted", tag_field="kind"):
    """How many instances of the event were logged in the period or later."""

    event: Id


class FindingsCounted(Part, frozen=True, tag="findings_counted", tag_field="kind"):
    """Findings of this kind in what the party reported of its runs in the period or later."""

    party: PartyId
    finding: CodeName


class FigureValue(Part, frozen=True, tag="figure", tag_field="kind"):
    """The figure of the period as this source attests it: the last one logged whose dates lie within the period."""

    figure: Id
    source: PartyId


class FigureDisagreement(Part, frozen=True, tag="figure_disagreement", tag_field="kind"):
    """(largest - smallest) / largest of what the sources attest for the period; 0 where all say 0."""

    figure: Id
    sources: Annotated[SomeParties, Meta(min_length=2)]


class OpenDiscrepancies(Part, frozen=True, tag="open_discrepancies", tag_field="kind"):
    """Discrepancies about the party's deposits that are not settled. Refused until its statement type exists."""

    party: PartyId


class InspectionsRefused(Part, frozen=True, tag="inspections_refused", tag_field="kind"):
    """Challenges that the party did not reveal. Refused until its statement type exists."""

    party: PartyId


Metric: TypeAlias = (
    DeliveredRatio
    | LongestGap
    | AnswerTime
    | DocumentsAttested
    | EventsCounted
    | FindingsCounted
    | FigureValue
    | FigureDisagreement
    | OpenDiscrepancies
    | InspectionsRefused
)
MISSING_TYPES: Mapping[type[Part], str] = {OpenDiscrepancies: "discrepancy/1", InspectionsRefused: "reveal/1"}
"""Metrics whose statement types do not exist yet: `accord check` refuses them by name."""
