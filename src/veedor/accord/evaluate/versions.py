"""Which text counts: versions, who has signed them, since when they are in force, who still takes part.

A version is signed when all of its parties have signed it and the version it supersedes is signed. It is in force from
its own `in_force`, never before it is signed. The latest version in force governs; before any is, the latest signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from veedor.accord.bodies import Notice, SignAccord
from veedor.accord.dates import instant_us_of
from veedor.accord.evaluate.clock import Clock, Machine, Order
from veedor.accord.evaluate.instants import Instants
from veedor.accord.load import Loaded
from veedor.accord.model.accord import Accord
from veedor.accord.verdict import AccordState, Participates, PartyVerdict, Signature, VersionVerdict

SIGNED = "accord.signed"
IN_FORCE = "accord.in_force"


@dataclass
class Version:
    """One version with what became of it. `own`: its dates, and its own two anchors as they come to be known."""

    loaded: Loaded
    instants: Instants
    signatures: dict[str, Signature] = field(default_factory=dict)
    own: dict[str, int] = field(default_factory=dict)
    in_force_us: int | None = None
    tabled_us: int | None = None

    @property
    def accord(self) -> Accord:
        return self.loaded.accord

    @property
    def signed_us(self) -> int | None:
        return self.own.get(SIGNED)

    @property
    def force_us(self) -> int | None:
        return self.own.get(IN_FORCE)


@dataclass
class Participant:
    """How a party takes part; `notice_us`: when a notice of it takes effect, and what it then is."""

    party: str
    state: Participates = "takes_part"
    since_us: int = 0
    pending: dict[str, int] = field(default_factory=dict)


class Versions:
    """All versions at hand, and the parties of the one that governs. Wakes `listeners` when another text governs."""

    order: Order = (0, 0, 0)

    def __init__(self, loaded: Sequence[Loaded], clock: Clock) -> None:
        self._clock = clock
        chosen: dict[str, Loaded] = {each.digest: each for each in loaded}
        ordered = sorted(chosen.values(), key=lambda each: (each.accord.version, each.digest))
        self.all = [Version(each, Instants.of(each.accord), own=_dates(each.accord)) for each in ordered]
        self.participants: dict[str, Participant] = {}
        self.ended_us: int | None = None
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
        if version.tabled_us is None:
            version.tabled_us = self._clock.now_us
        version.signatures.setdefault(party, Signature(party, self._clock.now_us, digest))
        self._clock.wake(self)
        return None

    def notice(self, party: str, body: Notice) -> str | None:
        """A notice about the author's own participation."""
        governing = self.governing
        participant, now_us = self.participants.get(party), self._clock.now_us
        if governing is None or participant is None or participant.state == "withdrawn":
            return "not_a_party"
        if body.kind == "resume_participation":
            participant.pending.pop("suspended", None)
            if participant.state == "suspended":
                participant.state, participant.since_us = "takes_part", now_us
                self._tell()
            return None
        word, deadline = (
            ("suspended", governing.accord.participation.suspend)
            if body.kind == "suspend_participation"
            else ("withdrawn", governing.accord.participation.withdraw)
        )
        if word not in participant.pending and participant.state != word:
            participant.pending[word] = governing.instants.after(deadline, now_us)
            self._clock.wake_at(participant.pending[word], self)
            self._clock.wake(self)
        return None

    def step(self) -> None:
        """Sign, bring in force, suspend, withdraw: what follows from signatures, anchors and passed deadlines."""
        signed: set[str] = {""}
        for version in self.all:
            self._sign_and_enforce(version, signed)
        governing = self._governing()
        if governing is not self.governing and governing is not None:
            self.governing = governing
            for party in governing.accord.parties:
                self.participants.setdefault(party, Participant(party))
            self._tell()
        self._participation()

    def takes_part(self, party: str) -> bool:
        participant = self.participants.get(party)
        return participant is None or participant.state == "takes_part"

    def state(self) -> tuple[AccordState, int]:
        """The accord as a whole, and since when."""
        if self.ended_us is not None:
            return "ended", self.ended_us
        forces = [each.force_us for each in self.all if each.force_us is not None]
        if forces:
            return "in_force", min(forces)
        signed = [each.signed_us for each in self.all if each.signed_us is not None]
        if signed:
            return "signed", min(signed)
        return "draft", min((each.tabled_us for each in self.all if each.tabled_us is not None), default=0)

    def verdicts(self) -> tuple[VersionVerdict, ...]:
        return tuple(self._verdict(each) for each in self.all)

    def parties(self) -> tuple[PartyVerdict, ...]:
        each = (self.participants[party] for party in sorted(self.participants))
        return tuple(PartyVerdict(one.party, one.state, one.since_us) for one in each)

    def _sign_and_enforce(self, version: Version, signed: set[str]) -> None:
        clock, accord = self._clock, version.accord
        if accord.supersedes not in signed or (accord.version == 1) != (accord.supersedes == ""):
            return
        if version.signed_us is None and set(version.signatures) >= set(accord.parties):
            version.own[SIGNED] = clock.now_us
            clock.happened(SIGNED, clock.now_us)
        if version.signed_us is None:
            return
        signed.add(version.loaded.digest)
        if version.in_force_us is None:
            found = clock.instant(accord.in_force, version.instants, version.own, self)
            if found is not None:
                version.in_force_us = max(found, version.signed_us)
                clock.wake_at(version.in_force_us, self)
        if version.force_us is None and version.in_force_us is not None and clock.passed(version.in_force_us):
            version.own[IN_FORCE] = version.in_force_us
            clock.happened(IN_FORCE, version.in_force_us)

    def _governing(self) -> Version | None:
        forced = [each for each in self.all if each.force_us is not None]
        signed = [each for each in self.all if each.signed_us is not None]
        standing = forced or signed
        return standing[-1] if standing else None

    def _participation(self) -> None:
        for participant in self.participants.values():
            for word in ("suspended", "withdrawn"):
                at_us = participant.pending.get(word)
                if at_us is not None and self._clock.passed(at_us):
                    del participant.pending[word]
                    participant.state = "suspended" if word == "suspended" else "withdrawn"
                    participant.since_us = at_us
                    self._tell()
        if self.governing is None or self.ended_us is not None:
            return
        left = [party for party in self.governing.accord.parties if self.participants[party].state != "withdrawn"]
        if len(left) < 2:
            self.ended_us = self._clock.now_us
            self._tell()

    def _tell(self) -> None:
        for listener in self.listeners:
            self._clock.wake(listener)

    def _verdict(self, version: Version) -> VersionVerdict:
        missing = tuple(sorted(set(version.accord.parties) - set(version.signatures)))
        signatures = tuple(version.signatures[party] for party in sorted(version.signatures))
        later = [
            each for each in self.all if each.force_us is not None and each.accord.version > version.accord.version
        ]
        state: Literal["draft", "signed", "in_force", "superseded"]
        if version.force_us is not None and later:
            state, since = "superseded", min(each.force_us or 0 for each in later)
        elif version.force_us is not None:
            state, since = "in_force", version.force_us
        elif version.signed_us is not None:
            state, since = "signed", version.signed_us
        else:
            state, since = "draft", version.tabled_us or 0
        return VersionVerdict(version.accord.version, version.loaded.digest, state, since, signatures, missing)


def _dates(accord: Accord) -> dict[str, int]:
    return {f"date.{name}": instant_us_of(each.at, f"dates.{name}.at") for name, each in accord.dates.items()}
