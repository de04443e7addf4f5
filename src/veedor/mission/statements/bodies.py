"""What each type of statement says: one frozen struct per type, every field required, every value from the closed list.

The JSON Schemas are made from these structs (schemas.py) and pinned by golden files: changing what is written here
without raising the type's number fails the tests. `commitment` fields are salted (salts.py).
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from veedor.mission.statements.vocabulary import (
    ClockSource,
    CodeName,
    Commit,
    Completeness,
    Conversion,
    Count,
    DataClass,
    Hex32,
    Hex64,
    HourTimeUs,
    LegalBasis,
    MemberRole,
    MissionName,
    Onward,
    OptionalHex32,
    Origin,
    PartyId,
    Positive,
    Purpose,
    Recorder,
    SchemaId,
    TimeUs,
    Use,
    Version,
)

MOST_MEMBERS = 24
MOST_RESULTS = 200


class Body(Struct, frozen=True, forbid_unknown_fields=True):
    """Base of everything logged: unknown fields are refused, nothing has a default, nothing changes.

    `BINDS`: in types of later rooms, the fields that hold a commitment or are empty (`binding.py`)."""

    BINDS: ClassVar[tuple[str, ...]] = ()


class Keys(Body, frozen=True):
    """A member's public Ed25519 keys, one per role."""

    log: Hex32
    recovery: Hex32
    statement: Hex32
    witness: Hex32


class Possession(Body, frozen=True):
    """For each key, its own signature over origin, party, role and key (genesis.possession_message)."""

    log: Hex64
    recovery: Hex64
    statement: Hex64
    witness: Hex64


class Member(Body, frozen=True):
    """One party, observer or mediator with its keys."""

    party: PartyId
    role: MemberRole
    keys: Keys
    possession: Possession


class Quorum(Body, frozen=True):
    """How many distinct members must sign: all, a majority, or `count`; of them at least `outsiders` not a party.

    `count` is 0 unless the rule is "count". The agreement quorum counts parties only, the clock quorum all witnesses.
    """

    rule: Literal["all", "majority", "count"]
    count: Annotated[int, Meta(ge=0, le=MOST_MEMBERS)]
    outsiders: Annotated[int, Meta(ge=0, le=MOST_MEMBERS)]


class Quorums(Body, frozen=True):
    agreement: Quorum
    clock: Quorum


class Founding(Body, frozen=True):
    """What is fixed before anybody joins; the draft of a genesis and the genesis say the same."""

    origin: Origin
    mission: MissionName
    created_us: TimeUs
    simulated: bool
    appender: PartyId
    delay_hours: Annotated[int, Meta(ge=24, le=8784)]
    quorums: Quorums


class Genesis(Founding, frozen=True):
    """Entry 0: who takes part, with which keys, and how much agreement each thing needs.

    `delay_hours`: findings cover only what ended at least this long before a run's `as_of`; never under 24.
    """

    members: Annotated[tuple[Member, ...], Meta(min_length=1, max_length=MOST_MEMBERS)]


class Join(Body, frozen=True):
    """A later member is admitted: signed by the agreement quorum and by the new member's statement key."""

    member: Member


class Period(Body, frozen=True):
    """What the deposit claims to cover, in whole hours. Absence counts only inside a "complete" period."""

    start_us: HourTimeUs
    end_us: HourTimeUs
    completeness: Completeness


class Outage(Body, frozen=True):
    """An announced outage, in whole hours."""

    start_us: HourTimeUs
    end_us: HourTimeUs


class Handling(Body, frozen=True):
    """Under which law, for what, and how long (DESIGN section 6, rule 11)."""

    basis: LegalBasis
    purpose: Purpose
    use: Use
    originator: PartyId
    onward: Onward
    retain_until_us: TimeUs


class Rows(Body, frozen=True):
    """Counts of a deposit. accepted_bytes + framing_bytes + rejected_bytes = bytes (unpacked) for binary formats."""

    files: Positive
    bytes: Count
    accepted: Count
    rejected: Count
    accepted_bytes: Count
    framing_bytes: Count
    rejected_bytes: Count


class DepositCommitments(Body, frozen=True):
    """What binds the deposit: salted commitments to its digest and its details, and the two salted record roots.

    `details` binds what is not public: files, sensors, places, reader, mapping. `layout` names the way the record
    roots are built (docs/formats.md).
    """

    deposit: Hex32
    details: Hex32
    accepted: Hex32
    rejected: Hex32
    layout: SchemaId


class Deposit(Body, frozen=True):
    """Files were handed in (open) or committed to (sealed)."""

    mode: Literal["open", "sealed"]
    simulated: bool
    classes: Annotated[tuple[DataClass, ...], Meta(min_length=1, max_length=20)]
    tables: Annotated[tuple[SchemaId, ...], Meta(max_length=20)]
    recorder: Recorder
    clock: ClockSource
    period: Period
    outages: Annotated[tuple[Outage, ...], Meta(max_length=200)]
    conversions: Annotated[tuple[Conversion, ...], Meta(max_length=10)]
    rows: Rows
    handling: Handling
    commitments: DepositCommitments


class Restate(Body, frozen=True):
    """What an earlier deposit of the author covers, said anew: its period and outages, whole, in place of what was said
    of it before. `deposit`: the digest of the deposit's statement, also where it was restated already."""

    deposit: Hex32
    period: Period
    outages: Annotated[tuple[Outage, ...], Meta(max_length=200)]


class Inputs(Body, frozen=True):
    """Which deposits a run read. `root` is the RFC 6962 root over the salted commitments to their digests, sorted;
    of `common` runs the salts go to all parties, of `own` runs to nobody."""

    set: Literal["common", "own"]
    count: Count
    root: Hex32


class Software(Body, frozen=True):
    name: CodeName
    version: Version
    commit: Commit


class Layout(Body, frozen=True):
    """How records were cut; changes no digest."""

    buckets: Positive
    chunk_hours: Positive


class Parameters(Body, frozen=True):
    detector: CodeName
    version: Positive
    commitment: Hex32


class Result(Body, frozen=True):
    table: SchemaId
    rows: Count
    commitment: Hex32


class Run(Body, frozen=True):
    """Detectors were run over an input set. `adoption` is the digest of the statement that adopted the parameters,
    or empty: the party's own run."""

    inputs: Inputs
    adoption: OptionalHex32
    simulated: bool
    as_of_us: TimeUs
    started_us: TimeUs
    ended_us: TimeUs
    software: Software
    layout: Layout
    parameters: Annotated[tuple[Parameters, ...], Meta(max_length=MOST_RESULTS)]
    tables: Annotated[tuple[Result, ...], Meta(max_length=MOST_RESULTS)]


class KindCount(Body, frozen=True):
    kind: CodeName
    count: Count


class Findings(Body, frozen=True):
    """What a run found, as counts and a salted commitment to the digest of the findings table."""

    run: Hex32
    simulated: bool
    total: Count
    kinds: Annotated[tuple[KindCount, ...], Meta(max_length=100)]
    commitment: Hex32


class FindingRows(Body, frozen=True):
    """The salted root over the rows of `table`, one for each finding of the run in order of its id; `layout` names the
    way it is built (docs/formats/records.md)."""

    table: SchemaId
    root: Hex32
    layout: SchemaId


class RootedFindings(Findings, frozen=True):
    """As before, with a root under which each finding can be shown alone, whole or in part. It has `total` leaves."""

    rows: FindingRows
