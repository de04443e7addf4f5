"""An accord day by day, as text that a lawyer can read: what was said, by whom, and what followed by the accord."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from veedor.accord.bodies import (
    Act,
    Answer,
    Claim,
    Consent,
    Determination,
    Dispute,
    EventSaid,
    Excuse,
    FigureSaid,
    Grant,
    MeetingHeld,
    Notice,
    Position,
    SignAccord,
    Withhold,
)
from veedor.accord.dated import Dated, DatedStatements
from veedor.accord.dates import DAY_US
from veedor.accord.explain.speaker import Speaker
from veedor.accord.model.accord import Accord
from veedor.accord.verdict import MeasureVerdict, Verdict
from veedor.mission.statements.acts import Attest
from veedor.mission.statements.bodies import Deposit, Restate
from veedor.views.accord_status import why_of
from veedor.words import Language, Value
from veedor.words.dates import day_in_words
from veedor.words.lists import joined

Evaluated = Callable[[int], Verdict]


def accord_days(
    accord: Accord, statements: DatedStatements, verdict_at: Evaluated, until_us: int, language: Language
) -> str:
    """Every day up to `until_us` on which something was said or followed: the time, the sentence, its source; and where
    a measure stands then in both columns, where that changed. `verdict_at` gives the verdict at an instant."""
    speaker = Speaker(accord, language)
    said = [(line.at_us, 1, said_in_words(line, speaker)) for line in statements.lines if line.at_us <= until_us]
    lines = sorted([*said, *_followed(verdict_at(until_us), speaker)], key=lambda each: (each[0], each[1]))
    parts = [speaker.text_plain(accord.title), speaker.text_plain(statements.note)]
    standing: dict[str, tuple[str, str]] = {}
    for day, group in groupby(lines, key=lambda each: each[0] // DAY_US):
        parts.append("\n" + day_in_words(day * DAY_US, language))
        parts += [f"  {_clock(at_us)}  {text}" for at_us, _, text in group]
        end_us = min((day + 1) * DAY_US - 1, until_us)
        for measure in verdict_at(end_us).measures:
            now = (measure.state, measure.did)
            if standing.get(measure.id, ("proposed", "nothing")) != now:
                parts.append(f"         {_standing(measure, speaker)}")
            standing[measure.id] = now
    return "\n".join(parts) + "\n"


def _followed(verdict: Verdict, speaker: Speaker) -> list[tuple[int, int, str]]:
    found = []
    for obligation in verdict.obligations:
        for occurrence in obligation.occurrences:
            for change in occurrence.history:
                text = speaker.say(
                    "days.obligation",
                    id=speaker.id(obligation.id),
                    number=occurrence.number,
                    before=speaker.say(f"obligation_is.{change.before}"),
                    after=speaker.say(f"obligation_is.{change.after}"),
                    why=why_of(change, speaker),
                )
                found.append((change.at_us, 2, text))
    for measure in verdict.measures:
        for change in measure.history:
            text = speaker.say(
                "days.measure",
                id=speaker.id(measure.id),
                before=speaker.say(f"measure_is.{change.before}"),
                after=speaker.say(f"measure_is.{change.after}"),
                why=why_of(change, speaker),
            )
            found.append((change.at_us, 3, text))
    return found


def _standing(measure: MeasureVerdict, speaker: Speaker) -> str:
    marks = joined([speaker.say(f"beside.{mark}") for mark in measure.marks], "and", speaker.language)
    said = speaker.say(
        "days.standing",
        id=speaker.id(measure.id),
        follows=speaker.say(f"measure_is.{measure.state}"),
        did=speaker.say(f"done.{measure.did}"),
    )
    return f"{said} ({marks})." if marks else f"{said}."


def said_in_words(line: Dated, speaker: Speaker) -> str:
    """One statement with its source."""
    return speaker.say("said.by", said=_said(line, speaker), source=line.source)


def _said(line: Dated, speaker: Speaker) -> str:
    party, body = speaker.party(line.fact.party), line.fact.body
    match body:
        case SignAccord():
            return speaker.say("said.sign_accord", party=party, version=body.version)
        case EventSaid():
            event = speaker.event(body.event)
            return speaker.say(f"said.event.{body.outcome}", party=party, event=event, instance=body.instance)
        case FigureSaid():
            return speaker.say(
                "said.figure",
                party=party,
                figure=speaker.figure(body.figure),
                start=day_in_words(body.start_us, speaker.language),
                end=day_in_words(body.end_us, speaker.language),
                value=speaker.fraction(body.value),
                unit=speaker.unit(body.figure),
            )
        case Grant():
            authority, measure = speaker.authorities([body.authority]), speaker.id(body.measure)
            return speaker.say("said.grant", authority=authority, measure=measure)
        case Act():
            return speaker.say(
                "said.act",
                authority=speaker.authorities([body.authority]),
                measure=speaker.id(body.measure),
                act=speaker.say(f"done.{body.act}"),
                effective=speaker.moment_us(body.effective_us),
            )
        case Notice():
            return _notice(party, body, speaker)
        case Consent():
            return speaker.say("said.consent", party=party, measure=speaker.id(body.measure))
        case Excuse():
            obligation, ground = speaker.id(body.obligation), speaker.id(body.ground)
            return speaker.say("said.excuse", party=party, obligation=obligation, ground=ground)
        case Dispute():
            return speaker.say(f"said.dispute.{body.step}", party=party, obligation=speaker.id(body.obligation))
        case Withhold():
            by, obligation = speaker.party(body.by), speaker.id(body.obligation)
            return speaker.say("said.withhold", party=party, by=by, obligation=obligation)
        case Position():
            return speaker.say(f"said.position.{body.position}", party=party, measure=speaker.id(body.measure))
        case Determination():
            return speaker.say("said.determination", party=party)
        case MeetingHeld():
            meeting, came = speaker.id(body.meeting), speaker.parties(body.came)
            held = speaker.moment_us(body.held_us)
            return speaker.say("said.meeting", party=party, meeting=meeting, held=held, came=came)
        case Claim():
            incident = speaker.id(body.incident)
            return speaker.say("said.claim", party=party, number=body.number, incident=incident)
        case Answer():
            return speaker.say(f"said.answer.{body.answer}", party=party)
        case Deposit():
            data = joined([speaker.word("data", name) for name in body.classes], "and", speaker.language)
            return _covering("said.deposit", body, speaker, party=party, data=data)
        case Restate():
            return _covering("said.restate", body, speaker, party=party, outages=len(body.outages))
        case Attest():
            return speaker.say("said.attest", party=party, document=speaker.word("document", body.kind))
        case _:
            return f"{party}: {line.type}"


def _covering(key: str, body: Deposit | Restate, speaker: Speaker, **values: Value) -> str:
    period = body.period
    start, end = (day_in_words(at, speaker.language) for at in (period.start_us, period.end_us))
    return speaker.say(f"{key}.{period.completeness}", start=start, end=end, **values)


def _notice(party: str, body: Notice, speaker: Speaker) -> str:
    if body.of:
        return speaker.say(f"said.notice.{body.kind}", party=party, of=speaker.id(body.of))
    return speaker.say(f"said.notice.{body.kind}", party=party)


def _clock(at_us: int) -> str:
    minutes = at_us % DAY_US // 60_000_000
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
