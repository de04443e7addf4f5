"""Which sum of estimated biases is what a sensor is off by: times only count against those who set the time."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from veedor.air.sensing.bias_fit import Day, Fit
from veedor.air.sensing.bias_geometry import PER_SENSOR, TIME

Floats = npt.NDArray[np.float64]


def single(number: int, which: int, size: int) -> Floats:
    """One bias of one sensor, as factors of all biases."""
    contrast = np.zeros(size)
    contrast[number * PER_SENSOR + which] = 1.0
    return contrast


def clock(number: int, day: Day, found: Fit, wrong: Collection[int] = (), least: int = 3) -> Floats | None:
    """A sensor's time less that of those that set it: the middle receiver (or the mean of the middle two), else the
    middle radar; None where fewer than `least` radars would have to (two can only say that they differ). Sensors of
    which the clock is known to be `wrong` set nothing."""
    setters = [n for n, receiver in enumerate(day.receivers) if receiver and n not in wrong]
    if not setters:
        setters = [n for n, polar in enumerate(day.polar) if polar and n not in wrong]
        if len(setters) < least:
            return None
    setters.sort(key=lambda n: (float(found.of(n)[TIME]), n))
    contrast = single(number, TIME, len(found.biases))
    middle = setters[(len(setters) - 1) // 2 : len(setters) // 2 + 1]
    for n in middle:
        contrast[n * PER_SENSOR + TIME] -= 1.0 / len(middle)
    return contrast
