"""A measure: proposed, granted, active, warned, suspended, lapsed or snapped back; and what its authority did.

Numbered as the steps of `Relief.step`, each asked in this order whenever something happens:
  (1) enough distinct authorities have granted: granted, or renewed where it runs
  (2) granted, and what it starts on was met: active
  (3) notice of snapback took effect and not enough have consented: snapped back
  (4) the wind-down has ended: lapsed
  (5) its term has ended: lapsed, or wound down
  (6) who is to have it has suspended its participation, or the accord has ended: suspended
  (7) a required obligation was breached long enough, or its state suspends: suspended
  (8) a required obligation was late long enough, or its state warns: warned
Nothing but (1) and (2) leads to active, so only a new signed grant does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from veedor.accord.bodies import Act, Consent, Grant, Position
from veedor.accord.evaluate.clock import Order
from veedor.accord.evaluate.occurrence import Running
from veedor.accord.evaluate.rungs import Rungs
from veedor.accord.evaluate.versions import Version
from veedor.accord.model.measures import Measure
from veedor.accord.verdict import Did, MeasureState, Said, Transition

if TYPE_CHECKING:
    from veedor.accord.evaluate.engine import Engine

RUNNING: tuple[MeasureState, ...] = ("active", "warned")


@dataclass
class Given:
    """The signatures towards one grant: by authority, its log time and statement."""

    by: dict[str, str] = field(default_factory=dict)


@dataclass
class Round:
    """One grant with its dates. `implemented_us`: when the authority put it into effect; `over_us`: when it ended."""

    version: Version
    measure: Measure
    granted_us: int
    active_us: int | None = None
    ends_us: int | None = None
    implemented_us: int | None = None
    over_us: int | None = None

    @property
    def own(self) -> dict[str, int]:
        """Its anchors: those of its version, and when it became active."""
        return self.version.own if self.active_us is None else {**self.version.own, "own.active": self.active_us}


@dataclass(frozen=True)
class Threat:
    """A notice of snapback and when it takes effect; `consents`: who wants the measure to stay."""

    digest: str
    takes_effect_us: int
    consents: dict[str, str]


class Relief:
    """The measure of one id."""

    def __init__(self, name: str, engine: Engine, place: int) -> None:
        self.name = name
        self.order: Order = (3, place, 0)
        self.state: MeasureState = "proposed"
        self.since_us = 0
        self.history: list[Transition] = []
        self.rounds: list[Round] = []
        self.given = Given()
        self.threats: list[Threat] = []
        self.suspended_until_us: int | None = None
        self.acts: list[tuple[int, Did]] = []
        self.marks: set[str] = set()
        self.positions: dict[str, Said] = {}
        self.rungs = Rungs()
        self._engine, self._clock = engine, engine.clock

    def governing(self) -> tuple[Version, Measure] | None:
        """The version that governs a grant given now, and what it says of the measure."""
        version = self._engine.versions.governing
        if version is None or self.name not in version.accord.measures:
            return None
        return version, version.accord.measures[self.name]

    @property
    def did(self) -> Did:
        """What the authority did last."""
        return self.acts[-1][1] if self.acts else "nothing"

    def current(self) -> tuple[Version, Measure] | None:
        """The version by which the running grant is judged, and all that is said of it but a new grant; before any, the
        one that governs."""
        if self.rounds:
            return self.rounds[-1].version, self.rounds[-1].measure
        return self.governing()

    def grant(self, party: str, body: Grant, digest: str) -> str | None:
        """One authority's signature; the reason why it has no effect, or None."""
        found = self.governing()
        if found is None:
            return "unknown_rule"
        version, measure = found
        if party != measure.by:
            return "may_not_say_so"
        if body.authority not in measure.grant.need:
            return "not_its_authority"
        if body.key != version.accord.authorities[body.authority].key:
            return "another_key"
        if self.state == "granted" or (self.rounds and measure.term.renewal == "none"):
            return "granted_already"
        self.given.by.setdefault(body.authority, digest)
        self._clock.wake(self)
        return None

    def act(self, party: str, body: Act, digest: str) -> str | None:
        """What the authority did: the other column, which moves nothing in this one."""
        found = self.current()
        if found is None:
            return "unknown_rule"
        accord, measure = found[0].accord, found[1]
        if party != measure.by:
            return "may_not_say_so"
        known = accord.authorities.get(body.authority)
        if known is None or known.party != party:
            return "not_its_authority"
        if body.key != known.key:
            return "another_key"
        if body.act == "superseded" and body.by_measure not in accord.measures:
            return "unknown_rule"
        self.acts.append((self._clock.now_us, body.act))
        if body.act in ("withdrawn", "superseded"):
            self.marks.add(body.act)
        elif body.act == "implemented":
            self.marks -= {"withdrawn", "superseded"}
            if self.rounds and self.rounds[-1].implemented_us is None:
                self.rounds[-1].implemented_us = self._clock.now_us
        return None

    def notice(self, party: str, digest: str) -> str | None:
        found = self.current()
        if found is None:
            return "unknown_rule"
        version, measure = found
        if measure.snapback is None or party not in measure.snapback.notice_by:
            return "may_not_say_so"
        if self.state not in ("granted", *RUNNING, "suspended"):
            return "not_running"
        now_us = self._clock.now_us
        effect_us = version.instants.after(measure.snapback.takes_effect, now_us)
        self.threats.append(Threat(digest, effect_us, {}))
        self._clock.wake_at(effect_us, self)
        self._clock.wake(self)
        return None

    def consent(self, party: str, body: Consent, digest: str) -> str | None:
        found = self.current()
        if found is None:
            return "unknown_rule"
        if found[1].snapback is None or party not in found[1].snapback.stays_if.need:
            return "may_not_say_so"
        threat = next((each for each in self.threats if each.digest == body.notice), None)
        if threat is None or self._clock.passed(threat.takes_effect_us):
            return "no_such_notice"
        threat.consents.setdefault(party, digest)
        self._clock.wake(self)
        return None

    def position(self, party: str, body: Position, digest: str) -> str | None:
        found = self.current()
        if found is None:
            return "unknown_rule"
        if party not in found[0].accord.parties:
            return "may_not_say_so"
        self.positions[party] = Said(party, body.position, self._clock.now_us, digest)
        return None

    def step(self) -> None:
        """Go as far as facts and passed deadlines allow."""
        found = self.governing()
        if found is not None:
            self._grant(*found)  # (1)
        if not self.rounds:
            return
        running = self.rounds[-1]
        version, measure = running.version, running.measure
        if self.state == "granted":
            self._activate(running, measure)  # (2)
        if self.state in ("granted", *RUNNING, "suspended"):
            self._snap_back(measure)  # (3)
        if self.state == "suspended" and self._clock.passed(self.suspended_until_us):  # (4)
            self._go("lapsed", self.suspended_until_us or 0, "wind_down_ended")
        if self.state in ("granted", *RUNNING, "suspended"):
            self._end_term(running, version, measure)  # (5)
        if self.state in RUNNING:
            self._step_out(version, measure)  # (6)
        if self.state in RUNNING:
            self._climb_down(running, version, measure)  # (7), (8)

    def _grant(self, version: Version, measure: Measure) -> None:
        if len(self.given.by) < measure.grant.of:
            return
        evidence, now_us = tuple(sorted(self.given.by.values())), self._clock.now_us
        authorities = ", ".join(sorted(self.given.by))
        self.given = Given()
        renewed = self.state in RUNNING
        if self.rounds and self.rounds[-1].over_us is None:
            self.rounds[-1].over_us = now_us
        self.rounds.append(Round(version, measure, now_us))
        self.threats = [each for each in self.threats if renewed]
        required = (self._engine.obligation(name).troubled.values() for name in measure.requires)
        self.rungs = Rungs(each for troubled in required for each in troubled)
        self._clock.happened(f"granted.{self.name}", now_us)
        self.suspended_until_us = None
        if self.did == "implemented":
            self.rounds[-1].implemented_us = now_us
        self._go("granted", now_us, "renewed" if renewed else "granted", authorities, evidence)

    def _activate(self, running: Round, measure: Measure) -> None:
        clock = self._clock
        for name in measure.starts_when:
            if f"met.{name}" not in clock.anchors:
                clock.wait(f"met.{name}", self)
                return
        running.active_us = clock.now_us
        clock.happened(f"active.{self.name}", clock.now_us)
        self._go("active", clock.now_us, "conditions_met")

    def _snap_back(self, measure: Measure) -> None:
        for threat in self.threats:
            if not self._clock.passed(threat.takes_effect_us):
                continue
            stays = measure.snapback is not None and len(threat.consents) >= measure.snapback.stays_if.of
            if not stays:
                self._go("snapped_back", threat.takes_effect_us, "notice_took_effect", "", (threat.digest,))
                return

    def _end_term(self, running: Round, version: Version, measure: Measure) -> None:
        if running.ends_us is None:
            running.ends_us = self._clock.instant(measure.term.ends, version.instants, running.own, self)
            if running.ends_us is None:
                return
            running.ends_us = max(running.ends_us, running.granted_us)
            self._clock.wake_at(running.ends_us, self)
        if not self._clock.passed(running.ends_us):
            return
        if measure.term.then == "lapse" or self.state == "granted":
            self._go("lapsed", running.ends_us, "term_ended")
        elif self.state in RUNNING:
            self._suspend(version, measure, running.ends_us, "term_ended")

    def _step_out(self, version: Version, measure: Measure) -> None:
        versions = self._engine.versions
        if versions.state == "ended":
            if self.name not in version.accord.participation.survives:
                self._suspend(version, measure, versions.since_us, "accord_ended")
        elif not versions.takes_part(measure.to):
            since_us = versions.participants[measure.to].since_us
            self._suspend(version, measure, since_us, "participation_suspended", measure.to)

    def _climb_down(self, running: Round, version: Version, measure: Measure) -> None:
        first = self.rungs.first(running.granted_us, version, measure)
        for rung in first.values():
            if not self._clock.passed(rung.at_us):
                self._clock.wake_at(rung.at_us, self)
        suspend, warn = first.get("suspend"), first.get("warn")
        if suspend is not None and self._clock.passed(suspend.at_us):
            self._suspend(version, measure, suspend.at_us, suspend.why, suspend.name, suspend.evidence)
        elif warn is not None and self._clock.passed(warn.at_us) and self.state == "active":
            self._go("warned", warn.at_us, warn.why, warn.name, warn.evidence)

    def weigh(self, running: Running) -> None:
        """An occurrence that is in trouble, or was, has changed."""
        self.rungs.changed(running)
        self._clock.wake(self)

    def _suspend(
        self,
        version: Version,
        measure: Measure,
        at_us: int,
        why: str,
        about: str = "",
        evidence: tuple[str, ...] = (),
    ) -> None:
        at_us = max(at_us, self.since_us)
        self.suspended_until_us = version.instants.after(measure.wind_down.length, at_us)
        self._clock.wake_at(self.suspended_until_us, self)
        self._go("suspended", at_us, why, about, evidence)
        self._clock.wake(self)

    def _go(self, state: MeasureState, at_us: int, why: str, about: str = "", evidence: tuple[str, ...] = ()) -> None:
        at_us = max(at_us, self.since_us)
        self.history.append(Transition(at_us, self.state, state, why, about, evidence))
        self.state, self.since_us = state, at_us
        if state in ("lapsed", "snapped_back") and self.rounds:
            self.rounds[-1].over_us = at_us
