"""`veedor findings`: what the last run found, strongest first; one line each, or whole with reasons."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from veedor.cli import output
from veedor.cli.means import reading
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, MissionFolder
from veedor.cli.text.finding import blocks_of, table_of
from veedor.mission.acts.reviews import reviews_of
from veedor.mission.runs.results import InputSet, read_results
from veedor.views.audience import audience_of, seen_by
from veedor.views.finding import finding_views
from veedor.views.finding_json import finding_lines, run_summary
from veedor.views.ground import facts_held, ground_lines
from veedor.views.reviews import day_of, reviewed_lines, standings, with_reviews


def findings(
    mission: MissionFolder,
    /,
    *,
    set: InputSet = "common",
    kind: str | None = None,
    least: float = 0.0,
    id: str | None = None,
    full: bool = False,
    limit: Annotated[int, Parameter(alias="-n")] = 20,
    audience: str = "owner",
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """List the findings of the last run of MISSION, strongest first.

    Parameters
    ----------
    set
        Which run: over open deposits (`common`) or with one's own sealed ones (`own`).
    kind
        Only findings of this kind.
    least
        Only findings with at least this log10 likelihood ratio.
    id
        Only findings whose id (or anchor) begins like this; they are shown whole.
    full
        Show each finding whole: terms, reasons, innocent explanations, evidence.
    limit
        How many to show as text; 0 for all. `--json` always gives all.
    audience
        `owner`, `secretariat` or `public`: who is to see it.
    """
    with open_mission(mission, reading()) as opened:
        results = read_results(opened.folder, set)
        held = reviews_of(opened) if audience == "owner" else ()
        facts = facts_held(opened, audience_of(audience))
    rows = results.chosen(kind, round(least * 1000), id)
    seen = seen_by(audience_of(audience), rows, results.as_of_us)
    known = standings(seen, held, day_of(results.as_of_us))
    if json:
        for each in finding_lines(seen):
            output.line(each)
        for fact in ground_lines(seen, facts):
            output.line(fact)
        for said in reviewed_lines(known):
            output.line(said)
        output.line(run_summary(results, seen, audience))
    else:
        lines_of = blocks_of if full or id else table_of
        views = with_reviews(finding_views(seen, language, facts), known, language)
        for line in lines_of(views, limit, language, audience):
            output.text(line)
    return 0
