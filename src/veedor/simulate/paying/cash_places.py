"""At which counter cash was put in and taken out: what a bank reports to its authority beside its books."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.simulate.paying.payments import CASH
from veedor.simulate.paying.people import BANKS, MARKETS
from veedor.simulate.paying.purse import Period, Purse
from veedor.simulate.seeds import child

HEADER = "account,bank,time,kind,amount,currency,branch,place,country,latitude_deg,longitude_deg,person,simulated\n"


@dataclass(frozen=True)
class Town:
    """An invented office in a town; `border`: in the border region."""

    name: str
    country: str
    lat: float
    lon: float
    border: bool = False


DECLARING = ("beyond_declared", "home_again", "border_shop", "couple")
"""Stories in which customs are told of cash."""
# Towns as such are real, offices are not.
TOWNS = (
    Town("Caracas", "VE", 10.49, -66.88), Town("Valencia", "VE", 10.16, -68.0), Town("Maracay", "VE", 10.25, -67.6),
    Town("Barquisimeto", "VE", 10.07, -69.32), Town("Guasdualito", "VE", 7.24, -70.73, True),
    Town("San Antonio", "VE", 7.81, -72.44, True), Town("Bogota", "CO", 4.65, -74.1), Town("Cali", "CO", 3.44, -76.52),
    Town("Medellin", "CO", 6.24, -75.58), Town("Barranquilla", "CO", 10.97, -74.8),
    Town("Arauca", "CO", 7.08, -70.76, True), Town("Cucuta", "CO", 7.89, -72.5, True),
)  # fmt: skip


@dataclass(frozen=True)
class Handled:
    """One transaction in cash: account, bank, seconds from the start, whether a deposit, hundredths, where, by whom."""

    account: str
    bank: int
    market: int
    t: float
    deposit: bool
    units: int
    town: Town
    person: str


def handled(purse: Purse, period: Period) -> Iterator[Handled]:
    """All cash of a period at banks that hand in their books, with its town: at home, but for what stories say. Of what
    was handled before the start nobody reports."""
    if period.earlier:
        return
    people, pay = purse.people, period.booked.payments
    homes = child(purse.seed, "homes").random(len(people))
    rng = child(purse.seed, "counters", period.first_day)
    for at in np.nonzero(pay.instrument == CASH)[0].tolist():
        deposit = int(pay.payee[at]) >= 0
        account = int(pay.payee[at] if deposit else pay.payer[at])
        bank = people.banks[int(people.bank[account])]
        draws = rng.random(3)
        if not bank.form:
            continue
        ours = [town for town in TOWNS if town.country == bank.country]
        home = ours[int(homes[account] * len(ours))]
        story = purse.stories[int(pay.serial[at])] if pay.serial[at] >= 0 else None
        kind = story.kind if story else ""
        # Who declared cash comes himself, whosever account he puts it into.
        own = str(people.holder[story.subject if story and story.declared else account])
        town, person = _where(kind, deposit, home, ours, draws, own)
        t = float(period.booked.credit_t[at] if deposit else np.floor(pay.t[at]))
        yield Handled(
            str(people.account[account]), int(people.bank[account]), int(people.market[account]), t, deposit,
            int(pay.units[at]), town, person,
        )  # fmt: skip


def _where(kind: str, deposit: bool, home: Town, ours: list[Town], draws: np.ndarray, own: str) -> tuple[Town, str]:
    inland, border = [town for town in ours if not town.border], [town for town in ours if town.border]
    somebody = f"Courier {int(draws[1] * 90):02d}"
    if kind == "funnel":
        if deposit:
            return inland[int(draws[0] * len(inland))], somebody
        return border[int(draws[0] * 1.2) % len(border)], own
    if kind in DECLARING:
        return home, own
    if kind == "student":
        return (inland[0], f"Parent of {own}") if deposit else (inland[-1], own)
    if kind == "branches" and deposit:
        return ours[int(draws[0] * len(ours))], f"Cashier {int(draws[1] * 5)}"
    # Most people stay at home; some travel or ask a friend.
    return (home if draws[0] < 0.9 else ours[int(draws[2] * len(ours))]), (own if draws[1] < 0.93 else somebody)


def cash_rows(some: list[Handled], start_us: int) -> pa.Table:
    """Rows of the table `cash_transactions` but for provenance."""
    return pa.Table.from_pylist(
        [
            {
                "account": one.account, "bank": BANKS[one.bank].bic, "time": start_us + int(one.t) * 1_000_000,
                "kind": "deposit" if one.deposit else "withdrawal", "amount_units": one.units, "amount_exponent": 2,
                "currency": MARKETS[one.market].currency, "branch": f"{one.town.name[:3].upper()}-1",
                "place": one.town.name, "country": one.town.country, "lat_e7": round(one.town.lat * 1e7),
                "lon_e7": round(one.town.lon * 1e7), "person": one.person, "simulated": True,
            }
            for one in some
        ]
    )  # fmt: skip


def cash_csv(some: list[Handled], start_us: int) -> bytes:
    """The file that a bank hands in."""
    lines = [HEADER]
    for one in some:
        moment = np.datetime64(start_us + int(one.t) * 1_000_000, "us")
        lines.append(
            f"{one.account},{BANKS[one.bank].bic},{np.datetime_as_string(moment, unit='s')}Z,"
            f"{'deposit' if one.deposit else 'withdrawal'},{one.units // 100}.{one.units % 100:02d},"
            f"{MARKETS[one.market].currency},{one.town.name[:3].upper()}-1,{one.town.name},{one.town.country},"
            f"{one.town.lat:.2f},{one.town.lon:.2f},{one.person},true\n"
        )
    return "".join(lines).encode()
