"""A relief that one party gives another: who grants it, on what it hangs, how it runs down, ends and snaps back."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from veedor.accord.deadlines import Deadline
from veedor.accord.model.parts import (
    MOST_OF_A_KIND,
    MOST_PARTIES,
    Fraction,
    Id,
    Line,
    OptionalId,
    Part,
    Some,
    SomeParties,
    Text,
)
from veedor.mission.statements.vocabulary import CodeName, PartyId


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
