"""Whether a flight goes on after it was lost (or had been followed before it was found) under another track's name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from veedor.air.arrow import NO_ALTITUDE, array, ints
from veedor.air.landing.leg_ends import LegEnd
from veedor.air.landing.rules import EndRules
from veedor.geodesy import distance_mm

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Tips:
    """Ends of one side of all legs of enough plots that got on as aircraft do, in order of time: clutter begins and
    ends everywhere."""

    time: Ints
    lat: Ints
    lon: Ints
    leg: Ints
    answers: npt.NDArray[np.bool_]  # a transponder gave a height there

    @staticmethod
    def of(legs: pa.Table, side: str, rules: EndRules) -> _Tips:
        places = (ints(legs[name], 0) for name in ("start_lat_e7", "start_lon_e7", "end_lat_e7", "end_lon_e7"))
        span_ms = (ints(legs["end"], 0) - ints(legs["start"], 0)) // 1_000
        moving = distance_mm(*places) >= rules.slow_mm_s * span_ms // 1_000
        legs = legs.filter(array((ints(legs["plots"], 0) >= rules.goes_on_plots) & moving))
        time, lat, lon = (ints(legs[name], 0) for name in (side, f"{side}_lat_e7", f"{side}_lon_e7"))
        leg = ints(legs["leg"], 0)
        answers = ints(legs[f"{side}_altitude_mm"], NO_ALTITUDE) != NO_ALTITUDE
        order = np.lexsort((leg, lon, lat, time))
        return _Tips(time[order], lat[order], lon[order], leg[order], answers[order])


@dataclass(frozen=True)
class Continuations:
    """All beginnings and ends of legs, to ask what goes on where another stopped."""

    starts: _Tips
    ends: _Tips

    @staticmethod
    def of(legs: pa.Table, rules: EndRules) -> Continuations:
        return Continuations(_Tips.of(legs, "start", rules), _Tips.of(legs, "end", rules))

    def count(self, end: LegEnd, rules: EndRules) -> int:
        """Other legs that begin within the time and reach of a flight that went on (ended, for a take-off).

        What stood still in between has landed: it must have moved at least at the rules' slow speed. A transponder that
        answers on one side only would have been joined by its address, or is another flight."""
        landing = end.kind == "landing_away"
        tips = self.starts if landing else self.ends
        # Two tracks of one target may overlap for a moment, each with some of its plots.
        window = (end.time_us - rules.overlap_us, end.time_us + rules.goes_on_us)
        if not landing:
            window = (end.time_us - rules.goes_on_us, end.time_us + rules.overlap_us)
        low = int(np.searchsorted(tips.time, window[0], side="left"))
        high = int(np.searchsorted(tips.time, window[1], side="right"))
        if low == high:
            return 0
        away = distance_mm(end.lat_e7, end.lon_e7, tips.lat[low:high], tips.lon[low:high])
        wait = np.abs(tips.time[low:high] - end.time_us) // 1000  # milliseconds, so that products stay small
        fast = max(rules.goes_on_speed_mm_s, end.speed_mm_s * 13 // 10)
        fits = away <= rules.goes_on_slack_mm + fast * wait // 1000
        fits &= away >= rules.slow_mm_s * wait // 1000 - rules.goes_on_slack_mm
        fits &= tips.answers[low:high] == (end.altitude_mm is not None)
        return int(np.count_nonzero(fits & (tips.leg[low:high] != end.leg["leg"])))
