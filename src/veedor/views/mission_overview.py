"""The overview of one mission in one language: its state, its verification and its last results, put together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pyarrow as pa

from veedor.mission.runs.results import Results
from veedor.mission.state.fold import State
from veedor.mission.state.kinds import deposits_of
from veedor.mission.state.restated import covers_of, stated
from veedor.mission.state.seals import seals_of
from veedor.mission.verification.verify import Step, Verification
from veedor.tables import FINDINGS
from veedor.views.audience import Audience
from veedor.views.overview import DepositLine, EarlierLine, Overview, ScoreLine, Verdict, overview
from veedor.words import Language, Value, say, told


def mission_overview(
    state: State,
    results: Results | None,
    verification: Verification | None,
    audience: Audience,
    language: Language,
    border_policy: str,
    scores: Sequence[ScoreLine] = (),
    facts: pa.Table | None = None,
) -> Overview:
    """What the overview page shows of a mission: deposits as the log states them, findings of the last run; where there
    was none, `as_of_us` is 0. `facts` on the ground are told beside findings."""
    return overview(
        state.genesis.mission,
        language,
        audience,
        0 if results is None else results.as_of_us,
        FINDINGS.empty() if results is None else results.findings,
        deposits=deposit_lines(state),
        verdict=None if verification is None else _verdict(verification, language),
        scores=scores,
        border_policy=border_policy,
        simulated=state.genesis.simulated,
        facts=facts,
    )


def deposit_lines(state: State) -> tuple[DepositLine, ...]:
    """Every deposit that counts, in the order of the log."""
    covers, seals = covers_of(state), seals_of(state)
    return tuple(
        DepositLine(
            party=statement.chain.party,
            classes=tuple(statement.body.classes),
            mode=statement.body.mode,
            files=statement.body.rows.files,
            accepted=statement.body.rows.accepted,
            rejected=statement.body.rows.rejected,
            stated=stated(covers[statement.digest][-1].body),
            earlier=tuple(
                EarlierLine(stated(before.body), sealed.time_us if (sealed := seals.covering(after.index)) else None)
                for before, after in pairwise(covers[statement.digest])
            ),
        )
        for statement in deposits_of(state)
    )


def _verdict(verification: Verification, language: Language) -> Verdict:
    deciding = verification.failure or verification.steps[-1]
    return Verdict(
        verdict=verification.verdict,
        step=say(f"verify.step.{deciding.name}", language),
        sentence=_failure(deciding, language) if deciding.ok is False else "",
        size=verification.size,
        root=verification.root,
    )


def _failure(step: Step, language: Language) -> str:
    name = say(f"verify.step.{step.name}", language)
    expected, found = told(step.expected, language), told(step.found, language)
    values: dict[str, Value] = {"number": step.number, "step": name, "expected": expected, "found": found}
    return say("overview.verdict", language, values)
