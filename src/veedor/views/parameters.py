"""What a screen shows of the parameters of runs: by whose a run was made, and what parameters.toml pins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from veedor.engine.detector import Detector
from veedor.mission.copy.parameters import MissionParameters
from veedor.mission.runs.adoption import Reason, pins_of
from veedor.mission.runs.run import RunDone
from veedor.mission.state.fold import State
from veedor.mission.state.kinds import runs_of
from veedor.mission.state.standing import Word, standing_of
from veedor.words import Language, Value, say


class RunStandingLine(Struct, frozen=True, kw_only=True):
    """By whose parameters a run was made. `standing` other than `adopted`: it is marked the party's own, for `reason`
    where it names no adoption. `holds_us`: since when the adoption holds; `begins_us`: when its period began."""

    schema: Literal["run-standing/1"] = "run-standing/1"
    run: str
    standing: Word
    adoption: int | None
    holds_us: int | None
    begins_us: int | None
    reason: Reason
    detectors: tuple[str, ...]


class PinLine(Struct, frozen=True, kw_only=True):
    """One detector here, or pinned: `version` and `parameters` (digest of all of them) as they are here, null where
    there is no such detector; `changed`: what the file sets; `pinned`: whether the file pins exactly that."""

    schema: Literal["pin/1"] = "pin/1"
    detector: str
    version: int | None
    parameters: str | None
    changed: dict[str, int | bool | str | list[int | str]]
    pinned: Literal["as_here", "otherwise", "not"]


PARAMETER_LINES: tuple[type[Struct], ...] = (RunStandingLine, PinLine)


def run_standing(state: State, done: RunDone) -> RunStandingLine:
    """`state` holds the run, or would once it is logged."""
    run = next(each for each in runs_of(state) if each.digest == done.run.digest)
    standing = standing_of(state, run)
    return RunStandingLine(
        run=run.digest,
        standing=standing.word,
        adoption=None if standing.named is None else standing.named.index,
        holds_us=standing.holds_us,
        begins_us=standing.begins_us,
        reason=done.basis.reason,
        detectors=done.basis.detectors,
    )


def run_sentence(said: RunStandingLine, instead: int | None, language: Language) -> str:
    """`instead`: the entry of the adoption that is in force, where the run names none."""
    values: dict[str, Value] = {
        "adoption": said.adoption,
        "holds_us": said.holds_us,
        "begins_us": said.begins_us,
        "detectors": ", ".join(said.detectors),
        "instead": instead,
    }
    if said.standing == "own":
        reason = f"run.own.{said.reason}"
        return say(f"{reason}.instead" if instead is not None else reason, language, values)
    if said.standing == "late" and said.holds_us is None:
        return say("run.standing.untimed", language, values)
    return say(f"run.standing.{said.standing}", language, values)


def pin_lines(parameters: MissionParameters, detectors: Sequence[Detector]) -> Iterator[PinLine]:
    """`detectors` as configured by `parameters`; in order of name."""
    here, versions = pins_of(detectors), {each.name: each.version for each in detectors}
    for name in sorted({*here, *parameters.pinned}):
        pinned = parameters.pinned.get(name)
        yield PinLine(
            detector=name,
            version=versions.get(name),
            parameters=here[name].partition(" ")[2] if name in here else None,
            changed=dict(parameters.settings.get(name, {})),
            pinned="not" if pinned is None else "as_here" if pinned == here.get(name) else "otherwise",
        )
