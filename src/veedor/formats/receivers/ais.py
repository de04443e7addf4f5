"""AIS sentences (NMEA 0183 VDM, VDO), several a message, with times in TAG blocks or in a column beside them.

    \\s:station,c:1720267200*hh\\!AIVDM,1,1,,A,13aEOK?P00PD2wVMdLDRhgvL289?,0*26
    1720267200.5,!AIVDM,…        2024-07-06T12:00:00Z !AIVDM,…        !AIVDM,…*26,r003669959,1720267200

A position report (types 1, 2, 3, 9, 18, 19, 27) is a plot; one that says it knows no position is one without a place.
The radio call sign and the IMO number (column `registration`) come from static reports (5, 24) of the same MMSI less
than an hour before; the plots table has no room for name and ship type: they stay in the file. Other messages and blank
lines are framing. A message over several sentences stands at its last one; a sentence whose checksum fails, or that has
no beginning, is a reject.

Message contents are decoded by pyais (ITU-R M.1371). A report's own second is not used: it says no minute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, reduce
from operator import xor
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, pc
from veedor.formats.checks import Checks
from veedor.formats.reader import Batch, Options, Source
from veedor.formats.rows import plot_marks, positions_whole, single
from veedor.formats.times import instants
from veedor.formats.values import UNITS, measure
from veedor.formats.windows import line_blocks
from veedor.tables import PLOTS, plots

SENSOR = "ais"
_SENTENCE = re.compile(
    rb"(?P<before>[^!\\]*)(?:\\(?P<tag>[^\\]*)\\)?(?P<after_tag>[^!]*)"
    rb"(?P<said>!(?P<body>[A-Z]{2}VD[MO],(?P<of>\d),(?P<number>\d),(?P<id>\d?),(?P<channel>[^,]*),[^,*]*,\d)"
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
_MEASURED = (("lat_e7", "deg"), ("lon_e7", "deg"), ("speed_mm_s", "kt"), ("course_e7", "deg"))
_TYPES = {column.name: column.type for column in PLOTS.columns}


_Beginning = tuple[list[bytes], tuple[int | None, str | None]]
"""Sentences of a message so far, and the time of the first."""


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
                for row, place in enumerate((lines.starts + lines.at).tolist()):
                    _take(state, kept, place, lines.raw(row), "" if row < lines.whole else lines.cut)
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
        _, call_before, number_before = self.known(mmsi, now)
        self.said[mmsi] = (now, call_sign or call_before, number or number_before)
        if len(self.said) > _SHIPS:
            self.said = {ship: said for ship, said in self.said.items() if now - said[0] <= _HELD_US}

    def known(self, mmsi: int, now: int | None) -> tuple[int, str | None, str | None]:
        """What the ship said of itself within an hour: when, call sign, IMO number."""
        said = self.said.get(mmsi)
        recent = said is not None and now is not None and abs(now - said[0]) <= _HELD_US
        return said if said is not None and recent else (0, None, None)


@dataclass
class _Kept:
    """Lines that become rows or rejects, in order; `wrong` tells of those that fail."""

    offsets: list[int] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    wrong: dict[int, tuple[str, str, str, str]] = field(default_factory=dict)
    values: dict[str, list[Any]] = field(
        default_factory=lambda: {
            name: []
            for name in (
                "time",
                "shown",
                "mmsi",
                "call_sign",
                "registration",
                "height",
                *(each for each, _ in _MEASURED),
            )
        }
    )

    def add(self, place: int, line: bytes, **values: Any) -> None:
        self.offsets.append(place)
        self.raw.append(line)
        for name, column in self.values.items():
            column.append(values.get(name))

    def fail(self, place: int, line: bytes, reason: str, at: str, expected: str, found: str) -> None:
        self.wrong[len(self.offsets)] = (reason, at, expected, found)
        self.add(place, line)


def _take(state: _State, kept: _Kept, place: int, line: bytes, cut: str) -> None:
    if cut:
        kept.fail(place, line, "reject.truncated", "end of file", "a complete sentence", cut)
        return
    found = _SENTENCE.fullmatch(line)
    if found is None:
        if line.lstrip()[:1] != b"#":
            kept.fail(place, line, "reject.frame", "sentence", "!AIVDM,…*checksum", _shown(line))
        return
    if reduce(xor, found["body"], 0) != int(found["sum"], 16):
        kept.fail(place, line, "reject.checksum", "sentence", "the checksum of its letters", _shown(found["said"]))
        return
    time, shown, trouble = _time(found)
    if found["of"] != b"1":
        key = (found["id"], found["channel"], found["of"])
        if found["number"] == b"1":
            state.begin(key, found["said"], (time, shown))
            return
        before = state.parts.get(key)
        if before is None or found["number"] != b"%d" % (len(before[0]) + 1):
            kept.fail(place, line, "reject.frame", "sentence", "the sentences before it", _shown(found["said"]))
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
            _position(state, kept, place, line, message, (time, shown, trouble))
    except (_pyais().exceptions.AISBaseException, *_UNREADABLE) as error:
        text = f"{type(error).__name__}: {error}"
        kept.fail(place, line, "reject.frame", "message", "a message of ITU-R M.1371", text[:200])


@cache
def _pyais() -> Any:
    import pyais  # with the first sentence: 8 MB that no other format needs

    return pyais


def _static(state: _State, message: Any, time: int | None) -> None:
    call_sign = str(getattr(message, "callsign", None) or "").strip()
    number = int(getattr(message, "imo", None) or 0)
    if (call_sign or number) and time is not None:
        state.named(int(message.mmsi), call_sign or None, f"IMO{number}" if number else None, time)


def _position(
    state: _State, kept: _Kept, place: int, line: bytes, message: Any, told: tuple[int | None, str | None, str | None]
) -> None:
    time, shown, trouble = told
    lat, lon = float(message.lat), float(message.lon)
    nowhere = abs(lat) > 90.0 or abs(lon) > 180.0
    speed, course = float(message.speed), float(message.course)
    slow = int(message.msg_type) == 27
    unknown = speed >= 63 if slow else speed >= (1_023 if int(message.msg_type) == 9 else 102.3)
    mmsi = int(message.mmsi)
    _, call_sign, number_of_hull = state.known(mmsi, time)
    height = getattr(message, "alt", None)
    if trouble is not None:
        kept.wrong[len(kept.offsets)] = (trouble, "time", "a time with zone, or seconds since 1970", shown or "")
    # 91 and 181 say that the ship does not know where it is; other impossible places are damage.
    odd = nowhere and (lat, lon) != (91.0, 181.0)
    kept.add(
        place, line, time=time, shown=shown, mmsi=mmsi, call_sign=call_sign,
        registration=number_of_hull,
        lat_e7=None if nowhere and not odd else lat, lon_e7=None if nowhere and not odd else lon,
        speed_mm_s=None if unknown else speed, course_e7=None if course >= 360 else course,
        height=None if height is None or int(height) >= 4_095 else int(height),
    )  # fmt: skip


def _time(found: re.Match[bytes]) -> tuple[int | None, str | None, str | None]:
    """(microseconds, as written, what is wrong with it) of a sentence: TAG block, column before, or behind it."""
    tag = _TAG_TIME.search(found["tag"]) if found["tag"] is not None else None
    before = (found["before"] + found["after_tag"]).decode("latin-1").strip(" ,;\t\"'[]")
    behind = _BEHIND.search(found["behind"])
    text = tag[1].decode() if tag else before or (behind[1].decode() if behind else "")
    if not text:
        return None, None, None
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
    values, found = kept.values, dict[str, Array]()
    found["time"], _ = instants(pa.array(values["time"], pa.int64()), "epoch_us", None, 0, checks, "time")
    found["time_raw"] = pa.array(values["shown"], pa.string())
    for column, unit in _MEASURED:
        end = next(end for end in ("_mm_s", "_e7") if column.endswith(end))
        found[column] = measure(
            pa.array(values[column], pa.float64()), UNITS[end][unit], column, _TYPES[column], checks, column
        )
    found["altitude_geometric_mm"] = measure(
        pa.array(values["height"], pa.float64()),
        UNITS["_mm"]["m"],
        "altitude_geometric_mm",
        pa.int64(),
        checks,
        "height",
    )
    found["altitude_geometric_source"] = pc.if_else(
        pc.is_valid(found["altitude_geometric_mm"]), "report", pa.scalar(None, pa.string())
    )
    found["mmsi"] = pa.array(values["mmsi"], pa.int32())
    found["call_sign"] = pa.array(values["call_sign"], pa.string())
    found["registration"] = pa.array(values["registration"], pa.string())
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
