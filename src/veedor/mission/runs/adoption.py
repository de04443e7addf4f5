"""Whether a run may name an adoption of its parameters, and if not, why: asked before it runs (decision 6).

The bytes of parameters.toml are adopted; its pins must be what the detectors here really are. Whether the adoption came
before the period is not asked here: the log says that of every run (`state/standing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from veedor.engine.detector import Detector
from veedor.kernel.parameters import parameters_digest
from veedor.mission.copy.parameters import MissionParameters
from veedor.mission.runs.results import InputSet
from veedor.mission.state.authority import adopted_of
from veedor.mission.state.fold import Signed, State
from veedor.mission.state.standing import covered_us, in_force
from veedor.mission.statements.authority import Adopt

Reason = Literal["", "own_set", "no_file", "not_adopted", "not_in_force", "not_pinned", "other_software"]


@dataclass(frozen=True)
class Basis:
    """The adoption that a run names, or why it names none (message key `run.own.REASON`).

    `entry`: the adoption that is in force instead, if one is; `detectors`: those that are pinned otherwise.
    """

    adoption: Signed[Adopt] | None
    reason: Reason = ""
    entry: int | None = None
    detectors: tuple[str, ...] = ()


def pins_of(detectors: Sequence[Detector]) -> Mapping[str, str]:
    """What fixes the results of these detectors: by name, the version and the digest of all parameters."""
    return {each.name: f"{each.version} {parameters_digest(each.parameters).hex()}" for each in detectors}


def unlike(pinned: Mapping[str, str], detectors: Sequence[Detector]) -> tuple[str, ...]:
    """Names of detectors that are pinned otherwise, not pinned, or pinned and not there."""
    here = pins_of(detectors)
    return tuple(sorted(name for name in {*pinned, *here} if pinned.get(name) != here.get(name)))


def basis_of(
    state: State, parameters: MissionParameters, set: InputSet, detectors: Sequence[Detector], as_of_us: int
) -> Basis:
    """What a run of `detectors`, configured by `parameters`, may say of its parameters in this state of the log."""
    if set == "own":
        return Basis(None, "own_set")
    if parameters.digest is None:
        return Basis(None, "no_file")
    adopted = adopted_of(state)
    same = [each for each in adopted if _adopts(each, parameters.digest)]
    now = in_force(adopted, covered_us(state, as_of_us))
    if not same:
        return Basis(None, "not_adopted", None if now is None else now.index)
    if now is None or now.body.digest != parameters.digest:
        return Basis(None, "not_in_force", None if now is None else now.index)
    if not parameters.pinned:
        return Basis(None, "not_pinned")
    if others := unlike(parameters.pinned, detectors):
        return Basis(None, "other_software", detectors=others)
    return Basis(now)


def _adopts(adoption: Signed[Adopt], digest: str) -> bool:
    return (adoption.body.document, adoption.body.digest) == ("parameters", digest)
