"""Innocent customs with the shapes of networks: company towns, savings clubs, groups of firms, new accounts."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import numpy as np

from veedor.simulate.paying.people import MARKETS
from veedor.simulate.paying.roofs import accountant, household, one_owner, shared_office
from veedor.simulate.paying.stories import COP, USD, VES, Story, Teller
from veedor.simulate.scale import DAY_S


def _company_town(teller: Teller, day: float) -> Story:
    """A firm pays its people, who all shop at the one store of the place in the days after."""
    rng = teller.rng
    firm, store = teller.pick("company", 1)[0], teller.pick("shop", 1)[0]
    t, wage = teller.opening_hours(day), rng.uniform(140, 420)
    for person in teller.pick("person", int(rng.integers(6, 16))):
        teller.pay(firm, person, teller.money(wage * rng.choice([1.0, 1.0, 1.3])), t + rng.uniform(0, 900), "nomina")
        for _ in range(int(rng.integers(1, 4))):
            spent = wage * rng.uniform(0.05, 0.3)
            teller.pay(person, store, teller.money(spent), t + rng.uniform(0.1, 5.0) * DAY_S, "compra")
    return teller.told("company_town", False, firm)


def _savings_club(teller: Teller, day: float) -> Story:
    """Members pay the same share to the treasurer; this round's one or two winners get the pot."""
    rng = teller.rng
    treasurer, *members = teller.pick("person", int(rng.integers(9, 22)))
    share = teller.money(rng.uniform(20, 150))
    for member in members:
        teller.pay(member, treasurer, share, teller.opening_hours(day + rng.uniform(0, 4)), "cuota")
    winners = members[: int(rng.integers(1, 3))]
    for winner in winners:
        pot = share * len(members) // len(winners)
        teller.pay(treasurer, winner, pot, teller.opening_hours(day + rng.uniform(4.5, 7.0)), "transferencia")
    return teller.told("savings_club", False, treasurer)


def _group_of_firms(teller: Teller, day: float) -> Story:
    """Headquarters lend to firms of the group, which trade with each other and pay back what is over."""
    rng = teller.rng
    head = teller.pick("headquarters", 1)[0]
    firms = teller.pick("company", int(rng.integers(2, 5)))
    loan = rng.lognormal(np.log(6_000), 0.6)
    t = teller.opening_hours(day)
    teller.pay(head, firms[0], teller.money(loan), t, "prestamo")
    for payer, payee in itertools.pairwise(firms):
        t += rng.uniform(0.3, 2.0) * DAY_S
        teller.pay(payer, payee, teller.money(loan * rng.uniform(0.3, 0.9)), t, "factura")
    back = loan * rng.uniform(0.2, 1.02)
    teller.pay(firms[-1], head, teller.money(back), t + rng.uniform(0.5, 2.5) * DAY_S, "barrido tesoreria")
    return teller.told("group_of_firms", False, head)


def _wholesale_market(teller: Teller, day: float) -> Story:
    """The shops of a market town buy from the same few wholesalers all week."""
    rng = teller.rng
    shops = teller.pick("shop", int(rng.integers(4, 8)))
    sellers = teller.pick("company", int(rng.integers(3, 6)))
    for shop, seller in itertools.product(shops, sellers):
        for _ in range(int(rng.poisson(0.9))):
            t = teller.opening_hours(day + rng.uniform(0.0, 6.0))
            teller.pay(shop, seller, teller.money(rng.lognormal(np.log(320), 0.8)), t, "pago proveedor")
    return teller.told("wholesale_market", False, shops[0])


def _supply_chain(teller: Teller, day: float) -> Story:
    """Exporters pay mills, mills pay a co-operative or two, these pay growers: what each keeps is its trade."""
    rng = teller.rng
    exporters = teller.pick("company", int(rng.integers(1, 4)))
    mills = teller.pick("company", int(rng.integers(2, 4)), tuple(exporters))
    coops, growers = teller.pick("coop", 2), teller.pick("person", int(rng.integers(5, 14)))
    price = rng.uniform(3_000, 16_000)
    for upper, lower, left, lag in ((exporters, mills, 1.0, 0.0), (mills, coops, 0.7, 1.5), (coops, growers, 0.5, 3.0)):
        pairs = list(itertools.product(upper, lower))
        for payer, payee in pairs:
            if rng.random() < 0.8:
                due = teller.opening_hours(day + lag + rng.uniform(0.0, 1.2))
                teller.pay(
                    payer, payee, teller.money(price * left / len(pairs) * rng.uniform(0.5, 1.5)), due, "cosecha"
                )
    return teller.told("supply_chain", False, mills[0])


def _new_shop(teller: Teller, day: float) -> Story:
    """A new account of a business: the owner's capital, the fittings, then customers day after day."""
    rng = teller.rng
    account, owner = teller.pick("new", 1)[0], teller.pick("person", 1)[0]
    t = teller.opening_hours(day)
    capital = rng.uniform(1_500, 9_000)
    teller.pay(owner, account, teller.money(capital), t, "transferencia")
    supplier = teller.pick("company", 1)[0]
    teller.pay(
        account, supplier, teller.money(capital * rng.uniform(0.4, 0.8)), t + rng.uniform(4, 50) * 3600.0, "factura"
    )
    for customer in teller.pick("person", int(rng.integers(8, 25))):
        when = teller.opening_hours(day + rng.uniform(2.0, 8.5))
        teller.pay(customer, account, teller.money(rng.lognormal(np.log(30), 0.8)), when, "compra")
    return teller.told("new_shop", False, account)


def _house_sale(teller: Teller, day: float) -> Story:
    """A buyer pays an account opened for the sale; most of it buys the next house."""
    rng = teller.rng
    account = teller.pick("new", 1)[0]
    buyer, seller = teller.pick("person", 2)
    dollars, t = rng.uniform(6_000, 60_000), teller.opening_hours(day)
    teller.pay(buyer, account, teller.money(dollars), t, "transferencia")
    if rng.random() < 0.6:
        onward = dollars * rng.uniform(0.5, 0.98)
        teller.pay(account, seller, teller.money(onward), t + rng.uniform(0.2, 7.0) * DAY_S, "transferencia")
    return teller.told("house_sale", False, account)


def _traveller(teller: Teller, day: float) -> Story:
    """A trader buys dollars for a journey and sells what is left over when back."""
    rng = teller.rng
    trader, abroad = teller.pick("person", 1)[0], teller.in_market(USD)
    own = abroad.pick("person", 1)[0]
    house, twin = teller.pick("exchange", 1)[0], abroad.pick("exchange", 1)[0]
    dollars, t = rng.uniform(300, 2_500), teller.opening_hours(day)
    teller.pay(trader, house, teller.money(dollars), t, "pago proveedor")
    abroad.pay(twin, own, abroad.money(dollars * 0.97), t + rng.uniform(1, 9) * 3600.0, "transferencia")
    left = dollars * rng.uniform(0.05, 0.6)
    t += rng.uniform(3, 8) * DAY_S
    abroad.pay(own, twin, abroad.money(left), t, "transferencia")
    teller.pay(house, trader, teller.money(left * 0.96), t + rng.uniform(1, 9) * 3600.0, "transferencia")
    return teller.told("traveller", False, trader)


def _licensed_houses(teller: Teller, day: float) -> Story:
    """Two licensed houses pay out for each other too; each sends its bank what it took in and is sent what it pays."""
    rng = teller.rng
    there = teller.in_market(VES if teller.market == USD else USD)
    sides = [(side, side.pick("exchange", 1)[0], side.pick("headquarters", 1)[0]) for side in (teller, there)]
    price = rng.uniform(0.95, 0.985)
    moved = [[0.0, 0.0], [0.0, 0.0]]  # by side: taken in, paid out
    for _ in range(int(rng.integers(16, 34))):
        begin = int(rng.random() < 0.5)
        (one, first, _), (two, second, _) = sides[begin], sides[1 - begin]
        dollars = rng.lognormal(np.log(180), 0.7)
        t = one.opening_hours(day + rng.uniform(0.0, 6.0))
        one.pay(one.pick("person", 1)[0], first, one.money(dollars), t, "remesa familiar")
        paid = t + rng.uniform(0.3, 18.0) * 3600.0
        two.pay(second, two.pick("person", 1)[0], two.money(dollars * price), paid, "remesa familiar")
        moved[begin][0] += dollars
        moved[1 - begin][1] += dollars * price
    for (side, house, bank), (taken, given) in zip(sides, moved, strict=True):
        side.pay(house, bank, side.money(taken or 1.0), side.opening_hours(day + 7.0), "barrido tesoreria")
        side.pay(bank, house, side.money(given or 1.0), side.opening_hours(day + 7.5), "barrido tesoreria")
    return teller.told("licensed_houses", False, sides[0][1])


def _border_trader(teller: Teller, day: float) -> Story:
    """A firm with an account on either side of the border: customers and suppliers here and there, the same ones again
    and again."""
    rng = teller.rng
    there = teller.in_market(VES if teller.market == USD else USD)
    for side in (teller, there):
        firm = side.pick("company", 1)[0]
        customers, suppliers = side.pick("shop", 7), side.pick("person", 9)
        for _ in range(int(rng.integers(8, 18))):
            came, went = (side.opening_hours(day + rng.uniform(0.0, 7.0)) for _ in range(2))
            customer, supplier = int(rng.choice(customers)), int(rng.choice(suppliers))
            side.pay(customer, firm, side.money(rng.lognormal(np.log(300), 0.8)), came, "pago proveedor")
            side.pay(firm, supplier, side.money(rng.lognormal(np.log(280), 0.8)), went, "factura")
    return teller.told("border_trader", False, firm)


def _student(teller: Teller, day: float) -> Story:
    """Parents bank cash at home for a child who studies elsewhere and draws it bit by bit."""
    rng = teller.rng
    child = teller.pick("person", 1)[0]
    for week in range(int(rng.integers(1, 4))):
        units = teller.round_money(rng.uniform(80, 300), 10.0)
        t = teller.opening_hours(day + 3.0 * week)
        teller.bank_cash(child, units, t)
        for part in range(3):
            drawn = teller.round_money(units / 100 / MARKETS[teller.market].dollar * rng.uniform(0.2, 0.3), 10.0)
            teller.draw_cash(child, drawn, teller.opening_hours(day + 3.0 * week + 0.8 * (part + 1)))
    return teller.told("student", False, child)


def _branches(teller: Teller, day: float) -> Story:
    """A firm banks its takings where its shops are, and pays its suppliers by transfer."""
    rng = teller.rng
    firm = teller.pick("company", 1)[0]
    total = 0
    for n in range(int(rng.integers(6, 14))):
        units = teller.money(rng.uniform(200, 1_800))
        teller.bank_cash(firm, units, teller.opening_hours(day + n * 0.6))
        total += units
    step = 10_000 if teller.market == COP else 1
    teller.pay(firm, teller.pick("company", 1, (firm,))[0], total * 8 // 10 // step * step or step,
               teller.opening_hours(day + 8.0), "pago proveedor")  # fmt: skip
    if rng.random() < 0.5:
        teller.draw_cash(firm, max(step * 100, total // 10 // 10_000 * 10_000), teller.opening_hours(day + 5.0))
    return teller.told("branches", False, firm)


def _home_again(teller: Teller, day: float) -> Story:
    """Somebody comes home with savings, declares them and banks most of them."""
    rng = teller.rng
    person = teller.pick("person", 1)[0]
    dollars = rng.uniform(1_000, 12_000)
    teller.declare(person, teller.round_money(dollars, 100.0), teller.opening_hours(day))
    for part in range(int(rng.integers(1, 4))):
        units = teller.round_money(dollars * rng.uniform(0.15, 0.33), 10.0)
        teller.bank_cash(person, units, teller.opening_hours(day + 1.0 + part * rng.uniform(0.3, 2.0)))
    return teller.told("home_again", False, person)


def _border_shop(teller: Teller, day: float) -> Story:
    """A trader banks takings all month, and now and then declares what was sold on the other side."""
    rng = teller.rng
    trader = teller.pick("person", 1)[0]
    for week in range(2):
        sold = rng.uniform(400, 2_500)
        teller.declare(trader, teller.round_money(sold, 10.0), teller.opening_hours(day + 4.0 * week))
    for _ in range(int(rng.integers(18, 30))):
        units = teller.round_money(rng.uniform(100, 900), 1.0)
        teller.bank_cash(trader, units, teller.opening_hours(rng.uniform(0.0, teller.last_s / DAY_S - 1.0)))
    return teller.told("border_shop", False, trader)


def _couple(teller: Teller, day: float) -> Story:
    """Two travel together, each declares a part, and one of them banks it all."""
    rng = teller.rng
    one, other = teller.pick("person", 2)
    t, dollars = teller.opening_hours(day), rng.uniform(1_500, 9_000)
    for who in (one, other):
        teller.declare(who, teller.round_money(dollars, 100.0), t + rng.uniform(0.0, 600.0))
    for part in range(int(rng.integers(1, 4))):
        units = teller.round_money(dollars * rng.uniform(0.45, 0.65), 10.0)
        teller.bank_cash(one, units, teller.opening_hours(day + 1.0 + part))
    return teller.told("couple", False, one)


LIKE_NETWORKS: Mapping[str, tuple[Callable[[Teller, float], Story], ...]] = {
    "scatter_gather": (_company_town, _supply_chain),
    "gather_scatter": (_savings_club, _company_town),
    "cycle": (_group_of_firms, _savings_club),
    "bipartite": (_wholesale_market,),
    "stack": (_supply_chain,),
    "new_account": (_new_shop, _house_sale),
    "exchange_round_trip": (_traveller,),
    "house_netting": (_licensed_houses, _border_trader),
    "funnel": (_student, _branches),
    "beyond_declared": (_home_again, _border_shop, _couple),
    "shells": (household, shared_office, accountant, one_owner),
}
