"""Looking at files alone, without a mission: `veedor flights`, `veedor money`, `vd.flights(…)`, `vd.money(…)`.

Nothing is kept, signed or logged: files go into a temporary store, the same detectors run, the findings come back.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import pyarrow as pa

from veedor import house
from veedor.engine.detector import Detector
from veedor.engine.execute import Progress, execute
from veedor.engine.parameters import configured
from veedor.engine.read import derived, read_table
from veedor.engine.records import RecordStore
from veedor.errors import InputError, UsageError
from veedor.export.notebook_html import notebook_html
from veedor.export.overview_html import overview_html
from veedor.formats.archive import open_sources
from veedor.formats.arrow import pc
from veedor.formats.choose import mapped_names
from veedor.formats.named_time import day_us
from veedor.formats.reader import Options, Source
from veedor.formats.source import FileSource, head_of, is_folder
from veedor.mission.copy.parameters import load_parameters, parse_parameters
from veedor.mission.deposits.deposit import deposit_digest
from veedor.mission.deposits.hand_ins import HandIn, hand_ins, read_what_can_be
from veedor.mission.deposits.intake import FileCount, Intake
from veedor.mission.deposits.records import append_parts
from veedor.mission.runs.results import kind_counts
from veedor.money.csv_rows import lists_names
from veedor.money.payments.same_accounts import Spellings, same_accounts
from veedor.registers.borders import rings
from veedor.registers.thresholds import read_thresholds
from veedor.tables import (
    FINDINGS,
    GROUND_FACTS,
    HOLDERS,
    LEGS,
    PAYMENTS,
    PLOTS,
    REJECTS,
    SENSOR_STATE,
    SENSORS,
    TABLES,
    Table,
)
from veedor.tables.plots import AIS
from veedor.views.file_places import FilePlaces, placed
from veedor.views.finding import FindingView, finding_views
from veedor.views.overview import Overview, overview
from veedor.views.watched import Watched, watched
from veedor.words import LANGUAGES, Language

DAY_US = 86_400_000_000
MOST_SHOWN = 15
PARTY = "files"
# Payments are also made of messages alone.
_INSTEAD = {"entries": ("transfers", "cash_transactions")}
_TILE = re.compile(r"^[NS]\d{2}[EW]\d{3}\b.*\.(hgt|hgt\.gz|zip)$", re.IGNORECASE)


@dataclass(frozen=True)
class Looked:
    """What the files gave: FINDINGS, rejected rows, and counts that reconcile file by file."""

    findings: pa.Table
    rejects: pa.Table
    files: tuple[FileCount, ...]
    deposits: tuple[bytes, ...]  # by file: the hand-in it was read in; those of one follow each other by number
    tables: dict[str, int]
    refused: tuple[InputError, ...]  # files that could not be read at all; the others were
    as_of_us: int
    seconds: float
    holders: pa.Table = field(default_factory=HOLDERS.empty)  # HOLDERS: who likely stands behind the accounts
    kept: Mapping[str, pa.Table] = field(default_factory=dict)  # tables that `look` was asked to keep, by name
    facts: pa.Table = field(default_factory=GROUND_FACTS.empty)  # GROUND_FACTS: told beside findings, in no score
    watched: Watched | None = None  # of flights: what was seen, and what could not be placed
    copies: tuple[tuple[str, str], ...] = ()  # files with the bytes of another, and which: read once

    @property
    def accepted(self) -> int:
        return sum(count.accepted for count in self.files)

    @property
    def rejected(self) -> int:
        return sum(count.rejected for count in self.files)

    def same_accounts(self) -> Spellings:
        """Accounts that are likely one, written in two ways, each pair with the judgement; payments must have been kept
        (`vd.money(…, accounts=True)`), else UsageError."""
        if PAYMENTS.name not in self.kept:
            raise UsageError("payments were not kept", expected="vd.money(…, accounts=True)", found="accounts=False")
        return same_accounts(self.kept[PAYMENTS.name])

    def views(self, language: str = "en") -> tuple[FindingView, ...]:
        """The findings as people read them, strongest first; their records by file and row."""
        places = FilePlaces(self.files, self.deposits)
        found = finding_views(self.findings, language, self.facts)
        return tuple(placed(view, places, language) for view in found)

    def html(self, language: str = "en") -> str:
        """The strongest findings as a table that unfolds, in English or Spanish."""
        counts = len(self.files), self.accepted, self.rejected
        refused = [str(error) for error in self.refused]
        return notebook_html(self.views(language), *counts, MOST_SHOWN, language, refused)

    def page(self, title: str, language: Language = "en") -> str:
        """One self-contained HTML page in English and Spanish with map, table and reasons; it opens in `language`."""
        languages = sorted(LANGUAGES, key=lambda each: each != language)
        return overview_html([self.overview(title, each) for each in languages], rings)

    def overview(self, title: str, language: Language = "en") -> Overview:
        """The same in one language as a struct."""
        return overview(title, language, "owner", self.as_of_us, self.findings, facts=self.facts)

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in kind_counts(self.findings).items()) or "no findings"
        rows = f"{self.accepted:,} rows accepted, {self.rejected:,} rejected"
        return f"<{kinds}; {len(self.files)} files, {len(self.refused)} refused; {rows}>"


def flights(
    *paths: str | Path,
    sites: str | Path | None = None,
    terrain: str | Path | None = None,
    date: str | None = None,
    as_of_us: int | None = None,
    workers: int = 1,
    latest_us: int | None = None,
) -> Looked:
    """Gaps, landings and take-offs away from aerodromes in radar and receiver files.

    `paths`: files, archives, mappings and site tables; `sites`: one more site table; `terrain`: a folder of SRTM
    tiles; `date`: the day (2024-01-31, UTC)
    on which files begin that say only the time of day, such as raw ASTERIX; `as_of_us`: findings cover what ended 24 h
    before it (default: 24 h after the last record); `latest_us`: later times are in the future and rejected.
    A file that cannot be read at all stands in `refused`, and the others are looked at; InputError where none is left.
    """
    given = [*paths, *([] if sites is None else [sites]), *([] if terrain is None else tiles_in(Path(terrain)))]
    return look(
        [Path(path) for path in given], house.AIR, "plots", as_of_us, workers, latest_us=latest_us, date_us=day_us(date)
    )


def tiles_in(folder: Path) -> list[Path]:
    """The SRTM tiles of a folder, in order of their names; InputError where it holds none."""
    found = sorted(path for path in folder.iterdir() if _TILE.search(path.name)) if is_folder(folder) else []
    if not found:
        raise InputError(
            "no elevation tiles here", file=str(folder), place="the folder", expected="tiles such as N05W073.hgt",
            found="none", next_step="give the folder that holds the tiles, unpacked or each in gzip or zip",
        )  # fmt: skip
    return found


def money(
    *paths: str | Path,
    thresholds: str | Path | None = None,
    parameters: str | Path | None = None,
    slow: bool = False,
    accounts: bool = False,
    as_of_us: int | None = None,
    workers: int = 1,
    latest_us: int | None = None,
) -> Looked:
    """Patterns of laundering in bank files (docs/detectors/money.md), and who likely stands behind accounts: `holders`.
    `thresholds`: a table of reporting thresholds beside those that are shipped (docs/formats/rates.md); InputError
    where a row of it is wrong. `parameters`: a file as missions have it (docs/settings.md) that sets windows and least
    scores; UsageError where it names what there is not. `slow`: windows of weeks instead, for a second look whose
    report is long. `accounts`: keep payments, so that `same_accounts` can be asked. Other arguments and errors as for
    `flights`."""
    detectors = money_detectors(None if parameters is None else Path(parameters), slow)
    keep = (PAYMENTS,) if accounts else ()
    given = [Path(path) for path in paths] + thresholds_in(None if thresholds is None else Path(thresholds))
    return look(given, detectors, "entries", as_of_us, workers, latest_us=latest_us, keep=keep)


def thresholds_in(table: Path | None) -> list[Path]:
    """The table as one more file to look at, once all of its rows are known to hold; InputError names the first that
    does not."""
    if table is None:
        return []
    with FileSource(table).open() as stream:
        read_thresholds(table.name, stream.read())
    return [table]


def money_detectors(parameters: Path | None, slow: bool = False) -> tuple[Detector, ...]:
    """Money's detectors with the settings of such a file; what it sets for the air is checked and has no effect.
    `slow`: with the shipped windows of weeks. UsageError for both: which of the two holds would be a guess."""
    if slow and parameters is not None:
        raise UsageError(
            "windows of weeks and a file of settings exclude each other", expected="one of the two",
            found=f"--slow and --parameters {parameters}",
            next_step="write into the file what it takes from the windows of weeks (docs/detectors/money.md)",
        )  # fmt: skip
    if slow:
        shipped = resources.files("veedor.money").joinpath("slow.toml")
        return configured(house.MONEY_ON_FILES, parse_parameters(shipped.read_bytes(), "slow.toml").settings)
    if parameters is None:
        return house.MONEY_ON_FILES
    every = configured((*house.AIR, *house.MONEY_ON_FILES), load_parameters(parameters).settings)
    return every[len(house.AIR) :]


def look(
    paths: Sequence[Path],
    detectors: Sequence[Detector],
    needed: str,
    as_of_us: int | None = None,
    workers: int = 1,
    progress: Callable[[Progress], None] | None = None,
    latest_us: int | None = None,
    date_us: int | None = None,
    keep: Sequence[Table] = (),
) -> Looked:
    """Read `paths`, run `detectors`, and give back what they found; `needed` is the table that must have rows, `keep`
    derived tables that are given back too."""
    if not paths:
        raise UsageError("no file was given", next_step="name the files to look at")
    with tempfile.TemporaryDirectory(prefix="veedor-files-") as scratch:
        folder = Path(scratch)
        store = RecordStore(folder / "records")
        refused: list[InputError] = []
        every = hand_ins(open_sources(paths, folder, refused), Options(latest_us=latest_us, date_us=date_us), refused)
        counts, deposits, tables = read_into(every, store, refused)
        enough = any(tables.get(name) for name in (needed, *_INSTEAD.get(needed, ())))
        if refused and not enough:
            raise refused[0]
        if not enough:
            _all_rejected(counts, read_table(store.snapshot(REJECTS)), needed)
            raise UsageError(
                f"no {needed} in these files",
                found=", ".join(f"{n} {name}" for name, n in sorted(tables.items())) or "nothing",
                next_step="`veedor flights` is for radar and receiver files, `veedor money` for bank files",
            )
        until = as_of_us if as_of_us is not None else _last_us(store) + DAY_US
        (folder / "derived").mkdir()
        result = execute(
            detectors,
            store,
            folder / "derived",
            workers=min(workers, os.cpu_count() or 1),
            as_of_us=until,
            progress=progress,
        )
        found = read_table(derived(folder / "derived", FINDINGS))
        written = any(detector.writes is HOLDERS for detector in detectors)
        holders = read_table(derived(folder / "derived", HOLDERS)) if written else HOLDERS.empty()
        kept = {table.name: read_table(derived(folder / "derived", table)) for table in keep}
        seen = _watched(folder / "derived", store) if _writes(detectors, SENSOR_STATE, LEGS) else None
        rejects = read_table(store.snapshot(REJECTS))
        facts = read_table(store.snapshot(GROUND_FACTS))
    return Looked(
        found, rejects, tuple(counts), tuple(deposits), tables, tuple(refused), until, result.seconds,
        holders.sort_by([(name, "ascending") for name in HOLDERS.order]), kept, facts,
        seen, tuple(pair for each in every for pair in each.copies),
    )  # fmt: skip


def _writes(detectors: Sequence[Detector], *tables: Table) -> bool:
    return {table.name for table in tables} <= {detector.writes.name for detector in detectors}


def _watched(out: Path, store: RecordStore) -> Watched:
    vessels = sum(pc.sum(pc.equal(batch["mode"], pa.scalar(AIS, pa.uint8()))).as_py() or 0
                  for batch in store.read(PLOTS, ["mode"]))  # fmt: skip
    state, legs = (read_table(derived(out, table)) for table in (SENSOR_STATE, LEGS))
    return watched(state, legs, read_table(store.snapshot(SENSORS)), vessels)


def _all_rejected(counts: Sequence[FileCount], rejects: pa.Table, needed: str) -> None:
    """InputError where rows were there but every one of those needed was rejected: no reason to try another verb."""
    tables = pa.array([needed, *_INSTEAD.get(needed, ())])
    wanted = rejects.filter(pc.is_in(rejects["table"], value_set=tables))
    if wanted.num_rows:
        first = wanted.slice(0, 1).to_pylist()[0]
        raise InputError(
            f"no row of {needed} could be read: {wanted.num_rows} rejected",
            file=", ".join(count.source.name for count in counts if count.rejected),
            place=f"row {first['row']}, {first['place']}",
            expected=first["expected"],
            found=first["found"],
            next_step="if the first row's trouble is that of all, correct the mapping or its units; else ask for the "
            "file again",
        )


def read_into(
    every: Sequence[HandIn], store: RecordStore, refused: list[InputError]
) -> tuple[list[FileCount], list[bytes], dict[str, int]]:
    """Reads hand-ins into the store: counts by file, the hand-in of each, rows by table."""

    def stored(hand_in: HandIn) -> Intake:
        digest = deposit_digest(PARTY, hand_in)
        intake = Intake(digest, hand_in.reader, hand_in.options, hand_in.sources, secret=None)
        append_parts(store, digest.hex(), intake.rows())
        return intake

    deposits: list[bytes] = []
    counts: list[FileCount] = []
    tables: dict[str, int] = {}
    for hand_in in every:
        intake = read_what_can_be(hand_in, stored, refused)
        if intake is None:
            continue
        counts += intake.files
        deposits += [intake.deposit] * len(intake.files)
        for name, count in intake.tables.items():
            tables[name] = tables.get(name, 0) + count
    return counts, deposits, tables


def tables_of_names(sources: Sequence[Source]) -> list[Source]:
    """The CSV files with a column for names; not those that a mapping says how to read."""
    mapped = mapped_names(sources)
    return [source for source in sources if source.name not in mapped and lists_names(head_of(source))]


def _last_us(store: RecordStore) -> int:
    last = 0
    for table in TABLES:
        if "time" in table.schema.names and "file" in table.schema.names:
            for batch in store.read(table, ["time"]):
                last = max(last, pc.max(batch["time"].cast(pa.int64())).as_py() or 0)
    return last
