"""`veedor state`: what the log says, as of any size."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from msgspec import to_builtins

from veedor.accord.statements import WITH_MISSION
from veedor.cli import output
from veedor.cli.means import reading
from veedor.cli.options import AsJson, InLanguage
from veedor.cli.text.key import key_sentence
from veedor.mission.rows.access import KeyRow
from veedor.mission.rows.state import RestateRow, Row, RunRow, VoidRow, read_state, rows_of, waiting_rows
from veedor.mission.rows.time import DiscrepancyRow, FreezeRow, PolicyRow, ReceiptRow, SealRow, TimeRow, WitnessRow
from veedor.views.covers import cover_words
from veedor.views.lines import SummaryLine
from veedor.words import Language, say


def state(folder: Path, /, *, at: int | None = None, language: InLanguage = "en", json: AsJson = False) -> int:
    """Show members, log time, quorums, deposits, runs, findings, and what is void, from the log of FOLDER alone.

    Parameters
    ----------
    folder
        A mission folder, or a log folder.
    at
        Fold only the first so many entries.
    """
    files = reading().files
    folded = read_state(folder, files, at, WITH_MISSION)
    rows: list[Row] = [*rows_of(folded), *waiting_rows(folder, files, folded)]
    for row in rows:
        output.line(row) if json else output.text(_sentence(row, language))
    if json:
        counts = Counter(row.schema for row in rows)
        output.line(SummaryLine(size=folded.size, simulated=folded.genesis.simulated, rows=counts))
    return 0


def _listed(value: Any) -> Any:
    if isinstance(value, dict):
        return ", ".join(f"{count} {name}" for name, count in value.items()) or "-"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _variant(row: Row) -> str:
    """What is added to a row's key where one sentence cannot say it."""
    if isinstance(row, RunRow):
        return "" if row.standing == "own" else f".{row.standing}"
    if isinstance(row, TimeRow):
        return "" if row.seals else ".none"
    if isinstance(row, PolicyRow):
        return ".recovery" if row.recovery else ""
    if isinstance(row, WitnessRow):
        return "" if row.silent_since_s is None else ".never" if row.last_s is None else ".silent"
    if isinstance(row, SealRow):
        return "" if row.agreed else ".not_agreed"
    if isinstance(row, DiscrepancyRow):
        return ".proven" if row.proven else ""
    if isinstance(row, FreezeRow):
        return ".moved" if row.successor else ""
    if isinstance(row, RestateRow):
        return "" if row.time_s is not None else ".waits"
    if isinstance(row, ReceiptRow):
        return f".{row.became}"
    return ""


def _sentence(row: Row, language: Language) -> str:
    values = {name: _listed(value) for name, value in to_builtins(row).items()}
    if isinstance(row, VoidRow):
        values["why"] = say(f"void.{values['reason']}", language)
    if isinstance(row, KeyRow):
        return key_sentence(row, language)
    for name in ("mode", "completeness", "role", "inputs", "document"):
        if name in values:
            values[name] = say(f"word.{values[name]}", language)
    if isinstance(row, RestateRow):
        values |= {"was": cover_words(row.was, language), "now": cover_words(row.now, language)}
    if isinstance(row, FreezeRow):
        values["reason"] = say(f"word.{row.reason}", language)
    mark = say("state.simulated", language) + " " if values.get("simulated") else ""
    return mark + say(row.schema.partition("/")[0].replace("-", ".") + _variant(row), language, values)
