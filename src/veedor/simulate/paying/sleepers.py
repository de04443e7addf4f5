"""Accounts that sleep for weeks or months and then move large sums, some of them for good reasons; and the statements
of the months before, by which anybody can see that they slept.

Banks hand in earlier statements of a part of all customers, drawn by account, sleepers among them.
"""

from __future__ import annotations

import numpy as np

from veedor.simulate.columns import Ints
from veedor.simulate.paying.payments import PURPOSE, TRANSFER, Payments, joined
from veedor.simulate.paying.people import MARKETS, People, at_home, beside
from veedor.simulate.paying.spending import habitual
from veedor.simulate.paying.stories import COP, Story, Teller
from veedor.simulate.scale import DAY_S, Scale
from veedor.simulate.seeds import child

SLEEPER = "sleeper"
EARLIER_DAYS = 90
"""So many days before the start begin the earlier statements."""
_PART, _MOST = 0.08, 3_000


def with_sleepers(seed: int, people: People, count: int) -> People:
    """The same people, and `count` little used accounts in every currency."""
    rng = child(seed, SLEEPER)
    market = np.repeat(np.arange(len(MARKETS)), count)
    prices = np.array([place.dollar for place in MARKETS])[market]
    steps = np.array([place.step for place in MARKETS])[market]
    opening = np.round(rng.uniform(20, 400, len(market)) * prices * 100).astype(np.int64) // steps * steps
    return beside(rng, people, SLEEPER, market, at_home(rng, market, ours=True), opening=opening)


def awakened(teller: Teller, day: float, mission: int) -> Story:
    """Somebody lends or sells an old account: large sums come from firms, and leave within a day or two."""
    rng = teller.rng
    account = teller.take(SLEEPER)
    t = teller.opening_hours(day)
    for _ in range(int(rng.integers(2, 6))):
        payer, payee = teller.pick("company", 2)
        dollars = rng.uniform(2_500, 20_000)
        teller.pay(payer, account, teller.money(dollars), t, str(rng.choice(["factura", "prestamo", "pago proveedor"])))
        left = dollars * rng.uniform(0.9, 0.99)
        if rng.random() < 0.3:
            step = 10_000 if teller.market == COP else 100
            drawn = max(step, teller.money(left * rng.uniform(0.2, 0.5)) // step * step)
            teller.draw_cash(account, drawn, t + rng.uniform(2, 24) * 3600.0)
            left -= drawn / 100 / MARKETS[teller.market].dollar
        teller.pay(account, payee, teller.money(left), t + rng.uniform(1, 36) * 3600.0, "pago proveedor")
        t += rng.uniform(0.4, 1.5) * DAY_S
    return teller.told("awakened", True, account, mission)


def savings_for_a_house(teller: Teller, day: float) -> Story:
    """An old account of savings wakes for the sale of a house: the buyer's money comes in one or two parts, most of it
    buys the next house, with the notary and the tax."""
    rng = teller.rng
    account = teller.take(SLEEPER)
    buyer, seller = teller.pick("person", 2)
    office, agent = teller.pick("company", 2)
    dollars, t = rng.uniform(8_000, 60_000), teller.opening_hours(day)
    parts = [1.0] if rng.random() < 0.5 else [0.1, 0.9]
    for part in parts:
        teller.pay(buyer, account, teller.money(dollars * part), t, "transferencia")
        t += rng.uniform(0.2, 4.0) * DAY_S
    for payee, share in ((seller, rng.uniform(0.5, 0.95)), (office, 0.02), (agent, 0.03)):
        if rng.random() < 0.8:
            teller.pay(account, payee, teller.money(dollars * share), t + rng.uniform(0.0, 3.0) * DAY_S, "factura")
    return teller.told("savings_for_a_house", False, account)


def off_season(teller: Teller, day: float) -> Story:
    """A grower's account has nothing to do until the harvest: the co-operative pays, and hands, diesel and sacks are
    paid out of it."""
    rng = teller.rng
    account, coop = teller.take(SLEEPER), teller.pick("coop")[0]
    earned = 0.0
    for delivery in range(int(rng.integers(2, 5))):
        dollars = rng.uniform(500, 4_000)
        earned += dollars
        when = teller.opening_hours(day + 2.0 * delivery + rng.uniform(0.0, 1.0))
        teller.pay(coop, account, teller.money(dollars), when, "cosecha")
    for worker in teller.pick("person", int(rng.integers(2, 7))):
        when = teller.opening_hours(day + rng.uniform(1.0, 8.5))
        teller.pay(account, worker, teller.money(earned * rng.uniform(0.03, 0.1)), when, "nomina")
    teller.pay(account, teller.pick("shop")[0], teller.money(earned * rng.uniform(0.1, 0.3)),
               teller.opening_hours(day + rng.uniform(1.0, 8.5)), "compra")  # fmt: skip
    return teller.told("off_season", False, account)


def legacy(teller: Teller, day: float) -> Story:
    """What somebody left comes to the account of one of the heirs, who gives the others their parts."""
    rng = teller.rng
    account, office = teller.take(SLEEPER), teller.pick("company")[0]
    heirs = teller.pick("person", int(rng.integers(1, 5)))
    dollars, t = rng.uniform(3_000, 40_000), teller.opening_hours(day)
    teller.pay(office, account, teller.money(dollars), t, "transferencia")
    for heir in heirs:
        when = t + rng.uniform(0.3, 7.0) * DAY_S
        teller.pay(account, heir, teller.money(dollars / (len(heirs) + 1)), when, "transferencia")
    return teller.told("legacy", False, account)


def drawn_customers(seed: int, people: People) -> Ints:
    """Whose earlier statements are handed in: a part of all customers, and every sleeper."""
    rng = child(seed, "earlier statements")
    count = min(_MOST, int(len(people) * _PART))
    some = rng.choice(len(people), count, replace=False)
    return np.unique(np.concatenate([some, *(roles[SLEEPER] for roles in people.roles)])).astype(np.int64)


def earlier_day(seed: int, scale: Scale, people: People, drawn: Ints, day: int) -> Payments:
    """What these customers paid and were paid on a day before the start, in order of time."""
    rng = child(seed, "earlier", -day)
    usual = habitual(rng, people, day, scale.payments_a_day)
    ours = np.isin(usual.payer, drawn) | np.isin(usual.payee, drawn)
    early = usual.t < 0  # what people do late at night falls on the next day
    whole = joined([usual.take(np.nonzero(ours & early)[0]), _last_signs(seed, people, day)])
    return whole.take(np.argsort(whole.t, kind="stable"))


def _last_signs(seed: int, people: People, day: int) -> Payments:
    """The few payments of sleepers before they fell asleep: bills, until a day of their own."""
    parts = []
    for market, roles in enumerate(people.roles):
        sleepers, offices = roles[SLEEPER], roles["utility"]
        rng = child(seed, "asleep", market)
        last = -rng.uniform(EARLIER_DAYS * 0.45, EARLIER_DAYS * 0.95, len(sleepers))
        chance = rng.uniform(0.1, 0.3, len(sleepers))
        today = child(seed, "last signs", market, -day)
        draws, which = today.random(len(sleepers)), today.integers(0, len(offices), len(sleepers))
        hours = today.uniform(12.5, 20.5, len(sleepers))
        awake = np.nonzero((day + 1 < last) & (draws < chance) | (np.floor(last) == day))[0]
        place = MARKETS[market]
        units = np.maximum(np.round(today.uniform(3, 9, len(sleepers)) * place.dollar * 100 / place.step), 1)
        count = len(awake)
        parts.append(
            Payments(
                sleepers[awake], sleepers[awake], offices[which[awake]], units[awake].astype(np.int64) * place.step,
                day * DAY_S + hours[awake] * 3600.0, np.full(count, TRANSFER),
                np.full(count, PURPOSE["servicio mensual"]), np.full(count, -1),
            )
        )  # fmt: skip
    return joined(parts)
