"""What would follow in the next days if nobody said anything more, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from veedor.accord.explain.speaker import Speaker
from veedor.accord.verdict import Upcoming, Verdict


def coming_lines(verdict: Verdict, speaker: Speaker) -> Iterator[tuple[Upcoming, str]]:
    """Each change that would follow, with its sentence without the time. Of a state that is left at the instant at
    which it is entered only the reason is told."""
    for _, together in groupby(verdict.upcoming, lambda each: (each.at_us, each.kind, each.rule, each.occurrence)):
        steps = tuple(together)
        yield steps[-1], _line(steps, speaker)


def _line(steps: Sequence[Upcoming], speaker: Speaker) -> str:
    """A rule that the version which governs no longer holds goes by its id alone."""
    each = steps[-1]
    obligation, measure = speaker.accord.obligations.get(each.rule), speaker.accord.measures.get(each.rule)
    name, what = speaker.id(each.rule), _what(steps, speaker)
    if each.kind == "obligation" and obligation is not None:
        debtor = speaker.party(obligation.debtor)
        return speaker.say("calendar.obligation", id=name, number=each.occurrence, debtor=debtor, what=what)
    if each.kind in ("measure", "promise") and measure is not None:
        return speaker.say(f"calendar.{each.kind}", id=name, by=speaker.party(measure.by), what=what)
    if each.kind == "version":
        return speaker.say("calendar.version", version=each.occurrence, what=what)
    if each.kind == "accord":
        return speaker.say("calendar.accord", what=what)
    return speaker.say("calendar.rule", id=speaker.party(each.rule) if each.kind == "party" else name, what=what)


def _what(steps: Sequence[Upcoming], speaker: Speaker) -> str:
    last = steps[-1]
    if last.kind not in ("obligation", "measure"):
        return speaker.word("upcoming", last.what)
    why = "; ".join(speaker.word("why", each.why) for each in steps)
    return speaker.say("upcoming.becomes", state=speaker.word(f"{last.kind}_is", last.what), why=why)
