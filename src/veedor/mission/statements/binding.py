"""What a statement binds: which openings open exactly its commitments, no fewer, no others.

A run binds its inputs by a root over their commitments, a deposit its record secret by the roots of its records, and so
do findings; every other commitment stands in the body.
"""

from __future__ import annotations

from collections.abc import Sequence

from veedor.errors import VerifyError
from veedor.mission.statements.acts import Attest, Look
from veedor.mission.statements.bodies import Body, Deposit, Findings, RootedFindings, Run
from veedor.mission.statements.salts import Opening, check_opening, inputs_root

SECRET_DOMAIN = "record-secret/1"
INPUT_DOMAIN = "run-input/1"


def commitments_of(body: Body) -> tuple[str, ...]:
    """The commitments (hex) that stand in a body by themselves; none for a type that commits to nothing."""
    match body:
        case Deposit():
            return (body.commitments.deposit, body.commitments.details)
        case Run():
            return (*(each.commitment for each in body.parameters), *(each.commitment for each in body.tables))
        case Findings():
            return (body.commitment,)
        case Look():
            return (body.query,)
        case Attest():
            return (body.document, body.payload) if body.payload else (body.document,)
    return tuple(value for name in body.BINDS if (value := str(getattr(body, name))))


def check_openings(body: Body, openings: Sequence[Opening], file: str) -> None:
    """VerifyError, naming `file`, unless these open every commitment of the body, each once, and nothing else."""
    for opening in openings:
        check_opening(opening)
    stated = commitments_of(body)
    found = [each.commitment for each in openings]
    beside = [each for each in openings if each.commitment not in stated]
    if len(set(found)) != len(found) or not set(stated) <= set(found):
        raise _not_of(file, f"{len(stated)} commitments, each opened once", f"{len(openings)} openings")
    match body:
        case Run():
            inputs = [each.commitment for each in beside if each.domain == INPUT_DOMAIN]
            sound = len(inputs) == len(beside) == body.inputs.count and inputs_root(inputs) == body.inputs.root
        case Deposit() | RootedFindings():
            sound = [each.domain for each in beside] in ([], [SECRET_DOMAIN])
        case _:
            sound = not beside
    if not sound:
        raise _not_of(file, "openings of this statement only", f"{len(beside)} others")


def _not_of(file: str, expected: str, found: str) -> VerifyError:
    return VerifyError("the openings are not of this statement", file=file, expected=expected, found=found)
