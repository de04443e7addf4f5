"""Judgements that several detectors make alike: graded weights, logarithms in thousandths, sensors that were off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from veedor.air.arrow import texts
from veedor.air.rules import HOUR_US, MINUTE_US, Grades
from veedor.air.targets import ints
from veedor.kernel.exactmath import log10
from veedor.kernel.sphere import to_int

EXPERT = "expert setting"
MEASURED_COVERAGE = "measured: coverage/1 of this run"
STRIP_LIST = (
    "measured: 1,269 strips (Earth Genome, The Intercept Brasil, The New York Times 2021) against expert setting"
)


def graded(value: int, grades: Grades, beyond: int) -> int:
    """The weight of the first limit that `value` does not exceed, else `beyond`."""
    for limit, weight in grades:
        if value <= limit:
            return weight
    return beyond


def milli_log10(numerator: int, denominator: int) -> int:
    """1000 * log10(numerator / denominator), both positive."""
    return to_int((log10(float(numerator)) - log10(float(denominator))) * 1000.0)


@dataclass(frozen=True)
class Sensors:
    """Hourly state of sensors, to ask whether a silence was the sensor's own, and when its record ends."""

    hours: Mapping[tuple[str, int], int]
    last: Mapping[str, int]
    first: Mapping[str, int]
    usual: Mapping[str, int]  # the longest silence of a usual hour

    @staticmethod
    def load(state: pa.Table) -> Sensors:
        names = texts(state["sensor"])
        hour, silence = ints(state["hour"], 0).tolist(), ints(state["longest_silence_us"], 0).tolist()
        last: dict[str, int] = {}
        first: dict[str, int] = {}
        for name, start, end in zip(
            names, ints(state["first"], 0).tolist(), ints(state["last"], 0).tolist(), strict=True
        ):
            last[name] = max(end, last.get(name, end))
            first[name] = min(start, first.get(name, start))
        keys = zip(names, (value // HOUR_US for value in hour), strict=True)
        hours = dict(zip(keys, silence, strict=True))
        by_sensor: dict[str, list[int]] = {}
        for (name, _), value in hours.items():
            by_sensor.setdefault(name, []).append(value)
        usual = {}
        for name, values in by_sensor.items():
            # Hours without any plot are silent throughout.
            span = last[name] // HOUR_US - first[name] // HOUR_US + 1
            every = sorted(values) + [HOUR_US] * (span - len(values))
            usual[name] = every[len(every) // 2]
        return Sensors(hours, last, first, usual)

    def off_us(self, sensor: str, start_us: int, end_us: int) -> int:
        """How much of an interval `sensor` may be expected to have been off.

        Hours without plots count whole, of other hours the share that their longest silence takes (where in the hour
        is not known), from 3 minutes and three times what is usual for this sensor: a receiver that hears little is not
        off when it hears nothing."""
        off = 0
        least = max(3 * MINUTE_US, 3 * self.usual.get(sensor, 0))
        for hour in range(start_us // HOUR_US, (end_us - 1) // HOUR_US + 1):
            overlap = min(end_us, (hour + 1) * HOUR_US) - max(start_us, hour * HOUR_US)
            silence = self.hours.get((sensor, hour), HOUR_US)
            if silence >= min(least, HOUR_US + 1):
                off += overlap * silence // HOUR_US
        return off

    def off_shares(self, sensors: Sequence[str], start_us: int, end_us: int) -> list[int]:
        """Per mille of the interval that each sensor may have been off."""
        span = max(1, end_us - start_us)
        return [self.off_us(sensor, start_us, end_us) * 1000 // span for sensor in sensors]
