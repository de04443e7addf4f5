"""Where an accord stands on a day, in one language: what a status page shows, every state with its reason and evidence.

The two columns of a measure are two fields and stay two on every screen: `follows` is computed by the accord, `did` is
what the authority stated; a difference is a sentence with its age.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from veedor.accord.explain import RuleSentence, explain
from veedor.accord.explain.speaker import Speaker
from veedor.accord.model.accord import Accord
from veedor.accord.verdict import (
    Delay,
    Ignored,
    MeasureVerdict,
    ObligationVerdict,
    Occurrence,
    Tested,
    Transition,
    Verdict,
)
from veedor.words import Language, known, say
from veedor.words.dates import length_in_words, moment_in_words


class ChangeLine(Struct, frozen=True):
    """A change of state as a sentence, with the digests of the statements behind it."""

    at_us: int
    before: str
    after: str
    text: str
    evidence: tuple[str, ...]


class OccurrenceLine(Struct, frozen=True):
    """One occurrence of an obligation: its state, deadline, elementary tests and how it came so."""

    number: int
    state: str
    title: str
    begins: str
    due: str
    due_us: int | None
    tests: tuple[str, ...]
    changes: tuple[ChangeLine, ...]


class ObligationLine(Struct, frozen=True):
    """An obligation: `state` is the word of the closed list, `standing` the same as people read it."""

    id: str
    title: str
    owed: str
    article: str
    state: str
    standing: str
    due: str
    notes: tuple[str, ...]
    occurrences: tuple[OccurrenceLine, ...]


class MeasureLine(Struct, frozen=True):
    """A measure in its two columns; `notes` are marks, delays of relief, use, and each side's position."""

    id: str
    title: str
    by: str
    to: str
    state: str
    did_state: str
    follows: str
    did: str
    difference: str
    notes: tuple[str, ...]
    changes: tuple[ChangeLine, ...]


class AccordStatus(Struct, frozen=True):
    """All that a status page shows of one accord in one language. `note`: what the file says of itself, if anything."""

    accord: str
    title: str
    language: str
    at_us: int
    at: str
    state: str
    standing: str
    note: str
    obligations: tuple[ObligationLine, ...]
    measures: tuple[MeasureLine, ...]
    rules: tuple[RuleSentence, ...]
    ignored: tuple[str, ...]


def accord_status(accord: Accord, verdict: Verdict, language: Language, note: str = "") -> AccordStatus:
    """The status page of `verdict`, told by the text of `accord` (the version that governs)."""
    speaker = Speaker(accord, language)
    at = moment_in_words(verdict.at_us, language)
    return AccordStatus(
        accord=verdict.accord,
        title=speaker.text_plain(accord.title),
        language=language,
        at_us=verdict.at_us,
        at=at,
        state=verdict.state,
        standing=speaker.say("status.at", at=at, state=speaker.say(f"state.{verdict.state}")),
        note=note,
        obligations=tuple(_obligation(each, speaker) for each in verdict.obligations),
        measures=tuple(_measure(each, speaker) for each in verdict.measures),
        rules=explain(accord, language),
        ignored=tuple(ignored_line(each, speaker.party(each.party), language) for each in verdict.ignored),
    )


def _obligation(verdict: ObligationVerdict, speaker: Speaker) -> ObligationLine:
    rule = speaker.accord.obligations.get(verdict.id)
    deciding = next((each for each in verdict.occurrences if each.state == verdict.state), None)
    standing = speaker.say(f"obligation_is.{verdict.state}")
    if verdict.occurrences:
        standing = speaker.say("status.since", state=standing, since=speaker.moment_us(verdict.since_us))
    withheld = () if deciding is None else deciding.withheld_by
    notes = (speaker.say("status.withheld", parties=speaker.parties(withheld)),) if withheld else ()
    return ObligationLine(
        id=verdict.id,
        title=verdict.id if rule is None else speaker.text_plain(rule.text).removesuffix("."),
        owed=speaker.say("status.owed", debtor=speaker.party(verdict.debtor), creditor=speaker.party(verdict.creditor)),
        article="" if rule is None else rule.article,
        state=verdict.state,
        standing=standing,
        due="" if deciding is None or deciding.due_us is None else speaker.moment_us(deciding.due_us),
        notes=notes,
        occurrences=tuple(_occurrence(each, speaker) for each in verdict.occurrences),
    )


def _occurrence(occurrence: Occurrence, speaker: Speaker) -> OccurrenceLine:
    state = speaker.say(f"obligation_is.{occurrence.state}")
    return OccurrenceLine(
        number=occurrence.number,
        state=occurrence.state,
        title=speaker.say("status.occurrence", number=occurrence.number, state=state),
        begins=speaker.moment_us(occurrence.begins_us),
        due="" if occurrence.due_us is None else speaker.moment_us(occurrence.due_us),
        due_us=occurrence.due_us,
        tests=tuple(_test(each, speaker) for each in occurrence.tests),
        changes=tuple(change_line(each, "obligation", speaker) for each in occurrence.history),
    )


def _test(test: Tested, speaker: Speaker) -> str:
    result = "unknown" if test.holds is None else "holds" if test.holds else "fails"
    wanted = speaker.say(f"status.wanted.{test.test}", value=speaker.fraction(test.wanted))
    said = speaker.say(
        "status.test",
        subject=speaker.event(test.subject) if test.test == "happened" else speaker.id(test.subject),
        value="–" if test.value is None else speaker.fraction(test.value),
        wanted=wanted,
        result=speaker.say(f"status.test.{result}"),
    )
    if test.withheld_by:
        said = f"{said}. {speaker.say('status.withheld', parties=speaker.parties(test.withheld_by))}"
    return said


def change_line(change: Transition, kind: str, speaker: Speaker) -> ChangeLine:
    """One transition of an obligation (`kind` "obligation") or measure ("measure") as a sentence."""
    before, after = speaker.say(f"{kind}_is.{change.before}"), speaker.say(f"{kind}_is.{change.after}")
    text = speaker.say(
        "status.change", at=speaker.moment_us(change.at_us), before=before, after=after, why=why_of(change, speaker)
    )
    return ChangeLine(change.at_us, change.before, change.after, text, change.evidence)


def why_of(change: Transition, speaker: Speaker) -> str:
    """The reason of a transition, with the rule that caused it."""
    why = speaker.word("why", change.reason.key)
    values = change.reason.values
    if "obligation" in values:
        why = f"{why} ({speaker.id(str(values['obligation']))}, {values.get('occurrence', '')})"
    elif "by" in values and change.reason.key == "withheld":
        why = f"{why} ({values['by']})"
    elif "ground" in values:
        why = f"{why} ({speaker.id(str(values['ground']))})"
    return why


def _measure(verdict: MeasureVerdict, speaker: Speaker) -> MeasureLine:
    rule = speaker.accord.measures.get(verdict.id)
    follows = speaker.say(f"measure_is.{verdict.state}")
    if verdict.history:
        follows = speaker.say("status.since", state=follows, since=speaker.moment_us(verdict.since_us))
    did = speaker.say(f"done.{verdict.did}")
    if verdict.did_since_us is not None:
        did = speaker.say("status.since", state=did, since=speaker.moment_us(verdict.did_since_us))
    difference = ""
    if verdict.difference is not None:
        difference = speaker.say(
            "status.difference",
            age=length_in_words(verdict.difference.age_us, speaker.language),
            since=speaker.moment_us(verdict.difference.since_us),
            follows=speaker.say(f"measure_is.{verdict.difference.follows}"),
            did=speaker.say(f"done.{verdict.difference.did}"),
        )
    return MeasureLine(
        id=verdict.id,
        title=verdict.id if rule is None else speaker.text_plain(rule.scope).removesuffix("."),
        by=speaker.party(verdict.by),
        to=speaker.party(verdict.to),
        state=verdict.state,
        did_state=verdict.did,
        follows=follows,
        did=did,
        difference=difference,
        notes=tuple(_notes(verdict, speaker)),
        changes=tuple(change_line(each, "measure", speaker) for each in verdict.history),
    )


def _notes(verdict: MeasureVerdict, speaker: Speaker) -> Iterator[str]:
    if verdict.ends_us is not None:
        yield speaker.say("status.ends", at=speaker.moment_us(verdict.ends_us))
    for mark in verdict.marks:
        yield sentence(speaker.say(f"beside.{mark}"))
    for delay in verdict.delays:
        if delay.age_us > 0:
            yield _delay(delay, speaker)
    rule = speaker.accord.measures.get(verdict.id)
    unit = "" if rule is None or rule.cap is None else speaker.unit(rule.cap.figure)
    for use in verdict.uses:
        party = speaker.party(use.source)
        if use.used is not None and use.left is not None:
            used, left = speaker.fraction(use.used), speaker.fraction(use.left)
            yield speaker.say("status.use.cap", party=party, used=used, left=left, unit=unit)
        if use.new_business is not None:
            yield speaker.say("status.use.new", party=party, new=speaker.fraction(use.new_business))
        if use.out_of_scope:
            yield speaker.say("status.use.outside", party=party, n=use.out_of_scope)
    for said in verdict.positions:
        since = speaker.moment_us(said.since_us)
        yield speaker.say(f"status.position.{said.position}", party=speaker.party(said.party), since=since)


def _delay(delay: Delay, speaker: Speaker) -> str:
    return speaker.say(
        f"status.delay.{delay.what}.{'open' if delay.done_us is None else 'done'}",
        party=speaker.party(delay.party),
        due=speaker.moment_us(delay.due_us),
        age=length_in_words(delay.age_us, speaker.language),
    )


def ignored_line(ignored: Ignored, party: str, language: Language) -> str:
    """A statement without effect: whose, why, and its digest; the reason as it stands where there is no word for it."""
    key = f"accord.ignored.{ignored.reason}"
    why = say(key, language) if known(key) else ignored.reason
    return f"{party}: {why} ({ignored.digest[:12]})"


def sentence(text: str) -> str:
    """A phrase as a sentence of its own."""
    return text[:1].upper() + text[1:] + "."
