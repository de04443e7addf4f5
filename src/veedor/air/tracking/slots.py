"""The tracks that are alive, as rows of arrays ("slots") that kernels fill and reuse."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from veedor.air.tracking.motion import SIZE, STATE
from veedor.air.tracking.rules import AssociationRules
from veedor.kernel.exactmath import exp

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SENSORS_KEPT = 4


class Settings(NamedTuple):
    """AssociationRules in SI units, as kernels want them; rates in rad/s, log odds and densities as natural numbers."""

    window_us: int
    silence_us: int
    steady_s: float
    turning_s: float
    rate: float
    q_steady: float
    q_turn: float
    first_variance: float
    unknown_m: float
    detect_primary: float
    detect_secondary: float
    detect_broadcast: float
    birth: float
    gate: float
    confirmed: float
    dropped: float
    certain: float
    address_same: float
    address_other: float
    code_same: float
    code_other: float
    number_same: float
    number_other: float
    fell_silent: float
    height_sigma: float
    climb_sigma: float
    height_other: float


def settings_of(rules: AssociationRules) -> Settings:
    """The rules as the kernels take them."""
    return Settings(
        rules.window_us, rules.silence_us, rules.steady_ms / 1e3, rules.turning_ms / 1e3,
        rules.turn_e7_s * 1.7453292519943296e-09, rules.noise_steady_mm2_s3 / 1e6, rules.noise_turning_mm2_s3 / 1e6,
        rules.first_speed_mm_s / 1e3 * (rules.first_speed_mm_s / 1e3), rules.unknown_height_mm / 1e3,
        rules.detection_primary_milli / 1e3, rules.detection_secondary_milli / 1e3,
        rules.detection_broadcast_milli / 1e3, power_of_ten(rules.birth_milli), rules.gate_milli / 1e3,
        rules.confirmed_milli / 1e3, rules.dropped_milli / 1e3, rules.certain_milli / 1e3,
        rules.address_same_milli / 1e3, rules.address_other_milli / 1e3, rules.code_same_milli / 1e3,
        rules.code_other_milli / 1e3, rules.number_same_milli / 1e3, rules.number_other_milli / 1e3,
        rules.fell_silent_milli / 1e3, rules.height_sigma_mm / 1e3, rules.climb_sigma_mm_s / 1e3,
        rules.height_other_milli / 1e3,
    )  # fmt: skip


def power_of_ten(milli: int) -> float:
    """10 to the power of milli / 1000, the same on every machine."""
    return exp(milli * 0.002302585092994046)


class Slots(NamedTuple):
    """One row per track alive. `state` as in motion.py, counted from the last plot, whose place is `origin` (north,
    lon, cosine); `ahead` the same merged and moved to the middle of the window where `fresh`; `odds` the log odds of
    existence, `score` the track score; the last four sensors that saw it, with when, which kind of echo, and their
    own track number."""

    state: Floats
    ahead: Floats
    fresh: npt.NDArray[np.bool_]
    origin: Floats
    middle: Floats  # where it will be in the middle of the window: north, lon, and how far a plot may lie off (m)
    odds: Floats
    score: Floats
    time: Ints
    last: Ints
    track: Ints
    plots: Ints
    address: Ints
    code: Ints
    altitude: Ints
    altitude_time: Ints
    sensor: Ints
    seen_by: Ints
    seen_time: Ints
    seen_answer: Ints
    seen_number: Ints
    cell: Ints
    following: Ints


def empty_slots(count: int) -> Slots:
    """Room for `count` tracks at once."""

    def ints(*shape: int) -> Ints:
        return np.full(shape, -1, np.int64)

    return Slots(
        np.zeros((count, STATE)), np.zeros((count, SIZE)), np.zeros(count, np.bool_), np.zeros((count, 3)),
        np.zeros((count, 3)), np.zeros(count), np.zeros(count), ints(count), ints(count), ints(count), ints(count),
        ints(count), ints(count), ints(count), ints(count), ints(count), ints(count, SENSORS_KEPT),
        ints(count, SENSORS_KEPT), ints(count, SENSORS_KEPT), ints(count, SENSORS_KEPT), ints(count), ints(count),
    )  # fmt: skip
