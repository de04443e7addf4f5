"""What an accord can say: one frozen struct per thing, every word from a closed list, no expressions, no defaults that
decide anything. `accord/1` is the canonical JSON of `Accord`; its SHA-256 is what the parties sign.

Everything with a name stands in a table under its id, so order in the file means nothing. Numbers that are compared are
fractions written as text ("95/100"). Every deadline names what it is counted from (`anchor`): see ANCHORS below.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from veedor.accord.calendars import CalendarTable
from veedor.accord.deadlines import Deadline
from veedor.accord.zones import ZoneTable
from veedor.mission.statements.acts import DocumentKind
from veedor.mission.statements.vocabulary import CodeName, DataClass, OptionalHex32, PartyId

MOST_OF_A_KIND = 500
"""Obligations, measures, metrics, … that one accord may have of each kind."""
MOST_TESTS = 20
MOST_PARTIES = 24

Id = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$(?!\\n)", max_length=40, description="id within the accord")]
OptionalId = Annotated[
    str, Meta(pattern="^([a-z][a-z0-9_]*)?$(?!\\n)", max_length=40, description="id, or empty: none")
]
Fraction = Annotated[
    str,
    Meta(
        pattern="^(0|[1-9][0-9]{0,17})(/[1-9][0-9]{0,17})?$(?!\\n)",
        max_length=37,
        description="number or fraction, exact: 24, 95/100",
    ),
]
Line = Annotated[str, Meta(min_length=1, max_length=400, pattern="^[^\\x00-\\x1f\\x7f-\\x9f]*$(?!\\n)")]
InstantText = Annotated[str, Meta(max_length=20, description="instant in UTC, YYYY-MM-DDTHH:MMZ")]
Some = Annotated[tuple[Id, ...], Meta(max_length=MOST_OF_A_KIND)]
SomeParties = Annotated[tuple[PartyId, ...], Meta(max_length=MOST_PARTIES)]

GLOBAL_ANCHORS = ("accord.signed", "accord.in_force", "date.", "event.", "met.", "granted.", "active.")
"""What any deadline may be counted from; those that end in a dot take an id: `met.radar` is when the obligation
`radar` was first met or cured, `event.request` the first log time of that event. Each slot below says which anchors
of its own it has."""


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of all structs of an accord: what is not known is refused, nothing changes."""


class Text(Part, frozen=True):
    """The same words for people in both languages. No machine reads them."""

    en: Line
    es: Line


class Party(Part, frozen=True):
    """A party of the accord; its id is the member's in the genesis."""

    name: Text


class Authority(Part, frozen=True):
    """Whose act grants or ends a measure. `key`: its own Ed25519 public key, which then co-signs each of its acts;
    empty: its party's statement key speaks for it."""

    party: PartyId
    name: Text
    key: OptionalHex32


class Event(Part, frozen=True):
    """Something that happens and is stated in the log: `by` may state it, and one of them is enough."""

    text: Text
    by: Annotated[SomeParties, Meta(min_length=1)]


class NamedDate(Part, frozen=True):
    """An outside date: a summit, a vote, an end in a text."""

    text: Text
    at: InstantText


class FigureSeries(Part, frozen=True):
    """A figure that parties attest for periods, such as exports in barrels per day; `unit` is for people."""

    text: Text
    unit: CodeName


# --- metrics: computed from logged statements only, over the period of the obligation that asks ---


class DeliveredRatio(Part, frozen=True, tag="delivered_ratio", tag_field="kind"):
    """Share of the period that deposits of this class by this party cover, logged so far."""

    party: PartyId
    data_class: DataClass
    outages: Literal["delivered", "not_delivered"]


class LongestGap(Part, frozen=True, tag="longest_gap_hours", tag_field="kind"):
    """Longest stretch of the period, in hours, that no deposit of this class by this party covers."""

    party: PartyId
    data_class: DataClass
    outages: Literal["delivered", "not_delivered"]


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


# --- conditions ---


class All(Part, frozen=True, tag="all", tag_field="test"):
    of: Annotated[tuple[Condition, ...], Meta(min_length=1, max_length=MOST_TESTS)]


class AnyOf(Part, frozen=True, tag="any", tag_field="test"):
    of: Annotated[tuple[Condition, ...], Meta(min_length=1, max_length=MOST_TESTS)]


class NOf(Part, frozen=True, tag="n_of", tag_field="test"):
    n: Annotated[int, Meta(ge=1, le=MOST_TESTS)]
    of: Annotated[tuple[Condition, ...], Meta(min_length=1, max_length=MOST_TESTS)]


class AtLeast(Part, frozen=True, tag="at_least", tag_field="test"):
    metric: Id
    value: Fraction


class AtMost(Part, frozen=True, tag="at_most", tag_field="test"):
    metric: Id
    value: Fraction


class Happened(Part, frozen=True, tag="happened", tag_field="test"):
    """The event was logged: of the same instance where the obligation arises by an event, else since its period
    began."""

    event: Id


Condition: TypeAlias = All | AnyOf | NOf | AtLeast | AtMost | Happened


# --- obligations ---


class Once(Part, frozen=True, tag="once", tag_field="each"):
    """It arises once; its period runs from `since` (global anchors) to its deadline."""

    since: Deadline


class Windows(Part, frozen=True, tag="window", tag_field="each"):
    """It arises for each window: the first begins at `first` (global anchors), each is `length` long (anchor
    `window.start`), the next begins where it ends."""

    first: Deadline
    length: Deadline


class ByEvent(Part, frozen=True, tag="event", tag_field="each"):
    """It arises with each instance of the event; its period begins there (anchor `trigger`)."""

    event: Id


Arises: TypeAlias = Once | Windows | ByEvent


class Cure(Part, frozen=True):
    """How a late performance is cured. `starts`: with lateness, or with the creditor's notice (statement `notice`).
    `within`: anchor `own.late` or `own.notice`."""

    starts: Literal["late", "notice"]
    within: Deadline


class Excuses(Part, frozen=True):
    """Grounds that excuse, if the debtor claims them in the log within `notice` (anchor `own.since`: when the ground
    began); a ground holds until the debtor says it ends, at most `longest` (anchor `own.since`)."""

    grounds: Annotated[Some, Meta(min_length=1)]
    notice: Deadline
    longest: Deadline


class Obligation(Part, frozen=True):
    """Who owes whom what, by when. `due`: anchors `window.start`, `window.end` or `trigger` beside the global ones.

    A condition that evidence can only make better (at least so much delivered, at most such a gap) is met as soon as it
    holds; any other is judged when its deadline passes. `cure`, `excuses`: None where there is none.
    """

    debtor: PartyId
    creditor: PartyId
    article: Line
    text: Text
    arises: Arises
    due: Deadline
    met_when: Condition
    cure: Cure | None
    excuses: Excuses | None


# --- measures ---


class Grants(Part, frozen=True):
    """`of` distinct authorities of `need` must grant; `by`: when the relief is promised (global anchors)."""

    need: Annotated[Some, Meta(min_length=1)]
    of: Annotated[int, Meta(ge=1, le=MOST_OF_A_KIND)]
    by: Deadline


class Term(Part, frozen=True):
    """How long it runs (anchors `own.active` and the global ones) and what then follows without a renewal."""

    ends: Deadline
    then: Literal["lapse", "wind_down"]
    renewal: Literal["new_grant", "none"]


class Ladder(Part, frozen=True):
    """`warn`: anchor `own.late`, the lateness of a required obligation; `suspend`: anchor `own.breached`."""

    warn: Deadline
    suspend: Deadline


class WindDown(Part, frozen=True):
    """`length`: anchor `own.suspended`; at its end the measure lapses."""

    length: Deadline
    new_business: Literal["forbidden", "allowed"]


class StaysIf(Part, frozen=True):
    """Who must consent, in the log, before the notice takes effect, for the measure to stay."""

    need: Annotated[SomeParties, Meta(min_length=1)]
    of: Annotated[int, Meta(ge=1, le=MOST_PARTIES)]


class Snapback(Part, frozen=True):
    """`notice_by`: who may give notice; `takes_effect`: anchor `own.notice`."""

    notice_by: Annotated[SomeParties, Meta(min_length=1)]
    takes_effect: Deadline
    stays_if: StaysIf


Effect = Literal["no_effect", "warn", "suspend"]


class Effects(Part, frozen=True):
    """What it does to the measure when a required obligation is in one of these states. No default: must be written."""

    undetermined: Effect
    disputed: Effect
    excused: Effect


class Cap(Part, frozen=True):
    """At most `limit` of the figure over one grant, as attested."""

    figure: Id
    limit: Fraction


class Watch(Part, frozen=True):
    """What shows the use of a measure: `sources` attest; a figure of new business ("" for none); kinds of findings that
    speak of use outside its scope."""

    sources: SomeParties
    new_business: OptionalId
    out_of_scope: Annotated[tuple[CodeName, ...], Meta(max_length=50)]


class Measure(Part, frozen=True):
    """A relief that one party gives another. `starts_when`: obligations that must have been met or cured before it
    runs;
    `requires`: obligations whose lateness or breach moves it down the ladder; `implemented_by`: anchor `own.active`."""

    by: PartyId
    to: PartyId
    instrument: Literal["general_licence", "specific_licence", "waiver", "delisting", "release_of_funds"]
    citation: Line
    scope: Text
    grant: Grants
    implemented_by: Deadline
    starts_when: Some
    requires: Some
    term: Term
    ladder: Ladder
    wind_down: WindDown
    snapback: Snapback | None
    when: Effects
    cap: Cap | None
    watch: Watch


# --- the rest ---


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
