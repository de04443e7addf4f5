"""`veedor show`: from a record in a finding's evidence to the untouched original."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from veedor.cli import output
from veedor.cli.means import reading
from veedor.cli.missions import open_mission
from veedor.cli.options import AsJson, InLanguage, MissionFolder
from veedor.mission.show import Shown
from veedor.mission.show import show as show_record
from veedor.views.lines import RecordLine, SummaryLine
from veedor.views.record import record_fields
from veedor.words import Language, say


def show(mission: MissionFolder, record: str, /, *, language: InLanguage = "en", json: AsJson = False) -> int:
    """Show the source record RECORD of MISSION: its fields, its file, its place, its bytes.

    Parameters
    ----------
    record
        `DEPOSIT:ROW` or `DEPOSIT:ROW-ROW` as a finding's evidence names it; the deposit may be shortened.
    """
    with open_mission(mission, reading()) as opened:
        rows = show_record(opened, record)
    for row in rows:
        if json:
            output.line(RecordLine(**{**asdict(row), "fields": _plain(row.fields), "raw": row.raw.hex()}))
        else:
            _text(row, language)
    if json:
        output.line(SummaryLine(records=len(rows)))
    return 0


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in fields.items()}


def _text(row: Shown, language: Language) -> None:
    output.text(say("show.record", language, {"table": row.table, "row": row.row, "deposit": row.deposit[:16]}))
    output.text("  " + say("show.file", language, {"file": row.file, "sha256": row.sha256}))
    output.text("  " + say("show.place", language, {"offset": row.offset, "length": row.length}))
    for name, value in record_fields(row.fields, language):
        output.text(f"  {name:<28} {value}")
    if row.raw:
        output.text("  " + row.raw.decode("utf-8", "backslashreplace"))
