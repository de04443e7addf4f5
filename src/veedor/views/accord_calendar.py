"""The calendar of an accord: what is late now, what falls in the next days, meetings, outside dates, and what is still
to be done before it is in force.

What is late stands first and carries its age; the rest stands in the order of time, as it would follow if nobody said
anything more. Periods that merely begin are no business of a calendar and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from veedor.accord.bodies import MeetingHeld
from veedor.accord.dates import DAY_US, instant_us_of
from veedor.accord.evaluate.instants import Instants
from veedor.accord.explain.speaker import Speaker
from veedor.accord.model.accord import Accord
from veedor.accord.timeline import Timeline
from veedor.accord.verdict import Occurrence, Verdict
from veedor.views.accord_coming import coming_lines
from veedor.views.accord_periods import period_lines
from veedor.words import Language, Value
from veedor.words.dates import length_in_words

_LATE = frozenset({"late", "in_cure", "breached", "undetermined"})
_ASIDE = frozenset({"disputed", "excused"})


class CalendarLine(Struct, frozen=True):
    """`kind`: late, step (before a version is in force), deadline, meeting, held, date, and retention or embargo,
    which end. `at_us`: (since) when."""

    kind: str
    at_us: int
    when: str
    text: str


class AccordCalendar(Struct, frozen=True, kw_only=True):
    """The next `days` days from `at_us`, in one language."""

    schema: Literal["accord_calendar/1"] = "accord_calendar/1"
    accord: str
    language: str
    at_us: int
    days: int
    title: str
    nothing: str
    lines: tuple[CalendarLine, ...]


def accord_calendar(accord: Accord, verdict: Verdict, timeline: Timeline, language: Language) -> AccordCalendar:
    """What the calendar shows at the verdict's instant, as far ahead as the verdict looks."""
    speaker = Speaker(accord, language)
    days = (verdict.upcoming_until_us - verdict.at_us) // DAY_US
    late = sorted(_late(verdict, speaker), key=lambda each: each[1:])
    steps = list(_unsigned(verdict, speaker))
    coming = [*_deadlines(verdict, speaker), *_outside(accord, verdict, timeline, speaker)]
    coming += period_lines(verdict, timeline, speaker)
    ahead = (each for each in coming if verdict.at_us < each[1] <= verdict.upcoming_until_us)
    coming = sorted(ahead, key=lambda each: each[1])
    held = sorted(_held(accord, verdict, timeline, speaker), key=lambda each: each[1:])
    return AccordCalendar(
        accord=verdict.accord,
        language=language,
        at_us=verdict.at_us,
        days=days,
        title=speaker.say("calendar.title", n=days),
        nothing=speaker.say("calendar.nothing"),
        lines=tuple(
            CalendarLine(kind, at_us, speaker.moment_us(at_us), text)
            for kind, at_us, text in [*late, *steps, *coming, *held]
        ),
    )


Line = tuple[str, int, str]


def _late(verdict: Verdict, speaker: Speaker) -> Iterator[Line]:
    language = speaker.language
    for obligation in verdict.obligations:
        for each in obligation.occurrences:
            if each.state in _LATE or (each.state in _ASIDE and each.beneath in _LATE):
                yield "late", each.since_us, _overdue(obligation.id, obligation.debtor, each, verdict.at_us, speaker)
    for measure in verdict.measures:
        for delay in measure.delays:
            if delay.done_us is None and delay.over_us is None and delay.age_us > 0:
                what = speaker.say(f"calendar.{delay.what}")
                age = length_in_words(delay.age_us, language)
                party = speaker.party(delay.party)
                said = speaker.say("calendar.promised", party=party, age=age, id=speaker.id(measure.id), what=what)
                yield "late", delay.due_us, said
        if measure.difference is not None:
            said = speaker.say(
                "calendar.difference",
                id=speaker.id(measure.id),
                age=length_in_words(measure.difference.age_us, language),
                follows=speaker.say(f"measure_is.{measure.difference.follows}"),
                did=speaker.say(f"done.{measure.difference.did}"),
            )
            yield "late", measure.difference.since_us, said


def _overdue(name: str, debtor: str, each: Occurrence, at_us: int, speaker: Speaker) -> str:
    age = length_in_words(at_us - each.since_us, speaker.language)
    values: dict[str, Value] = {
        "id": speaker.id(name),
        "number": each.number,
        "debtor": speaker.party(debtor),
        "age": age,
    }
    if each.state == "undetermined":
        return speaker.say("calendar.undetermined", **values, parties=speaker.parties(each.withheld_by))
    state = speaker.say(f"obligation_is.{each.state}")
    if each.state in _ASIDE:
        beneath = speaker.say(f"obligation_is.{each.beneath}")
        return speaker.say("calendar.aside", **values, state=state, beneath=beneath)
    return speaker.say("calendar.late", **values, state=state)


def _unsigned(verdict: Verdict, speaker: Speaker) -> Iterator[Line]:
    """Who must still sign which version."""
    for version in verdict.versions:
        if version.state == "draft" and version.missing:
            parties, n = speaker.parties(version.missing), len(version.missing)
            said = speaker.say("calendar.sign", parties=parties, n=n, version=version.version)
            yield "step", verdict.at_us, said


def _deadlines(verdict: Verdict, speaker: Speaker) -> Iterator[Line]:
    """What follows if nobody says more, and when a version that all have signed enters into force."""
    for each, text in coming_lines(verdict, speaker):
        if (each.kind, each.what) != ("obligation", "due"):
            yield "step" if each.kind == "version" else "deadline", each.at_us, text


def _outside(accord: Accord, verdict: Verdict, timeline: Timeline, speaker: Speaker) -> Iterator[Line]:
    for name, date in accord.dates.items():
        said = speaker.say("calendar.date", text=speaker.text(date.text))
        yield "date", instant_us_of(date.at, f"dates.{name}.at"), said
    held = {name for name, _ in _meetings(verdict, timeline)}
    anchors = _anchors(accord, verdict)
    instants = Instants.of(accord)
    for name, meeting in accord.meetings.items():
        anchor_us = anchors.get(meeting.at.anchor)
        if anchor_us is not None and name not in held:
            place, agenda = speaker.text_plain(meeting.place), speaker.text(meeting.agenda)
            said = speaker.say("calendar.meeting", id=speaker.id(name), place=place, agenda=agenda)
            yield "meeting", instants.at(meeting.at, anchor_us), said


def _anchors(accord: Accord, verdict: Verdict) -> Mapping[str, int]:
    """The global anchors that are known by the verdict: dates, signature, entry into force, first performance."""
    known = {f"date.{name}": instant_us_of(date.at, f"dates.{name}.at") for name, date in accord.dates.items()}
    for version in verdict.versions:
        if version.version == accord.version and version.signatures and not version.missing:
            known["accord.signed"] = max(each.signed_us for each in version.signatures)
    if verdict.state == "in_force":
        known["accord.in_force"] = verdict.since_us
    for obligation in verdict.obligations:
        done = [each.since_us for each in obligation.occurrences if each.state in ("met", "cured")]
        if done:
            known[f"met.{obligation.id}"] = min(done)
    for measure in verdict.measures:
        for change in measure.history:
            if change.after in ("granted", "active"):
                known.setdefault(f"{change.after}.{measure.id}", change.at_us)
    return known


def _held(accord: Accord, verdict: Verdict, timeline: Timeline, speaker: Speaker) -> Iterator[Line]:
    for name, body in _meetings(verdict, timeline):
        meeting = accord.meetings.get(name)
        absent = [party for party in accord.parties if party not in body.came]
        nobody = speaker.say("calendar.nobody")
        yield (
            "held",
            body.held_us,
            speaker.say(
                "calendar.meeting_held",
                id=speaker.id(name),
                place="–" if meeting is None else speaker.text_plain(meeting.place),
                held=speaker.moment_us(body.held_us),
                came=speaker.parties(body.came) or nobody,
                absent=speaker.parties(absent) or nobody,
            ),
        )


def _meetings(verdict: Verdict, timeline: Timeline) -> Iterator[tuple[str, MeetingHeld]]:
    for batch in timeline.batches:
        if batch.time_us <= verdict.at_us:
            for fact in batch.facts:
                if isinstance(fact.body, MeetingHeld) and fact.body.accord == verdict.accord:
                    yield fact.body.meeting, fact.body
