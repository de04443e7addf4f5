"""The kinds of this room for the fold: who may say what, and what refuses it.

The fold does not know the accord's text, so it judges form only; what a statement means is for the evaluator, which
lists
what has no effect. The slice holds no statements: they are in the log, and `from_log.py` reads them there.
"""

from __future__ import annotations

from typing import Any

from veedor.accord import bodies
from veedor.mission.state.fold import AnyKind, Context, Kind, Refused, Signed
from veedor.mission.state.kinds import KINDS as MISSION_KINDS
from veedor.mission.state.roles import Rule
from veedor.mission.statements.chain import BodyType

SLICE = "accord"
_PARTY = Rule(frozenset({"party"}))
_ANYBODY = Rule(frozenset({"party", "observer", "mediator"}))


def said(count: int, statement: Signed[Any], context: Context) -> int:
    """One statement more, with nothing to refuse."""
    return count + 1


def figure(count: int, statement: Signed[bodies.FigureSaid], context: Context) -> int:
    """Refused: a period that runs backwards."""
    if statement.body.start_us >= statement.body.end_us:
        raise Refused("bad_period")
    return count + 1


def withhold(count: int, statement: Signed[bodies.Withhold], context: Context) -> int:
    """Refused: somebody who is no member."""
    if statement.body.by not in context.roster.members:
        raise Refused("unknown_party")
    return count + 1


def meeting(count: int, statement: Signed[bodies.MeetingHeld], context: Context) -> int:
    """Refused: a list out of order, somebody who is no member."""
    came = statement.body.came
    if list(came) != sorted(set(came)):
        raise Refused("list_not_sorted")
    if not set(came) <= set(context.roster.members):
        raise Refused("unknown_party")
    return count + 1


def claim(count: int, statement: Signed[bodies.Claim], context: Context) -> int:
    """Refused: a time that runs backwards."""
    if statement.body.from_us > statement.body.until_us:
        raise Refused("bad_period")
    return count + 1


def answer(count: int, statement: Signed[bodies.Answer], context: Context) -> int:
    """Refused: an answer to one's own claim, or to no statement that counts."""
    author = context.author_of(statement.body.claim)
    if author is None:
        raise Refused("unknown_statement")
    if author == statement.chain.party:
        raise Refused("not_allowed")
    return count + 1


def _kind(of: BodyType[Any], rule: Rule, apply: Any = said) -> AnyKind:
    return Kind(of, rule, SLICE, 0, apply)


KINDS: tuple[AnyKind, ...] = (
    _kind(bodies.SIGN_ACCORD, _PARTY),
    _kind(bodies.EVENT, _ANYBODY),
    _kind(bodies.FIGURE, _ANYBODY, figure),
    _kind(bodies.GRANT, _PARTY),
    _kind(bodies.ACT, _PARTY),
    _kind(bodies.NOTICE, _PARTY),
    _kind(bodies.CONSENT, _PARTY),
    _kind(bodies.EXCUSE, _PARTY),
    _kind(bodies.DISPUTE, _PARTY),
    _kind(bodies.WITHHOLD, _ANYBODY, withhold),
    _kind(bodies.POSITION, _PARTY),
    _kind(bodies.DETERMINATION_BEFORE, _ANYBODY),
    _kind(bodies.DETERMINATION, _ANYBODY),
    _kind(bodies.MEETING, _ANYBODY, meeting),
    _kind(bodies.CLAIM, _ANYBODY, claim),
    _kind(bodies.ANSWER, _ANYBODY, answer),
)

WITH_MISSION: tuple[AnyKind, ...] = (*MISSION_KINDS, *KINDS)
"""What a mission must be folded with for its accord to be judged: without these kinds its statements are unknown."""
