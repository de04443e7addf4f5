"""Who owes whom what: when it arises, by when it is due, what cures it and what excuses it."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta

from veedor.accord.deadlines import Deadline
from veedor.accord.model.conditions import Condition
from veedor.accord.model.parts import Id, Line, Part, Some, Text
from veedor.mission.statements.vocabulary import PartyId


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
