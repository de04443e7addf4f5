"""Which text counts: versions, who has signed them, how far they and the accord have come, who still takes part.

A version is signed when all of its parties have signed it and the version it supersedes is signed. It is in force from
its own `in_force`, never before it is signed. The latest version in force governs, and any other is superseded then;
before any is in force, the latest signed governs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Literal, NamedTuple

from veedor.accord.bodies import Notice, SignAccord
from veedor.accord.dates import instant_us_of
from veedor.accord.evaluate.clock import Clock, Machine, Order
from veedor.accord.evaluate.conditions import Terms, terms_of
from veedor.accord.evaluate.instants import Instants
from veedor.accord.load import Loaded
from veedor.accord.model.accord import Accord
from veedor.accord.verdict import AccordState, Participates, PartyVerdict, Signature, VersionVerdict

VersionState = Literal["draft", "signed", "in_force", "superseded"]
STAGES: tuple[AccordState, ...] = ("draft", "signed", "in_force", "ended")
GONE: tuple[Participates, ...] = ("withdrawn",)
OUT: tuple[Participates, ...] = ("suspended", *GONE)


@dataclass
class Version:
    """One version with what became of it. `own`: its dates, and its own two anchors as they come to be known; an anchor
    of another version is none of it."""

    loaded: Loaded
    instants: Instants
    signatures: dict[str, Signature] = field(default_factory=dict)
    own: dict[str, int] = field(default_factory=dict)
    state: VersionState = "draft"
    since_us: int = 0
    in_force_us: int | None = None
    _terms: dict[str, Terms] = field(default_factory=dict)

    @property
    def accord(self) -> Accord:
        return self.loaded.accord

    def terms(self, obligation: str) -> Terms:
        """What its condition depends on."""
        if obligation not in self._terms:
            self._terms[obligation] = terms_of(self.accord.obligations[obligation].met_when, self.accord)
        return self._terms[obligation]


@dataclass
class Participant:
    """How a party takes part, since when; `notices`: what it is to be by its own word, and when that takes effect."""

    state: Participates = "takes_part"
    since_us: int = 0
    notices: dict[Participates, int] = field(default_factory=dict)


class Over(NamedTuple):
    """What two sides have between them is over: since when, why, and who is out, where it is for that."""

    since_us: int
    why: str
    about: str


class Versions:
    """All versions at hand, and the parties of the one that governs. Wakes `listeners` when another text governs."""

    order: Order = (0, 0, 0)

    def __init__(self, loaded: Sequence[Loaded], clock: Clock) -> None:
        self._clock = clock
        chosen: dict[str, Loaded] = {each.digest: each for each in loaded}
        ordered = sorted(chosen.values(), key=lambda each: (each.accord.version, each.digest))
        self.all = [Version(each, Instants.of(each.accord), own=_dates(each.accord)) for each in ordered]
        parties = sorted({party for each in self.all for party in each.accord.parties})
        self.participants = {party: Participant() for party in parties}
        self._out = 0
        self.endings = 0
        """How many have withdrawn, and one more once the accord has ended."""
        self.state: AccordState = "draft"
        self.since_us = 0
        self.listeners: list[Machine] = []
        self.governing: Version | None = None

    def sign(self, party: str, body: SignAccord, digest: str) -> str | None:
        """A signature; the reason why it has no effect, or None."""
        version = next((each for each in self.all if each.loaded.digest == body.digest), None)
        if version is None or version.accord.version != body.version:
            return "unknown_version"
        return self.sign_digest(party, body.digest, digest)

    def sign_digest(self, party: str, signed: str, digest: str) -> str | None:
        version = next((each for each in self.all if each.loaded.digest == signed), None)
        if version is None:
            return "unknown_version"
        if party not in version.accord.parties:
            return "not_a_party"
        version.signatures.setdefault(party, Signature(party, self._clock.now_us, digest))
        self._clock.wake(self)
        return None

    def notice(self, party: str, body: Notice) -> str | None:
        """A notice about the author's own participation."""
        governing = self.governing
        participant, now_us = self.participants.get(party), self._clock.now_us
        if governing is None or participant is None or participant.state == "withdrawn":
            return "not_a_party"
        self._clock.wake(self)
        rules = governing.accord.participation
        if body.kind == "resume_participation":
            participant.notices.pop("suspended", None)
            if participant.state == "suspended":
                self._stand(party, "takes_part", now_us)
        elif body.kind == "suspend_participation":
            self._announce(participant, "suspended", governing.instants.after(rules.suspend, now_us))
        else:
            self._announce(participant, "withdrawn", governing.instants.after(rules.withdraw, now_us))
        return None

    def over(self, name: str, version: Version, sides: Sequence[str], ways: Sequence[Participates]) -> Over | None:
        """What ended first of what a rule has between two sides: the accord, unless the rule survives that, or that a
        side takes part (`ways`: in which it is out). At one instant the accord is named, then the first side. Who
        leaves only when the accord ends, or after it, does not end what survives."""
        if not self._out and self.state != "ended":
            return None
        standing = [(self.participants[party], party) for party in sides]
        found = [Over(one.since_us, "participation_suspended", party) for one, party in standing if one.state in ways]
        if self.state == "ended" and name in version.accord.participation.survives:
            found = [each for each in found if each.since_us < self.since_us]
        elif self.state == "ended":
            found.insert(0, Over(self.since_us, "accord_ended", ""))
        return min(found, key=itemgetter(0), default=None)

    def step(self) -> None:
        """Sign, bring in force, suspend, withdraw: what follows from signatures, anchors and passed deadlines."""
        signed: set[str] = {""}
        for version in self.all:
            self._sign_and_enforce(version, signed)
        governing = self._governing()
        if governing is not self.governing and governing is not None:
            self.governing = governing
            self._tell()
        if governing is None:
            return
        for party, participant in self.participants.items():
            self._step_out(party, participant)
        left = sum(self.participants[party].state != "withdrawn" for party in governing.accord.parties)
        if left < 2 and self.state != "ended":
            self._come("ended", self._clock.now_us)
            self.endings += 1
            self._clock.entered("accord", governing.accord.accord, 0, "ended")
            self._tell()

    def verdicts(self) -> tuple[VersionVerdict, ...]:
        return tuple(self._verdict(each) for each in self.all)

    def parties(self) -> tuple[PartyVerdict, ...]:
        return tuple(
            PartyVerdict(name, each.state, each.since_us, tuple(sorted(each.notices.items())))
            for name, each in self.participants.items()
        )

    def _announce(self, participant: Participant, word: Participates, at_us: int) -> None:
        if word not in participant.notices:
            participant.notices[word] = at_us
            self._clock.wake_at(at_us, self)

    def _step_out(self, party: str, participant: Participant) -> None:
        """By notices that have taken effect; that of withdrawal is stronger, as it stays."""
        for word in ("withdrawn", "suspended"):
            at_us = participant.notices.get(word)
            if at_us is not None and self._clock.passed(at_us):
                if word != participant.state:
                    self._stand(party, word, at_us)
                return

    def _stand(self, party: str, word: Participates, since_us: int) -> None:
        self.participants[party].state, self.participants[party].since_us = word, since_us
        self._out = sum(each.state != "takes_part" for each in self.participants.values())
        self.endings += word in GONE
        self._clock.entered("party", party, 0, word)
        self._tell()

    def _sign_and_enforce(self, version: Version, signed: set[str]) -> None:
        clock, accord = self._clock, version.accord
        if accord.supersedes not in signed or (accord.version == 1) != (accord.supersedes == ""):
            return
        if version.state == "draft" and set(version.signatures) >= set(accord.parties):
            self._reach(version, "signed", clock.now_us)
        if version.state == "draft":
            return
        signed.add(version.loaded.digest)
        if version.in_force_us is None:
            found = clock.instant(accord.in_force, version.instants, version.own, self)
            if found is not None:
                version.in_force_us = max(found, version.since_us)
                clock.wake_at(version.in_force_us, self)
        if version.state == "signed" and version.in_force_us is not None and clock.passed(version.in_force_us):
            self._reach(version, "in_force", version.in_force_us)

    def _governing(self) -> Version | None:
        forced = [each for each in self.all if each.state == "in_force"]
        signed = [each for each in self.all if each.state == "signed"]
        for each in forced[:-1]:
            each.state, each.since_us = "superseded", max(each.since_us, forced[-1].since_us)
            self._clock.entered("version", each.accord.accord, each.accord.version, "superseded")
        standing = forced or signed
        return standing[-1] if standing else None

    def _reach(self, version: Version, state: Literal["signed", "in_force"], since_us: int) -> None:
        version.state, version.since_us = state, since_us
        version.own[f"accord.{state}"] = since_us
        self._clock.tell(f"accord.{state}")
        self._clock.entered("version", version.accord.accord, version.accord.version, state)
        self._come(state, since_us)

    def _come(self, state: AccordState, since_us: int) -> None:
        """The accord as a whole is as far as any version has come."""
        if STAGES.index(state) > STAGES.index(self.state):
            self.state, self.since_us = state, since_us

    def _tell(self) -> None:
        for listener in self.listeners:
            self._clock.wake(listener)

    def _verdict(self, version: Version) -> VersionVerdict:
        signatures = tuple(version.signatures[party] for party in sorted(version.signatures))
        missing = tuple(sorted(set(version.accord.parties) - set(version.signatures)))
        number, digest = version.accord.version, version.loaded.digest
        return VersionVerdict(number, digest, version.state, version.since_us, signatures, missing)


def _dates(accord: Accord) -> dict[str, int]:
    return {f"date.{name}": instant_us_of(each.at, f"dates.{name}.at") for name, each in accord.dates.items()}
