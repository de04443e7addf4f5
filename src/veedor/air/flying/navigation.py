"""Whether satellite navigation was disturbed around a place and time, by BROADCASTS: several aircraft at once.

One aircraft whose positions jump may have a broken receiver, or lies. Where several others of one area and hour do, and
not a few of many, the fault lies between them and the satellites.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.air.announcements import plain
from veedor.air.flying.rules import NavigationRules
from veedor.air.scales import HOUR_US
from veedor.engine.findings import Values, Verdict
from veedor.geodesy import distance_mm


@dataclass(frozen=True)
class Navigation:
    """Rows of BROADCASTS by hour (times in microseconds)."""

    by_hour: Mapping[int, Sequence[Mapping[str, Any]]]

    @staticmethod
    def load(broadcasts: pa.Table) -> Navigation:
        found: dict[int, list[Mapping[str, Any]]] = {}
        for row in plain(broadcasts):
            found.setdefault(row["start"] // HOUR_US, []).append(row)
        return Navigation(found)

    def around(
        self, start_us: int, end_us: int, place: tuple[int, int], own: int | None, rules: NavigationRules
    ) -> tuple[int, int]:
        """How many other aircraft broadcast positions within `around_mm` in the hours of this time, and how many of
        those were disturbed in any of these hours."""
        first, last = (start_us - rules.navigation_us) // HOUR_US, (end_us + rules.navigation_us) // HOUR_US
        rows = [row for hour in range(first, last + 1) for row in self.by_hour.get(hour, ()) if row["address"] != own]
        if not rows:
            return 0, 0
        lat, lon = (np.array([row[name] for row in rows], np.int64) for name in ("lat_e7", "lon_e7"))
        near = distance_mm(np.full_like(lat, place[0]), np.full_like(lon, place[1]), lat, lon) <= rules.around_mm
        heard = [row for row, here in zip(rows, near.tolist(), strict=True) if here]
        return len({row["address"] for row in heard}), len({row["address"] for row in heard if disturbed(row, rules)})

    def verdict(
        self, start_us: int, end_us: int, place: tuple[int, int], own: int | None, rules: NavigationRules
    ) -> tuple[Verdict, Values]:
        """Supports where several others were disturbed, and not a few of many; contradicts where others were sound. A
        few of many may be at the edge of it."""
        others, troubled = self.around(start_us, end_us, place, own, rules)
        values = {"others": others, "disturbed": troubled}
        if others < rules.disturbed_at_least:
            return "cannot_tell", values
        if troubled >= rules.disturbed_at_least and troubled * 1000 >= rules.disturbed_permille * others:
            return "supports", values
        return "contradicts" if troubled * 1000 < rules.sound_permille * others else "cannot_tell", values


def disturbed(row: Mapping[str, Any], rules: NavigationRules) -> bool:
    """Whether the broadcasts of an aircraft in an hour (a row of BROADCASTS) were: jumps there and back, a tenth of
    those that declare it uncertain, or several away from where a radar saw it."""
    unsure = row["unsure"] >= rules.signs_at_least and row["unsure"] * 1000 >= rules.signs_permille * row["declared"]
    apart = row["apart"] >= rules.signs_at_least and row["apart"] * 1000 >= rules.signs_permille * row["compared"]
    return bool(row["jumps"] >= rules.jumps_at_least or unsure or apart)
