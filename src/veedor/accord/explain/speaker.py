"""What all sentences of one accord share: its names, its texts, its deadlines, in one language.

Texts that the drafters wrote stand in quotation marks with the id beside them, so that a reader sees which words the
software computes with (none of those in quotation marks) and which rule they belong to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from veedor.accord.dates import instant_us_of
from veedor.accord.deadlines import Deadline
from veedor.accord.model.accord import Accord
from veedor.accord.model.parts import Text
from veedor.words import Language, Value, known, say
from veedor.words.dates import moment_in_words
from veedor.words.formats import integer
from veedor.words.lists import contracted, joined, quoted

_ACCORD_ANCHORS = {"accord.signed": "signed", "accord.in_force": "in_force"}
_FRACTION = re.compile(r"-?[0-9]+(/[0-9]+)?")
_NAMING_ANCHORS = ("met", "granted", "active")


@dataclass(frozen=True)
class Speaker:
    """One accord in one language."""

    accord: Accord
    language: Language

    def say(self, key: str, /, **values: Value) -> str:
        """A sentence of the topic `accord`, or a part of one: small words run together as the language does, and a
        capital first where it ends in a full stop, for a party's name may begin with its article."""
        said = contracted(say(f"accord.{key}", self.language, values), self.language)
        return said[:1].upper() + said[1:] if said.endswith(".") else said

    def text(self, text: Text) -> str:
        """Words of the drafters, in quotation marks, without the full stop that would end our own sentence."""
        return quoted((text.es if self.language == "es" else text.en).removesuffix("."), self.language)

    def id(self, name: str) -> str:
        """An id of the accord's file, in quotation marks."""
        return quoted(name, self.language)

    def party(self, party: str) -> str:
        """A party by its name, with the article that it has there; by its id where the accord does not name it."""
        known_party = self.accord.parties.get(party)
        if known_party is None:
            return self.id(party)
        return known_party.name.es if self.language == "es" else known_party.name.en

    def parties(self, parties: Iterable[str]) -> str:
        return joined([self.party(party) for party in parties], "and", self.language)

    def either(self, parties: Iterable[str]) -> str:
        return joined([self.party(party) for party in parties], "or", self.language)

    def authorities(self, names: Iterable[str]) -> str:
        said = []
        for name in names:
            authority = self.accord.authorities.get(name)
            said.append(self.id(name) if authority is None else self.text_plain(authority.name))
        return joined(said, "and", self.language)

    def text_plain(self, text: Text) -> str:
        """A proper name: without quotation marks."""
        return text.es if self.language == "es" else text.en

    def ids(self, names: Iterable[str]) -> str:
        return joined([self.id(name) for name in names], "and", self.language)

    def either_of(self, names: Iterable[str]) -> str:
        return joined([self.id(name) for name in names], "or", self.language)

    def number(self, value: str) -> str:
        """A fraction as the accord writes it, with the language's separators."""
        return "/".join(integer(int(part), self.language) for part in value.split("/"))

    def fraction(self, value: str) -> str:
        """A computed fraction, or as it is what is none: 95/100, 24, happened."""
        return self.number(value) if _FRACTION.fullmatch(value) else value

    def moment_us(self, at_us: int) -> str:
        """An instant in full words."""
        return moment_in_words(at_us, self.language)

    def event(self, name: str) -> str:
        """An event by the drafters' words and its id."""
        event = self.accord.events.get(name)
        return self.id(name) if event is None else self.text(event.text)

    def figure(self, name: str) -> str:
        figure = self.accord.figures.get(name)
        return self.id(name) if figure is None else self.text(figure.text)

    def unit(self, figure: str) -> str:
        """The unit of a figure in words where the catalogue has it, else its name with blanks."""
        series = self.accord.figures.get(figure)
        return "" if series is None else self.word("unit", series.unit)

    def is_rate(self, figure: str) -> bool:
        """Whether periods of a figure are not added up."""
        series = self.accord.figures.get(figure)
        return series is not None and series.is_rate

    def word(self, group: str, name: str) -> str:
        """A word of a closed list; one that came later reads as itself."""
        return self.say(f"{group}.{name}") if known(f"accord.{group}.{name}") else name.replace("_", " ")

    def when(self, deadline: Deadline) -> str:
        """A deadline as an adverbial: `36 hours after …`, `30 calendar days after the day of …, at the end of the
        day in UTC`."""
        anchor = self._anchor(deadline.anchor)
        amount = deadline.amount
        if deadline.unit == "hours":
            key = "t.at" if amount == 0 else "t.hours" if amount > 0 else "t.hours_before"
            return self.say(key, n=abs(amount), anchor=anchor) + self._zone_of_hours(deadline)
        if deadline.counting == "included":
            manner = "counted" if amount > 0 else "counted_before"
        else:
            manner = "same" if amount == 0 else "after" if amount > 0 else "before"
        return self.say(f"t.{deadline.unit}.{manner}", n=abs(amount), anchor=anchor, clock=self._clock(deadline))

    def _clock(self, deadline: Deadline) -> str:
        calendar = self.say("t.calendar", name=self.id(deadline.calendar)) if deadline.calendar else ""
        if deadline.ends == "24:00":
            return self.say("clock.end", zone=self._zone(deadline.zone)) + calendar
        return self.say("clock.at", clock=deadline.ends, zone=self._zone(deadline.zone)) + calendar

    def _zone(self, name: str) -> str:
        return self.say("zone.utc") if name == "UTC" else self.say("zone.named", zone=name)

    def _zone_of_hours(self, deadline: Deadline) -> str:
        # Hours are the same everywhere; a zone that the accord names all the same is not hidden.
        return "" if deadline.zone == "UTC" else f" ({self._zone(deadline.zone)})"

    def _anchor(self, anchor: str) -> str:
        if anchor in _ACCORD_ANCHORS:
            return self.say(f"anchor.{_ACCORD_ANCHORS[anchor]}")
        kind, _, name = anchor.partition(".")
        if kind == "date":
            return self._date(name)
        if kind == "event":
            return self.say("anchor.event", name=self.event(name))
        if kind in _NAMING_ANCHORS:
            return self.say(f"anchor.{kind}", name=self.id(name))
        return self.say(f"anchor.{anchor}") if known(f"accord.anchor.{anchor}") else self.id(anchor)

    def _date(self, name: str) -> str:
        date = self.accord.dates.get(name)
        if date is None:
            return self.id(name)
        return self.say("anchor.date", name=self.text(date.text), at=self.moment(date.at, f"dates.{name}"))

    def moment(self, instant: str, place: str) -> str:
        """An instant of the accord's file in full words."""
        return moment_in_words(instant_us_of(instant, place), self.language)
