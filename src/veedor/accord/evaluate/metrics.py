"""The value of a metric over a period, as of now, from what has been said so far; exact fractions.

A value that cannot be told is None, with who withheld it. What the debtor itself did not deliver is never "cannot be
told": the test simply does not hold.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from math import gcd
from operator import attrgetter

from msgspec import Struct

from veedor.accord.dates import HOUR_US
from veedor.accord.evaluate.record import Attested, Key, Record
from veedor.accord.model.metrics import (
    AnswerTime,
    DeliveredRatio,
    DocumentsAttested,
    EventsCounted,
    FigureDisagreement,
    FigureValue,
    FindingsCounted,
    LongestGap,
    Metric,
)

MOST_EVIDENCE = 20
"""Digests shown for one value; all of them are in the log anyway."""


class Value(Struct, frozen=True, gc=False):
    """`numerator` / `denominator`, not reduced; `numerator` is None where it cannot be told (`withheld_by` says by
    whom) or where the debtor did not deliver it (`withheld_by` is empty)."""

    numerator: int | None
    denominator: int = 1
    withheld_by: tuple[str, ...] = ()

    def spelled(self) -> str | None:
        """The fraction in lowest terms, as text."""
        if self.numerator is None:
            return None
        common = gcd(self.numerator, self.denominator)
        over, under = self.numerator // common, self.denominator // common
        return str(over) if under == 1 else f"{over}/{under}"


def keys_of(metric: Metric) -> tuple[Key, ...]:
    """What the metric depends on."""
    match metric:
        case DeliveredRatio() | LongestGap():
            return (("deposit", metric.party, metric.data_class),)
        case AnswerTime():
            return (("event", metric.asked), ("event", metric.answered))
        case DocumentsAttested():
            return (("document", metric.party, metric.document),)
        case EventsCounted():
            return (("event", metric.event),)
        case FindingsCounted():
            return (("finding", metric.party, metric.finding),)
        case FigureValue() | FigureDisagreement():
            return (("figure", metric.figure),)
    return ()


def sources_of(metric: Metric) -> tuple[str, ...]:
    """Who must supply the evidence."""
    match metric:
        case FigureValue():
            return (metric.source,)
        case FigureDisagreement():
            return metric.sources
        case DeliveredRatio() | LongestGap() | DocumentsAttested() | FindingsCounted():
            return (metric.party,)
    return ()


def improves(metric: Metric, *, upwards: bool) -> bool:
    """Whether evidence can only make a test better that asks for at least (`upwards`) or at most so much."""
    match metric:
        case DeliveredRatio() | DocumentsAttested() | EventsCounted() | FindingsCounted():
            return upwards
        case LongestGap():
            return not upwards
    return False


def value_of(metric: Metric, record: Record, begins_us: int, ends_us: int, now_us: int, debtor: str) -> Value:
    """The value over [begins, ends), from what was logged until `now_us`."""
    match metric:
        case DeliveredRatio() | LongestGap() if metric.party != debtor and not record.within(
            metric.party, metric.data_class, begins_us, ends_us
        ):
            return Value(None, 1, (metric.party,))
        case DeliveredRatio():
            coverage = record.covered[metric.party, metric.data_class, metric.outages]
            return Value(coverage.covered(begins_us, ends_us), max(ends_us - begins_us, 1))
        case LongestGap():
            coverage = record.covered[metric.party, metric.data_class, metric.outages]
            return Value(coverage.longest_gap(begins_us, ends_us), HOUR_US)
        case DocumentsAttested():
            return Value(_since(record.documents[metric.party, metric.document], begins_us))
        case EventsCounted():
            return Value(_since(record.events[metric.event], begins_us))
        case FindingsCounted():
            said = record.findings[metric.party, metric.finding]
            return Value(sum(each[1] for each in said[bisect_left(said, (begins_us,)) :]))
        case AnswerTime():
            return Value(_longest_answer(metric, record, begins_us, ends_us, now_us), HOUR_US)
        case FigureValue():
            found = last_said(record, metric.figure, metric.source, begins_us, ends_us)
            if found is None:
                return Value(None, 1, () if metric.source == debtor else (metric.source,))
            return Value(found.value.numerator, found.value.denominator)
        case FigureDisagreement():
            return _disagreement(metric, record, begins_us, ends_us, debtor)
    raise AssertionError("`accord check` refuses metrics without statements")


def evidence_of(metric: Metric, record: Record, begins_us: int, ends_us: int) -> list[str]:
    """Digests of the statements that made the value, at most MOST_EVIDENCE of each thing, the latest in the log."""
    match metric:
        case DeliveredRatio() | LongestGap():
            within = record.within(metric.party, metric.data_class, begins_us, ends_us)
            found = [each.digest for each in sorted(within, key=attrgetter("order"))[-MOST_EVIDENCE:]]
        case DocumentsAttested():
            found = latest(record.documents[metric.party, metric.document], begins_us)
        case EventsCounted():
            found = latest(record.events[metric.event], begins_us)
        case FindingsCounted():
            found = latest(record.findings[metric.party, metric.finding], begins_us)
        case AnswerTime():
            asked, answered = record.events[metric.asked], record.events[metric.answered]
            found = [*latest(asked, begins_us), *latest(answered, begins_us)]
        case FigureValue() | FigureDisagreement():
            each = (last_said(record, metric.figure, source, begins_us, ends_us) for source in sources_of(metric))
            found = [said.digest for said in each if said is not None]
        case _:
            found = []
    return found


def last_said(record: Record, figure: str, source: str, begins_us: int, ends_us: int) -> Attested | None:
    """What the source said last about a period within [begins, ends)."""
    said = record.figures[figure, source]
    first, end = bisect_left(said, (begins_us,)), bisect_left(said, (ends_us,))
    if (figure, source) not in record.disordered:
        for at in range(end - 1, first - 1, -1):
            if said[at].end_us <= ends_us:
                return said[at]
        return None
    found: Attested | None = None
    for each in said[first:end]:
        if each.end_us <= ends_us and (found is None or each.order > found.order):
            found = each
    return found


def latest(said: Sequence[tuple[int, *tuple[object, ...]]], begins_us: int) -> list[str]:
    """Digests of what was logged since `begins_us`, at most MOST_EVIDENCE, the latest."""
    return [str(each[-1]) for each in said[max(bisect_left(said, (begins_us,)), len(said) - MOST_EVIDENCE) :]]


def _since(said: list[tuple[int, str]] | list[tuple[int, int, str]], begins_us: int) -> int:
    return len(said) - bisect_left(said, (begins_us,))


def _longest_answer(metric: AnswerTime, record: Record, begins_us: int, ends_us: int, now_us: int) -> int:
    longest = 0
    for asked_us, instance, _ in record.events[metric.asked]:
        if begins_us <= asked_us < ends_us:
            answered_us, _ = record.instances.get((metric.answered, instance), (now_us, ""))
            longest = max(longest, answered_us - asked_us)
    return longest


def _disagreement(metric: FigureDisagreement, record: Record, begins_us: int, ends_us: int, debtor: str) -> Value:
    found = {source: last_said(record, metric.figure, source, begins_us, ends_us) for source in metric.sources}
    lacking = tuple(sorted(source for source, said in found.items() if said is None))
    if lacking:
        return Value(None, 1, () if debtor in lacking else lacking)
    values = [said.value for said in found.values() if said is not None]
    least, most = min(values), max(values)
    if not most:
        return Value(0)
    over = most.numerator * least.denominator
    return Value(over - least.numerator * most.denominator, over)
