"""Whom and what the rules of an accord name: parties, authorities, events, outside dates, figures."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from veedor.accord.model.parts import InstantText, Part, SomeParties, Text
from veedor.mission.statements.vocabulary import CodeName, OptionalHex32, PartyId


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

    @property
    def is_rate(self) -> bool:
        """Whether its unit has `_per_` in it, as barrels_per_day has: of a rate, periods are never added up."""
        return "_per_" in self.unit
