"""Which payments the records of a finding's evidence are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from veedor.money.columns import Ints
from veedor.ranking.flows import Flows

MOST_ROWS = 10_000
"""Of one range of rows in evidence; ranges of findings of payments are short."""


class Records:
    """Payments by the two source records that each names."""

    def __init__(self, flows: Flows) -> None:
        self._payment: dict[tuple[bytes, int], int] = {}
        for side in ("debit", "credit"):
            deposits, rows = (flows.payments[f"{side}_{name}"].to_pylist() for name in ("deposit", "row"))
            for at, (deposit, row) in enumerate(zip(deposits, rows, strict=True)):
                if deposit is not None and row is not None:
                    self._payment.setdefault((deposit, row), at)

    def payments(self, evidence: Iterable[Mapping[str, Any]]) -> Ints:
        """Places in the flows of the payments that these records show, each once, in order of time."""
        found = set()
        for each in evidence:
            for row in range(each["row"], min(each["last_row"], each["row"] + MOST_ROWS) + 1):
                at = self._payment.get((each["deposit"], row))
                if at is not None:
                    found.add(at)
        return np.array(sorted(found), np.int64)
