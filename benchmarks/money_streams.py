"""Streams of payments for benchmarks of patterns: random ones, and the same with patterns planted among them.

Random: 100,000 accounts of which few pay and are paid often (Zipf, exponent 0.75), 33,000 payments a day, all times
different. Planted: one payment in ten belongs to a scatter-gather, a cycle, a fan or a gather-scatter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.tables import PAYMENTS

ACCOUNTS, A_DAY, DAY_US = 100_000, 33_000, 86_400_000_000
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Stream:
    """Payments in order of time; `time` in whole microseconds of which each is a different second at least."""

    payer: Integers
    payee: Integers
    time: Integers
    amount: Integers

    @property
    def payments(self) -> pa.Table:
        """As rows of the table `payments`, each shown by one entry."""
        return self.table(0, int(max(self.payer.max(), self.payee.max())) + 1)

    def table(self, first: int, accounts: int) -> pa.Table:
        """The same, where so many payments come before these."""
        count = len(self.payer)
        names = pa.array([f"AC{number:08d}" for number in range(accounts)])
        known = {
            "payment": pa.array(first + np.arange(count)),
            "account": names.take(pa.array(self.payer)),
            "payer": names.take(pa.array(self.payer)),
            "payee": names.take(pa.array(self.payee)),
            "time": pa.array(self.time, pa.timestamp("us", tz="UTC")),
            "amount_units": pa.array(self.amount),
            "amount_exponent": pa.array(np.full(count, 2), pa.int8()),
            "currency": pa.array(["USD"] * count),
            "match": pa.array(["single"] * count),
            "debit_deposit": pa.array([bytes(32)] * count, pa.binary(32)),
            "debit_row": pa.array(first + np.arange(count)),
            "entries": pa.array(np.ones(count, np.int32)),
            **{name: pa.array(np.zeros(count, np.int32)) for name in ("messages", "legs")},
            "further": pa.array([[]] * count, PAYMENTS.schema.field("further").type),
            **{
                name: pa.array([False] * count)
                for name in ("time_is_date", "conflict", "reversed", "recalled", "simulated")
            },
        }
        columns = {field.name: known.get(field.name, pa.nulls(count, field.type)) for field in PAYMENTS.schema}
        return PAYMENTS.cast(pa.table(columns))


def stream(count: int, seed: int, planted: bool) -> Stream:
    """`count` payments, none of an account to itself."""
    random = np.random.default_rng(seed)
    share = 1 / np.arange(1, ACCOUNTS + 1) ** 0.75
    share /= share.sum()
    day_us = int(count / A_DAY * DAY_US)
    rows = [[], [], [], []]  # type: list[list[Integers]]
    plain = count * 9 // 10 if planted else count
    payer, payee = (random.permutation(ACCOUNTS)[random.choice(ACCOUNTS, 2 * plain, p=share)] for _ in range(2))
    other = np.flatnonzero(payer != payee)[:plain]
    for column, values in zip(
        rows,
        (
            payer[other],
            payee[other],
            random.integers(0, day_us, plain),
            random.lognormal(9, 1.4, plain).astype(np.int64) + 1,
        ),
        strict=True,
    ):
        column.append(values)
    held = plain
    while held < count:
        edges = one_pattern(random, day_us)
        for column, values in zip(rows, edges, strict=True):
            column.append(values)
        held += len(edges[0])
    payer, payee, time, amount = (np.concatenate(column)[:count] for column in rows)
    order = np.argsort(time, kind="stable")
    # Whole seconds, all different: the peer keeps times as seconds, and orders equal ones its own way.
    second = time[order] // 1_000_000
    second = np.maximum.accumulate(second - np.arange(count)) + np.arange(count)
    return Stream(payer[order], payee[order], second * 1_000_000, amount[order])


def one_pattern(
    random: np.random.Generator, day_us: int, accounts: int = ACCOUNTS
) -> tuple[Integers, Integers, Integers, Integers]:
    """One pattern within a day among accounts drawn alike."""
    kind, size = int(random.integers(4)), int(random.integers(3, 9))
    if accounts == ACCOUNTS:
        names = random.choice(ACCOUNTS, 2 * size + 1, replace=False).astype(np.int64)
    else:
        names = np.unique(random.integers(0, accounts, 4 * size))
        names = random.permutation(names)[: 2 * size + 1]
    hub, some, others = names[0], names[1 : size + 1], names[size + 1 :]
    sum_ = int(random.integers(50_000, 900_000))
    start = int(random.integers(0, day_us))
    step = np.sort(random.integers(0, DAY_US * 9 // 10, 2 * size))
    many, last = np.full(size, hub), np.full(size, others[0])
    less = sum_ * 98 // 100
    if kind == 0:  # scatter-gather
        payer, payee = np.concatenate((many, some)), np.concatenate((some, last))
        amount = np.concatenate((np.full(size, sum_), np.full(size, less)))
    elif kind == 1:  # cycle
        payer, payee = some, np.roll(some, -1)
        amount, step = (sum_ * 99 ** np.arange(size) // 100 ** np.arange(size)), step[:size]
    elif kind == 2:  # fan-in and what it passes on
        payer, payee = np.append(some, hub), np.append(many, others[0])
        amount, step = np.append(np.full(size, sum_), less * size), np.append(step[:size], step[-1])
    else:  # gather-scatter
        payer, payee = np.concatenate((some, many)), np.concatenate((many, others))
        amount = np.concatenate((np.full(size, sum_), np.full(size, less)))
    return payer, payee, start + step[: len(payer)], amount
