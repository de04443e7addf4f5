"""What customs were told of cash at the border: the declarations of stories, and those of people who merely travel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.simulate.paying.cash_places import TOWNS
from veedor.simulate.paying.people import BANKS, MARKETS
from veedor.simulate.paying.purse import Purse
from veedor.simulate.paying.stories import Declared
from veedor.simulate.scale import DAY_S
from veedor.simulate.seeds import child

HEADER = "person,identifier,time,direction,amount,currency,place,country,origin,reference,simulated\n"
_CROSSINGS = tuple(town for town in TOWNS if town.border)
_ORIGINS = ("ahorros", "venta de mercancia", "salario", "")


@dataclass(frozen=True)
class Declaration:
    """One form: who, seconds from the start, in or out, hundredths, currency, where, from what."""

    person: str
    t: float
    inward: bool
    units: int
    currency: str
    place: str
    country: str
    origin: str
    reference: str


def declarations(purse: Purse) -> Iterator[Declaration]:
    """All forms in order of time."""
    people, rng = purse.people, child(purse.seed, "declarations")
    told = [(one, True) for story in purse.stories for one in story.declared]
    # Travellers of whom no story is told: they bank nothing, or what they always do.
    for _ in range(len(told)):
        market = int(rng.integers(1, len(MARKETS)))
        pool = people.roles[market]["person"]
        units = max(1, round(rng.lognormal(7.5, 0.8) * MARKETS[market].dollar / 100)) * 100 * 100
        one = Declared(int(rng.choice(pool)), units, float(rng.uniform(0.0, purse.scale.days) * DAY_S))
        told.append((one, bool(rng.random() < 0.6)))
    for number, (one, inward) in enumerate(sorted(told, key=lambda each: (each[0].t, each[0].account, each[0].units))):
        # Who travels together crosses together.
        spot = child(purse.seed, "crossing", int(one.t // 3_600)).integers(len(_CROSSINGS))
        town = _CROSSINGS[int(spot)]
        currency = MARKETS[int(people.market[one.account])].currency
        yield Declaration(
            str(people.holder[one.account]), one.t, inward, one.units, currency,
            town.name, town.country, _ORIGINS[int(rng.integers(len(_ORIGINS)))], f"DEC{number:06d}",
        )  # fmt: skip


def declaration_rows(purse: Purse, start_us: int) -> pa.Table:
    """Rows of the table `cash_declarations` but for provenance."""
    return pa.Table.from_pylist(
        [
            {
                "person": one.person, "time": start_us + int(one.t) * 1_000_000,
                "direction": "in" if one.inward else "out", "amount_units": one.units, "amount_exponent": 2,
                "currency": one.currency, "place": one.place, "country": one.country, "origin": one.origin or None,
                "reference": one.reference, "simulated": True,
            }
            for one in declarations(purse)
        ]
    )  # fmt: skip


def declaration_files(purse: Purse, start_us: int) -> dict[str, bytes]:
    """The file that customs of each party hand in: what was declared to its state."""
    lines: dict[str, list[str]] = {}
    parties = {bank.country: bank.party for bank in BANKS if bank.form}
    for one in declarations(purse):
        moment = np.datetime_as_string(np.datetime64(start_us + int(one.t) * 1_000_000, "us"), unit="s")
        lines.setdefault(parties[one.country], [HEADER]).append(
            f"{one.person},,{moment}Z,{'in' if one.inward else 'out'},{one.units // 100}.{one.units % 100:02d},"
            f"{one.currency},{one.place},{one.country},{one.origin},{one.reference},true\n"
        )
    return {party: "".join(some).encode() for party, some in lines.items()}
