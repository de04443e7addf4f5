"""Looking names up on sanctions lists, without a mission: `veedor screen`, `vd.screen(…)`.

Bank files give holders and counterparties, a CSV with a column `name` gives names, radar and receiver files give the
marks of aircraft and vessels. Nothing is kept, signed or logged.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from veedor.engine.detector import Detector
from veedor.engine.execute import execute
from veedor.engine.read import derived, read_table
from veedor.engine.records import RecordStore
from veedor.errors import InputError, UsageError
from veedor.export.notebook_html import notebook_html
from veedor.formats.archive import open_sources
from veedor.formats.reader import Options, Source
from veedor.mission.deposits.hand_ins import hand_ins
from veedor.mission.deposits.intake import FileCount
from veedor.money.csv_rows import NAMES_EXPECTED, with_names_hint
from veedor.money.holders.mentions import ListMentions
from veedor.money.screening import Craft, Party, craft_of, parties_of, screen, screen_craft
from veedor.money.screening.marks import ListMarks, MarkParameters
from veedor.money.screening.names_file import read_names
from veedor.on_files import MOST_SHOWN, read_into, tables_of_names
from veedor.registers.sanctions import ListFile, Listing, Unlisted, read_lists
from veedor.tables import ACCOUNTS, ENTRIES, FINDINGS, REJECTS, TRANSFERS
from veedor.views.finding import FindingView, finding_views

_EPOCH = date(1970, 1, 1)
MOST_LIST_BYTES = 1 << 30
_NAMING = {table.name for table in (ENTRIES, ACCOUNTS, TRANSFERS)}


@dataclass(frozen=True)
class Screened:
    """What looking up gave. `findings` are FINDINGS; `screened` (SCREENED) has a row for every party and list, also
    where nothing was found, `craft` (SCREENED_CRAFT) one for every mark of an aircraft or vessel and list; `files`,
    `deposits`, `rejects` as for `on_files.Looked`; `unlisted` are records of lists and rows of name files that could
    not be read."""

    findings: pa.Table
    screened: pa.Table
    craft: pa.Table
    listings: tuple[Listing, ...]
    parties: int
    files: tuple[FileCount, ...]
    deposits: tuple[bytes, ...]
    rejects: pa.Table
    unlisted: tuple[Unlisted, ...]
    refused: tuple[InputError, ...]
    today: date

    @property
    def accepted(self) -> int:
        return sum(count.accepted for count in self.files)

    @property
    def rejected(self) -> int:
        return sum(count.rejected for count in self.files) + sum(len(each.rejects) for each in self.listings)

    def views(self, language: str = "en") -> tuple[FindingView, ...]:
        """The findings as people read them, strongest first."""
        return finding_views(self.findings, language)

    def html(self, language: str = "en") -> str:
        """The strongest findings as a table that unfolds."""
        counts = len(self.files), self.accepted, self.rejected
        return notebook_html(self.views(language), *counts, MOST_SHOWN, language, [str(each) for each in self.refused])

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        lists = ", ".join(f"{each.name} {each.version or 'undated'}" for each in self.listings)
        return f"<{self.parties} parties on {lists}: {self.findings.num_rows} findings; {self.rejected} rows rejected>"


def screen_files(
    *paths: str | Path,
    lists: Sequence[str | Path],
    today: date | None = None,
    latest_us: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Screened:
    """Looks up everybody in `paths` on `lists`.

    `paths`: bank files, archives, mappings, CSV files with a column `name`. `lists`: files of lists, each with the day
    that it is of behind an @ where the file does not say it (`sdn.csv@2021-07-15`). `today`: the day of the second
    look, beside the days of the payments (default: the latest day that lists or records name).
    A file that cannot be read at all stands in `refused`; InputError where none is left, or a list cannot be read.
    """
    listings = tuple(_lists(lists))
    with tempfile.TemporaryDirectory(prefix="veedor-files-") as scratch:
        folder = Path(scratch)
        refused: list[InputError] = []
        sources = open_sources([Path(path) for path in paths], folder, refused)
        named = tables_of_names(sources)
        parties, unlisted, counts, deposits = _named(named)
        store = RecordStore(folder / "records")
        banks = [source for source in sources if source not in named]
        every = hand_ins(banks, Options(latest_us=latest_us), refused) if banks else []
        read, of_read, tables = read_into(every, store, refused)
        refused = [with_names_hint(error) for error in refused]
        if refused and not parties and not tables:
            raise refused[0]
        if not tables.keys().isdisjoint(_NAMING):
            parties += parties_of(_derive(ListMentions(), store, folder / "mentions"))
        craft: tuple[Craft, ...] = ()
        if "plots" in tables:
            craft = craft_of(_derive(ListMarks(MarkParameters(only_with_lists=False)), store, folder / "marks"))
        rejects = read_table(store.snapshot(REJECTS))
    if not parties and not craft:
        raise UsageError(
            "no names and no craft in these files",
            expected=f"bank files, radar or receiver files, or {NAMES_EXPECTED}",
            found=", ".join(f"{count} {name}" for name, count in sorted(tables.items())) or "nothing",
        )  # fmt: skip
    day = today or _latest(parties, craft, listings)
    found, of_craft = screen(parties, listings, day, progress=progress), screen_craft(craft, listings, day)
    findings = pa.concat_tables([found.findings, of_craft.findings])
    findings = findings.sort_by([(name, "ascending") for name in FINDINGS.order])
    return Screened(
        findings, found.screened, of_craft.screened, listings, len(parties) + len(craft), (*counts, *read),
        (*deposits, *of_read), rejects,
        (*(each for listing in listings for each in listing.rejects), *unlisted), tuple(refused), day,
    )  # fmt: skip


def _lists(lists: Sequence[str | Path]) -> list[Listing]:
    """Files of one day are read together: OFAC's list is three files."""
    by_day: dict[date | None, list[ListFile]] = {}
    for each in lists:
        path, day = _dated(str(each))
        if not path.is_file():
            raise InputError("no such list", file=str(path), expected="a file", next_step="check the path")
        if path.stat().st_size > MOST_LIST_BYTES:
            raise InputError("a list of this size is none", file=str(path), expected=f"at most {MOST_LIST_BYTES} bytes",
                             found=str(path.stat().st_size))  # fmt: skip
        by_day.setdefault(day, []).append(ListFile(path.name, path.read_bytes()))
    if not by_day:
        raise UsageError("no list was given", next_step="name one: --list FILE")
    return [listing.dated(day) for day, files in by_day.items() for listing in read_lists(files)]


def _dated(written: str) -> tuple[Path, date | None]:
    name, at, day = written.rpartition("@")
    if not at or Path(written).is_file():
        return Path(written), None
    try:
        return Path(name), date.fromisoformat(day)
    except ValueError:
        raise UsageError("the day of this list is none", expected="FILE@2024-01-31", found=written) from None


def _named(
    sources: Sequence[Source],
) -> tuple[tuple[Party, ...], tuple[Unlisted, ...], tuple[FileCount, ...], tuple[bytes, ...]]:
    parties: list[Party] = []
    unlisted: list[Unlisted] = []
    counts: list[FileCount] = []
    for source in sources:
        with source.open() as stream:
            found = read_names(source.name, stream.read(), source.sha256)
        parties += found.parties
        unlisted += found.rejects
        counts.append(FileCount(source, len(found.parties), len(found.rejects)))
    return tuple(parties), tuple(unlisted), tuple(counts), tuple(source.sha256 for source in sources)


def _derive(detector: Detector, store: RecordStore, folder: Path) -> pa.Table:
    """What one detector of a mission makes of the records: a partition at a time, never all at once."""
    folder.mkdir()
    execute([detector], store, folder)
    return read_table(derived(folder, detector.writes))


def _latest(parties: Sequence[Party], craft: Sequence[Craft], listings: Sequence[Listing]) -> date:
    days = [each.version for each in listings if each.version is not None]
    days += [party.days[-1] for party in parties if party.days]
    days += [one.day for each in craft for mark in each.marks for one in mark.seen if one.day is not None]
    return max(days, default=_EPOCH + timedelta(days=20_000))
