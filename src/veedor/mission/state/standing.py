"""Whose a run is: all parties', by parameters that they adopted before its period, or only its author's (decision 6).

Everybody computes it from the log. A run's period begins with that of the earliest open deposit in the log before it,
whether the run read that one or not, and ends with what its findings cover: its `as_of` less the mission's delay.

 (1) a run over open deposits names an adoption of parameters                       else `own`
 (2) it is the last one logged before it that holds from the period's end or before  else `superseded`
 (3) it held when the period began: both what it says (`from_us`) and the log time of
     its own entry are not after that                                                else `late`
 then `adopted`: a joint run
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from veedor.mission.state.authority import Adopted, adopted_of
from veedor.mission.state.fold import Signed, State
from veedor.mission.state.kinds import deposits_of
from veedor.mission.state.seals import seals_of
from veedor.mission.statements.authority import Adopt
from veedor.mission.statements.bodies import Run
from veedor.mission.statements.vocabulary import HOUR_US

Word = Literal["adopted", "late", "superseded", "own"]


@dataclass(frozen=True)
class Standing:
    """How a run stands. `named` is the adoption that it names; `holds_us`: since when that holds, None without log
    time; `begins_us`: the beginning of the run's period, None where no open deposit came before it."""

    word: Word
    named: Signed[Adopt] | None = None
    holds_us: int | None = None
    begins_us: int | None = None

    @property
    def joint(self) -> bool:
        return self.word == "adopted"


def in_force(adopted: Adopted, covered_us: int) -> Signed[Adopt] | None:
    """The adoption of parameters for a run whose findings cover what ended by `covered_us`: of those that hold from
    then or before, the one logged last, whatever earlier ones said."""
    held = [each for each in adopted if each.body.document == "parameters" and each.body.from_us <= covered_us]
    return held[-1] if held else None


def covered_us(state: State, as_of_us: int) -> int:
    """Until when a run as of this time covers what ended."""
    return as_of_us - state.genesis.delay_hours * HOUR_US


def standing_of(state: State, run: Signed[Run]) -> Standing:
    """How a counted run stands in this state; it may gain log time, and so be found `adopted`, in a later one."""
    if run.body.inputs.set != "common" or not run.body.adoption:
        return Standing("own")
    before = tuple(each for each in adopted_of(state) if each.index < run.index)
    named = next(each for each in before if each.digest == run.body.adoption)  # the fold voids any other
    if in_force(before, covered_us(state, run.body.as_of_us)) is not named:
        return Standing("superseded", named)
    starts = [each.body.period.start_us for each in deposits_of(state) if _open_before(each.index, each.body.mode, run)]
    begins = min(starts, default=None)
    sealed = seals_of(state).covering(named.index)
    holds = None if sealed is None else max(named.body.from_us, sealed.time_us)
    early = holds is not None and begins is not None and holds <= begins
    return Standing("adopted" if early else "late", named, holds, begins)


def _open_before(index: int, mode: str, run: Signed[Run]) -> bool:
    return mode == "open" and index < run.index
