"""Excuses and disputes: what stands aside of an obligation's own path.

An excuse counts if its debtor claimed it in time, for as long as it may last. A dispute runs until both settle
alike, or to the end of its ladder; each occurrence can be disputed once, so nobody gains time by quarrelling again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from veedor.accord.bodies import Dispute, Excuse
from veedor.accord.evaluate.versions import Version
from veedor.accord.model.obligations import Obligation
from veedor.accord.verdict import Settling


@dataclass(frozen=True)
class Excused:
    """A ground that covers [since, until]."""

    ground: str
    since_us: int
    until_us: int
    digest: str


@dataclass
class Disputed:
    """A dispute over one occurrence. `by`: what each side logged last; `settled`: the outcome that both logged, by the
    statements `settled_by`."""

    opened_us: int
    ends_us: int
    digest: str
    by: dict[str, Settling] = field(default_factory=dict)
    settled: str | None = None
    settled_by: tuple[str, ...] = ()


def claimed(body: Excuse, obligation: Obligation, version: Version, now_us: int, digest: str) -> Excused | str:
    """The excuse, or the reason why it has no effect."""
    if obligation.excuses is None or body.ground not in obligation.excuses.grounds:
        return "no_such_ground"
    if body.since_us > now_us or (body.until_us and body.until_us <= body.since_us):
        return "times_run_backwards"
    own = obligation.excuses
    if now_us > version.instants.after(own.notice, body.since_us):
        return "too_late"
    longest_us = version.instants.after(own.longest, body.since_us)
    until_us = min(body.until_us, longest_us) if body.until_us else longest_us
    return Excused(body.ground, body.since_us, until_us, digest)


def ladder_end(version: Version, opened_us: int) -> int:
    """When a dispute that was opened then ends without a settlement: each step begins where the one before ends."""
    at_us = opened_us
    for step in version.accord.disputes:
        at_us = version.instants.after(step.within, at_us)
    return at_us


def settle(dispute: Disputed, party: str, body: Dispute, digest: str) -> str | None:
    """One side's word; the outcome once both say the same. What a side says last counts."""
    dispute.by[party] = Settling(party, body.outcome, digest)
    words = {each.outcome for each in dispute.by.values()}
    if len(dispute.by) == 2 and len(words) == 1 and "none" not in words:
        dispute.settled = body.outcome
        dispute.settled_by = tuple(sorted(each.evidence for each in dispute.by.values()))
    return dispute.settled
