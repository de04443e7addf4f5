"""One occurrence of a pattern: the account it is about, its payments, and that account's other payments beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from veedor.engine.findings import Evidence
from veedor.money import amounts, columns
from veedor.money.columns import Bools, Ints
from veedor.money.ledger import DAY_US, Ledger
from veedor.money.places import country


@dataclass(frozen=True)
class Instance:
    """`members` are events of the ledger, ascending, all of one group; `moved` is what tracing.trace found."""

    ledger: Ledger
    group: int
    members: Ints
    moved: Any

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

    def side(self, incoming: bool) -> Ints:
        return np.asarray(self.members[self.ledger.incoming[self.members] == incoming], dtype=np.int64)

    def total(self, events: Ints) -> int:
        """Exact sum of amounts, in units of 10^-exponent."""
        return sum(self.ledger.amount[events].tolist())

    def share_moved(self, events: Ints) -> int:
        """How much of these payments was passed on (or came in) within the delay, per mille."""
        return amounts.permille(sum(self.moved[events].tolist()), self.total(events))

    def money(self, units: int) -> str:
        return amounts.text(units, int(self.ledger.group_exponent[self.group]), self.currency)

    def others(self, events: Ints) -> Ints:
        """Distinct known counterparties, as codes."""
        codes = np.unique(self.ledger.other[events])
        return np.asarray(codes[codes >= 0], dtype=np.int64)

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
    """Which events have another payment of the same counterparty and direction a rhythm earlier or later."""
    ledger, history = instance.ledger, instance.history
    side = history[ledger.incoming[history] == bool(ledger.incoming[events[0]])]
    side = side[ledger.other[side] >= 0]
    start = int(ledger.time[history[0]])
    width = int(ledger.time[history[-1]]) - start + 800 * DAY_US
    if not len(side) or int(ledger.other[side].max() + 1) > (2**62) // width:
        return np.zeros(len(events), np.bool_)
    key = np.sort(ledger.other[side] * width + (ledger.time[side] - start) + 400 * DAY_US)
    own = ledger.other[events] * width + (ledger.time[events] - start) + 400 * DAY_US
    found = np.zeros(len(events), np.bool_)
    for low, high in rhythms_days:
        for early, late in ((low, high), (-high, -low)):
            left = np.searchsorted(key, own + early * DAY_US, side="left")
            right = np.searchsorted(key, own + late * DAY_US, side="right")
            found |= right > left
    return found & (ledger.other[events] >= 0)
