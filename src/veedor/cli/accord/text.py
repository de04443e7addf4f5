"""The status of an accord as lines for a terminal: each rule, its state and since when; the other column beside it."""

from __future__ import annotations

from collections.abc import Iterator

from veedor.accord.explain.speaker import Speaker
from veedor.accord.model.accord import Accord
from veedor.accord.verdict import MeasureVerdict, ObligationVerdict, Occurrence, Verdict
from veedor.views.accord_around import around_lines
from veedor.views.accord_coming import coming_lines
from veedor.views.accord_status import (
    ignored_line,
    measure_notes,
    occurrence_notes,
    open_occurrences,
    reason_line,
    tested_line,
)
from veedor.words import Language, Value, say
from veedor.words.dates import length_in_words
from veedor.words.lists import contracted

Values = dict[str, Value]

MOST_UPCOMING = 12
MOST_IGNORED = 20
_UNKEPT = ("late", "in_cure", "breached", "excused", "disputed", "undetermined")


def status_lines(accord: Accord, verdict: Verdict, language: Language) -> Iterator[str]:
    """The accord, obligations, measures, then what comes next. `accord` is the version that governs."""
    speaker = Speaker(accord, language)
    state = say(f"accord.state.{verdict.state}", language)
    at, since = speaker.moment_us(verdict.at_us), speaker.moment_us(verdict.since_us)
    values: Values = {"accord": verdict.accord, "at": at, "since": since, "state": state}
    timed = "status.status" if verdict.since_us else "status.status.never"
    yield say(timed if verdict.at_us else "status.status.no_time", language, values)
    yield from around_lines(verdict, speaker)
    for obligation in verdict.obligations:
        yield from _obligation(obligation, speaker)
    for measure in verdict.measures:
        yield from _measure(measure, speaker)
    yield from _upcoming(verdict, speaker)
    if verdict.ignored:
        yield say("status.ignored", language, {"n": len(verdict.ignored)})
    for each in verdict.ignored[:MOST_IGNORED]:
        yield "  " + ignored_line(each, each.party, language)
    if len(verdict.ignored) > MOST_IGNORED:
        yield "  " + say("status.ignored.more", language, {"n": len(verdict.ignored) - MOST_IGNORED})


def _obligation(each: ObligationVerdict, speaker: Speaker) -> Iterator[str]:
    values: Values = {
        "rule": each.id,
        "debtor": speaker.party(each.debtor),
        "creditor": speaker.party(each.creditor),
        "state": speaker.say(f"obligation_is.{each.state}"),
        "since": speaker.moment_us(each.since_us),
    }
    yield _told("status.obligation" if each.occurrences else "status.obligation.pending", speaker, values)
    apart = len(each.occurrences) > 1
    for one in open_occurrences(each):
        yield from (f"  {line}" for line in _occurrence(one, speaker, apart=apart))


def _occurrence(one: Occurrence, speaker: Speaker, *, apart: bool) -> Iterator[str]:
    """What is still to be done or was not done as owed: by when, who withheld, what does not hold. Its state too, where
    it stands `apart` from others."""
    state = speaker.say(f"obligation_is.{one.state}")
    if apart:
        values: Values = {"n": one.number, "state": state, "since": speaker.moment_us(one.since_us)}
        yield _told("status.occurrence", speaker, values)
    indent = "  " if apart else ""
    yield from (f"{indent}{line}" for line in occurrence_notes(one, speaker))
    if one.state in _UNKEPT:
        yield from (f"{indent}{tested_line(test, speaker)}" for test in one.tests if not test.holds)


def _measure(each: MeasureVerdict, speaker: Speaker) -> Iterator[str]:
    language = speaker.language
    state, did = speaker.say(f"measure_is.{each.state}"), speaker.say(f"done.{each.did}")
    by = speaker.party(each.by)
    values: Values = {"rule": each.id, "by": by, "to": speaker.party(each.to), "state": state}
    values["since"] = speaker.moment_us(each.since_us)
    yield _told("status.measure" if each.history else "status.measure.proposed", speaker, values)
    if reason := reason_line(each, speaker):
        yield f"  {reason}"
    yield "  " + _told("status.did", speaker, {"by": by, "did": did})
    if each.difference is not None:
        differs: Values = {"state": state, "did": did, "by": by}
        differs["since"] = speaker.moment_us(each.difference.since_us)
        differs["age"] = length_in_words(each.difference.age_us, language)
        yield "  " + _told("status.difference", speaker, differs)
    for note in measure_notes(each, speaker):
        yield f"  {note}"


def _told(key: str, speaker: Speaker, values: Values) -> str:
    """A line that begins with the id of a rule, so with no capital; small words run together as the language does."""
    return contracted(say(key, speaker.language, values), speaker.language)


def _upcoming(verdict: Verdict, speaker: Speaker) -> Iterator[str]:
    language, coming = speaker.language, list(coming_lines(verdict, speaker))
    if coming:
        yield say("status.coming", language, {"until": speaker.moment_us(verdict.upcoming_until_us)})
    for each, text in coming[:MOST_UPCOMING]:
        values: Values = {"at": speaker.moment_us(each.at_us), "what": text}
        yield "  " + say("status.upcoming", language, values)
    if len(coming) > MOST_UPCOMING:
        yield "  " + say("status.coming.more", language, {"n": len(coming) - MOST_UPCOMING})
