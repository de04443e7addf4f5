"""Incidents as people read them: each account in its order, answers beside each claim, contradictions named.

Words of a claim stand in the log as a commitment only; they are shown where this copy has them opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from msgspec import Struct

from veedor.accord.explain.speaker import Speaker
from veedor.accord.incidents import Answered, ClaimMade, Contradiction, FindingSpan, Incident
from veedor.accord.model.accord import Accord
from veedor.words import Language, say

MOST_FINDINGS = 12


class ClaimLine(Struct, frozen=True):
    """One claim as a sentence with its answers; `standing` is the word of the closed list."""

    party: str
    number: int
    text: str
    words: str
    standing: str
    answers: tuple[str, ...]
    findings: str
    statement: str


class IncidentView(Struct, frozen=True):
    """One incident in one language."""

    id: str
    language: str
    title: str
    claims: tuple[ClaimLine, ...]
    contradictions: tuple[str, ...]


def incident_view(
    incident: Incident,
    accord: Accord,
    language: Language,
    opened: Mapping[str, str] = MappingProxyType({}),
    findings: Sequence[FindingSpan] = (),
) -> IncidentView:
    """What is shown of an incident; `opened` gives the words of a claim or answer by their commitment, `findings` are
    those among which it was looked for what bears on it."""
    speaker = Speaker(accord, language)
    counted = dict.fromkeys(("agreed", "disputed", "unanswered"), 0)
    for claim in incident.claims:
        counted[claim.standing] += 1
    numbers = {claim.digest: claim.claim.number for claim in incident.claims}
    named = {each.id: f"{say('kind.' + each.kind, language)} ({each.id[:12]})" for each in findings}
    return IncidentView(
        id=incident.id,
        language=language,
        title=speaker.say(
            "incident",
            id=speaker.id(incident.id),
            n=len(incident.claims),
            agreed=counted["agreed"],
            disputed=counted["disputed"],
            unanswered=counted["unanswered"],
        ),
        claims=tuple(_claim(each, speaker, opened, named) for each in incident.claims),
        contradictions=tuple(_contradiction(each, numbers, speaker) for each in incident.contradictions),
    )


def _claim(made: ClaimMade, speaker: Speaker, opened: Mapping[str, str], named: Mapping[str, str]) -> ClaimLine:
    claim = made.claim
    when = {"from": speaker.moment_us(claim.from_us), "until": speaker.moment_us(claim.until_us)}
    findings = ""
    if made.findings:
        shown = ", ".join(named.get(each, each) for each in made.findings[:MOST_FINDINGS])
        findings = speaker.say("claim.findings", n=len(made.findings), ids=shown)
        if len(made.findings) > MOST_FINDINGS:
            findings += " " + speaker.say("claim.findings.more", n=len(made.findings) - MOST_FINDINGS)
    return ClaimLine(
        party=made.party,
        number=claim.number,
        text=speaker.say(
            "claim",
            number=claim.number,
            party=speaker.party(made.party),
            subject=speaker.say(f"subject.{claim.subject}"),
            says=speaker.say(f"claim.says.{claim.says}"),
            when=speaker.say(f"when.{claim.precision}", **when),
            source=speaker.say(f"source.{claim.source}"),
        ),
        words=_words(claim.words, speaker, opened),
        standing=made.standing,
        answers=tuple(_answer(each, speaker, opened) for each in made.answers),
        findings=findings,
        statement=made.digest,
    )


def _words(commitment: str, speaker: Speaker, opened: Mapping[str, str]) -> str:
    if not commitment:
        return ""
    known = opened.get(commitment)
    if known is None:
        return speaker.say("claim.sealed")
    # Words of a rival: nothing in them may draw over what the screen says.
    shown = "".join(letter if letter.isprintable() else " " for letter in known)
    return speaker.say("claim.words", words=speaker.id(shown))


def _answer(answered: Answered, speaker: Speaker, opened: Mapping[str, str]) -> str:
    party, standing = speaker.party(answered.party), speaker.say(f"claim.standing.{answered.standing}")
    if answered.since_us is None:
        return speaker.say("claim.answer", party=party, standing=standing)
    since = speaker.moment_us(answered.since_us)
    said = speaker.say("claim.answer.since", party=party, standing=standing, since=since)
    if answered.before:
        before = ", ".join(speaker.say(f"claim.standing.{each}") for each in answered.before)
        said = f"{said} {speaker.say('claim.answer.before', before=before)}"
    return f"{said}. {_words(answered.words, speaker, opened)}" if answered.words else said


def contradiction_line(found: Contradiction, numbers: Mapping[str, int], accord: Accord, language: Language) -> str:
    """Two claims of one author that cannot both be true, named by their numbers."""
    return _contradiction(found, numbers, Speaker(accord, language))


def _contradiction(found: Contradiction, numbers: Mapping[str, int], speaker: Speaker) -> str:
    return speaker.say(
        f"contradiction.{found.kind}",
        party=speaker.party(found.party),
        first=numbers[found.first],
        second=numbers[found.second],
    )
