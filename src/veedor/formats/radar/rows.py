"""Rows of tables out of what records mean: times, sensors, true north, ordinals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, pc
from veedor.formats.asterix.decode import Decoded
from veedor.formats.checks import Checks
from veedor.formats.radar.columns import Bools, Ints, Said, Value, fold
from veedor.formats.radar.framing import Piece
from veedor.formats.radar.meaning import Read
from veedor.formats.radar.time import Days, ShortTimes, micros
from veedor.formats.reader import FOUND_SHOWN_CHARACTERS, RAW_KEPT_BYTES, Batch, Options, Reject
from veedor.formats.rows import BATCH_ROWS, complete, plot_marks
from veedor.formats.sites import Site, SiteTable
from veedor.formats.times import not_yet
from veedor.tables import PLOTS
from veedor.tables.plots import DUPLICATE, TIME_SUSPECT

UNNAMED = "asterix"
NO_SOURCE = -1


class Lost(NamedTuple):
    """Octets of a piece that are no row: place in its data, length, reason, where, what was expected and found."""

    offset: int
    length: int
    reason: str
    place: str
    expected: str
    found: str


@dataclass
class Part:
    """Records of a piece that become rows of one table, in order of the file. `kept` says which of `said` they are."""

    read: Read
    said: Said
    kept: Bools
    offset: Ints
    length: Ints
    recorded_us: Ints
    twice: Bools

    @classmethod
    def of(cls, read: Read, decoded: Decoded, which: Ints, piece: Piece, twice: Bools) -> Part:
        kept = np.ones(len(decoded), np.bool_) if read.belongs is None else read.belongs(decoded)
        blocks = which[decoded.block]
        parts = (decoded.offset, decoded.length, piece.time_us[blocks], twice[blocks])
        return cls(read, read.meaning(decoded), kept, *parts)

    @property
    def records(self) -> int:
        return int(self.kept.sum())


class Made(NamedTuple):
    """Batches of a piece, and how many ordinals they use."""

    batches: tuple[Batch, ...]
    rows: int


@dataclass
class Sensors:
    """Which sensor a source is, and where its azimuths count from: by the site tables, for the time of the record."""

    sites: SiteTable
    unnamed: str | None
    outside: int = 0

    def code(self, source: int) -> str:
        """A source as it is named without a site."""
        return (self.unnamed or UNNAMED) if source < 0 else f"{source >> 8}/{source & 255}"

    def of(self, source: Value, time_us: Ints, known: Bools) -> tuple[Array, Ints]:
        """(sensor ids, 1e-7 degree to add to azimuths). A record outside every period of its sensor counts to the one
        nearest before it, else to the first."""
        codes, back = np.unique(np.where(source.has, source.of, NO_SOURCE), return_inverse=True)
        back = back.reshape(-1)
        names: list[str] = []
        index, north = np.zeros(len(back), np.int64), np.zeros(len(back), np.int64)
        for place, code in enumerate(codes.tolist()):
            sites = self.sites.of(code) if code != NO_SOURCE else ()
            mine = np.flatnonzero(back == place)
            if not sites:
                index[mine] = len(names)
                names.append(self.code(code))
                continue
            which = self._periods(sites, time_us[mine], known[mine])
            index[mine] = len(names) + which
            north[mine] = np.array([site.north.north_offset_e7 for site in sites], np.int64)[which]
            names += [site.sensor for site in sites]
        order: Array = pa.array(index)
        return pa.array(names).take(order), north

    def _periods(self, sites: Sequence[Site], time_us: Ints, known: Bools) -> Ints:
        if len(sites) == 1 and sites[0].valid_from_us is None and sites[0].valid_to_us is None:
            return np.zeros(len(time_us), np.int64)
        starts = np.array([site.valid_from_us or 0 for site in sites], np.int64)
        which = np.maximum(np.searchsorted(starts, time_us, side="right") - 1, 0)
        ends = np.array([2**62 if site.valid_to_us is None else site.valid_to_us for site in sites], np.int64)
        self.outside += int((known & ((time_us < starts[which]) | (time_us >= ends[which]))).sum())
        return np.where(known, which, 0)


def rows_of(
    piece: Piece,
    parts: Sequence[Part],
    lost: Sequence[Lost],
    first: int,
    sensors: Sensors,
    days: Days,
    short: ShortTimes,
    options: Options,
) -> Made:
    """Every kept record as a row or a reject, every lost octet as a reject; ordinals from `first` in order of the
    file."""
    _whole_times(parts, short)
    timed = _timed(parts, days)
    places = np.concatenate(
        [*(part.offset[part.kept] for part in parts), np.array([each.offset for each in lost], np.int64)]
    )
    ordinals = np.empty(len(places), np.int64)
    ordinals[np.argsort(places, kind="stable")] = first + np.arange(len(places))
    batches: list[Batch] = []
    rejects: list[Reject] = []
    at = 0
    for part, times in zip(parts, timed, strict=True):
        count = part.records
        rows, failed = _rows(piece, part, times, ordinals[at : at + count], sensors, options)
        rejects += failed
        batches += [
            Batch(part.read.table, rows.slice(start, BATCH_ROWS)) for start in range(0, rows.num_rows, BATCH_ROWS)
        ]
        at += count
    table = parts[0].read.table if parts else PLOTS
    for each, ordinal in zip(lost, ordinals[at:].tolist(), strict=True):
        rejects.append(_reject(piece, table.name, each, ordinal))
    if rejects:
        ordered = tuple(sorted(rejects, key=lambda each: each.row))
        batches.append(Batch(table, complete(table, {}, 0), ordered))
    return Made(tuple(batches), len(places))


def _reject(piece: Piece, table: str, lost: Lost, row: int) -> Reject:
    kept = piece.data[lost.offset : lost.offset + min(lost.length, RAW_KEPT_BYTES)].tobytes()
    found = lost.found[:FOUND_SHOWN_CHARACTERS]
    return Reject(
        table, row, piece.base + lost.offset, lost.length, lost.reason, lost.place, lost.expected, found, kept
    )


def _whole_times(parts: Sequence[Part], short: ShortTimes) -> None:
    """CAT001's times made whole by what CAT002 of the same source says around them."""
    said: dict[int, tuple[Ints, Ints, Ints]] = {}
    for part in parts:
        if part.read.category == 2:
            has = part.said.time.has & part.said.source.has
            for source in np.unique(part.said.source.of[has]).tolist():
                mine = has & (part.said.source.of == source)
                said[source] = part.offset[mine], part.said.time.of[mine], part.recorded_us[mine]
    for part in parts:
        times = part.said.short_time
        if times is not None:
            has = times.has & part.said.source.has
            ticks, known = short.whole(part.said.source.of, part.offset, times.of, has, part.recorded_us, said)
            part.said.time = Value(ticks, known)
            said = {}
    if said:
        nothing = np.empty(0, np.int64)
        short.whole(nothing, nothing, nothing, nothing.astype(np.bool_), nothing, said)


class _Times(NamedTuple):
    time: Value
    suspect: Bools
    origin: str


def _timed(parts: Sequence[Part], days: Days) -> list[_Times]:
    """The days of all records together, since midnight shows in their order in the file."""
    if not parts:
        return []
    offset = np.concatenate([part.offset for part in parts])
    order = np.argsort(offset, kind="stable")
    of_day = micros(np.concatenate([part.said.time.of for part in parts]))
    # Records that belong to another part of the same category are placed there; a time beyond a day is no time.
    has = np.concatenate([part.said.time.has & part.kept for part in parts]) & (of_day < 86_400_000_000)
    recorded = np.concatenate([part.recorded_us for part in parts])
    source = np.concatenate([np.where(part.said.source.has, part.said.source.of, NO_SOURCE) for part in parts])
    time, known, suspect, origin = days.place(of_day[order], has[order], recorded[order], source[order])
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    time, known, suspect = time[back], known[back], suspect[back]
    found, at = [], 0
    for part in parts:
        here = slice(at, at + len(part.offset))
        found.append(_Times(Value(time[here], known[here]), suspect[here], origin))
        at += len(part.offset)
    return found


def _rows(
    piece: Piece, part: Part, times: _Times, ordinals: Ints, sensors: Sensors, options: Options
) -> tuple[pa.Table, tuple[Reject, ...]]:
    said = part.said
    kept: Array | None = None if part.kept.all() else pa.array(part.kept)
    time = times.time
    names, north = sensors.of(said.source if said.about is None else said.about, time.of, time.has)
    columns = dict(said.columns)
    for name, angle in said.azimuths.items():
        columns[name] = Value(fold(angle.of + north), angle.has).array(pa.int32())
    columns["sensor"] = names
    columns["time"] = pc.cast(time.array(), PLOTS.schema.field("time").type)
    columns["time_raw"] = _raw(said)
    if part.read.table is PLOTS:
        marks = part.twice * DUPLICATE | times.suspect * TIME_SUSPECT
        columns["flags"] = pc.bit_wise_or(columns["flags"], pa.array(marks.astype(np.int64)))
    elif said.about is not None:
        columns["reporter"], _ = sensors.of(said.source, time.of, time.has)
    if kept is not None:
        columns = {name: pc.filter(column, kept) for name, column in columns.items()}
    checks = Checks(len(ordinals))
    if part.read.table is PLOTS:
        plot_marks(columns, checks, options, part.read.time_at, simulated=False, mode=0)
    else:
        _message_marks(columns, checks, options, part)
    columns["time_source"] = pc.if_else(pc.is_valid(columns["time"]), times.origin, "none")
    offset, length = piece.base + part.offset[part.kept], part.length[part.kept]
    columns["row"], columns["offset"] = pa.array(ordinals), pa.array(offset)
    columns["length"] = pa.array(length, pa.int32())
    rows = complete(part.read.table, columns, len(ordinals))
    if not checks.bad.any():
        return rows, ()
    starts, ends = offset - piece.base, offset - piece.base + length
    raw = checks.rejects(
        part.read.table.name, ordinals, offset, length, lambda row: piece.data[starts[row] : ends[row]].tobytes()
    )
    return rows.filter(pa.array(~checks.bad)), raw


def _message_marks(columns: dict[str, Array], checks: Checks, options: Options, part: Part) -> None:
    count = len(checks.bad)
    columns["category"] = pa.array(np.full(count, part.read.category), pa.uint8())
    columns["simulated"] = pa.array(np.full(count, options.simulated))
    if options.latest_us is not None:
        never: Array = pa.repeat(False, count)
        not_yet(
            columns["time"], never, columns["simulated"], options.latest_us, checks, part.read.time_at,
            columns["time_raw"],
        )  # fmt: skip


def _raw(said: Said) -> Array:
    """Times as written, in steps of 1/128 s; short ones come round after 65,536 of them."""
    times, end = (said.time, "/128") if said.short_time is None else (said.short_time, "/128 of 512")
    return pc.binary_join_element_wise(pc.cast(times.array(), pa.string()), end, "")
