"""A single flight flown step by step: take-off, legs with climb and descent, low passes, landing."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from veedor.simulate.columns import Floats
from veedor.simulate.sphere import apart, moved, point

_STEP_M = 6_000.0
_GRADIENT = 0.055  # metres of height per metre flown, light aircraft


@dataclass
class Path:
    """Knots so far; `t` in seconds from the scenario's start, `alt` in metres above sea level."""

    t: list[float] = field(default_factory=list)
    lat: list[float] = field(default_factory=list)
    lon: list[float] = field(default_factory=list)
    alt: list[float] = field(default_factory=list)

    @staticmethod
    def take_off(t: float, lat: float, lon: float, elevation: float) -> Path:
        return Path([t], [lat], [lon], [elevation])

    def go(self, lat: float, lon: float, alt: float, speed: float, weave: float = 0.0, late: bool = False) -> Path:
        """Straight to a point (a slight weave to the side, metres); climbs first, or descends only at the end."""
        metres, bearing = apart(self.lat[-1], self.lon[-1], lat, lon)
        count = max(2, int(np.ceil(metres / _STEP_M)) + 1)
        along = np.linspace(0.0, metres, count + 1)
        change = alt - self.alt[-1]
        slope = min(metres, abs(change) / _GRADIENT) or 1.0
        corner = metres - slope if late else slope
        along = np.unique(np.append(along, corner)) if 50.0 < corner < metres - 50.0 else along
        share = (along - corner) / slope if late else along / slope
        heights = self.alt[-1] + change * np.clip(share, 0.0, 1.0)
        side = weave * np.sin(np.pi * along / max(metres, 1.0))
        a, b = moved(self.lat[-1], self.lon[-1], bearing, along)
        a, b = moved(a, b, bearing + 90.0, side)
        return self._add(a[1:], b[1:], heights[1:], np.diff(along) / speed)

    def land(
        self, lat: float, lon: float, elevation: float, speed: float, low_from: float = 0.0, low: float = 0.0
    ) -> Path:
        """To a touch-down: at the present height, if asked a last `low_from` metres at `low` over the ground, then a
        final of three degrees at reduced speed."""
        metres, bearing = apart(self.lat[-1], self.lon[-1], lat, lon)
        final = 5_000.0
        if low_from and metres > low_from + 4_000.0:
            self.go(*point(lat, lon, bearing + 180.0, low_from), elevation + low, speed, late=True)
            final = max(1_500.0, low / 0.052)
        gate = point(lat, lon, bearing + 180.0, min(final, 0.8 * metres))
        self.go(*gate, min(self.alt[-1], elevation + 0.052 * final), speed, late=True)
        return self.go(lat, lon, elevation, 0.6 * speed)

    def _add(self, lat: Floats, lon: Floats, alt: Floats, seconds: Floats) -> Path:
        self.t += (self.t[-1] + np.cumsum(seconds)).tolist()
        self.lat += lat.tolist()
        self.lon += lon.tolist()
        self.alt += alt.tolist()
        return self

    @property
    def end(self) -> float:
        return self.t[-1]
