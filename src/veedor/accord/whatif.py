"""What would follow if something were logged, or nothing were: the log as it is, a supposed seal, then only time."""

from __future__ import annotations

from collections.abc import Sequence

from veedor.accord.bodies import MeetingHeld, Notice
from veedor.accord.dates import instant_of_us
from veedor.accord.evaluate import evaluate
from veedor.accord.load import Loaded
from veedor.accord.timeline import Batch, Fact, Timeline
from veedor.accord.verdict import Verdict
from veedor.errors import UsageError
from veedor.mission.statements.acts import Attest, DocumentKind
from veedor.mission.statements.bodies import Body, Deposit, DepositCommitments, Handling, Period, Rows
from veedor.mission.statements.vocabulary import HOUR_US, DataClass

_NONE = "0" * 64
_SUPPOSED = "supposed"
BY_THE_TEXT = frozenset(
    (
        *("may_not_say_so", "no_dispute_ladder", "no_such_ground", "not_a_party"),
        *("not_its_authority", "times_run_backwards", "unknown_rule"),
    )
)
"""Reasons that lie in what the accord says: no further statement makes such a one count."""


def lies_in_the_text(reason: str, body: Body, versions: Sequence[Loaded]) -> bool:
    """Whether this reason lies in what every version says, not in how things stand. Why a cure does not begin by notice
    may be either: no version has such a cure, or the occurrence is not late now."""
    if reason == "no_cure_by_notice" and isinstance(body, Notice):
        rules = [each.accord.obligations.get(body.of) for each in versions]
        return not any(rule and rule.cure and rule.cure.starts == "notice" for rule in rules)
    return reason in BY_THE_TEXT


def supposed(
    versions: Sequence[Loaded], timeline: Timeline, said: Sequence[tuple[str, Body]], at_us: int, until_us: int
) -> Verdict:
    """The verdict at `until_us` if these bodies of these parties were logged at `at_us`, and nothing else was.

    UsageError for times before logged time: what is logged stands.
    """
    if not timeline.time_us <= at_us <= until_us:
        raise UsageError(
            "only what is not logged yet can be supposed", expected=f"after {instant_of_us(timeline.time_us)}"
        )
    facts = tuple(Fact(party, f"supposed-{number}", body) for number, (party, body) in enumerate(said, start=1))
    batches = (*timeline.batches, Batch(at_us, facts), Batch(until_us, ()))
    return evaluate(versions, Timeline(timeline.appender, batches), until_us)


def ignored_if_said(versions: Sequence[Loaded], timeline: Timeline, party: str, body: Body) -> str | None:
    """Why this body, logged by this party now, would have no effect (a reason of `Ignored`); None where it has one.

    No rule hears of a meeting, so the evaluator has nothing against one that no version plans: that is told here.
    """
    if isinstance(body, MeetingHeld) and not any(body.meeting in each.accord.meetings for each in versions):
        return "unknown_rule"
    after = Timeline(timeline.appender, (*timeline.batches, Batch(timeline.time_us, (Fact(party, _SUPPOSED, body),))))
    ignored = evaluate(versions, after, after.time_us, days=0).ignored
    return next((each.reason for each in ignored if each.digest == _SUPPOSED), None)


def a_deposit(party: str, data_class: DataClass, start_us: int, end_us: int) -> Deposit:
    """A deposit as it would count: complete, of this class, for this period; whole hours."""
    period = Period(start_us // HOUR_US * HOUR_US, end_us // HOUR_US * HOUR_US, "complete")
    handling = Handling("accord", "joint_monitoring", "evidence", party, "parties", 0)
    commitments = DepositCommitments(_NONE, _NONE, _NONE, _NONE, "records/1")
    rows = Rows(1, 0, 0, 0, 0, 0, 0)
    return Deposit(
        "open", True, (data_class,), (), "other_public_body", "unknown", period, (), (), rows, handling, commitments
    )


def a_document(kind: DocumentKind) -> Attest:
    """An attested document of this kind."""
    return Attest(kind, 0, _NONE, "")
