"""Parties of a transfer that change or vanish on its way, and what openly looks like it.

The payer's bank says who pays. A correspondent in between sends it on and says somebody else, or nobody; or the
transfer goes straight to the payee's bank, and what covers it speaks of banks alone, or of another customer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from veedor.simulate.paying.correspondents import ABROAD, whole
from veedor.simulate.paying.people import BANKS
from veedor.simulate.paying.stories import USD, Story, Teller
from veedor.simulate.paying.wires import Leg, Named

_BETWEEN = tuple(number for number, bank in enumerate(BANKS) if not bank.form)


def stripping(teller: Teller, day: float, mission: int) -> Story:
    """A sum goes to another bank under the accord, and what the payer's bank said of the payer does not arrive."""
    rng = teller.rng
    payer, payee, here, there, via = _way(teller, "company")
    debtor, creditor = whole(teller, payer), whole(teller, payee)
    front = int(rng.choice(teller.people.roles[USD][ABROAD]))
    other = whole(teller, front)
    how = str(rng.choice(["replaced", "renamed", "removed", "banks alone", "another below"]))
    direct = how in ("banks alone", "another below")
    first = Leg("transfer", here, here, there if direct else via, debtor, creditor)
    second, shown = {
        "replaced": (Leg("transfer", there, via, there, other, creditor), front),
        "renamed": (Leg("transfer", there, via, there, _renamed(debtor, other), creditor), -1),
        "removed": (Leg("transfer", there, via, there, Named(), creditor), -1),
        "banks alone": (Leg("institution", there, via, there, Named(), Named()), None),
        "another below": (Leg("cover", there, via, there, replace(other, address=""), creditor), None),
    }[how]
    units, t = teller.money(rng.uniform(5_000, 70_000)), teller.opening_hours(day + rng.uniform(0.0, 3.0))
    teller.wire(payer, payee, units, t, "factura", first, second, shown=shown)
    return teller.told("wire_stripping", True, payer, mission)


def respelled(teller: Teller, day: float) -> Story:
    """A correspondent's old system writes the payer's name its own way: capitals, cut short, words as initials."""
    return _innocent(teller, day, "respelled", lambda rng, one: replace(one, name=_otherwise(rng, one.name)))


def two_accounts(teller: Teller, day: float) -> Story:
    """A correspondent writes the payer's account as it was numbered before the bank had IBANs."""
    return _innocent(teller, day, "two_accounts", lambda _, one: replace(one, account=one.account[4:]))


def covered(teller: Teller, day: float) -> Story:
    """A transfer straight to the payee's bank, and a cover that names the same customers with less of an address."""
    usd = teller.in_market(USD)
    payer, payee, here, there, via = _way(usd, "company")
    debtor, creditor = whole(usd, payer), whole(usd, payee)
    legs = (
        Leg("transfer", here, here, there, debtor, creditor),
        Leg("cover", there, via, there, replace(debtor, address=""), replace(creditor, address="")),
    )
    return _sent(usd, day, "covered", payer, payee, legs)


def on_behalf(teller: Teller, day: float) -> Story:
    """Headquarters pay for a firm of the group and say so; on the next leg the firm stands as payer."""
    usd = teller.in_market(USD)
    payer, payee, here, there, via = _way(usd, "headquarters")
    firm = whole(usd, usd.pick("company", 1, (payee,))[0])
    head, creditor = whole(usd, payer), whole(usd, payee)
    legs = (
        Leg("transfer", here, here, via, head, creditor, behind=firm.name),
        Leg("transfer", there, via, there, replace(firm, account=head.account), creditor),
    )
    return _sent(usd, day, "on_behalf", payer, payee, legs)


def _innocent(
    teller: Teller, day: float, kind: str, change: Callable[[np.random.Generator, Named], Named]
) -> Story:  # fmt: skip
    """A transfer that a correspondent sends on with the payer written otherwise."""
    usd = teller.in_market(USD)
    payer, payee, here, there, via = _way(usd, "company")
    debtor, creditor = whole(usd, payer), whole(usd, payee)
    legs = (
        Leg("transfer", here, here, via, debtor, creditor),
        Leg("transfer", there, via, there, change(usd.rng, debtor), creditor),
    )
    return _sent(usd, day, kind, payer, payee, legs)


def _sent(teller: Teller, day: float, kind: str, payer: int, payee: int, legs: tuple[Leg, ...]) -> Story:
    rng = teller.rng
    units, t = teller.money(rng.uniform(400, 30_000)), teller.opening_hours(day + rng.uniform(0.0, 8.0))
    teller.wire(payer, payee, units, t, "pago proveedor", *legs)
    return teller.told(kind, False, payer)


def _way(teller: Teller, role: str) -> tuple[int, int, int, int, int]:
    """Payer and payee at two banks under the accord, their banks, and one that stands between."""
    people, rng = teller.people, teller.rng
    payer = teller.pick(role)[0]
    here = int(people.bank[payer])
    firms = people.roles[USD]["company"]
    banks = people.bank[firms]
    payee = int(rng.choice(firms[~np.isin(banks, (*_BETWEEN, here))]))
    return payer, payee, here, int(people.bank[payee]), int(rng.choice(_BETWEEN))


def _renamed(one: Named, other: Named) -> Named:
    """At the same account a name that begins like the one and ends like the other, so that it looks like a slip."""
    return replace(one, name=" ".join([one.name.split()[0], *other.name.split()[1:]]))


def _otherwise(rng: np.random.Generator, name: str) -> str:
    """The same name as an old system holds it."""
    words = name.upper().split()
    how = int(rng.integers(4))
    if how == 0:
        return name.upper()
    if how == 1:
        return " ".join(word[:7] for word in words)
    if how == 2:
        return " ".join([words[0][0], *words[1:]])
    return f"{words[1]}, {words[0]}"
