"""Innocent reasons to have an address, telephone or officer in common: homes, offices, accountants, one owner."""

from __future__ import annotations

import itertools

from veedor.simulate.paying.stories import Story, Teller
from veedor.simulate.scale import DAY_S


def household(teller: Teller, day: float) -> Story:
    """Two or three people under one roof, who give each other money for the rent and what is needed."""
    rng = teller.rng
    people = teller.pick("person", int(rng.integers(2, 4)))
    for _ in range(int(rng.integers(2, 7))):
        payer, payee = (int(n) for n in rng.choice(people, 2, replace=False))
        t = teller.opening_hours(day + rng.uniform(0.0, 8.5))
        teller.pay(payer, payee, teller.money(rng.uniform(15, 220)), t, "transferencia")
    return teller.told("household", False, people[0], tied=people)


def shared_office(teller: Teller, day: float) -> Story:
    """Young firms rent desks in one house with one reception; some do a job for each other, and have few customers."""
    rng = teller.rng
    landlord = teller.pick("company", 1)[0]
    firms = teller.pick("shelf", int(rng.integers(4, 14)))
    for firm in firms:
        for _ in range(int(rng.integers(1, 5))):
            t = teller.opening_hours(day + rng.uniform(0.0, 8.5))
            customer = teller.pick("company" if rng.random() < 0.6 else "person", 1, (landlord,))[0]
            teller.pay(customer, firm, teller.money(rng.uniform(200, 4_000)), t, "factura")
        teller.pay(firm, landlord, teller.money(rng.uniform(90, 110)), teller.opening_hours(day + 4.0), "alquiler")
    for payer, payee in itertools.pairwise(firms[: int(rng.integers(0, 5))]):
        t = teller.opening_hours(day + rng.uniform(2.0, 8.5))
        teller.pay(payer, payee, teller.money(rng.uniform(80, 900)), t, "factura")
    return teller.told("shared_office", False, firms[0], tied=firms)


def accountant(teller: Teller, day: float) -> Story:
    """One accountant stands at the accounts of his clients, who pay him, and some of whom trade with each other."""
    rng = teller.rng
    own, *clients = teller.pick("company", int(rng.integers(4, 12)))
    for client in clients:
        teller.pay(
            client, own, teller.money(rng.uniform(60, 180)), teller.opening_hours(day + rng.uniform(0, 3)), "factura"
        )
    for payer, payee in itertools.pairwise(clients[: int(rng.integers(0, 4))]):
        t = teller.opening_hours(day + rng.uniform(1.0, 8.0))
        teller.pay(payer, payee, teller.money(rng.uniform(300, 5_000)), t, "factura")
    return teller.told("accountant", False, own, tied=(own, *clients))


def one_owner(teller: Teller, day: float) -> Story:
    """A shopkeeper's two or three firms under one roof, which lend each other what one is short of."""
    rng = teller.rng
    firms = teller.pick("company", int(rng.integers(2, 4)))
    for payer, payee in itertools.pairwise([*firms, firms[0]]):
        t = teller.opening_hours(day + rng.uniform(0.0, 3.0))
        lent = rng.uniform(500, 9_000)
        teller.pay(payer, payee, teller.money(lent), t, "prestamo")
        if rng.random() < 0.6:
            teller.pay(payee, payer, teller.money(lent), t + rng.uniform(1.0, 6.0) * DAY_S, "prestamo")
    return teller.told("one_owner", False, firms[0], tied=firms)
