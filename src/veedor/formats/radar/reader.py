"""ASTERIX files, raw or recorded, as plots and sensor messages.

A piece of the file at a time: blocks, the edition of each source, records, what they mean (asterix_meaning.py), when
they were made (asterix_time.py), and by which sensor of the site tables. Octets that are no record are rejects; blocks
of categories that are not read are rejects too, so that nothing of a file passes unseen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from veedor.errors import InputError
from veedor.formats.asterix.categories import of_number
from veedor.formats.asterix.decode import decode
from veedor.formats.asterix.layout import Category
from veedor.formats.named_time import named_time
from veedor.formats.radar.columns import Ints
from veedor.formats.radar.editions import Editions
from veedor.formats.radar.framing import Piece, Recording, kind_of, pieces
from veedor.formats.radar.meaning import items_of, reads_of
from veedor.formats.radar.rows import Lost, Part, Sensors, rows_of
from veedor.formats.radar.time import Days, ShortTimes
from veedor.formats.radar.twice import Twice
from veedor.formats.reader import Batch, Note, Options, Source
from veedor.formats.rows import complete
from veedor.formats.sites import load
from veedor.formats.source import head_of
from veedor.tables import PLOTS

UNREAD = "reject.asterix_category"
DAMAGED = "reject.asterix_record"


@dataclass(frozen=True)
class Asterix:
    """The reader. Sensors are named by the site tables, else by `SAC/SIC`; `Options.sensor` names what says neither."""

    name: str = "asterix"
    version: int = 2
    reads_sites: bool = True

    def sniff(self, head: bytes, name: str) -> bool:
        return kind_of(head) is not None

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        kind = kind_of(head_of(source))
        if kind is None:
            raise InputError(
                "this is no ASTERIX file", file=source.name, place="start of the file",
                expected="data blocks, pcap, pcapng or IOSS frames", found="none of them",
                next_step="check the file; a mapping reads CSV and Parquet",
            )  # fmt: skip
        file = _File.begun(source, options, kind)
        with closing(source.open()) as stream:
            for piece in pieces(stream, file.recording):
                yield from file.batches(piece)
        if not file.rows:
            raise InputError(
                "the recording holds no datagram", file=source.name, place="the whole file",
                expected="ASTERIX in UDP", found=f"{sum(file.recording.packets.values())} packets of other kinds",
                next_step="check what was recorded",
            )  # fmt: skip
        yield Batch(PLOTS, complete(PLOTS, {}, 0), notes=tuple(file.notes()))


@dataclass
class _File:
    """What is known of one file while it is read."""

    recording: Recording
    options: Options
    editions: Editions
    sensors: Sensors
    days: Days
    short: ShortTimes = field(default_factory=ShortTimes)
    twice: Twice = field(default_factory=Twice)
    unread: Counter[int] = field(default_factory=Counter)
    rows: int = 0

    @classmethod
    def begun(cls, source: Source, options: Options, kind: str) -> _File:
        sites = load(list(options.companions.values()))
        days = Days(options.date_us, named_time(source.name)[0])
        return cls(Recording(kind), options, Editions(sites, source.name), Sensors(sites, options.sensor), days)

    def batches(self, piece: Piece) -> Iterator[Batch]:
        lost = [Lost(each.offset, *each[1:3], "data block", *each[3:]) for each in piece.spoiled]
        parts: list[Part] = []
        again = self.twice.found(piece, len(self.recording.lines) > 1)
        for category, which in self._groups(piece):
            if category is None:
                lost += self._unread(piece, which)
                continue
            decoded = decode(piece.data, piece.blocks[which], category, items_of(category.number))
            lost += [
                Lost(row.offset, row.length, DAMAGED, f"{category} {row.item}".strip(), f"{row.reason}: {row.expected}",
                     str(row.found))
                for row in decoded.damage.rows()
            ]  # fmt: skip
            for read in reads_of(category.number):
                part = Part.of(read, decoded, which, piece, again)
                if part.records:
                    parts.append(part)
        made = rows_of(piece, parts, lost, self.rows, self.sensors, self.days, self.short, self.options)
        self.rows += made.rows
        yield from made.batches

    def _groups(self, piece: Piece) -> list[tuple[Category | None, Ints]]:
        """Blocks that are read by one layout, in order; None: by none."""
        keys = (piece.source + 1) * 256 + piece.category
        found: dict[int, tuple[Category | None, list[Ints]]] = {}
        for key in np.unique(keys).tolist():
            which = np.flatnonzero(keys == key)
            source, number = key // 256 - 1, key % 256
            layout = self._layout(piece, which, source, number)
            found.setdefault(id(layout) if layout else number, (layout, []))[1].append(which)
        return [(layout, np.sort(np.concatenate(some))) for layout, some in found.values()]

    def _layout(self, piece: Piece, which: Ints, source: int, number: int) -> Category | None:
        if not of_number(number) or not reads_of(number):
            return None
        choice = self.editions.of(piece.data, piece.blocks[which], source, number)
        if choice.how == "same" and len(choice.left) > 1:
            choice = self.editions.checked(piece.data, piece.blocks[which], source, number)
        return choice.category

    def _unread(self, piece: Piece, which: Ints) -> list[Lost]:
        self.unread.update(piece.category[which].tolist())
        return [
            Lost(at, length, UNREAD, "data block", "a category that is read", f"category {category:03d}")
            for (at, length), category in zip(piece.blocks[which].tolist(), piece.category[which].tolist(), strict=True)
        ]

    def notes(self) -> Iterator[Note]:
        """What was chosen and measured, for the details of the deposit and for whoever reads the file."""
        packets = self.recording.packets
        if packets:
            yield Note("note.packets", {
                "kind": self.recording.kind, "datagrams": packets["datagram"], "lines": len(self.recording.lines),
                "other": packets["other"], "lost": packets["fragment"] + packets["cut"] + packets["broken"],
            })  # fmt: skip
        alike: dict[tuple[int, str, str, str], list[str]] = {}
        for (source, number), choice in sorted(self.editions.choices.items()):
            others = ", ".join(name for each in choice.left[:-1] for name in each.editions)
            key = number, choice.how, ", ".join(choice.category.editions), others
            alike.setdefault(key, []).append(self.sensors.code(source))
        for (number, how, edition, others), sensors in alike.items():
            said = {"sensors": ", ".join(sensors), "category": f"{number:03d}", "edition": edition}
            yield Note(f"note.edition_{how}", {**said, "others": others} if others else said)
        for source, lag in sorted(self.days.lags.items()):
            said = {name: getattr(lag, name) for name in ("first_us", "last_us", "least_us", "most_us")}
            yield Note("note.clock", {"sensor": self.sensors.code(source), **said})
        counted = {
            "note.undated": self.days.undated, "note.short_times": self.short.unresolved,
            "note.twice": self.twice.blocks, "note.outside_site": self.sensors.outside,
        }  # fmt: skip
        yield from (Note(key, {"n": count}) for key, count in counted.items() if count)
        for number, blocks in sorted(self.unread.items()):
            yield Note("note.category", {"category": f"{number:03d}", "n": blocks})


READER = Asterix()
