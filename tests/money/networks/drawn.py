"""Small random payments for oracles: few accounts and moments, so that equal times and window ends are common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from tests.money.making import DAY_US, START_US, payment, payments

ACCOUNTS = "ABCDEF"


@dataclass(frozen=True)
class Paid:
    """One payment as an oracle sees it; `time` and `latest` in microseconds."""

    id: int
    payer: str
    payee: str
    time: int
    latest: int
    amount: int
    currency: str


def draw(seed: int, count: int = 26, accounts: int = 6, days: int = 6) -> tuple[pa.Table, list[Paid]]:
    """Payments in disorder and those that count: not of an account to itself, not reversed, both sides known. Some are
    known by their date alone, some written with more decimals than others."""
    random = np.random.default_rng(seed)
    rows: list[dict[str, Any]] = []
    kept = []
    for number in range(count):
        payer, payee = (ACCOUNTS[random.integers(accounts)] for _ in range(2))
        dated, reverse, unknown = random.random() < 0.3, random.random() < 0.05, random.random() < 0.05
        hours = 24 * int(random.integers(days)) + (0 if dated else 6 * int(random.integers(4)))
        places, units = int(random.integers(2, 4)), int(random.integers(5, 14))
        currency = "USD" if random.random() < 0.8 else "COP"
        made = payment(
            number, payer, None if unknown else payee, units * 10 ** (places - 2), hours, amount_exponent=places,
            currency=currency, time_is_date=dated, reversed=reverse,
        )  # fmt: skip
        rows.append(made)
        if payer != payee and not reverse and not unknown:
            time = START_US + hours * 3_600_000_000
            kept.append(Paid(number, payer, payee, time, time + (DAY_US - 1 if dated else 0), units * 10, currency))
    return payments([rows[at] for at in random.permutation(count)]), kept


def joined(windows: list[set[Any]]) -> list[set[Any]]:
    """Windows in order, those joined that share a member with what was joined before."""
    runs: list[set[Any]] = []
    for window in windows:
        if runs and runs[-1] & window:
            runs[-1] |= window
        else:
            runs.append(set(window))
    return runs
