"""`veedor accord incident`: what each party says about an event, and what the others answer, side by side."""

from __future__ import annotations

from collections.abc import Iterator

from veedor.accord.at_hand import chosen, timeline_here
from veedor.accord.incidents import FindingSpan, incidents
from veedor.accord.opened_words import words_here
from veedor.cli import output
from veedor.cli.accord.options import AccordName
from veedor.cli.means import reading
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, MissionFolder
from veedor.errors import UsageError
from veedor.mission.copy.append import Mission
from veedor.mission.runs.results import read_results, record_file
from veedor.views.accord import IncidentLine
from veedor.views.accord_incident import IncidentView, incident_view
from veedor.views.accord_shown import spans_of
from veedor.words import say


def incident(
    mission: MissionFolder,
    name: str | None = None,
    /,
    *,
    accord: AccordName = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Show each party's claims about an incident with their dates, and who agrees, disputes or has not answered.

    Contradictions within one party's account are shown, not resolved. Words of claims are shown where this copy has
    them opened (`veedor payload open`), findings of the last run where their time meets that of a claim. Claims and
    answers are made with `veedor accord say MISSION claim …` and `… answer …`.

    Parameters
    ----------
    name
        The incident's id. Default: all of them.
    """
    with open_mission(mission, reading()) as opened:
        timeline = timeline_here(opened)
        of = chosen(opened, timeline, accord)[-1].accord
        findings = _findings(opened)
        found = incidents(timeline, of.accord, sorted(opened.state.roster.members), timeline.time_us, findings)
        words = words_here(opened, found)
    shown = [each for each in found if name in (None, each.id)]
    if name is not None and not shown:
        known = ", ".join(each.id for each in found) or None
        raise UsageError("nothing is logged about this incident", expected=known, found=name)
    if not shown and not json:
        output.text(say("accord.incident.none", language))
    for each in shown:
        if json:
            output.line(IncidentLine(incident=each))
        else:
            for line in _lines(incident_view(each, of, language, words, findings)):
                output.text(line)
    return 0


def _findings(mission: Mission) -> tuple[FindingSpan, ...]:
    """Findings of the last run over open deposits; none where there was no run."""
    if not record_file(mission.folder, "common").is_file():
        return ()
    return spans_of(read_results(mission.folder, "common").findings)


def _lines(view: IncidentView) -> Iterator[str]:
    yield view.title
    for each in view.claims:
        yield f"  {each.text}"
        statement = say("accord.claim.statement", view.language, {"digest": each.statement})
        yield from (f"    {line}" for line in (each.words, statement, *each.answers, each.findings) if line)
    yield from (f"  {line}" for line in view.contradictions)
