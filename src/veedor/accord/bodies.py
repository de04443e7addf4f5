"""What is said under an accord: one frozen struct per type of statement, every value from the log's closed vocabulary.

`accord` is the accord's id, the same in all its versions. Ids are those of the accord's file and are public; words of
people stand in the log as salted commitments only. Log time counts; times in bodies are what their author claims.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta

from veedor.mission.statements.bodies import MOST_MEMBERS, Body
from veedor.mission.statements.chain import BodyType
from veedor.mission.statements.vocabulary import Count, Hex32, OptionalHex32, PartyId, Positive, TimeUs

AccordId = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]*$(?!\\n)", max_length=40, description="id within the accord")]
OptionalAccordId = Annotated[
    str, Meta(pattern="^([a-z][a-z0-9_]*)?$(?!\\n)", max_length=40, description="id within the accord, or empty: none")
]
Decimal = Annotated[
    str, Meta(pattern="^(0|[1-9][0-9]{0,17})(\\.[0-9]{1,9})?$(?!\\n)", max_length=28, description="exact decimal")
]


class SignAccord(Body, frozen=True):
    """The author signs this version: `digest` is SHA-256 of its canonical JSON."""

    accord: AccordId
    version: Positive
    digest: Hex32


class EventSaid(Body, frozen=True):
    """An event of the accord happened. `instance` tells occurrences apart, from 1; an answer has its question's.
    `outcome`: "failed" is a vote or attempt without the result: it is kept, and gives rise to nothing."""

    accord: AccordId
    event: AccordId
    instance: Positive
    outcome: Literal["happened", "failed"]
    occurred_us: TimeUs


class FigureSaid(Body, frozen=True):
    """The author attests a figure for a period."""

    accord: AccordId
    figure: AccordId
    start_us: TimeUs
    end_us: TimeUs
    value: Decimal


class Grant(Body, frozen=True):
    """An authority grants a measure, or renews one that runs. `key`: the authority's own, which co-signs; or empty."""

    accord: AccordId
    measure: AccordId
    authority: AccordId
    key: OptionalHex32


class Act(Body, frozen=True):
    """What an authority did about a measure. `by_measure`: the narrower measure that supersedes it, else empty;
    `document`: a commitment to the act's text (as in `attest`), or empty."""

    accord: AccordId
    measure: AccordId
    authority: AccordId
    key: OptionalHex32
    act: Literal["implemented", "warned", "suspended", "ended", "withdrawn", "superseded"]
    by_measure: OptionalAccordId
    effective_us: TimeUs
    document: OptionalHex32


class Notice(Body, frozen=True):
    """Notice of snapback of a measure, of a cure period of an obligation, or about the author's participation. `of`:
    the measure or obligation, else empty; `occurrence`: which of the obligation, else 0."""

    accord: AccordId
    kind: Literal["snapback", "cure", "suspend_participation", "resume_participation", "withdraw"]
    of: OptionalAccordId
    occurrence: Count


class Consent(Body, frozen=True):
    """The author consents that a measure stays in spite of a notice of snapback (digest of that statement)."""

    accord: AccordId
    measure: AccordId
    notice: Hex32


class Excuse(Body, frozen=True):
    """The debtor claims a ground that began at `since_us`; `until_us` its end, 0 while it is not known."""

    accord: AccordId
    obligation: AccordId
    ground: AccordId
    since_us: TimeUs
    until_us: TimeUs


class Dispute(Body, frozen=True):
    """A step of a dispute about one occurrence of an obligation, by its debtor or creditor. It is settled when both
    have logged `settle` with the same outcome."""

    accord: AccordId
    obligation: AccordId
    occurrence: Positive
    step: Literal["open", "settle"]
    outcome: Literal["none", "met", "breached", "excused"]


class Withhold(Body, frozen=True):
    """The author says that it withholds evidence about an obligation, or that `by` withholds it from the author. Only
    the first decides anything: one may not accuse another into "undetermined"."""

    accord: AccordId
    obligation: AccordId
    by: PartyId


class Position(Body, frozen=True):
    """The author's legal position on a measure; nobody decides it here. `grounds`: a commitment, or empty."""

    accord: AccordId
    measure: AccordId
    position: Literal["valid", "invalid"]
    grounds: OptionalHex32


class Determination(Body, frozen=True):
    """The author determines, for people to rely on, what the evidence showed: the verdict over the first `size`
    entries, at `at_us`, by the version with this digest. `verdict`: SHA-256 of its canonical JSON,
    which names its schema."""

    accord: AccordId
    version: Hex32
    size: Positive
    at_us: TimeUs
    verdict: Hex32


class SchemaDetermination(Determination, frozen=True):
    """The same, which names the schema of that verdict: `accord-verdict/` and this number. Digests of one schema can be
    compared; those of two say nothing about each other."""

    verdict_schema: Positive


class MeetingHeld(Body, frozen=True):
    """A meeting took place; `record`: a commitment to its minutes, or empty."""

    accord: AccordId
    meeting: AccordId
    held_us: TimeUs
    came: Annotated[tuple[PartyId, ...], Meta(max_length=MOST_MEMBERS)]
    record: OptionalHex32


class Claim(Body, frozen=True):
    """One claim of the author's account of an incident. What was claimed to happen lies between `from_us` and
    `until_us`, as precisely as its source said it (`precision`); `words`: a commitment to the words; `number` counts
    the author's claims about the incident, from 1."""

    BINDS = ("words",)
    accord: AccordId
    incident: AccordId
    number: Positive
    subject: Literal["strike", "warning", "coordination", "casualties", "overflight", "seizure", "statement", "other"]
    says: Literal["happened", "did_not_happen"]
    source: Literal["own_forces", "authority", "witness", "press", "radar", "intercept", "other"]
    precision: Literal["instant", "hour", "day", "weekday", "month", "span", "unknown"]
    from_us: TimeUs
    until_us: TimeUs
    words: OptionalHex32


class Answer(Body, frozen=True):
    """The author's answer to a claim of another (digest of that statement)."""

    BINDS = ("words",)
    accord: AccordId
    claim: Hex32
    answer: Literal["agreed", "disputed"]
    words: OptionalHex32


def _authority_key(body: Grant | Act) -> tuple[str, ...]:
    return (body.key,) if body.key else ()


SIGN_ACCORD = BodyType("sign_accord", 1, SignAccord)
EVENT = BodyType("event", 1, EventSaid)
FIGURE = BodyType("figure", 1, FigureSaid)
GRANT = BodyType("grant", 1, Grant, co_signers=_authority_key)
ACT = BodyType("act", 1, Act, co_signers=_authority_key)
NOTICE = BodyType("notice", 1, Notice)
CONSENT = BodyType("consent", 1, Consent)
EXCUSE = BodyType("excuse", 1, Excuse)
DISPUTE = BodyType("dispute", 1, Dispute)
WITHHOLD = BodyType("withhold", 1, Withhold)
POSITION = BodyType("position", 1, Position)
DETERMINATION_BEFORE = BodyType("determination", 1, Determination)
DETERMINATION = BodyType("determination", 2, SchemaDetermination)
MEETING = BodyType("meeting", 1, MeetingHeld)
CLAIM = BodyType("claim", 1, Claim)
ANSWER = BodyType("answer", 1, Answer)

TYPES: tuple[BodyType[Any], ...] = (
    *(SIGN_ACCORD, EVENT, FIGURE, GRANT, ACT, NOTICE, CONSENT, EXCUSE),
    *(DISPUTE, WITHHOLD, POSITION, DETERMINATION_BEFORE, DETERMINATION, MEETING, CLAIM, ANSWER),
)
