"""How many instances of an event a party may state per window, and how many it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from veedor.accord.evaluate.clock import Order
from veedor.accord.evaluate.instants import SHORTEST_WINDOW_US
from veedor.accord.verdict import QuotaVerdict

if TYPE_CHECKING:
    from veedor.accord.evaluate.engine import Engine


@dataclass
class Allowance:
    """The quota of one id in the window that runs; before its first window nothing is counted."""

    name: str
    engine: Engine
    place: int
    begins_us: int | None = None
    ends_us: int = 0
    used: int = 0
    beyond: int = 0

    @property
    def order(self) -> Order:
        return (1, self.place, 0)

    def step(self) -> None:
        """Begin the window that runs now; what is logged at the instant at which one ends still counts in it."""
        clock, version = self.engine.clock, self.engine.versions.governing
        if version is None or self.name not in version.accord.quotas:
            return
        windows = version.accord.quotas[self.name].windows
        next_us = self.ends_us
        if self.begins_us is None:
            first_us = clock.instant(windows.first, version.instants, version.own, self)
            if first_us is None:
                return
            next_us = first_us
        while clock.passed(next_us):
            self.begins_us, self.used, self.beyond = next_us, 0, 0
            self.ends_us = max(version.instants.at(windows.length, next_us), next_us + SHORTEST_WINDOW_US)
            next_us = self.ends_us
        clock.wake_at(next_us, self)

    def uses(self, event: str, party: str) -> bool:
        """Count an instance; False where it is beyond the quota."""
        version = self.engine.versions.governing
        if version is None or self.name not in version.accord.quotas or self.begins_us is None:
            return True
        quota = version.accord.quotas[self.name]
        if (quota.event, quota.party) != (event, party):
            return True
        if self.used >= quota.most:
            self.beyond += 1
            return False
        self.used += 1
        return True

    def verdict(self) -> QuotaVerdict | None:
        version = self.engine.versions.governing
        if version is None or self.name not in version.accord.quotas or self.begins_us is None:
            return None
        quota = version.accord.quotas[self.name]
        left = max(quota.most - self.used, 0)
        return QuotaVerdict(self.name, quota.party, self.begins_us, self.ends_us, self.used, left, self.beyond)
