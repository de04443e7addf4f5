"""One occurrence of an obligation: due, then met or late, in cure, cured or breached; and what stands aside of that.

Numbered as in decision 9, rule 2:
  (1) what evidence can only improve is met as soon as it holds
  (2) when the deadline passes: met, late, or, where it cannot be told for want of somebody's evidence, undetermined
  (3) late is in cure from the start of cure, and breached at once where there is none
  (4) performance within the cure cures; when the cure ends, breached
  (5) who withdraws owes nothing more, nor is owed: what is not due by then is released; what is late goes on
  (6) performance after breach or release is noted, and changes nothing
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from veedor.accord.evaluate.claims import Disputed, Excused
from veedor.accord.evaluate.clock import Clock, Order
from veedor.accord.evaluate.conditions import Asked, Look, Outcome, evidence_under
from veedor.accord.evaluate.instants import LAST_US
from veedor.accord.evaluate.record import Record, Span
from veedor.accord.evaluate.versions import GONE, Version, Versions
from veedor.accord.model.obligations import Obligation
from veedor.accord.verdict import MainState, ObligationState, Occurrence, Tested, Transition

TROUBLED = frozenset({"late", "in_cure", "breached", "excused", "disputed", "undetermined"})
SETTLED = frozenset({"met", "cured"})
OVER = frozenset({"breached", "released"})


class Running:
    """An occurrence that has begun. `changed` is told after each change of its state; `listen` once what is logged can
    matter to it: what is judged when its deadline passes does not listen before."""

    # There may be tens of thousands of them: no dictionary each.
    __slots__ = (
        *("begins_us", "breached_us", "cause", "cure_ends_us", "dispute", "due_us", "excuses", "history", "instance"),
        *("late_us", "main", "name", "number", "obligation", "order", "performed_us", "since_us", "state", "terms"),
        *("version", "window_ends_us", "withheld_by"),
        *(
            "_changed",
            "_clock",
            "_lacks_us",
            "_listen",
            "_listens",
            "_look",
            "_period",
            "_record",
            "_tests",
            "_versions",
            "_withholding",
        ),
    )

    def __init__(
        self,
        name: str,
        number: int,
        order: Order,
        obligation: Obligation,
        version: Version,
        versions: Versions,
        clock: Clock,
        record: Record,
        begins_us: int,
        ends_us: int | None,
        instance: int,
        withholding: Callable[[Running], frozenset[str]],
        changed: Callable[[Running], None],
        listen: Callable[[Running], None],
    ) -> None:
        self.name, self.number, self.obligation, self.version = name, number, obligation, version
        self.order, self.instance = order, instance
        self.cause = f"{name}.{number}"
        self.begins_us, self.window_ends_us = begins_us, ends_us
        self.due_us: int | None = None
        self.late_us: int | None = None
        self.breached_us: int | None = None
        self.cure_ends_us: int | None = None
        self.performed_us: int | None = None
        self.main: MainState = "due"
        self.state: ObligationState = "due"
        self.since_us = clock.now_us
        self.history: list[Transition] = []
        self.withheld_by: tuple[str, ...] = ()
        self.excuses: list[Excused] = []
        self.dispute: Disputed | None = None
        self.terms = version.terms(name)
        self._versions, self._clock, self._record = versions, clock, record
        self._withholding, self._changed, self._listen = withholding, changed, listen
        self._listens = self.terms.improves
        self._tests: tuple[Tested, ...] | None = None
        self._look: Look | None = None
        self._period: Asked | None = None
        self._lacks_us = 0
        self._note("due", clock.now_us, "began", "", ())
        if self._listens:
            listen(self)

    @property
    def done(self) -> bool:
        """Nothing that is logged can change it any more, but a dispute."""
        return self.main in SETTLED or (self.main in OVER and self.performed_us is not None)

    def hears(self, span: Span | None) -> bool:
        """Whether something logged now can matter to it: about this span of time, where it is about one. What lacked
        deposits when it was judged last does not hear of more before they may suffice."""
        if span is None:
            return True
        asked = self._period or self._asked()
        if span.start_us >= asked.ends_us or span.end_us <= asked.begins_us:
            return False
        if span.grown_us is None:
            return True
        within_us = min(span.end_us, asked.ends_us) - max(span.start_us, asked.begins_us)
        self._lacks_us -= min(within_us, span.grown_us)
        return self._lacks_us <= 0

    def step(self) -> None:
        """Go as far as facts and passed deadlines allow."""
        if self.due_us is None:
            self.due_us = self._clock.instant(self.obligation.due, self.version.instants, self._anchors(), self)
            if self.due_us is not None:
                self.due_us = max(self.due_us, self.begins_us)
                self._clock.wake_at(self.due_us, self)
        self._look = None
        self._path()
        self._look = None
        if not self._listens and (self.main != "due" or self.withheld_by):
            self._listens = True
            self._listen(self)
        self._aside()

    def verdict(self) -> Occurrence:
        tests = self._tests if self._tests is not None else self._looks().tests()
        return Occurrence(
            self.number,
            self.version.accord.version,
            self.begins_us,
            self.window_ends_us,
            self.due_us,
            self.cure_ends_us,
            self.state,
            self.main,
            self.since_us,
            self.withheld_by,
            tests,
            self.performed_us,
            None if self.dispute is None else self.dispute.opened_us,
            () if self.dispute is None else tuple(self.dispute.by[party] for party in sorted(self.dispute.by)),
            tuple(self.history),
        )

    def _path(self) -> None:
        late = self._clock.passed(self.due_us)
        if self.main == "due" and (late or self.terms.improves):
            self._perform(late)
        if self.main == "due" and not late and self._versions.endings:
            self._release()
        if self.main in ("late", "in_cure"):
            self._cure()
        if self.main in OVER and self.performed_us is None and self._judge().holds:  # (6)
            self.performed_us = self._clock.now_us

    def _perform(self, late: bool) -> None:
        outcome, now_us = self._judge(), self._clock.now_us
        if outcome.holds:  # (1), (2)
            in_time = late and not self.withheld_by
            self.withheld_by = ()
            self._settle("met", cast(int, self.due_us) if in_time else now_us, "condition_holds")
        elif late and outcome.holds is None:
            self.withheld_by = tuple(sorted(outcome.withheld_by))
        elif late:
            self._late(now_us if self.withheld_by else cast(int, self.due_us))

    def _release(self) -> None:
        sides = self.obligation.creditor, self.obligation.debtor
        over = self._versions.over(self.name, self.version, sides, GONE)
        if over is not None:  # (5)
            self._tests = self._go("released", over.since_us, over.why, over.about)

    def _late(self, at_us: int) -> None:
        self.withheld_by = ()
        self.late_us = max(at_us, self.since_us)
        cure = self.obligation.cure
        self._go("late", self.late_us, "deadline_passed")
        if cure is None:
            self._breach(self.late_us, "no_cure")
        elif cure.starts == "late":
            self.start_cure(self.late_us)

    def start_cure(self, at_us: int) -> None:
        """It is in cure from this instant on."""
        assert self.obligation.cure is not None
        self.cure_ends_us = self.version.instants.after(self.obligation.cure.within, at_us)
        self._clock.wake_at(self.cure_ends_us, self)
        self._go("in_cure", at_us, "cure_began")

    def _cure(self) -> None:
        clock = self._clock
        outcome = self._judge()
        if outcome.holds:
            self.withheld_by = ()
            self._settle("cured", clock.now_us, "condition_holds")
            return
        if clock.passed(self.cure_ends_us):
            if outcome.holds is None:
                self.withheld_by = tuple(sorted(outcome.withheld_by))
            else:
                at_us = clock.now_us if self.withheld_by else cast(int, self.cure_ends_us)
                self.withheld_by = ()
                self._breach(at_us, "cure_ended")

    def _breach(self, at_us: int, why: str) -> None:
        self.breached_us = max(at_us, self.since_us)
        self._tests = self._go("breached", self.breached_us, why)

    def _settle(self, state: MainState, at_us: int, why: str) -> None:
        self.performed_us = self._clock.now_us
        self._tests = self._go(state, at_us, why)

    def _go(self, main: MainState, at_us: int, why: str, about: str = "") -> tuple[Tested, ...]:
        """Come to a place on the path, never before the last change; its tests as of now. What both sides have agreed
        on stands, wherever the path goes on to."""
        self.main, tests = main, self._looks().tests()
        is_settled = self.dispute is not None and bool(self.dispute.settled)
        if not is_settled and self.state not in ("excused", "disputed"):
            self._note(main, max(at_us, self.since_us), why, about, evidence_under(tests))
        return tests

    def _aside(self) -> None:
        """The state that counts: settled, disputed, excused, undetermined, or the path's own."""
        if self.state == self.main and not (self.dispute or self.excuses or self.withheld_by):
            return
        wanted, why, about, evidence = self._shown()
        if wanted != self.state:
            self._note(wanted, self._clock.now_us, why, about, evidence)

    def _shown(self) -> tuple[ObligationState, str, str, tuple[str, ...]]:
        dispute = self.dispute
        judged = self.main != "due" or bool(self.withheld_by)
        if dispute is not None and dispute.settled:
            return cast(ObligationState, dispute.settled), "settled", "", dispute.settled_by
        if dispute is not None and judged and not self._clock.passed(dispute.ends_us):
            return "disputed", "dispute_runs", "", (dispute.digest,)
        if self.main in ("late", "in_cure", "breached") and self.due_us is not None:
            for each in self.excuses:
                if each.since_us <= self.due_us <= each.until_us:
                    return "excused", "excused", each.ground, (each.digest,)
        if self.withheld_by:
            return "undetermined", "withheld", ", ".join(self.withheld_by), ()
        if self.state in ("excused", "disputed", "undetermined"):
            return self.main, "aside_ended", "", ()
        return self.main, "condition_holds", "", ()

    def _note(self, after: ObligationState, at_us: int, why: str, about: str, evidence: tuple[str, ...]) -> None:
        before = self.state if self.history else "pending"
        self.state, self.since_us = after, at_us
        self.history.append(Transition(at_us, before, after, why, about, evidence))
        self._clock.entered("obligation", self.name, self.number, after, why)
        self._changed(self)

    def _asked(self) -> Asked:
        """A period of which the end is not known yet has none, so that nothing is met over the part that has run."""
        if self._period is not None:
            return self._period
        ends = self.window_ends_us if self.window_ends_us is not None else self.due_us
        asked = Asked(self.begins_us, LAST_US if ends is None else ends, self.instance, self.obligation.debtor)
        if ends is not None:
            self._period = asked
        return asked

    def _judge(self) -> Outcome:
        outcome = self._looks().outcome()
        self._lacks_us = outcome.lacks_us
        if outcome.holds is False and (withheld := self._withholding(self)):
            return Outcome(None, withheld)
        return outcome

    def _anchors(self) -> dict[str, int]:
        """Those of its version, and its own."""
        own = {**self.version.own, "trigger": self.begins_us, "window.start": self.begins_us}
        return own if self.window_ends_us is None else {**own, "window.end": self.window_ends_us}

    def _looks(self) -> Look:
        """At its condition, as of now."""
        if self._look is None:
            condition, accord = self.obligation.met_when, self.version.accord
            self._look = Look(condition, accord, self._record, self._asked(), self._until_us())
        return self._look

    def _until_us(self) -> int:
        """Until when what is not answered waits: no longer than to the deadline, so that after it time alone makes
        nothing true."""
        now_us = self._clock.now_us
        return now_us if self.due_us is None else min(now_us, self.due_us)
