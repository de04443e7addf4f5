"""Settings of landings and take-offs away from aerodromes; expert settings but where a term names its source."""

from __future__ import annotations

from dataclasses import dataclass

from veedor.air.scales import HOUR_US, MINUTE_US, Grades
from veedor.registers.aerodromes import LISTED


@dataclass(frozen=True)
class StripRules:
    """Ends of legs to landing and take-off hypotheses. Weights are expert settings unless a term names its source."""

    threshold_milli_log10: int = 2_000  # 100 to 1: below, it is not worth a person's time
    plots_at_least: int = 8
    duration_us: int = 8 * MINUTE_US
    others_at_least: int = 5
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
    night_elevation_e7: int = -60_000_000
    # Height under which the sensors that followed the flight could no longer see it, where its own is not known: the
    # lower, the less a loss says but the ground; a loss far out is what the edge of coverage does to all.
    hidden_mm: Grades = ((100_000, 700), (200_000, 300), (400_000, -200), (800_000, -600))
    hidden_more: int = -1_000
    # Its height is known, and it was lost that much higher than what is hidden: no landing was seen.
    visible_mm: int = 500_000
    visible: int = -500
    ground_mm: int = 30_000_000  # aerodromes within this distance say how low the ground may be
    # Transponder silent at that end; answering with a code; saying address and call sign. Illicit flights taken as
    # silent in 4 of 5, ordinary ones in 1 of 5 (light aircraft without transponder).
    identity: tuple[int, int, int] = (650, -900, -1_100)
    # What descent, height, hidden height, speed and slowing may come to together: however well a landing was watched,
    # they say that it was one, as the landing of an innocent flight is.
    landing_most: int = 1_500
    place_mm: int = 10_000_000  # a larger region names no place
    border: int = 200
    goes_on_us: int = 15 * MINUTE_US
    overlap_us: int = 2 * MINUTE_US
    goes_on_plots: int = 5
    goes_on_speed_mm_s: int = 80_000
    goes_on_slack_mm: int = 6_000_000
    goes_on: int = -1_500
    slow_mm_s: int = 25_000
    clutter: int = -1_500
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
    aerodromes: str = LISTED  # which list: a finding's parameters digest names it
    own_aerodromes: tuple[tuple[str, str, str, int, int, int], ...] = ()
