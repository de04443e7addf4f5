"""Whether a condition holds: yes, no, or it cannot be told and who withheld; three-valued, whatever the order of
tests."""

from __future__ import annotations

from collections.abc import Iterable
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


def judge(condition: Condition, accord: Accord, record: Record, asked: Asked, now_us: int) -> Outcome:
    """The outcome as of now."""
    match condition:
        case All() | AnyOf() | NOf():
            parts = [judge(each, accord, record, asked, now_us) for each in condition.of]
            yes = sum(part.holds is True for part in parts)
            unknown = sum(part.holds is None for part in parts)
            needed = _needed(condition)
            if yes >= needed:
                return Outcome(True)
            if yes + unknown < needed:
                return Outcome(False)
            return Outcome(None, frozenset().union(*(part.withheld_by for part in parts)))
        case Happened():
            return Outcome(_happened(condition, record, asked))
        case AtLeast() | AtMost():
            metric = accord.metrics[condition.metric]
            value = value_of(metric, record, asked.begins_us, asked.ends_us, now_us, asked.debtor)
            holds = _compared(condition, value)
            if holds is False and isinstance(condition, AtLeast) and isinstance(metric, DeliveredRatio):
                return Outcome(False, NOBODY, _lacking(condition, value))
            return Outcome(holds, frozenset(value.withheld_by))


def tests_of(condition: Condition, accord: Accord, record: Record, asked: Asked, now_us: int) -> tuple[Tested, ...]:
    """Each elementary test with its value and its evidence, in the order of the accord."""
    match condition:
        case All() | AnyOf() | NOf():
            return tuple(test for each in condition.of for test in tests_of(each, accord, record, asked, now_us))
        case Happened():
            done = _happened(condition, record, asked)
            evidence = _sorted(_event_evidence(condition, record, asked))
            return (Tested("happened", condition.event, "1", "1" if done else "0", done, (), evidence),)
        case AtLeast() | AtMost():
            metric = accord.metrics[condition.metric]
            value = value_of(metric, record, asked.begins_us, asked.ends_us, now_us, asked.debtor)
            name = "at_least" if isinstance(condition, AtLeast) else "at_most"
            number = None if value.number is None else str(value.number)
            holds = _compared(condition, value)
            evidence = _sorted(evidence_of(metric, record, asked.begins_us, asked.ends_us))
            return (Tested(name, condition.metric, condition.value, number, holds, value.withheld_by, evidence),)


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
