"""Payments and findings in the order of a model: a private list of what to look at first, with reasons.

Findings keep every byte: their score stays what it is, and the order stands beside them. A finding ranks by the highest
of the payments that are its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.money import columns
from veedor.money.columns import Ints
from veedor.ranking import features
from veedor.ranking.flows import Floats, Flows
from veedor.ranking.model import RankingModel
from veedor.ranking.records import Records
from veedor.views.ranked import RankedFindingLine, RankedPaymentLine, RankedRecord, RankPart

SHOWN_PARTS = 5
_MOST_MILLI = 2**53 - 1


@dataclass(frozen=True)
class Ranked:
    """The order. `payments`: places in the flows, first the one to look at first, ties by payment id; `scores` and
    `rows` (features) by place; `findings`: (row of FINDINGS, payment it ranks by) likewise, those of no payment
    last."""

    flows: Flows
    model: RankingModel
    found: pa.Table
    payments: Ints
    scores: Floats
    rows: Floats
    findings: tuple[tuple[int, int | None], ...]

    def payment_lines(self, limit: int = 0) -> Iterator[RankedPaymentLine]:
        """The first `limit` payments (0: all), each with what added most to its score."""
        packed = self.model.packed()
        chosen = self.payments[: limit or None]
        for begin in range(0, len(chosen), 10_000):
            places = chosen[begin : begin + 10_000]
            parts = packed.parts(self.rows[places])
            said = columns.take(self.flows.payments, places).to_pylist()
            for number, (place, row, part) in enumerate(zip(places.tolist(), said, parts, strict=True), begin + 1):
                yield RankedPaymentLine(
                    place=number,
                    payment=f"{row['payment'] % 2**64:016x}",
                    payer=row["payer"],
                    payee=row["payee"],
                    known_us=int(self.flows.known[place]),
                    amount_units=row["amount_units"],
                    amount_exponent=row["amount_exponent"],
                    currency=row["currency"],
                    score_milli=_milli(self.scores[place]),
                    above_line=bool(self.scores[place] >= self.model.line),
                    base_milli=_milli(part[-1]),
                    parts=self._parts(place, part),
                    records=_records(row),
                    simulated=row["simulated"],
                )

    def _parts(self, place: int, part: Floats) -> tuple[RankPart, ...]:
        largest = np.argsort(-np.abs(part[:-1]), kind="stable")[:SHOWN_PARTS].tolist()
        shown = [
            RankPart(feature=features.NAMES[at], value_milli=_milli(self.rows[place, at]), milli=_milli(part[at]))
            for at in largest
            if _milli(part[at])
        ]
        return tuple(shown)

    def finding_lines(self, limit: int = 0) -> Iterator[RankedFindingLine]:
        """The findings in this order, the first `limit` (0: all)."""
        rows = self.found.select(["id", "kind", "subject"]).to_pylist()
        ids = self.flows.payments["payment"]
        for number, (at, place) in enumerate(self.findings[: limit or None], 1):
            yield RankedFindingLine(
                place=number,
                finding=rows[at]["id"].hex(),
                kind=rows[at]["kind"],
                subject=rows[at]["subject"],
                score_milli=None if place is None else _milli(self.scores[place]),
                payment=None if place is None else f"{ids[place].as_py() % 2**64:016x}",
            )


def rank(flows: Flows, found: pa.Table, model: RankingModel, since_us: int, until_us: int) -> Ranked:
    """Payments known from `since_us` to `until_us`, and the findings `found` by these, in the order of `model`.
    A payment's score is taken from what was known by then, whatever came later."""
    rows = features.features(flows)
    scores = model.packed().scores(rows)
    within = np.flatnonzero((flows.known >= since_us) & (flows.known <= until_us))
    # Flows are in order of time and id, so equal scores are too.
    payments = within[np.argsort(-scores[within], kind="stable")]
    records = Records(flows)
    ranked: list[tuple[int, int | None]] = []
    for at, row in enumerate(found.select(["evidence"]).to_pylist()):
        shown = records.payments(row["evidence"])
        shown = shown[(flows.known[shown] >= since_us) & (flows.known[shown] <= until_us)]
        ranked.append((at, int(shown[np.argmax(scores[shown])]) if len(shown) else None))
    ids = found["id"].to_pylist()
    ranked.sort(key=lambda each: (each[1] is None, 0.0 if each[1] is None else -scores[each[1]], ids[each[0]]))
    return Ranked(flows, model, found, payments, scores, rows, tuple(ranked))


def _milli(value: float) -> int:
    """Thousandths, half away from zero; a sum beyond 2^53 thousandths as that."""
    return int(np.sign(value)) * min(int(abs(float(value)) * 1000 + 0.5), _MOST_MILLI)


def _records(row: dict[str, object]) -> tuple[RankedRecord, ...]:
    pairs = [(row[f"{side}_deposit"], row[f"{side}_row"]) for side in ("debit", "credit")]
    return tuple(
        RankedRecord(deposit=deposit.hex(), row=number)
        for deposit, number in pairs
        if isinstance(deposit, bytes) and isinstance(number, int)
    )
