"""Incidents as people read them: each account in its order, answers beside each claim, contradictions named.

Words of a claim stand in the log as a commitment only; they are shown where this copy has them opened.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from veedor.accord.explain.speaker import Speaker
from veedor.accord.incidents import Answered, ClaimMade, Contradiction, Incident
from veedor.accord.model import Accord
from veedor.words import Language


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
    incident: Incident, accord: Accord, language: Language, opened: Mapping[str, str] | None = None
) -> IncidentView:
    """What is shown of an incident; `opened` gives the words of a claim by their commitment."""
    speaker = Speaker(accord, language)
    counted = dict.fromkeys(("agreed", "disputed", "unanswered"), 0)
    for claim in incident.claims:
        counted[claim.standing] += 1
    numbers = {claim.digest: claim.claim.number for claim in incident.claims}
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
        claims=tuple(_claim(each, speaker, opened or {}) for each in incident.claims),
        contradictions=tuple(_contradiction(each, numbers, speaker) for each in incident.contradictions),
    )


def _claim(made: ClaimMade, speaker: Speaker, opened: Mapping[str, str]) -> ClaimLine:
    claim = made.claim
    when = {"from": speaker.moment_us(claim.from_us), "until": speaker.moment_us(claim.until_us)}
    words = ""
    if claim.words:
        known = opened.get(claim.words)
        words = speaker.say("claim.sealed" if known is None else "claim.words", words=speaker.id(known or ""))
    findings = ""
    if made.findings:
        findings = speaker.say("claim.findings", n=len(made.findings), ids=", ".join(made.findings))
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
        words=words,
        standing=made.standing,
        answers=tuple(_answer(each, speaker) for each in made.answers),
        findings=findings,
        statement=made.digest,
    )


def _answer(answered: Answered, speaker: Speaker) -> str:
    party, standing = speaker.party(answered.party), speaker.say(f"claim.standing.{answered.standing}")
    if answered.since_us is None:
        return speaker.say("claim.answer", party=party, standing=standing)
    since = speaker.moment_us(answered.since_us)
    said = speaker.say("claim.answer.since", party=party, standing=standing, since=since)
    if answered.before:
        before = ", ".join(speaker.say(f"claim.standing.{each}") for each in answered.before)
        said = f"{said} {speaker.say('claim.answer.before', before=before)}"
    return said


def _contradiction(found: Contradiction, numbers: Mapping[str, int], speaker: Speaker) -> str:
    return speaker.say(
        f"contradiction.{found.kind}",
        party=speaker.party(found.party),
        first=numbers[found.first],
        second=numbers[found.second],
    )
