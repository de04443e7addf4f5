"""Where an accord stands, in sentences: one function for each thing that a verdict holds.

A page walks the verdict itself and asks for its words here, so nothing of it is copied and nothing can be left behind.
The two columns of a measure are two sentences on every screen: `follows_line` is computed by the accord, `did_line` is
what the authority stated; a difference is a sentence with its age.
"""

from __future__ import annotations

from collections.abc import Iterator

from veedor.accord.evaluate.instants import Instants
from veedor.accord.explain.speaker import Speaker
from veedor.accord.model.measures import Cap, Measure
from veedor.accord.verdict import (
    Delay,
    Difference,
    Ignored,
    MeasureVerdict,
    ObligationVerdict,
    Occurrence,
    Snapback,
    Tested,
    Transition,
    Use,
    Verdict,
)
from veedor.words import Language, Value, known, say
from veedor.words.dates import length_in_words


def standing_line(verdict: Verdict, speaker: Speaker) -> str:
    """The accord as a whole, on the day of the verdict."""
    at = speaker.moment_us(verdict.at_us)
    return speaker.say("status.at", at=at, state=speaker.say(f"state.{verdict.state}"))


# --- obligations ---


def deciding(obligation: ObligationVerdict) -> Occurrence | None:
    """The occurrence that gives the obligation its state, the last of those in it; None before there is any."""
    return next((each for each in reversed(obligation.occurrences) if each.state == obligation.state), None)


def open_occurrences(obligation: ObligationVerdict) -> tuple[Occurrence, ...]:
    """Those of which something is still to be done, or was not done as owed or is no longer."""
    return tuple(each for each in obligation.occurrences if each.state not in ("met", "cured"))


def obligation_title(name: str, speaker: Speaker) -> str:
    rule = speaker.accord.obligations.get(name)
    return name if rule is None else speaker.text_plain(rule.text).removesuffix(".")


def owed_line(obligation: ObligationVerdict, speaker: Speaker) -> str:
    debtor, creditor = speaker.party(obligation.debtor), speaker.party(obligation.creditor)
    return speaker.say("status.owed", debtor=debtor, creditor=creditor)


def obligation_line(obligation: ObligationVerdict, speaker: Speaker) -> str:
    """Its state, and since when."""
    state = speaker.say(f"obligation_is.{obligation.state}")
    if not obligation.occurrences:
        return state
    return speaker.say("status.since", state=state, since=speaker.moment_us(obligation.since_us))


def withheld_line(withheld_by: tuple[str, ...], speaker: Speaker) -> str:
    """Who withheld evidence; empty for nobody."""
    return speaker.say("status.withheld", parties=speaker.parties(withheld_by)) if withheld_by else ""


def due_line(obligation: ObligationVerdict, speaker: Speaker) -> str:
    """The deadline of what decides, and which occurrence that is where there are several; empty where none is known."""
    one = deciding(obligation)
    if one is None or one.due_us is None:
        return ""
    at = speaker.moment_us(one.due_us)
    return at if len(obligation.occurrences) == 1 else speaker.say("status.due", number=one.number, at=at)


def occurrence_line(occurrence: Occurrence, speaker: Speaker) -> str:
    state = speaker.say(f"obligation_is.{occurrence.state}")
    return speaker.say("status.occurrence", number=occurrence.number, state=state)


def occurrence_notes(occurrence: Occurrence, speaker: Speaker) -> Iterator[str]:
    """Its deadline or why it is no longer owed, the end of its cure, where it would stand but for what is aside, what
    each side of a dispute says, and who withheld evidence."""
    if occurrence.state == "released":
        yield speaker.say("status.reason", why=why_of(occurrence.history[-1], speaker))
    elif occurrence.due_us is not None:
        yield speaker.say("status.deadline", at=speaker.moment_us(occurrence.due_us))
    if occurrence.cure_ends_us is not None and occurrence.beneath == "in_cure":
        yield speaker.say("status.cure", at=speaker.moment_us(occurrence.cure_ends_us))
    if occurrence.state != occurrence.beneath:
        yield speaker.say("status.beneath", state=speaker.say(f"obligation_is.{occurrence.beneath}"))
    if occurrence.state == "disputed":
        yield from _ladder(occurrence, speaker)
        for each in occurrence.settling:
            if each.outcome != "none":
                state = speaker.say(f"obligation_is.{each.outcome}")
                yield speaker.say("status.settling", party=speaker.party(each.party), state=state)
    if occurrence.state == "undetermined":
        yield withheld_line(occurrence.withheld_by, speaker)


def _ladder(occurrence: Occurrence, speaker: Speaker) -> Iterator[str]:
    """When each step of the dispute ends, where it is judged by the version that is shown."""
    if occurrence.disputed_us is not None and occurrence.version == speaker.accord.version:
        instants, at_us = Instants.of(speaker.accord), occurrence.disputed_us
        for number, step in enumerate(speaker.accord.disputes, 1):
            at_us = instants.after(step.within, at_us)
            yield speaker.say("status.step", n=number, panel=speaker.text(step.panel), at=speaker.moment_us(at_us))


def tested_line(test: Tested, speaker: Speaker) -> str:
    """One elementary test: what was asked, what was found, whether it holds."""
    result = "unknown" if test.holds is None else "holds" if test.holds else "fails"
    wanted = speaker.say(f"status.wanted.{test.test}", value=speaker.fraction(test.wanted))
    said = speaker.say(
        "status.test",
        subject=speaker.event(test.subject) if test.test == "happened" else speaker.id(test.subject),
        value="–" if test.value is None else speaker.fraction(test.value),
        wanted=wanted,
        result=speaker.say(f"status.test.{result}"),
    )
    return f"{said}. {withheld_line(test.withheld_by, speaker)}" if test.withheld_by else said


# --- changes of state ---


def change_line(change: Transition, kind: str, speaker: Speaker) -> str:
    """One transition of an obligation (`kind` "obligation") or measure ("measure") as a sentence."""
    before, after = speaker.say(f"{kind}_is.{change.before}"), speaker.say(f"{kind}_is.{change.after}")
    return speaker.say(
        "status.change", at=speaker.moment_us(change.at_us), before=before, after=after, why=why_of(change, speaker)
    )


def why_of(change: Transition, speaker: Speaker) -> str:
    """The reason of a transition, with whom or what it is about."""
    why = speaker.word("why", change.why)
    about, _, number = change.about.rpartition(".")
    if about:
        return f"{why} ({speaker.say('status.numbered', id=speaker.id(about), number=number)})"
    if change.why == "participation_suspended":
        return f"{why} ({speaker.party(change.about)})"
    if change.why == "excused":
        return f"{why} ({speaker.id(change.about)})"
    return f"{why} ({change.about})" if change.why == "withheld" else why


# --- measures ---


def measure_title(name: str, speaker: Speaker) -> str:
    rule = speaker.accord.measures.get(name)
    return name if rule is None else speaker.text_plain(rule.scope).removesuffix(".")


def follows_line(measure: MeasureVerdict, speaker: Speaker) -> str:
    """The first column: its state by the accord, and since when."""
    state = speaker.say(f"measure_is.{measure.state}")
    if not measure.history:
        return state
    return speaker.say("status.since", state=state, since=speaker.moment_us(measure.since_us))


def did_line(measure: MeasureVerdict, speaker: Speaker) -> str:
    """The second column: what the authority did last, and since when."""
    did = speaker.say(f"done.{measure.did}")
    if measure.did_since_us is None:
        return did
    return speaker.say("status.since", state=did, since=speaker.moment_us(measure.did_since_us))


def reason_line(measure: MeasureVerdict, speaker: Speaker) -> str:
    """Why a measure is warned, suspended or over, with whom or what that is about; of one that was wound down why that
    began, too. Empty in any other state."""
    if measure.state not in ("warned", "suspended", "lapsed", "snapped_back"):
        return ""
    steps = measure.history[-2:] if measure.history[-1].why == "wind_down_ended" else measure.history[-1:]
    reasons = [why_of(each, speaker) for each in steps]
    if measure.state == "snapped_back":
        given = [each.party for each in measure.notices if each.evidence in steps[-1].evidence]
        reasons[-1] += f" ({speaker.parties(given)})"
    return speaker.say("status.reason", why="; ".join(reasons))


def difference_line(difference: Difference | None, speaker: Speaker) -> str:
    """How the two columns differ, and for how long; empty where they do not."""
    if difference is None:
        return ""
    return speaker.say(
        "status.difference",
        age=length_in_words(difference.age_us, speaker.language),
        since=speaker.moment_us(difference.since_us),
        follows=speaker.say(f"measure_is.{difference.follows}"),
        did=speaker.say(f"done.{difference.did}"),
    )


def measure_notes(measure: MeasureVerdict, speaker: Speaker) -> Iterator[str]:
    """Who has granted it so far, when it ends, notices of snapback, marks, delays of relief, its use, and each side's
    position."""
    rule = speaker.accord.measures.get(measure.id)
    if measure.granted_by:
        authorities, n = speaker.authorities(measure.granted_by), len(measure.granted_by)
        yield speaker.say("status.granted_so_far", authorities=authorities, n=n)
    if measure.ends_us is not None:
        yield speaker.say("status.ends", at=speaker.moment_us(measure.ends_us))
    if measure.state not in ("proposed", "lapsed", "snapped_back"):
        yield from (_notice(notice, measure, rule, speaker) for notice in measure.notices)
    for mark in measure.marks:
        yield sentence(speaker.say(f"beside.{mark}"))
    for delay in measure.delays:
        if delay.age_us > 0:
            yield _delay(delay, speaker)
    for use in measure.uses:
        yield from _use(use, None if rule is None else rule.cap, speaker)
    for said in measure.positions:
        since = speaker.moment_us(said.since_us)
        yield speaker.say(f"status.position.{said.position}", party=speaker.party(said.party), since=since)


def _notice(notice: Snapback, measure: MeasureVerdict, rule: Measure | None, speaker: Speaker) -> str:
    """A notice against a measure that runs: when it takes effect and who can still stop that, or that enough have. Who
    must consent stands in the version by which the measure is judged."""
    values: dict[str, Value] = {
        "party": speaker.party(notice.party),
        "since": speaker.moment_us(notice.since_us),
        "at": speaker.moment_us(notice.takes_effect_us),
        "consents": speaker.parties(notice.consents) or speaker.say("calendar.nobody"),
    }
    if notice.needed is None:
        return speaker.say("status.notice.final", **values)
    if len(notice.consents) >= notice.needed:
        return speaker.say("status.notice.stays", **values)
    if rule is None or rule.snapback is None or measure.version != speaker.accord.version:
        return speaker.say("status.notice", **values, n=notice.needed)
    need, total = speaker.parties(rule.snapback.stays_if.need), len(rule.snapback.stays_if.need)
    key = "status.notice.all" if notice.needed == total else "status.notice.pending"
    return speaker.say(key, **values, need=need, n=notice.needed, total=total)


def _use(use: Use, cap: Cap | None, speaker: Speaker) -> Iterator[str]:
    party = speaker.party(use.source)
    if use.used is not None and use.left is not None:
        unit = "" if cap is None else speaker.unit(cap.figure)
        is_rate = cap is not None and speaker.is_rate(cap.figure)
        key = "over" if use.left.startswith("-") else "rate" if is_rate else "cap"
        left = speaker.fraction(use.left.removeprefix("-"))
        yield speaker.say(f"status.use.{key}", party=party, used=speaker.fraction(use.used), left=left, unit=unit)
    if use.new_business is not None:
        yield speaker.say("status.use.new", party=party, new=speaker.fraction(use.new_business))
    if use.out_of_scope:
        yield speaker.say("status.use.outside", party=party, n=use.out_of_scope)


def _delay(delay: Delay, speaker: Speaker) -> str:
    ended = delay.over_us is not None and (delay.done_us is None or delay.over_us < delay.done_us)
    how = "over" if ended else "open" if delay.done_us is None else "done"
    return speaker.say(
        f"status.delay.{delay.what}.{how}",
        party=speaker.party(delay.party),
        due=speaker.moment_us(delay.due_us),
        age=length_in_words(delay.age_us, speaker.language),
    )


# --- what has no effect ---


def ignored_line(ignored: Ignored, party: str, language: Language) -> str:
    """A statement without effect: whose, why, and its digest; the reason as it stands where there is no word for it."""
    key = f"accord.ignored.{ignored.reason}"
    why = say(key, language) if known(key) else ignored.reason
    return f"{party}: {why} ({ignored.digest[:12]})"


def sentence(text: str) -> str:
    """A phrase as a sentence of its own."""
    return text[:1].upper() + text[1:] + "."
