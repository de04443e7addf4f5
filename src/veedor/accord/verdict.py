"""What the evaluator says, `accord-verdict/9`: for every rule its state, since when, how it came so, by what evidence;
and what would follow in the next days if nobody said anything more.

Two columns are never merged: `state` is what the accord says follows; `did` is what the authority stated it did.
`evidence` are digests of statements. All times are microseconds since 1970 in UTC; None: not yet, or never.
`why` is a message key; words belong to whoever shows it.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

AccordState = Literal["draft", "signed", "in_force", "ended"]
Participates = Literal["takes_part", "suspended", "withdrawn"]
MainState = Literal["pending", "due", "met", "late", "in_cure", "cured", "breached", "released"]
ObligationState = Literal[
    "pending", "due", "met", "late", "in_cure", "cured", "breached", "released", "excused", "disputed", "undetermined"
]
MeasureState = Literal["proposed", "granted", "active", "warned", "suspended", "lapsed", "snapped_back"]
Did = Literal["nothing", "implemented", "warned", "suspended", "ended", "withdrawn", "superseded"]


# The many small ones are not tracked by the collector (`gc=False`): they hold text, numbers and each other, no cycles.
class Transition(Struct, frozen=True, gc=False):
    """A change of state. `at_us`: the deadline that passed, or the log time of what happened. `why`: a key such as
    `deadline_passed`; `about`: whom or what it names: parties, authorities, a ground or an occurrence (`radar.2`)."""

    at_us: int
    before: str
    after: str
    why: str
    about: str
    evidence: tuple[str, ...]


class Tested(Struct, frozen=True, gc=False):
    """One elementary test of a condition. `value`: fraction as text, None where it cannot be told; `evidence`: the
    latest statements behind it."""

    test: str
    subject: str
    wanted: str
    value: str | None
    holds: bool | None
    withheld_by: tuple[str, ...]
    evidence: tuple[str, ...]


class Settling(Struct, frozen=True, gc=False):
    """What one side of a dispute last said that the occurrence is to be settled as; none: as nothing any more."""

    party: str
    outcome: Literal["none", "met", "breached", "excused"]
    evidence: str


class Occurrence(Struct, frozen=True, gc=False):
    """One occurrence of an obligation. `state` is what counts for measures; `beneath` the main path under an excuse, a
    dispute or what cannot be told. `version`: by which version of the accord it is judged; `disputed_us`: when a
    dispute about it was opened; `settling`: what each party says of that."""

    number: int
    version: int
    begins_us: int
    ends_us: int | None
    due_us: int | None
    cure_ends_us: int | None
    state: ObligationState
    beneath: MainState
    since_us: int
    withheld_by: tuple[str, ...]
    tests: tuple[Tested, ...]
    performed_us: int | None
    disputed_us: int | None
    settling: tuple[Settling, ...]
    history: tuple[Transition, ...]


class ObligationVerdict(Struct, frozen=True):
    """All its occurrences; `state`: the worst that is open or not made good, else the last."""

    id: str
    debtor: str
    creditor: str
    state: ObligationState
    since_us: int
    occurrences: tuple[Occurrence, ...]


class Delay(Struct, frozen=True):
    """Relief that `party` promised for `due_us`, held against it until it came (`done_us`) or was promised no longer
    (`over_us`): its grant was suspended or over, or a side had withdrawn. `age_us`: how late it came, or is so far; 0:
    in time."""

    what: Literal["grant", "implementation"]
    party: str
    due_us: int
    done_us: int | None
    over_us: int | None
    age_us: int


class Difference(Struct, frozen=True):
    """The two columns differ: what follows by the accord since `since_us`, and what the authority last did."""

    follows: str
    did: Did
    since_us: int
    age_us: int


class Use(Struct, frozen=True):
    """The use of a measure as one source attests it: cap used and left over the running grant, new business while it is
    wound down, findings outside its scope. Fractions as text; None: no cap, or nothing attested; `left` is negative
    where more than the cap was used."""

    source: str
    used: str | None
    left: str | None
    new_business: str | None
    out_of_scope: int


class Said(Struct, frozen=True):
    """Somebody's legal position on a measure."""

    party: str
    position: Literal["valid", "invalid"]
    since_us: int
    evidence: str


class Snapback(Struct, frozen=True):
    """A notice of snapback against the last grant: when it takes effect, and who has consented by then that the measure
    stays. `needed`: how many must, for it to stay; None: it cannot."""

    party: str
    since_us: int
    takes_effect_us: int
    consents: tuple[str, ...]
    needed: int | None
    evidence: str


class MeasureVerdict(Struct, frozen=True):
    """`marks`: withdrawn, superseded, never_implemented, contested: what happened outside the accord's own path."""

    id: str
    by: str
    to: str
    version: int
    state: MeasureState
    since_us: int
    granted_by: tuple[str, ...]
    ends_us: int | None
    did: Did
    did_since_us: int | None
    difference: Difference | None
    marks: tuple[str, ...]
    delays: tuple[Delay, ...]
    uses: tuple[Use, ...]
    positions: tuple[Said, ...]
    notices: tuple[Snapback, ...]
    history: tuple[Transition, ...]


class QuotaVerdict(Struct, frozen=True):
    id: str
    party: str
    begins_us: int
    ends_us: int
    used: int
    left: int
    beyond: int


class PartyVerdict(Struct, frozen=True):
    """`notices`: what it is to be by its own word, and from when, also before that instant."""

    party: str
    participates: Participates
    since_us: int
    notices: tuple[tuple[Participates, int], ...]


class Signature(Struct, frozen=True):
    party: str
    signed_us: int
    evidence: str


class VersionVerdict(Struct, frozen=True):
    version: int
    digest: str
    state: Literal["draft", "signed", "in_force", "superseded"]
    since_us: int
    signatures: tuple[Signature, ...]
    missing: tuple[str, ...]


Kind = Literal["accord", "measure", "obligation", "party", "promise", "version"]


class Upcoming(Struct, frozen=True, gc=False):
    """What a deadline would bring if nobody said anything more: the state that is entered then or, of a promise, which
    relief falls due. `rule`: a party, an obligation, a measure (also for its promises), else the accord; `occurrence`:
    that of an obligation, or the number of a version; else 0. `why`: as of a transition; empty where there is none."""

    at_us: int
    kind: Kind
    rule: str
    occurrence: int
    what: str
    why: str


class Ignored(Struct, frozen=True):
    """A statement without effect: it speaks of nothing in the accord, or its author may not make it."""

    digest: str
    party: str
    reason: str


class Verdict(Struct, frozen=True, kw_only=True):
    """Everything at `at_us` of logged time. Rules ascend by id, the rest by time."""

    schema: Literal["accord-verdict/9"] = "accord-verdict/9"
    accord: str
    at_us: int
    state: AccordState
    since_us: int
    versions: tuple[VersionVerdict, ...]
    parties: tuple[PartyVerdict, ...]
    obligations: tuple[ObligationVerdict, ...]
    measures: tuple[MeasureVerdict, ...]
    quotas: tuple[QuotaVerdict, ...]
    upcoming_until_us: int
    upcoming: tuple[Upcoming, ...]
    ignored: tuple[Ignored, ...]
