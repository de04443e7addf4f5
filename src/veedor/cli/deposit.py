"""`veedor deposit`: hand in files, sealed unless opened on purpose."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from msgspec import to_builtins

from veedor.cli import output
from veedor.cli.means import now_us, signing
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, KeysPassphrase, MissionFolder
from veedor.cli.text.notes import note_lines
from veedor.cli.text.published import published_line, sent_lines
from veedor.cli.text.rejects import reject_lines
from veedor.cli.working import reading_rows
from veedor.engine.read import read_table
from veedor.errors import InputError, UsageError
from veedor.export.report_file import write_report
from veedor.formats.archive import open_sources
from veedor.formats.named_time import day_us
from veedor.formats.reader import Options
from veedor.mission.copy.append import Mission
from veedor.mission.deposits.cover import SIMULATED_COVER, Cover, load_cover
from veedor.mission.deposits.deposit import Deposited
from veedor.mission.deposits.deposit import deposit as deposit_files
from veedor.mission.deposits.hand_ins import hand_ins, read_what_can_be
from veedor.mission.deposits.records import record_store
from veedor.mission.state.restated import covers_of
from veedor.tables import REJECTS
from veedor.views.lines import DepositedLine, SummaryLine
from veedor.views.rejects import report_lines
from veedor.words import Language, say

Mode = Literal["open", "sealed"]


def deposit(
    mission: MissionFolder,
    /,
    *files: Path,
    open: bool = False,
    yes: bool = False,
    cover: Path | None = None,
    sensor: str | None = None,
    sites: Path | None = None,
    date: str | None = None,
    party: str | None = None,
    passphrase_file: KeysPassphrase = None,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Hand in FILES to MISSION: copied by digest, read, committed row by row, and stated in the log.

    Exit code 3 when rows were rejected; everything else is in.

    Parameters
    ----------
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
    sites
        Site table: where radars stand, how they measure, which ASTERIX editions they write. It is handed in as well.
    date
        The day (2024-01-31, UTC) on which files begin that say only the time of day, such as raw ASTERIX.
    party
        Whose deposit it is, in a simulated mission. Default: the party of mission.toml.
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
        refused: list[InputError] = []
        given_files = [*files, *([] if sites is None else [sites])]
        sources = open_sources(given_files, Path(scratch), refused)
        options = Options(sensor=sensor, simulated=simulated, date_us=day_us(date))
        done = []
        for hand_in in hand_ins(sources, options, refused):
            with reading_rows(language) as progress:
                one = read_what_can_be(
                    hand_in,
                    lambda what: deposit_files(opened, what, given, mode, now_us(), os.urandom, progress),
                    refused,
                )
            if one is not None:
                done.append(one)
                _show(opened, one, language, json)
        return _concluded(opened, done, given, refused, language, json)


def _concluded(
    mission: Mission,
    done: Sequence[Deposited],
    given: Cover,
    refused: Sequence[InputError],
    language: Language,
    json: bool,
) -> int:
    """Tells what was not stated and what was rejected on stderr, the latter in full in a report in the mission's
    folder; the exit code."""
    if any(each.published is not None for each in done) and given.completeness != "complete":
        output.note(say(f"deposit.stated.{given.completeness}", language))
    files = [count for each in done for count in each.counts]
    deposits = [each.deposit for each in done for _ in each.counts]
    rejected = sum(each.rejected for each in done)
    for line in note_lines(files, language):
        output.note(line)
    if rejected or refused:
        store = record_store(mission)
        rejects = read_table(store.snapshot(REJECTS, {each.deposit.hex() for each in done if each.rejected}))
        report = mission.folder.reports / f"rejects-{now_us()}.jsonl"
        for line in reject_lines(files, deposits, rejects, language):
            output.note(line)
        for error in refused:
            output.complain(error, language)
        write_report(report, report_lines(refused, files, deposits, rejects))
        output.note(say("rejects.report", language, {"file": str(report)}))
    if json:
        accepted = sum(each.accepted for each in done)
        output.line(SummaryLine(accepted=accepted, rejected=rejected, refused=len(refused), deposits=len(done)))
    return 3 if rejected or refused else 0


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
    values = {**to_builtins(said), "deposit": said.deposit[:16]}
    if said.new:
        output.text(say("deposit.done", language, values))
    else:
        period = covers_of(mission.pending())[done.statement][-1].body.period
        stays = {**to_builtins(period), "completeness": say(f"word.{period.completeness}", language)}
        output.text(say("deposit.already", language, values | stays))
    if done.published is not None:
        for line in (published_line(mission, done.published, language), *sent_lines(done.published, language)):
            output.text("  " + line)


def _need_consent(language: Language) -> None:
    """Opening cannot be taken back: say what it means, and go on only after an answer or --yes."""
    output.note(say("deposit.opening", language))
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("opening records needs your consent", expected="--yes, or a terminal to answer on")
    output.note(say("deposit.ask", language))
    if sys.stdin.readline().strip() != "OPEN":
        raise UsageError("nothing was opened", expected="OPEN", next_step="without --open the records stay sealed")
