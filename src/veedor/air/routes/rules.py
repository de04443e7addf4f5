"""Settings of unexplained legs and corridors; expert settings but where a term names its source."""

from __future__ import annotations

from dataclasses import dataclass

from veedor.air.announcements import Limits
from veedor.air.flying.rules import NavigationRules
from veedor.air.scales import DAY_US, HOUR_US, MINUTE_US, Grades
from veedor.registers.aerodromes import LISTED

# South, west, north, east (1e-7 degree), from, to (microseconds): where and when something was declared complete.
Declared = tuple[int, int, int, int, int, int]
# Kind, latitude, longitude: a place that a party says is used by mission, medical, community, ranch, oil or mining.
Known = tuple[str, int, int]


@dataclass(frozen=True)
class AloftRules:
    """Lost and found in the air: within this time, straight on, about as fast as before (aloft.py says how it was
    set)."""

    aloft_us: int = HOUR_US
    aloft_turn_e7: int = 200_000_000
    aloft_alike_permille: int = 850
    aloft_least_permille: int = 800
    aloft_most_permille: int = 1_100


@dataclass(frozen=True)
class UnexplainedRules(Limits, NavigationRules, AloftRules):
    """Legs to unexplained legs. Absence of a plan counts only where `plans_complete` says that all were deposited."""

    threshold_milli_log10: int = 700  # 5 to 1; set on simulated seed 401, other seeds stand in docs/benchmarks.md
    plots_at_least: int = 8
    duration_us: int = 8 * MINUTE_US
    plans_complete: tuple[Declared, ...] = ()
    no_plan: int = 600
    planned: int = -2_000
    planned_on_way: int = -1_000  # not seen to arrive
    logged: int = -600
    silent: int = 650
    half_silent: int = 500
    went_dark: int = 900
    answered_late: int = 400
    answers: int = -900
    anonymous: int = -300
    false_identity: int = 500
    no_state: int = 600
    other_state: int = 300
    height_mm: Grades = ((600_000, 350), (1_500_000, 150), (3_000_000, 0))
    high: int = -200
    ground_mm: int = 30_000_000
    night: int = 400
    day: int = -200
    night_elevation_e7: int = -60_000_000
    away_mm: int = 10_000_000
    low_end_mm: int = 1_000_000
    strip_end: int = 400
    # An inferred strip says more than the leg's own end: flights of other days met the ground there too. One that most
    # use under their own name is an open field that no list has.
    strip_days_at_least: int = 2
    shared_strip: int = 600
    open_strip_permille: int = 500
    aerodrome_end: int = -300
    border: int = 350
    open_sea: int = 250
    territorial_mm: int = 22_224_000  # 12 nautical miles, the breadth of the territorial sea (UNCLOS, article 3)
    silence_us: int = 8 * MINUTE_US
    silence: int = 200
    # Two sigma of what pressure altitude differs from height by: 8 m a hPa, usually within 20 hPa.
    pressure_height_mm: int = 160_000
    # What explanations take.
    known_places: tuple[Known, ...] = ()
    known_mm: int = 3_000_000
    state_addresses: tuple[tuple[int, int], ...] = ()
    eradication: tuple[Declared, ...] = ()
    # Nothing that carries people stays up slower than the first, but helicopters, balloons and gliders; slower than the
    # second are vehicles, birds, rain and what stands.
    slow_mm_s: int = 25_000
    road_mm_s: int = 35_000
    near_mm: int = 5_000_000
    around_mm: int = 50_000_000
    along_e7: int = 600_000_000  # drifting the same way: within 60 degrees
    line_e7: int = 30_000_000  # keeping to one azimuth: within 3 degrees
    line_mm: int = 30_000_000
    place_mm: int = 3_000_000
    stands_mm: int = 10_000_000
    stands_permille: int = 400
    # What stands on the ground or the sea is seen up to here; turbines are this tall.
    ground_seen_mm: int = 30_000
    tall_mm: int = 200_000
    flock: int = 3  # so many others make a flock, a shower, a shore of echoes
    load_permille: int = 2_500
    days_again: int = 2
    returns_mm: int = 20_000_000
    folded_permille: int = 700
    answers_permille: int = 900
    strong: int = -2_000
    middling: int = -1_000
    weak: int = -400
    aerodromes: str = LISTED
    own_aerodromes: tuple[tuple[str, str, str, int, int, int], ...] = ()


@dataclass(frozen=True)
class CorridorRules:
    """Unexplained legs to corridors; expert settings but for the rate of false discoveries, which is declared."""

    moved_mm: int = 4_000_000  # a shorter way through a cell has no direction
    side_e7: int = 450_000_000  # courses within this of a direction count for it
    days_at_least: int = 3  # different days on which unexplained legs go that way through a cell
    # Shuffled within a day and exposure; days are joined where a day has fewer flights of an exposure than this.
    stratum_flights: int = 20
    stratum_days: int = 7
    false_permille: int = 50
    cells_at_least: int = 3
    legs_at_least: int = 3
    onward_mm: int = 10_000_000
    onward_us: int = 3 * DAY_US
    # Where neither address nor track says who flew: aircraft are turned round within hours, and fly as fast as before.
    loose_us: int = 12 * HOUR_US
    alike_permille: int = 850


@dataclass(frozen=True)
class RouteRules(CorridorRules):
    """Chains of legs to findings; expert settings."""

    threshold_milli_log10: int = 1_000
    further: int = 300
    further_most: int = 900
    by_place: int = -200  # some legs are joined by place and time alone
    openly: int = -300
    near_mm: int = 20_000_000
    round: int = -300  # a tour under one name that ends where it began
    stops_shown: int = 5
