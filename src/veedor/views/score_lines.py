"""Lines of `veedor evaluate --json`: findings beside the simulator's truth."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from veedor.views.line import Line


class KindScoreLine(Line, frozen=True, kw_only=True):
    """How good the findings of one kind are (`simulate.score.KindScore`)."""

    schema: Literal["evaluation-kind/1"] = "evaluation-kind/1"
    kind: str
    findings: int
    true: int
    again: int
    truths: int
    seen: int
    found: int
    found_seen: int


class InstanceScoreLine(Line, frozen=True, kw_only=True):
    """One laundering instance, the share of its payments in one finding, and which."""

    schema: Literal["evaluation-instance/1"] = "evaluation-instance/1"
    instance: str
    typology: str
    payments: int
    share: float
    kind: str
    finding: str


class PlaceErrorLine(Line, frozen=True, kw_only=True):
    """Errors of place in metres of true findings of one kind."""

    schema: Literal["evaluation-place/1"] = "evaluation-place/1"
    kind: str
    count: int
    median_m: float
    p90_m: float


class ReliabilityLine(Line, frozen=True, kw_only=True):
    """Findings with a score from `low` to below `high`, and how many are true."""

    schema: Literal["evaluation-reliability/1"] = "evaluation-reliability/1"
    low: int
    high: int
    findings: int
    true: int


class FooledLine(Line, frozen=True, kw_only=True):
    """False findings of one kind that an innocent look-alike explains."""

    schema: Literal["evaluation-fooled/1"] = "evaluation-fooled/1"
    kind: str
    lookalike: str
    findings: int


class NotScoredLine(Line, frozen=True, kw_only=True):
    """Findings of a kind of which the simulator's truth says nothing: how many, neither true nor false."""

    schema: Literal["evaluation-not-scored/1"] = "evaluation-not-scored/1"
    kind: str
    findings: int


SCORE_LINES: tuple[type[Struct], ...] = (
    KindScoreLine, InstanceScoreLine, PlaceErrorLine, ReliabilityLine, FooledLine, NotScoredLine,
)  # fmt: skip
