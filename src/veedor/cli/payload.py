"""`veedor payload`: private payloads in this copy: list them, open those for this party, destroy those that expired."""

from __future__ import annotations

from collections import Counter

from cyclopts import App
from msgspec import to_builtins

from veedor.cli import output
from veedor.cli.means import reading, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, KeysPassphrase, MissionFolder
from veedor.mission.acts.expiry import destroy, due
from veedor.mission.acts.payloads import payloads_here, take_over
from veedor.mission.acts.resending import resend
from veedor.mission.copy.append import Mission
from veedor.mission.state.seals import time_so_far_us
from veedor.views.lines import SummaryLine
from veedor.views.private import ExpiredLine, PayloadLine, expired_line, payload_line, sent_line
from veedor.words import Language, say

payload = App(name="payload", help="Private payloads in this copy: list, open, send again, destroy when they expire.")


@payload.command(name="list")
def list_payloads(
    mission: MissionFolder,
    /,
    *,
    party: str | None = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Say of each file in payloads/ of MISSION whose it is, for which statement, and whether this party can read it.

    Changes nothing. Exit code 4 when one is damaged, or does not open what its statement says.

    Parameters
    ----------
    party
        Whose copy this is, in a simulated mission. Default: the party of mission.toml.
    """
    with open_mission(mission, signing(passphrase_file), party) as opened:
        return _read(opened, False, language, json)


@payload.command(name="open")
def open_payloads(
    mission: MissionFolder,
    /,
    *,
    party: str | None = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Take over what is sealed to this party in MISSION: openings to keys/openings, documents to keys/documents.

    Nothing is taken over before it opens exactly what its statement commits to. Exit code 4 when one does not, or is
    damaged; the others are done.

    Parameters
    ----------
    party
        Whose copy this is, in a simulated mission. Default: the party of mission.toml.
    """
    with open_mission(mission, signing(passphrase_file), party) as opened:
        return _read(opened, True, language, json)


@payload.command(name="send")
def send_payloads(
    mission: MissionFolder,
    /,
    *,
    party: str | None = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Seal openings of common runs and open deposits of MISSION again, to members who had no mailbox at the time.

    Safe to repeat: nobody gets the same twice. Needs a mailbox of this party too.

    Parameters
    ----------
    party
        Whose openings, in a simulated mission. Default: the party of mission.toml.
    """
    with open_mission(mission, signing(passphrase_file), party) as opened:
        lines = [sent_line(each) for each in resend(opened, opened.keys.mailboxes())]
    for line in lines:
        values = to_builtins(line) | {"readers": ", ".join(line.readers)}
        output.line(line) if json else output.text(say("payload.sent", language, values))
    if json:
        output.line(SummaryLine(records=len(lines)))
    elif not lines:
        output.text(say("payload.none_to_send", language))
    return 0


@payload.command(name="expire")
def expire_payloads(
    mission: MissionFolder, /, *, yes: bool = False, language: InLanguage = "en", json: AsJson = False
) -> int:
    """Destroy payloads, openings and documents in MISSION whose retention is over by log time.

    Without --yes it only shows them. The log stays as it is and verifies as before; nobody can open what it commits to
    there any more.

    Parameters
    ----------
    yes
        Destroy them.
    """
    with open_mission(mission, reading()) as opened:
        time_us = time_so_far_us(opened.state)
        over = due(opened, time_us)
        if yes:
            destroy(opened.files, over)
        lines = [expired_line(each, mission, destroyed=yes) for each in over]
    for line in lines:
        output.line(line) if json else output.text(_due_text(line, language))
    files = sum(len(each.files) for each in over)
    if json:
        output.line(SummaryLine(records=len(lines), rows={"files": files}))
    elif lines:
        output.text(say("payload.destroyed" if yes else "payload.would_destroy", language, {"n": files}))
    else:
        output.text(say("payload.not_due" if time_us else "payload.no_time", language, {"time_us": time_us}))
    return 0


def _read(mission: Mission, take: bool, language: Language, json: bool) -> int:
    standings: Counter[str] = Counter()
    new = 0
    for here in payloads_here(mission, mission.keys.mailboxes()):
        taken = take and here.standing == "readable" and take_over(mission, here)
        said = payload_line(here, mission.folder.documents, taken_over=taken)
        standings[said.standing] += 1
        new += taken
        if json:
            output.line(said)
        elif not take or taken or said.standing == "damaged":
            _text(said, language)
    if json:
        output.line(SummaryLine(rows=dict(standings), records=new))
    elif not standings:
        output.text(say("payload.none", language))
    elif take and not new:
        output.text(say("payload.none_new", language))
    return 4 if standings["damaged"] else 0


def _text(said: PayloadLine, language: Language) -> None:
    values = to_builtins(said) | {"readers": ", ".join(said.readers)}
    output.text(say(f"payload.{said.standing}", language, values))
    if said.document is not None:
        output.text("  " + say("payload.document_name", language, values))
    if said.taken_over:
        output.text("  " + say("payload.kept", language, values))
        if said.path is not None:
            output.text("  " + say("payload.kept_document", language, values))


def _due_text(line: ExpiredLine, language: Language) -> str:
    return say("payload.due", language, to_builtins(line) | {"files": ", ".join(line.files)})
