"""`veedor evaluate`: how good the findings of a simulated mission are against its truth."""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from veedor.cli import output
from veedor.cli.evaluate_text import lines_of
from veedor.cli.means import reading
from veedor.errors import UsageError
from veedor.mission.append import open_mission
from veedor.mission.results import InputSet, read_results
from veedor.simulate.truth import FILES
from veedor.views.evaluation import evaluated
from veedor.words import Language


def register(app: App) -> None:
    """Adds the command."""
    app.command(evaluate)


def evaluate(
    mission: Path,
    /,
    *,
    truth: Path,
    set: InputSet = "common",
    language: Annotated[Language, Parameter(alias="-l")] = "en",
    json: bool = False,
) -> int:
    """Compare the findings of the last run of MISSION with the truth that `veedor simulate` wrote.

    Parameters
    ----------
    mission
        The mission folder.
    truth
        The folder `truth` of the scenario.
    set
        Which run: over open deposits (`common`) or with one's own sealed ones (`own`).
    language
        Language of the text.
    json
        One JSON object a line instead of text.
    """
    if not all((truth / f"{name}.parquet").is_file() for name in FILES):
        raise UsageError("there is no truth here", file=str(truth), next_step="give the folder `truth` of a scenario")
    with open_mission(mission, reading()) as opened:
        results = read_results(opened.folder, set)
        result = evaluated(opened, results, truth)
    if json:
        parts: tuple[Any, ...] = (result.kinds, result.instances, result.places, result.reliability, result.fooled)
        for each in chain.from_iterable(parts):
            output.line(f"evaluation-{type(each).__name__.lower()}/1", asdict(each))
        output.summary({"findings": results.findings.num_rows, "true": len(result.matches), "simulated": True})
    else:
        for line in lines_of(result, language):
            output.text(line)
    return 0
