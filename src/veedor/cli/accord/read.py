"""`veedor accord explain | calendar | follow`: what people read of an accord."""

from __future__ import annotations

from pathlib import Path

from veedor.accord.at_hand import chosen, governing, timeline_here
from veedor.accord.dated import read_dated
from veedor.accord.evaluate import DAYS_AHEAD, evaluate
from veedor.accord.explain import explain
from veedor.accord.strict_yaml import LARGEST_BYTES
from veedor.cli import output
from veedor.cli.accord.files import accord_of, content_of
from veedor.cli.accord.options import AccordName
from veedor.cli.means import reading
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, MissionFolder
from veedor.export.files import write_accord_page
from veedor.views.accord import RuleLine
from veedor.views.accord_calendar import accord_calendar
from veedor.views.accord_days import accord_days
from veedor.views.accord_shown import accord_shown
from veedor.words import LANGUAGES, say


def explain_rules(file: Path, /, *, language: InLanguage = "en", json: AsJson = False) -> int:
    """Say every rule of the accord in FILE as one sentence, with nothing left out.

    Parameters
    ----------
    file
        The accord, as YAML or canonical JSON.
    """
    for sentence in explain(accord_of(file).accord, language):
        if json:
            output.line(RuleLine(rule=sentence.rule, language=language, text=sentence.text))
        else:
            output.text(f"{sentence.rule}: {sentence.text}")
    return 0


def calendar(
    mission: MissionFolder,
    /,
    *,
    days: int = DAYS_AHEAD,
    at: str | None = None,
    accord: AccordName = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Show what is late under the accord of MISSION, and what follows in the next days if nobody says more.

    Parameters
    ----------
    days
        How many days to look ahead, at most ten years.
    at
        As of this time (ISO 8601, UTC). Default: as of logged time.
    """
    with open_mission(mission, reading()) as opened:
        timeline = timeline_here(opened)
        versions = chosen(opened, timeline, accord)
    at_us = output.moment(at)
    verdict = evaluate(versions, timeline, timeline.time_us if at_us is None else at_us, days)
    shown = accord_calendar(governing(versions, verdict).accord, verdict, timeline, language)
    if json:
        output.line(shown)
        return 0
    output.text(shown.title)
    if not shown.at_us:
        output.text(f"  {say('accord.calendar.no_time', language)}")
        return 0
    for line in shown.lines:
        output.text(f"  {line.when}: {line.text}")
    if not shown.lines:
        output.text(f"  {shown.nothing}")
    return 0


def follow(
    file: Path,
    statements: Path,
    /,
    *,
    until: str | None = None,
    page: Path | None = None,
    language: InLanguage = "en",
) -> int:
    """Follow the accord in FILE day by day through the dated statements in STATEMENTS, without a mission.

    Such a file carries no signatures: it shows what would follow, and proves nothing.

    Parameters
    ----------
    file
        The accord, as YAML or canonical JSON.
    statements
        Dated statements, as YAML.
    until
        Up to this time (ISO 8601, UTC). Default: the last statement.
    page
        Also write the status page at that time, in English and Spanish, to this file.
    """
    loaded = accord_of(file)
    data = content_of(statements, LARGEST_BYTES + 1)
    dated = read_dated(data, str(statements), {loaded.accord.version: loaded.digest})
    until_us = output.moment(until) or (dated.lines[-1].at_us if dated.lines else 0)
    output.text(
        accord_days(
            loaded.accord,
            dated,
            lambda at_us: evaluate([loaded], dated.timeline(at_us), at_us, days=0),
            until_us,
            language,
        )
    )
    if page is not None:
        timeline = dated.timeline(until_us)
        verdict = evaluate([loaded], timeline, until_us)
        notes = {"en": dated.note.en, "es": dated.note.es}
        languages = sorted(LANGUAGES, key=lambda each: each != language)
        pages = [accord_shown(loaded.accord, verdict, timeline, each, notes[each]) for each in languages]
        output.note(say("export.written", language, {"file": str(write_accord_page(page, pages))}))
    return 0
