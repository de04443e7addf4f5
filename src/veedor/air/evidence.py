"""Judgements that several detectors make alike: graded weights, logarithms in thousandths, sensors that were off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from veedor.air.arrow import array, ints, ranks, texts
from veedor.air.scales import HOUR_US, MINUTE_US, Grades
from veedor.kernel.exactmath import log10
from veedor.kernel.sphere import to_int

Ints = npt.NDArray[np.int64]

_NEVER = 1 << 62

EXPERT = "expert setting"
MEASURED_COVERAGE = "measured: coverage/2 of this run"
OF_RECORD = "measured: strips/2 of this run"
STRIP_LIST = (
    "measured: 1,269 strips (Earth Genome, The Intercept Brasil, The New York Times 2021) against expert setting"
)


def graded(value: int, grades: Grades, beyond: int) -> int:
    """The weight of the first limit that `value` does not exceed, else `beyond`."""
    for limit, weight in grades:
        if value <= limit:
            return weight
    return beyond


def graded_all(values: Ints, grades: Grades, beyond: int) -> Ints:
    """`graded` of each value."""
    limits, weights = (np.array(part, np.int64) for part in zip(*grades, strict=True))
    return np.append(weights, beyond)[np.searchsorted(limits, values, side="left")]


def milli_log10(numerator: int, denominator: int) -> int:
    """1000 * log10(numerator / denominator), both positive."""
    return to_int((log10(float(numerator)) - log10(float(denominator))) * 1000.0)


@dataclass(frozen=True)
class Sensors:
    """Hourly state of sensors, to ask whether a silence was the sensor's own, and when its record ends."""

    hours: Mapping[str, Mapping[int, int]]  # by sensor and hour: the longest time in which nothing shows it on
    last: Mapping[str, int]
    first: Mapping[str, int]
    usual: Mapping[str, int]  # the longest silence of a usual hour

    @staticmethod
    def load(state: pa.Table) -> Sensors:
        """Of a radar whose messages are there, these say whether it was on: it turns though the sky be empty, and what
        says that it is not fit for use is not."""
        silences = _silences(state)
        state = state.set_column(state.column_names.index("longest_silence_us"), "longest_silence_us", array(silences))
        state = state.filter(pc.or_(pc.greater(state["plots"], pa.scalar(0)), array(silences < HOUR_US)))
        rank = ranks(state["sensor"])
        order = np.argsort(rank, kind="stable")
        cuts = np.flatnonzero(np.diff(rank[order], prepend=-1))
        columns = [ints(state[name], 0)[order] for name in ("hour", "longest_silence_us")]
        columns += [ints(state["first"], _NEVER)[order], ints(state["last"], -1)[order]]
        names = texts(state["sensor"].take(array(order[cuts])))
        # Without any row there is no part, where a split would give one that is empty.
        parts = [np.split(values, cuts)[1:] for values in columns]
        hours: dict[str, dict[int, int]] = {}
        last: dict[str, int] = {}
        first: dict[str, int] = {}
        usual: dict[str, int] = {}
        for name, hour, silence, start, end in zip(names, *parts, strict=True):
            number = hour // HOUR_US
            hours[name] = dict(zip(number.tolist(), silence.tolist(), strict=True))
            if end.max() < 0:  # it turned and never gave a plot
                continue
            first[name], last[name] = int(start.min()), int(end.max())
            # The median; hours without any plot are silent throughout.
            middle = (last[name] // HOUR_US - first[name] // HOUR_US + 1) // 2
            usual[name] = int(np.sort(silence)[middle]) if middle < len(silence) else HOUR_US
        return Sensors(hours, last, first, usual)

    @property
    def span_us(self) -> int:
        """From the first plot of any sensor to the last."""
        return max(self.last.values(), default=0) - min(self.first.values(), default=0)

    def off_us(self, sensor: str, start_us: int, end_us: int) -> int:
        """How much of an interval `sensor` may be expected to have been off.

        Hours without plots count whole, of other hours the share that their longest silence takes (where in the hour
        is not known), from 3 minutes and three times what is usual for this sensor: a receiver that hears little is not
        off when it hears nothing."""
        off = 0
        known = self.hours.get(sensor, {})
        least = max(3 * MINUTE_US, 3 * self.usual.get(sensor, 0))
        for hour in range(start_us // HOUR_US, (end_us - 1) // HOUR_US + 1):
            overlap = min(end_us, (hour + 1) * HOUR_US) - max(start_us, hour * HOUR_US)
            silence = known.get(hour, HOUR_US)
            if silence >= min(least, HOUR_US + 1):
                off += overlap * silence // HOUR_US
        return off

    def off_shares(self, sensors: Sequence[str], start_us: int, end_us: int) -> list[int]:
        """Per mille of the interval that each sensor may have been off."""
        span = max(1, end_us - start_us)
        return [self.off_us(sensor, start_us, end_us) * 1000 // span for sensor in sensors]


def _silences(state: pa.Table) -> Ints:
    """By hour the longest time in which neither plots nor messages show that a sensor was on. Messages show it where
    north markers are among them; of an hour the share of turns that say "not fit for use" is silent at least."""
    turned, unfit = ints(state["turns"], 0), ints(state["off"], 0)
    said = np.where(turned > 0, ints(state["message_silence_us"], HOUR_US), HOUR_US)
    shown = np.minimum(ints(state["longest_silence_us"], 0), said)
    return np.maximum(shown, HOUR_US * unfit // np.maximum(1, np.maximum(turned, unfit)))
