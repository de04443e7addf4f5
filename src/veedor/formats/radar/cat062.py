"""CAT062, tracks of a system that fuses sensors, as plots of mode REPORT (EUROCONTROL-SPEC-0149-9).

| item | column |
|---|---|
| 010, 070, 040 | sensor (the system), time, sensor_track |
| 080 | flags SIMULATED, EXTRAPOLATED (CST: coasted), EMERGENCY (ME, EMS), TENTATIVE (CNF) |
| 080, 340.TYP | flags SPECIAL_IDENTIFICATION (SPI), FRIENDLY (MD4, MD5); TEST, FIELD_MONITOR |
| 105 | position; 500.APC, 500.COV: its variances. 100 counts from a point that no record names: not used |
| 136, 135 | altitude_pressure: measured, else calculated where not corrected by QNH; 130: altitude_geometric |
| 185, 220 | speed, course, climb; 180 in edition 0.17 |
| 060, 380, 245, 390 | code_3a, address, call_sign (of the aircraft, else of the track, else of the plan), type_code |
| 120; 380.EMC | code_2; emitter_category |
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, pc
from veedor.formats.asterix.decode import Decoded
from veedor.formats.radar.columns import (
    SPEED_MM_S,
    Ints,
    Said,
    Value,
    altitude,
    call_signs,
    emergencies,
    flags_of,
    measured,
    number_text,
    place,
    polar,
    source,
    speed,
    value,
    word,
)
from veedor.formats.radar.quality import emitters, marks
from veedor.tables.plots import EMERGENCY, EXTRAPOLATED, FIELD_MONITOR, ON_GROUND, REPORT, SIMULATED, TEST

ITEMS = (
    "010", "040", "060", "070", "080.SIM", "080.ME", "080.CST", "080.EMS", "080.CNF", "080.SPI", "080.MD4", "080.MD5",
    "105", "120", "130", "135", "136", "180", "185", "220", "245", "340.TYP", "380.ADR", "380.ID", "380.COM.STAT",
    "380.EMC", "390.CS", "390.TAC", "500.APC", "500.COV",
)  # fmt: skip
FLAGS = (
    ("080.SIM", SIMULATED), ("080.CST", EXTRAPOLATED), ("080.ME", EMERGENCY), ("340.TYP.SIM", SIMULATED),
    ("340.TYP.TST", TEST), ("340.TYP.RAB", FIELD_MONITOR),
)  # fmt: skip


def meaning(decoded: Decoded) -> Said:
    """Plots of CAT062 records."""
    code = value(decoded, "060.MODE3A")
    lat, lon = place(decoded, "105")
    calculated = altitude(decoded, "135.CTB").where(value(decoded, "135.QNH").of == 0)
    level, height = altitude(decoded, "136").otherwise(calculated), altitude(decoded, "130")
    ground, course = polar(measured(decoded, "185.VX"), measured(decoded, "185.VY"))
    ground, course = ground.otherwise(speed(decoded, "180.GS")), course.otherwise(measured(decoded, "180.HDG").folded())
    ground = ground.within(0, SPEED_MM_S)
    columns = {
        "mode": pa.array(np.full(len(decoded), REPORT), pa.uint8()),
        "flags": pa.array(_flags(decoded, code), pa.int64()),
        "lat_e7": lat.array(pa.int32()),
        "lon_e7": lon.array(pa.int32()),
        **_variances(decoded, lat),
        "altitude_pressure_mm": level.array(),
        "altitude_pressure_source": word(level.has, "report"),
        "altitude_geometric_mm": height.array(),
        "altitude_geometric_source": word(height.has, "report"),
        "speed_mm_s": ground.array(pa.int32()),
        "course_e7": course.where(ground.has & (ground.of > 0)).array(pa.int32()),
        "climb_mm_s": speed(decoded, "220").array(pa.int32()),
        "code_3a": code.array(pa.int16()),
        "code_3a_valid": Value(1 - value(decoded, "060.V").of, value(decoded, "060.V").has).truth(),
        "code_3a_garbled": value(decoded, "060.G").truth(),
        "address": value(decoded, "380.ADR").array(pa.int32()),
        "call_sign": _call_sign(decoded),
        "type_code": _letters(value(decoded, "390.TAC"), 4),
        "code_2": value(decoded, "120.MODE2").array(pa.int16()),
        "emitter_category": emitters(value(decoded, "380.EMC")),
        "sensor_track": number_text(value(decoded, "040")),
    }
    return Said(len(decoded), source(decoded), value(decoded, "070"), columns)


def _flags(decoded: Decoded, code: Value) -> Ints:
    found = flags_of(decoded, FLAGS) | emergencies(code) * EMERGENCY
    found |= value(decoded, "080.EMS").is_one_of(1, 4, 5, 6) * EMERGENCY
    found |= value(decoded, "380.COM.STAT").is_one_of(1, 3) * ON_GROUND
    return found | marks(
        decoded, tentative="080.CNF", identifying="080.SPI", status="380.COM.STAT", friend=("080.MD4", "080.MD5")
    )


def _variances(decoded: Decoded, lat: Value) -> dict[str, Array]:
    """500.APC says standard deviations; 500.COV the square root of the covariance, with its sign."""
    east, north = measured(decoded, "500.APC.X"), measured(decoded, "500.APC.Y")
    shared = measured(decoded, "500.COV")
    has = east.has & north.has & lat.has
    return {
        "var_north_mm2": Value(north.of * north.of, has).array(),
        "var_east_mm2": Value(east.of * east.of, has).array(),
        "cov_north_east_mm2": Value(np.abs(shared.of) * shared.of, has & shared.has).array(),
    }


def _call_sign(decoded: Decoded) -> Array:
    aircraft, track = call_signs(value(decoded, "380.ID")), call_signs(value(decoded, "245.CHR"))
    return pc.coalesce(aircraft, track, _letters(value(decoded, "390.CS"), 7))


def _letters(packed: Value, letters: int) -> Array:
    """Texts of eight-bit letters, blanks cut; null where one is no capital, digit or blank."""
    words, back = np.unique(np.where(packed.has, packed.of, 0), return_inverse=True)
    texts = [int(each).to_bytes(letters, "big").decode("latin-1").strip() for each in words.tolist()]
    good = [text if text.isascii() and text.isalnum() and text.upper() == text else None for text in texts]
    spelled: Array = pa.array(good, pa.string())
    index: Array = pa.array(back.reshape(-1), mask=~packed.has)
    return spelled.take(index)
