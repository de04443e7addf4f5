"""Time and authority as rows: seals, witnesses, quorums, what was adopted, the end of the log, what is withheld.

Times are seconds since 1970, as witnesses sign them. Nothing is in a row that is not in the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from veedor.mission.state.authority import adopted_of, frozen_by, receipts_of
from veedor.mission.state.fold import State
from veedor.mission.state.log_time import Seals
from veedor.mission.state.roles import needed
from veedor.mission.state.seals import discrepancies, seals_of


class TimeRow(Struct, frozen=True, kw_only=True):
    """The log time so far. `entries` have a log time; `agreed`: the last seal is cosigned by the agreement quorum."""

    schema: str = "state-time/1"
    time_s: int | None
    entries: int
    seals: int
    agreed: bool | None


class PolicyRow(Struct, frozen=True, kw_only=True):
    """The quorums in force, as how many of how many; `recovery`: how many others may replace a member's keys."""

    schema: str = "state-policy/1"
    agreement: str
    agreement_needs: int
    parties: int
    clock: str
    clock_needs: int
    members: int
    clock_outsiders: int
    recovery: int


class SealRow(Struct, frozen=True, kw_only=True):
    """A seal that counts; `cosigned` and `times_s` are its cosigners and what their clocks said, in the same order."""

    schema: str = "state-seal/1"
    entry: int
    size: int
    root: str
    time_s: int
    agreed: bool
    cosigned: tuple[str, ...]
    times_s: tuple[int, ...]


class WitnessRow(Struct, frozen=True, kw_only=True):
    """A member's witness: when it last cosigned a seal, since when it is silent and for how long by log time, and how
    many of its cosignatures are off (`proven`: no honest clock allows it)."""

    schema: str = "state-witness/1"
    party: str
    last_s: int | None
    silent_since_s: int | None
    silent_s: int | None
    discrepancies: int
    proven: int


class DiscrepancyRow(Struct, frozen=True, kw_only=True):
    """A cosignature whose time is `off_s` after (negative: before) that of the others in the seal at `entry`."""

    schema: str = "state-discrepancy/1"
    entry: int
    party: str
    off_s: int
    proven: bool


class AdoptionRow(Struct, frozen=True, kw_only=True):
    """A file that the parties adopted; `time_s` is the log time of the adoption."""

    schema: str = "state-adoption/1"
    entry: int
    party: str
    digest: str
    document: str
    file: str
    from_us: int
    time_s: int | None


class FreezeRow(Struct, frozen=True, kw_only=True):
    """The end of the log."""

    schema: str = "state-freeze/1"
    entry: int
    party: str
    reason: str
    successor: str
    time_s: int | None


class ReceiptRow(Struct, frozen=True, kw_only=True):
    """Somebody saw a statement of `party`; `became` logged, withheld (since when, for how long) or contradicted."""

    schema: str = "state-receipt/1"
    entry: int
    by: str
    party: str
    seq: int
    statement: str
    became: str
    since_s: int | None
    age_s: int | None


TimeOrAuthority = TimeRow | PolicyRow | SealRow | WitnessRow | DiscrepancyRow | AdoptionRow | FreezeRow | ReceiptRow
TIME_ROWS: tuple[type[Struct], ...] = (
    TimeRow, PolicyRow, SealRow, WitnessRow, DiscrepancyRow, AdoptionRow, FreezeRow, ReceiptRow,
)  # fmt: skip


def time_and_authority(state: State) -> Iterator[TimeOrAuthority]:
    """All of it, in a fixed order."""
    seals = seals_of(state)
    yield _time(seals)
    yield _policy(state)
    yield from _seals(seals)
    yield from _witnesses(seals)
    yield from _authority(state, seals)


def _time(seals: Seals) -> TimeRow:
    last = seals.last
    return TimeRow(
        time_s=last.time_s if last else None,
        entries=seals.size,
        seals=len(seals.sealed),
        agreed=last.agreed if last else None,
    )


def _policy(state: State) -> PolicyRow:
    roster = state.roster
    return PolicyRow(
        agreement=roster.agreement.rule,
        agreement_needs=needed(roster.agreement, roster.parties),
        parties=roster.parties,
        clock=roster.clock.rule,
        clock_needs=needed(roster.clock, len(roster.members)),
        members=len(roster.members),
        clock_outsiders=roster.clock.outsiders,
        recovery=roster.recovery,
    )


def _seals(seals: Seals) -> Iterator[SealRow]:
    for sealed in seals.sealed:
        yield SealRow(
            entry=sealed.index,
            size=sealed.size,
            root=sealed.root,
            time_s=sealed.time_s,
            agreed=sealed.agreed,
            cosigned=tuple(each.party for each in sealed.cosigned),
            times_s=tuple(each.time_s for each in sealed.cosigned),
        )


def _witnesses(seals: Seals) -> Iterator[WitnessRow | DiscrepancyRow]:
    found = list(discrepancies(seals))
    off = Counter(each.party for each in found)
    proven = Counter(each.party for each in found if each.proven)
    for watch in seals.watches:
        since_s = watch.silent_since_s
        yield WitnessRow(
            party=watch.party,
            last_s=watch.last_s,
            silent_since_s=since_s,
            silent_s=None if since_s is None or seals.last is None else seals.last.time_s - since_s,
            discrepancies=off[watch.party],
            proven=proven[watch.party],
        )
    for each in found:
        yield DiscrepancyRow(entry=each.entry, party=each.party, off_s=each.off_s, proven=each.proven)


def _authority(state: State, seals: Seals) -> Iterator[AdoptionRow | FreezeRow | ReceiptRow]:
    for each in adopted_of(state):
        yield AdoptionRow(
            entry=each.index,
            party=each.chain.party,
            digest=each.digest,
            document=each.body.document,
            file=each.body.digest,
            from_us=each.body.from_us,
            time_s=_time_of(seals, each.index),
        )
    for got in receipts_of(state):
        said = got.receipt.body
        yield ReceiptRow(
            entry=got.receipt.index,
            by=got.receipt.chain.party,
            party=said.party,
            seq=said.seq,
            statement=said.statement,
            became=got.became,
            since_s=got.since_s,
            age_s=got.age_s,
        )
    frozen = frozen_by(state)
    if frozen is not None:
        yield FreezeRow(
            entry=frozen.index,
            party=frozen.chain.party,
            reason=frozen.body.reason,
            successor=frozen.body.successor,
            time_s=_time_of(seals, frozen.index),
        )


def _time_of(seals: Seals, entry: int) -> int | None:
    sealed = seals.covering(entry)
    return sealed.time_s if sealed else None
