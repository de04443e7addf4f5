"""Settings of tracking: how aircraft move, how sensors see, how silent one body may be.

All are expert settings: physical limits of aircraft and usual performance of radars; those of motion and existence were
looked at on seeds of benchmarks/tracker_scenes.py that no figure is taken from.
"""

from __future__ import annotations

from dataclasses import dataclass

from veedor.air.scales import HOUR_US, MINUTE_US


@dataclass(frozen=True)
class AssociationRules:
    """Plots to pieces, in blocks of absolute UTC time, each begun `halo_us` earlier and ended `after_us` later.

    `chunk_us` only says how much is handed over at once; a result hangs on `block_us`, of which a chunk is a multiple.
    Probabilities and log odds in thousandths, densities of false plots and of new targets per turn as thousandths of
    log10 of 1/m2. Sigmas hold where the site table says none."""

    chunk_us: int = 6 * HOUR_US
    block_us: int = HOUR_US
    halo_us: int = 6 * MINUTE_US
    after_us: int = 3 * MINUTE_US
    window_us: int = 2_000_000
    silence_us: int = 90_000_000
    plots_at_least: int = 3
    # motion
    steady_ms: int = 120_000
    turning_ms: int = 30_000
    turn_e7_s: int = 20_000_000
    noise_steady_mm2_s3: int = 300_000
    noise_turning_mm2_s3: int = 4_000_000
    first_speed_mm_s: int = 110_000
    reported_speed_mm_s: int = 10_000
    # measurements
    sigma_range_mm: int = 80_000
    sigma_azimuth_e7: int = 1_200_000
    sigma_radar_mm: int = 200_000
    sigma_position_mm: int = 60_000
    sigma_floor_mm: int = 30_000
    unknown_height_mm: int = 6_000_000
    # existence
    detection_primary_milli: int = 850
    detection_secondary_milli: int = 950
    detection_broadcast_milli: int = 900
    clutter_secondary_milli: int = -11_000
    clutter_least_milli: int = -10_500
    birth_milli: int = -11_000
    gate_milli: int = 16_000
    confirmed_milli: int = 7_900
    dropped_milli: int = -7_000
    certain_milli: int = 8_000
    alone_milli: int = 50_000
    # identity, log odds
    address_same_milli: int = 7_000
    address_other_milli: int = -18_000
    code_same_milli: int = 3_000
    code_other_milli: int = -5_000
    number_same_milli: int = 3_000
    number_other_milli: int = -2_000
    fell_silent_milli: int = -2_300
    height_sigma_mm: int = 60_000
    climb_sigma_mm_s: int = 10_000
    height_other_milli: int = -8_000
    # plots of one address that no track took
    stray_speed_mm_s: int = 350_000
    stray_slack_mm: int = 2_000_000
    # tracks of one address beside each other: one aircraft, no step between them longer than it usually flies
    braid_slack_mm: int = 500_000
    braid_speed_milli: int = 1_300
    braid_slow_mm_s: int = 25_000


@dataclass(frozen=True)
class JoiningRules:
    """Pieces to tracks: identical plots across block edges, one address that goes on, a course that goes on."""

    plots_at_least: int = 3
    address_silence_us: int = 3 * HOUR_US
    speed_mm_s: int = 350_000
    slack_mm: int = 10_000_000
    course_silence_us: int = 5 * MINUTE_US
    course_gate_mm: int = 4_000_000
    course_overlap_us: int = MINUTE_US
    beside_mm: int = 1_500_000
    height_mm: int = 600_000
    climb_mm_s: int = 40_000
