"""`label`: how an earlier statement of this party is to be handled from now on; what is not said again stays."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from veedor.errors import UsageError
from veedor.mission.copy.append import Mission, Published
from veedor.mission.state.acts import labels_of
from veedor.mission.state.fold import State
from veedor.mission.state.kinds import deposits_of
from veedor.mission.statements.acts import Label
from veedor.mission.statements.bodies import Handling
from veedor.mission.statements.types import LABEL

LEAST_DIGITS = 8


def label(mission: Mission, statement: str, changes: Mapping[str, object], at_us: int) -> tuple[str, Published]:
    """Label the statement named by its entry or first digits; None in `changes` leaves a field of Handling as it is.

    Returns the digest of what was labelled. UsageError where it is none of this party's, or a field stays unknown.
    """
    state = mission.pending()
    digest = own_statement(state, mission.party, statement)
    known = handling_of(state, digest)
    fields = (msgspec.to_builtins(known) if known else {}) | {
        name: value for name, value in changes.items() if value is not None
    }
    missing = [name for name in Handling.__struct_fields__ if name not in fields]
    if missing:
        raise UsageError("the handling is not complete", expected=", ".join(missing))
    try:
        handling = msgspec.convert(fields, Handling, strict=True)
    except msgspec.ValidationError as error:
        raise UsageError("the handling cannot be used", found=str(error)) from None
    return digest, mission.publish(LABEL, Label(digest, handling), at_us)


def handling_of(state: State, digest: str) -> Handling | None:
    """The handling of a statement as it is now: its last label, else what the deposit itself says."""
    labels = [each.body.handling for each in labels_of(state) if each.body.statement == digest]
    stated = [each.body.handling for each in deposits_of(state) if each.digest == digest]
    return (stated + labels)[-1] if stated or labels else None


def own_statement(state: State, party: str, text: str) -> str:
    """The digest of this statement of the party's, named by its entry or first digits; UsageError for anything else."""
    links = state.chains.get(party, ())
    if text.isascii() and text.isdigit() and len(text) < LEAST_DIGITS:
        found = [link.digest for link in links if link.index == int(text)]
    else:
        found = [link.digest for link in links if link.digest.startswith(text) and len(text) >= LEAST_DIGITS]
    if len(found) != 1:
        raise UsageError(
            f"{party} made no such statement",
            expected=f"the number of an entry, or {LEAST_DIGITS} or more digits of a digest",
            found=text,
        )
    return found[0]
