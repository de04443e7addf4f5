"""`veedor accord`: check an accord, sign it, see what follows from it."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from veedor.accord.at_hand import judged_here, keep, need_signers
from veedor.accord.bodies import SIGN_ACCORD, SignAccord
from veedor.accord.check import problems
from veedor.accord.check.all import counts_twice, zone_differences
from veedor.accord.determined import determined
from veedor.accord.explain.speaker import Speaker as Teller
from veedor.cli import output
from veedor.cli.accord.files import accord_in, accord_of
from veedor.cli.accord.options import AccordName, Speaker
from veedor.cli.accord.text import status_lines
from veedor.cli.means import now_us, reading, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, KeysPassphrase, MissionFolder
from veedor.cli.text.published import show_stated
from veedor.errors import UsageError
from veedor.views.accord import CheckedLine, DeterminedLine, ProblemLine
from veedor.views.accord_around import determined_line
from veedor.words import say

accord = App(name="accord", help="The accord: check it, sign it, see what follows, say what was done.")
for _name, _place, _help in (
    ("say", "acts:say_statement", "State something under the accord: an event, a grant, an excuse, a claim."),
    ("act", "acts:act", "Record what an authority did about a measure."),
    ("key", "acts:key", "Make a key of an authority's own, which the accord then names."),
    ("determine", "determine:determine", "Sign what the evidence shows as of logged time."),
    ("incident", "incident:incident", "Show what each party says about an incident, and who disputes it."),
    ("whatif", "whatif:whatif", "Show what would follow if something were logged, or nothing were."),
    ("explain", "read:explain_rules", "Say every rule as one sentence."),
    ("calendar", "read:calendar", "Show what is late, and what falls in the next days."),
    ("follow", "read:follow", "Follow an accord day by day through a file of dated statements."),
    ("example", "example:example", "Put an accord and the statements made under it into FOLDER."),
):
    accord.command(f"veedor.cli.accord.{_place}", name=_name, help=_help)


@accord.command
def check(file: Path, /, *, language: InLanguage = "en", json: AsJson = False) -> int:
    """Look for everything that is wrong with the accord in FILE, before anybody signs it.

    Names that lead nowhere, deadlines that contradict each other, rules that nothing can ever reach, measures that can
    never be granted. Every problem comes with its line and column. Told too, and no error: zones that differ from the
    tz database of this machine, for the accord's own tables count; and where one document or event counts twice, for
    two obligations or two periods.

    Parameters
    ----------
    file
        The accord, as YAML or canonical JSON.
    """
    loaded = accord_of(file)
    found = problems(loaded)
    for problem in found:
        if json:
            output.line(ProblemLine.of(problem))
        else:
            output.complain(problem, language)
    if not found:
        for known in (*zone_differences(loaded, (1990, 2035)), *counts_twice(loaded)):
            output.complain(known, language)
    checked = CheckedLine(
        accord=loaded.accord.accord, version=loaded.accord.version, digest=loaded.digest, problems=len(found)
    )
    if json:
        output.line(checked)
    else:
        key = "status.unsound" if found else "status.sound"
        output.text(say(key, language, {"n": len(found), "digest": loaded.digest}))
    return 3 if found else 0


@accord.command
def sign(
    mission: MissionFolder,
    file: Path | None = None,
    /,
    *,
    yes: bool = False,
    party: Speaker = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Sign the version of the accord in FILE for this party, and keep it in the mission under its digest.

    It is signed when all its parties have signed. A version with problems is not signed.

    Parameters
    ----------
    file
        The accord. Default: accord.yaml of the mission folder.
    yes
        Do not ask (needed where there is no terminal).
    """
    loaded = accord_in(mission) if file is None else accord_of(file)
    if found := problems(loaded):
        raise found[0]
    output.note(say("status.sign", language, {"digest": loaded.digest, "version": loaded.accord.version}))
    if not yes:
        output.need_consent(language)
    with open_mission(mission, signing(passphrase_file), party) as opened:
        if opened.party not in loaded.accord.parties:
            raise UsageError("this member is no party of the accord", found=opened.party)
        if missing := need_signers(opened, loaded.accord):
            output.note(say("status.not_members", language, {"n": len(missing), "parties": ", ".join(missing)}))
        keep(opened, loaded)
        body = SignAccord(loaded.accord.accord, loaded.accord.version, loaded.digest)
        show_stated(opened, opened.publish(SIGN_ACCORD, body, now_us()), language, json=json)
    return 0


@accord.command
def status(
    mission: MissionFolder,
    /,
    *,
    at: str | None = None,
    accord: AccordName = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Show what follows from the accord by the log of MISSION: obligations, measures, and what authorities did.

    Parameters
    ----------
    at
        As of this time (ISO 8601, UTC). Default: as of logged time.
    """
    with open_mission(mission, reading()) as opened:
        asked_us = output.moment(at)
        here = judged_here(opened, asked_us, accord)
    if asked_us is not None and asked_us > here.verdict.at_us:
        output.note(say("status.beyond", language))
    made = determined(here.versions, here.timeline, here.verdict.accord, here.verdict.at_us)
    if json:
        for line in (here.verdict, *(DeterminedLine(determined=each) for each in made)):
            output.line(line)
    else:
        lines = (determined_line(each, Teller(here.text, language)) for each in made)
        for text in (*status_lines(here.text, here.verdict, language), *lines):
            output.text(text)
    return 0
