"""Which fault of a site explains a day's samples: hypotheses that compete, each a fit in which one thing may be wrong.

1. All sensors as healthy radars are; what that leaves unexplained is what a fault has to explain.
2. For each sensor that stands out and each fault: the fit in which that sensor's one bias may reach as far as it likes,
   and for each two radars the one in which their sites change places.
3. The best is taken if it explains much better (`gain_milli`) and the bias it needs is larger than ordinary ones; what
   explains the samples nearly as well (`alternative_milli`) is named beside it: "one of".
4. With that taken as known, again from 2 for the next fault, `faults_at_most` times.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from veedor.air.sensing.bias_day import Station
from veedor.air.sensing.bias_fit import Day, Fit, fit
from veedor.air.sensing.bias_geometry import AZIMUTH, EAST, NORTH, RANGE, SCALE, TIME
from veedor.air.sensing.bias_rules import BiasRules, Spread
from veedor.kernel.sphere import RADIANS_PER_E7

CLOCK, OFFSET, UNIT, TURNED, PLACE, EXCHANGED = "clock", "range_offset", "range_scale", "azimuth", "place", "exchanged"
SINGLE = (CLOCK, OFFSET, UNIT, TURNED, PLACE)
_COLUMN = {CLOCK: "time_us", OFFSET: "range_mm", UNIT: "scale_e7", TURNED: "azimuth_e7", PLACE: "place_mm"}
_TWO_LN_10 = 4.605170185988091


@dataclass(frozen=True, order=True)
class Fault:
    """A fault of one sensor, or of two whose sites are exchanged (`other`, else -1)."""

    sensor: int
    kind: str
    other: int = -1


@dataclass(frozen=True)
class Blame:
    """A fault that was taken, how much better it explains (thousandths of log10), and what explains as well."""

    fault: Fault
    gain_milli: int
    alternatives: tuple[Fault, ...]


def blame(day: Day, stations: Sequence[Station], suspects: Sequence[int], rules: BiasRules) -> tuple[Blame, ...]:
    """The faults of a day, strongest first; `suspects` are the sensors that stand out."""
    found: list[Blame] = []
    spreads: list[Spread] = [rules.healthy] * len(stations)
    exchanged: tuple[int, int] | None = None
    while suspects and len(found) < rules.faults_at_most:
        base = fit(day, spreads, rules, exchanged)
        tried = [
            (tried_fit.cost, fault)
            for fault in _hypotheses(stations, suspects, found, exchanged is None)
            for tried_fit in (_fit(day, stations, spreads, exchanged, fault, rules),)
            if _large(tried_fit, fault, rules)
        ]
        if not tried:
            break
        best, fault = min(tried)
        gain = milli_log10(base.cost - best)
        if gain < rules.gain_milli:
            break
        others = tuple(
            sorted(
                rival for cost, rival in tried if rival != fault and milli_log10(cost - best) < rules.alternative_milli
            )
        )
        found.append(Blame(fault, gain, others))
        spreads, exchanged = _with(stations, spreads, exchanged, fault, rules)
    return tuple(found)


def spreads_with(
    day: Day, stations: Sequence[Station], blames: Sequence[Blame], rules: BiasRules
) -> tuple[list[Spread], tuple[int, int] | None]:
    """What the final fit of a day may estimate: everything ordinary of every sensor, and the faults taken."""
    spreads: list[Spread] = [rules.open] * len(stations)
    exchanged: tuple[int, int] | None = None
    for item in blames:
        spreads, exchanged = _with(stations, spreads, exchanged, item.fault, rules)
    return spreads, exchanged


def _hypotheses(
    stations: Sequence[Station], suspects: Sequence[int], found: Sequence[Blame], exchanges: bool
) -> Iterator[Fault]:
    taken = {(item.fault.sensor, item.fault.kind) for item in found}
    radars = [number for number, station in enumerate(stations) if station.polar]
    for sensor in suspects:
        if stations[sensor].monitor:
            continue
        for kind in SINGLE if stations[sensor].polar else (CLOCK,):
            if (sensor, kind) not in taken:
                yield Fault(sensor, kind)
    if exchanges:
        for place, one in enumerate(radars):
            for two in radars[place + 1 :]:
                if (one in suspects or two in suspects) and stations[one].site != stations[two].site:
                    yield Fault(one, EXCHANGED, two)


def _with(
    stations: Sequence[Station], spreads: Sequence[Spread], exchanged: tuple[int, int] | None, fault: Fault,
    rules: BiasRules,
) -> tuple[list[Spread], tuple[int, int] | None]:  # fmt: skip
    if fault.kind == EXCHANGED:
        return list(spreads), (stations[fault.sensor].site, stations[fault.other].site)
    wide = list(spreads)
    column = _COLUMN[fault.kind]
    wide[fault.sensor] = replace(wide[fault.sensor], **{column: getattr(rules.widest, column)})
    return wide, exchanged


def _fit(
    day: Day, stations: Sequence[Station], spreads: Sequence[Spread], exchanged: tuple[int, int] | None, fault: Fault,
    rules: BiasRules,
) -> Fit:  # fmt: skip
    return fit(day, *_with_rules(_with(stations, spreads, exchanged, fault, rules), rules))


def _with_rules(
    made: tuple[list[Spread], tuple[int, int] | None], rules: BiasRules
) -> tuple[list[Spread], BiasRules, tuple[int, int] | None]:
    return made[0], rules, made[1]


def _large(tried: Fit, fault: Fault, rules: BiasRules) -> bool:
    """Whether the bias that the hypothesis needs is beyond ordinary ones."""
    if fault.kind == EXCHANGED:
        return True
    found = tried.of(fault.sensor)
    size = {
        CLOCK: abs(found[TIME]) * 1e6, OFFSET: abs(found[RANGE]) * 1e3, UNIT: abs(found[SCALE]) * 1e7,
        TURNED: abs(found[AZIMUTH]) / RADIANS_PER_E7, PLACE: max(abs(found[NORTH]), abs(found[EAST])) * 1e3,
    }[fault.kind]  # fmt: skip
    return bool(size > getattr(rules.fault, _COLUMN[fault.kind]))


def milli_log10(cost: float) -> int:
    """Thousandths of log10 of a difference of -2 log likelihoods."""
    return int(max(-1e9, min(1e9, cost / _TWO_LN_10 * 1000.0)))
