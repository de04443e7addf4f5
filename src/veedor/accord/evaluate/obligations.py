"""All occurrences of the obligations of one id, across the versions of the accord: how they arise, how they stand.

An obligation arises under the version that governs when it begins, and is judged by that version to its end. Windows go
on where the last one ended, whatever version comes. None arises while its debtor's or creditor's participation is
suspended or over, nor after the accord has ended, unless it survives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from veedor.accord.bodies import Dispute, Excuse, Notice
from veedor.accord.evaluate.claims import Disputed, Excused, claimed, ladder_end, settle
from veedor.accord.evaluate.clock import Order
from veedor.accord.evaluate.instants import SHORTEST_WINDOW_US
from veedor.accord.evaluate.occurrence import SETTLED, TROUBLED, Running
from veedor.accord.evaluate.versions import OUT, Version
from veedor.accord.model.obligations import ByEvent, Obligation, Once, Windows
from veedor.accord.verdict import ObligationState, ObligationVerdict

if TYPE_CHECKING:
    from veedor.accord.evaluate.engine import Engine
    from veedor.accord.evaluate.measures import Relief

_WORST: tuple[ObligationState, ...] = ("breached", "in_cure", "late", "disputed", "undetermined", "excused", "due")


class Obligations:
    """The obligation of one id: its occurrences, and when the next begins."""

    def __init__(self, name: str, engine: Engine, place: int) -> None:
        self.name = name
        self.order: Order = (2, place, 0)
        self.occurrences: list[Running] = []
        self.troubled: dict[int, Running] = {}
        self.measures: dict[str, Relief] = {}
        """Those that require it, by any version."""
        self._engine, self._clock = engine, engine.clock
        self._ended_us: int | None = None
        self._endings = 0
        self._excuses: list[Excused] = []

    def governing(self) -> tuple[Version, Obligation] | None:
        """The version by which it would arise now, and what that says; None where it does not."""
        version = self._engine.versions.governing
        if version is None or self.name not in version.accord.obligations:
            return None
        return version, version.accord.obligations[self.name]

    def current(self) -> tuple[Version, Obligation] | None:
        """The version by which what is said of all of it is judged: that of the last occurrence; before any has begun,
        the one that governs."""
        if self.occurrences:
            return self.occurrences[-1].version, self.occurrences[-1].obligation
        return self.governing()

    def step(self) -> None:
        """Begin what begins by now: one occurrence at a time, in order. Others may be over where a party has left."""
        if self._endings != self._engine.versions.endings:
            self._endings = self._engine.versions.endings
            for each in self.occurrences:
                if each.main == "due":
                    self._clock.wake(each)
        while self._arise():
            pass

    def triggered(self, event: str, instance: int) -> None:
        """An instance of an event was logged: the obligation arises if it is its trigger."""
        found = self.governing()
        if (
            found
            and isinstance(found[1].arises, ByEvent)
            and found[1].arises.event == event
            and self._may_arise(*found)
        ):
            now_us = self._clock.now_us
            self._begin(found[0], found[1], now_us, None, instance)

    def excuse(self, party: str, body: Excuse, digest: str) -> str | None:
        """A claim of the debtor; it stands for all occurrences whose deadline it covers, later ones too."""
        found = self.current()
        if found is None:
            return "unknown_rule"
        if party != found[1].debtor:
            return "may_not_say_so"
        excused = claimed(body, found[1], found[0], self._clock.now_us, digest)
        if isinstance(excused, str):
            return excused
        self._excuses.append(excused)
        for each in self.occurrences:
            self._clock.wake(each)
        return None

    def dispute(self, party: str, body: Dispute, digest: str) -> str | None:
        """A step of a dispute over one occurrence, by its debtor or creditor."""
        running = self._numbered(body.occurrence)
        if running is None:
            return "unknown_rule"
        if party not in (running.obligation.debtor, running.obligation.creditor):
            return "may_not_say_so"
        if not running.version.accord.disputes:
            return "no_dispute_ladder"
        if body.step == "open":
            if running.dispute is not None:
                return "disputed_already"
            now_us = self._clock.now_us
            running.dispute = Disputed(now_us, ladder_end(running.version, now_us), digest)
            self._clock.wake_at(running.dispute.ends_us, running)
        else:
            if running.dispute is None or self._clock.passed(running.dispute.ends_us):
                return "no_dispute"
            settle(running.dispute, party, body, digest)
        self._clock.wake(running)
        return None

    def notice(self, party: str, body: Notice) -> str | None:
        """The creditor's notice that starts a cure."""
        running = self._numbered(body.occurrence)
        if running is None:
            return "unknown_rule"
        if party != running.obligation.creditor:
            return "may_not_say_so"
        if running.obligation.cure is None or running.obligation.cure.starts != "notice" or running.main != "late":
            return "no_cure_by_notice"
        running.start_cure(self._clock.now_us)
        self._clock.wake(running)
        return None

    def changed(self, running: Running) -> None:
        """An occurrence changed its state."""
        matters = running.number in self.troubled or running.state in TROUBLED
        if running.state in TROUBLED:
            self.troubled[running.number] = running
        else:
            self.troubled.pop(running.number, None)
        if running.state in SETTLED:
            self._clock.happened(f"met.{self.name}", running.since_us)
        if matters:
            for measure in self.measures.values():
                measure.weigh(running)

    def verdict(self, obligation: Obligation) -> ObligationVerdict:
        """How all of it stands: the worst that is open or not made good, else the last occurrence."""
        shown = tuple(each.verdict() for each in self.occurrences)
        state: ObligationState = "pending"
        since_us = 0
        if shown:
            worst = min(shown, key=lambda each: (_rank(each.state), -each.number))
            state, since_us = worst.state, worst.since_us
        return ObligationVerdict(self.name, obligation.debtor, obligation.creditor, state, since_us, shown)

    def _arise(self) -> bool:
        found = self.governing()
        if found is None:
            return False
        version, obligation = found
        match obligation.arises:
            case Once() as once:
                if self.occurrences:
                    return False
                next_us = self._clock.instant(once.since, version.instants, version.own, self)
            case Windows() as windows:
                if self._ended_us is not None:
                    next_us = self._ended_us
                else:
                    next_us = self._clock.instant(windows.first, version.instants, version.own, self)
            case _:
                return False
        if next_us is None:
            return False
        if not self._clock.passed(next_us):
            self._clock.wake_at(next_us, self)
            return False
        ends_us = None
        if isinstance(obligation.arises, Windows):
            ends_us = version.instants.at(obligation.arises.length, next_us)
            ends_us = self._ended_us = max(ends_us, next_us + SHORTEST_WINDOW_US)
        if self._may_arise(version, obligation):
            self._begin(version, obligation, next_us, ends_us, 0)
            return True
        return isinstance(obligation.arises, Windows)

    def _begin(
        self, version: Version, obligation: Obligation, begins_us: int, ends_us: int | None, instance: int
    ) -> None:
        number = len(self.occurrences) + 1
        engine = self._engine
        running = Running(
            self.name,
            number,
            (*self.order[:2], number),
            obligation,
            version,
            engine.versions,
            self._clock,
            engine.record,
            begins_us,
            ends_us,
            instance,
            engine.withholding,
            self.changed,
            engine.listen,
        )
        running.excuses = self._excuses
        self.occurrences.append(running)
        self._clock.wake(running)

    def _may_arise(self, version: Version, obligation: Obligation) -> bool:
        sides = obligation.creditor, obligation.debtor
        return self._engine.versions.over(self.name, version, sides, OUT) is None

    def _numbered(self, number: int) -> Running | None:
        return self.occurrences[number - 1] if 1 <= number <= len(self.occurrences) else None


def _rank(state: ObligationState) -> int:
    return _WORST.index(state) if state in _WORST else len(_WORST)
