"""What could not be read of files looked at alone: said on stderr, written to a report, told by the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from veedor.cli import output
from veedor.cli.text.notes import note_lines
from veedor.cli.text.rejects import reject_lines
from veedor.cli.text.unlisted import unlisted_texts
from veedor.errors import InputError
from veedor.export.report_file import write_report
from veedor.mission.deposits.intake import FileCount
from veedor.registers.sanctions import Unlisted
from veedor.views.rejects import report_lines
from veedor.views.screened import unlisted_lines
from veedor.words import Language, say


class WhatWasRead(Protocol):
    """`on_files.Looked`, `on_holders.Held` and `on_lists.Screened`."""

    @property
    def files(self) -> tuple[FileCount, ...]: ...
    @property
    def deposits(self) -> tuple[bytes, ...]: ...
    @property
    def rejects(self) -> pa.Table: ...
    @property
    def refused(self) -> tuple[InputError, ...]: ...
    @property
    def rejected(self) -> int: ...


def tell_unread(read: WhatWasRead, report: Path | None, language: Language, unlisted: Sequence[Unlisted] = ()) -> int:
    """Says notes and counts of every file, what was rejected and refused, and writes all of that to `report`.

    `unlisted`: records of lists, rows of tables of names. Gives the exit code: 3 where anything was left out, else 0.
    """
    lines = (
        *note_lines(read.files, language),
        *reject_lines(read.files, read.deposits, read.rejects, language),
        *unlisted_texts(unlisted, language),
    )
    for line in lines:
        output.note(line)
    for error in read.refused:
        output.complain(error, language)
    if report is not None:
        rows = report_lines(read.refused, read.files, read.deposits, read.rejects)
        write_report(report, [*rows, *unlisted_lines(unlisted)])
        output.note(say("rejects.report", language, {"file": str(report)}))
    return 3 if read.rejected or read.refused else 0
