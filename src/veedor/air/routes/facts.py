"""What is known of one leg when it is judged: its own measures, and what plans, patterns and others add to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from veedor.air.announcements import Kept
from veedor.air.routes.echoes import Around
from veedor.tables.plots import PSR


@dataclass(frozen=True)
class Facts:
    """A leg (a row of LEGS, times in microseconds) with everything its terms and explanations ask for."""

    leg: Mapping[str, Any]
    gained_mm: int  # from its first plot to its last
    away_mm: tuple[int, int]  # from both ends to the nearest listed aerodrome
    aerodromes: tuple[str, str]
    ground_mm: tuple[int, int]  # below both ends; without terrain of the lowest listed aerodrome around each
    spread_mm: int | None  # what the ground varies by there; None: terrain is not considered
    terrain: str  # what terrain was deposited; empty: none
    strip: Mapping[str, Any] | None  # of the inferred strips that it used the farthest from aerodromes, a row of STRIPS
    sun_e7: tuple[int, int]  # elevation of the sun at both ends
    countries: tuple[str | None, str | None]  # at both ends; None at sea
    open_sea: tuple[bool, bool]  # whether an end lies at sea beyond the territorial sea of anybody
    interrogated: bool | None  # where it flew transponders answered others; None: nobody else was there
    plans_complete: bool
    plan: Mapping[str, Any] | None  # the flight plan under its name at that time, a row of FLIGHT_PLANS
    kept: Kept | None  # whether it kept to that plan
    logged: Mapping[str, Mapping[str, Any]]  # by end ("start", "end") the line of a log that agrees, a row of MOVEMENTS
    landed: Mapping[str, Any] | None  # its landing by its own name at an aerodrome to which it could go straight
    reserved: Mapping[str, Any] | None  # the announcement that reserved the airspace in which it was, a row of OUTAGES
    patterns: tuple[str, ...]  # kinds of its patterns, sorted
    passes: int  # its low passes
    beside: int  # per mille of its cells shared by the one other leg that shared most
    beside_silent: bool  # that leg's transponder never answered
    same_address: int  # legs of its address that began or ended at the aerodrome nearest to its start or end
    around: Around  # what other echoes did; NOBODY where it answered
    ghost: Mapping[str, tuple[int, int, int]]  # by kind, as Ghosted.of gives it
    # Others around that broadcast where it began or ended, how many of them were disturbed, and whether that is an area
    # of disturbed navigation; None: too few others.
    navigation: tuple[int, int, bool | None]
    mirrored: tuple[int, int, int]  # as Ghosted.mirrored gives it
    sensor_load_permille: int | None  # busiest of its sensors in that hour against its usual hour
    coastal: bool | None  # a coast within half a degree of its start

    @property
    def span_us(self) -> int:
        return max(1, int(self.leg["end"]) - int(self.leg["start"]))

    @property
    def mean_mm_s(self) -> int:
        return int(self.leg["length_mm"]) * 1_000_000 // self.span_us

    @property
    def advance_mm_s(self) -> int:
        """How fast it got on, from end to end."""
        return self.gained_mm * 1_000_000 // self.span_us

    @property
    def usual_mm_s(self) -> int:
        """The speed at which it mostly moved, by the smoothed track."""
        return int(self.leg["usual_speed_mm_s"])

    @property
    def straight_permille(self) -> int:
        """What it gained of what it flew at its usual speed."""
        return min(1000, self.gained_mm * 1000 // max(1, self.usual_mm_s * self.span_us // 1_000_000))

    @property
    def height_mm(self) -> int | None:
        """Its greatest pressure altitude above the ground around its ends."""
        highest = self.leg["highest_mm"]
        return None if highest is None else int(highest) - min(self.ground_mm)

    @property
    def answered_permille(self) -> int:
        return int(self.leg["answers"]) * 1000 // int(self.leg["plots"])

    @property
    def went_dark(self) -> bool:
        """Whether its transponder fell silent while a radar that had its answers went on seeing its echo."""
        return int(self.leg["dark_us"]) > 0

    @property
    def silent(self) -> bool:
        return int(self.leg["answers"]) == 0

    @property
    def echo_only(self) -> bool:
        return int(self.leg["modes"]) == PSR

    @property
    def named(self) -> bool:
        return self.leg["call_sign"] is not None and self.leg["address"] is not None

    @property
    def by_day(self) -> bool:
        return min(self.sun_e7) > -60_000_000

    @property
    def crossed(self) -> bool | None:
        """Whether its ends lie in different countries, or one in a country and one on the open sea; None where whose
        an end is is not known: near a coast."""
        one, other = self.countries
        if self.from_or_to_sea:
            return True
        return None if one is None or other is None else one != other

    @property
    def from_or_to_sea(self) -> bool:
        """Whether it came in from the open sea over a country, or left one that way."""
        return any(self.open_sea) and self.countries != (None, None)

    def announced(self, *words: str) -> bool:
        """Whether a plan that it kept to, a log of its movements, or a reservation of airspace in which it was uses one
        of these words."""
        said = [(self.plan or {}).get("other") if self.kept != "left" else "", (self.reserved or {}).get("text")]
        said += [row["purpose"] for row in self.logged.values()]
        text = " ".join(part for part in said if part).upper()
        return any(word in text for word in words)
