"""The words of claims and answers that this copy has opened, each checked against its commitment in the log.

A claim's words stand in the log as a salted commitment; the opening lies with its author, and goes sealed to every
member with a mailbox (`veedor payload open` takes it over). What does not open its commitment is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from veedor.accord.claiming import WORDS_DOMAIN
from veedor.accord.incidents import Incident
from veedor.errors import StoreError, VerifyError
from veedor.mission.copy.append import Mission
from veedor.mission.statements.salts import Opening, Openings, check_opening


def statements_with_words(incidents: Iterable[Incident], party: str | None = None) -> Mapping[str, str]:
    """The claims and answers (of one party, where it is named) that commit to words: commitment by statement."""
    found: dict[str, str] = {}
    for incident in incidents:
        for claim in incident.claims:
            if claim.claim.words and party in (None, claim.party):
                found[claim.digest] = claim.claim.words
            for answer in claim.answers:
                if answer.words and party in (None, answer.party):
                    found[answer.statement] = answer.words
    return found


def words_of(openings: Iterable[Opening], commitment: str) -> str | None:
    """The words behind the commitment; None where no opening opens it to text."""
    for opening in openings:
        if (opening.domain, opening.commitment) == (WORDS_DOMAIN, commitment):
            try:
                return check_opening(opening).decode()
            except (VerifyError, UnicodeDecodeError):
                return None
    return None


def openings_here(mission: Mission, incidents: Iterable[Incident], parties: Iterable[str]) -> Mapping[str, Openings]:
    """What opens the words of these parties' claims and answers, by statement, as far as this copy has them open."""
    found = {}
    for party in parties:
        for statement, commitment in statements_with_words(incidents, party).items():
            held = mission.confidential.openings(statement)
            if words_of(held, commitment) is not None:
                found[statement] = Openings("openings/1", statement, "everybody", held)
    return found


def words_here(mission: Mission, incidents: Iterable[Incident]) -> Mapping[str, str]:
    """The words that this copy can show, by their commitment."""
    shown = {}
    for statement, commitment in statements_with_words(incidents).items():
        try:
            openings = mission.confidential.openings(statement)
        except (VerifyError, StoreError):
            continue  # a damaged file of openings leaves its claim closed, and the others open
        words = words_of(openings, commitment)
        if words is not None:
            shown[commitment] = words
    return shown
