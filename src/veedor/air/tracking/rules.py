"""Settings of tracking: how far, how fast, how silent one body may be.

All are expert settings: physical limits of aircraft and usual turn times of radars with some slack, not fitted to data.
"""

from __future__ import annotations

from dataclasses import dataclass

from veedor.air.scales import HOUR_US, MINUTE_US


@dataclass(frozen=True)
class AssociationRules:
    """Plots to pieces. Dependence reaches at most `halo_us` (12 minutes plus the longest link) beyond a chunk."""

    chunk_us: int = 6 * HOUR_US
    halo_us: int = 20 * MINUTE_US
    address_silence_us: int = 10 * MINUTE_US
    sensor_track_silence_us: int = 5 * MINUTE_US
    speed_mm_s: int = 600_000
    slack_mm: int = 3_000_000
    look_ahead: int = 12
    gate_silence_us: int = 75_000_000
    gate_speed_mm_s: int = 350_000
    gate_slack_mm: int = 1_500_000
    attach_mm: int = 2_000_000
    attach_speed_mm_s: int = 60_000
    height_mm: int = 400_000
    climb_mm_s: int = 40_000
    turn_us: int = 2_000_000
    velocity_base_us: int = 30_000_000
    velocity_steps: int = 4
    plots_at_least: int = 3


@dataclass(frozen=True)
class JoiningRules:
    """Pieces to tracks: identical plots across chunk edges, one address that goes on, a course that goes on."""

    plots_at_least: int = 3
    address_silence_us: int = 3 * HOUR_US
    speed_mm_s: int = 350_000
    slack_mm: int = 10_000_000
    course_silence_us: int = 5 * MINUTE_US
    course_gate_mm: int = 4_000_000
    course_base_us: int = 8_000_000
    height_mm: int = 600_000
    climb_mm_s: int = 40_000
