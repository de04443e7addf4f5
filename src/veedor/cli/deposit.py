"""`veedor deposit`: hand in files, sealed unless opened on purpose."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Literal

from cyclopts import App
from msgspec import to_builtins

from veedor.cli import output
from veedor.cli.means import now_us, signing
from veedor.cli.published_text import published_line
from veedor.cli.rejects_text import reject_lines
from veedor.cli.working import reading_rows
from veedor.engine.read import read_table
from veedor.errors import UsageError
from veedor.formats.archive import open_sources
from veedor.formats.reader import Options
from veedor.mission.append import Mission, open_mission
from veedor.mission.cover import SIMULATED_COVER, Cover, load_cover
from veedor.mission.deposit import Deposited
from veedor.mission.deposit import deposit as deposit_files
from veedor.mission.hand_ins import hand_ins
from veedor.mission.records import record_store
from veedor.tables import REJECTS
from veedor.views.lines import DepositedLine, SummaryLine
from veedor.words import Language, say

Mode = Literal["open", "sealed"]


def register(app: App) -> None:
    app.command(deposit)


def deposit(
    mission: Path,
    /,
    *files: Path,
    open: bool = False,
    yes: bool = False,
    cover: Path | None = None,
    sensor: str | None = None,
    party: str | None = None,
    passphrase_file: Path | None = None,
    language: Language = "en",
    json: bool = False,
) -> int:
    """Hand in FILES to MISSION: copied by digest, read, committed row by row, and stated in the log.

    Exit code 3 when rows were rejected; everything else is in.

    Parameters
    ----------
    mission
        The mission folder.
    files
        Files, archives (zip, tar, tgz), mappings (.toml) and site tables.
    open
        Open the records to every party instead of sealing them. Asks on a terminal.
    yes
        Do not ask (needed for --open where there is no terminal).
    cover
        Cover note: recorder, clock, completeness, outages, legal basis (TOML; docs/settings.md lists the keys).
    sensor
        The sensor's id in the site table, for formats that do not name it (readsb, OpenSky, traffic).
    party
        Whose deposit it is, in a simulated mission. Default: the party of mission.toml.
    passphrase_file
        File with the passphrase of the keys. Default: VEEDOR_PASSPHRASE_FILE, or asked for at a terminal.
    language
        Language of the text.
    json
        One JSON object a line instead of text.
    """
    if open and not yes:
        _need_consent(language)
    with (
        open_mission(mission, signing(passphrase_file), party) as opened,
        tempfile.TemporaryDirectory(prefix="veedor-deposit-") as scratch,
    ):
        simulated = opened.state.genesis.simulated
        given = load_cover(cover) if cover else SIMULATED_COVER if simulated else Cover()
        mode: Mode = "open" if open else "sealed"
        done = []
        for hand_in in hand_ins(open_sources(files, Path(scratch)), Options(sensor=sensor, simulated=simulated)):
            with reading_rows(language) as progress:
                done.append(deposit_files(opened, hand_in, given, mode, now_us(), os.urandom, progress))
            _show(opened, done[-1], language, json)
            _tell_rejects(opened, done[-1], language)
    rejected = sum(each.rejected for each in done)
    if json:
        output.line(SummaryLine(accepted=sum(each.accepted for each in done), rejected=rejected, deposits=len(done)))
    return 3 if rejected else 0


def _show(mission: Mission, done: Deposited, language: Language, json: bool) -> None:
    said = DepositedLine(
        deposit=done.deposit.hex(),
        reader=done.reader,
        files=done.files,
        statement=done.statement,
        accepted=done.accepted,
        rejected=done.rejected,
        tables=done.tables,
        new=done.published is not None,
    )
    if json:
        output.line(said)
        return
    key = "deposit.done" if said.new else "deposit.already"
    values = {**to_builtins(said), "deposit": said.deposit[:16]}
    output.text(say(key, language, values))
    if done.published is not None:
        output.text("  " + published_line(mission, done.published, language))


def _tell_rejects(mission: Mission, done: Deposited, language: Language) -> None:
    """The first rejected rows by file, place and reason, on stderr."""
    if done.rejected:
        rejects = read_table(record_store(mission).snapshot(REJECTS, {done.deposit.hex()}))
        for line in reject_lines(done.counts, [done.deposit] * len(done.counts), rejects, language):
            output.note(line)


def _need_consent(language: Language) -> None:
    """Opening cannot be taken back: say what it means, and go on only after an answer or --yes."""
    output.note(say("deposit.opening", language))
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("opening records needs your consent", expected="--yes, or a terminal to answer on")
    output.note(say("deposit.ask", language))
    if sys.stdin.readline().strip() != "OPEN":
        raise UsageError("nothing was opened", expected="OPEN", next_step="without --open the records stay sealed")
