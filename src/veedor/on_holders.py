"""Who likely stands behind names and accounts, without a mission: `veedor holders`, `vd.holders(…)`.

Bank files give names with their accounts, a CSV with a column `name` gives names with what is known of them. Nothing is
kept, signed or logged.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from veedor.engine.execute import execute
from veedor.engine.read import derived, read_table
from veedor.engine.records import RecordStore
from veedor.errors import InputError, UsageError
from veedor.export.holders_html import holders_html
from veedor.formats.archive import open_sources
from veedor.formats.reader import Options, Source
from veedor.mission.deposits.hand_ins import hand_ins
from veedor.mission.deposits.intake import FileCount
from veedor.money.csv_rows import NAMES_EXPECTED, with_names_hint
from veedor.money.holders import HolderParameters, Judgements, Named, resolve
from veedor.money.holders.file import read_holders
from veedor.money.holders.find import named_in
from veedor.money.holders.mentions import ListMentions
from veedor.money.holders.rows import About, holder_rows
from veedor.on_files import MOST_SHOWN, read_into, tables_of_names
from veedor.registers.sanctions import Unlisted
from veedor.tables import PARTY_MENTIONS, REJECTS
from veedor.views.holding import Holding, holding


@dataclass(frozen=True)
class Held:
    """What resolving gave. `holders` are HOLDERS, a row for every name at an account; `files`, `deposits`, `rejects` as
    for `on_files.Looked`; `unread` are rows of CSV files of names that could not be read."""

    holders: pa.Table
    files: tuple[FileCount, ...]
    deposits: tuple[bytes, ...]
    rejects: pa.Table
    unread: tuple[Unlisted, ...]
    refused: tuple[InputError, ...]

    @property
    def accepted(self) -> int:
        return sum(count.accepted for count in self.files)

    @property
    def rejected(self) -> int:
        return sum(count.rejected for count in self.files)

    @property
    def places(self) -> Mapping[bytes, str]:
        """The file of each deposit; of several handed in together the first."""
        found: dict[bytes, str] = {}
        for deposit, count in zip(self.deposits, self.files, strict=True):
            found.setdefault(deposit, count.source.name)
        return found

    def view(self, language: str = "en") -> Holding:
        """Holders as people read them, those with most names first."""
        return holding(self.holders, self.places, language)

    def html(self, language: str = "en") -> str:
        """The holders with most names as a fragment that unfolds."""
        counts = len(self.files), self.accepted, self.rejected
        return holders_html(self.view(language), *counts, MOST_SHOWN, language, [str(each) for each in self.refused])

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        several = {
            row["holder"] for row in self.holders.select(["holder", "members"]).to_pylist() if row["members"] > 1
        }
        read = f"{self.accepted:,} rows accepted, {self.rejected:,} rejected"
        return f"<{self.holders.num_rows:,} names; {len(several):,} holders of several; {read}>"


def holders_in(
    *paths: str | Path,
    judgements: Judgements | None = None,
    parameters: HolderParameters | None = None,
    latest_us: int | None = None,
) -> Held:
    """Which names in `paths` are likely one person or firm.

    `paths`: bank files, archives, mappings, CSV files with a column `name` (and account, bank, country, born, number).
    `judgements`: what people said of keys (`money.reviewing.judgements`). A file that cannot be read at all stands in
    `refused`; InputError where none is left.
    """
    if not paths:
        raise UsageError("no file was given", next_step="name the files to look at")
    with tempfile.TemporaryDirectory(prefix="veedor-files-") as scratch:
        folder = Path(scratch)
        refused: list[InputError] = []
        sources = open_sources([Path(path) for path in paths], folder, refused)
        lists = tables_of_names(sources)
        named, about, unread, counts = _listed(lists, refused)
        store = RecordStore(folder / "records")
        banks = [source for source in sources if source not in lists]
        every = hand_ins(banks, Options(latest_us=latest_us), refused) if banks else []
        read, of_read, tables = read_into(every, store, refused)
        if tables:
            (folder / "mentions").mkdir()
            execute([ListMentions()], store, folder / "mentions")
            more, of_more = named_in(read_table(derived(folder / "mentions", PARTY_MENTIONS)))
            named, about = [*named, *more], about | of_more
        rejects = read_table(store.snapshot(REJECTS))
    refused = [with_names_hint(error) for error in refused]
    if not named:
        if refused:
            raise refused[0]
        raise UsageError(
            "no names in these files", expected=f"bank files, or {NAMES_EXPECTED}",
            found=", ".join(f"{count} {name}" for name, count in sorted(tables.items())) or "nothing",
        )  # fmt: skip
    made = holder_rows(resolve(named, judgements, parameters or HolderParameters()), about)
    deposits = [count.source.sha256 for count in counts]
    return Held(made, (*counts, *read), (*deposits, *of_read), rejects, tuple(unread), tuple(refused))


def _listed(
    sources: Sequence[Source], refused: list[InputError]
) -> tuple[list[Named], dict[str, About], list[Unlisted], list[FileCount]]:
    named: dict[str, Named] = {}
    about: dict[str, About] = {}
    unread: list[Unlisted] = []
    counts: list[FileCount] = []
    for source in sources:
        try:
            with source.open() as stream:
                found = read_holders(source.name, stream.read(), source.sha256)
        except InputError as error:
            refused.append(error)
            continue
        for each in found.named:
            named.setdefault(each.key, each)
            before, here = about.get(each.key, found.about[each.key]), found.about[each.key]
            more = before.records if before is not here else 0
            first, row = min((before.deposit, before.row), (here.deposit, here.row))
            about[each.key] = About(here.subject, here.records + more, False, first, row)
        unread += found.rejects
        counts.append(FileCount(source, found.accepted, len(found.rejects)))
    return list(named.values()), about, unread, counts
