"""The overview of a mission: what was handed in, what was found, and whether the log verifies, as one struct."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pyarrow as pa

from veedor.mission.state.restated import Stated
from veedor.views.audience import Audience, seen_by
from veedor.views.finding import FindingView, finding_views
from veedor.words import say


class EarlierLine(msgspec.Struct, frozen=True):
    """What a deposit was stated to cover before its party restated it, and since when (log time) it is no more; None
    where no seal covers that yet."""

    stated: Stated
    until_us: int | None


class DepositLine(msgspec.Struct, frozen=True):
    """One deposit as the log shows it, as it was stated last; `earlier`: as it was stated before, in that order."""

    party: str
    classes: tuple[str, ...]
    mode: str
    files: int
    accepted: int
    rejected: int
    stated: Stated
    earlier: tuple[EarlierLine, ...]


class Verdict(msgspec.Struct, frozen=True):
    """What verification said: verdict, the step that decided, and why."""

    verdict: str
    step: str
    sentence: str
    size: int
    root: str


class ScoreLine(msgspec.Struct, frozen=True):
    """Precision and recall of one kind against the simulator's truth, per mille; None where there is nothing."""

    kind: str
    findings: int
    truths: int
    matched: int
    precision_permille: int | None
    recall_permille: int | None
    median_error_mm: int | None


class KindCount(msgspec.Struct, frozen=True):
    kind: str
    title: str
    count: int


class Overview(msgspec.Struct, frozen=True):
    """All that the overview page shows, in one language."""

    schema: str
    mission: str
    language: str
    audience: Audience
    simulated: bool
    as_of_us: int
    border_policy: str
    verdict: Verdict | None
    deposits: tuple[DepositLine, ...]
    kinds: tuple[KindCount, ...]
    findings: tuple[FindingView, ...]
    withheld: int
    scores: tuple[ScoreLine, ...]


def overview(
    mission: str,
    language: str,
    audience: Audience,
    as_of_us: int,
    findings: pa.Table,
    *,
    deposits: Sequence[DepositLine] = (),
    verdict: Verdict | None = None,
    scores: Sequence[ScoreLine] = (),
    border_policy: str = "de_facto",
    simulated: bool = False,
    facts: pa.Table | None = None,
) -> Overview:
    """The overview of `findings` (rows of FINDINGS) for one audience on one day, in one language. `facts` on the ground
    (GROUND_FACTS) are told beside findings, to the public never."""
    seen = seen_by(audience, findings, as_of_us)
    views = finding_views(seen, language, None if audience == "public" else facts)
    counts: dict[str, int] = {}
    for view in views:
        counts[view.kind] = counts.get(view.kind, 0) + 1
    return Overview(
        schema="overview/3",
        mission=mission,
        language=language,
        audience=audience,
        simulated=simulated or any(view.simulated for view in views),
        as_of_us=as_of_us,
        border_policy=border_policy,
        verdict=verdict,
        deposits=tuple(deposits),
        kinds=tuple(KindCount(kind, say(f"kind.{kind}", language), count) for kind, count in sorted(counts.items())),
        findings=views,
        withheld=findings.num_rows - seen.num_rows,
        scores=tuple(scores),
    )
