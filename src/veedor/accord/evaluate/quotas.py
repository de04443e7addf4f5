"""How many instances of an event a party may state per window, and how many it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from veedor.accord.evaluate.instants import SHORTEST_WINDOW_US
from veedor.accord.verdict import QuotaVerdict

if TYPE_CHECKING:
    from veedor.accord.evaluate.engine import Engine


@dataclass
class Allowance:
    """The quota of one id in the window that runs; before its first window nothing is counted."""

    name: str
    engine: Engine
    begins_us: int | None = None
    ends_us: int = 0
    used: int = 0
    beyond: int = 0
    turn: ClassVar[int] = 1

    def step(self) -> None:
        """Begin the window that runs now."""
        clock, version = self.engine.clock, self.engine.versions.governing
        if version is None or self.name not in version.accord.quotas:
            return
        windows = version.accord.quotas[self.name].windows
        if self.begins_us is None:
            first_us = clock.instant(windows.first, version.instants, version.own, self)
            if first_us is None:
                return
            if first_us > clock.now_us:
                clock.wake_at(first_us, self)
                return
            self._open(first_us)
        while self.ends_us <= clock.now_us:
            self._open(self.ends_us)

    def uses(self, event: str, party: str) -> bool:
        """Count an instance; False where it is beyond the quota."""
        self.step()
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

    def _open(self, begins_us: int) -> None:
        version = self.engine.versions.governing
        assert version is not None
        length = version.accord.quotas[self.name].windows.length
        self.begins_us, self.used, self.beyond = begins_us, 0, 0
        self.ends_us = max(version.instants.at(length, begins_us), begins_us + SHORTEST_WINDOW_US)
