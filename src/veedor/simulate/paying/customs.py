"""Innocent customs that look like laundering: collections, small payrolls, escrow, takings, harvest money, sweeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from veedor.simulate.paying.further import LIKE, ORDINARY
from veedor.simulate.paying.people import People
from veedor.simulate.paying.stories import COP, Story, Teller
from veedor.simulate.scale import DAY_S, Scale
from veedor.simulate.seeds import child

CUSTOMS = ("collection", "payroll", "escrow", "takings", "harvest", "sweep")
_SHARES = (0.22, 0.22, 0.20, 0.18, 0.08, 0.10)


def customs(seed: int, scale: Scale, people: People, further: Sequence[str], opened: set[int]) -> list[Story]:
    """`money_lookalikes` stories spread over the whole period, and as many for each typology of `further` as each of
    the four ordinary ones has. New accounts in `opened` are left alone."""
    made = []
    for number in range(scale.money_lookalikes):
        rng = child(seed, "custom", number)
        kind = CUSTOMS[int(rng.choice(len(CUSTOMS), p=_SHARES))]
        teller = Teller(rng, people, int(rng.integers(3)), scale.days * DAY_S - 600.0, opened)
        made.append(_TOLD[kind](teller, rng.uniform(0.0, scale.days - 9.0)))
    for typology in further:
        for number in range(scale.money_lookalikes // ORDINARY):
            rng = child(seed, f"like {typology}", number)
            teller = Teller(rng, people, int(rng.integers(3)), scale.days * DAY_S - 600.0, opened)
            told = LIKE[typology][number % len(LIKE[typology])]
            made.append(told(teller, rng.uniform(0.0, scale.days - 9.0)))
    return made


def _collection(teller: Teller, day: float) -> Story:
    """Members of a club or tenants of a house pay the same sum to one account, where it stays or pays the rent."""
    rng = teller.rng
    club = teller.pick("company" if rng.random() < 0.6 else "person", 1)[0]
    members = teller.pick("person", int(rng.integers(7, 20)), (club,))
    units = teller.money(rng.uniform(20, 260))
    for member in members:
        teller.pay(member, club, units, teller.opening_hours(day + rng.uniform(0, 6)), "cuota")
    if rng.random() < 0.35:
        share = units * len(members) * 6 // 10 // 10_000 * 10_000 or units
        teller.pay(club, teller.pick("company", 1, (club,))[0], share, teller.opening_hours(day + 8), "alquiler")
    return teller.told("collection", False, club)


def _payroll(teller: Teller, day: float) -> Story:
    """A small firm pays its people within minutes, much the same sum to each."""
    rng = teller.rng
    firm = teller.pick("company", 1)[0]
    t = teller.opening_hours(day)
    wage = rng.uniform(120, 420)
    for person in teller.pick("person", int(rng.integers(7, 20))):
        teller.pay(
            firm, person, teller.money(wage * rng.choice([1.0, 1.0, 1.25, 1.6])), t + rng.uniform(0, 900), "nomina"
        )
    return teller.told("payroll", False, firm)


def _escrow(teller: Teller, day: float) -> Story:
    """An exchange house or notary passes a customer's money on within hours and keeps its fee."""
    rng = teller.rng
    house = teller.pick("exchange" if rng.random() < 0.7 else "company", 1)[0]
    t = teller.opening_hours(day)
    for _ in range(int(rng.integers(1, 5))):
        payer = teller.pick("person" if rng.random() < 0.5 else "company", 1, (house,))[0]
        payee = teller.pick("company", 1, (house, payer))[0]
        dollars = rng.lognormal(np.log(900), 1.0)
        teller.pay(payer, house, teller.money(dollars), t, "factura")
        teller.pay(
            house,
            payee,
            teller.money(dollars * rng.uniform(0.975, 0.995)),
            t + rng.uniform(0.3, 40) * 3600,
            "pago proveedor",
        )
        t += rng.uniform(0.1, 1.5) * DAY_S
    return teller.told("escrow", False, house)


def _takings(teller: Teller, day: float) -> Story:
    """A shop banks its takings: odd sums as the tills were, now and then near the sum others avoid."""
    rng = teller.rng
    shop = teller.pick("shop", 1)[0]
    typical = rng.uniform(250, 1_900)
    for n in range(int(rng.integers(5, 10))):
        teller.bank_cash(shop, teller.money(typical * rng.lognormal(0.0, 0.25)), teller.opening_hours(day + n))
    return teller.told("takings", False, shop)


def _harvest(teller: Teller, day: float) -> Story:
    """A buyer pays the co-operative, which pays its farmers within two days."""
    rng = teller.rng
    coop = teller.pick("coop", 1)[0]
    farmers = teller.pick("person", int(rng.integers(8, 24)))
    shares = [teller.money(rng.uniform(90, 700)) for _ in farmers]
    t = teller.opening_hours(day)
    teller.pay(teller.pick("company", 1)[0], coop, int(sum(shares) * 1.06) // 10_000 * 10_000 + 10_000, t, "cosecha")
    for farmer, units in zip(farmers, shares, strict=True):
        teller.pay(coop, farmer, units, t + rng.uniform(1, 46) * 3600.0, "cosecha")
    return teller.told("harvest", False, coop)


def _sweep(teller: Teller, day: float) -> Story:
    """Branches send the evening's balance to headquarters, which places it the same night."""
    rng = teller.rng
    head = teller.pick("headquarters", 1)[0]
    branches = teller.pick("company", int(rng.integers(4, 9)))
    evening = (np.floor(day) + 0.93) * DAY_S
    total = 0
    for branch in branches:
        units = teller.money(rng.lognormal(np.log(3_500), 0.6))
        teller.pay(branch, head, units, evening + rng.uniform(0, 1_500), "barrido tesoreria")
        total += units
    step = 10_000 if teller.market == COP else 1
    teller.pay(
        head, teller.pick("company", 1, tuple(branches))[0], total // step * step, evening + 3_600, "barrido tesoreria"
    )
    return teller.told("sweep", False, head)


_TOLD = {
    "collection": _collection, "payroll": _payroll, "escrow": _escrow, "takings": _takings, "harvest": _harvest,
    "sweep": _sweep,
}  # fmt: skip
