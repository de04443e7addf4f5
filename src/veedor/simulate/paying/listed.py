"""An invented list of sanctions, accounts of those on it under whatever name their bank wrote, and innocent people who
are called nearly the same, or by chance the very same. Nobody on it is real; every entry says SIMULATED.

Listed parties and their namesakes have names out of more syllables than everybody else: the people of a scenario share
some thousand words that lie a letter apart, and a list out of these would name somebody in every street.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from veedor.simulate.paying.people import MARKETS, People, at_home, beside
from veedor.simulate.paying.stories import Story, Teller
from veedor.simulate.seeds import child

LISTED, NAMESAKE, BY_CHANCE = "listed", "namesake", "namesake by chance"
_FILE_ROWS = 400
"""So many entries the list has beside those that bank with anybody here."""
_FORMS = ("C.A.", "S.A.S.", "S.A.")


_ONSETS = (*"bcdfgjlmnprstvz", *"bcdglmnprst", "ch", "br", "gr", "tr")
_VOWELS, _CODAS = (*"aeiou", *"aeo", "ia"), ("", "", "", "", *"lnrs")


@dataclass(frozen=True)
class Entry:
    """One of the list: words of the name (given name, paternal, maternal; or two and a legal form), one alias, year of
    birth or founding, country."""

    words: tuple[str, ...]
    alias: str
    person: bool
    born: int
    country: str

    @property
    def name(self) -> str:
        return " ".join(self.words)


def listed_parties(seed: int, count: int) -> list[Entry]:
    """The first `count` of the list; more of them do not change these."""
    made = []
    for number in range(count):
        rng = child(seed, "listed party", number)
        person = rng.random() < 0.7
        last = _word(rng) if person else str(rng.choice(_FORMS))
        words = (_word(rng), _word(rng), last)
        alias = f"{_word(rng)} {words[1]}" if person else f"{_word(rng)} {_word(rng)} {last}"
        made.append(Entry(words, alias, person, int(rng.integers(1950, 1999)), str(rng.choice(["VE", "CO", "PA"]))))
    return made


def with_listed(seed: int, people: People, listed: int, namesakes: int, by_chance: int) -> People:
    """The same people; so many accounts of listed parties, of people with nearly the same names, and of people who bear
    by chance the name of somebody listed that does not bank here, in every currency."""
    parties = listed_parties(seed, listed * len(MARKETS))
    for role, count, spelled in ((LISTED, listed, _as_written), (NAMESAKE, namesakes, _nearly)):
        rng = child(seed, role)
        market = np.repeat(np.arange(len(MARKETS)), count)
        holders = [spelled(rng, parties[number % len(parties)]) for number in range(len(market))]
        people = beside(rng, people, role, market, at_home(rng, market), holders=holders, opening=_means(rng, market))
    rng = child(seed, BY_CHANCE)
    market = np.repeat(np.arange(len(MARKETS)), by_chance)
    elsewhere = [each.name for each in listed_parties(seed, len(parties) + _FILE_ROWS)[len(parties) :] if each.person]
    holders = [str(name) for name in rng.choice(elsewhere, len(market), replace=False)]
    return beside(
        rng, people, BY_CHANCE, market, at_home(rng, market), holders=holders, opening=_means(rng, market)
    )  # fmt: skip


def _means(rng: np.random.Generator, market: np.ndarray) -> np.ndarray:
    prices = np.array([place.dollar for place in MARKETS])[market]
    steps = np.array([place.step for place in MARKETS])[market]
    rough = np.round(rng.lognormal(np.log(2_000), 0.8, len(market)) * prices * 100).astype(np.int64)
    return np.asarray(rough // steps * steps, dtype=np.int64)


def _as_written(rng: np.random.Generator, party: Entry) -> str:
    """How a bank came to write a listed party's name."""
    given, paternal, last = party.words
    how = rng.random()
    if how < 0.3:
        return party.name
    if how < 0.5:
        return party.alias
    if how < 0.7:
        return " ".join((given, _slip(rng, paternal), last))
    if how < 0.85 or not party.person:
        return f"{given} {paternal}"
    return f"{paternal} {last} {given}" if how < 0.95 else f"{given[0]}. {paternal} {last}"


def _nearly(rng: np.random.Generator, party: Entry) -> str:
    """Somebody else's name: a namesake with another mother, or of whom the bank writes no second name; a brother or
    sister; a firm with one word in common."""
    given, paternal, last = party.words
    how = rng.random()
    if not party.person:
        return f"{given} {_word(rng)} {rng.choice(_FORMS)}"
    if how < 0.4:
        return f"{given} {paternal} {_word(rng)}"
    if how < 0.5:
        return f"{given} {paternal}"
    if how < 0.8:
        return f"{_word(rng)} {paternal} {last}"
    return f"{given} {_word(rng)} {last}"


def _word(rng: np.random.Generator) -> str:
    """An invented word of two or three syllables."""
    count = int(rng.integers(2, 4))
    parts = (str(rng.choice(part)) for _ in range(count) for part in (_ONSETS, _VOWELS, _CODAS))
    return "".join(parts).capitalize()


def _slip(rng: np.random.Generator, word: str) -> str:
    """One slip of a typist: two letters exchanged, one left out, one twice."""
    at = int(rng.integers(1, len(word) - 1))
    return str(rng.choice([
        word[:at] + word[at + 1] + word[at] + word[at + 2 :], word[:at] + word[at + 1 :], word[:at] + word[at:at + 1]
        + word[at:],
    ]))  # fmt: skip


def dealing(teller: Teller, day: float, mission: int) -> Story:
    """A listed party goes on dealing: firms pay it, it pays firms and its own people, some days of two weeks."""
    account = _deals(teller, day, LISTED, (400, 9_000))
    return teller.told("listed_party", True, account, mission)


def namesake(teller: Teller, day: float) -> Story:
    """Somebody who is called nearly like a listed party earns and spends."""
    return teller.told("namesake", False, _deals(teller, day, NAMESAKE, (60, 2_500)))


def namesake_by_chance(teller: Teller, day: float) -> Story:
    """Somebody who is called as a listed party is, given name and both surnames, and is somebody else: often of another
    country, and sometimes nothing in the bank's records tells them apart."""
    return teller.told("namesake_by_chance", False, _deals(teller, day, BY_CHANCE, (60, 2_500)))


def _deals(teller: Teller, day: float, role: str, dollars: tuple[float, float]) -> int:
    """Some payments in and out of an account of this role, which is given back."""
    rng = teller.rng
    account = teller.take(role)
    for _ in range(int(rng.integers(3, 8))):
        other = teller.pick("company" if rng.random() < 0.6 else "person")[0]
        payer, payee = (account, other) if rng.random() < 0.5 else (other, account)
        units, t = teller.money(rng.uniform(*dollars)), teller.opening_hours(day + rng.uniform(0.0, 8.5))
        teller.pay(payer, payee, units, t, str(rng.choice(["factura", "transferencia", "prestamo"])))
    return account


def list_file(seed: int, listed: int, start: datetime) -> bytes:
    """The list as a party hands it in, entities of FollowTheMoney line by line: all listed parties that bank here, and
    more who do not."""
    lines = []
    for number, entity in enumerate(_entities(seed, listed, start)):
        lines.append(json.dumps({"id": f"SIMULATED-{number:05d}", **entity}, ensure_ascii=False, sort_keys=True))
    return ("\n".join(lines) + "\n").encode()


def _entities(seed: int, listed: int, start: datetime) -> Iterator[dict[str, object]]:
    order = child(seed, "order of the list")
    every = listed_parties(seed, listed * len(MARKETS) + _FILE_ROWS)
    for number, at in enumerate(order.permutation(len(every)).tolist()):
        party = every[at]
        said = {
            "name": [party.name], "alias": [party.alias], "country": [party.country.lower()],
            "topics": ["sanction"], "notes": ["SIMULATED entry: invented, nobody real"],
        }  # fmt: skip
        said["birthDate" if party.person else "incorporationDate"] = [str(party.born)]
        yield {"schema": "Person" if party.person else "Company", "properties": said}
        on = start - timedelta(days=int(order.integers(60, 2_000)))
        yield {
            "schema": "Sanction",
            "properties": {"entity": [f"SIMULATED-{2 * number:05d}"], "startDate": [f"{on:%Y-%m-%d}"],
                           "program": ["SIMULATED-LIST"]},
        }  # fmt: skip


__all__ = [
    "LISTED",
    "NAMESAKE",
    "dealing",
    "list_file",
    "listed_parties",
    "namesake",
    "namesake_by_chance",
    "with_listed",
]
