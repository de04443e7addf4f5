"""Whether a condition holds: yes, no, or it cannot be told and who withheld; three-valued, whatever the order of
tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache

from msgspec import Struct

from veedor.accord.evaluate.metrics import Value, evidence_of, improves, keys_of, latest, sources_of, value_of
from veedor.accord.evaluate.record import Key, Record
from veedor.accord.model.accord import Accord
from veedor.accord.model.conditions import All, AnyOf, AtLeast, AtMost, Condition, Happened, NOf
from veedor.accord.model.metrics import DeliveredRatio
from veedor.accord.verdict import Tested

NOBODY: frozenset[str] = frozenset()


class Asked(Struct, frozen=True, gc=False):
    """Over what a condition is asked. `instance`: of the event by which the obligation arose, else 0."""

    begins_us: int
    ends_us: int
    instance: int
    debtor: str


class Outcome(Struct, frozen=True, gc=False):
    """`holds` is None where it cannot be told; `withheld_by`: by whom."""

    holds: bool | None
    withheld_by: frozenset[str] = frozenset()
    lacks_us: int = 0
    """Where it does not hold for want of deposits: how much more of its period they must cover at least."""


HOLDS, FAILS = Outcome(True), Outcome(False)


class Terms(Struct, frozen=True, gc=False):
    """What is the same for all occurrences of one condition: what it depends on, who must supply evidence, whether what
    is logged can only make it better."""

    keys: frozenset[Key]
    sources: frozenset[str]
    improves: bool


def terms_of(condition: Condition, accord: Accord) -> Terms:
    return Terms(keys_under(condition, accord), sources_under(condition, accord), only_improves(condition, accord))


def keys_under(condition: Condition, accord: Accord) -> frozenset[Key]:
    """Everything the condition depends on."""
    match condition:
        case All() | AnyOf() | NOf():
            return frozenset().union(*(keys_under(each, accord) for each in condition.of))
        case Happened():
            return frozenset({("event", condition.event)})
        case AtLeast() | AtMost():
            return frozenset(keys_of(accord.metrics[condition.metric]))


def sources_under(condition: Condition, accord: Accord) -> frozenset[str]:
    """Everybody who must supply evidence for it."""
    match condition:
        case All() | AnyOf() | NOf():
            return frozenset().union(*(sources_under(each, accord) for each in condition.of))
        case Happened():
            return frozenset()
        case AtLeast() | AtMost():
            return frozenset(sources_of(accord.metrics[condition.metric]))


def only_improves(condition: Condition, accord: Accord) -> bool:
    """Whether what is logged can only make it better: then it is met as soon as it holds."""
    match condition:
        case All() | AnyOf() | NOf():
            return all(only_improves(each, accord) for each in condition.of)
        case Happened():
            return True
        case AtLeast():
            return improves(accord.metrics[condition.metric], upwards=True)
        case AtMost():
            return improves(accord.metrics[condition.metric], upwards=False)


class Look:
    """What is asked, as of now. The value of a metric is reckoned once, and so are the tests."""

    __slots__ = ("_accord", "_asked", "_condition", "_now_us", "_record", "_tests", "_values")

    def __init__(self, condition: Condition, accord: Accord, record: Record, asked: Asked, now_us: int) -> None:
        self._condition, self._accord, self._record = condition, accord, record
        self._asked, self._now_us = asked, now_us
        self._values: dict[str, Value] = {}
        self._tests: tuple[Tested, ...] | None = None

    def outcome(self) -> Outcome:
        return self._judge(self._condition)

    def tests(self) -> tuple[Tested, ...]:
        """Each elementary test with its value and its evidence, in the order of the accord."""
        if self._tests is None:
            self._tests = tuple(self._tested(self._condition))
        return self._tests

    def _value(self, metric: str) -> Value:
        if metric not in self._values:
            asked, kind = self._asked, self._accord.metrics[metric]
            found = value_of(kind, self._record, asked.begins_us, asked.ends_us, self._now_us, asked.debtor)
            self._values[metric] = found
        return self._values[metric]

    def _judge(self, condition: Condition) -> Outcome:
        match condition:
            case AtLeast() | AtMost():
                value = self._value(condition.metric)
                holds = _compared(condition, value)
                if holds is False and isinstance(condition, AtLeast):
                    is_ratio = isinstance(self._accord.metrics[condition.metric], DeliveredRatio)
                    return Outcome(False, NOBODY, _lacking(condition, value)) if is_ratio else FAILS
                return HOLDS if holds else Outcome(holds, frozenset(value.withheld_by))
            case Happened():
                return HOLDS if _happened(condition, self._record, self._asked) else FAILS
            case All() | AnyOf() | NOf():
                parts = [self._judge(each) for each in condition.of]
                found = [part.holds for part in parts]
                yes, unknown, needed = found.count(True), found.count(None), _needed(condition)
                if yes >= needed:
                    return HOLDS
                if yes + unknown < needed:
                    return FAILS
                return Outcome(None, frozenset().union(*(part.withheld_by for part in parts)))

    def _tested(self, condition: Condition) -> Iterator[Tested]:
        record, asked = self._record, self._asked
        match condition:
            case AtLeast() | AtMost():
                value = self._value(condition.metric)
                name = "at_least" if isinstance(condition, AtLeast) else "at_most"
                holds = _compared(condition, value)
                metric = self._accord.metrics[condition.metric]
                evidence = _sorted(evidence_of(metric, record, asked.begins_us, asked.ends_us))
                subject, wanted = condition.metric, condition.value
                yield Tested(name, subject, wanted, value.spelled(), holds, value.withheld_by, evidence)
            case Happened():
                done = _happened(condition, record, asked)
                evidence = _sorted(_event_evidence(condition, record, asked))
                yield Tested("happened", condition.event, "1", "1" if done else "0", done, (), evidence)
            case All() | AnyOf() | NOf():
                for each in condition.of:
                    yield from self._tested(each)


def evidence_under(tests: tuple[Tested, ...]) -> tuple[str, ...]:
    """Digests of the statements behind these tests, ascending."""
    return _sorted(digest for test in tests for digest in test.evidence)


def _sorted(digests: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(digests)))


def _event_evidence(condition: Happened, record: Record, asked: Asked) -> list[str]:
    if not asked.instance:
        return latest(record.events[condition.event], asked.begins_us)
    found = record.instances.get((condition.event, asked.instance))
    return [] if found is None else [found[1]]


def _needed(condition: All | AnyOf | NOf) -> int:
    if isinstance(condition, NOf):
        return condition.n
    return len(condition.of) if isinstance(condition, All) else 1


def _happened(condition: Happened, record: Record, asked: Asked) -> bool:
    if asked.instance:
        return (condition.event, asked.instance) in record.instances
    said = record.events[condition.event]
    return bool(said) and said[-1][0] >= asked.begins_us


def _compared(condition: AtLeast | AtMost, value: Value) -> bool | None:
    if value.numerator is None:
        return None if value.withheld_by else False
    over, under = _parts(condition.value)
    found, wanted = value.numerator * under, over * value.denominator
    return found >= wanted if isinstance(condition, AtLeast) else found <= wanted


def _lacking(condition: AtLeast, value: Value) -> int:
    if value.numerator is None:
        return 0
    over, under = _parts(condition.value)
    return -(-over * value.denominator // under) - value.numerator


@lru_cache(maxsize=4096)
def _parts(written: str) -> tuple[int, int]:
    """Numerator and denominator of a threshold."""
    fraction = Fraction(written)
    return fraction.numerator, fraction.denominator
