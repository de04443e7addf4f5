"""Frames of one block of a file, however it wraps them, and the batch of plots that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, Mask, Whole, pc
from veedor.formats.checks import Checks
from veedor.formats.reader import Batch, Options
from veedor.formats.receivers.mode_s.checksum import Bytes
from veedor.formats.receivers.mode_s.codes import NONE, call_sign
from veedor.formats.receivers.mode_s.fields import (
    CALL,
    CLIMB,
    CODE,
    COURSE,
    DAMAGED,
    EMERGENCY,
    HEIGHT_ABOVE_PRESSURE,
    POSITION,
    REPLY,
    SPEED,
    Fields,
    fields,
)
from veedor.formats.receivers.mode_s.follow import Followed, State, follow
from veedor.formats.receivers.mode_s.quality import CATEGORY, COLUMNS, category, integrity
from veedor.formats.rows import plot_marks, single
from veedor.tables import PLOTS, plots
from veedor.tables.declare import TIME

_EMERGENCIES = (0o7500, 0o7600, 0o7700)
_PARITY = "a parity that fits"


@dataclass(frozen=True)
class Frames:
    """Source records in order of the file. `frames` are rows of 14 bytes of which `sizes` count; `time_us` counts from
    anywhere (NONE: no time) and is UTC where `time_source` is not "none". `checks` knows records that are no frame;
    `time_text(rows)` gives times as written, `raw(row)` the bytes of a record."""

    frames: Bytes
    sizes: Whole
    time_us: Whole
    time_source: str
    offsets: Whole
    lengths: Whole
    checks: Checks
    time_text: Callable[[Whole], list[str | None]]
    raw: Callable[[int], bytes]


@dataclass
class Tally:
    """How many source records were what: every one is in exactly one of these counts."""

    positions: int = 0
    replies: int = 0
    enriching: int = 0
    useless: int = 0
    damaged: int = 0


def batches(blocks: Iterable[Frames], options: Options, sensor: str, tally: Tally | None = None) -> Iterator[Batch]:
    """The plots of a file, block by block: a row per position and per reply of an aircraft that sends no positions;
    frames whose content later rows carry, and those that say nothing, are framing."""
    state, counts, first = State(), tally or Tally(), 0
    for block in blocks:
        found = fields(block.frames, block.sizes)
        found.kind[block.checks.bad] = DAMAGED
        followed = follow(state, found, block.time_us)
        rows = (followed.role == POSITION) | (followed.role == REPLY)
        damaged = followed.role == DAMAGED
        _count(counts, followed.role)
        kept = np.flatnonzero(rows | damaged)
        if not len(kept):
            continue
        checks = _checks(block, found, damaged, kept)
        columns = _columns(block, found, followed, kept, checks, options, sensor)
        ordinals = np.arange(first, first + len(kept))
        offsets, lengths = block.offsets[kept], block.lengths[kept]
        rejects = checks.rejects(PLOTS.name, ordinals, offsets, lengths, _raw_of(block, kept))
        yield single(PLOTS, columns, checks, first, offsets, lengths, rejects)
        first += len(kept)


def _raw_of(block: Frames, kept: Whole) -> Callable[[int], bytes]:
    return lambda row: block.raw(int(kept[row]))


def _count(counts: Tally, role: Whole) -> None:
    found = np.bincount(role, minlength=6)
    counts.damaged += int(found[DAMAGED])
    counts.useless += int(found[1])
    counts.replies += int(found[REPLY])
    counts.positions += int(found[POSITION])
    counts.enriching += int(found[5])


def _checks(block: Frames, found: Fields, damaged: Mask, kept: Whole) -> Checks:
    """What is wrong with the records that are kept: what the wrapping said, else the parity."""
    failed = Checks(len(damaged))
    failed.take(block.checks, block.checks.bad)
    here = np.flatnonzero(damaged & ~failed.bad)
    if len(here):
        names = [""] * len(damaged)
        for row in here.tolist():
            size = int(block.sizes[row])
            names[row] = f"downlink format {int(found.downlink[row])}, {block.frames[row, :size].tobytes().hex()}"
        failed.fail(damaged & ~failed.bad, "reject.parity", "parity", _PARITY, names)
    return failed.chosen(kept)


def _columns(
    block: Frames, found: Fields, followed: Followed, kept: Whole, checks: Checks, options: Options, sensor: str
) -> dict[str, Array]:
    says = followed.says[kept]
    emergency = (says[:, EMERGENCY] == 1) | np.isin(says[:, CODE], _EMERGENCIES)
    pressure, height, above = found.pressure_mm[kept], found.height_mm[kept], says[:, HEIGHT_ABOVE_PRESSURE]
    derived = (height == NONE) & (pressure != NONE) & (above != NONE)
    height = np.where(derived, pressure + above, height)
    named = ~found.anonymous[kept]
    address = found.address[kept]
    reply = followed.role[kept] == REPLY
    surface = (found.cpr[kept, 3] == 1) & ~reply
    # Nothing about a damaged record is used; its row is filtered out.
    timed = (block.time_us[kept] != NONE) & (block.time_source != "none")
    columns: dict[str, Array] = {
        "sensor": pa.repeat(options.sensor or sensor, len(kept)),
        "time": pc.cast(pa.array(block.time_us[kept], mask=~timed), TIME),
        "time_raw": pa.array(block.time_text(kept), pa.string()),
        "mode": pa.array(np.where(reply, plots.MODE_S, plots.ADSB), pa.uint8()),
        "flags": pa.array(
            emergency * plots.EMERGENCY
            + surface * plots.ON_GROUND
            + found.identifying[kept] * plots.SPECIAL_IDENTIFICATION,
            pa.uint16(),
        ),
        "lat_e7": _whole(followed.where[kept, 0], pa.int32()),
        "lon_e7": _whole(followed.where[kept, 1], pa.int32()),
        "altitude_pressure_mm": _whole(pressure, pa.int64()),
        "altitude_pressure_source": _said(pressure, np.where(reply, "mode_s", "adsb_barometric")),
        "altitude_geometric_mm": _whole(height, pa.int64()),
        "altitude_geometric_source": _said(height, np.full(len(kept), "adsb_geometric")),
        "speed_mm_s": _whole(says[:, SPEED], pa.int32()),
        "course_e7": _whole(says[:, COURSE], pa.int32()),
        "climb_mm_s": _whole(says[:, CLIMB], pa.int32()),
        "address": pa.array(address, pa.int32(), mask=~named),
        "sensor_track": pa.array([None if own else f"~{key:06x}" for own, key in zip(named, address, strict=True)]),
        "code_3a": _whole(says[:, CODE], pa.int16()),
        "call_sign": _texts(says[:, CALL], call_sign),
        "emitter_category": _texts(says[:, CATEGORY], category),
        "nic": _whole(
            np.where(reply, NONE, integrity(found.type_code[kept], found.supplement_b[kept], says)), pa.int8()
        ),
        **{name: _whole(says[:, column], pa.int8()) for name, column in COLUMNS},
    }
    columns["sensor_track"] = pc.cast(columns["sensor_track"], pa.string())
    plot_marks(columns, checks, options, "time stamp", simulated=False, mode=plots.ADSB)
    columns["time_source"] = pc.if_else(pa.array(timed), block.time_source, "none")
    return columns


def _whole(values: Whole, kind: pa.DataType) -> Array:
    return pc.cast(pa.array(np.where(values == NONE, 0, values), mask=values == NONE), kind)


def _said(values: Whole, words: np.ndarray) -> Array:
    return pc.if_else(pa.array(values != NONE), pa.array(words.tolist(), pa.string()), pa.scalar(None, pa.string()))


def _texts(packed: Whole, spelled: Callable[[int], str | None]) -> Array:
    coded = pc.dictionary_encode(pa.array(packed))
    words = [None if value == NONE else spelled(value) for value in coded.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(coded.indices)
