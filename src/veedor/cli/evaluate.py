"""`veedor evaluate`: how good the findings of a simulated mission are against its truth."""

from __future__ import annotations

from pathlib import Path

from veedor.cli import output
from veedor.cli.means import reading
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, MissionFolder
from veedor.cli.text.evaluate import lines_of
from veedor.errors import UsageError
from veedor.mission.runs.results import InputSet, kind_counts, read_results
from veedor.simulate.truth import holds_truth
from veedor.views.audience import audience_of
from veedor.views.evaluation import evaluated, evaluation_lines
from veedor.views.lines import SummaryLine


def evaluate(
    mission: MissionFolder,
    /,
    *,
    truth: Path,
    set: InputSet = "common",
    audience: str = "owner",
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Compare the findings of the last run of MISSION with the truth that `veedor simulate` wrote.

    Parameters
    ----------
    truth
        The folder `truth` of the scenario.
    set
        Which run: over open deposits (`common`) or with one's own sealed ones (`own`).
    audience
        `owner`, `secretariat` or `public`: who is to see it. The public sees no single case.
    """
    if not holds_truth(truth):
        raise UsageError("there is no truth here", file=str(truth), next_step="give the folder `truth` of a scenario")
    seen = audience_of(audience)
    with open_mission(mission, reading()) as opened:
        results = read_results(opened.folder, set)
        result = evaluated(opened, results, truth)
    if json:
        for each in evaluation_lines(result, seen):
            output.line(each)
        counts = kind_counts(results.findings)
        output.line(SummaryLine(findings=counts, true=len(result.matches), audience=seen, simulated=True))
    else:
        for line in lines_of(result, language, seen):
            output.text(line)
    return 0
