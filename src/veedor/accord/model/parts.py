"""What every struct of an accord is made of: ids, exact numbers, lines in two languages, and how many there may be."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from veedor.mission.statements.vocabulary import PartyId

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
