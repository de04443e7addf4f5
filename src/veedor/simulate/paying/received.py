"""Transfers that come to banks under the accord from outside: one message each, which the payee's bank keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from veedor.simulate.paying.correspondents import HOME, whole
from veedor.simulate.paying.people import BANKS
from veedor.simulate.paying.stories import Teller
from veedor.simulate.paying.wires import Leg, Named
from veedor.simulate.scale import DAY_S

BANKS_AT_HOME = tuple(n for n, bank in enumerate(BANKS) if bank.form and bank.country == HOME)
Spoken = Callable[[Named], Named]


def no_address(one: Named) -> Named:
    return replace(one, address="")


def all_said(one: Named) -> Named:
    return one


def besides(teller: Teller, senders: list[int], count: int) -> None:
    """What the same bank sends whole."""
    for _ in range(count):
        anybody(teller, senders, teller.rng.lognormal(np.log(1_400), 0.9), told=False)


def anybody(
    teller: Teller, senders: list[int], dollars: float, said: Spoken = all_said, of_payee: Spoken = all_said,
    told: bool = True,
) -> None:  # fmt: skip
    """Some customer pays somebody at a bank under the accord, some day of the month."""
    rng = teller.rng
    t = teller.opening_hours(rng.uniform(0.0, teller.last_s / DAY_S - 1.0))
    receiver = teller.pick("company" if rng.random() < 0.4 else "person")[0]
    receive(teller, int(rng.choice(senders)), receiver, dollars, t, said, of_payee, told=told)


def receive(
    teller: Teller, payer: int, payee: int, dollars: float, t: float, said: Spoken = all_said,
    of_payee: Spoken = all_said, *, shown: int | None = None, told: bool = True, purpose: str = "transferencia",
) -> None:  # fmt: skip
    """The payee's bank has the message that came, with what it says of the payer and of the payee."""
    sender, receiver = int(teller.people.bank[payer]), int(teller.people.bank[payee])
    leg = Leg("transfer", receiver, sender, receiver, said(whole(teller, payer)), of_payee(whole(teller, payee)))
    teller.wire(payer, payee, teller.money(dollars), t, purpose, leg, shown=shown, told=told)
