"""`veedor export`: the overview page and GeoJSON, for one audience."""

from __future__ import annotations

from pathlib import Path

from veedor.cli import output
from veedor.cli.means import reading
from veedor.cli.missions import open_mission
from veedor.cli.options import MissionFolder
from veedor.export.files import write_exports
from veedor.mission.runs.results import InputSet, read_results, record_file
from veedor.mission.verification.trust import read_trust
from veedor.mission.verification.verify import verify
from veedor.registers.borders import rings
from veedor.views.accord_shown import accords_here, spans_of
from veedor.views.audience import audience_of
from veedor.views.evaluation import evaluated, score_lines
from veedor.views.ground import facts_held
from veedor.views.mission_overview import mission_overview
from veedor.words import LANGUAGES, Language, say


def export(
    mission: MissionFolder,
    /,
    *,
    overview: Path | None = None,
    geojson: Path | None = None,
    audience: str = "owner",
    set: InputSet = "common",
    trust: str | None = None,
    truth: Path | None = None,
    language: Language = "en",
) -> int:
    """Write the findings of the last run of MISSION to files.

    Parameters
    ----------
    overview
        Write one self-contained HTML page in English and Spanish to this file.
    geojson
        Write the findings that have a place to this file.
    audience
        `owner`, `secretariat` or `public`: who is to see it. The public sees coarse cells of the past only.
    set
        Which run: over open deposits (`common`) or with one's own sealed ones (`own`).
    trust
        The digest of the genesis, or a file that holds it, for the verification shown on the page.
    truth
        A simulator's truth folder: the page then shows precision and recall.
    language
        Language of GeoJSON and of the page when it opens.
    """
    seen_by = audience_of(audience)
    with open_mission(mission, reading()) as opened:
        state = opened.state
        # Before the first run the page has an accord, deposits and a verdict to show, but nothing is on a map.
        unrun = geojson is None and truth is None and not record_file(opened.folder, set).is_file()
        results = None if unrun else read_results(opened.folder, set)
        scores = score_lines(evaluated(opened, results, truth)) if truth and results else ()
        checked = verify(mission, opened.files, read_trust(trust, mission).need_digest() if trust else None)
        policy = opened.folder.settings.border.policy
        facts = facts_held(opened, seen_by)
        accords = accords_here(opened, spans_of(results.findings) if results else ()) if seen_by != "public" else ()
    languages = sorted(LANGUAGES, key=lambda each: each != language)
    pages = [mission_overview(state, results, checked, seen_by, each, policy, scores, facts) for each in languages]
    for file in write_exports(pages, rings, overview, geojson, accords):
        output.text(say("export.written", language, {"file": str(file)}))
    return 0
