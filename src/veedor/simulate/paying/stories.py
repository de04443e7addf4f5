"""Stories told in payments: what is common to laundering instances and to their innocent look-alikes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from veedor.simulate.paying.payments import CASH, NOBODY, TRANSFER, Deal
from veedor.simulate.paying.people import MARKETS, People
from veedor.simulate.paying.wires import Leg
from veedor.simulate.scale import DAY_S

VES, USD, COP = range(len(MARKETS))


@dataclass(frozen=True)
class Declared:
    """Cash told to customs on the way in: by whose account's holder, hundredths of the account's currency, seconds."""

    account: int
    units: int
    t: float


@dataclass(frozen=True)
class Story:
    """`kind` is the typology, or the name of the innocent custom; `flight` the mission it followed, if any (-1); `tied`
    are accounts of whose holders the bank's customer file says something alike; `declared` what customs were told."""

    kind: str
    illicit: bool
    subject: int  # the account in the middle of it
    deals: tuple[Deal, ...]
    flight: int = -1
    tied: tuple[int, ...] = ()
    declared: tuple[Declared, ...] = ()


@dataclass
class Teller:
    """Writes the deals of one story: amounts in dollars of the market, times in seconds, nothing after the end.
    `opened` are new accounts that a story has already; tellers of one scenario share it."""

    rng: np.random.Generator
    people: People
    market: int
    last_s: float
    opened: set[int]
    deals: list[Deal] = field(default_factory=list)
    declared: list[Declared] = field(default_factory=list)

    def pick(self, role: str, count: int = 1, but: tuple[int, ...] = ()) -> list[int]:
        """Different accounts of a role at banks under the accord, at random; a new one once, while there are any."""
        pool = self.people.roles[self.market][role]
        pool = pool[(self.people.bank[pool] < 4) & ~np.isin(pool, but)]
        if role == "new":
            free = pool[~np.isin(pool, sorted(self.opened))]
            pool = free if len(free) >= count else pool
        picked = [int(n) for n in self.rng.choice(pool, min(count, len(pool)), replace=False)]
        self.opened.update(picked if role == "new" else ())
        return picked

    def take(self, role: str) -> int:
        """An account of a role at whatever bank that no story has; any of them where all are taken."""
        pool = self.people.roles[self.market][role]
        free = pool[~np.isin(pool, sorted(self.opened))]
        taken = int(self.rng.choice(free if len(free) else pool))
        self.opened.add(taken)
        return taken

    def in_market(self, market: int) -> Teller:
        """The same story told on in another currency."""
        return replace(self, market=market)

    def money(self, dollars: float) -> int:
        place = MARKETS[self.market]
        return max(1, round(dollars * place.dollar * 100 / place.step)) * place.step

    def round_money(self, dollars: float, to: float) -> int:
        """An amount people name: a multiple of `to` (units of the currency)."""
        return max(1, round(dollars * MARKETS[self.market].dollar / to)) * round(to * 100)

    def pay(self, payer: int, payee: int, units: int, t: float, purpose: str) -> None:
        self.deals.append(Deal(payer, payee, units, min(t, self.last_s), TRANSFER, purpose))

    def wire(
        self, payer: int, payee: int, units: int, t: float, purpose: str, *legs: Leg, shown: int | None = None,
        told: bool = True,
    ) -> None:  # fmt: skip
        """A transfer with the messages of banks for it; `shown` and `told` as of a Deal."""
        self.deals.append(Deal(payer, payee, units, min(t, self.last_s), TRANSFER, purpose, legs, shown, told))

    def bank_cash(self, payee: int, units: int, t: float) -> None:
        self.deals.append(Deal(NOBODY, payee, units, min(t, self.last_s), CASH, "deposito en efectivo"))

    def draw_cash(self, payer: int, units: int, t: float) -> None:
        self.deals.append(Deal(payer, NOBODY, units, min(t, self.last_s), CASH, "retiro en efectivo"))

    def declare(self, account: int, units: int, t: float) -> None:
        self.declared.append(Declared(account, units, min(t, self.last_s)))

    def told(
        self, kind: str, illicit: bool, subject: int, flight: int = -1, tied: Sequence[int] = ()
    ) -> Story:  # fmt: skip
        return Story(kind, illicit, subject, tuple(self.deals), flight, tuple(tied), tuple(self.declared))

    def opening_hours(self, day: float) -> float:
        """Some moment of a working day, in seconds."""
        return float((np.floor(day) + self.rng.uniform(12.5, 20.5) / 24.0) * DAY_S)
