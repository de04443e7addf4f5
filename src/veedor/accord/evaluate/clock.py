"""Logged time inside the evaluator: how far it has come, which deadlines have passed, what waits for what.

A verdict is what stepping every rule at every instant, in a fixed order, until nothing changes would give (decision 9,
rule 1). That much work is not needed: a machine is woken by a timer, by a fact that touches it, by an anchor that it
waits for; whoever is not woken would have changed nothing. A property test steps everything, and compares.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from typing import Protocol

from veedor.accord.deadlines import Deadline
from veedor.accord.evaluate.instants import Instants
from veedor.accord.verdict import Kind, Upcoming

Order = tuple[int, int, int]
"""Kind of rule, place of its id among those of its kind, number of an occurrence (0: the rule itself)."""


class Machine(Protocol):
    """What can be woken. `order`: its place in a round, unlike any other's."""

    @property
    def order(self) -> Order: ...

    def step(self) -> None: ...


class Clock:
    """`now_us`: the instant that is being judged. `passed_us`: deadlines up to it, included, have passed."""

    def __init__(self) -> None:
        self.now_us = 0
        self.passed_us = -1
        self.anchors: dict[str, int] = {}
        self._timers: list[tuple[int, Order, Machine]] = []
        self._armed: set[tuple[int, Order]] = set()
        self._waiting: defaultdict[str, dict[Order, Machine]] = defaultdict(dict)
        self._woken: dict[Order, Machine] = {}
        self._ahead: list[Order] = []
        self._behind: list[Order] = []
        self._stepping: Order | tuple[()] = ()
        self.foreseen: list[Upcoming] | None = None
        """What follows from now on, where somebody wants to know."""

    def entered(self, kind: Kind, rule: str, number: int, state: str, why: str = "") -> None:
        """A state was entered just now."""
        if self.foreseen is not None:
            self.foreseen.append(Upcoming(self.now_us, kind, rule, number, state, why))

    def passed(self, instant_us: int | None) -> bool:
        """Whether a deadline at this instant has passed in logged time; None: it is not known yet."""
        return instant_us is not None and instant_us <= self.passed_us

    def wake_at(self, instant_us: int, machine: Machine) -> None:
        """Step the machine when this instant passes."""
        key = (instant_us, machine.order)
        if key not in self._armed:
            self._armed.add(key)
            heapq.heappush(self._timers, (*key, machine))

    def wake(self, machine: Machine) -> None:
        """Step the machine before time goes on: in this round if its turn is still to come, else in the next."""
        order = machine.order
        if order not in self._woken:
            self._woken[order] = machine
            if order > self._stepping:
                heapq.heappush(self._ahead, order)
            else:
                self._behind.append(order)

    def settle(self) -> None:
        """Step whoever is woken, in order, round after round, until nobody is."""
        while self._woken:
            while self._ahead:
                self._stepping = heapq.heappop(self._ahead)
                self._woken.pop(self._stepping).step()
            self._ahead, self._behind, self._stepping = sorted(self._behind), [], ()

    def next_timer_us(self) -> int | None:
        return self._timers[0][0] if self._timers else None

    def pass_timers(self, instant_us: int) -> None:
        """Let time come to this instant: deadlines at it have passed, and who waits for them is woken."""
        self.now_us = max(self.now_us, instant_us)
        self.passed_us = max(self.passed_us, instant_us)
        while self._timers and self._timers[0][0] <= instant_us:
            at_us, order, machine = heapq.heappop(self._timers)
            self._armed.discard((at_us, order))
            self.wake(machine)

    def open_batch(self, time_us: int) -> None:
        """Facts of this time are about to count: deadlines before it have passed, those at it not yet."""
        self.now_us = max(self.now_us, time_us)
        self.passed_us = max(self.passed_us, time_us - 1)

    def happened(self, anchor: str, instant_us: int) -> None:
        """An anchor is known from now on; the first time counts."""
        if anchor not in self.anchors:
            self.anchors[anchor] = instant_us
            self.tell(anchor)

    def tell(self, anchor: str) -> None:
        """Step whoever waits for an anchor: it may be known to them."""
        for machine in self._waiting.pop(anchor, {}).values():
            self.wake(machine)

    def wait(self, anchor: str, machine: Machine) -> None:
        """Step the machine when the anchor is known."""
        self._waiting[anchor][machine.order] = machine

    def instant(self, deadline: Deadline, instants: Instants, own: dict[str, int], machine: Machine) -> int | None:
        """The instant of a deadline, once its anchor is known; until then the machine is woken when it is."""
        found = self.known(deadline, instants, own)
        if found is None:
            self.wait(deadline.anchor, machine)
        return found

    def known(self, deadline: Deadline, instants: Instants, own: dict[str, int]) -> int | None:
        """The same for whoever only tells of it."""
        anchor_us = own.get(deadline.anchor)
        if anchor_us is None:
            anchor_us = self.anchors.get(deadline.anchor)
        return None if anchor_us is None else instants.at(deadline, anchor_us)
