"""When deposits need no longer be kept, or may be published: a line for those of one party that fall at one instant.

A period runs from the log time of each deposit. What was logged after the accord ended starts none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from veedor.accord.evaluate.instants import Instants
from veedor.accord.explain.speaker import Speaker
from veedor.accord.timeline import Timeline
from veedor.accord.verdict import Verdict
from veedor.mission.statements.bodies import Deposit


def period_lines(verdict: Verdict, timeline: Timeline, speaker: Speaker) -> Iterator[tuple[str, int, str]]:
    """Kind (`retention`, `embargo`), instant and sentence for every period of every deposit logged by the verdict."""
    instants = Instants.of(speaker.accord)
    for name, period in sorted(speaker.accord.periods.items()):
        found: Counter[tuple[int, str]] = Counter()
        for party, logged_us, data_classes in _deposits(verdict, timeline):
            if period.data_class in data_classes:
                found[instants.at(period.length, logged_us), party] += 1
        for (at_us, party), n in sorted(found.items()):
            data, of = speaker.word("data", period.data_class), speaker.party(party)
            said = speaker.say(f"calendar.{period.kind}", n=n, data=data, party=of, id=speaker.id(name))
            yield period.kind, at_us, said


def _deposits(verdict: Verdict, timeline: Timeline) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    until_us = verdict.since_us if verdict.state == "ended" else verdict.at_us
    for batch in timeline.batches:
        if batch.time_us <= until_us:
            for fact in batch.facts:
                if isinstance(fact.body, Deposit):
                    yield fact.party, batch.time_us, fact.body.classes
