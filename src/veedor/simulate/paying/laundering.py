"""Laundering instances as behaviour: couriers, collectors, fronts and mules, each with its own habits and greed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from veedor.simulate.paying.further import FURTHER
from veedor.simulate.paying.people import MARKETS, People
from veedor.simulate.paying.rules import HEARD
from veedor.simulate.paying.stories import COP, USD, VES, Story, Teller
from veedor.simulate.scale import DAY_S, Scale
from veedor.simulate.seeds import child

TYPOLOGIES = ("pass_through", "fan_in", "fan_out", "structuring")


def laundering(
    seed: int,
    scale: Scale,
    people: People,
    landings: Sequence[tuple[int, float]],
    further: Sequence[str],
    opened: set[int],
) -> list[Story]:
    """`instances_each` stories of each of the four typologies, and of those in `further`. Cash moves some days after a
    flight has landed: `landings` are (mission, seconds). New accounts that it uses are added to `opened`."""
    made = []
    for kind in (*TYPOLOGIES, *further):
        for number in range(scale.instances_each):
            rng = child(seed, kind, number)
            markets = _MARKETS.get(kind, (VES, USD, COP))
            teller = Teller(rng, people, markets[number % len(markets)], scale.days * DAY_S - 600.0, opened)
            early = [one for one in landings if one[1] < (scale.days - 9) * DAY_S]
            mission, landed = early[int(rng.integers(len(early)))]
            day = landed / DAY_S + rng.uniform(1.0, 4.5)
            made.append(_TOLD[kind](teller, day, mission))
    return made


def _pass_through(teller: Teller, day: float, mission: int) -> Story:
    """Two to five rounds: a front receives, one to three relays forward nearly all of it within hours or a day."""
    rng = teller.rng
    first, *relays = teller.pick("company", 1) + teller.pick("person", int(rng.integers(1, 4)))
    last = teller.pick("company", 1, (first,))[0]
    kept = rng.uniform(0.01, 0.05)
    t = teller.opening_hours(day)
    for _ in range(int(rng.integers(2, 6))):
        dollars, moment = rng.uniform(2_500, 14_000), t
        chain = [first, *relays, last]
        for payer, payee in itertools.pairwise(chain):
            teller.pay(
                payer, payee, teller.money(dollars), moment, str(rng.choice(["factura", "prestamo", "pago proveedor"]))
            )
            dollars *= 1.0 - kept * rng.uniform(0.6, 1.4)
            moment += rng.uniform(0.6, 20.0) * 3600.0
        t = moment + rng.uniform(0.2, 1.5) * DAY_S
    return teller.told("pass_through", True, relays[0], mission)


def _fan_in(teller: Teller, day: float, mission: int) -> Story:
    """Many couriers pay one collector within days; he forwards almost everything to one firm."""
    rng = teller.rng
    collector = teller.pick("person", 1)[0]
    couriers = teller.pick("person", int(rng.integers(9, 22)), (collector,))
    total, latest = 0, 0.0
    for courier in couriers:
        units = teller.money(rng.uniform(250, 1_400))
        t = teller.opening_hours(day + rng.uniform(0.0, 4.0))
        teller.pay(courier, collector, units, t, str(rng.choice(["transferencia", "cuota", "prestamo"])))
        total, latest = total + units, max(latest, t)
    step = 10_000 if teller.market == COP else 1
    onward = int(total * rng.uniform(0.93, 0.99)) // step * step
    teller.pay(collector, teller.pick("company", 1)[0], onward, latest + rng.uniform(2, 30) * 3600.0, "factura")
    return teller.told("fan_in", True, collector, mission)


def _fan_out(teller: Teller, day: float, mission: int) -> Story:
    """A firm funds a paymaster, who spreads it over many people, who mostly draw it in cash next day."""
    rng = teller.rng
    source = teller.pick("company", 1)[0]
    paymaster = teller.pick("person", 1)[0]
    mules = teller.pick("person", int(rng.integers(9, 22)), (paymaster,))
    shares = [teller.money(rng.uniform(200, 1_100)) for _ in mules]
    t = teller.opening_hours(day)
    teller.pay(source, paymaster, sum(shares) + teller.money(rng.uniform(50, 400)), t, "pago proveedor")
    for mule, units in zip(mules, shares, strict=True):
        moment = t + rng.uniform(2, 50) * 3600.0
        teller.pay(paymaster, mule, units, moment, str(rng.choice(["transferencia", "prestamo", "cuota"])))
        if rng.random() < 0.6:
            step = 10_000 if teller.market == COP else 100
            teller.draw_cash(mule, max(step, units * 9 // 10 // step * step), moment + rng.uniform(4, 40) * 3600.0)
    return teller.told("fan_out", True, paymaster, mission)


def _structuring(teller: Teller, day: float, mission: int) -> Story:
    """Cash is banked in slices just under what is said to be reported, day after day, then sent on."""
    rng = teller.rng
    heard = HEARD[MARKETS[teller.market].currency]
    holder = teller.pick("person" if rng.random() < 0.6 else "company", 1)[0]
    total, t, moment = 0, day, 0.0
    for _ in range(int(rng.integers(6, 16))):
        amount = heard * rng.uniform(0.78, 0.985)
        step = 50_000.0 if teller.market == COP else 50.0
        units = round(amount / step) * round(step * 100)
        moment = teller.opening_hours(t)
        teller.bank_cash(holder, units, moment)
        total += units
        t += rng.choice([0.0, 0.0, 1.0, 1.0, 2.0])
    if rng.random() < 0.8:
        onward = total * 95 // 100 // 10_000 * 10_000
        teller.pay(
            holder, teller.pick("company", 1, (holder,))[0], onward, moment + rng.uniform(0.5, 3) * DAY_S, "factura"
        )
    return teller.told("structuring", True, holder, mission)


_TOLD = {
    "pass_through": _pass_through, "fan_in": _fan_in, "fan_out": _fan_out, "structuring": _structuring, **FURTHER,
}  # fmt: skip
# Where not all currencies do.
_MARKETS = {"structuring": (COP, USD), "exchange_round_trip": (VES, COP), "house_netting": (VES, COP),
            "beyond_declared": (USD, COP), "wire_stripping": (USD,), "missing_parties": (USD,),
            "missing_beneficiaries": (USD,)}  # fmt: skip
