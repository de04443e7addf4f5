"""What deposits cover, as their authors said it last: a deposit's own statement, then each that restates it.

A deposit's own statement stays what it is, with its counts and roots; only its period and outages are said anew, and
only by its author. Whose a run is (`standing.py`) goes by what deposits said first: nobody makes a run joint afterwards
by moving the beginning of what was on the table.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from veedor.mission.state.fold import Context, Refused, Signed, State
from veedor.mission.statements.bodies import Deposit, Restate
from veedor.mission.statements.vocabulary import Completeness

RESTATED = "restated"
Restated = tuple[Signed[Restate], ...]
Covering = Signed[Deposit] | Signed[Restate]


class Stated(Struct, frozen=True):
    """What a deposit covers, in short. `outages_us`: its outages together, each counted in full."""

    start_us: int
    end_us: int
    completeness: Completeness
    outages_us: int


def runs_backwards(body: Deposit | Restate) -> bool:
    """Whether the period or an outage does not end after it begins."""
    period = body.period
    return period.start_us >= period.end_us or any(each.start_us >= each.end_us for each in body.outages)


def restate(restated: Restated, statement: Signed[Restate], context: Context) -> Restated:
    """A deposit's cover said anew. Refused: what is no deposit of the author's that counts; times that run backwards.
    Any number of times, and of a sealed deposit like an open one: the last word counts."""
    body, party = statement.body, statement.chain.party
    deposits = context.slices["deposits"]
    assert isinstance(deposits, tuple)
    if not any(each.digest == body.deposit and each.chain.party == party for each in reversed(deposits)):
        raise Refused("unknown_deposit")
    if runs_backwards(body):
        raise Refused("bad_period")
    return (*restated, statement)


def restatements_of(state: State) -> Restated:
    """Every restatement that counts, in the order of the log."""
    held = state.slices.get(RESTATED, ())
    assert isinstance(held, tuple)
    return held


def covers_of(state: State) -> Mapping[str, tuple[Covering, ...]]:
    """Every deposit that counts, by the digest of its statement: that statement, then each that restates it, in the
    order of the log. The last says what the deposit covers."""
    deposits = state.slices["deposits"]
    assert isinstance(deposits, tuple)
    found: dict[str, list[Covering]] = {each.digest: [each] for each in deposits}
    for each in restatements_of(state):
        found[each.body.deposit].append(each)
    return {digest: tuple(said) for digest, said in found.items()}


def stated(body: Deposit | Restate) -> Stated:
    """What this says in short."""
    outages_us = sum(each.end_us - each.start_us for each in body.outages)
    return Stated(body.period.start_us, body.period.end_us, body.period.completeness, outages_us)
