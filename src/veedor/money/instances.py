"""One occurrence of a pattern: the account it is about, its payments, and that account's other payments beside them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from veedor.engine.findings import Evidence
from veedor.money import amounts, columns
from veedor.money.amounts import median
from veedor.money.columns import Bools, Ints
from veedor.money.ledger import DAY_US, Ledger
from veedor.money.places import country

LEAST_SILENT_DAYS = 30
"""An account without a payment for so long had slept."""

LEAST_GAP_DAYS = 5
"""Counterparties whose payments typically lie closer together than this are in daily business."""


@dataclass(frozen=True)
class Instance:
    """`members` are events of the ledger, ascending, all of one group; `moved` and `moment` are what tracing found;
    `gathered`: money came in slowly and left in one payment."""

    ledger: Ledger
    group: int
    members: Ints
    moved: Any
    moment: Ints
    gathered: bool = False

    @cached_property
    def account(self) -> str:
        return str(self.ledger.accounts[int(self.ledger.group_account[self.group])].as_py())

    @cached_property
    def currency(self) -> str:
        return self.ledger.currencies[int(self.ledger.group_currency[self.group])]

    @cached_property
    def history(self) -> Ints:
        """All events of the account in this currency."""
        return np.arange(self.ledger.starts[self.group], self.ledger.starts[self.group + 1])

    @cached_property
    def inside(self) -> Bools:
        """Which events of `history` are members."""
        found = np.zeros(len(self.history), np.bool_)
        found[self.members - self.history[0]] = True
        return found

    @property
    def is_new(self) -> bool:
        """Whether the account's first payment on record is one of the instance."""
        return bool(self.inside[0])

    @property
    def silent_days(self) -> int:
        """Whole days without any payment of the account before the instance; 0 where nothing came before."""
        first = int(self.members[0] - self.history[0])
        time = self.ledger.time[self.history]
        return int(time[first] - time[first - 1]) // DAY_US if first else 0

    def side(self, incoming: bool) -> Ints:
        return np.asarray(self.members[self.ledger.incoming[self.members] == incoming], dtype=np.int64)

    def total(self, events: Ints) -> int:
        """Exact sum of amounts, in units of 10^-exponent."""
        return sum(self.ledger.amount[events].tolist())

    def cash(self, events: Ints) -> Bools:
        """Which of these payments are cash."""
        return np.asarray(self.ledger.cash[events], dtype=np.bool_)

    def share_moved(self, events: Ints) -> int:
        """How much of these payments was passed on (or came in) within the delay, per mille."""
        return amounts.permille(sum(self.moved[events].tolist()), self.total(events))

    def money(self, units: int) -> str:
        return amounts.text(units, int(self.ledger.group_exponent[self.group]), self.currency)

    def others(self, events: Ints) -> set[int]:
        """Distinct known counterparties, as codes."""
        return set(self.ledger.other[events].tolist()) - {-1}

    def largest_parties(self, events: Ints) -> list[int]:
        """What each known counterparty paid or got in these events, largest first."""
        sums: dict[int, int] = {}
        others, amounts_of = self.ledger.other[events].tolist(), self.ledger.amount[events].tolist()
        for other, amount in zip(others, amounts_of, strict=True):
            if other >= 0:
                sums[other] = sums.get(other, 0) + amount
        return sorted(sums.values(), reverse=True)

    def column(self, name: str, events: Ints) -> list[Any]:
        values = columns.take(self.ledger.payments[name], self.ledger.payment[events])
        return list(values.to_pylist())

    def span_us(self, events: Ints) -> tuple[int, int]:
        """First and last moment as recorded."""
        times = columns.integers(columns.take(self.ledger.payments["time"], self.ledger.payment[events]))
        return int(times.min()), int(times.max())

    @cached_property
    def simulated(self) -> bool:
        return any(self.column("simulated", self.members))

    def countries(self, events: Ints) -> list[tuple[str | None, str | None]]:
        """(own country, other side's country) of each event."""
        sides = [self.column(f"{party}{what}", events) for party in ("payer", "payee") for what in ("", "_bank")]
        made = []
        for incoming, payer, payer_bank, payee, payee_bank in zip(
            self.ledger.incoming[events].tolist(), *sides, strict=True
        ):
            ends = country(payer, payer_bank), country(payee, payee_bank)
            made.append((ends[1], ends[0]) if incoming else ends)
        return made

    def evidence(self, events: Ints, roles: tuple[str, str]) -> list[Evidence]:
        """Entries of these payments, `roles` for incoming and outgoing: the account's own entry of every payment
        first, then the other side's, so that a cut at 200 rows still shows as many payments as it can."""
        sides = {
            side: (self.column(f"{side}_deposit", events), self.column(f"{side}_row", events))
            for side in ("credit", "debit")
        }
        own, other = [], []
        for at, incoming in enumerate(self.ledger.incoming[events].tolist()):
            found = [
                Evidence(deposits[at], rows[at], rows[at], roles[0] if incoming else roles[1])
                for deposits, rows in (
                    sides[side] for side in (("credit", "debit") if incoming else ("debit", "credit"))
                )
                if deposits[at] is not None
            ]
            own += found[:1]
            other += found[1:]
        return own + other


def recurring(instance: Instance, events: Ints, rhythms_days: Sequence[tuple[int, int]]) -> Bools:
    """Which events have another payment of the same counterparty and direction, of like size (a quarter more or less
    at most), a rhythm earlier or later. Who pays every few days has no rhythm, though any day would hit one."""
    ledger, history = instance.ledger, instance.history
    side = history[ledger.incoming[history] == bool(ledger.incoming[events[0]])]
    wanted = set(ledger.other[events].tolist())
    times: dict[int, tuple[list[int], list[int]]] = {}
    for other, time, amount in zip(
        ledger.other[side].tolist(), ledger.time[side].tolist(), ledger.amount[side].tolist(), strict=True
    ):
        if other >= 0 and other in wanted:
            moments, sizes = times.setdefault(other, ([], []))
            moments.append(time)
            sizes.append(amount)
    windows = [*rhythms_days, *((-high, -low) for low, high in rhythms_days)]
    found = np.zeros(len(events), np.bool_)
    for at, event in enumerate(events.tolist()):
        moments, sizes = times.get(int(ledger.other[event]), ([], []))
        if len(moments) > 2 and median(np.diff(moments).tolist()) < LEAST_GAP_DAYS * DAY_US:
            continue
        time, amount = int(ledger.time[event]), int(ledger.amount[event])
        for early, late in windows:
            first = bisect_left(moments, time + early * DAY_US)
            last = bisect_right(moments, time + late * DAY_US)
            if any(3 * amount <= 4 * size and 3 * size <= 4 * amount for size in sizes[first:last]):
                found[at] = True
                break
    return found
