"""Logged time inside the evaluator: how far it has come, which deadlines have passed, what waits for what.

A machine is anything with a `step`: it is woken by a timer, by a fact that touches it, or by an anchor that it waits
for. Machines never look at each other's timers, so the order in which they are woken changes nothing.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import Protocol

from veedor.accord.deadlines import Deadline
from veedor.accord.evaluate.instants import Instants


class Machine(Protocol):
    """What can be woken. Of those woken together, the ones with the smaller `turn` step first."""

    @property
    def turn(self) -> int: ...

    def step(self) -> None: ...


class Clock:
    """`now_us`: the instant that is being judged. `passed_us`: deadlines up to it, included, have passed."""

    def __init__(self) -> None:
        self.now_us = 0
        self.passed_us = -1
        self.anchors: dict[str, int] = {}
        self._timers: list[tuple[int, int, Machine]] = []
        self._made = 0
        self._armed: set[tuple[int, int]] = set()
        self._waiting: defaultdict[str, dict[int, Machine]] = defaultdict(dict)
        self._woken: dict[int, Machine] = {}

    def passed(self, instant_us: int | None) -> bool:
        """Whether a deadline at this instant has passed in logged time; None: it is not known yet."""
        return instant_us is not None and instant_us <= self.passed_us

    def wake_at(self, instant_us: int, machine: Machine) -> None:
        """Step the machine when this instant passes."""
        if (instant_us, id(machine)) in self._armed:
            return
        self._armed.add((instant_us, id(machine)))
        self._made += 1
        heapq.heappush(self._timers, (instant_us, self._made, machine))

    def wake(self, machine: Machine) -> None:
        """Step the machine before time goes on."""
        self._woken[id(machine)] = machine

    def woken(self) -> list[Machine]:
        """Who must be stepped now; each once."""
        found = list(self._woken.values())
        self._woken.clear()
        return found

    def next_timer_us(self) -> int | None:
        return self._timers[0][0] if self._timers else None

    def pass_timers(self, instant_us: int) -> None:
        """Let time come to this instant: deadlines at it have passed, and who waits for them is woken."""
        self.now_us = max(self.now_us, instant_us)
        self.passed_us = max(self.passed_us, instant_us)
        while self._timers and self._timers[0][0] <= instant_us:
            at_us, _, machine = heapq.heappop(self._timers)
            self._armed.discard((at_us, id(machine)))
            self.wake(machine)

    def open_batch(self, time_us: int) -> None:
        """Facts of this time are about to count: deadlines before it have passed, those at it not yet."""
        self.now_us = max(self.now_us, time_us)
        self.passed_us = max(self.passed_us, time_us - 1)

    def happened(self, anchor: str, instant_us: int) -> None:
        """An anchor is known from now on; the first time counts."""
        if anchor not in self.anchors:
            self.anchors[anchor] = instant_us
            for machine in self._waiting.pop(anchor, {}).values():
                self.wake(machine)

    def wait(self, anchor: str, machine: Machine) -> None:
        """Step the machine when the anchor is known."""
        self._waiting[anchor][id(machine)] = machine

    def instant(self, deadline: Deadline, instants: Instants, own: dict[str, int], machine: Machine) -> int | None:
        """The instant of a deadline, once its anchor is known; until then the machine is woken when it is."""
        anchor_us = own.get(deadline.anchor)
        if anchor_us is None:
            anchor_us = self.anchors.get(deadline.anchor)
        if anchor_us is None:
            self.wait(deadline.anchor, machine)
            return None
        return instants.at(deadline, anchor_us)
