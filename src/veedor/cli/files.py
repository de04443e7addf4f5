"""`veedor flights` and `veedor money`: findings in files, without a mission."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from veedor.cli import output
from veedor.cli.means import now_us
from veedor.cli.options import AsJson, InLanguage
from veedor.cli.text.finding import blocks_of
from veedor.cli.unread import tell_unread
from veedor.cli.working import working
from veedor.engine.detector import Detector
from veedor.export.files import write_exports
from veedor.export.report_file import write_report
from veedor.formats.named_time import day_us
from veedor.house import AIR
from veedor.mission.runs.results import kind_counts
from veedor.on_files import Looked, look, money_detectors, thresholds_in, tiles_in
from veedor.registers.borders import rings
from veedor.tables import PAYMENTS, Table
from veedor.views.finding_json import finding_lines
from veedor.views.ground import ground_lines
from veedor.views.holders import holder_lines
from veedor.views.lines import SummaryLine
from veedor.views.registers import same_account_lines
from veedor.views.watched import watched_line, watched_sentences
from veedor.words import LANGUAGES, Language, say


def flights(
    *files: Path,
    sites: Path | None = None,
    terrain: Path | None = None,
    date: str | None = None,
    as_of: str | None = None,
    overview: Path | None = None,
    geojson: Path | None = None,
    report: Path | None = None,
    limit: int = 20,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Find gaps and landings or take-offs away from aerodromes in radar and receiver files.

    Parameters
    ----------
    files
        Files, archives (zip, tar, tgz), mappings (.toml) and site tables.
    sites
        Site table: where radars stand, how they measure, which ASTERIX editions they write (docs/formats/asterix.md).
    terrain
        Folder of SRTM tiles (N05W073.hgt, also in gzip or zip): what hills hide from each sensor, and heights above
        ground. In a mission tiles are deposited like any other file.
    date
        The day (2024-01-31, UTC) on which files begin that say only the time of day, such as raw ASTERIX.
    as_of
        Findings cover what ended 24 hours before this time (ISO 8601). Default: 24 hours after the last record.
    overview
        Write one self-contained HTML page with map, table and reasons, in English and Spanish, to this file.
    geojson
        Write the findings that have a place to this file.
    report
        Write every rejected row and refused file to this file, one JSON object a line.
    limit
        How many findings to show as text; 0 for all. `--json` always gives all.
    """
    given = [*files, *([] if sites is None else [sites]), *([] if terrain is None else tiles_in(terrain))]
    looked = _look(given, AIR, "plots", as_of, date)
    _export(looked, files, overview, geojson, language)
    return _show(looked, report, limit, language, json)


def money(
    *files: Path,
    thresholds: Path | None = None,
    parameters: Path | None = None,
    slow: Annotated[bool, Parameter(negative="")] = False,
    as_of: str | None = None,
    holders: Path | None = None,
    accounts: Path | None = None,
    overview: Path | None = None,
    report: Path | None = None,
    limit: int = 20,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Find patterns of laundering in bank files: money passing through, spread, gathered, split, going in circles.

    Parameters
    ----------
    files
        Files, archives (zip, tar, tgz) and mappings (.toml).
    thresholds
        Table of reporting thresholds beside those that are shipped, each row with its source (docs/formats/rates.md);
        `veedor registers thresholds --file` checks it.
    parameters
        Windows and thresholds that differ from the shipped ones, in a file as missions have it (docs/settings.md).
    slow
        Look for money that moves within weeks, as a second look: windows of 10 to 20 days and lower least scores. The
        report is long; read it from the strongest down.
    as_of
        Findings cover what ended 24 hours before this time (ISO 8601). Default: 24 hours after the last record.
    holders
        Write every name at an account, and with which others it is likely one holder and why, to this file, one JSON
        object a line.
    accounts
        Write pairs of accounts that are likely one, written in two ways (an IBAN and a bank's own number), and why, to
        this file, one JSON object a line. Nothing is joined by it.
    overview
        Write one self-contained HTML page with table and reasons, in English and Spanish, to this file.
    report
        Write every rejected row and refused file to this file, one JSON object a line.
    limit
        How many findings to show as text; 0 for all. `--json` always gives all.
    """
    given = [*files, *thresholds_in(thresholds)]
    looked = _look(
        given, money_detectors(parameters, slow), "entries", as_of, keep=() if accounts is None else (PAYMENTS,)
    )
    if accounts is not None:
        spelled = looked.same_accounts()
        write_report(accounts, same_account_lines(spelled))
        told: dict[str, int | str | None] = {
            "file": str(accounts),
            "pairs": len(spelled.pairs),
            "skipped": len(spelled.skipped),
        }
        output.note(say("money.accounts", language, told))
    if holders is not None:
        write_report(holders, holder_lines(looked.holders))
        joined = [row["holder"] for row in looked.holders.to_pylist() if row["members"] > 1]
        counts = {"names": looked.holders.num_rows, "joined": len(joined), "holders": len(set(joined))}
        output.note(say("money.holders", language, {"file": str(holders), **counts}))
    _export(looked, files, overview, None, language)
    return _show(looked, report, limit, language, json)


def _export(
    looked: Looked, files: Sequence[Path], overview: Path | None, geojson: Path | None, language: Language
) -> None:
    """Writes what was asked for."""
    if overview is not None or geojson is not None:
        title = ", ".join(path.name for path in files[:3]) + (", …" if len(files) > 3 else "")
        pages = [looked.overview(title, each) for each in sorted(LANGUAGES, key=lambda each: each != language)]
        for file in write_exports(pages, rings, overview, geojson):
            output.note(say("export.written", language, {"file": str(file)}))


def _look(
    files: Sequence[Path],
    detectors: Sequence[Detector],
    needed: str,
    as_of: str | None,
    date: str | None = None,
    keep: Sequence[Table] = (),
) -> Looked:
    until, day = output.moment(as_of), day_us(date)
    with working() as progress:
        return look(
            files, detectors, needed, until, workers=2, progress=progress, latest_us=now_us(), date_us=day, keep=keep
        )


def _show(looked: Looked, report: Path | None, limit: int, language: Language, json: bool) -> int:
    if json:
        for each in finding_lines(looked.findings):
            output.line(each)
        for fact in ground_lines(looked.findings, looked.facts):
            output.line(fact)
        if looked.watched is not None:
            output.line(watched_line(looked.watched))
        output.line(
            SummaryLine(
                accepted=looked.accepted,
                rejected=looked.rejected,
                refused=len(looked.refused),
                findings=kind_counts(looked.findings),
                as_of_us=looked.as_of_us,
                seconds=round(looked.seconds, 1),
            )
        )
    else:
        for line in blocks_of(looked.views(language), limit, language, "owner"):
            output.text(line)
        for sentence in () if looked.watched is None else watched_sentences(looked.watched, language):
            output.text(sentence)
    for name, same in looked.copies:
        output.note(say("files.copy", language, {"file": name, "same": same}))
    return tell_unread(looked, report, language)
