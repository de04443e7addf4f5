"""Transfers from abroad that leave unsaid who is to have the money, and banks that leave it out for an honest reason.

Each story is one bank's month, as in `nameless`: what lacks the payee is the story, what is whole goes beside it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from veedor.simulate.paying.correspondents import HOME_TO_PAYEES, TO_PAYEES, customers_of_one
from veedor.simulate.paying.received import BANKS_AT_HOME, anybody, besides, receive
from veedor.simulate.paying.stories import USD, Story, Teller
from veedor.simulate.paying.wires import Named

_FILLERS = ("AL PORTADOR", "BENEFICIARIO", "A LA ORDEN", "N/A", "XXXX", "NUESTRO CLIENTE", "SEGUN CARTA")


def unnamed(teller: Teller, day: float, mission: int) -> Story:
    """A bank abroad sends sums of some customers to one or two accounts and does not say whose they are; or to whoever
    comes with the reference, without an account."""
    rng = teller.rng
    senders = customers_of_one(teller, TO_PAYEES)
    payers = senders[: int(rng.integers(1, 4))]
    hidden = teller.pick("company" if rng.random() < 0.6 else "person", int(rng.integers(1, 3)))
    filler, blank = str(rng.choice(_FILLERS)), rng.random() < 0.4
    collected = not blank and rng.random() < 0.25

    def said(payee: Named) -> Named:
        return Named("" if blank else filler, "" if collected else payee.account, "", payee.bank)

    for _ in range(int(rng.integers(3, 10))):
        t = teller.opening_hours(day + rng.uniform(0.0, 4.5))
        payee = hidden[int(rng.integers(len(hidden)))]
        receive(teller, int(rng.choice(payers)), payee, rng.uniform(2_500, 25_000), t, of_payee=said)
    besides(teller, senders, int(rng.integers(10, 40)))
    return teller.told("missing_beneficiaries", True, hidden[0], mission)


def collector(teller: Teller, day: float) -> Story:
    """Bills of a utility, or taxes, that many customers of a bank abroad pay into one account known by its number."""
    usd = teller.in_market(USD)
    rng, senders = usd.rng, customers_of_one(usd, TO_PAYEES)
    office = usd.pick("utility")[0]
    taxes = rng.random() < 0.4
    for _ in range(int(rng.integers(6, 26))):
        dollars = rng.uniform(60, 2_500) if taxes else rng.uniform(12, 260)
        t = usd.opening_hours(day + rng.uniform(0.0, 8.0))
        purpose = "cuota" if taxes else "servicio mensual"
        receive(usd, int(rng.choice(senders)), office, dollars, t, of_payee=_account_alone, purpose=purpose)
    besides(usd, senders, int(rng.integers(10, 30)))
    return usd.told("collector", False, office)


def account_only_at_home(teller: Teller, day: float) -> Story:
    """A small bank at home sends to others at home with the payee's account alone, which is all that the rules ask
    inside the country; what it sends abroad is whole."""
    usd = teller.in_market(USD)
    rng, senders = usd.rng, customers_of_one(usd, HOME_TO_PAYEES)
    people = usd.people.roles[USD]["person"]
    near = people[np.isin(usd.people.bank[people], BANKS_AT_HOME)]
    for _ in range(int(rng.integers(5, 20))):
        dollars, t = rng.lognormal(np.log(1_400), 0.9), usd.opening_hours(day + rng.uniform(0.0, 8.0))
        receive(usd, int(rng.choice(senders)), int(rng.choice(near)), dollars, t, of_payee=_account_alone)
    besides(usd, senders, int(rng.integers(5, 20)))
    return usd.told("account_only_at_home", False, senders[0])


def terse_system(teller: Teller, day: float) -> Story:
    """A small bank abroad whose system passes on the payee's account and nothing more, of everybody."""
    usd = teller.in_market(USD)
    senders = customers_of_one(usd, TO_PAYEES)
    for _ in range(int(usd.rng.integers(8, 25))):
        anybody(usd, senders, usd.rng.lognormal(np.log(1_400), 0.9), of_payee=_account_alone)
    return usd.told("terse_system", False, senders[0])


def forgotten_payee(teller: Teller, day: float) -> Story:
    """A sound bank abroad: in one or two of many transfers a clerk forgot whom the account belongs to."""
    usd = teller.in_market(USD)
    senders = customers_of_one(usd, TO_PAYEES)
    for _ in range(int(usd.rng.integers(1, 3))):
        anybody(usd, senders, usd.rng.lognormal(np.log(1_400), 0.9), of_payee=_account_alone)
    besides(usd, senders, int(usd.rng.integers(15, 40)))
    return usd.told("forgotten_payee", False, senders[0])


def _account_alone(payee: Named) -> Named:
    return replace(payee, name="", address="")
