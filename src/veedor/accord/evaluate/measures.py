"""A measure: proposed, granted, active, warned, suspended, lapsed or snapped back; and what its authority did.

Numbered as the steps of `Relief.step`, each asked in this order whenever something happens:
  (1) enough distinct authorities have granted: granted, or renewed where it runs
  (2) granted, and what it starts on was met: active, if (5) does not hold
  (3) notice of snapback took effect and not enough have consented: snapped back
  (4) its term or its wind-down has ended: lapsed, or wound down
  (5) who gives it or is to have it has stepped out, or the accord has ended: suspended; lapsed, if it has not begun
  (6) a required obligation was breached long enough, or its state suspends: suspended
  (7) a required obligation was late long enough, or its state warns: warned
Nothing but (1) and (2) leads to active, so only a new signed grant does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from veedor.accord.bodies import Act, Consent, Grant, Position
from veedor.accord.evaluate.clock import Order
from veedor.accord.evaluate.occurrence import Running
from veedor.accord.evaluate.rungs import Rungs
from veedor.accord.evaluate.versions import GONE, OUT, Over, Version
from veedor.accord.model.measures import Measure
from veedor.accord.verdict import Did, MeasureState, Participates, Said, Transition

if TYPE_CHECKING:
    from veedor.accord.evaluate.engine import Engine

RUNNING: tuple[MeasureState, ...] = ("active", "warned")
OPEN: tuple[MeasureState, ...] = ("granted", *RUNNING, "suspended")


@dataclass
class Given:
    """The signatures towards one grant: by authority, its log time and statement."""

    by: dict[str, str] = field(default_factory=dict)


@dataclass
class Round:
    """One grant with its dates. `term_us` and `wind_down_us`: when these end; `implemented_us`: when its authority put
    it into effect; `over_us`: when it was suspended or ended."""

    version: Version
    measure: Measure
    granted_us: int
    active_us: int | None = None
    term_us: int | None = None
    wind_down_us: int | None = None
    implemented_us: int | None = None
    over_us: int | None = None

    @property
    def own(self) -> dict[str, int]:
        """Its anchors: those of its version, and when it became active."""
        return self.version.own if self.active_us is None else {**self.version.own, "own.active": self.active_us}

    @property
    def lapses(self) -> bool:
        """Whether it ends with its term, and is not wound down."""
        return self.measure.term.then == "lapse"

    def stays(self, threat: Threat) -> bool:
        """Whether enough have consented that a notice of snapback comes to nothing."""
        return self.measure.snapback is not None and len(threat.consents) >= self.measure.snapback.stays_if.of


@dataclass(frozen=True)
class Threat:
    """A notice of snapback and when it takes effect; `consents`: who wants the measure to stay."""

    party: str
    since_us: int
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
        if self.state == "suspended" and self._over(version, measure, OUT) is not None:
            return "granted_already"  # else a grant that never begins would cut the winding down short
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
        if self.state not in OPEN:
            return "not_running"
        now_us = self._clock.now_us
        effect_us = version.instants.after(measure.snapback.takes_effect, now_us)
        self.threats.append(Threat(party, now_us, digest, effect_us, {}))
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
        over = self._over(running.version, running.measure, OUT)
        if self.state == "granted" and over is None:
            self._activate(running)  # (2)
        if self.state in OPEN:
            self._snap_back(running)  # (3)
        if self.state in OPEN:
            self._end(running)  # (4)
        if self.state in ("granted", *RUNNING) and over is not None:
            self._step_out(running, over)  # (5)
        if self.state in RUNNING:
            self._climb_down(running)  # (6), (7)

    def ends_us(self) -> int | None:
        """When the state that runs ends by the accord, as far as that is known: at the end of its term or, where it is
        wound down, of that; where a term that lapses ends before, with it."""
        if self.state not in OPEN:
            return None
        running = self.rounds[-1]
        if self.state != "suspended":
            return running.term_us
        ends = (running.wind_down_us, running.term_us if running.lapses else None)
        return min(at_us for at_us in ends if at_us is not None)

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
        if self.did == "implemented":
            self.rounds[-1].implemented_us = now_us
        self._go("granted", now_us, "renewed" if renewed else "granted", authorities, evidence)

    def _activate(self, running: Round) -> None:
        clock = self._clock
        for name in running.measure.starts_when:
            if f"met.{name}" not in clock.anchors:
                clock.wait(f"met.{name}", self)
                return
        running.active_us = clock.now_us
        clock.happened(f"active.{self.name}", clock.now_us)
        self._go("active", clock.now_us, "conditions_met")

    def _snap_back(self, running: Round) -> None:
        for threat in self.threats:
            if self._clock.passed(threat.takes_effect_us) and not running.stays(threat):
                self._go("snapped_back", threat.takes_effect_us, "notice_took_effect", "", (threat.digest,))
                return

    def _end(self, running: Round) -> None:
        version, measure = running.version, running.measure
        if running.term_us is None:
            running.term_us = self._clock.instant(measure.term.ends, version.instants, running.own, self)
            if running.term_us is not None:
                running.term_us = max(running.term_us, running.granted_us)
                self._clock.wake_at(running.term_us, self)
        ends_us = self.ends_us()
        if ends_us is None or not self._clock.passed(ends_us):
            return
        if self.state in RUNNING and not running.lapses:
            self._suspend(running, ends_us, "term_ended")
        else:
            is_wound_down = self.state == "suspended" and ends_us == running.wind_down_us
            self._go("lapsed", ends_us, "wind_down_ended" if is_wound_down else "term_ended")

    def _step_out(self, running: Round, over: Over) -> None:
        """A side that is out neither keeps relief nor owes it: what has not begun never does."""
        if self.state == "granted":
            self._go("lapsed", over.since_us, over.why, over.about)
        else:
            self._suspend(running, over.since_us, over.why, over.about)

    def released_us(self, version: Version, measure: Measure) -> int | None:
        """Since when a side has withdrawn: from then on nobody is promised this relief."""
        over = self._over(version, measure, GONE)
        return None if over is None else over.since_us

    def _over(self, version: Version, measure: Measure, ways: Sequence[Participates]) -> Over | None:
        """Of two sides out at one instant who is to have the relief is named, as it gave up its own."""
        return self._engine.versions.over(self.name, version, (measure.to, measure.by), ways)

    def _climb_down(self, running: Round) -> None:
        first = self.rungs.first(running.granted_us, running.version, running.measure)
        for rung in first.values():
            if not self._clock.passed(rung.at_us):
                self._clock.wake_at(rung.at_us, self)
        suspend, warn = first.get("suspend"), first.get("warn")
        if suspend is not None and self._clock.passed(suspend.at_us):
            self._suspend(running, suspend.at_us, suspend.why, suspend.name, suspend.evidence)
        elif warn is not None and self._clock.passed(warn.at_us) and self.state == "active":
            self._go("warned", warn.at_us, warn.why, warn.name, warn.evidence)

    def weigh(self, running: Running) -> None:
        """An occurrence that is in trouble, or was, has changed. A later grant weighs anew what is in trouble then."""
        if self.state in ("granted", *RUNNING):
            self.rungs.changed(running)
            self._clock.wake(self)

    def _suspend(self, running: Round, at_us: int, why: str, about: str = "", evidence: tuple[str, ...] = ()) -> None:
        at_us = max(at_us, self.since_us)
        running.wind_down_us = running.version.instants.after(running.measure.wind_down.length, at_us)
        self._clock.wake_at(running.wind_down_us, self)
        self._go("suspended", at_us, why, about, evidence)
        self._clock.wake(self)

    def _go(self, state: MeasureState, at_us: int, why: str, about: str = "", evidence: tuple[str, ...] = ()) -> None:
        at_us = max(at_us, self.since_us)
        self.history.append(Transition(at_us, self.state, state, why, about, evidence))
        self._clock.entered("measure", self.name, 0, state, why)
        self.state, self.since_us = state, at_us
        if state in ("suspended", "lapsed", "snapped_back") and self.rounds[-1].over_us is None:
            self.rounds[-1].over_us = at_us
