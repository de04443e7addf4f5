"""`veedor accord incident`: what each party says about an event, and what the others answer, side by side."""

from __future__ import annotations

from collections.abc import Iterator

from veedor.accord.at_hand import chosen, timeline_here
from veedor.accord.incidents import ClaimMade, Incident, incidents
from veedor.accord.statements import WITH_MISSION
from veedor.cli import output
from veedor.cli.accord_options import AccordName
from veedor.cli.means import reading
from veedor.cli.options import AsJson, InLanguage, MissionFolder
from veedor.errors import UsageError
from veedor.mission.copy.append import open_mission
from veedor.views.accord import IncidentLine
from veedor.words import Language, say


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

    Contradictions within one party's account are shown, not resolved. Claims and answers are made with
    `veedor accord say MISSION claim …` and `… answer …`.

    Parameters
    ----------
    name
        The incident's id. Default: all of them.
    """
    with open_mission(mission, reading(), None, WITH_MISSION) as opened:
        timeline = timeline_here(opened)
        of = chosen(opened, timeline, accord)[0].accord.accord
        found = incidents(timeline, of, sorted(opened.state.roster.members), timeline.time_us)
    shown = [each for each in found if name in (None, each.id)]
    if name is not None and not shown:
        raise UsageError(
            "nothing is logged about this incident", expected=", ".join(each.id for each in found), found=name
        )
    for each in shown:
        if json:
            output.line(IncidentLine(incident=each))
        else:
            for line in incident_lines(each, language):
                output.text(line)
    return 0


def incident_lines(incident: Incident, language: Language) -> Iterator[str]:
    """The incident, its claims in the order of the log, then what contradicts itself."""
    yield say("incident.head", language, {"incident": incident.id, "n": len(incident.claims)})
    for each in incident.claims:
        yield "  " + _claim(each, language)
        for answer in each.answers:
            word = say(f"incident.{answer.standing}", language)
            yield "    " + say("incident.answer", language, {"party": answer.party, "standing": word})
    for conflict in incident.contradictions:
        yield "  " + say(f"incident.conflict.{conflict.kind}", language, {"party": conflict.party})


def _claim(each: ClaimMade, language: Language) -> str:
    said = each.claim
    return say(
        "incident.claim",
        language,
        {
            "party": each.party,
            "number": said.number,
            "subject": say(f"incident.subject.{said.subject}", language),
            "says": say(f"incident.says.{said.says}", language),
            "precision": say(f"incident.precision.{said.precision}", language),
            "source": say(f"incident.source.{said.source}", language),
            "from": said.from_us,
            "until": said.until_us,
        },
    )
