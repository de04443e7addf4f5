"""`veedor holders`: which names in files are likely one person or firm, without a mission."""

from __future__ import annotations

from pathlib import Path

from veedor.cli import output
from veedor.cli.means import now_us
from veedor.cli.options import AsJson, InLanguage
from veedor.cli.text.holders import holder_blocks
from veedor.cli.unread import tell_unread
from veedor.on_holders import Held, holders_in
from veedor.views.holders import holder_lines
from veedor.views.lines import SummaryLine


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
        Bank files, archives, mappings (.toml), and CSV files with a column `name` or full_name (and account, bank,
        country, born, number; Spanish headers too).
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
    return tell_unread(found, report, language, found.unread)


def _summary(found: Held) -> SummaryLine:
    return SummaryLine(
        accepted=found.accepted, rejected=found.rejected, refused=len(found.refused), records=found.holders.num_rows
    )
