"""The state with what this copy said and the log does not hold yet, which is what its next statement follows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from veedor.errors import StoreError, UsageError
from veedor.mission.copy.outbox import Waiting
from veedor.mission.state.fold import AnyKind, State, fold

OUT_OF_PLACE = frozenset({"replay", "fork", "gap", "wrong_prev"})
"""Why a statement does not continue its author's chain, as the fold says it."""


def state_with(late: Sequence[Waiting], state: State, kinds: Sequence[AnyKind], outbox: Path) -> State:
    """The state after `late`, which waits in `outbox`. StoreError where that does not continue the chains in the log,
    or does not count any more."""
    made = fold([each.envelope for each in late], kinds, state)
    void = {each.digest: each.reason for each in made.void[len(state.void) :]}
    for each in late:
        if not made.holds(each.party, each.digest) and void[each.digest] in OUT_OF_PLACE:
            raise StoreError(
                "a statement in the outbox does not continue this party's chain in the log",
                file=str(outbox),
                expected=f"statement {state.next_of(each.party)[0]} of {each.party}",
                found=f"statement {each.seq}, {each.digest}",
                next_step="was this folder restored from a backup, or is there a second copy of this party? "
                "Take the log of the copy that wrote last; do not sign here before that",
            )
    for each in late:
        if each.digest in void:
            raise StoreError(
                "a statement in the outbox would be void by now: the log went on since it was made",
                file=str(outbox),
                found=f"statement {each.digest} of {each.party}: {void[each.digest]}",
                next_step="move it and this party's later ones out of the outbox, then say again what still holds",
            )
    return made


def need_counted(after: State, schema: str) -> None:
    """UsageError where the last statement folded into `after` is void."""
    last = after.void[-1] if after.void else None
    if last is not None and last.index == after.size - 1:
        raise UsageError(
            "this statement would be void", expected=schema, found=last.reason, next_step="correct what it says"
        )
