"""Transfers from abroad that lack who ordered them, and banks that lawfully, or badly, say less than others.

Each story is one bank's month: most of what it sends is whole and goes beside the story; what lacks something is the
story. A bank that launders leaves out a few customers and nobody else.
"""

from __future__ import annotations

import numpy as np

from veedor.simulate.paying.correspondents import ABROAD, AT_HOME, customers_of_one
from veedor.simulate.paying.received import (
    BANKS_AT_HOME,
    Spoken,
    all_said,
    anybody,
    besides,
    no_address,
    receive,
)
from veedor.simulate.paying.stories import USD, Story, Teller
from veedor.simulate.paying.wires import Named

_FILLERS = ("UN CLIENTE", "OUR CUSTOMER", "N/A", "XXXXX", "CLIENTES VARIOS", "SIN NOMBRE")


def missing(teller: Teller, day: float, mission: int) -> Story:
    """A bank abroad sends sums for one or two customers of whom it says nothing, or a filler, or a name alone."""
    rng = teller.rng
    senders = customers_of_one(teller, ABROAD)
    hidden = senders[: int(rng.integers(1, 3))]
    filler = str(rng.choice(_FILLERS))
    nameless = rng.random() < 0.75
    said: Spoken = (
        (lambda one: Named(filler if rng.random() < 0.5 else "", one.account if rng.random() < 0.5 else ""))
        if nameless
        else (lambda one: Named(one.name))
    )
    receivers = teller.pick("company" if rng.random() < 0.6 else "person", int(rng.integers(1, 4)))
    for _ in range(int(rng.integers(3, 9))):
        t = teller.opening_hours(day + rng.uniform(0.0, 4.5))
        receiver = receivers[int(rng.integers(len(receivers)))]
        dollars = rng.uniform(2_500, 25_000)
        receive(teller, int(rng.choice(hidden)), receiver, dollars, t, said, shown=-1 if nameless else None)
    besides(teller, [one for one in senders if one not in hidden], int(rng.integers(10, 30)))
    return teller.told("missing_parties", True, hidden[0], mission)


def poor_system(teller: Teller, day: float) -> Story:
    """A small bank abroad whose old system passes on no address, of nobody."""
    usd = teller.in_market(USD)
    senders = customers_of_one(usd, ABROAD)
    for _ in range(int(usd.rng.integers(8, 25))):
        anybody(usd, senders, usd.rng.lognormal(np.log(1_400), 0.9), no_address)
    return usd.told("poor_system", False, senders[0])


def domestic_batch(teller: Teller, day: float) -> Story:
    """A small bank at home sends its customers' wages and bills to others at home: with the account, as the law of a
    transfer within the country asks, and without the address."""
    usd = teller.in_market(USD)
    senders = customers_of_one(usd, AT_HOME)
    employer, t = senders[0], usd.opening_hours(day)
    people = usd.people.roles[USD]["person"]
    near = people[np.isin(usd.people.bank[people], BANKS_AT_HOME)]
    for worker in usd.rng.choice(near, min(len(near), int(usd.rng.integers(6, 20))), replace=False):
        wage = usd.rng.uniform(150, 1_900)
        receive(usd, employer, int(worker), wage, t + usd.rng.uniform(0, 900), no_address, purpose="nomina")
    return usd.told("domestic_batch", False, employer)


def remitter(teller: Teller, day: float) -> Story:
    """A house of remittances abroad: small sums for families, with names and references, addresses of a few only."""
    usd = teller.in_market(USD)
    senders = customers_of_one(usd, ABROAD)
    for _ in range(int(usd.rng.integers(8, 30))):
        said = no_address if usd.rng.random() < 0.7 else all_said
        anybody(usd, senders, usd.rng.uniform(40, 420), said)
    return usd.told("remitter", False, senders[0])


def slips(teller: Teller, day: float) -> Story:
    """A sound bank abroad: of many transfers one or two lack an address that a clerk forgot."""
    usd = teller.in_market(USD)
    senders = customers_of_one(usd, ABROAD)
    for _ in range(int(usd.rng.integers(1, 3))):
        anybody(usd, senders, usd.rng.lognormal(np.log(1_400), 0.9), no_address)
    besides(usd, senders, int(usd.rng.integers(15, 40)))
    return usd.told("slips", False, senders[0])
