"""Lines about an accord: what `accord check` finds. What follows from one is `veedor.accord.verdict`, as it stands."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from veedor.accord.determined import Determined
from veedor.accord.incidents import Incident
from veedor.accord.verdict import Verdict
from veedor.errors import InputError
from veedor.views.accord_calendar import AccordCalendar


class ProblemLine(Struct, frozen=True, kw_only=True):
    """One problem of an accord file; `place` is its line and column."""

    schema: Literal["accord_problem/1"] = "accord_problem/1"
    file: str | None
    place: str | None
    problem: str
    expected: str | None
    found: str | None

    @staticmethod
    def of(error: InputError) -> ProblemLine:
        return ProblemLine(
            file=error.file, place=error.place, problem=error.problem, expected=error.expected, found=error.found
        )


class CheckedLine(Struct, frozen=True, kw_only=True):
    """An accord that was checked: how many problems, and the digest that would be signed."""

    schema: Literal["accord_checked/1"] = "accord_checked/1"
    accord: str
    version: int
    digest: str
    problems: int


class IncidentLine(Struct, frozen=True, kw_only=True):
    """One incident with every claim, its answers and what contradicts itself."""

    schema: Literal["accord_incident/2"] = "accord_incident/2"
    incident: Incident


class DeterminedLine(Struct, frozen=True, kw_only=True):
    """One verdict that people determined, and whether the one that is computed here is the same."""

    schema: Literal["accord_determined/2"] = "accord_determined/2"
    determined: Determined


class AuthorityKeyLine(Struct, frozen=True, kw_only=True):
    """A key that was made for an authority of a party: its public half (hex), for the accord, and where it lies."""

    schema: Literal["authority_key/1"] = "authority_key/1"
    party: str
    key: str
    file: str


class RuleLine(Struct, frozen=True, kw_only=True):
    """One rule of an accord as a sentence."""

    schema: Literal["accord_rule/1"] = "accord_rule/1"
    rule: str
    language: str
    text: str


ACCORD_LINES: tuple[type[Struct], ...] = (
    *(ProblemLine, CheckedLine, RuleLine, AccordCalendar, IncidentLine, DeterminedLine, AuthorityKeyLine, Verdict),
)
