"""When a promise is kept: tests of metrics and events, joined by all, any and n-of."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from msgspec import Meta

from veedor.accord.model.parts import MOST_TESTS, Fraction, Id, Part


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
