"""`veedor screen`: names, accounts, aircraft and vessels looked up on sanctions lists, without a mission."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from msgspec import Struct

from veedor.cli import output
from veedor.cli.means import now_us
from veedor.cli.options import AsJson, InLanguage
from veedor.cli.text.finding import blocks_of
from veedor.cli.unread import tell_unread
from veedor.errors import UsageError
from veedor.mission.runs.results import kind_counts
from veedor.on_lists import Screened, screen_files
from veedor.views.finding_json import finding_lines
from veedor.views.lines import SummaryLine
from veedor.views.screened import screened_craft_lines, screened_lines
from veedor.words import Language, say


def screen(
    *files: Path,
    lists: Annotated[list[str], Parameter(name=["--list"])],
    today: str | None = None,
    report: Path | None = None,
    limit: int = 20,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Look up names, accounts, aircraft and vessels on sanctions lists: suspicion with reasons, never a verdict.

    Parameters
    ----------
    files
        Bank files, radar and receiver files (aircraft and vessels by address, registration, call sign, MMSI, IMO
        number), archives, mappings (.toml), and CSV files with a column `name` or full_name (and kind, born, country,
        scheme, number; Spanish headers too).
    lists
        A list's file, once for each: OFAC (sdn.csv with its three companions, or advanced XML), UN XML, EU CSV,
        FollowTheMoney JSON lines. FILE@2024-01-31 says the day it is of where the file does not.
    today
        Day of the second look, beside the days of the payments (2024-01-31). Default: today.
    report
        Write everything that could not be read to this file, one JSON object a line.
    limit
        How many findings to show as text; 0 for all. `--json` always gives all, and a line for every name looked up.
    """
    now = now_us()
    found = screen_files(*files, lists=lists, today=_day(today, now), latest_us=now)
    for line in _json(found) if json else ():
        output.line(line)
    for text in () if json else _text(found, limit, language):
        output.text(text)
    return tell_unread(found, report, language, found.unlisted)


def _day(written: str | None, now: int) -> date:
    if written is None:
        return datetime.fromtimestamp(now // 1_000_000, UTC).date()
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise UsageError("this is no day", expected="a day like 2024-01-31", found=written) from None


def _json(found: Screened) -> Iterator[Struct]:
    yield from finding_lines(found.findings)
    yield from screened_lines(found.screened)
    yield from screened_craft_lines(found.craft)
    yield SummaryLine(
        accepted=found.accepted, rejected=found.rejected, refused=len(found.refused),
        findings=kind_counts(found.findings), records=found.parties,
    )  # fmt: skip


def _text(found: Screened, limit: int, language: Language) -> Iterator[str]:
    yield from blocks_of(found.views(language), limit, language, "owner")
    looked_up = [((row["subject"], row["name"]), row["hits"]) for row in found.screened.to_pylist()]
    looked_up += [((row["subject"], ""), row["hits"]) for row in found.craft.to_pylist()]
    with_hits, everybody = {who for who, hits in looked_up if hits}, {who for who, _ in looked_up}
    values: dict[str, int | str | None] = {
        "parties": len(everybody), "none": len(everybody - with_hits), "today": found.today.isoformat(),
    }  # fmt: skip
    yield say("screen.none", language, values)
    for each in found.listings:
        version = each.version.isoformat() if each.version else say("screen.undated", language)
        names = sum(len(entry.names) for entry in each.entries)
        said: dict[str, int | str | None] = {
            "list": each.name,
            "version": version,
            "entries": len(each.entries),
            "names": names,
        }
        yield say("screen.lists", language, said)
