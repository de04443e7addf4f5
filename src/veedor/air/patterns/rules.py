"""Settings of patterns. Those that find were set on simulated flights (simulate/flying/manoeuvres.py, seed 1) and
frozen before any real file was looked at; weights of findings are expert settings but where a term names its source."""

from __future__ import annotations

from dataclasses import dataclass

from veedor.air.announcements import Limits
from veedor.air.flying.rules import LegRules
from veedor.air.scales import MINUTE_US, Grades
from veedor.registers.aerodromes import LISTED


@dataclass(frozen=True)
class PatternRules(LegRules):
    """Tracks to patterns; the settings of legs must be those of the detector of legs."""

    # Loops: shortest step, longest time and least length of one, how near it must close, what makes several a pattern.
    turn_step_us: int = 4_000_000
    loop_step_mm: int = 250_000
    loop_most_us: int = 40 * MINUTE_US
    loop_least_mm: int = 600_000
    loop_gap_permille: int = 150
    # What noise makes of a slow straight flight is thin; so short a loop must enclose something.
    short_loop_mm: int = 6_000_000
    short_round_permille: int = 450
    loops_at_least: int = 3
    pause_us: int = 10 * MINUTE_US
    beside_mm: int = 2_000_000
    round_permille: int = 760  # rounder than this: an orbit, else a racetrack
    # Lines: longest bend is half a radian (29 degrees), for a step of 1.5 km seen by a far radar.
    line_step_mm: int = 1_500_000
    line_turn_milliradians: int = 500
    line_least_mm: int = 4_000_000
    lines_at_least: int = 4
    lines_apart_mm: int = 150_000
    lines_widest_mm: int = 8_000_000
    lines_apart_permille: int = 600
    # Dwelling, set on simulated patrols (simulate/flying/manoeuvres.py, seed 1) after the one real patrol had shown
    # that it makes neither loops nor lines.
    dwell_us: int = 90 * MINUTE_US
    dwell_step_mm: int = 1_000_000
    dwell_permille: int = 4_000
    # Low passes.
    down_mm: int = 500_000
    up_mm: int = 300_000
    around_us: int = 8 * MINUTE_US
    pass_us: int = 30_000_000
    pass_slowed_permille: int = 900
    back_permille: int = -700
    way_mm: int = 10_000_000


@dataclass(frozen=True)
class PatternFindingRules(Limits):
    """Patterns to findings."""

    threshold_milli_log10: int = 1_000
    # How often a kind is seen among plain simulated flights (benchmarks/patterns.py): at most 1 in 25 pleasure flights
    # makes three loops, at most 1 in 200 plain flights makes lines or drops, or dwells.
    found: tuple[tuple[str, int], ...] = (("orbit", 900), ("racetrack", 900), ("search_lines", 1_200), ("drop", 1_200),
                                           ("loiter", 900))  # fmt: skip
    times: Grades = ((3, 0), (6, 150), (10, 300))
    times_more: int = 400
    away_mm: Grades = ((5_000_000, -600), (15_000_000, -200), (30_000_000, 0))
    away_far: int = 300
    identity: tuple[int, int] = (500, -500)  # no answer at all; answers throughout
    night: int = 200
    night_elevation_e7: int = -60_000_000
    low_mm: int = 600_000  # a drop is made below this height above the ground nearby
    ground_mm: int = 30_000_000
    high_drop: int = -1_200
    # Innocent explanations: how near, how level, how slow.
    survey_level_mm: int = 600_000  # surveys keep their height above the ground, not above the sea
    survey_regular_permille: int = 800
    survey: int = -900
    glider_speed_mm_s: int = 45_000
    glider_path_mm: int = 2_500_000
    glider: int = -1_500
    calibration_mm: int = 20_000_000
    calibration: int = -700
    fire_passes: int = 3
    fire_mm: int = 15_000_000
    fire_mm_s: tuple[int, int] = (25_000, 90_000)
    fire_height_mm: int = 1_500_000
    fire: int = -900
    slow_mm_s: int = 25_000
    slow_echoes: int = -1_500
    announced: int = -1_000
    holding_mm: int = 80_000_000
    holding_us: tuple[int, int] = (200_000_000, 390_000_000)
    holding: int = -900
    circuit_mm: int = 6_000_000
    circuit_height_mm: int = 900_000
    circuit: int = -1_500
    chase_cells_permille: int = 600
    chase: int = -1_000
    helicopter_mm_s: int = 75_000
    ambulance: int = -500
    aerodromes: str = LISTED
    own_aerodromes: tuple[tuple[str, str, str, int, int, int], ...] = ()
