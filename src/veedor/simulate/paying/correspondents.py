"""Banks outside the accord that send customers' transfers to banks under it, each with some customers of its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from veedor.simulate.paying.people import Bank, People, beside
from veedor.simulate.paying.stories import USD, Teller
from veedor.simulate.paying.wires import Named
from veedor.simulate.seeds import child

ABROAD, AT_HOME = "customer abroad", "customer of a small bank at home"
TO_PAYEES, HOME_TO_PAYEES = "customer abroad who pays", "customer of a small bank at home who pays"
"""Of banks in stories about payees, so that those about payers keep theirs."""
_COUNTRIES = ("PA", "CW", "US", "MX", "EC", "DO", "PE", "AW")
HOME = "VE"
_CUSTOMERS = {ABROAD: 6, AT_HOME: 6, TO_PAYEES: 24, HOME_TO_PAYEES: 24}
"""So many customers has each of the banks."""
_SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_STREETS = ("Calle", "Avenida", "Via", "Paseo")
_TOWNS = {
    "VE": "Caracas", "CO": "Bogota", "PA": "Panama", "CW": "Willemstad", "US": "Miami", "MX": "Puebla", "EC": "Quito",
    "DO": "Santiago", "PE": "Lima", "AW": "Oranjestad",
}  # fmt: skip


def with_correspondents(
    seed: int, people: People, abroad: int, home: int, roles: tuple[str, str] = (ABROAD, AT_HOME)
) -> People:  # fmt: skip
    """The same people, and so many banks abroad and small ones at home with customers who have dollars there and these
    roles."""
    for role, count, countries in ((roles[0], abroad, _COUNTRIES), (roles[1], home, (HOME,))):
        rng = child(seed, role)
        first = len(people.banks)
        lies = [countries[n] for n in rng.integers(0, len(countries), count).tolist()]
        banks = tuple(Bank(_bic(first + at, country), "", country, "") for at, country in enumerate(lies))
        people = replace(people, banks=(*people.banks, *banks))
        bank = np.repeat(np.arange(first, first + count), _CUSTOMERS[role])
        market = np.full(len(bank), USD)
        people = beside(rng, people, role, market, bank, firms=True)
    return people


def _bic(number: int, country: str) -> str:
    """One of its own for each number."""
    rest, letter = divmod(number, 26)
    rest, last = divmod(rest, 36)
    third, first = divmod(rest, 36)
    return f"SI{chr(77 + third)}{chr(65 + letter)}{country}{_SIGNS[first]}{_SIGNS[last]}"


def customers_of_one(teller: Teller, role: str) -> list[int]:
    """All customers of one bank that no story has yet."""
    first = teller.take(role)
    pool = teller.people.roles[USD][role]
    same = [int(n) for n in pool[teller.people.bank[pool] == teller.people.bank[first]]]
    teller.opened.update(same)
    return same


def whole(teller: Teller, account: int) -> Named:
    """A customer as the own bank knows him: name, account and address, which is as arbitrary as the account's number
    and stays the same."""
    people = teller.people
    bank, number = int(people.bank[account]), str(people.account[account])
    lot = int(number[-9:])
    street = f"{_STREETS[lot % 4]} {lot // 4 % 190 + 1}-{lot // 760 % 90 + 1}"
    return Named(str(people.holder[account]), number, f"{street} {_TOWNS[people.banks[bank].country]}", bank)
