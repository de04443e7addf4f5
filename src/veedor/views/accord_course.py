"""The course of one measure as spans of time in two rows: what followed by the accord, and what the authority did."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from veedor.accord.bodies import Act
from veedor.accord.explain.speaker import Speaker
from veedor.accord.model.accord import Accord
from veedor.accord.timeline import Timeline
from veedor.accord.verdict import MeasureVerdict, Verdict
from veedor.words import Language


class Span(Struct, frozen=True):
    """One state from `start_us` to `end_us`; `words` as people read it, `since` the beginning in full words."""

    start_us: int
    end_us: int
    state: str
    words: str
    since: str


class MeasureCourse(Struct, frozen=True):
    """Both rows over the same time. `ends_us`: the deadline that runs, after the last span; None where none does."""

    id: str
    title: str
    language: str
    follows_title: str
    did_title: str
    follows: tuple[Span, ...]
    did: tuple[Span, ...]
    ends_us: int | None
    ends: str


def measure_courses(
    accord: Accord, verdict: Verdict, timeline: Timeline, language: Language
) -> tuple[MeasureCourse, ...]:
    """The course of each measure up to the verdict's instant. Acts without effect (`verdict.ignored`) are left out."""
    speaker = Speaker(accord, language)
    return tuple(_course(each, verdict, timeline, speaker) for each in verdict.measures if each.history)


def _course(measure: MeasureVerdict, verdict: Verdict, timeline: Timeline, speaker: Speaker) -> MeasureCourse:
    rule = speaker.accord.measures.get(measure.id)
    follows = [(change.at_us, str(change.after)) for change in measure.history]
    ignored = {each.digest for each in verdict.ignored}
    did = [
        (batch.time_us, str(fact.body.act))
        for batch in timeline.batches
        if batch.time_us <= verdict.at_us
        for fact in batch.facts
        if isinstance(fact.body, Act) and fact.body.measure == measure.id and fact.digest not in ignored
    ]
    begins_us = min(at_us for at_us, _ in [*follows, *did])
    if not did or did[0][0] > begins_us:
        did.insert(0, (begins_us, "nothing"))
    ends = "" if measure.ends_us is None else speaker.say("status.ends", at=speaker.moment_us(measure.ends_us))
    return MeasureCourse(
        id=measure.id,
        title=measure.id if rule is None else speaker.text_plain(rule.scope).removesuffix("."),
        language=speaker.language,
        follows_title=speaker.say("status.follows"),
        did_title=speaker.say("status.did"),
        follows=_spans(follows, verdict.at_us, "measure_is", speaker),
        did=_spans(did, verdict.at_us, "done", speaker),
        ends_us=measure.ends_us,
        ends=ends,
    )


def _spans(changes: Sequence[tuple[int, str]], until_us: int, kind: str, speaker: Speaker) -> tuple[Span, ...]:
    """What holds from each change to the next; what held for no time, or was the same as before, is no span."""
    spans: list[Span] = []
    ends = [at_us for at_us, _ in changes[1:]] + [until_us]
    for (at_us, state), end_us in zip(changes, ends, strict=True):
        if spans and spans[-1].state == state and spans[-1].end_us == at_us:
            last = spans[-1]
            spans[-1] = Span(last.start_us, end_us, state, last.words, last.since)
        elif end_us > at_us or at_us == until_us:
            words = speaker.say(f"{kind}.{state}")
            spans.append(Span(at_us, end_us, state, words, speaker.moment_us(at_us)))
    return tuple(spans)
