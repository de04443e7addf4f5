"""Lines of a private order (`veedor ranking`): what to look at first by a model that its owner trained, and the model.

Integers: scores are thousandths of natural log-odds, shares per mille. They stand in no finding.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class RankPart(Struct, frozen=True, kw_only=True):
    """What one feature added to a score; `value_milli`: the feature's value in thousandths."""

    feature: str
    value_milli: int
    milli: int


class RankedRecord(Struct, frozen=True, kw_only=True):
    """A record that shows the payment."""

    deposit: str
    row: int


class RankedPaymentLine(Struct, frozen=True, kw_only=True):
    """One payment of the order, first place 1. `parts`: what added most, strongest first; with those not shown and
    `base_milli` they add up to the score. `above_line`: where F1 was best on payments with labels."""

    schema: Literal["ranked-payment/1"] = "ranked-payment/1"
    place: int
    payment: str
    payer: str | None
    payee: str | None
    known_us: int
    amount_units: int
    amount_exponent: int
    currency: str
    score_milli: int
    above_line: bool
    base_milli: int
    parts: tuple[RankPart, ...]
    records: tuple[RankedRecord, ...]
    simulated: bool


class RankedFindingLine(Struct, frozen=True, kw_only=True):
    """One finding of the order: `finding` is its id, `payment` the payment of its evidence that ranks highest; null
    where its evidence shows none."""

    schema: Literal["ranked-finding/1"] = "ranked-finding/1"
    place: int
    finding: str
    kind: str
    subject: str
    score_milli: int | None
    payment: str | None


class RankingLine(Struct, frozen=True, kw_only=True):
    """What a model learned from and how good it was on the time after: see `ranking.model`. Spans: first and last
    payment. Measures per mille; `amount_at_100_permille` is precision among the hundred largest amounts."""

    schema: Literal["ranking/1"] = "ranking/1"
    file: str
    library: str
    labels: int
    labels_sha256: str
    idle: int
    suspicious: int
    cleared: int
    others: int
    disputed: int
    learned_us: tuple[int, int]
    chosen_us: tuple[int, int]
    measured_us: tuple[int, int]
    measured: int
    measured_suspicious: int
    average_precision_permille: int
    precision_at_100_permille: int
    amount_at_100_permille: int
    precision_permille: int
    recall_permille: int
    f1_permille: int
    false_per_10_000: int
    trees: int
    simulated: bool


RANKING_LINES: tuple[type[Struct], ...] = (RankedPaymentLine, RankedFindingLine, RankingLine)
