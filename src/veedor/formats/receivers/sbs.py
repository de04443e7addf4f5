"""SBS/BaseStation: one line a message, 22 fields without header, as dump1090 and many receivers send on port 30003.

    MSG, kind, session, aircraft, address, flight, date, time, date logged, time logged,
    call sign, ft, kt, track, latitude, longitude, ft/min, Mode A, alert, emergency, ident, on ground

A line with a position is a plot and carries what other lines said of its address less than a minute (call sign, code)
or five seconds (motion) before; lines without a position are framing. Dates and times are those of the receiver's
computer without a zone: they are UTC only where the file's name says so (`…20240706T065629Z…` or `…utc…`); else plots
have no time. A mapping may say another zone (docs/mappings.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, Whole, one_piece, pc
from veedor.formats.checks import Checks
from veedor.formats.csv_blocks import Block, Dialect, blocks
from veedor.formats.named_time import named_time
from veedor.formats.reader import Batch, Note, Options, Source
from veedor.formats.rows import plot_marks, positions_whole, single
from veedor.formats.times import instants
from veedor.formats.values import UNITS, coded, measure, truth
from veedor.tables import PLOTS, plots

SENSOR = "sbs"
_DIALECT = Dialect(header=False)
_FIELDS = [str(n) for n in range(1, 23)]
_SIGNATURE = re.compile(rb"(?:MSG|STA|SEL|AIR|ID|CLK),\d?,[^\n]*")
_KINDS = ("MSG", "STA", "SEL", "AIR", "ID", "CLK")
_TYPES = {column.name: column.type for column in PLOTS.columns}
_MEASURED = (
    ("12", "altitude_pressure_mm", "ft"), ("13", "speed_mm_s", "kt"), ("14", "course_e7", "deg"),
    ("15", "lat_e7", "deg"), ("16", "lon_e7", "deg"), ("17", "climb_mm_s", "ft/min"),
)  # fmt: skip
_SECOND = 1_000_000
# Field -> how long it holds.
_CARRIED = {"11": 60 * _SECOND, "18": 60 * _SECOND, "13": 5 * _SECOND, "14": 5 * _SECOND, "17": 5 * _SECOND}
_KEPT, _FRESH_US = 1 << 16, 120 * _SECOND
_EMERGENCIES = (0o7500, 0o7600, 0o7700)


@dataclass(frozen=True)
class Sbs:
    """The reader; the sensor is `sbs` unless the depositor names one."""

    name: str = "sbs"
    version: int = 1

    def sniff(self, head: bytes, name: str) -> bool:
        lines = head.split(b"\n")[:20]
        return sum(_SIGNATURE.match(line) is not None for line in lines) * 2 > len([line for line in lines if line])

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        known = named_time(source.name)[1] is not None or re.search(r"(?<![a-z])utc(?![a-z])", source.name.lower())
        carried, first, notes = _Carried(), 0, () if known else (Note("note.no_zone", {}),)
        with closing(source.open()) as stream:
            for block in blocks(stream, _DIALECT, source.name, _FIELDS):
                batch = _batch(block, carried, first, options, is_utc=bool(known))
                if batch is not None:
                    yield replace(batch, notes=(*batch.notes, *notes))
                    notes = ()
                    first += batch.rows.num_rows + len(batch.rejects)


@dataclass
class _Carried:
    """What lines said last: field -> (time, text), by address."""

    said: dict[str, dict[str, tuple[int, str]]] = field(default_factory=dict)

    def fill(self, columns: dict[str, list[str | None]], times: list[int | None]) -> None:
        """Puts into lines with a position what earlier lines said of the same address."""
        newest = 0
        for row, (address, now) in enumerate(zip(columns["5"], times, strict=True)):
            if address is None or now is None:
                continue
            newest = max(newest, now)
            known = self.said.setdefault(address, {})
            here = columns["15"][row] is not None
            for name, holds in _CARRIED.items():
                text = columns[name][row]
                if text is not None:
                    known[name] = (now, text)
                elif here and name in known and abs(now - known[name][0]) <= holds:
                    columns[name][row] = known[name][1]
        if len(self.said) > _KEPT:
            self.said = {
                address: known
                for address, known in self.said.items()
                if any(at >= newest - _FRESH_US for at, _ in known.values())
            }


def _batch(block: Block, carried: _Carried, first: int, options: Options, *, is_utc: bool) -> Batch | None:
    table, checks = block.columns, block.checks
    given = {name: _blank(table, name) for name in _FIELDS}
    kind = given["1"]
    unknown = pc.invert(pc.is_in(pc.fill_null(kind, ""), value_set=pa.array(_KINDS)))
    checks.fail(
        unknown.to_numpy(zero_copy_only=False) & ~checks.bad, "reject.code", "field 1", ", ".join(_KINDS), kind
    )  # fmt: skip
    stamps = pc.replace_substring(pc.binary_join_element_wise(given["7"], given["8"], "T"), "/", "-")
    message = pc.equal(pc.fill_null(kind, ""), "MSG").to_numpy(zero_copy_only=False) & ~checks.bad
    placed = message & (_there(given["15"]) | _there(given["16"]))
    for name, what in (("5", "address"), ("7", "date")):
        checks.fail(placed & ~_there(given[name]), "reject.missing", what, "a value", "nothing")
    # Only lines that become rows fail for their time: the others are not kept.
    clock = Checks(len(checks.bad))
    times, _ = instants(stamps, "iso", "UTC", 0, clock, "fields 7 and 8")
    checks.take(clock, placed)
    micros = pc.cast(times, pa.int64()).to_pylist()
    columns = {name: given[name].to_pylist() for name in ("5", "15", *_CARRIED)}
    carried.fill(columns, micros)
    given |= {name: pa.array(columns[name], pa.string()) for name in _CARRIED}
    kept = np.flatnonzero(placed | checks.bad)
    if not len(kept):
        return None
    return _rows(block, {name: array.take(pa.array(kept)) for name, array in given.items()},
                 times.take(pa.array(kept)), stamps.take(pa.array(kept)), kept, first, options, is_utc)  # fmt: skip


def _rows(
    block: Block, given: dict[str, Array], times: Array, stamps: Array, kept: Whole, first: int, options: Options,
    is_utc: bool,
) -> Batch:  # fmt: skip
    checks = block.checks.chosen(kept)
    found: dict[str, Array] = {"time_raw": stamps}
    for name, column, unit in _MEASURED:
        end = next(end for end in ("_mm_s", "_mm", "_e7") if column.endswith(end))
        found[column] = measure(given[name], UNITS[end][unit], column, _TYPES[column], checks, f"field {name}")
    found["address"] = coded(given["5"], 16, "address", pa.int32(), checks, "field 5")
    found["code_3a"] = coded(given["18"], 8, "code_3a", pa.int16(), checks, "field 18")
    found["call_sign"] = given["11"]
    found["on_ground"] = _said(given["22"], checks, "field 22")
    emergency = pc.fill_null(_said(given["20"], checks, "field 20"), False).to_numpy(zero_copy_only=False)
    emergency = emergency | np.isin(pc.fill_null(found["code_3a"], 0).to_numpy(), _EMERGENCIES)
    found["flags"] = pa.array(emergency.astype(np.int64) * plots.EMERGENCY)
    found["altitude_pressure_source"] = pc.if_else(
        pc.is_valid(found["altitude_pressure_mm"]), "adsb_barometric", pa.scalar(None, pa.string())
    )
    found["sensor"] = pa.repeat(options.sensor or SENSOR, len(kept))
    found["time"] = times if is_utc else pa.nulls(len(kept), times.type)
    positions_whole(found, checks)
    plot_marks(found, checks, options, "fields 7 and 8", simulated=False, mode=plots.ADSB)
    ordinals = np.arange(first, first + len(kept))
    offsets, lengths = block.offsets[kept], block.lengths[kept]
    rejects = checks.rejects(PLOTS.name, ordinals, offsets, lengths, lambda row: block.raw(int(kept[row])))
    return single(PLOTS, found, checks, first, offsets, lengths, rejects)


def _said(values: Array, checks: Checks, place: str) -> Array:
    """`-1` and `0`, as the format's first program wrote them."""
    return truth(pc.if_else(pc.equal(values, "-1"), "1", values), checks, place)


def _blank(table: pa.Table, name: str) -> Array:
    text = pc.utf8_trim_whitespace(one_piece(table[name]))
    return pc.if_else(pc.equal(text, ""), None, text)


def _there(values: Array) -> np.ndarray:
    found: np.ndarray = pc.is_valid(values).to_numpy(zero_copy_only=False)
    return found


READER = Sbs()
