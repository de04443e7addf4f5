"""Who holds accounts: people, shops, firms, utilities, exchange houses and co-operatives in three currencies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from veedor.simulate.columns import Ints
from veedor.simulate.scale import Scale
from veedor.simulate.seeds import child

_OBJECTS = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Bank:
    """An invented bank; `form` is how it hands in its books, empty for banks outside the accord."""

    bic: str
    party: str
    country: str
    form: str
    dates_only: bool = False


BANKS = (
    Bank("SIMAVECA", "ve", "VE", "camt053"),
    Bank("SIMBVEMR", "ve", "VE", "csv", dates_only=True),
    Bank("SIMCCOBB", "co", "CO", "camt053"),
    Bank("SIMDCOCU", "co", "CO", "csv"),
    Bank("SIMXPAPA", "", "PA", ""),
    Bank("SIMYCWCU", "", "CW", ""),
)


@dataclass(frozen=True)
class Market:
    """People who pay each other in one currency: share of all people and payments, weight of each bank, price of a
    dollar in it, and the step amounts are rounded to (in hundredths)."""

    currency: str
    share: float
    banks: tuple[float, ...]
    dollar: float
    step: int


MARKETS = (
    Market("VES", 0.35, (0.52, 0.40, 0.0, 0.0, 0.05, 0.03), 260.0, 1),
    Market("USD", 0.20, (0.34, 0.28, 0.14, 0.12, 0.08, 0.04), 1.0, 1),
    Market("COP", 0.45, (0.0, 0.0, 0.50, 0.44, 0.03, 0.03), 4_000.0, 10_000),
)
ROLES = (
    "person",
    "shop",
    "company",
    "utility",
    "exchange",
    "coop",
    "headquarters",
    "new",  # opened for this month, empty before
)
SHELF = "shelf"
"""Firms that exist on paper and hardly do anything: only where a scenario asks for them."""
_LEAST_OF_A_ROLE = 2
_START = ("Ba", "Ce", "Do", "Fa", "Gi", "Lo", "Ma", "Ne", "Pa", "Qui", "Ro", "Sa", "Te", "Vi", "Xo", "Zu")
_MIDDLE = ("ran", "lor", "mir", "tel", "van", "des", "gor", "nal", "rib", "sen", "tor", "zal")
_END = ("da", "do", "ez", "ia", "in", "o", "os", "ra", "ta", "va")


@dataclass(frozen=True)
class People:
    """One entry per account; `roles` gives, by market and role, the indices of its accounts; `bank` numbers `banks`."""

    account: _OBJECTS
    holder: _OBJECTS
    bank: Ints
    market: Ints
    opening: Ints  # hundredths
    roles: tuple[Mapping[str, Ints], ...]
    banks: tuple[Bank, ...] = BANKS

    def __len__(self) -> int:
        return len(self.account)


def make_people(seed: int, scale: Scale, new: int = 0, shelf: int = 0) -> People:
    """All accounts of a scenario, among them `new` empty ones per market. Numbers and names are drawn alike for
    everybody, whatever they do later. `shelf` firms per market come after all others and move none of them."""
    rng = child(seed, "people")
    market, role = [], []
    for number, place in enumerate(MARKETS):
        persons = int(scale.people * place.share)
        counts = (
            persons,
            persons // 25 + 8,
            persons // 30 + 20,
            6,
            persons // 1500 + 4,
            persons // 800 + 4,
            persons // 1500 + 4,
            new,
        )
        for kind, count in enumerate(counts):
            market += [number] * count
            role += [kind] * count
    markets, kinds = np.array(market, dtype=np.int64), np.array(role, dtype=np.int64)
    shuffled = rng.permutation(len(markets))  # the order of accounts says nothing
    markets, kinds = markets[shuffled], kinds[shuffled]
    bank = np.empty(len(markets), dtype=np.int64)
    for number, place in enumerate(MARKETS):
        here = markets == number
        bank[here] = rng.choice(len(BANKS), int(here.sum()), p=np.array(place.banks) / sum(place.banks))
        for kind in range(len(ROLES)):
            _settle(bank, np.nonzero(here & (kinds == kind))[0], int(np.argmax(place.banks)))
    dollars = np.array([m.dollar for m in MARKETS])[markets]
    wealth = np.array([700.0, 4_000.0, 15_000.0, 200_000.0, 150_000.0, 60_000.0, 400_000.0, 0.0])[kinds]
    opening = np.round(wealth * dollars * rng.lognormal(0.0, 0.7, len(markets)) * 100).astype(np.int64)
    steps = np.array([m.step for m in MARKETS])[markets]
    roles = tuple(
        {name: np.nonzero((markets == m) & (kinds == k))[0] for k, name in enumerate(ROLES)}
        for m in range(len(MARKETS))
    )
    people = People(_numbers(rng, bank, BANKS), _names(rng, kinds), bank, markets, opening // steps * steps, roles)
    return _with_shelf(seed, people, shelf) if shelf else people


def _settle(bank: Ints, members: Ints, home: int) -> None:
    """Moves members of a role to a bank under the accord until two are there: stories need that many of the few."""
    ours = np.array([bool(one.form) for one in BANKS])[bank[members]]
    bank[members[~ours][: max(0, _LEAST_OF_A_ROLE - int(ours.sum()))]] = home


def _with_shelf(seed: int, people: People, count: int) -> People:
    rng = child(seed, "shelf")
    market = np.repeat(np.arange(len(MARKETS)), count)
    return beside(rng, people, SHELF, market, at_home(rng, market), firms=True)


def at_home(rng: np.random.Generator, market: Ints, ours: bool = False) -> Ints:
    """Banks of further accounts, as people of each market choose theirs; `ours`: among those under the accord only."""
    banks = np.empty(len(market), dtype=np.int64)
    for number, place in enumerate(MARKETS):
        weights = np.array(place.banks) * [bool(one.form) or not ours for one in BANKS]
        here = market == number
        banks[here] = rng.choice(len(BANKS), int(here.sum()), p=weights / weights.sum())
    return banks


def beside(
    rng: np.random.Generator, people: People, role: str, market: Ints, bank: Ints, *, firms: bool = False,
    holders: Sequence[str] = (), opening: Ints | None = None,
) -> People:  # fmt: skip
    """Everybody as before, and behind them accounts of a role that nobody had: nothing moves. Without `holders` they
    have names like all others; without `opening` they are empty."""
    numbers = _numbers(rng, bank, people.banks)
    while len({*numbers, *people.account}) < len(numbers) + len(people):
        numbers = _numbers(rng, bank, people.banks)
    kind = ROLES.index("company") if firms else ROLES.index("person")
    names = np.array(holders, dtype=object) if holders else _names(rng, np.full(len(bank), kind))
    first = len(people)
    return replace(
        people,
        account=np.concatenate([people.account, numbers]),
        holder=np.concatenate([people.holder, names]),
        bank=np.concatenate([people.bank, bank]),
        market=np.concatenate([people.market, market]),
        opening=np.concatenate([people.opening, np.zeros(len(bank), dtype=np.int64) if opening is None else opening]),
        roles=tuple(
            {**roles, role: first + np.nonzero(market == number)[0]} for number, roles in enumerate(people.roles)
        ),
    )


def _numbers(rng: np.random.Generator, bank: Ints, banks: Sequence[Bank]) -> _OBJECTS:
    """Account numbers in the shape of an IBAN with valid check digits (neither state issues real ones)."""
    tail = rng.integers(0, 10**15, len(bank))
    made = []
    for b, number in zip(bank.tolist(), tail.tolist(), strict=True):
        country = banks[b].country
        bban = f"99{b % 100:02d}{number:016d}"
        letters = "".join(str(ord(letter) - 55) for letter in country)
        made.append(f"{country}{98 - int(bban + letters + '00') % 97:02d}{bban}")
    if len(set(made)) != len(made):
        return _numbers(rng, bank, banks)
    return np.array(made, dtype=object)


def _names(rng: np.random.Generator, kinds: Ints) -> _OBJECTS:
    """Invented names out of syllables; firms carry a legal form."""
    syllables = [rng.integers(0, n, (2, len(kinds))) for n in (len(_START), len(_MIDDLE), len(_END))]
    forms = rng.integers(0, 2, len(kinds)).tolist()
    columns = [part.tolist() for pair in syllables for part in pair]
    made = []
    for kind, form, a, b, c, d, e, f in zip(kinds.tolist(), forms, *columns, strict=True):
        name = f"{_START[a]}{_MIDDLE[c]}{_END[e]} {_START[b]}{_MIDDLE[d]}{_END[f]}"
        made.append(name if kind in (0, ROLES.index("new")) else f"{name} {('C.A.', 'S.A.S.')[form]}")
    return np.array(made, dtype=object)
