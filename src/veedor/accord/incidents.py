"""Incidents: each party's own account of an event, claim by claim, beside what the others answered.

Nothing is resolved. A claim keeps the source and the span of time that its source gave. Where one author's claims
cannot all be true as they are dated, they stand side by side and the pair is named; the software does not choose. A
finding bears on a claim when their times overlap; whether it speaks for or against it is for people to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from veedor.accord.bodies import Answer, Claim
from veedor.accord.timeline import Timeline

Standing = Literal["agreed", "disputed", "unanswered"]
Conflict = Literal["dates", "denial"]
Refused = Literal["number_used", "times_run_backwards", "no_such_claim", "own_claim"]


class FindingSpan(Struct, frozen=True):
    """A finding as far as an incident needs it: what it is called, its kind and its time."""

    id: str
    kind: str
    start_us: int
    end_us: int


class Answered(Struct, frozen=True):
    """What one other member says of a claim now, and by which statement (empty for none); `before`: what it said
    earlier, if it said something else."""

    party: str
    standing: Standing
    since_us: int | None
    statement: str
    words: str
    before: tuple[Standing, ...]


class ClaimMade(Struct, frozen=True):
    """One claim with its answers. `digest`: of its statement. `standing`: disputed if anybody disputes it, agreed if
    all others agreed, else unanswered. `findings`: ids of findings whose time overlaps its own, in the order in which
    they were given."""

    digest: str
    party: str
    logged_us: int
    claim: Claim
    standing: Standing
    answers: tuple[Answered, ...]
    findings: tuple[str, ...]


class Contradiction(Struct, frozen=True):
    """Two claims of one author that cannot both be true as dated. `dates`: the same thing from one source at times that
    do not meet; `denial`: that it happened and that it did not, at times that do."""

    party: str
    kind: Conflict
    first: str
    second: str


class Ignored(Struct, frozen=True):
    """A claim or answer without effect, with the reason."""

    digest: str
    party: str
    reason: Refused


class Incident(Struct, frozen=True):
    """Everything said about one incident, in the order of the log."""

    id: str
    claims: tuple[ClaimMade, ...]
    contradictions: tuple[Contradiction, ...]
    ignored: tuple[Ignored, ...]


class _Made(Struct):
    digest: str
    party: str
    logged_us: int
    claim: Claim
    answers: dict[str, list[tuple[Standing, int, str, str]]]


def incidents(
    timeline: Timeline, accord: str, members: Sequence[str], at_us: int, findings: Sequence[FindingSpan] = ()
) -> tuple[Incident, ...]:
    """The incidents of an accord as logged by `at_us`, by id. `members`: whose answers are asked for."""
    made: dict[str, _Made] = {}
    ignored: dict[str, list[Ignored]] = {}
    numbers: set[tuple[str, str, int]] = set()
    for batch in timeline.batches:
        if batch.time_us > at_us:
            break
        for fact in batch.facts:
            body = fact.body
            if isinstance(body, Claim) and body.accord == accord:
                number = (body.incident, fact.party, body.number)
                if body.from_us >= body.until_us:
                    _ignore(ignored, body.incident, fact.digest, fact.party, "times_run_backwards")
                elif number in numbers:
                    _ignore(ignored, body.incident, fact.digest, fact.party, "number_used")
                else:
                    numbers.add(number)
                    made[fact.digest] = _Made(fact.digest, fact.party, batch.time_us, body, {})
            elif isinstance(body, Answer) and body.accord == accord:
                claim = made.get(body.claim)
                if claim is None:
                    _ignore(ignored, "", fact.digest, fact.party, "no_such_claim")
                elif claim.party == fact.party:
                    _ignore(ignored, claim.claim.incident, fact.digest, fact.party, "own_claim")
                else:
                    claim.answers.setdefault(fact.party, []).append(
                        (body.answer, batch.time_us, fact.digest, body.words)
                    )
    names = sorted({each.claim.incident for each in made.values()} | {name for name in ignored if name})
    return tuple(_incident(name, made.values(), members, findings, ignored) for name in names)


def _incident(
    name: str,
    made: Iterable[_Made],
    members: Sequence[str],
    findings: Sequence[FindingSpan],
    ignored: dict[str, list[Ignored]],
) -> Incident:
    own = [each for each in made if each.claim.incident == name]
    return Incident(
        id=name,
        claims=tuple(_claim(each, members, findings) for each in own),
        contradictions=tuple(_contradictions(own)),
        ignored=tuple(ignored.get(name, ())),
    )


def _claim(each: _Made, members: Sequence[str], findings: Sequence[FindingSpan]) -> ClaimMade:
    others = sorted({*members, *each.answers} - {each.party})
    answers = tuple(_answered(party, each.answers.get(party, [])) for party in others)
    said = {answer.standing for answer in answers}
    standing: Standing = "disputed" if "disputed" in said else "agreed" if said == {"agreed"} else "unanswered"
    claim = each.claim
    bearing = [
        finding.id for finding in findings if finding.start_us < claim.until_us and finding.end_us >= claim.from_us
    ]
    return ClaimMade(each.digest, each.party, each.logged_us, claim, standing, answers, tuple(bearing))


def _answered(party: str, said: list[tuple[Standing, int, str, str]]) -> Answered:
    """What was said last counts; that it was said otherwise before stays to be seen."""
    if not said:
        return Answered(party, "unanswered", None, "", "", ())
    standing, since_us, statement, words = said[-1]
    before = tuple(each[0] for each in said[:-1] if each[0] != standing)
    return Answered(party, standing, since_us, statement, words, before)


def _contradictions(own: list[_Made]) -> Iterator[Contradiction]:
    for number, first in enumerate(own):
        for second in own[number + 1 :]:
            one, other = first.claim, second.claim
            if first.party != second.party or one.subject != other.subject or one.subject == "other":
                continue
            meet = one.from_us < other.until_us and other.from_us < one.until_us
            if one.says != other.says and meet:
                yield Contradiction(first.party, "denial", first.digest, second.digest)
            elif one.says == other.says == "happened" and one.source == other.source and not meet:
                yield Contradiction(first.party, "dates", first.digest, second.digest)


def _ignore(ignored: dict[str, list[Ignored]], incident: str, digest: str, party: str, reason: Refused) -> None:
    ignored.setdefault(incident, []).append(Ignored(digest, party, reason))
