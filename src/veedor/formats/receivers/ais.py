"""AIS sentences (NMEA 0183 VDM, VDO), several a message, with times in TAG blocks or in a column beside them.

    \\s:station,c:1720267200*hh\\!AIVDM,1,1,,A,13aEOK?P00PD2wVMdLDRhgvL289?,0*26
    1720267200.5,!AIVDM,…        2024-07-06T12:00:00Z !AIVDM,…        !AIVDM,…*26,r003669959,1720267200

A position report (types 1, 2, 3, 9, 18, 19, 27) is a plot; one that says it knows no position is one without a place.
The radio call sign and the IMO number (column `registration`) come from static reports (5, 24) of the same MMSI less
than an hour before; the plots table has no room for name and ship type: they stay in the file. Other messages and blank
lines are framing. A message over several sentences stands at its last one; a sentence whose checksum fails, or that has
no beginning, is a reject.

Position reports are read by ais_positions.py, all other contents by pyais (ITU-R M.1371). A report's own second is not
used: it says no minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, pc
from veedor.formats.checks import Checks
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.receivers.ais_positions import SAID, identity, is_whole, positions, reported
from veedor.formats.rows import plot_marks, positions_whole, single
from veedor.formats.times import instants
from veedor.formats.values import UNITS, measure
from veedor.formats.windows import line_blocks
from veedor.tables import PLOTS, plots

SENSOR = "ais"
_SENTENCE = re.compile(
    rb"(?P<before>[^!\\]*)(?:\\(?P<tag>[^\\]*)\\)?(?P<after_tag>[^!]*)(?P<said>!(?P<body>[A-Z]{2}VD[MO],"
    rb"(?P<of>\d),(?P<number>\d),(?P<id>\d?),(?P<channel>[^,]*),(?P<letters>[^,*]*),(?P<spare>\d))"
    rb"\*(?P<sum>[0-9A-Fa-f]{2}))(?P<behind>.*)",
    re.DOTALL,
)
_SIGNATURE = re.compile(rb"(?:^|\n)[^\n{}<]{0,120}!(?:AI|BS|AB|AN|SA)VD[MO],\d,\d,")
_TAG_TIME = re.compile(rb"(?:^|,)c:(\d{9,13})(?:[,*]|$)")
_EPOCH = re.compile(r"\d{9,10}(?:\.\d{1,9})?|\d{12,13}")
_BEHIND = re.compile(rb"[,;\s](\d{9,10}(?:\.\d+)?)\s*$")
_POSITIONS, _STATIC = (1, 2, 3, 9, 18, 19, 27), (5, 24)
_HELD_US = 3_600_000_000
_PARTS, _SHIPS = 64, 1 << 18
_LATEST_US = 9_000_000_000_000_000
# pyais raises its own errors, and now and then one of Python's, on bits that no transmitter would send.
_UNREADABLE = (ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError)
# What a report says, the column that it fills, its unit, and how a reject names it.
_MEASURED = (
    ("lat", "lat_e7", "deg", "lat_e7"),
    ("lon", "lon_e7", "deg", "lon_e7"),
    ("speed", "speed_mm_s", "kt", "speed_mm_s"),
    ("course", "course_e7", "deg", "course_e7"),
    ("height", "altitude_geometric_mm", "m", "height"),
)
_TYPES = {column.name: column.type for column in PLOTS.columns}


_Beginning = tuple[list[bytes], tuple[int | None, str | None]]
"""Sentences of a message so far, and the time of the first."""
_Told = tuple[int | None, str | None, str | None]
"""Microseconds, the time as written, and what is wrong with it."""
_Names = tuple[str | None, str | None]
"""Call sign and IMO number."""
_UNTOLD: _Told = (None, None, None)
_UNNAMED: _Names = (None, None)


@dataclass(frozen=True)
class Ais:
    """The reader; the sensor is `ais` unless the depositor names one."""

    name: str = "ais"
    version: int = 2

    def sniff(self, head: bytes, name: str) -> bool:
        return _SIGNATURE.search(head) is not None

    def read(self, source: Source, options: Options) -> Iterator[Batch]:
        state, first = _State(), 0
        with closing(source.open()) as stream:
            for lines in line_blocks(stream, source.name, "AIS sentences"):
                kept = _Kept()
                for row, (start, end) in enumerate(zip(lines.starts.tolist(), lines.ends.tolist(), strict=True)):
                    cut = "" if row < lines.whole else lines.cut
                    _take(state, kept, start + lines.at, lines.data[start:end], cut)
                if kept.offsets:
                    yield _batch(kept, first, options)
                    first += len(kept.offsets)


@dataclass
class _State:
    """Beginnings of messages over several sentences, and what ships said of themselves last."""

    parts: dict[tuple[bytes, bytes, bytes], _Beginning] = field(default_factory=dict)
    said: dict[int, tuple[int, str | None, str | None]] = field(default_factory=dict)

    def begin(self, key: tuple[bytes, bytes, bytes], said: bytes, time: tuple[int | None, str | None]) -> None:
        """A new beginning under a number that is in use replaces the old; the oldest of too many is dropped."""
        self.parts.pop(key, None)
        if len(self.parts) >= _PARTS:
            self.parts.pop(next(iter(self.parts)))
        self.parts[key] = [said], time

    def named(self, mmsi: int, call_sign: str | None, number: str | None, now: int) -> None:
        """Remembers call sign and IMO number; a report that lacks one leaves what the last one said within the hour.
        Where too many ships have gathered, those of an hour ago are forgotten."""
        call_before, number_before = self.names(mmsi, now)
        self.said[mmsi] = (now, call_sign or call_before, number or number_before)
        if len(self.said) > _SHIPS:
            self.said = {ship: said for ship, said in self.said.items() if now - said[0] <= _HELD_US}

    def names(self, mmsi: int, now: int | None) -> _Names:
        """What the ship said of itself within an hour."""
        said = self.said.get(mmsi)
        recent = said is not None and now is not None and abs(now - said[0]) <= _HELD_US
        return said[1:] if said is not None and recent else _UNNAMED


@dataclass
class _Kept:
    """Lines that become rows or rejects, in order; `wrong` tells of those that fail. What a report says stands in
    `letters` for whole reports of one sentence, which are read together, else in `said`; `of` is its place in the one,
    or the complement of its place in the other."""

    offsets: list[int] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    times: list[int | None] = field(default_factory=list)
    shown: list[str | None] = field(default_factory=list)
    call_signs: list[str | None] = field(default_factory=list)
    hulls: list[str | None] = field(default_factory=list)
    of: list[int | None] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)
    said: list[tuple[Any, ...]] = field(default_factory=list)
    wrong: dict[int, tuple[str, str, str, str]] = field(default_factory=dict)

    def add(self, place: int, line: bytes, told: _Told, names: _Names, of: int | None) -> None:
        if told[2] is not None:
            what = (told[2], "time", "a time with zone, or seconds since 1970", told[1] or "")
            self.wrong[len(self.offsets)] = what
        self.offsets.append(place)
        self.raw.append(line)
        self.times.append(told[0])
        self.shown.append(told[1])
        self.call_signs.append(names[0])
        self.hulls.append(names[1])
        self.of.append(of)

    def fail_line(self, place: int, line: bytes, reason: str, at: str, expected: str, found: str) -> None:
        self.wrong[len(self.offsets)] = (reason, at, expected, found)
        self.add(place, line, _UNTOLD, _UNNAMED, None)

    def values(self) -> dict[str, Array]:
        """SAID of all rows, in order."""
        whole = positions(self.letters)
        rest = list(zip(*self.said, strict=True)) or [()] * len(SAID)
        count = len(self.letters)
        order = pa.array([of if of is None or of >= 0 else count + ~of for of in self.of], pa.int64())
        return {
            name: pa.chunked_array([whole[name], pa.array(more, whole[name].type)]).take(order)
            for name, more in zip(SAID, rest, strict=True)
        }


def _take(state: _State, kept: _Kept, place: int, line: bytes, cut: str) -> None:
    if cut:
        kept.fail_line(place, line, "reject.truncated", "end of file", "a complete sentence", cut)
        return
    found = _SENTENCE.fullmatch(line)
    if found is None:
        if line.lstrip()[:1] != b"#":
            kept.fail_line(place, line, "reject.frame", "sentence", "!AIVDM,…*checksum", _shown(line))
        return
    if _checksum(found["body"]) != int(found["sum"], 16):
        kept.fail_line(place, line, "reject.checksum", "sentence", "the checksum of its letters", _shown(found["said"]))
        return
    told = _time(found)
    letters = found["letters"]
    if found["of"] == found["number"] == b"1" and found["spare"] == b"0" and is_whole(letters):
        names = state.names(identity(letters), told[0]) if state.said else _UNNAMED
        kept.add(place, line, told, names, len(kept.letters))
        kept.letters.append(letters)
        return
    time, shown, trouble = told
    if found["of"] != b"1":
        key = (found["id"], found["channel"], found["of"])
        if found["number"] == b"1":
            state.begin(key, found["said"], (time, shown))
            return
        before = state.parts.get(key)
        if before is None or found["number"] != b"%d" % (len(before[0]) + 1):
            kept.fail_line(place, line, "reject.frame", "sentence", "the sentences before it", _shown(found["said"]))
            return
        before[0].append(found["said"])
        if time is None and trouble is None:
            time, shown = before[1]
        if found["number"] != found["of"]:
            return
        del state.parts[key]
        said = before[0]
    else:
        said = [found["said"]]
    try:
        message: Any = _pyais().decode(*said)
        number = int(message.msg_type)
        if number in _STATIC:
            _static(state, message, time)
        elif number in _POSITIONS:
            said_there = reported(message)
            kept.add(place, line, (time, shown, trouble), state.names(said_there[0], time), ~len(kept.said))
            kept.said.append(said_there)
    except (_pyais().exceptions.AISBaseException, *_UNREADABLE) as error:
        text = f"{type(error).__name__}: {error}"
        kept.fail_line(place, line, "reject.frame", "message", "a message of ITU-R M.1371", text[:200])


@cache
def _pyais() -> Any:
    import pyais  # with the first sentence: 8 MB that no other format needs

    return pyais


def _static(state: _State, message: Any, time: int | None) -> None:
    call_sign = str(getattr(message, "callsign", None) or "").strip()
    number = int(getattr(message, "imo", None) or 0)
    if (call_sign or number) and time is not None:
        state.named(int(message.mmsi), call_sign or None, f"IMO{number}" if number else None, time)


def _checksum(letters: bytes) -> int:
    """All of them by exclusive or, in halves: a loop over bytes takes as long as all the rest of a line."""
    number, width = int.from_bytes(letters), 1 << (len(letters) - 1).bit_length()
    while width > 1:
        width >>= 1
        number ^= number >> 8 * width
    return number & 255


def _time(found: re.Match[bytes]) -> _Told:
    """When a sentence was received: TAG block, column before, or behind it."""
    tag = _TAG_TIME.search(found["tag"]) if found["tag"] is not None else None
    text = tag[1].decode() if tag else (found["before"] + found["after_tag"]).decode("latin-1").strip(" ,;\t\"'[]")
    if not text:
        behind = _BEHIND.search(found["behind"])
        text = behind[1].decode() if behind else ""
    return _instant(text) if text else _UNTOLD


@lru_cache(1_024)
def _instant(text: str) -> _Told:
    """The same of a time as it is written; many sentences of one second bear the same."""
    if _EPOCH.fullmatch(text):
        whole, _, part = text.partition(".")
        micros = int(whole) * (1_000 if len(whole) > 10 else 1_000_000) + int((part + "000000")[:6])
        return (micros, text, None) if micros <= _LATEST_US else (None, text, "reject.time")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None, text, "reject.time"
    if moment.tzinfo is None:
        return None, text, "reject.time_zone"
    return round(moment.timestamp() * 1e6), text, None


def _batch(kept: _Kept, first: int, options: Options) -> Batch:
    rows = len(kept.offsets)
    checks = Checks(rows)
    for row, (reason, at, expected, text) in kept.wrong.items():
        checks.fail_row(row, reason, at, expected, text)
    said, found = kept.values(), dict[str, Array]()
    found["time"], _ = instants(pa.array(kept.times, pa.int64()), "epoch_us", None, 0, checks, "time")
    found["time_raw"] = pa.array(kept.shown, pa.string())
    for name, column, unit, at in _MEASURED:
        end = next(end for end in ("_mm_s", "_mm", "_e7") if column.endswith(end))
        found[column] = measure(said[name].cast(pa.float64()), UNITS[end][unit], column, _TYPES[column], checks, at)
    found["altitude_geometric_source"] = pc.if_else(
        pc.is_valid(found["altitude_geometric_mm"]), "report", pa.scalar(None, pa.string())
    )
    found["mmsi"] = said["mmsi"].cast(pa.int32())
    found["call_sign"] = pa.array(kept.call_signs, pa.string())
    found["registration"] = pa.array(kept.hulls, pa.string())
    found["sensor"] = pa.repeat(options.sensor or SENSOR, rows)
    positions_whole(found, checks)
    plot_marks(found, checks, options, "time", simulated=False, mode=plots.AIS)
    ordinals = np.arange(first, first + rows)
    offsets = np.array(kept.offsets, np.int64)
    lengths = np.array([len(line) for line in kept.raw], np.int64)
    rejects = checks.rejects(PLOTS.name, ordinals, offsets, lengths, lambda row: kept.raw[row])
    return single(PLOTS, found, checks, first, offsets, lengths, rejects)


def _shown(line: bytes) -> str:
    return line[:100].decode("latin-1")


READER = Ais()
