"""Settings of the bias stage: which plots are compared, what a healthy radar may be off by, from where it is a fault.

Expert settings, from what surveillance standards ask of radars (EUROCONTROL-SPEC-0147: systematic errors of 100 m in
range, 0.1 degree in azimuth, 0.2 s in time) with slack for older ones; none is fitted to data.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from veedor.air.scales import HOUR_US


@dataclass(frozen=True)
class SampleRules:
    """Plots to samples: one per target, pair of sensors and minute, at most `hourly` per pair and hour."""

    chunk_us: int = 6 * HOUR_US
    bracket_us: int = 30_000_000
    speed_mm_s: int = 350_000
    slack_mm: int = 3_000_000
    climb_mm_s: int = 40_000
    height_mm: int = 400_000
    range_least_mm: int = 8_000_000
    steep_permille: int = 300
    monitor_mm: int = 3_000_000
    hourly: int = 100


@dataclass(frozen=True)
class Spread:
    """How far one sensor may be off before data speak: one sigma of range, scale, azimuth, time, place."""

    range_mm: int
    scale_e7: int
    azimuth_e7: int
    time_us: int
    place_mm: int


@dataclass(frozen=True)
class BiasRules:
    """Samples to biases. `healthy` is what single faults are tried against, `open` what is estimated with, `widest`
    how far a fault may reach; `fault` is where an offset stops being ordinary."""

    daily: int = 600
    rounds: int = 8
    samples_at_least: int = 40
    targets_at_least: int = 4
    healthy: Spread = field(default_factory=lambda: Spread(120_000, 2_000, 1_500_000, 150_000, 0))
    open: Spread = field(default_factory=lambda: Spread(600_000, 10_000, 10_000_000, 3_000_000, 0))
    widest: Spread = field(
        default_factory=lambda: Spread(20_000_000, 20_000_000, 1_800_000_000, 60_000_000, 500_000_000)
    )
    fault: Spread = field(default_factory=lambda: Spread(450_000, 15_000, 6_000_000, 800_000, 120_000))
    # What a standard error may be for a value to be given at all.
    known: Spread = field(default_factory=lambda: Spread(60_000, 5_000, 600_000, 150_000, 60_000))
    sigmas: int = 6
    sigma_range_mm: int = 70_000
    sigma_azimuth_e7: int = 1_000_000
    sigma_adsb_mm: int = 25_000
    sigma_time_us: int = 50_000
    sigma_place_mm: int = 20_000
    pressure_mm: int = 120_000
    misfit_permille: int = 2_500
    sigma_height_mm: int = 60_000
    gain_milli: int = 10_000
    alternative_milli: int = 5_000
    samples_a_target: int = 8
    faults_at_most: int = 3
    shown: int = 20
