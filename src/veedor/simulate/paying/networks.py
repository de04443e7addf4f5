"""Laundering over several hubs as behaviour: layers of mules, rings of firms, accounts opened for one job."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from veedor.simulate.paying.stories import COP, USD, Story, Teller
from veedor.simulate.scale import DAY_S


def _scatter_gather(teller: Teller, day: float, mission: int) -> Story:
    """A firm spreads a sum over mules; each keeps a little and sends the rest to one and the same receiver."""
    rng = teller.rng
    source, sink = teller.pick("company", 2)
    total = rng.uniform(8_000, 40_000)
    for mule, share in _shares(teller, teller.pick("person", int(rng.integers(4, 13))), total):
        out = teller.opening_hours(day + rng.uniform(0.0, 2.0))
        teller.pay(source, mule, teller.money(share), out, "pago proveedor")
        onward = share * rng.uniform(0.92, 0.99)
        teller.pay(mule, sink, teller.money(onward), out + rng.uniform(3, 60) * 3600.0, "factura")
    return teller.told("scatter_gather", True, source, mission)


def _gather_scatter(teller: Teller, day: float, mission: int) -> Story:
    """Feeders fill one account in a few days; it is emptied over as many receivers in the days after."""
    rng = teller.rng
    hub = teller.pick("person" if rng.random() < 0.5 else "company", 1)[0]
    others = teller.pick("person", int(rng.integers(12, 28)), (hub,))
    cut = len(others) // 2 + int(rng.integers(-2, 3))
    total, latest = 0.0, 0.0
    for feeder in others[:cut]:
        dollars = rng.uniform(250, 1_800)
        t = teller.opening_hours(day + rng.uniform(0.0, 3.0))
        teller.pay(feeder, hub, teller.money(dollars), t, str(rng.choice(["transferencia", "cuota", "prestamo"])))
        total, latest = total + dollars, max(latest, t)
    for receiver, share in _shares(teller, others[cut:], total * rng.uniform(0.93, 0.99)):
        teller.pay(hub, receiver, teller.money(share), latest + rng.uniform(1, 48) * 3600.0, "transferencia")
    return teller.told("gather_scatter", True, hub, mission)


def _cycle(teller: Teller, day: float, mission: int) -> Story:
    """Firms and their men send a sum round and back to where it came from, each time a little less."""
    rng = teller.rng
    firms = teller.pick("company", int(rng.integers(2, 5)))
    ring = [*firms, *teller.pick("person", int(rng.integers(1, 4)))]
    dollars, t = rng.uniform(3_000, 25_000), teller.opening_hours(day)
    for _ in range(int(rng.integers(1, 4))):
        for payer, payee in itertools.pairwise([*ring, ring[0]]):
            teller.pay(payer, payee, teller.money(dollars), t, str(rng.choice(["factura", "prestamo"])))
            dollars *= 1.0 - rng.uniform(0.0, 0.03)
            t += rng.uniform(1, 22) * 3600.0
    return teller.told("cycle", True, ring[0], mission)


def _bipartite(teller: Teller, day: float, mission: int) -> Story:
    """Each of a handful of senders pays most of a handful of receivers, so that no one of them pays or gets much."""
    rng = teller.rng
    senders = teller.pick("person", int(rng.integers(4, 8)))
    receivers = teller.pick("person", int(rng.integers(4, 8)), tuple(senders))
    for sender, receiver in itertools.product(senders, receivers):
        if rng.random() < 0.9:
            t = teller.opening_hours(day + rng.uniform(0.0, 4.0))
            teller.pay(sender, receiver, teller.money(rng.uniform(150, 900)), t, "transferencia")
    return teller.told("bipartite", True, senders[0], mission)


def _stack(teller: Teller, day: float, mission: int) -> Story:
    """Three layers or four: every account of a layer passes what it got to all of the next, a day or so later."""
    rng = teller.rng
    sizes = [int(rng.integers(2, 5)) for _ in range(int(rng.integers(3, 5)))]
    people = teller.pick("person", sum(sizes))
    starts = [0, *itertools.accumulate(sizes)]
    layers = [people[a:b] for a, b in itertools.pairwise(starts)]
    held = rng.uniform(6_000, 30_000)
    for step, (upper, lower) in enumerate(itertools.pairwise(layers)):
        pairs = list(itertools.product(upper, lower))
        for payer, payee in pairs:
            t = teller.opening_hours(day + step * 1.4 + rng.uniform(0.0, 0.4))
            teller.pay(payer, payee, teller.money(held / len(pairs) * rng.uniform(0.85, 1.0)), t, "transferencia")
        held *= rng.uniform(0.93, 0.98)
    return teller.told("stack", True, layers[0][0], mission)


def _new_account(teller: Teller, day: float, mission: int) -> Story:
    """An account opened for one job: large sums come, nearly all leaves within hours, then nobody uses it again."""
    rng = teller.rng
    account = teller.pick("new", 1)[0]
    t = teller.opening_hours(day)
    for _ in range(int(rng.integers(2, 5))):
        payer, payee = teller.pick("company", 2)
        dollars = rng.uniform(3_000, 18_000)
        teller.pay(payer, account, teller.money(dollars), t, "factura")
        onward = dollars * rng.uniform(0.95, 0.995)
        teller.pay(account, payee, teller.money(onward), t + rng.uniform(0.5, 14) * 3600.0, "pago proveedor")
        t += rng.uniform(0.6, 1.6) * DAY_S
    return teller.told("new_account", True, account, mission)


def _exchange_round_trip(teller: Teller, day: float, mission: int) -> Story:
    """A firm buys dollars at one exchange house and sells them at another, at a loss that only hiding explains."""
    rng = teller.rng
    firm, abroad = teller.pick("company", 1)[0], teller.in_market(USD)
    partner = abroad.pick("company", 1)[0]
    dollars, t = rng.uniform(4_000, 20_000), teller.opening_hours(day)
    for _ in range(int(rng.integers(1, 4))):
        (buys, sells), (pays, takes) = teller.pick("exchange", 2), abroad.pick("exchange", 2)
        teller.pay(firm, buys, teller.money(dollars), t, "pago proveedor")
        abroad.pay(pays, partner, abroad.money(dollars * 0.97), t + rng.uniform(1, 9) * 3600.0, "factura")
        t += rng.uniform(0.4, 1.5) * DAY_S
        abroad.pay(partner, takes, abroad.money(dollars * 0.96), t, "pago proveedor")
        dollars *= 0.93
        t += rng.uniform(1, 9) * 3600.0
        teller.pay(sells, firm, teller.money(dollars), t, "factura")
        t += rng.uniform(0.4, 1.5) * DAY_S
    return teller.told("exchange_round_trip", True, firm, mission)


def _netting(teller: Teller, day: float, mission: int) -> Story:
    """Two brokers under cover of a firm or an exchange house, each in a currency of its own: who is owed money on the
    other side is paid there out of what customers bring, and no money goes between the two."""
    rng = teller.rng
    there = teller.in_market(USD)
    here_broker, there_broker = (
        side.pick("exchange" if rng.random() < 0.3 else "company", 1)[0] for side in (teller, there)
    )
    price, owed = rng.uniform(0.95, 0.985), 0.0
    for _ in range(int(rng.integers(44, 72))):
        # Whoever owes more pays out next, mostly.
        outward = rng.random() < (0.75 if owed < 0 else 0.25)
        (one, first), (two, second) = ((teller, here_broker), (there, there_broker))[:: 1 if outward else -1]
        dollars = rng.lognormal(np.log(420), 0.6)
        owed += dollars if outward else -dollars
        t = one.opening_hours(day + rng.uniform(0.0, 7.0))
        one.pay(one.pick("person", 1)[0], first, one.money(dollars), t, str(rng.choice(["factura", "transferencia"])))
        paid = t + rng.uniform(0.3, 18.0) * 3600.0
        two.pay(second, two.pick("person", 1)[0], two.money(dollars * price), paid, "transferencia")
    return teller.told("house_netting", True, here_broker, mission)


def _funnel(teller: Teller, day: float, mission: int) -> Story:
    """Couriers bank cash in one city after another; within a day or two it is drawn in a town at the border."""
    rng = teller.rng
    holder = teller.pick("person" if rng.random() < 0.7 else "company", 1)[0]
    t = day
    for _ in range(int(rng.integers(2, 5))):
        banked = 0
        for _ in range(int(rng.integers(3, 7))):
            units = teller.money(rng.uniform(300, 2_200))
            teller.bank_cash(holder, units, teller.opening_hours(t + rng.uniform(0.0, 1.0)))
            banked += units
        step = 10_000 if teller.market == COP else 100
        for share in (0.55, 0.4):
            drawn = max(step, int(banked * share * rng.uniform(0.95, 1.0)) // step * step)
            teller.draw_cash(holder, drawn, teller.opening_hours(t + rng.uniform(1.2, 2.6)))
        t += rng.uniform(2.0, 3.0)
    return teller.told("funnel", True, holder, mission)


def _beyond_declared(teller: Teller, day: float, mission: int) -> Story:
    """Somebody declares a sum at the border, so that he has a paper to show, and banks that and much more, at his own
    account and at those of others who let him."""
    rng = teller.rng
    courier, *lent = teller.pick("person", 1 + int(rng.integers(0, 3)))
    t = day
    for _ in range(int(rng.integers(1, 4))):
        dollars = rng.uniform(1_500, 9_500)
        teller.declare(courier, teller.round_money(dollars, 100.0), teller.opening_hours(t))
        brought = dollars * rng.uniform(1.7, 4.5)
        accounts = [courier, *lent]
        for _, share in _shares(teller, list(range(int(rng.integers(3, 8)))), brought):
            when = teller.opening_hours(t + 1.0 + rng.uniform(0.0, 3.0))
            teller.bank_cash(accounts[int(rng.integers(len(accounts)))], teller.round_money(share, 10.0), when)
        t += rng.uniform(4.0, 6.0)
    return teller.told("beyond_declared", True, courier, mission)


def _shells(teller: Teller, day: float, mission: int) -> Story:
    """Firms on paper that one hand runs: a sum goes through all of them in turn, or is split over them and comes
    together behind them; each keeps a little for show."""
    rng = teller.rng
    firms = teller.pick("shelf", int(rng.integers(3, 7)))
    source, end = teller.pick("company", 2)
    split = rng.random() < 0.4
    t = teller.opening_hours(day)
    for _ in range(int(rng.integers(1, 4))):
        dollars, latest = rng.uniform(4_000, 30_000), t
        if split:
            for firm, share in _shares(teller, firms, dollars):
                came = t + rng.uniform(0.0, 20.0) * 3600.0
                teller.pay(source, firm, teller.money(share), came, "pago proveedor")
                latest = max(latest, came + rng.uniform(2, 40) * 3600.0)
                teller.pay(firm, end, teller.money(share * rng.uniform(0.94, 0.99)), latest, "factura")
        else:
            for payer, payee in itertools.pairwise([source, *firms, end]):
                teller.pay(payer, payee, teller.money(dollars), latest, str(rng.choice(["factura", "prestamo"])))
                dollars *= rng.uniform(0.96, 0.995)
                latest += rng.uniform(1, 26) * 3600.0
        t = latest + rng.uniform(0.3, 1.5) * DAY_S
    return teller.told("shells", True, firms[0], mission, firms)


def _shares(teller: Teller, accounts: Sequence[int], dollars: float) -> list[tuple[int, float]]:
    """The sum over these accounts, unevenly."""
    weights = teller.rng.uniform(0.5, 1.5, len(accounts))
    return [(account, float(dollars * w / weights.sum())) for account, w in zip(accounts, weights, strict=True)]


NETWORKS: Mapping[str, Callable[[Teller, float, int], Story]] = {
    "scatter_gather": _scatter_gather,
    "gather_scatter": _gather_scatter,
    "cycle": _cycle,
    "bipartite": _bipartite,
    "stack": _stack,
    "new_account": _new_account,
    "exchange_round_trip": _exchange_round_trip,
    "funnel": _funnel,
    "house_netting": _netting,
    "beyond_declared": _beyond_declared,
    "shells": _shells,
}
