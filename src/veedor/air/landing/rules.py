"""Settings of landings and take-offs away from aerodromes; expert settings but where a term names its source."""

from __future__ import annotations

from dataclasses import dataclass

from veedor.air.announcements import Limits
from veedor.air.flying.rules import NavigationRules
from veedor.air.scales import HOUR_US, MINUTE_US, Grades
from veedor.registers.aerodromes import LISTED


@dataclass(frozen=True)
class EndRules:
    """Which ends of legs are looked at, and what says that one was a landing or a take-off. Weights are expert settings
    unless a term names its source."""

    plots_at_least: int = 8
    duration_us: int = 8 * MINUTE_US
    descent_mm_s: Grades = ((-2_500, 700), (-1_000, 500), (-300, 150), (500, -300))
    climbing: int = -1_000
    height_mm: Grades = ((300_000, 700), (1_000_000, 400), (2_000_000, 0), (3_000_000, -500))
    high: int = -1_200
    speed_mm_s: Grades = ((60_000, 300), (90_000, 150), (130_000, 0))
    fast: int = -400
    # Speed over the last two minutes by that of the whole flight, landings only: aircraft slow down to two thirds of
    # their cruise on final. Watched almost to the ground half of them show it; of losses on the way 1 in 10.
    slowing_permille: Grades = ((870, 600), (950, 0))
    not_slowing: int = -250
    night_elevation_e7: int = -60_000_000
    # Height under which the sensors that followed the flight could no longer see it, where its own is not known: the
    # lower, the less a loss says but the ground; a loss far out is what the edge of coverage does to all.
    hidden_mm: Grades = ((100_000, 700), (200_000, 300), (400_000, -200), (800_000, -600))
    hidden_more: int = -1_000
    # Its height is known, and it was lost that much higher than what is hidden: no landing was seen.
    visible_mm: int = 500_000
    visible: int = -500
    # Two sigma of what pressure altitude differs from height by: 8 m a hPa, usually within 20 hPa.
    pressure_height_mm: int = 160_000
    ground_mm: int = 30_000_000  # aerodromes within this distance say how low the ground may be
    # What descent, height, hidden height, speed and slowing may come to together: however well a landing was watched,
    # they say that it was one, as the landing of an innocent flight is.
    landing_most: int = 1_500
    goes_on_us: int = 15 * MINUTE_US
    overlap_us: int = 2 * MINUTE_US
    goes_on_plots: int = 5
    goes_on_speed_mm_s: int = 80_000
    goes_on_slack_mm: int = 6_000_000
    slow_mm_s: int = 25_000
    # An address that is seen to fly on in the air, by other legs of so many plots and so much longer: most do not land
    # there; some touch and go, or are set down in less than a minute.
    flies_on_plots: int = 3
    flies_on_us: int = MINUTE_US
    stalls_mm_s: int = 50_000  # who usually flies slower may have stood still for a moment between two plots
    goes_on: int = -1_500
    aerodromes: str = LISTED  # which list: a finding's parameters digest names it
    own_aerodromes: tuple[tuple[str, str, str, int, int, int], ...] = ()


@dataclass(frozen=True)
class LandingRules(EndRules, Limits, NavigationRules):
    """Ends of legs to single landings and take-offs away from aerodromes."""

    threshold_milli_log10: int = 2_000  # 100 to 1: below, it is not worth a person's time
    others_at_least: int = 5
    # Real strips (1,269 of Brazil 2021): 11 % within 500 m of a listed aerodrome, 11 % from there to 5 km, 78 %
    # farther; ordinary landings taken as 50 %, 45 % and 5 %.
    away_mm: Grades = ((500_000, -660), (5_000_000, -610))
    away_far: int = 1_190
    # The region of the landing does not reach to a listed aerodrome, but comes within 5 km of it; or reaches to it.
    near_reach: int = 600
    within_reach: int = -500
    # The listed aerodrome within 5 km was used by nobody who says who he is, in a record of at least a week: two in
    # three of such strips (15 %) against ordinary landings at fields that only silent aircraft use (9 %).
    unused: int = 200
    # Courses of silent flights meet beside it, not at it: 11 % of strips, ordinary flights to it taken as 3 %.
    beside: int = 560
    beside_days_at_least: int = 5
    # Unlit fields: ordinary use by night 20 %, other use 50 %.
    night: int = 400
    day: int = -200
    # Transponder silent at that end; answering with a code; saying address and call sign. Illicit flights taken as
    # silent in 4 of 5, ordinary ones in 1 of 5 (light aircraft without transponder).
    identity: tuple[int, int, int] = (650, -900, -1_100)
    place_mm: int = 10_000_000  # a larger region names no place
    border: int = 200
    clutter: int = -1_500
    ghost: int = -2_000
    state_addresses: tuple[tuple[int, int], ...] = ()
    state_aircraft: int = -2_000
    # What announcements take.
    as_planned: int = -1_500
    reserved: int = -1_500
    above_sensor_mm: int = 8_000_000
    above_sensor: int = -1_500
    same_place_mm: int = 4_000_000
    # Silent flights at the same place on so many other days (at least), and what that is worth.
    repeated: tuple[tuple[int, int], ...] = ((1, -150), (2, 300), (3, 700), (5, 1_200), (8, 1_500))
    # None on any other day, in a record of at least so long: strips in use taken as alone in 3 of 10 months, places
    # where sensors lose flights in 8 of 10.
    single: int = -550
    single_after_us: int = 7 * 24 * HOUR_US
    # Courses of silent flights that meet: how far ahead of a loss a landing may lie (and behind it, for errors of
    # place), how near a course must pass: 1.5 km for the runway's own direction, and 6 degrees for wind and aim.
    meeting_reach_mm: int = 20_000_000
    meeting_behind_mm: int = 2_000_000
    meeting_step_mm: int = 500_000
    meeting_wide_mm: int = 1_500_000
    meeting_widening_permille: int = 100
    meeting_days_at_least: int = 2  # other days: three flights name a place
    meeting_radius_mm: int = 1_000_000
    meeting_radius_permille: int = 100
    open_field_mm: int = 2_000_000
    coverage_most: int = 700
    lost_by_others: int = -1_200
    end_of_record_us: int = 15 * MINUTE_US


@dataclass(frozen=True)
class RegionRules:
    """Shapes of regions and how they add up. Way and spread per height are fitted (greatest likelihood, Student errors)
    to real landings and take-offs of known height at aerodromes that no figure is taken from, whole, cut below 500,
    1,000 and 2,000 ft and thinned to a plot in 1, 3 and 6 minutes; where nobody knows the height (primary echoes) they
    are expert settings."""

    silent_plots_at_least: int = 8  # of a track without an address
    silent_duration_ms: int = 8 * MINUTE_US // 1000
    addressed_duration_ms: int = MINUTE_US // 1000  # of a track with one that stays in the air
    prior_milli_log10: int = -300  # before anything is known of it, an end is a landing or take-off in one of three
    touched: int = 1_000  # the track goes on from there later: the silence between was a landing
    chance_least_permille: int = 100
    along_most_mm: int = 12_000_000  # sigma: a wider region names no place
    # Heights: what weather puts pressure altitude off by (one sigma, 8 hPa), and how high flights usually are when they
    # are last heard: longer than the likeliest (150 m), which makes of aircraft low over mountains landings.
    pressure_error_mm: int = 60_000
    usual_height_mm: int = 600_000
    # Way over the ground that a height was still worth to whoever sinks (times height): at least, at most.
    sink_mm_s: int = 700
    steep: int = 5
    shallow: int = 22
    shallow_takeoff: int = 12
    # How much of that way led to the strip (the rest went into turns), and the spread along it.
    direct_permille: int = 500
    direct_permille_takeoff: int = 540
    along_permille: int = 490
    along_permille_takeoff: int = 180
    # The same by height alone, where it is not known to have sunk, and the spread across for all.
    ahead_permille: int = 5_200
    ahead_permille_takeoff: int = 6_300
    along_height_permille: int = 3_200
    along_height_permille_takeoff: int = 4_500
    across_height_permille: int = 3_700
    across_height_permille_takeoff: int = 1_900
    level_permille: int = 2_000  # both spreads, of flights known to have flown level
    stopped_mm_s: int = 20_000
    # Spread of one that stood in the air, by its height: no less than of others, for a helicopter at work over a fire
    # is as slow as one that lands, and has no course.
    still_permille: int = 6_100
    # Who was seen to stand, and not to touch down or lift off, stood on an apron: so far beside the runway.
    apron_mm: int = 400_000
    # Errors of place, squares of which add up: of the measured place, of the strip's own extent (flights meet the
    # ground anywhere along it).
    sigma_mm: int = 60_000
    extent_mm: int = 800_000
    stands_at_mm: int = 5_000_000
    pressure_most_mm: int = 450_000
    blind_ahead_mm: int = 5_000_000
    blind_along_mm: int = 5_000_000
    blind_across_mm: int = 1_200_000
    # Adding up. A flight that did not use the strip may have met the ground anywhere in so large an area.
    elsewhere_km2: int = 2_000
    seed_step_mm: int = 400_000
    gate_milli_chi2: int = 11_800
    freedom: int = 4  # of the Student distribution of errors: far ones pull less
    shared_permille: int = 400  # errors that flights of one strip have in common
    common_mm: int = 40_000
    # Squared sigmas within which 95 % of single flights met the ground: standing or low, and others. Taken from tuning
    # aerodromes, each counting by the root of its ends.
    tail_low_milli_chi2: int = 9_800
    tail_milli_chi2: int = 13_800
    # How far off the last part of a circuit leaves a strip, in 95 of 100: all of it where flights were lost above the
    # one height, none below the other. The reach is what tuning aerodromes ask for (2,200 m) and what circuits drawn at
    # random do (1,500 to 2,000 m); the heights are those of the turn to final in these.
    circuit_mm: int = 2_000_000
    circuit_low_mm: int = 50_000
    circuit_high_mm: int = 150_000
    evidence_least_milli_log10: int = 2_000
    days_at_least: int = 2
    beside_mm: int = 5_000_000  # strips so near to another are told what flies there
    # One flight measured twice (two receivers, a tracker's report made from a deposited radar).
    same_us: int = 2 * MINUTE_US
    same_mm: int = 3_000_000
    heading_low_mm: int = 600_000
    heading_agree_permille: int = 700
    # Life of a strip after its last use: as UNODC's programme in Peru keeps its records.
    unconfirmed_us: int = 90 * 24 * HOUR_US
    inactive_us: int = 180 * 24 * HOUR_US
    observed_permille: int = 800


@dataclass(frozen=True)
class StripRules(RegionRules, EndRules):
    """Ends of legs to strips: what makes an end a landing, and how regions of several add up. Tracks that say who they
    are need only what a course is made of; silent ones are asked for more (`silent_plots_at_least`)."""

    plots_at_least: int = 3
    duration_us: int = 0


@dataclass(frozen=True)
class SiteRules(Limits):
    """Strips to findings. Weights are expert settings unless a term names its source; distances as in LandingRules."""

    threshold_milli_log10: int = 2_000
    days_at_least: int = 2
    place_mm: int = 10_000_000
    # What the regions of the flights say for one shared place: wide ones cross by chance.
    # The best of some ten thousand places is taken, so what two or three wide regions say is what chance says (set on
    # simulated seed 777, other seeds stand in docs/benchmarks.md).
    together_milli_log10: Grades = ((3_300, -1_300), (5_000, -300))
    # What lands takes off again, and is lost and found alike; flights lost at the edge of coverage go one way. Says
    # nothing of flights seen almost to the ground, whose regions are narrow: so much evidence a flight.
    one_way_flights: int = 4
    one_way_evidence: int = 1_500
    one_way: int = -600
    both_ways_permille: int = 250  # the rarer of the two
    both_ways: int = 150
    # Days on which flights came, by the share of them that were silent.
    repeated: tuple[tuple[int, int], ...] = ((1, 200), (2, 500), (3, 900), (5, 1_300), (8, 1_600))
    # Per mille of the flights whose transponder did not answer there: few, some, most.
    silent_permille: Grades = ((200, -1_100), (500, -300), (800, 300))
    silent: int = 650
    away_mm: Grades = ((500_000, -660), (5_000_000, -610))
    away_far: int = 1_190
    near_reach: int = 600
    within_reach: int = -500
    listed_mm: int = 5_000_000
    unused: int = 200  # hardly any flight that says who it is uses it: the list explains nothing
    silent_a_named: int = 4  # so many silent flights one named one accounts for
    # Silent flights of five days add up beside those that say who they are, not where they do: 11 % of strips, ordinary
    # flights to an aerodrome taken as 3 %.
    beside: int = 560
    beside_days_at_least: int = 5
    # More silent flights beside an aerodrome in open use than custom is at others of the record (customs.py): from 1 in
    # 20 by chance on the list does not explain them, and what is beyond that speaks for a strip.
    custom_aerodromes: int = 4
    custom_permille: int = 200
    custom_least_permille: int = 50
    excess_milli_log10: int = 1_300
    excess_most: int = 1_000
    night: int = 400
    day: int = -200
    border: int = 200
    # Who fills tanks on a lake, drops, sprays or trains comes to one place many times a day.
    shuttle_a_day: int = 4
    shuttle: int = -700
    open_flights: int = 5
    open_field: int = -1_500
    listed: int = -700
    others_at_least: int = 5
    lost_permille: int = 400
    lost_by_others: int = -800
    above_sensor_mm: int = 8_000_000
    above_sensor: int = -1_500
    # Announced flights, three in four of those that used it: as much as for single landings.
    announced_permille: int = 750
    announced: int = -1_500
    aerodromes: str = LISTED
    own_aerodromes: tuple[tuple[str, str, str, int, int, int], ...] = ()
