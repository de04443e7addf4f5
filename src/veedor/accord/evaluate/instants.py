"""Deadlines of one version turned into instants, for every anchor, without ever failing.

An accord that outlives its own tables of zones or holidays, or a statement with an absurd date, must leave nobody
without a verdict. Where the tables do not reach, a day is 24 hours (business days too) from the anchor; and what would
fall before 1970 or after the years that are computed falls at that edge: a deadline is never extended by that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from veedor.accord.calendars import Calendar, calendar_of
from veedor.accord.dates import DAY_US, END_US, HOUR_US
from veedor.accord.deadlines import Deadline, instant_of
from veedor.accord.model.accord import Accord
from veedor.accord.zones import Zone, zone_of
from veedor.errors import InputError

LAST_US = END_US - 1
SHORTEST_WINDOW_US = HOUR_US
"""A window that a rule makes shorter is an hour long, so that no accord can keep its judges busy for ever."""


@dataclass(frozen=True)
class Instants:
    """The zones and calendars of one version, ready."""

    zones: Mapping[str, Zone]
    calendars: Mapping[str, Calendar]
    known: dict[tuple[int, int], int] = field(default_factory=dict, repr=False, compare=False)

    @staticmethod
    def of(accord: Accord) -> Instants:
        """InputError where a table is not in order."""
        zones = {name: zone_of(name, table) for name, table in accord.zones.items()}
        return Instants(zones, {name: calendar_of(name, table) for name, table in accord.calendars.items()})

    def at(self, deadline: Deadline, anchor_us: int) -> int:
        """The instant of the deadline, one of this version's, for this anchor."""
        if deadline.unit == "hours":
            return min(max(min(max(anchor_us, 0), LAST_US) + deadline.amount * HOUR_US, 0), LAST_US)
        key = (id(deadline), anchor_us)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = self._computed(deadline, anchor_us)
        return found

    def after(self, deadline: Deadline, event_us: int) -> int:
        """The same for what has happened: a deadline never falls before what it is counted from."""
        return max(self.at(deadline, event_us), event_us)

    def _computed(self, deadline: Deadline, anchor_us: int) -> int:
        anchor_us = min(max(anchor_us, 0), LAST_US)
        try:
            found_us = instant_of(deadline, anchor_us, self.zones, self.calendars)
        except InputError:
            found_us = anchor_us + deadline.amount * DAY_US
        return min(max(found_us, 0), LAST_US)
