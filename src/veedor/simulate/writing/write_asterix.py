"""What a radar puts on the wire: plots and service messages as ASTERIX data blocks, in the order of the beam.

A modern radar writes CAT048 and CAT034, a legacy one CAT001 and CAT002. Each turn begins with a north mark that carries
the turn time and how many plots of each kind went out in the turn before; each of `SECTORS` sectors begins with a
sector message, and the plots found in it follow as one block. A radar that is off sends nothing. Every plot says SIM.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from veedor.formats.asterix.categories import find
from veedor.formats.asterix.encode import Encoded, blocks, encode
from veedor.formats.asterix.layout import Category
from veedor.simulate.columns import Floats, Ints, Truths
from veedor.simulate.places import Radar
from veedor.simulate.scale import DAY_S
from veedor.simulate.sensing.hits import Hits, merged
from veedor.simulate.sensing.sensors import Conduct
from veedor.tables.plots import MODE_S, MULTIPATH, PSR, SECOND_TIME_AROUND, SIDE_LOBE, SSR

SECTORS = 8
EDITIONS = {1: "1.2", 2: "1.0", 34: "1.27", 48: "1.30"}
_MILE_M = 1852.0
_TICKS = 128
_DAY_TICKS = 86_400 * _TICKS
_NORTH, _SECTOR = 1, 2
# Warning conditions of I048/030 and I001/030 by what the radar marks.
_MARKS = {MULTIPATH: 1, SIDE_LOBE: 2, SECOND_TIME_AROUND: 4}
_LEGACY_MARKS = {MULTIPATH: 2, SIDE_LOBE: 3, SECOND_TIME_AROUND: 5}
# Six-bit characters of an aircraft identification (ICAO Annex 10, volume IV): letters from 1, digits as in ASCII.
_CHARACTERS = {**{chr(64 + n): n for n in range(1, 27)}, **{str(n): 48 + n for n in range(10)}, " ": 32}


@dataclass(frozen=True)
class Code:
    """How a radar names itself on the wire."""

    sac: int
    sic: int


def codes(radars: Sequence[Radar]) -> dict[str, Code]:
    """A SAC for each party, a SIC for each radar."""
    parties = sorted({radar.party for radar in radars})
    return {radar.sensor: Code(200 + parties.index(radar.party), 1 + n) for n, radar in enumerate(radars)}


def day_bytes(radar: Radar, code: Code, conduct: Conduct, hits: Hits, day: int, evening: Hits | None = None) -> bytes:
    """The data blocks of one day; `hits` in order of time, seconds from the scenario's start. `evening` are those of
    the day before, the last of which the first north mark counts."""
    turns = (hits.t - conduct.phase_s) / radar.turn_s
    sector = np.floor(turns * SECTORS).astype(np.int64)
    plots = _legacy(code, hits) if radar.legacy else _modern(code, hits)
    starts = np.flatnonzero(np.diff(sector, prepend=sector[:1] - 1)) if len(hits) else np.zeros(0, np.int64)
    first = int(np.ceil((day * DAY_S - conduct.phase_s) / radar.turn_s * SECTORS))
    last = int(np.ceil(((day + 1) * DAY_S - conduct.phase_s) / radar.turn_s * SECTORS))
    marks = np.arange(first, last)
    moments = conduct.phase_s + marks * radar.turn_s / SECTORS
    on = conduct.working(moments)
    counted = hits if evening is None else merged([evening.take(evening.t >= day * DAY_S - 2 * radar.turn_s), hits])
    turn = np.floor((counted.t - conduct.phase_s) / radar.turn_s).astype(np.int64)
    service = _service(radar, code, marks[on], moments[on], turn, counted.mode)
    # Of one sector the message comes before its plots.
    return _in_order(
        [
            (blocks(_category(1 if radar.legacy else 48), plots, starts), sector[starts] * 2 + 1),
            (blocks(_category(2 if radar.legacy else 34), service, np.arange(int(on.sum()))), marks[on] * 2),
        ]
    )


def _category(number: int) -> Category:
    return find(number, EDITIONS[number])


def _source(code: Code, count: int) -> dict[str, Ints]:
    return {"010.SAC": np.full(count, code.sac), "010.SIC": np.full(count, code.sic)}


def _place(hits: Hits, per_mile: int) -> dict[str, Ints]:
    rho = np.round(hits.range_m / _MILE_M * per_mile).astype(np.int64)
    theta = np.round(hits.azimuth / 360.0 * 65_536).astype(np.int64) % 65_536
    return {"040.RHO": np.clip(rho, 0, 65_535), "040.THETA": theta}


def _ticks(t: Floats) -> Ints:
    return np.round(t * _TICKS).astype(np.int64) % _DAY_TICKS


def _level(hits: Hits) -> Ints:
    """Flight level in quarters: 25 ft."""
    return np.round(np.nan_to_num(hits.pressure_m) / 0.3048 / 25.0).astype(np.int64)


def _modern(code: Code, hits: Hits) -> Encoded:
    count = len(hits)
    psr, answers, selective = ((hits.mode & bit) != 0 for bit in (PSR, SSR | MODE_S, MODE_S))
    kind = np.select([selective, answers], [np.where(psr, 7, 5), np.where(psr, 3, 2)], 1)
    zeros = np.zeros(count, np.int64)
    spoken = np.array([identification(text) for text in hits.call_sign.tolist()], np.int64)
    values = {
        **_source(code, count), **_place(hits, 256), "140": _ticks(hits.t), "020.TYP": kind,
        "020.SIM": np.ones(count, np.int64), "070.MODE3A": np.maximum(hits.code, 0), "070.V": zeros,
        "090.FL": _level(hits), "090.V": zeros, "161.TRN": np.maximum(hits.track, 0),
        "220": np.maximum(hits.address, 0), "240": np.maximum(spoken, 0),
    }  # fmt: skip
    known = {"070": hits.code >= 0, "090": ~np.isnan(hits.pressure_m), "161": hits.track >= 0,
             "220": hits.address >= 0, "240": spoken >= 0}  # fmt: skip
    has = {path: known[path.partition(".")[0]] for path in values if path.partition(".")[0] in known}
    return encode(_category(48), count, values, has, _warnings(hits, _MARKS))


def _legacy(code: Code, hits: Hits) -> Encoded:
    count = len(hits)
    psr, answers = ((hits.mode & bit) != 0 for bit in (PSR, SSR | MODE_S))
    values = {
        **_source(code, count), **_place(hits, 128), "020.TYP": np.zeros(count, np.int64),
        "020.SIM": np.ones(count, np.int64), "020.SSRPSR": psr + 2 * answers.astype(np.int64),
        "070.MODE3A": np.maximum(hits.code, 0), "090.HGT": _level(hits), "141": _ticks(hits.t) % 65_536,
    }  # fmt: skip
    has = {"070.MODE3A": hits.code >= 0, "090.HGT": ~np.isnan(hits.pressure_m)}
    return encode(_category(1), count, values, has, _warnings(hits, _LEGACY_MARKS))


def _warnings(hits: Hits, codes: Mapping[int, int]) -> Mapping[str, tuple[Ints, Ints]]:
    """The one warning of each plot that the radar marks (I048/030, I001/030); no item at all where it marks none."""
    said = np.select([(hits.flags & flag) != 0 for flag in codes], list(codes.values()), 0)
    if not said.any():
        return {}
    return {"030": (np.concatenate([[0], np.cumsum(said > 0)]).astype(np.int64), said[said > 0].astype(np.int64))}


def identification(text: str | None) -> int:
    """Eight characters of six bits, -1 where nothing is said."""
    if text is None:
        return -1
    value = 0
    for letter in text[:8].ljust(8):
        value = value << 6 | _CHARACTERS.get(letter, 32)
    return value


def _service(radar: Radar, code: Code, marks: Ints, moments: Floats, turn: Ints, mode: Ints) -> Encoded:
    """A north mark at each whole turn, a sector message at each other sector."""
    north = marks % SECTORS == 0
    count = len(marks)
    values = {
        **_source(code, count), "000": np.where(north, _NORTH, _SECTOR), "030": _ticks(moments),
        "020": (marks % SECTORS) * (256 // SECTORS), "041": np.full(count, round(radar.turn_s * _TICKS)),
    }  # fmt: skip
    has = {"020": ~north, "041": north}
    lists = _counts(radar.legacy, marks // SECTORS - 1, north, turn, mode)
    return encode(_category(2 if radar.legacy else 34), count, values, has, lists)


def _counts(legacy: bool, before: Ints, north: Truths, turn: Ints, mode: Ints) -> Mapping[str, tuple[Ints, Ints]]:
    """How many plots of each kind went out in the turn before each north mark: as I034/070 and I002/070 say it."""
    psr, answers, selective = ((mode & bit) != 0 for bit in (PSR, SSR | MODE_S, MODE_S))
    combined = np.where(selective, 7, 3)
    alone = np.where(selective, 5, 2)
    kind = np.where(psr & answers, combined, np.where(answers, alone, 1))
    offsets, kinds, counts = [0], list[int](), list[int]()
    said = {kind_: dict(zip(*map(np.ndarray.tolist, np.unique(turn[kind == kind_], return_counts=True)), strict=True))
            for kind_ in sorted(set(kind.tolist()))}  # fmt: skip
    for number, is_north in zip(before.tolist(), north.tolist(), strict=True):
        if is_north:
            found = {kind_: by_turn[number] for kind_, by_turn in said.items() if number in by_turn}
            kinds += found or {1: 0}
            counts += (found or {1: 0}).values()
        offsets.append(len(kinds))
    at, what, many = np.array(offsets, np.int64), np.array(kinds, np.int64), np.array(counts, np.int64)
    if legacy:
        return {"070.A": (at, np.zeros_like(what)), "070.IDENT": (at, what), "070.COUNTER": (at, many)}
    return {"070.TYP": (at, what), "070.COUNT": (at, many)}


def _in_order(parts: Sequence[tuple[Encoded, Ints]]) -> bytes:
    """All blocks of all parts in order of their keys."""
    lengths = np.concatenate([np.diff(encoded.offsets) for encoded, _ in parts])
    bases = np.cumsum([0, *(len(encoded.data) for encoded, _ in parts)])[:-1]
    heads = np.concatenate([e.offsets[:-1] + base for (e, _), base in zip(parts, bases.tolist(), strict=True)])
    order = np.argsort(np.concatenate([keys for _, keys in parts]), kind="stable")
    lengths, heads = lengths[order], heads[order]
    within = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    whole = np.concatenate([encoded.data for encoded, _ in parts])
    together: bytes = whole[np.repeat(heads, lengths) + within].tobytes()
    return together
