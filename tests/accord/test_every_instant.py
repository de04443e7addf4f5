"""A verdict is what stepping every rule at every instant gives, whomever the evaluator wakes to get there sooner.

`StepAll` is the rule as decision 9 has it, and slow: at each instant it steps everything, in order, until nothing
changes. It also stops at instants at which nothing is due. Accords and logs are those that both languages judge alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tests.accord.any_accord import DAY_US, HOUR_US, versions_of
from tests.accord.any_log import instants_of, timeline_of
from veedor.accord.evaluate import evaluate
from veedor.accord.evaluate.clock import Machine
from veedor.accord.evaluate.engine import Engine
from veedor.accord.load import Loaded
from veedor.accord.timeline import Batch, Timeline
from veedor.accord.verdict import Verdict


class StepAll(Engine):
    """Knows nothing of who is woken. `more_us`: instants at which it stops too."""

    def __init__(self, versions: Sequence[Loaded], appender: str, more_us: Sequence[int]) -> None:
        super().__init__(versions, appender)
        self.more_us = sorted(more_us)

    def rules(self) -> Iterator[Machine]:
        yield self.versions
        yield from self.quotas.values()
        for each in self.obligations.values():
            yield each
            yield from each.occurrences
        yield from self.measures.values()

    def settle(self) -> None:
        before = -1
        while before != (before := self.changes()):
            for each in self.rules():
                each.step()

    def changes(self) -> int:
        """How much has happened so far; the same number: nothing that another rule could see."""
        histories = [each.history for each in self.measures.values()]
        histories += [one.history for each in self.obligations.values() for one in each.occurrences]
        return len(self.clock.anchors) + sum(map(len, histories))

    def advance(self, until_us: int) -> None:
        while self.more_us and self.more_us[0] <= until_us:
            at_us = self.more_us.pop(0)
            super().advance(at_us)
            self.clock.pass_timers(at_us)
            self.settle()
        super().advance(until_us)


def stepped(versions: Sequence[Loaded], timeline: Timeline, at_us: int, more_us: Sequence[int]) -> Verdict:
    """As `evaluate`, by stepping everything."""
    until_us = min(at_us, timeline.time_us)
    engine = StepAll(versions, timeline.appender, more_us)
    for batch in timeline.batches:
        if batch.time_us <= until_us:
            engine.take(batch)
    engine.advance(until_us)
    return engine.verdict(until_us + 30 * DAY_US)


def test_waking_gives_what_stepping_every_rule_at_every_instant_gives() -> None:
    for seed in range(25):
        rng = Random(seed)
        versions = versions_of(rng)
        timeline = timeline_of(rng, versions)
        start_us = timeline.batches[0].time_us
        more_us = [start_us + rng.randrange(timeline.time_us - start_us + HOUR_US) for _ in range(10)]
        at_us = rng.choice(instants_of(rng, timeline))
        assert evaluate(versions, timeline, at_us) == stepped(versions, timeline, at_us, more_us), seed


def test_seals_without_statements_change_no_verdict() -> None:
    for seed in range(100):
        rng = Random(seed)
        versions = versions_of(rng)
        timeline = timeline_of(rng, versions)
        start_us = timeline.batches[0].time_us
        empty = [Batch(start_us + rng.randrange(timeline.time_us - start_us + 1), ()) for _ in range(10)]
        # Facts of one instant count before what passes at it, so a seal that is put in stands after those there are.
        batches = sorted([*timeline.batches, *empty], key=lambda each: each.time_us)
        often = Timeline(timeline.appender, tuple(batches))
        assert evaluate(versions, often, timeline.time_us) == evaluate(versions, timeline, timeline.time_us), seed
