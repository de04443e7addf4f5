"""What looks, attestations and labels do to the state: each is kept; who reads decides by the last label."""

from __future__ import annotations

from veedor.mission.state.fold import Context, Refused, Signed, State
from veedor.mission.statements.acts import Attest, Label, Look

LOOKS = "looks"
ATTESTATIONS = "attestations"
LABELS = "labels"
Looks = tuple[Signed[Look], ...]
Attestations = tuple[Signed[Attest], ...]
Labels = tuple[Signed[Label], ...]


def look(looks: Looks, statement: Signed[Look], context: Context) -> Looks:
    """A look at data of `owner`. Refused: an owner who is no member."""
    if statement.body.owner not in context.roster.members:
        raise Refused("unknown_party")
    return (*looks, statement)


def attest(attestations: Attestations, statement: Signed[Attest], context: Context) -> Attestations:
    """A document that the author attests; nothing in it can contradict the state."""
    return (*attestations, statement)


def label(labels: Labels, statement: Signed[Label], context: Context) -> Labels:
    """The handling of an earlier statement from now on. Refused: a statement that is not the author's own, or does not
    count; an originator who is no member."""
    if context.author_of(statement.body.statement) != statement.chain.party:
        raise Refused("unknown_statement")
    if statement.body.handling.originator not in context.roster.members:
        raise Refused("unknown_originator")
    return (*labels, statement)


def looks_of(state: State) -> Looks:
    """Every look that counts, in the order of the log."""
    held = state.slices.get(LOOKS, ())
    assert isinstance(held, tuple)
    return held


def attestations_of(state: State) -> Attestations:
    held = state.slices.get(ATTESTATIONS, ())
    assert isinstance(held, tuple)
    return held


def labels_of(state: State) -> Labels:
    held = state.slices.get(LABELS, ())
    assert isinstance(held, tuple)
    return held
