"""What listed aerodromes and its transponder say of every end, in columns: enough to leave most of them unlooked at.

Nearness to a listed aerodrome weighs against a strip elsewhere where flights that say who they are come and go there,
and hardly at all where nobody does.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from veedor.air.evidence import graded_all
from veedor.air.landing.leg_ends import Ends
from veedor.air.landing.rules import LandingRules

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_FAR_MM = 5_000_000
_POSITION_MM = 1_000_000


@dataclass(frozen=True)
class Outlook:
    """For each end: weights of the terms away and identity (thousandths of log10), whether no listed aerodrome in use
    accounts for its region, and how many flights that said who they were the nearest one explains."""

    away: Ints
    identity: Ints
    elsewhere: Bools
    open_flights: Ints

    @staticmethod
    def of(ends: Ends, span_us: int, rules: LandingRules) -> Outlook:
        """`span_us`: how long the sensors' record is."""
        uses = _open_flights(ends)
        gap = ends.aerodrome_mm - ends.radius_mm
        beside = (ends.meeting_days >= rules.beside_days_at_least) & (gap > 0)
        unused = (uses == 0) & (span_us >= rules.single_after_us)
        near = np.select(
            [beside, unused], [rules.beside, rules.unused], graded_all(ends.aerodrome_mm, rules.away_mm, rules.away_far)
        )
        far = np.select([gap > _FAR_MM, gap > 0], [rules.away_far, rules.near_reach], rules.within_reach)
        listed = ends.aerodrome_mm <= _FAR_MM
        identity = np.select([ends.silent, ends.named], [rules.identity[0], rules.identity[2]], rules.identity[1])
        return Outlook(np.where(listed, near, far), identity, (gap > _POSITION_MM) | (listed & (beside | unused)), uses)

    def worth_a_look(self, ends: Ends, rules: LandingRules) -> Ints:
        """Numbers of the ends that could come to the threshold, whatever else is known; a place must be named."""
        most = self.away + self.identity + rules.landing_most + rules.coverage_most + rules.border
        most = most + max(rules.night, rules.day) + self.elsewhere * max(weight for _, weight in rules.repeated)
        return np.flatnonzero((ends.radius_mm <= rules.place_mm) & (most >= rules.threshold_milli_log10))


def _open_flights(ends: Ends) -> Ints:
    """Tracks that said who they were and whose end the nearest listed aerodrome explains, by end of that aerodrome."""
    explained = np.flatnonzero(ends.named & (ends.aerodrome_mm <= np.maximum(_FAR_MM, ends.radius_mm)))
    pairs = np.unique(np.stack([ends.aerodrome[explained], ends.track[explained]]), axis=1)
    count = np.bincount(pairs[0], minlength=int(ends.aerodrome.max(initial=0)) + 1)
    return np.asarray(count[ends.aerodrome], np.int64)
