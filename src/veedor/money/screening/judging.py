"""What speaks for and against that a party is a listed one: name, birth, country, numbers, kind; innocent reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from veedor.engine.findings import Innocent, Term
from veedor.money.screening.lists import UNIQUE, ReadyList
from veedor.money.screening.parties import Party
from veedor.registers.names import NameScore
from veedor.registers.sanctions.listed import ListedEntry, ListedName

EXPERT = "expert setting"
# Thousandths of log10, all expert settings.
BORN_SAME_DAY, BORN_SAME_YEAR, BORN_OTHER = 2500, 900, -2500
SAME_COUNTRY, OTHER_COUNTRY = 300, -400
SAME_NUMBER, SAME_COMMON_NUMBER, OTHER_NUMBER = 4000, 2500, -1500
OTHER_KIND, WEAK_ALIAS, COMMON_NAME, SHIP_NAME = -2000, -500, -300, -700
# A number that agrees is not talked away by a name that was changed.
NAME_FLOOR_WITH_NUMBER = -1500
_COMMON_PERCENT = 70
NAME_LEAST = -500
"""A birth date or a country does not make up for a name worse than this: many are born on one day."""


def could_add(party: Party) -> int:
    """The most that birth date and country can add to a name's score."""
    return (BORN_SAME_DAY if party.born else 0) + (SAME_COUNTRY if party.countries else 0)


@dataclass(frozen=True)
class Judged:
    """A party against one name of one entry."""

    entry: ListedEntry
    name: ListedName
    terms: tuple[Term, ...]
    innocent: tuple[Innocent, ...]
    numbers_agree: bool

    @property
    def milli_log10(self) -> int:
        worth = sum(term.milli_log10 or 0 for term in self.terms)
        return worth + sum(test.milli_log10 for test in self.innocent)


def judge(party: Party, entry: ListedEntry, name: ListedName, found: NameScore, against: ReadyList) -> Judged:
    """All terms and tests of one pair; what the records do not say is not assessable and adds nothing."""
    numbers = _numbers(party, entry)
    agree = bool(numbers.milli_log10)
    terms = [Term(f"term.{term.name}", term.milli_log10, term.source, {"amount": term.amount}) for term in found.terms]
    if agree and found.milli_log10 < NAME_FLOOR_WITH_NUMBER:
        terms = [Term("term.name.other", NAME_FLOOR_WITH_NUMBER, EXPERT, {"full": found.milli_log10})]
    terms += [_birth(party, entry), country_term(party, entry), numbers]
    tests = (
        _other_birth(party, entry), other_country(party, entry), _other_number(party, entry), other_kind(party, entry),
        _weak(name), _common(found, against),
        *([_ship_name(agree)] if "vessel" in (party.kind, entry.kind) else ()),
    )  # fmt: skip
    return Judged(entry, name, tuple(terms), tests, agree)


def _numbers(party: Party, entry: ListedEntry) -> Term:
    listed = {(each.scheme, each.value) for each in entry.identifiers}
    shared = sorted({(each.scheme, each.value) for each in party.identifiers} & listed)
    if not party.identifiers or not listed:
        return Term("term.listed_number", None, EXPERT)
    if not shared:
        return Term("term.listed_number", 0, EXPERT)
    worth = SAME_NUMBER if any(scheme in UNIQUE for scheme, _ in shared) else SAME_COMMON_NUMBER
    return Term("term.listed_number", worth, EXPERT, {"scheme": shared[0][0], "numbers": len(shared)})


def _births(party: Party, entry: ListedEntry) -> str:
    """same_day, same_year, other, unknown."""
    if party.born is None or not entry.born:
        return "unknown"
    own = party.born
    over = [each for each in entry.born if each.first <= own.last and own.first <= each.last]
    if not over:
        return "other"
    return (
        "same_day"
        if any(_exact(each.first, each.last) and _exact(own.first, own.last) for each in over)
        else "same_year"
    )


def _exact(first: date, last: date) -> bool:
    return first == last


def _birth(party: Party, entry: ListedEntry) -> Term:
    how = _births(party, entry)
    worth = {"same_day": BORN_SAME_DAY, "same_year": BORN_SAME_YEAR, "other": 0}.get(how)
    return Term("term.listed_birth", worth, EXPERT)


def _other_birth(party: Party, entry: ListedEntry) -> Innocent:
    how = _births(party, entry)
    if how == "unknown":
        return Innocent("innocent.listed_birth", "cannot_tell", {}, 0)
    return Innocent("innocent.listed_birth", "supports" if how == "other" else "contradicts", {},
                    BORN_OTHER if how == "other" else 0)  # fmt: skip


def country_term(party: Party, entry: ListedEntry) -> Term:
    """Whether a country of the party is one of the entry."""
    if not party.countries or not entry.countries:
        return Term("term.listed_country", None, EXPERT)
    return Term("term.listed_country", SAME_COUNTRY if set(party.countries) & set(entry.countries) else 0, EXPERT)


def other_country(party: Party, entry: ListedEntry) -> Innocent:
    """Whether the two have no country in common."""
    key = "innocent.listed_country"
    if not party.countries or not entry.countries:
        return Innocent(key, "cannot_tell", {}, 0)
    values = {"own": ", ".join(party.countries), "listed": ", ".join(entry.countries)}
    if set(party.countries) & set(entry.countries):
        return Innocent(key, "contradicts", values, 0)
    return Innocent(key, "supports", values, OTHER_COUNTRY)


def _other_number(party: Party, entry: ListedEntry) -> Innocent:
    """Only a number of which everybody has one speaks against."""
    key = "innocent.listed_number"
    own = {(each.scheme, each.value) for each in party.identifiers if each.scheme in UNIQUE}
    listed = {(each.scheme, each.value) for each in entry.identifiers if each.scheme in UNIQUE}
    both = sorted({scheme for scheme, _ in own} & {scheme for scheme, _ in listed})
    if not both:
        return Innocent(key, "cannot_tell", {}, 0)
    if own & listed:
        return Innocent(key, "contradicts", {"scheme": both[0]}, 0)
    return Innocent(key, "supports", {"scheme": both[0]}, OTHER_NUMBER)


def other_kind(party: Party, entry: ListedEntry) -> Innocent:
    """Whether one is a person, firm, ship or aircraft and the other is not."""
    key = "innocent.listed_kind"
    if party.kind == "unknown" or entry.kind == "unknown":
        return Innocent(key, "cannot_tell", {}, 0)
    same = party.kind == entry.kind
    return Innocent(key, "contradicts" if same else "supports", {}, 0 if same else OTHER_KIND)


def _ship_name(numbers_agree: bool) -> Innocent:
    """Whether only the names of two ships agree."""
    key = "innocent.listed_ship_name"
    return Innocent(key, "contradicts", {}, 0) if numbers_agree else Innocent(key, "supports", {}, SHIP_NAME)


def _weak(name: ListedName) -> Innocent:
    weak = name.quality == "weak"
    return Innocent("innocent.listed_weak", "supports" if weak else "contradicts", {}, WEAK_ALIAS if weak else 0)


def _common(found: NameScore, against: ReadyList) -> Innocent:
    """Whether every word that met is one that many on the list bear."""
    met = {each.other for each in found.met if each.how != "initial"}
    if not met:
        return Innocent("innocent.listed_common", "cannot_tell", {}, 0)
    common = [word for word in met if against.common.get(word, 100) <= _COMMON_PERCENT]
    supports = len(common) == len(met)
    return Innocent("innocent.listed_common", "supports" if supports else "contradicts",
                    {"common": len(common), "words": len(met)}, COMMON_NAME if supports else 0)  # fmt: skip
