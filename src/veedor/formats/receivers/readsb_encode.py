"""Writing one aircraft's plots as a readsb trace (`trace_full` JSON), one point a line as readsb itself does."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from veedor.formats.arrow import pc
from veedor.formats.receivers.json_quality import KEYS, SIL_TYPES
from veedor.tables import plots

FOOT_MM, KNOT_MM_S = 304.8, 1852_000 / 3600
FOOT_PER_MINUTE_MM_S = 304.8 / 60
DECLARED = {
    one.name: KEYS.get(one.name, one.name) for one in plots.QUALITY if one.name not in ("sil_supplement", "pic")
}
_COLUMNS = (
    "lat_e7", "lon_e7", "altitude_pressure_mm", "altitude_geometric_mm", "speed_mm_s", "course_e7", "climb_mm_s",
    "flags", "call_sign", "code_3a", *DECLARED, "sil_supplement", "emitter_category",
)  # fmt: skip
_LINES = 2_048


def encode_trace(
    rows: pa.Table, *, icao: int, registration: str | None, type_code: str | None, simulated: bool
) -> Iterator[bytes]:
    """One trace file. `rows` are plots of the address `icao` sorted by time, with `time`, `lat_e7`, `lon_e7` and any
    of the columns altitude, speed, course, climb, flags, call sign, code_3a, quality and emitter category; all must
    have a position. What is declared is written at every point that has it, call sign and code where they change.

    readsb rounds: 0.01 s, 1e-6 degree, 1 ft of pressure altitude, 25 ft of geometric altitude is written as given to
    1 ft, 0.1 kt, 0.1 degree, 1 ft/min. `simulated` adds the key `"simulated":true`, which other readers pass over.
    """
    times = pc.cast(rows["time"], pa.int64()).to_pylist()
    base = (times[0] // 1000 if times else 0) / 1000
    head = [f'{{"icao":{json.dumps(f"{icao:06x}")}']
    if registration is not None:
        head.append(f'"r":{json.dumps(registration)}')
    if type_code is not None:
        head.append(f'"t":{json.dumps(type_code)}')
    if simulated:
        head.append('"simulated":true')
    yield (",\n".join([*head, f'"timestamp":{base:.3f}', '"trace":[\n'])).encode()
    values = [rows[name].to_pylist() if name in rows.column_names else [None] * len(times) for name in _COLUMNS]
    start = round(base * 1_000)
    seen: tuple[object, object] = (None, None)
    lines: list[str] = []
    for number, (
        time,
        lat,
        lon,
        pressure,
        geometric,
        speed,
        course,
        climb,
        flags,
        call_sign,
        code,
        *declared,
    ) in enumerate(zip(times, *values, strict=True)):
        ground = bool((flags or 0) & plots.ON_GROUND)
        said = _declared(declared, flags or 0)
        if (call_sign, code) != seen:
            seen = (call_sign, code)
            said += [] if call_sign is None else [f'"flight":{json.dumps(call_sign.ljust(8))}']
            said += [] if code is None else [f'"squawk":"{code:04o}"']
        detail = "{" + ",".join(['"type":"adsb_icao"', *said]) + "}" if said else "null"
        altitude = '"ground"' if ground else _number(pressure, FOOT_MM, 0)
        offset = (time + 500) // 1000 - start
        lines.append(
            f"{',' if number else ''}[{offset / 1000:.2f},{lat / 1e7:.6f},{lon / 1e7:.6f},{altitude},"
            f"{_number(speed, KNOT_MM_S, 1)},{_number(_turned(course), 1e7, 1)},0,"
            f"{_number(climb, FOOT_PER_MINUTE_MM_S, 0)},{detail},"
            f'"adsb_icao",{_number(geometric, FOOT_MM, 0)},null,null,null]\n'
        )
        if len(lines) == _LINES:
            yield "".join(lines).encode()
            lines = []
    yield ("".join(lines) + "]}\n").encode()


def _declared(values: Sequence[Any], flags: int) -> list[str]:
    """What the aircraft says of its navigation and of itself, as keys; values in the order of _COLUMNS."""
    *numbers, supplement, category = values
    said = [f'"{key}":{number}' for key, number in zip(DECLARED.values(), numbers, strict=True) if number is not None]
    said += [] if supplement is None else [f'"sil_type":"{SIL_TYPES[supplement]}"']
    said += [] if category is None else [f'"category":"{category}"']
    return said + (['"spi":1'] if flags & plots.SPECIAL_IDENTIFICATION else [])


def _number(value: int | None, unit: float, places: int) -> str:
    return "null" if value is None else f"{value / unit:.{places}f}"


def _turned(course: int | None) -> int | None:
    return course + 3_600_000_000 if course is not None and course < 0 else course
