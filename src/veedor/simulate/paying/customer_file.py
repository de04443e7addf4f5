"""What banks know of their customers: where they live, by what they are reached, who signs; and who has it in common.

Most have their own of everything. Some live or work where many do, some have an officer who stands at many firms; those
of whom a story says so (`Story.tied`) have in common what its kind brings with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from veedor.simulate.paying.cash_places import TOWNS
from veedor.simulate.paying.people import BANKS, SHELF
from veedor.simulate.paying.purse import Purse
from veedor.simulate.seeds import child

HEADER = "account,bank,role,name,identifier,address,phone,email,device,simulated\n"
_KINDS = ("officer", "address", "phone", "email", "device")
# How likely each member of a story has each thing in common with the others.
_ALIKE: Mapping[str, tuple[float, ...]] = {
    "household": (0.0, 1.0, 0.5, 0.1, 0.4),
    "shared_office": (0.0, 1.0, 0.8, 0.0, 0.0),
    "accountant": (0.9, 0.0, 0.6, 0.6, 0.0),
    "one_owner": (1.0, 0.7, 0.5, 0.4, 0.5),
}
_STREETS = ("Calle", "Avenida", "Carrera", "Transversal")
_FIRST = ("Ana", "Luis", "Eva", "Juan", "Rosa", "Iván", "Sara", "Hugo")
_LAST = ("Quiroz", "Belandria", "Urdaneta", "Sotillo", "Zambrano", "Patiño", "Olarte", "Caicedo")


@dataclass
class _Customer:
    """One account's: who signs (name, number), where, how reached. Empty: the bank has none."""

    officer: tuple[str, str] = ("", "")
    address: str = ""
    phone: str = ""
    email: str = ""
    device: str = ""
    number: str = field(default="")


def customers(purse: Purse) -> Iterator[tuple[int, str, str, str, _Customer]]:
    """(account, role, name, number, the rest) of every account at a bank that hands in its books, officers beside."""
    people, rng = purse.people, child(purse.seed, "customers")
    firm = np.zeros(len(people), dtype=np.bool_)
    for roles in people.roles:
        for name in ("company", "headquarters", SHELF):
            firm[roles.get(name, np.empty(0, dtype=np.int64))] = True
    known = [_alone(rng, people.banks[int(bank)].country, bool(is_firm), at) for at, (bank, is_firm)
             in enumerate(zip(people.bank, firm, strict=True))]  # fmt: skip
    for number, story in enumerate(purse.stories):
        if story.tied:
            _tie(child(purse.seed, "tied", number), story.kind, [known[at] for at in story.tied], number)
    for at, customer in enumerate(known):
        if not people.banks[int(people.bank[at])].form:
            continue
        yield at, "holder", str(people.holder[at]), customer.number, customer
        if customer.officer[0]:
            yield at, "officer", *customer.officer, customer


def _alone(rng: np.random.Generator, country: str, firm: bool, at: int) -> _Customer:
    draws, code = rng.random(6), f"{int(rng.integers(10**7)):07d}"
    towns = [town for town in TOWNS if town.country == country] or list(TOWNS)
    town = towns[int(draws[0] * len(towns))]
    street = f"{_STREETS[int(draws[1] * 4)]} {int(draws[2] * 190) + 1} {int(draws[3] * 98) + 1}-{at % 100}"
    made = _Customer(
        address=f"{street}, {town.name}", phone=f"+{58 if country == 'VE' else 57} 4{at:06d}{code[:3]}",
        email=f"buzon{at}@{code[:4]}.example", device=f"equipo-{at:06d}-{code}", number=f"{code}{at:05d}",
    )  # fmt: skip
    if firm:
        made.officer = (_somebody(rng), f"V{code[::-1]}{at:05d}")
        if draws[4] < 0.2:  # one of a few large houses full of offices
            made.address = f"Torre {'ABCDEF'[int(draws[5] * 6)]} Centro Empresarial 100, {town.name}"
    elif draws[4] < 0.1:
        made.device = ""
    return made


def _somebody(rng: np.random.Generator) -> str:
    names = (*(_FIRST[int(rng.integers(8))] for _ in range(2)), *(_LAST[int(rng.integers(8))] for _ in range(2)))
    return " ".join(names)


def _tie(rng: np.random.Generator, kind: str, some: list[_Customer], number: int) -> None:
    """Gives these customers in common what such people have in common."""
    chances = _ALIKE.get(kind)
    if chances is None:  # one hand behind several firms: two to four things slip
        chosen = rng.choice(len(_KINDS), int(rng.integers(2, 5)), replace=False)
        chances = tuple(0.9 if at in chosen else 0.0 for at in range(len(_KINDS)))
    model = some[0]
    officer = (_somebody(rng), f"V9{number:07d}")
    for at, customer in enumerate(some):
        for what, chance in zip(_KINDS, chances, strict=True):
            if rng.random() >= chance:
                continue
            if what == "officer":
                # An accountant does not stand at his own account as somebody else's.
                if kind != "accountant" or at:
                    customer.officer = officer
            elif getattr(model, what):
                setattr(customer, what, getattr(model, what))


def customer_rows(purse: Purse) -> pa.Table:
    """Rows of the table `account_holders` but for provenance."""
    people = purse.people
    return pa.Table.from_pylist(
        [
            {
                "account": str(people.account[at]), "bank": BANKS[int(people.bank[at])].bic, "role": role, "name": name,
                "identifier": number or None, "address": one.address or None, "phone": one.phone or None,
                "email": one.email or None, "device": one.device or None, "simulated": True,
            }
            for at, role, name, number, one in customers(purse)
        ]
    )  # fmt: skip


def customer_files(purse: Purse) -> dict[str, bytes]:
    """The file that each bank hands in, by its code."""
    lines: dict[str, list[str]] = {}
    people = purse.people
    for at, role, name, number, one in customers(purse):
        bank = BANKS[int(people.bank[at])].bic
        lines.setdefault(bank, [HEADER]).append(
            f'{people.account[at]},{bank},{role},{name},{number},"{one.address}",{one.phone},{one.email},{one.device},true\n'
        )
    return {bank: "".join(some).encode() for bank, some in lines.items()}
