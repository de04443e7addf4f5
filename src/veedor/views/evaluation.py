"""Findings of a simulated mission against its truth, as lines for a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from veedor.mission.copy.append import Mission
from veedor.mission.deposits.records import record_store
from veedor.mission.runs.results import Results
from veedor.simulate.scoring.evidence import entry_facts, message_facts
from veedor.simulate.scoring.match_money import Facts, Record, wanted_records
from veedor.simulate.scoring.score import Score, score
from veedor.simulate.truth import read_truth
from veedor.tables import ENTRIES, TRANSFERS
from veedor.views.audience import Audience
from veedor.views.line import Line
from veedor.views.overview import ScoreLine
from veedor.views.score_lines import (
    FooledLine,
    InstanceScoreLine,
    KindScoreLine,
    NotScoredLine,
    PlaceErrorLine,
    ReliabilityLine,
)


def evaluated(mission: Mission, results: Results, truth: Path) -> Score:
    """The score of a run; `truth` is the folder of that name which the simulator wrote."""
    store, wanted = record_store(mission), wanted_records(results.findings)
    records: dict[Record, Facts] = {**entry_facts(store.read(ENTRIES), wanted)}
    records |= message_facts(store.read(TRANSFERS), wanted)
    return score(results.findings, records, read_truth(truth))


def evaluation_lines(made: Score, audience: Audience) -> Iterator[Line]:
    """An evaluation as lines of `--json`. The public sees figures of kinds, places and scores, no single case."""
    yield from (KindScoreLine(**asdict(each)) for each in made.kinds)
    if audience != "public":
        yield from (InstanceScoreLine(**asdict(each)) for each in made.instances)
    yield from (PlaceErrorLine(**asdict(each)) for each in made.places)
    yield from (ReliabilityLine(**asdict(each)) for each in made.reliability)
    yield from (FooledLine(**asdict(each)) for each in made.fooled)
    yield from (NotScoredLine(kind=kind, findings=count) for kind, count in made.not_scored)


def score_lines(made: Score) -> tuple[ScoreLine, ...]:
    """A line per kind of finding. Recall counts every true case, also those that no sensor could have seen."""
    errors = {place.kind: round(place.median_m * 1000) for place in made.places}
    return tuple(
        ScoreLine(
            kind=kind.kind,
            findings=kind.findings,
            truths=kind.truths,
            matched=kind.found,
            precision_permille=_permille(kind.precision),
            recall_permille=_permille(kind.recall),
            median_error_mm=errors.get(kind.kind),
        )
        for kind in made.kinds
    )


def _permille(share: float | None) -> int | None:
    return None if share is None else round(share * 1000)
