"""Settings of legs, coverage and gaps; expert settings but where a term names its source."""

from __future__ import annotations

from dataclasses import dataclass

from veedor.air.announcements import Limits
from veedor.air.scales import HOUR_US, MINUTE_US, Grades
from veedor.registers.aerodromes import LISTED


@dataclass(frozen=True)
class LegRules:
    """Tracks to legs. `low_mm` is pressure altitude below which a shorter silence ends a leg (also when unknown).

    A still shorter silence, from `landing_silence_us` on, ends a leg where the flight had come down by `descended_mm`
    within `look_back_us` and slowed to `slowed_permille` of its speed before (`slowed_unknown_permille` where its
    altitude is not known), and meanwhile got on slower than aeroplanes fly. A leg went dark where for `dark_us` and
    `dark_echoes` a radar had its echoes without the answers that it had before; it answered late where that went before
    its first answer."""

    silence_us: int = 30 * MINUTE_US
    silence_low_us: int = 10 * MINUTE_US
    low_mm: int = 1_000_000
    ground_stop_us: int = 5 * MINUTE_US
    landing_silence_us: int = 3 * MINUTE_US
    landing_speed_mm_s: int = 25_000
    look_back_us: int = 10 * MINUTE_US
    descended_mm: int = 300_000
    slowed_permille: int = 870
    slowed_unknown_permille: int = 670
    end_window_us: int = 2 * MINUTE_US
    step_us: int = 10_000_000
    dark_us: int = 5 * MINUTE_US
    dark_echoes: int = 5


@dataclass(frozen=True)
class CoverageRules:
    """From which silence on a track counts as lost in the cell where it was last seen; between which plots a target's
    place is known; how long before its first and after its last answer a sensor is asked for a target."""

    silence_us: int = 5 * MINUTE_US
    between_us: int = MINUTE_US
    beyond_us: int = 5 * MINUTE_US


@dataclass(frozen=True)
class GhostRules:
    """Tracks of echoes to ghosts of real targets. Limits are those of radars: of beams, and of heights that an echo
    does not tell."""

    chunk_us: int = 6 * HOUR_US
    block_us: int = HOUR_US  # of which a chunk is a multiple
    at_once_us: int = 7_000_000  # of one turn
    height_us: int = 2 * MINUTE_US  # a height holds for so long before and after
    range_mm: int = 800_000
    side_e7: tuple[int, int] = (20_000_000, 300_000_000)
    azimuth_e7: int = 8_000_000
    pulse_mm: int = 40_000_000
    detour_mm: int = 4_000_000  # by way of a wall beside the radar
    # How steady the offset is, and for how many of its plots.
    steady_e7: int = 8_000_000
    steady_mm: int = 800_000
    mirror_e7: int = 20_000_000  # both turn, each in its own half of a turn of the antenna
    mirror_mm: int = 1_500_000
    plots_at_least: int = 6
    together_permille: int = 500


@dataclass(frozen=True)
class BroadcastRules:
    """Broadcast positions to what is wrong with them. Limits are those of aircraft (as in tracking) and of radars."""

    chunk_us: int = 6 * HOUR_US
    block_us: int = HOUR_US  # within which an aircraft is compared with itself; no longer than the hours that are told
    # Clocks of receivers differ by seconds.
    slack_mm: int = 3_000_000
    fastest_mm_s: int = 350_000
    # NACp 5 and less: 95 in 100 within more than 926 m, 2.4477 standard deviations (variance).
    unsure_mm2: int = 100_000_000_000
    # The same in categories: NACp 5 and less; contained within no less than a mile (NIC 5 and less, NUCp 4 and less).
    poor_nac_p: int = 5
    poor_nic: int = 5
    poor_nuc_p: int = 4
    at_once_us: int = 5_000_000
    # More than a radar is off by, at 250 km and a degree, less what it is known to be off by.
    apart_mm: int = 6_000_000
    agree_at_least: int = 3
    same_height_mm: int = 150_000  # of an answer that has a code and no address; heights come in steps of 100 ft


@dataclass(frozen=True)
class NavigationRules:
    """How many aircraft make an area in which satellite navigation is disturbed: expert settings."""

    navigation_us: int = 10 * MINUTE_US  # before and after
    around_mm: int = 150_000_000
    jumps_at_least: int = 2
    signs_at_least: int = 5
    signs_permille: int = 100
    disturbed_at_least: int = 3
    disturbed_permille: int = 300
    sound_permille: int = 100  # fewer disturbed than that of all others: they were sound
    disturbed: int = -1_500


@dataclass(frozen=True)
class GapRules(Limits, NavigationRules):
    """Silences to findings. Weights are expert settings; the coverage term is measured from the tracks of others."""

    threshold_milli_log10: int = 1_300
    silence_us: int = 5 * MINUTE_US
    primary_plots_at_least: int = 5
    others_at_least: int = 5
    coverage_most: int = 2_000
    # A target cannot have left the surroundings of its last place sooner than this far at its speed; what the sensors
    # should have seen of it until then counts, and of one fade at most so many turns.
    near_mm_flown: int = 5_000_000
    slowest_mm_s: int = 40_000
    turns_most: int = 4
    opportunities_at_least: int = 20
    sink_mm_s: int = 10_000
    unknown_coverage: int = -700
    looked_away: int = -2_500  # every sensor that followed it looks away from there
    speed_mm_s: tuple[int, int] = (25_000, 330_000)
    away_mm: int = 20_000_000
    low_mm: int = 600_000
    near_mm: int = 10_000_000
    home_mm: int = 5_000_000
    near_height_mm: int = 1_500_000
    duration: Grades = ((10 * MINUTE_US, 0), (20 * MINUTE_US, 200))
    duration_longer: int = 300
    primary_goes_on: int = 1_500
    primary_to_the_end: int = 1_200  # the same, but the transponder never answered again
    # What announcements take.
    state_addresses: tuple[tuple[int, int], ...] = ()
    as_planned: int = -1_500
    state_aircraft: int = -2_000
    reserved: int = -1_500
    # What was flown meanwhile (gap_flown.py, set on simulated seeds 651 and 652). Within `stop_us` nobody lands,
    # unloads and shows again.
    stop_us: int = 4 * MINUTE_US
    under_way_permille: int = 700
    night_elevation_e7: int = -60_000_000
    work_winding: int = 3
    work_mm: int = 5_000_000
    work_mm_s: int = 90_000
    field_work: int = -1_200
    chase_mm_s: int = 150_000
    chase: int = -1_500
    kept_course_e7: int = 150_000_000
    kept_course: int = -700
    visit_mm: int = 5_000_000
    visit_height_mm: int = 600_000
    ground_mm: int = 30_000_000
    visit: int = -700
    slow_mm_s: int = 25_000
    other_echoes: int = -1_500
    aerodromes: str = LISTED  # which list: a finding's parameters digest names it
    own_aerodromes: tuple[tuple[str, str, str, int, int, int], ...] = ()
