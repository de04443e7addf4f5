"""`veedor holders`: which names in files are likely one person or firm, without a mission."""

from __future__ import annotations

from pathlib import Path

from veedor.cli import output
from veedor.cli.means import now_us
from veedor.cli.options import AsJson, InLanguage
from veedor.cli.text.holders import holder_blocks
from veedor.cli.text.notes import note_lines
from veedor.cli.text.rejects import reject_lines
from veedor.cli.text.unlisted import unlisted_texts
from veedor.export.report_file import write_report
from veedor.on_holders import Held, holders_in
from veedor.views.holders import holder_lines
from veedor.views.lines import SummaryLine
from veedor.views.rejects import report_lines
from veedor.views.screened import unlisted_lines
from veedor.words import Language, say


def holders(
    *files: Path,
    report: Path | None = None,
    limit: int = 20,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Find which names in bank files and tables are likely one person or firm: leads with reasons, never a verdict.

    Parameters
    ----------
    files
        Bank files, archives, mappings (.toml), and CSV files with a column `name` (and account, bank, country, born,
        number; Spanish headers too).
    report
        Write everything that could not be read to this file, one JSON object a line.
    limit
        How many holders to show as text; 0 for all. `--json` always gives a line for every name.
    """
    found = holders_in(*files, latest_us=now_us())
    if json:
        for line in holder_lines(found.holders):
            output.line(line)
        output.line(_summary(found))
    else:
        for text in holder_blocks(found.view(language), limit, language):
            output.text(text)
    _say_beside(found, language)
    if report is not None:
        unread = [*report_lines(found.refused, found.files, found.deposits, found.rejects)]
        write_report(report, [*unread, *unlisted_lines(found.unread)])
        output.note(say("rejects.report", language, {"file": str(report)}))
    return 3 if found.rejected or found.refused else 0


def _summary(found: Held) -> SummaryLine:
    return SummaryLine(
        accepted=found.accepted, rejected=found.rejected, refused=len(found.refused), records=found.holders.num_rows
    )


def _say_beside(found: Held, language: Language) -> None:
    for note in note_lines(found.files, language):
        output.note(note)
    for note in reject_lines(found.files, found.deposits, found.rejects, language):
        output.note(note)
    for note in unlisted_texts(found.unread, language):
        output.note(note)
    for error in found.refused:
        output.complain(error, language)
