"""`restate`: what an earlier deposit of this party covers, said anew; what the cover note does not say stays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from msgspec import to_builtins

from veedor.errors import UsageError
from veedor.mission.acts.labelling import handling_of, own_statement
from veedor.mission.copy.append import Mission, Published
from veedor.mission.deposits.cover import Cover, load_note
from veedor.mission.state.fold import Signed, State
from veedor.mission.state.kinds import deposits_of
from veedor.mission.state.restated import Stated, covers_of, runs_backwards, stated
from veedor.mission.statements.bodies import Deposit, Period, Restate
from veedor.mission.statements.types import RESTATE

_COVERS = frozenset({"start", "end", "completeness", "outages"})


@dataclass(frozen=True)
class Restatement:
    """What is to be signed of a deposit: what was stated last, what will be, and the body that says so."""

    deposit: Signed[Deposit]
    before: Stated
    after: Stated
    body: Restate


def restatement(mission: Mission, statement: str, note: Path) -> Restatement:
    """What `note` says of the deposit named by its entry or the first digits of its statement's digest.

    UsageError where that is no deposit of this party's, where nothing would change, and where the note says something
    of the deposit that cannot be said anew.
    """
    state = mission.pending()
    digest = own_statement(state, mission.party, statement)
    deposit = next((each for each in deposits_of(state) if each.digest == digest), None)
    if deposit is None:
        raise UsageError("this statement is no deposit", found=statement, next_step="`veedor state` lists deposits")
    cover, given = load_note(note)
    beyond = sorted(name for name in given - _COVERS if _differs(name, cover, deposit, state))
    if beyond:
        raise UsageError(
            "a deposit's period, completeness and outages are said anew, nothing else of its cover note",
            file=str(note),
            found=", ".join(beyond),
            next_step="leave that out of the note; how the deposit is handled is said by `veedor label`",
        )
    last = covers_of(state)[digest][-1].body
    body = Restate(
        deposit=digest,
        period=Period(
            start_us=last.period.start_us if cover.start_us is None else cover.start_us,
            end_us=last.period.end_us if cover.end_us is None else cover.end_us,
            completeness=cover.completeness if "completeness" in given else last.period.completeness,
        ),
        outages=tuple(each.stated() for each in cover.outages) if "outages" in given else last.outages,
    )
    if runs_backwards(body):
        raise UsageError("a period or an outage runs backwards", file=str(note), expected="end after start")
    if (body.period, body.outages) == (last.period, last.outages):
        raise UsageError(
            "the cover note says what is stated already",
            file=str(note),
            expected="another start, end, completeness or outages",
        )
    return Restatement(deposit, stated(last), stated(body), body)


def restate(mission: Mission, said: Restatement, at_us: int) -> Published:
    """Sign it. UsageError where it would be void, such as for a period that ends before it begins."""
    return mission.publish(RESTATE, said.body, at_us)


def _differs(name: str, cover: Cover, deposit: Signed[Deposit], state: State) -> bool:
    """Whether the note says something else than what stands."""
    if name in ("recorder", "clock"):
        return bool(getattr(cover, name) != getattr(deposit.body, name))
    if name == "conversions":
        return tuple(sorted(set(cover.conversions))) != deposit.body.conversions
    field = "retain_until_us" if name == "retain_years" else name
    says = to_builtins(cover.handling(deposit.chain.party, deposit.chain.at_us))
    return bool(says[field] != to_builtins(handling_of(state, deposit.digest))[field])
