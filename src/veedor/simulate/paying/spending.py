"""Ordinary money: a day of purchases, transfers, bills, wages, remittances, suppliers, sweeps and cash, vectorised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from veedor.simulate.paying.payments import CARD, CASH, NOBODY, PURPOSE, TRANSFER, Payments, joined
from veedor.simulate.paying.people import MARKETS, People
from veedor.simulate.scale import DAY_S
from veedor.simulate.seeds import child


@dataclass(frozen=True)
class _Habit:
    """Who pays whom, how, for what, how much (median in dollars, spread of its logarithm), and how often."""

    payer: str
    payee: str
    instrument: int
    purpose: str
    median: float
    spread: float
    share: float
    days: tuple[int, ...] = ()  # days of the month on which it happens; empty: every day


_PAYDAYS = (13, 14, 28, 29)
_HARVEST = tuple(range(8, 21))
_HABITS = (
    _Habit("person", "shop", CARD, "compra", 14.0, 0.9, 0.40),
    _Habit("person", "person", TRANSFER, "transferencia", 22.0, 1.0, 0.20),
    _Habit("exchange", "person", TRANSFER, "remesa familiar", 85.0, 0.6, 0.06),
    _Habit("person", "utility", TRANSFER, "servicio mensual", 12.0, 0.5, 0.09),
    _Habit("company", "person", TRANSFER, "nomina", 240.0, 0.5, 0.60, _PAYDAYS),
    _Habit("shop", "company", TRANSFER, "pago proveedor", 420.0, 1.0, 0.07),
    _Habit("company", "company", TRANSFER, "factura", 1_100.0, 1.1, 0.04),
    _Habit("company", "headquarters", TRANSFER, "barrido tesoreria", 5_200.0, 0.8, 0.012),
    _Habit("", "shop", CASH, "deposito en efectivo", 320.0, 0.7, 0.025),
    _Habit("person", "", CASH, "retiro en efectivo", 45.0, 0.6, 0.05),
    _Habit("coop", "person", TRANSFER, "cosecha", 160.0, 0.6, 0.03, _HARVEST),
)


def ordinary_payments(seed: int, people: People, day: int, count: int) -> Payments:
    """About `count` payments of one day (more on paydays, fewer otherwise)."""
    return habitual(child(seed, "spending", day), people, day, count)


def habitual(rng: np.random.Generator, people: People, day: int, count: int) -> Payments:
    """What everybody's habits make of one day, which may lie before the start."""
    parts = []
    for number, market in enumerate(MARKETS):
        for habit in _HABITS:
            if habit.days and day % 30 not in habit.days:
                continue
            size = int(rng.poisson(count * market.share * habit.share * 0.94))
            payer = _somebody(rng, people, number, habit.payer, size)
            payee = _somebody(rng, people, number, habit.payee, size)
            rough = rng.lognormal(np.log(habit.median * market.dollar * 100), habit.spread, size)
            units = np.maximum(np.round(rough / market.step), 1).astype(np.int64) * market.step
            hour = rng.triangular(11.5, 17.0, 27.5, size)  # UTC: half past seven to half past eleven at night
            real = payer != payee
            parts.append(
                Payments(
                    payer[real], payer[real], payee[real], units[real], (day * DAY_S + hour * 3600.0)[real],
                    np.full(int(real.sum()), habit.instrument), np.full(int(real.sum()), PURPOSE[habit.purpose]),
                    np.full(int(real.sum()), -1),
                )
            )  # fmt: skip
    return joined(parts)


def _somebody(rng: np.random.Generator, people: People, market: int, role: str, size: int) -> np.ndarray:
    """Members of a role; a few are much busier than most."""
    if not role:
        return np.full(size, NOBODY, dtype=np.int64)
    members = people.roles[market][role]
    return members[(rng.random(size) ** 1.6 * len(members)).astype(np.int64)]
